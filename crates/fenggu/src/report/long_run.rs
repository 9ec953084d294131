//! The run folder of a rolling run: results streamed window by window, a page of daily means, tables by month.
//!
//! Memory holds one window, one month of main results, and the daily means; nothing that grows with the number of steps but
//! those means (one value a day where the network's profiles have 24 or 96).

use super::error::{ReportError, ReportErrorKind};
use super::folder::{clear_older_run, clear_tables, Folder};
use super::results_file::ResultsWriter;
use super::run::{Binding, ReportOptions, Run, TableFiles};
use super::{html, json, wide, Bilingual, Written};
use crate::slice::Slicer;
use fenggu_net::results::{Outcome, Shape};
use fenggu_net::{Network, Quantity, Results, TableId, TimeAxis};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// What a rolling run left behind, ready to be written down.
pub struct LongRun<'a> {
    /// The run: its network is the whole study, its results hold the outcome, the objective and quantities without steps.
    pub run: Run<'a>,
    /// Cuts parts out of the study.
    pub slicer: &'a Slicer,
    /// Steps that stand of every finished window, in order, without gaps from step 0.
    pub ranges: Vec<Range<usize>>,
    /// Reads the results of a finished window.
    pub read: &'a dyn Fn(usize) -> Result<Results, ReportError>,
    /// Says which limits bind in a part.
    pub binding: &'a dyn Fn(&Network, &Results) -> Vec<Binding>,
    /// The window without an answer: its network and what an elastic re-solve found.
    pub failing: Option<(&'a Network, &'a Results)>,
    /// `rolling.json`: the windows, as text.
    pub windows: String,
    /// Up to this many values (components × steps) the page and the tables show every step; beyond, days and months.
    pub cells_shown: usize,
}

/// Writes the folder; `STATUS` last.
///
/// # Errors
/// [`ReportError`] with the path that could not be read or written.
pub fn write_long_run(long: &LongRun, dir: &Path, options: &ReportOptions) -> Result<Written, ReportError> {
    let (net, finished) = (long.run.network, long.ranges.last().map_or(0, |r| r.end));
    clear_older_run(dir)?;
    // An interrupted run that goes on has lost its STATUS already, and has tables of what was finished then.
    clear_tables(dir)?;
    let mut folder = Folder::new(dir);
    let mut tables = Folder::new(dir);
    let mut shown = Shown::new(net, finished, long.cells_shown);
    let mut months = Months::new(net, if shown.whole_steps() || options.tables == TableFiles::None { 0 } else { finished });
    let mut binding: Vec<Binding> = Vec::new();
    folder.stream("results.parquet", |out, path| {
        let fail = |e: parquet::errors::ParquetError| ReportError::new(path, ReportErrorKind::Io(e.to_string()));
        let mut writer = ResultsWriter::new(net, long.run.results.outcome, out).map_err(fail)?;
        writer.whole(long.run.results).map_err(fail)?;
        for (k, range) in long.ranges.iter().enumerate() {
            let part = (long.read)(k)?;
            writer.part(&part, range.clone()).map_err(fail)?;
            shown.add(net, &part, range.start);
            months.add(net, &part, range.start, &mut |name, month, results| {
                let part = long.slicer.cut(month);
                for table in wide::main_tables(&part, results) {
                    tables.stream(&format!("tables/{name}/{}.csv", table.name), |out, path| {
                        wide::write_csv(&table, options.lang, out, path)
                    })?;
                }
                Ok(())
            })?;
            merge_binding(&mut binding, (long.binding)(&long.slicer.cut(range.clone()), &part), range.start);
        }
        writer.finish().map(drop).map_err(fail)
    })?;
    folder.take(tables);
    binding.sort_by(|a, b| b.value.total_cmp(&a.value).then(b.mean_price.total_cmp(&a.mean_price)));
    let run = Run { binding, ..long.run.clone() };

    // The page and the tables beside it: of days, of the failing window where there is one, of nothing where nothing is finished.
    let (shown_net, shown_results) = match finished {
        // Nothing to show but how it ended: the first step stands for a network with steps.
        0 => (long.slicer.cut(0..1), Results::new(run.results.outcome, 1)),
        _ => shown.finish(net, long.slicer, run.results),
    };
    let mut page = Run { network: &shown_net, results: &shown_results, ..run.clone() };
    if let Some((failing, results)) = long.failing {
        (page.network, page.results) = (failing, results);
    }
    page.binding.iter_mut().for_each(|b| b.worst_step = None);
    if long.failing.is_none() && !shown.whole_steps() {
        page.story.push(Bilingual::new(
            "The pictures and tables of this page are daily means; prices within a day go further. Every step is in results.parquet, and by \
             month in the folder tables.",
            "本页图表为日均值;日内电价波动更大。全部时段见 results.parquet,按月见 tables 文件夹。",
        ));
    }
    let wide_tables = match options.tables {
        TableFiles::None => Vec::new(),
        _ if finished == 0 => Vec::new(),
        _ => wide::tables(&shown_net, &shown_results),
    };
    for table in &wide_tables {
        folder.stream(&format!("tables/{}.csv", table.name), |out, path| wide::write_csv(table, options.lang, out, path))?;
    }
    if options.tables == TableFiles::CsvAndXlsx && !wide_tables.is_empty() {
        folder.stream("tables.xlsx", |out, path| wide::write_xlsx(&wide_tables, options.lang, &run.started_utc, out, path))?;
    }
    folder.text("check.json", &json::findings_json(run.findings))?;
    folder.text("certificate.json", &json::certificate(&run))?;
    folder.text("rolling.json", &long.windows)?;
    folder.text("why.json", &json::why(if long.failing.is_some() { &page } else { &run }))?;
    let names: Vec<String> = wide_tables.iter().map(|t| t.name.clone()).collect();
    folder.text("report.html", &html::page(&page, options, &names))?;
    let manifest = json::manifest(&run, folder.files());
    folder.text("manifest.json", &manifest)?;
    folder.text("STATUS", &format!("{}\n", run.status().word()))?;
    Ok(folder.written())
}

/// Consecutive steps with the same label.
fn groups(finished: usize, label: impl Fn(usize) -> String) -> Vec<(String, Range<usize>)> {
    let mut out: Vec<(String, Range<usize>)> = Vec::new();
    for t in 0..finished {
        let name = label(t);
        match out.last_mut() {
            Some((last, range)) if *last == name => range.end = t + 1,
            _ => out.push((name, t..t + 1)),
        }
    }
    out
}

/// Number of the day, for a study without a calendar.
fn days(time: &TimeAxis, finished: usize) -> Vec<usize> {
    let mut hours = 0.0;
    let mut day = |h: &f64| {
        let day = (hours / 24.0 + 1e-9) as usize;
        hours += h;
        day
    };
    time.duration_h[..finished].iter().map(&mut day).collect()
}

/// Means over days (or every step of a short study), gathered part by part.
struct Shown {
    groups: Vec<Range<usize>>,
    /// Group of every step that is finished.
    of: Vec<u32>,
    hours: Vec<f64>,
    sums: BTreeMap<Quantity, Vec<f64>>,
    duration_h: Vec<f64>,
}

impl Shown {
    fn new(net: &Network, finished: usize, cells_shown: usize) -> Shown {
        let components: usize = TableId::ALL.iter().map(|&t| net.table(t).count()).sum();
        let duration_h = net.time.duration_h[..finished].to_vec();
        let groups: Vec<Range<usize>> = if components * finished <= cells_shown {
            (0..finished).map(|t| t..t + 1).collect()
        } else if net.time.start_utc_s.is_empty() {
            let day = days(&net.time, finished);
            groups(finished, |t| day[t].to_string()).into_iter().map(|g| g.1).collect()
        } else {
            groups(finished, |t| net.time.date_label(t)).into_iter().map(|g| g.1).collect()
        };
        let of = groups.iter().enumerate().flat_map(|(g, r)| std::iter::repeat_n(g as u32, r.len())).collect();
        let hours = groups.iter().map(|r| duration_h[r.clone()].iter().sum()).collect();
        Shown { groups, of, hours, sums: BTreeMap::new(), duration_h }
    }
    fn whole_steps(&self) -> bool {
        self.groups.len() == self.of.len()
    }
    fn add(&mut self, net: &Network, part: &Results, start: usize) {
        let count = self.groups.len();
        for (q, column) in part.columns().filter(|(q, _)| q.spec().shape == Shape::PerStep) {
            let sums = self.sums.entry(q).or_insert_with(|| vec![0.0; net.table(q.spec().table).count() * count]);
            // Energy is at the end of the day, everything else a mean over it.
            let at_end = matches!(q, Quantity::StorageSoc | Quantity::StoreEnergy);
            for (e, values) in column.chunks(part.steps).enumerate() {
                let to = &mut sums[e * count..(e + 1) * count];
                for (k, v) in values.iter().enumerate() {
                    let g = self.of[start + k] as usize;
                    if at_end {
                        to[g] = *v;
                    } else {
                        to[g] += v * (self.duration_h[start + k] / self.hours[g]);
                    }
                }
            }
        }
    }
    fn finish(&mut self, net: &Network, slicer: &Slicer, whole: &Results) -> (Network, Results) {
        let count = self.groups.len();
        let time = &net.time;
        let weighted = |w: &[f64]| -> Vec<f64> {
            let mean = |(r, h): (&Range<usize>, &f64)| r.clone().map(|t| w[t] * time.duration_h[t]).sum::<f64>() / h;
            self.groups.iter().zip(&self.hours).map(mean).collect()
        };
        let axis = TimeAxis {
            start_utc_s: if time.start_utc_s.is_empty() {
                Vec::new()
            } else {
                self.groups.iter().map(|r| time.start_utc_s[r.start]).collect()
            },
            duration_h: self.hours.clone(),
            weight_objective: weighted(&time.weight_objective),
            weight_storage: weighted(&time.weight_storage),
            weight_energy: weighted(&time.weight_energy),
            zone: time.zone.clone(),
        };
        let shown = slicer.means(axis, &self.groups);
        let mut results = Results::new(whole.outcome, count);
        (results.objective, results.bound) = (whole.objective, whole.bound);
        whole.columns().filter(|(q, _)| q.spec().shape == Shape::Static).for_each(|(q, c)| results.set(q, c.to_vec()));
        std::mem::take(&mut self.sums).into_iter().for_each(|(q, c)| results.set(q, c));
        (shown, results)
    }
}

/// Writes a month: its name, its steps, its results.
type Flush<'a> = dyn FnMut(&str, Range<usize>, &Results) -> Result<(), ReportError> + 'a;

/// Main results month by month.
struct Months {
    months: Vec<(String, Range<usize>)>,
    at: usize,
    results: Results,
}

impl Months {
    fn new(net: &Network, finished: usize) -> Months {
        let months = if net.time.start_utc_s.is_empty() {
            let day = days(&net.time, finished);
            groups(finished, |t| format!("part-{:03}", day[t] / 30 + 1))
        } else {
            groups(finished, |t| net.time.date_label(t).chars().take(7).collect())
        };
        let steps = months.first().map_or(0, |m| m.1.len());
        Months { months, at: 0, results: Results::new(Outcome::Optimal, steps) }
    }
    fn add(&mut self, net: &Network, part: &Results, start: usize, flush: &mut Flush) -> Result<(), ReportError> {
        let end = start + part.steps;
        while let Some((name, month)) = self.months.get(self.at) {
            let (lo, hi) = (start.max(month.start), end.min(month.end));
            let steps = month.len();
            for (q, column) in part.columns().filter(|(q, _)| lo < hi && wide::is_main(*q)) {
                if self.results.column(q).is_none() {
                    self.results.set(q, vec![f64::NAN; net.table(q.spec().table).count() * steps]);
                }
                let Some(to) = self.results.column_mut(q) else { continue };
                for (e, values) in column.chunks(part.steps).enumerate() {
                    let at = e * steps + lo - month.start;
                    to[at..at + hi - lo].copy_from_slice(&values[lo - start..hi - start]);
                }
            }
            if end < month.end {
                break;
            }
            flush(name, month.clone(), &self.results)?;
            self.at += 1;
            self.results = Results::new(Outcome::Optimal, self.months.get(self.at).map_or(0, |m| m.1.len()));
        }
        Ok(())
    }
}

/// Adds what binds in a part to what binds in those before.
fn merge_binding(all: &mut Vec<Binding>, part: Vec<Binding>, start: usize) {
    for mut b in part {
        b.worst_step = b.worst_step.map(|t| t + start);
        match all.iter_mut().find(|a| a.table == b.table && a.name == b.name && a.what == b.what) {
            None => all.push(b),
            Some(a) => {
                a.mean_price = (a.mean_price * a.hours + b.mean_price * b.hours) / (a.hours + b.hours);
                a.hours += b.hours;
                a.value += b.value;
                if b.worst_price > a.worst_price {
                    (a.worst_price, a.worst_step, a.limit) = (b.worst_price, b.worst_step, b.limit);
                }
            }
        }
    }
}
