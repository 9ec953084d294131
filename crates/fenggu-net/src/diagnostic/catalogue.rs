//! Codes of the network checks. Letters: N network data; file formats have a catalogue of their own (F).
use super::{Entry, Severity, Wording};

macro_rules! entries {
    ($( $name:ident = $code:literal $severity:ident
        en: $et:literal, $ew:literal, $ef:literal;
        zh: $zt:literal, $zw:literal, $zf:literal; )+) => {
        $( pub(crate) static $name: Entry = Entry {
            code: $code, severity: Severity::$severity,
            en: Wording { title: $et, why: $ew, fix: $ef },
            zh: Wording { title: $zt, why: $zw, fix: $zf },
        }; )+
        /// All codes of the network checks.
        pub static CATALOGUE: &[&Entry] = &[$(&$name),+];
    };
}

entries! {
    OUT_OF_RANGE = "N0101" Error
        en: "{table} \"{component}\": {field} = {value} {unit} is outside its range ({rule})",
            "the value has no meaning there, so every analysis of this network is wrong or impossible.",
            "give {field} a value that is {rule}.";
        zh: "{table} “{component}”：{field} = {value} {unit} 超出取值范围（{rule}）",
            "该值没有意义，对此网络的任何分析都会出错或无法进行。",
            "请将 {field} 改为满足 {rule} 的值。";
    NOT_SET = "N0102" Error
        en: "{table} \"{component}\": {field} is not set",
            "the component hangs in the air: it is connected to nothing.",
            "name the component that {field} refers to.";
        zh: "{table} “{component}”：{field} 未设置",
            "该元件没有连接到任何对象。",
            "请填写 {field} 所引用的元件名称。";
    DANGLING = "N0103" Error
        en: "{table} \"{component}\": {field} points at row {value} of {target}, which has only {count} rows",
            "the reference leads nowhere.",
            "refer to a component that exists.";
        zh: "{table} “{component}”：{field} 指向 {target} 第 {value} 行，但该表只有 {count} 行",
            "引用落空。",
            "请引用存在的元件。";
    DUPLICATE_NAME = "N0104" Error
        en: "{table}: the name \"{component}\" is used twice (rows {first} and {second})",
            "results and references could mean either.",
            "give one of them another name.";
        zh: "{table}：名称“{component}”重复（第 {first} 行与第 {second} 行）",
            "结果和引用无法区分二者。",
            "请为其中一个改名。";
    SERIES_LENGTH = "N0105" Error
        en: "{table} \"{component}\": the series {field} has {value} values, the time axis has {steps} steps",
            "values and steps cannot be matched.",
            "give one value per step, or one number for all.";
        zh: "{table} “{component}”：序列 {field} 有 {value} 个值，而时间轴有 {steps} 个时段",
            "数值与时段无法对应。",
            "请为每个时段给出一个值，或给出单一常数。";
    EXACTLY_ONE = "N0106" Error
        en: "{table} \"{component}\": exactly one of {value} must be set",
            "it is not clear whose quantity counts.",
            "set one of them and leave the other empty.";
        zh: "{table} “{component}”：{value} 必须且只能设置一个",
            "不清楚计入谁的量。",
            "请只填写其中一个。";
    UNKNOWN_TERM = "N0107" Error
        en: "side constraint term \"{component}\": there is no result {value}",
            "the term cannot be matched to a quantity of the model.",
            "use a table, a component name and one of the fields: {known}.";
        zh: "附加约束项“{component}”：不存在结果量 {value}",
            "该项无法对应到模型中的量。",
            "请使用已有的表名、元件名和字段：{known}。";
    BASE_MVA = "N0201" Error
        en: "base_mva = {value} is not a positive number",
            "no per-unit value has a meaning without it.",
            "give the system base in MVA, usually 100.";
        zh: "base_mva = {value} 不是正数",
            "没有它，标幺值没有意义。",
            "请给出系统基准容量（MVA），通常为 100。";
    TIME_AXIS = "N0202" Error
        en: "time axis: {value}",
            "steps cannot be ordered or weighted.",
            "give every step a positive length, a finite weight ≥ 0, and rising start times.";
        zh: "时间轴：{value}",
            "时段无法排序或加权。",
            "每个时段需有正的长度、非负有限权重，起始时间递增。";
    TIME_ZONE = "N0203" Error
        en: "time zone \"{value}\" is not known",
            "labels of steps cannot be written.",
            "use an IANA name such as Asia/Shanghai.";
        zh: "未知时区“{value}”",
            "无法书写时段标签。",
            "请使用 IANA 名称，如 Asia/Shanghai。";
    NO_WEIGHT = "N0204" Warning
        en: "{count} steps have weight 0 in the objective, the first is step {value}",
            "what happens in them costs nothing, and they have no price per MWh: their prices are left empty.",
            "give them a weight above 0, or leave the steps out.";
        zh: "{count} 个时段的目标权重为 0，首个为第 {value} 时段",
            "这些时段内的出力不计费用，也没有每兆瓦时电价：其电价留空。",
            "请给出大于 0 的权重，或删去这些时段。";
    LIMITS_CROSSED = "N0312" Error
        en: "{table} \"{component}\" has its lower limit {low_field} = {low} {unit} above its upper limit {field} = {high} {unit}{step}",
            "no value satisfies both, so every optimisation on this network is infeasible.",
            "if the two were swapped, swap them back; otherwise correct one.";
        zh: "{table} “{component}”的下限 {low_field} = {low} {unit} 高于上限 {field} = {high} {unit}{step}",
            "没有任何取值同时满足两者，因此对该网络的优化均不可行。",
            "若二者写反，请对调；否则请更正其一。";
    NOT_CONVEX = "N0313" Error
        en: "{table} \"{component}\": the cost in {field} is not convex ({value})",
            "a linear or quadratic program cannot represent it, and it is never repaired silently.",
            "give slopes (prices) that rise with output, or use a commitment model.";
        zh: "{table} “{component}”：{field} 的费用非凸（{value}）",
            "线性或二次规划无法表示，程序不会私自修改。",
            "请使斜率（价格）随出力递增，或使用机组组合模型。";
    POINTS_ORDER = "N0314" Error
        en: "{table} \"{component}\": {field} is not in order ({value})",
            "the curve is not a function of its first coordinate.",
            "order the pairs by rising first coordinate; widths must be ≥ 0.";
        zh: "{table} “{component}”：{field} 顺序有误（{value}）",
            "曲线不是其第一坐标的函数。",
            "请按第一坐标递增排列；宽度须 ≥ 0。";
    ZERO_REACTANCE = "N0401" Error
        en: "branch \"{component}\" has x = 0 and is in service; the {value} flow convention divides by x",
            "the DC flow on it is not defined.",
            "merge its buses, give it a small reactance, or choose flow_convention=powermodels, where it carries nothing.";
        zh: "支路“{component}”在运且 x = 0;{value} 潮流约定需要除以 x",
            "其直流潮流没有定义。",
            "请合并两端母线、给出小电抗，或选用 flow_convention=powermodels（该约定下该支路不送电）。";
    SELF_LOOP = "N0402" Warning
        en: "{table} \"{component}\" begins and ends at bus \"{value}\"",
            "it carries nothing that matters.",
            "correct one of its buses or take it out of service.";
        zh: "{table} “{component}”首末端同为母线“{value}”",
            "它不输送任何功率。",
            "请更正其中一端，或将其停运。";
    DEAD_ISLAND = "N0403" Warning
        en: "the island of bus \"{component}\" ({count} buses) has {value} MW of firm load and nothing that can supply it",
            "its balance cannot hold: the optimisation will be infeasible unless the load may be shed.",
            "connect it, take its buses out of service, or give its loads shed_cost_per_mwh.";
        zh: "母线“{component}”所在孤岛（{count} 个母线）有 {value} MW 刚性负荷而没有任何电源",
            "其功率平衡无法成立：除非负荷可切除，优化必不可行。",
            "请将其连通、停运相关母线，或为负荷设置 shed_cost_per_mwh。";
    CARRIER_MISMATCH = "N0404" Error
        en: "branch \"{component}\" ends at a bus of another carrier than electricity",
            "a branch carries electricity; other carriers flow through links.",
            "use a link, or correct the carrier of a bus.";
        zh: "支路“{component}”接在非电力载体的母线上",
            "支路只输送电力；其他载体通过链路（link）流动。",
            "请改用链路，或更正母线的载体。";
    STORAGE_START = "N0501" Error
        en: "{table} \"{component}\": {field} = {value} MWh lies outside its energy limits {low} … {high} MWh",
            "the first or last step cannot satisfy it, so the optimisation is infeasible.",
            "correct the energy or the limits.";
        zh: "{table} “{component}”：{field} = {value} MWh 超出能量上下限 {low} … {high} MWh",
            "首时段或末时段无法满足，优化必不可行。",
            "请更正该能量值或上下限。";
    BOTH_WAYS = "N0502" Note
        en: "storage unit \"{component}\" may charge and discharge in one step for nothing (round-trip efficiency {value})",
            "when prices are negative or losses are zero a linear program may do both at once.",
            "give it a cycle cost, or real efficiencies.";
        zh: "储能“{component}”可以无代价地同时充放电（往返效率 {value}）",
            "当价格为负或损耗为零时，线性规划可能令其同时充放。",
            "请给出循环成本或真实效率。";
    CAPACITY_AND_LIMITS = "N0503" Error
        en: "{table} \"{component}\": its capacity is a decision, and {field} limits it as well ({value})",
            "which of the two limits what it holds back or cycles is not defined.",
            "give limits per nominal power only, or the capacity as a number.";
        zh: "{table} “{component}”：容量为决策变量，同时又有 {field} 限制（{value}）",
            "备用或循环受哪一个限制没有定义。",
            "请只给出标幺限值，或把容量给定为数值。";
    NOTHING = "N0601" Error
        en: "the network has no {value}",
            "there is nothing to analyse.",
            "check that the right file was read.";
        zh: "网络中没有 {value}",
            "没有可分析的内容。",
            "请确认读入了正确的文件。";
    TIME_GAP = "N0205" Warning
        en: "time axis: {count} steps do not begin where the one before ends; the first is step {step}, {value} h away",
            "storage carries its energy across the gap as if no time had passed.",
            "add the missing steps, or correct lengths and start times.";
        zh: "时间轴：有 {count} 个时段不与前一时段相接；首个为第 {step} 时段，相差 {value} 小时",
            "储能会把能量直接带过间隔，如同没有时间流逝。",
            "请补上缺失的时段，或更正时长与起始时间。";
    ODD_DAY = "N0206" Note
        en: "{date} has {value} h on the clock of {zone}",
            "summer time begins or ends: profiles made of 24 values a day are an hour off from here on.",
            "check that the series follow the clock they were written for.";
        zh: "{date} 按 {zone} 的时钟有 {value} 小时",
            "夏令时开始或结束：按每日 24 个值编制的序列从此处起错开一小时。",
            "请确认序列所依据的时钟。";
    ZERO_RATING = "N0405" Warning
        en: "branch \"{component}\" is in service with {field} = 0",
            "it may carry nothing, and it forces the angles of its two buses to be equal.",
            "give its rating, Inf for none, or take it out of service.";
        zh: "支路“{component}”在运但 {field} = 0",
            "它不能输送任何功率，且迫使两端母线相角相等。",
            "请给出额定值（无限制写 Inf），或将其停运。";
    NEGATIVE_IMPEDANCE = "N0406" Note
        en: "branch \"{component}\" has {field} = {value} p.u.",
            "flow follows a negative impedance the other way; equivalents and series capacitors have it, lines do not.",
            "check the sign, unless the branch is an equivalent.";
        zh: "支路“{component}”的 {field} = {value} 标幺",
            "负阻抗使潮流反向分布；等值支路和串联电容如此，线路则不然。",
            "除非是等值支路，请检查符号。";
    NO_REFERENCE = "N0407" Warning
        en: "the island of bus \"{component}\" ({count} buses) has no reference bus",
            "its angles are measured at its first bus; flows and prices do not depend on it.",
            "mark one of its buses as reference, or connect the island.";
        zh: "母线“{component}”所在孤岛（{count} 个母线）没有参考母线",
            "其相角以首个母线为准；潮流与电价不受影响。",
            "请将其中一个母线设为参考，或将孤岛连通。";
    REFERENCES = "N0408" Note
        en: "the island of bus \"{component}\" has {count} reference buses",
            "angles are measured at the first of them.",
            "leave one, unless the others are meant for a power flow.";
        zh: "母线“{component}”所在孤岛有 {count} 个参考母线",
            "相角以其中第一个为准。",
            "除非用于潮流计算，请只保留一个。";
    AT_DEAD_BUS = "N0409" Note
        en: "{table} \"{component}\" is in service at a bus that is not",
            "it counts for nothing.",
            "put the bus into service, or take the component out.";
        zh: "{table} “{component}”在运，但其母线已停运",
            "它不起作用。",
            "请投运该母线，或停运该元件。";
    VOLTAGE_STEP = "N0410" Warning
        en: "line \"{component}\" joins buses of {from} kV and {to} kV",
            "its ohms are taken at the first bus's voltage; a line does not change voltage.",
            "make it a transformer, or correct a bus.";
        zh: "线路“{component}”连接 {from} kV 与 {to} kV 的母线",
            "其欧姆值按首端电压折算；线路不改变电压。",
            "请改为变压器，或更正母线。";
    IDEAL_BRANCH = "N0411" Warning
        en: "branch \"{component}\" has no impedance: its ends have one angle, and its flow is free within its rating",
            "as in PyPSA's cycle equations, where it counts 0; PyPSA 1.4 solves this and then stops when it computes angles.",
            "give it its impedance, unless it stands for a switch or a busbar.";
        zh: "支路“{component}”没有阻抗：其两端相角相同，潮流在额定值内自由",
            "与 PyPSA 的回路方程一致（系数为 0）；PyPSA 1.4 可以求解，但随后在计算相角时中止。",
            "除非它代表开关或母联，请给出其阻抗。";
    NOT_YET = "N0412" Warning
        en: "{field} of {count} {table} counts for nothing here, first of \"{component}\": {value}",
            "the network carries it, and no model of this build uses it yet, so an answer may break it.",
            "judge the answer without it, or leave it out of the data so that nobody relies on it.";
        zh: "{count} 个{table}的 {field} 在此不起作用，首个为“{component}”：{value}",
            "网络保存了该数据，但本版本的任何模型都尚未使用它，因此结果可能与之不符。",
            "评判结果时请勿计入它，或从数据中去掉，以免误用。";
    PARTING = "N0413" Note
        en: "{count} outages part an island, the first of them \"{component}\"",
            "nobody says who would balance what is left on either side, so these outages are listed and not secured.",
            "leave them out of the contingencies, or close a loop around the branch.";
        zh: "{count} 个预想故障会使孤岛解列，首个为“{component}”",
            "解列后两侧由谁平衡无从得知，因此这些故障只列出，不校核。",
            "请从预想故障中去掉，或为该支路补上环路。";
    COMMIT_ONLY = "N0414" Note
        en: "{field} of {count} {table} counts in fenggu commit alone, first of \"{component}\": in a dispatch {value}",
            "it takes whole numbers to keep, which a dispatch has none of, so its answer may break it.",
            "run fenggu commit on the network where it matters.";
        zh: "{count} 个{table}的 {field} 仅在机组组合中起作用，首个为“{component}”：经济调度中{value}",
            "满足它需要整数变量，而经济调度中没有，因此其结果可能与之不符。",
            "如有必要，请对该网络运行“fenggu commit”。";
    SIGN = "N0315" Note
        en: "{table} \"{component}\": {field} = {value} has an unusual sign",
            "a negative load feeds in, a negative price pays for output: both are computed as written.",
            "change the sign if it is not meant.";
        zh: "{table} “{component}”：{field} = {value} 的符号不寻常",
            "负的负荷即注入，负的价格即为出力付费：均按所写计算。",
            "若非本意，请改变符号。";
    STORAGE_REACH = "N0504" Warning
        en: "{table} \"{component}\": {field} = {value} MWh cannot be reached; with full charge and all inflow {high} MWh are",
            "the end of the horizon cannot satisfy it, so the optimisation is infeasible.",
            "lower the target, raise the start, or give it more charging power.";
        zh: "{table} “{component}”：{field} = {value} MWh 无法达到；满功率充电并计入全部来水也只有 {high} MWh",
            "期末无法满足，优化必不可行。",
            "请降低目标、提高初值，或加大充电功率。";
    IDLE_COST = "N0505" Note
        en: "{table} \"{component}\": {field} = {value} counts for nothing, since the capacity is given",
            "only a capacity that may be chosen has a cost.",
            "mark it as extendable, if it is to be chosen.";
        zh: "{table} “{component}”：{field} = {value} 不起作用，因为容量已给定",
            "只有可选择的容量才计费用。",
            "若要由优化选择，请标为可扩建。";
    FREE_CAPACITY = "N0506" Warning
        en: "{table} \"{component}\" may be built, and {field} is 0",
            "capacity that costs nothing is built up to its limit, and the optimum means nothing.",
            "give its cost.";
        zh: "{table} “{component}”可扩建，而 {field} 为 0",
            "没有费用的容量会建到上限，最优解失去意义。",
            "请给出其费用。";
    STORAGE_ABOVE = "N0507" Warning
        en: "{table} \"{component}\": {field} = {value} MWh lies above its highest energy of {high} MWh",
            "the limit holds from the end of the first step on, so that at least the rest leaves in that step.",
            "correct the energy or the limit, unless that is meant.";
        zh: "{table} “{component}”:{field} = {value} MWh 高于其能量上限 {high} MWh",
            "上限自首时段末起生效,因此超出部分必须在首时段放出。",
            "除非有意如此,请更正该能量值或上限。";
    DEFAULT_MATTERS = "N0602" Note
        en: "{table}: {rows} of {total} rows have {field} = {value}, the default",
            "it decides what the dispatch does with them.",
            "set {field} where it is not meant.";
        zh: "{table}：{total} 行中有 {rows} 行的 {field} = {value}（默认值）",
            "它决定调度结果。",
            "若非本意，请设置 {field}。";
    SLIP_THOUSAND = "N0701" Warning
        en: "{table} \"{component}\": {field} = {value} {unit} looks a thousand times too large (or small): {measure} = {score}, others up to {usual}",
            "a value in kW, kVA, kWh or V would stand like this in a column of {unit}.",
            "divide by 1000 if it is in the smaller unit.";
        zh: "{table} “{component}”：{field} = {value} {unit} 似乎差了一千倍：{measure} = {score}，其余不超过 {usual}",
            "把以 kW、kVA、kWh 或 V 计的值填入以 {unit} 计的列时就会如此。",
            "若是较小的单位，请除以 1000。";
    SLIP_PERCENT = "N0702" Warning
        en: "{table} \"{component}\": {field} = {value} looks like percent: {measure} = {score}, real ones up to {usual}",
            "90 means ninety times, not 90 %.",
            "divide by 100 if it is in percent.";
        zh: "{table} “{component}”：{field} = {value} 似乎是百分数：{measure} = {score}，实际不超过 {usual}",
            "90 表示九十倍，而不是 90 %。",
            "若为百分数，请除以 100。";
    SLIP_IMPEDANCE = "N0703" Warning
        en: "branch \"{component}\": {field} = {value} p.u. looks like percent or ohm: {measure} = {score}, others up to {usual}",
            "flows avoid it, and congestion appears elsewhere.",
            "divide percent by 100, ohm by v²/base_mva.";
        zh: "支路“{component}”：{field} = {value} 标幺似乎是百分数或欧姆值：{measure} = {score}，其余不超过 {usual}",
            "潮流会避开它，阻塞出现在别处。",
            "百分数请除以 100，欧姆值请除以 v²/base_mva。";
    SLIP_RADIANS = "N0704" Warning
        en: "branch \"{component}\": {field} = {value} deg looks like radians ({score}°)",
            "angles are in degrees here; as written it is almost nothing.",
            "write degrees.";
        zh: "支路“{component}”：{field} = {value} 度似乎是弧度（{score}°）",
            "此处角度以度计；按所写几乎为零。",
            "请写度数。";
    SLIP_PRICE = "N0705" Warning
        en: "{table} \"{component}\": {field} = {value} {unit} looks like a price per kWh: {measure} = {score}, others from {usual}",
            "it would be dispatched before everything else.",
            "multiply by 1000 if it is per kWh.";
        zh: "{table} “{component}”：{field} = {value} {unit} 似乎是每千瓦时的价格：{measure} = {score}，其余自 {usual} 起",
            "它会优先于一切被调度。",
            "若按每千瓦时计，请乘以 1000。";
    SLIP_COLUMN = "N0706" Warning
        en: "{table}: the column {field} as a whole looks to be in another unit: {measure} = {score}, usual are values below {usual}",
            "every result scales with it.",
            "check the unit of the column: MW, MVA, p.u., per MWh.";
        zh: "{table}：{field} 整列似乎用了别的单位：{measure} = {score}，通常低于 {usual}",
            "所有结果都会随之缩放。",
            "请检查该列单位：MW、MVA、标幺、每兆瓦时。";
}
