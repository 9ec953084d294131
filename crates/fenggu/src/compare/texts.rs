//! Every word of a comparison, in both languages. `{0}`, `{1}`, ... are filled in.

use crate::report::text::Text;
use crate::report::Bilingual;

/// A text that takes arguments.
impl Text {
    /// Filled in.
    pub(super) fn say(self, args: &[&str]) -> Bilingual {
        let fill = |t: &str| args.iter().enumerate().fold(t.to_string(), |t, (k, a)| t.replace(&format!("{{{k}}}"), a));
        Bilingual::new(fill(self.en), fill(self.zh))
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
    KIND = "comparison", "对比";
    FIRST = "A: {0}", "A：{0}";
    SECOND = "B: {0}", "B：{0}";
    SAME = "The same: nothing differs beyond the tolerance ({0})", "相同：差异均不超过容差（{0}）";
    DIFFERENT = "Different", "不同";
    // What was not compared
    ONE_RUN_ONLY = "Only one of the two is a run: results were not compared, only the data.", "两者中只有一个是运行结果：只比较数据，未比较结果。";
    NO_INPUT_NAMED = "{0}: its manifest names no input file, so the data behind it could not be compared.", "{0}：其 manifest 未记录输入文件，无法比较数据。";
    INPUT_GONE = "{0}: its input {1} is not there any more, so the data behind it could not be compared.", "{0}：输入 {1} 已不存在，无法比较数据。";
    INPUT_CHANGED = "{0}: its input {1} has changed since the run (other digest), so the data behind it could not be compared.", "{0}：输入 {1} 在运行之后已改动（摘要不符），无法比较数据。";
    INPUT_UNREADABLE = "{0}: its input {1} could not be read as a network without errors, so the data behind it could not be compared.", "{0}：输入 {1} 无法无误地读为网络，无法比较数据。";
    NO_CARRIERS = "Without the network of a run its costs by part and its energy by carrier are not known: sums are by table.", "缺少运行所用网络时，无法按构成分解费用、按能源种类汇总电量：仅按表汇总。";
    BAD_MANIFEST = "{0}: is not the manifest of a fenggu run ({1})", "{0}：不是 fenggu 运行的 manifest（{1}）";
    NOTHING_COMMON = "there is nothing to compare: one is a network, the other a run whose network is not at hand.", "没有可比较的内容：一个是网络，另一个是缺少网络的运行结果。";
    // What to know
    STEPS_BY_START = "Steps were matched by their start: {0} in A, {1} in B, {2} in both. Only those are compared.", "时段按起始时刻配对：A 有 {0} 个，B 有 {1} 个，共有 {2} 个；只比较共有时段。";
    STEPS_BY_ORDER = "No step starts at the same instant in both; they were compared in order: {0} in A, {1} in B, the first {2} compared.", "两者没有起始时刻相同的时段，按顺序比较：A 有 {0} 个，B 有 {1} 个，比较前 {2} 个。";
    OTHER_NAME = "The networks have other names (\"{0}\", \"{1}\"): that does not count as a difference.", "两个网络名称不同（“{0}”“{1}”），不计为差异。";
    CARRIED = "Columns that were only kept for the way back to their format differ; no analysis uses them and they were not compared.", "仅为写回原格式而保留的列有差异；任何分析都不使用，未作比较。";
    NO_COMMON_NAME = "{0}: no name is in both ({1} in A, {2} in B). Elements are matched by name: if they are the same things under other names, rename them first.", "{0}：没有共同名称（A 有 {1} 个，B 有 {2} 个）。元件按名称配对；若只是名称不同，请先统一名称。";
    NUMBERED = "{0}: names are row numbers and the counts differ ({2} in A, {3} in B); elements were matched by what they connect, {1} found again, under A's names.", "{0}：名称即行号且数量不同（A 有 {2} 个，B 有 {3} 个）；按所连接的对象配对，找到 {1} 个，以 A 的名称表示。";
    EQUAL_COST = "Both cost the same. Where several dispatches are equally cheap, or several prices support one, runs may choose different ones: what differs below need not matter.", "两者费用相同。当多个调度方案同样便宜、或多组电价支持同一方案时，不同运行可能选取不同结果：以下差异未必重要。";
    ONLY_A = "reported by A only", "仅 A 报告";
    ONLY_B = "reported by B only", "仅 B 报告";
    // Sections
    S_ELEMENTS = "Elements", "元件增减";
    S_SETTINGS = "Settings of the network", "网络设置";
    S_FIELDS = "Data", "数据";
    S_COST = "Cost", "费用";
    S_ENERGY = "Energy", "电量";
    S_PRICES = "Prices", "电价";
    S_QUANTITIES = "Results", "结果";
    S_OPTIONS = "Options and versions", "选项与版本";
    N_FIELDS = "Largest relative change first; of a series, the step of the largest change.", "按相对变化从大到小；序列取变化最大的时段。";
    N_COST = "Parts are recomputed by the referee from the tariffs.", "各部分由校核器按费率重新计算。";
    N_ENERGY = "Over the steps that were compared, with their weights; flows are left out, since they do not add up.", "对所比较时段按权重求和；潮流不可加总，未列入。";
    N_QUANTITIES = "Largest difference first, relative to the largest size of the quantity.", "按相对于该量最大值的差异从大到小。";
    N_OPTIONS = "These do not make two runs different; what they do to results does.", "这些不计为差异；其对结果的影响才计入。";
    // Columns
    TABLE = "table", "表";
    ELEMENT = "element", "元件";
    FIELD = "field", "字段";
    QUANTITY = "quantity", "量";
    CARRIER = "carrier", "能源";
    WHAT = "what", "项目";
    WHEN = "when", "时间";
    CHANGED = "changed", "变化数";
    DIFFER = "differ", "差异数";
    STEPS = "steps", "时段数";
    DIFFERENCE = "difference", "差值";
    PERCENT = "%", "%";
    REMOVED = "only in A", "仅在 A";
    ADDED = "only in B", "仅在 B";
    // Rows
    STATUS = "status", "状态";
    OBJECTIVE = "objective", "目标值";
    BOUND = "proven bound", "已证下界";
    MEAN_PRICE = "mean over buses and steps", "各节点各时段均值";
    MEAN_DIFFERENCE = "mean size of the difference", "差值绝对值的均值";
    LARGEST_AT = "largest difference, at {0}", "最大差值，位于 {0}";
    IN_ALL = "{0} of {1} values", "{1} 个值中的 {0} 个";
    MISSING = "{0} elements only in A, {1} only in B", "{0} 个元件仅在 A，{1} 个仅在 B";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_both_languages_and_the_same_places() {
        let chinese = |s: &str| s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for (name, t) in ALL {
            assert!(!t.en.trim().is_empty() && !chinese(t.en), "{name}: {}", t.en);
            assert!(chinese(t.zh) || matches!(*name, "PERCENT" | "FIRST" | "SECOND"), "{name}: {}", t.zh);
            for k in 0..6 {
                let place = format!("{{{k}}}");
                assert_eq!(t.en.contains(&place), t.zh.contains(&place), "{name}: {place}");
            }
        }
    }
}
