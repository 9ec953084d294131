//! Time on paper: where steps lie, which labels fit, and how long series are thinned.

use super::svg::{c, Panel, Scale, Svg};
use super::write::{num, TableHtml};
use crate::report::text;
use fenggu_net::TimeAxis;

/// Blocks that are drawn at most: a line then has two thousand points, an area a thousand steps.
const BLOCKS: usize = 1000;
/// Longer horizons are drawn by the day: a year of hours as lines would be a solid bar.
const DAILY_FROM_DAYS: f64 = 62.0;
/// Rows of a table in the page at most; the CSV has all.
const TABLE_ROWS: usize = 240;

/// The steps laid out one after the other, in hours from the start.
pub(super) struct Timeline<'a> {
    /// The axis.
    pub time: &'a TimeAxis,
    /// Hours from the start at the edges of the steps, `[step + 1]`.
    pub edges_h: Vec<f64>,
}

impl<'a> Timeline<'a> {
    /// The timeline of an axis.
    pub fn new(time: &'a TimeAxis) -> Self {
        let mut edges_h = vec![0.0];
        for &h in &time.duration_h {
            edges_h.push(edges_h[edges_h.len() - 1] + h);
        }
        Timeline { time, edges_h }
    }
    fn steps(&self) -> usize {
        self.edges_h.len() - 1
    }
    /// Steps that are drawn together.
    fn blocks(&self, steps: usize) -> Vec<(usize, usize)> {
        if self.daily() {
            let per_day = (24.0 * steps as f64 / self.total_h()).round().max(1.0) as usize;
            if steps / per_day <= BLOCKS {
                return (0..steps).step_by(per_day).map(|a| (a, (a + per_day).min(steps))).collect();
            }
        }
        blocks(steps, BLOCKS)
    }
    /// Whether lines are daily means, with the day's range as a band.
    pub fn daily(&self) -> bool {
        self.total_h() > 24.0 * DAILY_FROM_DAYS && self.steps() > BLOCKS
    }
    fn total_h(&self) -> f64 {
        self.edges_h[self.steps()]
    }
    /// Whether there is a calendar.
    pub fn has_calendar(&self) -> bool {
        !self.time.start_utc_s.is_empty()
    }
    /// The horizontal scale of a panel.
    pub fn scale(&self, panel: Panel) -> Scale {
        Scale::new(0.0, self.total_h(), panel.left, panel.right)
    }
    /// Label of a step for people: the end of the period, with the date when there are several days.
    pub fn label(&self, t: usize) -> String {
        let end = self.time.end_label(t);
        if self.has_calendar() && self.total_h() > 24.0 + 1e-9 {
            format!("{} {end}", self.time.date_label(t))
        } else {
            end
        }
    }
    /// Ticks `(hour, label)`, at most about `most`.
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let n = self.steps();
        if !self.has_calendar() {
            let mut stride = 1;
            for k in [1, 2, 4, 6, 12, 24, 48, 168, 336, 672, 1344, 2688, 5376, 10_752, 21_504, 43_008] {
                stride = k;
                if n / k <= most {
                    break;
                }
            }
            return (1..=n).filter(|k| k % stride == 0 || n < stride).map(|k| (self.edges_h[k], k.to_string())).collect();
        }
        if self.total_h() <= 49.0 {
            let stride = [0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 12.0].into_iter().find(|s| self.total_h() / s <= most as f64).unwrap_or(12.0);
            let on = |h: f64| (h / stride - (h / stride).round()).abs() < 1e-6;
            let clock = |h: f64| format!("{:02}:{:02}", h.trunc() as u32, (h.fract() * 60.0).round() as u32);
            let mut out = Vec::new();
            for k in 0..=n {
                // An inner edge is the end of one step and the start of the next; it is labelled as an end.
                let hour =
                    if k < n { self.time.hour_of_day(k) } else { (self.time.hour_of_day(n - 1) + self.time.duration_h[n - 1]) % 24.0 };
                if on(hour) {
                    out.push((self.edges_h[k], if k == 0 { clock(hour) } else { self.time.end_label(k - 1) }));
                }
            }
            return out;
        }
        let mut days: Vec<(usize, String)> = Vec::new();
        for t in 0..n {
            let date = self.time.date_label(t);
            if days.last().is_none_or(|(_, d)| *d != date) {
                days.push((t, date));
            }
        }
        if days.len() > 62 {
            days.dedup_by(|a, b| a.1.get(..7) == b.1.get(..7));
            let stride = days.len().div_ceil(most.max(1));
            return days.iter().step_by(stride).map(|(t, d)| (self.edges_h[*t], d.get(..7).unwrap_or(d).to_string())).collect();
        }
        let stride = [1, 2, 3, 7, 14, 28].into_iter().find(|s| days.len() / s <= most).unwrap_or(28);
        days.iter().step_by(stride).map(|(t, d)| (self.edges_h[*t], d.get(5..).unwrap_or(d).to_string())).collect()
    }
    /// Draws the horizontal axis below a panel.
    pub fn x_axis(&self, svg: &mut Svg, panel: Panel, x: Scale, labels: bool) {
        let narrow = svg.size.narrow;
        for (h, label) in self.ticks(if narrow { 5 } else { 13 }) {
            let px = x.at(h);
            svg.line(px, panel.bottom, px, panel.bottom + 5.0, "class=\"tick\"");
            if labels {
                let anchor = if px > panel.right - 14.0 && narrow { "class=\"t e\"" } else { "class=\"t m\"" };
                svg.text(px, panel.bottom + 19.0, anchor, &label);
            }
        }
        svg.line(panel.left, panel.bottom, panel.right, panel.bottom, "class=\"axis\"");
        if labels {
            let (en, zh) = self.title();
            svg.text_both(panel.right, panel.bottom + 37.0, "class=\"t e u\"", &en, &zh);
        }
    }
    /// Title of the horizontal axis.
    pub fn title(&self) -> (String, String) {
        let t = if !self.has_calendar() {
            text::AXIS_STEP
        } else if self.total_h() <= 49.0 {
            text::AXIS_PERIOD_END
        } else {
            text::AXIS_DATE
        };
        (t.en.replace("{0}", &self.time.zone), t.zh.replace("{0}", &self.time.zone))
    }
    /// Attributes of a drawing that the hover script reads: edges of the panel and hours there.
    pub fn hover(&self, panel: Panel) -> String {
        format!(" data-hover=\"{} {} {}\"", c(panel.left), c(panel.right), self.total_h())
    }
    /// The path of a line that is constant in each step; long series keep the least and greatest value of every block.
    pub fn line(&self, values: &[f64], x: Scale, y: Scale) -> String {
        let mut d = String::new();
        let mut down = false;
        let blocks = self.blocks(self.steps().min(values.len()));
        let thin = !self.daily() && blocks.iter().any(|b| b.1 - b.0 > 1);
        for (a, b) in blocks {
            let slice = &values[a..b];
            if slice.iter().all(|v| v.is_nan()) {
                down = false;
                continue;
            }
            let (x0, x1) = (x.at(self.edges_h[a]), x.at(self.edges_h[b]));
            let mut ends = [mean_of(slice); 2];
            if thin {
                let (mut lo, mut hi) = (a, a);
                for t in a..b {
                    if values[lo].is_nan() || values[t] < values[lo] {
                        lo = t;
                    }
                    if values[hi].is_nan() || values[t] > values[hi] {
                        hi = t;
                    }
                }
                ends = [values[lo.min(hi)], values[lo.max(hi)]];
            }
            let verb = if down { 'L' } else { 'M' };
            if thin {
                d += &format!("{verb}{} {}L{} {}", c(x0), c(y.at(ends[0])), c((x0 + x1) / 2.0), c(y.at(ends[1])));
            } else if down {
                d += &format!("V{}H{}", c(y.at(ends[0])), c(x1));
            } else {
                d += &format!("M{} {}H{}", c(x0), c(y.at(ends[0])), c(x1));
            }
            down = true;
        }
        d
    }
    /// The area between two series, constant in each step; long series are drawn as means of blocks.
    pub fn area(&self, low: &[f64], high: &[f64], x: Scale, y: Scale) -> String {
        let blocks = self.blocks(self.steps().min(low.len()).min(high.len()));
        let mean = |s: &[f64], (a, b): (usize, usize)| s[a..b].iter().sum::<f64>() / (b - a) as f64;
        let mut d = String::new();
        let mut run: Vec<(usize, usize)> = Vec::new();
        let close = |run: &mut Vec<(usize, usize)>, d: &mut String| {
            if run.is_empty() {
                return;
            }
            for (i, &b) in run.iter().enumerate() {
                let (x0, x1, top) = (x.at(self.edges_h[b.0]), x.at(self.edges_h[b.1]), c(y.at(mean(high, b))));
                *d += &if i == 0 { format!("M{} {top}H{}", c(x0), c(x1)) } else { format!("V{top}H{}", c(x1)) };
            }
            for &b in run.iter().rev() {
                *d += &format!("V{}H{}", c(y.at(mean(low, b))), c(x.at(self.edges_h[b.0])));
            }
            d.push('Z');
            run.clear();
        };
        // Blocks of no height are left out, so that a battery at rest leaves no hairline.
        for b in blocks {
            if (mean(high, b) - mean(low, b)).abs() > 1e-9 {
                run.push(b);
            } else {
                close(&mut run, &mut d);
            }
        }
        close(&mut run, &mut d);
        d
    }
    /// The area between the least of `low` and the greatest of `high` in every block: the range that lines of means hide.
    pub fn range(&self, low: &[f64], high: &[f64], x: Scale, y: Scale) -> String {
        let (mut l, mut h) = (low.to_vec(), high.to_vec());
        for (a, b) in self.blocks(self.steps().min(low.len()).min(high.len())) {
            let least = low[a..b].iter().copied().filter(|v| v.is_finite()).fold(f64::INFINITY, f64::min);
            let most = high[a..b].iter().copied().filter(|v| v.is_finite()).fold(f64::NEG_INFINITY, f64::max);
            let known = least <= most;
            l[a..b].fill(if known { least } else { 0.0 });
            h[a..b].fill(if known { most } else { 0.0 });
        }
        self.area(&l, &h, x, y)
    }
    /// Whether areas are drawn as means of several steps, and of how many.
    pub fn thinned(&self) -> Option<usize> {
        let k = self.blocks(self.steps()).first().map_or(1, |b| b.1 - b.0);
        (k > 1).then_some(k)
    }
    /// A table of series over time, `(heading, values, decimals)`; long ones as means of blocks, which the table says.
    pub fn table(&self, columns: &[(String, &[f64], usize)]) -> String {
        let first = super::write::say(if self.has_calendar() { text::PERIOD_END } else { text::STEP });
        let head: Vec<String> = std::iter::once(first).chain(columns.iter().map(|(h, ..)| h.clone())).collect();
        let mut table = TableHtml::new(&head, 1);
        let blocks = blocks(self.steps(), TABLE_ROWS);
        let k = blocks.first().map_or(1, |b| b.1 - b.0);
        for &(a, b) in &blocks {
            let mut cells = vec![self.label(b - 1)];
            for (_, values, decimals) in columns {
                let some: Vec<f64> = values.get(a..b).unwrap_or(&[]).iter().copied().filter(|v| !v.is_nan()).collect();
                let mean = if some.is_empty() { f64::NAN } else { some.iter().sum::<f64>() / some.len() as f64 };
                cells.push(num(mean, *decimals));
            }
            table.row_with(&format!(" data-e=\"{}\"", self.edges_h[b]), &cells);
        }
        let note = if k > 1 {
            format!("<p class=\"note\">{}</p>", super::write::say_with(text::TABLE_MEANS, &[&k.to_string()]))
        } else {
            String::new()
        };
        note + &table.finish()
    }
}

fn mean_of(values: &[f64]) -> f64 {
    let (sum, n) = values.iter().filter(|v| !v.is_nan()).fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
    sum / n
}

/// `n` steps in at most `most` blocks of equal length (the last may be shorter).
pub(super) fn blocks(n: usize, most: usize) -> Vec<(usize, usize)> {
    let k = n.div_ceil(most.max(1)).max(1);
    (0..n).step_by(k).map(|a| (a, (a + k).min(n))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_96_points_ends_at_24() {
        let time = TimeAxis::from_start(1_733_760_000, 96, 0.25, "Asia/Shanghai");
        let line = Timeline::new(&time);
        let ticks = line.ticks(13);
        assert_eq!(ticks.first().map(|t| t.1.as_str()), Some("00:00"));
        assert_eq!(ticks.last(), Some(&(24.0, "24:00".to_string())));
        assert_eq!(line.label(0), "00:15");
    }

    #[test]
    fn long_series_are_thinned_but_keep_their_peak() {
        let time = TimeAxis::from_start(1_704_038_400, 8784, 0.125, "Asia/Shanghai");
        let line = Timeline::new(&time);
        assert!(!line.daily());
        let mut values = vec![1.0; 8784];
        values[5000] = 99.0;
        let (x, y) = (Scale::new(0.0, 1098.0, 0.0, 1000.0), Scale::new(0.0, 100.0, 100.0, 0.0));
        let d = line.line(&values, x, y);
        assert!(d.matches('L').count() + d.matches('M').count() <= 2000);
        assert!(d.contains(" 1L") || d.contains(" 1M") || d.ends_with(" 1"), "the peak is drawn");
        // A year is drawn by the day, its range as a band that reaches the peak.
        let time = TimeAxis::from_start(1_704_038_400, 8784, 1.0, "Asia/Shanghai");
        let line = Timeline::new(&time);
        let x = Scale::new(0.0, 8784.0, 0.0, 1000.0);
        assert_eq!(line.blocks(8784).len(), 366);
        assert!(line.range(&values, &values, x, y).contains(" 1H"));
        assert_eq!(line.ticks(13).len(), 12);
        assert_eq!(line.ticks(13)[0].1, "2024-01");
    }

    #[test]
    fn odd_axes_have_ticks() {
        for time in
            [TimeAxis::uniform(1, 1.0), TimeAxis::uniform(7, 3.0), TimeAxis::uniform(35_136, 0.25), TimeAxis::from_start(0, 1, 1.0, "UTC")]
        {
            let line = Timeline::new(&time);
            let ticks = line.ticks(10);
            assert!(!ticks.is_empty() && ticks.len() <= 15, "{} {}", time.steps(), ticks.len());
        }
    }
}
