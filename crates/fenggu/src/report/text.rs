//! Every word of the report, in both languages. `{0}`, `{1}`, ... are filled in by the caller.

use fenggu_net::diagnostic::Lang;

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

impl Text {
    /// The text in a language.
    pub fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }
}

macro_rules! texts {
    ($($name:ident = $en:literal, $zh:literal;)+) => {
        $( pub(super) const $name: Text = Text { en: $en, zh: $zh }; )+
        #[cfg(test)]
        const ALL: &[(&str, Text)] = &[$((stringify!($name), $name)),+];
    };
}

texts! {
    // Verdict
    REPORT_OF = "{0} report", "{0} 报告";
    SOLVED_CHECKED = "Solved, and checked by the referee", "已求解，并通过校核";
    SOLVED_UNCHECKED = "Solved; not checked", "已求解，未经校核";
    STATUS_REFUSED = "Refused: the referee found the answer wrong", "拒绝：校核发现结果有误";
    STATUS_INFEASIBLE = "Infeasible: no dispatch satisfies all limits", "不可行：不存在满足全部约束的调度";
    STATUS_UNBOUNDED = "Unbounded: the cost can fall without end", "无界：费用可无限降低";
    STATUS_LIMIT = "Stopped by a limit", "因时间或工作量限制而停止";
    STATUS_INTERRUPTED = "Interrupted", "已中断";
    STATUS_FAILED = "Failed: the solver found no answer", "失败：求解器未得到结果";
    STAMP = "referee", "校核";
    STAMP_PASSED = "passed", "通过";
    STAMP_FAILED = "refused", "拒绝";
    STAMP_NONE = "not checked", "未校核";
    COST = "Total cost", "总费用";
    COST_PER_MWH = "{0} {1} per MWh served", "每 MWh 供电 {0} {1}";
    GAP = "Relative gap to the proven bound: {0}", "与理论下界的相对差距：{0}";
    SETTINGS_AND_FINDINGS = "Set by hand: {0}. Findings: {1}.", "人工设定：{0}。数据发现：{1}。";
    NONE = "none", "无";
    ENERGY_SERVED = "Energy served", "供电量";
    PEAK_LOAD = "peak {0}", "最大负荷 {0}";
    PRICE_RANGE = "Price, mean", "平均电价";
    VALLEY_PEAK = "valley {0} ({1}), peak {2} ({3})", "谷 {0}（{1}），峰 {2}（{3}）";
    ONE_PRICE_RANGE = "from {0} to {1} over buses", "各节点 {0} 至 {1}";
    RENEWABLE = "Renewable share", "新能源占比";
    CURTAILED_SHARE = "{0} % of what was available curtailed", "弃电率 {0} %";
    CURRENCY_NONE = "cost units", "费用单位";
    // Sections
    S_DEFAULTS = "What differs from the defaults", "与默认设置的差异";
    S_FINDINGS = "Findings", "数据发现";
    S_BALANCE = "Energy balance", "电量平衡";
    S_DISPATCH = "Dispatch", "发电调度";
    S_COMMITMENT = "Commitment", "机组组合";
    S_UPLIFT = "Prices and uplift by rule", "各规则下的电价与上抬费用";
    S_GAP = "Gap over time", "间隙随时间的变化";
    COMMITMENT_COUNTS = "{0} units are committed: {1} are on throughout, {2} off throughout, {3} switch.", "参与组合的机组共 {0} 台：{1} 台全程运行，{2} 台全程停机，{3} 台有启停。";
    COMMITMENT_PICTURE = "Units over time", "各机组的运行时段";
    COMMITMENT_ALL = "A row per unit that is ever on, by hours on. The colour is the place of its output between minimum and maximum; point at a run for its reasons.", "每行一台曾运行的机组，按运行小时数排列。颜色为出力在最小与最大之间的位置；将指针停在某一时段上可看到原因。";
    COMMITMENT_PART = "{0} of the {1} units that are ever on, those that switch first; a row each, by hours on. The colour is the place of its output between minimum and maximum; point at a run for its reasons.", "曾运行的 {1} 台机组中显示 {0} 台，有启停者优先；每行一台，按运行小时数排列。颜色为出力在最小与最大之间的位置；将指针停在某一时段上可看到原因。";
    AT_MINIMUM = "on, at minimum", "运行于最小出力";
    HALF_WAY = "half-way", "居中";
    AT_MAXIMUM = "at maximum", "最大出力";
    IS_OFF = "off", "停机";
    RUN_ON = "{0} is on from hour {1} to hour {2} ({3} h).", "{0} 在第 {1} 至第 {2} 小时运行（共 {3} 小时）。";
    RUN_OFF = "{0} is off from hour {1} to hour {2} ({3} h).", "{0} 在第 {1} 至第 {2} 小时停机（共 {3} 小时）。";
    RUN_SHARE = "Mean output {0} % of the way from minimum to maximum.", "平均出力位于最小至最大出力的 {0} %处。";
    RUN_STARTED = "Started after {0} h off.", "停机 {0} 小时后启动。";
    RUN_CARRIED = "On for {0} h before the first step.", "首个时段之前已运行 {0} 小时。";
    RUN_MUST = "It must run.", "该机组必开。";
    RUN_GIVEN = "Its status is given.", "其状态为给定值。";
    RUN_LEAST_ON = "No longer than its shortest time on, {0} h.", "未超过最短开机时间 {0} 小时。";
    RUN_LEAST_OFF = "No longer than its shortest time off, {0} h.", "未超过最短停机时间 {0} 小时。";
    RUN_HELD_ON = "Held on for the first {0} h by its shortest time on.", "前 {0} 小时受最短开机时间约束。";
    RUN_HELD_OFF = "Held off for the first {0} h by its shortest time off.", "前 {0} 小时受最短停机时间约束。";
    RUN_PRICE = "Price: mean {0}, highest {1}; its own cost at highest output {2} per MWh, starts left out.", "电价平均 {0}，最高 {1}；机组满出力时每兆瓦时费用 {2}，不含启动。";
    HOURS_ON = "hours on", "运行小时";
    STARTS = "starts", "启动次数";
    ENERGY_OUT = "energy", "电量";
    RULE = "rule", "规则";
    RULE_LMP = "LMP", "节点电价";
    RULE_HULL = "convex-hull prices", "凸包电价";
    RULE_EXTENDED = "extended LMP", "扩展节点电价";
    RULE_ABSENT = "No {0}: {1}.", "未给出{0}：{1}。";
    UPLIFT_LEAD = "What units would be paid beside the price. Make-whole payments cover a day's loss of a committed unit; lost opportunity is what more a unit could have earned at these prices; shortfall is what coupling limits with slack take in and do not pay out. Lost opportunity and shortfall together are smallest under convex-hull prices.", "电价之外应付给机组的费用。补足费用弥补参与组合的机组当日亏损；机会损失为机组在该电价下本可多得的收益；缺口为留有裕度的耦合约束所收而未付的部分。机会损失与缺口之和在凸包电价下最小。";
    MAKE_WHOLE = "make-whole", "补足费用";
    LOST = "lost opportunity", "机会损失";
    LOST_OTHERS = "lost opportunity of others", "其他主体的机会损失";
    SHORTFALL = "shortfall", "缺口";
    LOST_AND_SHORTFALL = "lost opportunity and shortfall", "机会损失与缺口之和";
    DUAL_VALUE = "Dual value at the convex-hull prices {0}; cost {1}.", "凸包电价下的对偶值为 {0}；费用为 {1}。";
    PRICES_BY_RULE = "Price over time, by rule", "各规则下的电价变化";
    PRICES_BY_RULE_NOTE = "Mean over buses, weighted by demand.", "各节点按负荷加权平均。";
    COST_OF_UNIT = "cost", "费用";
    REVENUE = "revenue", "收入";
    UPLIFT_OF_UNITS = "Uplift of units, largest first", "各机组的上抬费用（由大到小）";
    NO_UPLIFT = "No unit has any uplift under any rule.", "任何规则下各机组均无上抬费用。";
    GAP_CURVE = "Cost above the bound", "费用高于下界的幅度";
    GAP_NOTE = "Relative to the cost of the best commitment then, on a logarithmic axis.", "相对于当时最优组合的费用，纵轴为对数刻度。";
    SECONDS_AXIS = "seconds", "秒";
    LOWER_BOUND = "lower bound", "下界";
    GAP_SHORT = "gap", "间隙";
    G_HULL = "convex-hull price", "凸包电价";
    G_HULL_M = "Multipliers of the best Lagrangian bound of the commitment: the prices at which lost opportunity and shortfall together are smallest.", "机组组合最优拉格朗日下界的乘子：使机会损失与缺口之和最小的电价。";
    G_EXTENDED = "extended LMP", "扩展节点电价";
    G_EXTENDED_M = "Prices of a dispatch in which units may be committed in part, their start costs spread over their shortest time on.", "允许机组部分投入、启动费用按最短开机时间分摊时的调度所得电价。";
    V_COMMIT = "commit", "机组组合";
    S_PRICES = "Prices", "电价";
    S_NETWORK = "Network", "网络";
    S_STORAGE = "Storage", "储能";
    S_BINDING = "Binding limits", "起作用的约束";
    S_MISSING = "What is missing", "缺口";
    S_REFEREE = "Referee", "校核";
    S_TIMINGS = "Time and memory", "耗时与内存";
    S_PROVENANCE = "Provenance", "来源";
    S_GLOSSARY = "Signs and units", "符号与单位";
    NO_ANSWER = "There is no answer to show.", "没有可显示的结果。";
    // Figures
    DATA_TABLE = "Data table", "数据表";
    FULL_NUMBERS = "Full numbers:", "完整数据：";
    DISPATCH = "Dispatch by carrier", "分类型出力";
    DISPATCH_NOTE = "Storage discharge is on top of the stack, charge below zero; hatched in grey is what could have been produced and was not. Power is constant within a period.", "储能放电叠加在最上方，充电在零线以下；灰色斜线为弃电。每个时段内功率恒定。";
    AREA_MEANS = "Drawn as means of {0} steps.", "图中为每 {0} 个时段的平均值。";
    TABLE_MEANS = "Means of {0} steps each; the CSV has every step.", "每行为 {0} 个时段的平均值；CSV 含全部时段。";
    LOAD = "load", "负荷";
    GENERATION = "generation", "发电";
    DISCHARGE = "storage discharge", "储能放电";
    CHARGE = "storage charge", "储能充电";
    STORAGE_BOTH = "storage (charge below zero)", "储能（零线以下为充电）";
    CURTAILED = "curtailed", "弃电";
    SHED = "not served", "未供电量";
    DISPATCHABLE_DEMAND = "dispatchable demand", "可调度负荷";
    FROM_OTHER_CARRIERS = "from other carriers", "其他能源转入";
    TO_OTHER_CARRIERS = "to other carriers", "转为其他能源";
    OUTPUT = "Output by generator", "各机组出力";
    OUTPUT_NOTE = "The pale bar is what was available.", "浅色条为可用容量。";
    AVAILABLE = "available", "可用";
    LARGEST_OF = "The {0} largest of {1} are shown.", "仅显示 {1} 项中最大的 {0} 项。";
    ENDS_OF = "The {0} highest and the {0} lowest of {1} are listed.", "列出 {1} 项中最高与最低各 {0} 项。";
    ENERGY = "energy", "电量";
    SHARE = "share", "占比";
    VALUE = "value at nodal prices", "按节点电价计值";
    MEAN_PRICE = "mean price", "平均价格";
    TOTAL_IN = "total in", "注入合计";
    LINK_LOSSES = "losses of DC links", "直流损耗";
    SHUNTS = "shunts", "并联支路";
    IMBALANCE = "what remains", "余差";
    BALANCE_NOTE = "Positive is put into the grid, negative taken out; shares are of the total put in. What remains is 0 when the balance closes.", "正为注入电网，负为取用；占比以注入合计为基数。平衡时余差为 0。";
    SHED_TOTAL = "Demand not served: {0} MWh.", "未供电量：{0} MWh。";
    CURTAILED_TOTAL = "Curtailed: {0} MWh, of which", "弃电：{0} MWh，其中";
    // Prices
    PRICES = "Price over time", "电价曲线";
    PRICES_NOTE = "Load-weighted mean; the band spans all buses.", "负荷加权平均；阴影为全部节点的范围。";
    PRICES_DAILY = "Daily means of the load-weighted mean; the band spans all buses and all steps of the day.", "负荷加权平均电价的日均值；阴影为当日全部时段、全部节点的范围。";
    PRICES_SORTED = "Prices by bus", "各节点电价";
    PRICES_SORTED_NOTE = "One bar per bus, dearest first.", "每个节点一条，由高到低。";
    DURATION = "Price duration", "电价持续曲线";
    DURATION_NOTE = "Hours in which the mean price was at least so high.", "平均电价不低于该值的小时数。";
    MEAN_LOAD_WEIGHTED = "load-weighted mean", "负荷加权平均";
    MEAN_SHORT = "mean", "平均";
    LOWEST = "lowest bus", "最低节点";
    HIGHEST = "highest bus", "最高节点";
    SPREAD = "lowest to highest bus", "最低至最高节点";
    HOURS_FROM_TOP = "hours", "累计小时";
    PRICE = "price", "电价";
    CONGESTION_PART = "congestion part", "阻塞分量";
    BUS = "bus", "节点";
    NAME = "name", "名称";
    // Network
    NETWORK = "Flows and prices", "潮流与电价";
    MAP_CONGESTED = "At {0}, the period with the highest congestion rent.", "{0}，阻塞盈余最高的时段。";
    MAP_PEAK = "At {0}, the period with the highest load; no limit was congested.", "{0}，负荷最高的时段；无阻塞。";
    MAP_GEO = "Positions from the network's coordinates.", "位置取自网络坐标。";
    MAP_LAYOUT = "The network has no coordinates: positions follow from its connections alone.", "网络没有坐标：位置仅由连接关系推算。";
    MAP_NO_NAMES = "With {0} buses, names and arrows are left out.", "共 {0} 个节点，省略名称与箭头。";
    MAP_POINTS = "With {0} buses, only buses and loaded lines are drawn.", "共 {0} 个节点，仅绘制节点与重载线路。";
    WIDTH_IS_FLOW = "width: flow, widest {0} MW", "线宽：潮流，最宽 {0} MW";
    WHY = "why", "后果";
    FIX = "fix", "处理";
    PRICE_AT_BUS = "beside a name: price at the bus", "名称旁：节点电价";
    IN_SECTION = "part of a section at its limit", "属于达到限额的断面";
    WITH_STORAGE = "bus with storage", "有储能的节点";
    LOADING_CALM = "below 70 % of the limit", "低于限额的 70 %";
    LOADING_BUSY = "70 % and more", "70 % 及以上";
    LOADING_FULL = "at the limit", "达到限额";
    FROM = "from", "首端";
    TO = "to", "末端";
    FLOW = "flow", "潮流";
    LOADING = "loading", "负载率";
    PRICE_FROM = "price, from", "首端电价";
    PRICE_TO = "price, to", "末端电价";
    // Storage
    STORAGE = "Storage", "储能";
    STORAGE_DAILY = "Daily means; the band is the range of stored energy within the day.", "日均值；阴影为当日储存电量的范围。";
    STORED = "stored", "储存电量";
    POWER = "power", "功率";
    CAPACITY = "capacity", "容量";
    CHARGED = "charged", "充电量";
    DISCHARGED = "discharged", "放电量";
    CYCLES = "full cycles", "等效循环次数";
    EARNED = "earned", "收益";
    STORAGE_NOTE = "Earned: discharge less charge, at the price of the unit's bus. Cycles: energy taken out, over capacity.", "收益：放电减充电，按所在节点电价计。循环次数：取出电量除以容量。";
    // Chosen capacities
    S_CAPACITY = "Chosen capacities", "选定容量";
    CHOSEN = "Chosen", "选定";
    KIND = "Kind", "类别";
    RANGE = "Range", "范围";
    CAPITAL_COST = "Capital cost", "投资费用";
    PART_OF_COST = "Share of total cost", "占总费用比例";
    AT_ITS_END = "at the end of its range", "达到范围边界";
    CAPACITY_NOTE = "Capacities that were decisions. Capital cost is that of the whole chosen capacity over the horizon of the study.", "作为决策变量的容量。投资费用为研究期内全部选定容量的费用。";
    // Binding
    BINDING_NOTE = "A limit's shadow price is what one more unit of it would save. Sorted by what is at stake.", "影子价格为限额放宽一个单位所节省的费用。按影响金额排序。";
    MORE_ROWS = "{0} more", "另外 {0} 项";
    NOTHING_BINDS = "No network or energy limit binds.", "没有网络或电量约束起作用。";
    ELEMENT = "element", "元件";
    WHAT_BINDS = "what binds", "约束";
    WORST_AT = "worst at", "最严重时段";
    LIMIT = "limit", "限额";
    HOURS = "for", "时长";
    MEAN_PRICE_SHORT = "mean shadow price", "平均影子价格";
    WORST_PRICE = "worst", "最大影子价格";
    AT_STAKE = "at stake", "影响金额";
    MORE_IN = "{0} more in {1}.", "另有 {0} 项，见 {1}。";
    MISSING_TOTAL = "An elastic re-solve finds {0} MWh missing and {1} MWh too much.", "弹性求解显示缺少 {0} MWh，多余 {1} MWh。";
    MISSING = "missing", "缺少";
    SURPLUS = "too much", "多余";
    SHORT_KIND = "kind", "类型";
    // Why there is no answer
    S_WHY = "Why, and what to change", "原因与修改方案";
    CONFLICTS = "What cannot all hold", "不能同时成立的条件";
    FIXES = "What to change, the cheapest first", "修改方案（费用由低到高）";
    FIX_NUMBER = "fix", "方案";
    CHANGE = "change", "修改";
    FIX_COST = "cost", "费用";
    VERIFIED = "solved again", "重新求解";
    VERIFIED_YES = "can be dispatched", "可行";
    VERIFIED_NO = "not enough", "仍不可行";
    VERIFIED_NOT = "not tried", "未验证";
    GIVING_WAY = "Costs are those of giving way, not of the dispatch: {0}. Marked *: said by the network; the others are defaults.", "费用为让步费用，而非调度费用：{0}。标 * 者取自网络数据，其余为默认值。";
    RUNNERS = "What runs away", "无限增长的量";
    QUANTITY = "quantity", "量";
    RATE = "rate", "变化率";
    STOPPED_BY = "stopped by", "可由其限制";
    // Findings, options, referee
    NO_FINDINGS = "Nothing was found to be wrong or suspicious in the data.", "未发现数据有误或可疑。";
    OPTION = "option", "选项";
    OPTION_VALUE = "value", "取值";
    SET_BY = "set by", "设定方式";
    BY_FILE = "file", "文件";
    BY_FLAG = "command line", "命令行";
    ALL_DEFAULT = "Nothing: every option has its default value.", "无：全部选项均为默认值。";
    DEFAULTS_LEFT = "{0} options at their defaults", "{0} 个选项为默认值";
    NOT_CHECKED = "The referee was not asked to check this answer.", "未对此结果进行校核。";
    REFEREE_NOTE = "The referee recomputes everything from the raw input with its own arithmetic; it shares no code with the engine.", "校核程序以独立的算法从原始输入重新计算，与求解引擎不共用代码。";
    REFEREE_OBJECTIVE = "Cost reported {0}, recomputed {1}, proven bound {2} {4}; relative gap {3}.", "报告费用 {0}，重算 {1}，理论下界 {2} {4}；相对差距 {3}。";
    TEST = "test", "校核项";
    WORST_WHERE = "where worst", "最大偏差位置";
    WORST = "worst", "最大偏差";
    TOLERANCE = "allowed", "允许值";
    COUNT = "checked", "检查数";
    SKIPPED = "not run", "未执行";
    PASSED = "passed", "通过";
    REFUSED = "refused", "拒绝";
    // Timings, provenance
    TIMINGS = "Time by phase", "各阶段耗时";
    PHASE = "phase", "阶段";
    TIME = "time", "耗时";
    TOTAL = "total", "合计";
    PEAK_MEMORY = "Peak memory {0} MB.", "内存峰值 {0} MB。";
    NETWORK_NAME = "network", "网络";
    SIZE = "size", "规模";
    FLOW_CONVENTION = "DC flow convention", "直流潮流约定";
    COMMAND = "command", "命令";
    VERSIONS = "versions", "版本";
    MACHINE = "machine", "机器";
    THREADS = "threads", "线程数";
    SEED = "seed", "随机种子";
    ITERATIONS = "iterations", "迭代次数";
    STARTED = "started", "开始";
    ENDED = "ended", "结束";
    FILE = "file", "文件";
    BYTES = "bytes", "字节数";
    // Tables
    STEP = "step", "时段";
    START_UTC = "start (UTC)", "起始时间（UTC）";
    DATE = "date", "日期";
    PERIOD_END = "period end", "时段末";
    CONTENTS = "Contents", "目录";
    SHEET = "sheet", "工作表";
    HOLDS = "holds", "内容";
    ROWS = "rows", "行数";
    CSV_FILE = "CSV file", "CSV 文件";
    ONLY_CSV = "(CSV only: too large for a sheet)", "（过大，仅有 CSV）";
    AXIS_STEP = "step", "时段序号";
    AXIS_PERIOD_END = "period end, {0}", "时段末，{0}";
    AXIS_DATE = "start of day, {0}", "日期，{0}";
    STEPS_OF = "{0} steps, {1} h in all", "{0} 个时段，共 {1} 小时";
    ONE_STEP = "a single step", "单一时段";
    MADE_BY = "Made by fenggu {0}. This page asks nothing of the network.", "由 fenggu {0} 生成。本页不访问网络。";
    // Phases
    P_READ = "read", "读取";
    P_CHECK = "check", "检查";
    P_ASSEMBLE = "assemble", "建模";
    P_SOLVE = "solve", "求解";
    P_PRICE = "price", "计价";
    P_REFEREE = "referee", "校核";
    P_REPORT = "report", "报告";
    P_GENERATE = "generate", "生成算例";
    // Glossary
    G_PRICE = "price", "电价";
    G_PRICE_M = "What one more MWh of load at a bus would cost, {0}/MWh, whatever the length of the step.", "某节点多用 1 MWh 所增加的费用，{0}/MWh，与时段长度无关。";
    G_CONGESTION = "congestion part", "阻塞分量";
    G_CONGESTION_M = "Price less the energy part: the price of the reference in the same step and island (option price_reference; by default the load-weighted mean).", "节点电价减去电能分量,即同一时段、同一孤岛内参考的电价(选项 price_reference,默认为负荷加权平均电价)。";
    G_POWER = "power", "功率";
    G_POWER_M = "MW, constant within a step. Into the grid is positive for generators and storage discharge; load is positive when it draws.", "MW，时段内恒定。机组与储能放电以注入电网为正；负荷以取用为正。";
    G_FLOW = "flow", "潮流";
    G_FLOW_M = "MW, positive from the first to the second bus of a branch.", "MW，由支路首端流向末端为正。";
    G_ENERGY = "energy", "电量";
    G_ENERGY_M = "MWh; stored energy is at the end of a step. 1 GWh = 1,000 MWh.", "MWh；储存电量为时段末的值。1 亿kWh = 100,000 MWh,1 万kW = 10 MW。";
    G_CHARGE = "charge, discharge", "充电、放电";
    G_CHARGE_M = "MW at the bus, each 0 or more.", "MW，均指节点侧，且各自不小于 0。";
    G_LABEL = "period end", "时段末";
    G_LABEL_M = "A day of 96 points runs from 00:15 to 24:00: each label is the end of its quarter-hour.", "96 点日由 00:15 至 24:00：标签为该 15 分钟的末时刻。";
    V_DISPATCH = "dispatch", "经济调度";
    G_SHADOW = "shadow price", "影子价格";
    G_SHADOW_M = "What the objective would fall by if the limit were one unit wider.", "限额放宽一个单位时目标值的下降量。";
}

/// Terms with their meaning; `{0}` is the currency.
pub(super) const GLOSSARY: &[(Text, Text)] = &[
    (G_PRICE, G_PRICE_M),
    (G_CONGESTION, G_CONGESTION_M),
    (G_POWER, G_POWER_M),
    (G_FLOW, G_FLOW_M),
    (G_ENERGY, G_ENERGY_M),
    (G_CHARGE, G_CHARGE_M),
    (G_LABEL, G_LABEL_M),
    (G_SHADOW, G_SHADOW_M),
    (G_HULL, G_HULL_M),
    (G_EXTENDED, G_EXTENDED_M),
];

/// Name of a known verb.
pub(super) fn verb(name: &str) -> Option<Text> {
    [V_DISPATCH, V_COMMIT].into_iter().find(|t| t.en == name)
}

/// Name of a known phase.
pub(super) fn phase(name: &str) -> Option<Text> {
    [P_READ, P_CHECK, P_ASSEMBLE, P_SOLVE, P_PRICE, P_REFEREE, P_REPORT, P_GENERATE].into_iter().find(|t| t.en == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_both_languages_and_the_same_places() {
        let chinese = |s: &str| s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for (name, t) in ALL {
            assert!(!t.en.trim().is_empty() && !chinese(t.en), "{name}: {}", t.en);
            assert!(chinese(t.zh) || t.zh == t.en || t.zh == "{0} 报告", "{name}: {}", t.zh);
            for k in 0..6 {
                let place = format!("{{{k}}}");
                assert_eq!(t.en.contains(&place), t.zh.contains(&place), "{name}: {place}");
            }
        }
        let mut names: Vec<_> = ALL.iter().map(|a| a.0).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
