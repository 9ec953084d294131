//! The fit report as text, English and Chinese.

use crate::report::{FitReport, MonthFit};
use std::fmt::Write;

/// Language of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportLanguage {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl FitReport {
    /// Months, of twelve, whose left-out price shape correlates at least `threshold` with the published one.
    pub fn months_at_least(&self, threshold: f64) -> usize {
        self.months.iter().filter(|m| m.correlation_left_out >= threshold).count()
    }
    /// The month with the lowest left-out correlation.
    pub fn worst(&self) -> Option<&MonthFit> {
        self.months.iter().min_by(|a, b| a.correlation_left_out.total_cmp(&b.correlation_left_out))
    }
    /// The month with the highest left-out correlation.
    pub fn best(&self) -> Option<&MonthFit> {
        self.months.iter().max_by(|a, b| a.correlation_left_out.total_cmp(&b.correlation_left_out))
    }
    /// Largest left-out error of a month's thermal energy, %.
    pub fn thermal_error_pct(&self) -> f64 {
        let error = |m: &MonthFit| (m.thermal_left_out_twh / m.thermal_published_twh - 1.0).abs() * 100.0;
        self.months.iter().map(error).fold(0.0, f64::max)
    }
    /// Mean of a figure over the months.
    pub fn mean(&self, of: impl Fn(&MonthFit) -> f64) -> f64 {
        self.months.iter().map(of).sum::<f64>() / self.months.len().max(1) as f64
    }

    /// Table and plain words, in Markdown.
    pub fn text(&self, language: ReportLanguage) -> String {
        let zh = language == ReportLanguage::Chinese;
        let mut s = String::new();
        let _ = writeln!(
            s,
            "{}\n",
            if zh {
                format!("合成山西 2024(种子 {}):与公布的月度数据对比。留一法:拟合时不使用该月的电价与负荷曲线。", self.seed)
            } else {
                format!(
                    "Synthetic Shanxi 2024 (seed {}) against the published monthly figures. Left out: the fit has seen neither the month's prices nor its load shape.",
                    self.seed
                )
            }
        );
        let head = if zh {
            "| 月 | 电价曲线相关系数:样本内 | 留一 | 其余11月平均 | 平均误差 元/MWh:样本内 | 留一 | 其余11月平均 | 均价:公布 | 留一 | 峰谷差:公布 | 留一 | 火电 TWh:公布 | 样本内 | 留一 | 误差 % | 火电曲线相关(留一) | 风电 TWh:公布 | 模型 | 光伏 TWh:公布 | 模型 |"
        } else {
            "| month | price shape correlation: in sample | left out | mean of other 11 | mean error CNY/MWh: in sample | left out | mean of other 11 | mean price: published | left out | spread: published | left out | thermal TWh: published | in sample | left out | error % | thermal shape corr. left out | wind TWh: published | model | solar TWh: published | model |"
        };
        let _ = writeln!(s, "{head}\n|{}", "--:|".repeat(20));
        for m in &self.months {
            let _ = writeln!(
                s,
                "| {} | {:.3} | {:.3} | {:.3} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} | {:+.2} | {:.3} | {:.2} | {:.2} | {:.2} | {:.2} |",
                m.month,
                m.correlation,
                m.correlation_left_out,
                m.correlation_baseline,
                m.error,
                m.error_left_out,
                m.error_baseline,
                m.mean_published,
                m.mean_left_out,
                m.spread_published,
                m.spread_left_out,
                m.thermal_published_twh,
                m.thermal_twh,
                m.thermal_left_out_twh,
                (m.thermal_left_out_twh / m.thermal_published_twh - 1.0) * 100.0,
                m.thermal_shape_left_out,
                m.wind_published_twh,
                m.wind_twh,
                m.solar_published_twh,
                m.solar_twh,
            );
        }
        s.push('\n');
        s.push_str(&self.words(zh));
        s
    }

    fn words(&self, zh: bool) -> String {
        let mut s = String::new();
        let (Some(worst), Some(best)) = (self.worst(), self.best()) else { return s };
        let july = self.months.get(6);
        let level =
            self.months.iter().map(|m| (m.thermal_level_left_out_twh / m.thermal_published_twh - 1.0).abs() * 100.0).fold(0.0, f64::max);
        let means = (self.mean(|m| m.error), self.mean(|m| m.error_left_out), self.mean(|m| m.error_baseline));
        let counts = (self.months_at_least(0.9), self.months.iter().filter(|m| m.correlation_baseline >= 0.9).count());
        let spread = july.map_or((0.0, 0.0), |m| (m.spread_published, m.spread_left_out));
        let thermal = self.thermal_error_pct();
        if zh {
            let _ = writeln!(
                s,
                "- 留一法相关系数不低于 0.9 的月份:12 个月中 {} 个;最差 {} 月 {:.3},最好 {} 月 {:.3}。",
                counts.0, worst.month, worst.correlation_left_out, best.month, best.correlation_left_out
            );
            let _ = writeln!(s, "- 仅凭其余 11 个月的平均曲线即可在 {} 个月达到 0.9,因此相关系数本身要求不高;平均绝对误差更能说明问题:样本内 {:.1}、留一 {:.1}、平均曲线 {:.1} 元/MWh。", counts.1, means.0, means.1, means.2);
            let _ = writeln!(
                s,
                "- 7 月曲线几乎是平的(公布峰谷差 {:.0} 元/MWh,模型 {:.0}),相关系数高说明不了什么。冬季和 5 月的峰谷差被低估。",
                spread.0, spread.1
            );
            let _ = writeln!(s, "- 火电电量留一误差最大 {thermal:.2} %。公布的“负荷加外送”本身由火电除以(1−风−光)推得,所以这一项主要检验收支与出清(抽蓄损失、最小出力造成的弃风弃光),并非预测。若连该月的负荷加外送水平也不给(取相邻两月平均),误差最大为 {level:.0} %。");
            let _ = writeln!(s, "- 输入:各月负荷加外送水平、风光占比、负荷曲线(留一时不含该月)。目标:日前电价、火电曲线与电量。");
            let _ = writeln!(
                s,
                "- 报价阶梯:冬季最小出力 {:.0} %,其余 {:.0} %;爬坡加价 {:.0} 元/MWh 每 GW/h(前 {} 小时)。",
                self.ladder.min_share_winter * 100.0,
                self.ladder.rule.min_share_summer * 100.0,
                self.ladder.premium_per_gw_h,
                self.ladder.rise_h
            );
        } else {
            let _ = writeln!(
                s,
                "- Left out, {} of 12 months reach 0.9; worst month {} with {:.3}, best month {} with {:.3}.",
                counts.0, worst.month, worst.correlation_left_out, best.month, best.correlation_left_out
            );
            let _ = writeln!(s, "- The mean curve of the other eleven months, without any model, reaches 0.9 in {} months, so that the correlation alone asks little. The mean absolute error tells more: {:.1} in sample, {:.1} left out, {:.1} CNY/MWh for that mean curve.", counts.1, means.0, means.1, means.2);
            let _ = writeln!(s, "- July is nearly flat (spread {:.0} CNY/MWh published, {:.0} in the model): its correlation proves little. The spreads of winter and of May come out too small.", spread.0, spread.1);
            let _ = writeln!(s, "- Thermal energy is off by at most {thermal:.2} % left out. The published load plus export is itself thermal divided by (1 - wind - sun), so this mostly checks the balance and the clearing (pumping losses, curtailment at must-run output); it is no forecast. Without the month's level of load plus export either (mean of its neighbours instead), the error is up to {level:.0} %.");
            let _ = writeln!(s, "- Inputs: level of load plus export by month, wind and solar shares, load shape (left out: without that month). Targets: day-ahead prices, thermal shape and energy.");
            let _ = writeln!(s, "- Ladder: must-run {:.0} % in the heat season, {:.0} % outside; premium {:.0} CNY/MWh for each GW/h of rise over {} hours.", self.ladder.min_share_winter * 100.0, self.ladder.rule.min_share_summer * 100.0, self.ladder.premium_per_gw_h, self.ladder.rise_h);
        }
        let _ = writeln!(
            s,
            "\n{}\n",
            if zh {
                "日前电价对火电出力(月均各小时),元/MWh:"
            } else {
                "Day-ahead price by cleared thermal output (hours of the monthly mean days), CNY/MWh:"
            }
        );
        let _ = writeln!(s, "| GW | {} | {} |\n|--:|--:|--:|", if zh { "公布" } else { "published" }, if zh { "模型" } else { "model" });
        for (low, published, model) in &self.supply_curve {
            let _ =
                writeln!(s, "| {low:.0}-{:.0} | {published:.0} | {} |", low + 2.0, model.map_or("–".to_string(), |m| format!("{m:.0}")));
        }
        s
    }
}
