//! `network.toml` and `time.csv`: what holds for the whole network.

use fenggu_net::{CommitmentSemantics, Diagnostic, FlowConvention, TimeAxis};
use toml::de::{DeTable, DeValue};

use super::read::Reader;
use super::{cells, MOST_STEPS};
use crate::catalogue as code;
use crate::text::Span;

const NUMBER: [&str; 2] = ["a number", "数字"];
const TEXT: [&str; 2] = ["a text in quotes", "带引号的文字"];
const KEYS: [&str; 7] = ["format", "name", "base_mva", "currency", "flow_convention", "commitment_semantics", "time"];
const TIME_KEYS: [&str; 7] = ["zone", "steps", "step_h", "start", "weight_objective", "weight_storage", "weight_energy"];

impl Reader<'_> {
    /// Reads the manifest into the network. All that is wrong is told at once.
    pub(super) fn manifest(&mut self) {
        let Some(file) = self.open("network.toml") else { return };
        let text = self.text_of(file);
        let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
        let (table, errors) = DeTable::parse_recoverable(&text[start..]);
        for e in errors {
            let at = e.span().unwrap_or_default();
            let [en, zh] = crate::words::foreign(e.message());
            let d = Diagnostic::new(&code::MANIFEST_SYNTAX).with_both("value", en, zh);
            self.say(d, file, Span::new(at.start + start, at.end + start));
        }
        let at = |range: std::ops::Range<usize>| Span::new(range.start + start, range.end + start);
        let mut version = None;
        let mut time = None;
        for (key, value) in table.get_ref() {
            let (name, place) = (key.get_ref().as_ref(), at(value.span()));
            match (name, value.get_ref()) {
                ("format", v) => version = Some((number(v), shown(v), place)),
                ("name", DeValue::String(s)) => self.net.name = s.to_string(),
                ("base_mva", v) if number(v).is_some() => self.net.base_mva = number(v).unwrap_or(100.0),
                ("currency", DeValue::String(s)) => self.net.currency = s.to_string(),
                ("flow_convention", DeValue::String(s)) if FlowConvention::from_word(s).is_some() => {
                    self.net.flow_convention = FlowConvention::from_word(s).unwrap_or(FlowConvention::Matpower);
                }
                ("commitment_semantics", DeValue::String(s)) if CommitmentSemantics::from_word(s).is_some() => {
                    self.net.commitment_semantics = CommitmentSemantics::from_word(s).unwrap_or(CommitmentSemantics::Pglib);
                }
                ("time", DeValue::Table(t)) => time = Some(t.clone()),
                (name, _) if KEYS.contains(&name) => {
                    let wanted = match name {
                        "base_mva" => NUMBER.map(str::to_owned),
                        "flow_convention" => [(); 2].map(|()| FlowConvention::WORDS.join(" / ")),
                        "commitment_semantics" => [(); 2].map(|()| CommitmentSemantics::WORDS.join(" / ")),
                        "time" => ["a table [time]", "表 [time]"].map(str::to_owned),
                        _ => TEXT.map(str::to_owned),
                    };
                    let d = Diagnostic::new(&code::MANIFEST_VALUE).with("item", name).with_both("value", &wanted[0], &wanted[1]);
                    self.say(d, file, place);
                }
                (name, _) => {
                    let d = Diagnostic::new(&code::MANIFEST_KEY).with("item", name).with("value", KEYS.join(", "));
                    self.say(d, file, at(key.span()));
                }
            }
        }
        match version {
            Some((Some(v), _, _)) if v == f64::from(super::VERSION) => {}
            Some((_, shown, place)) => {
                self.say(Diagnostic::new(&code::FORMAT_VERSION).with("value", shown), file, place);
            }
            None => {
                let d = Diagnostic::new(&code::FORMAT_VERSION).with("value", "?");
                self.say(d, file, Span::new(0, 1));
            }
        }
        self.time(file, start, time.as_ref());
    }

    fn time(&mut self, file: usize, offset: usize, table: Option<&DeTable<'_>>) {
        let (mut steps, mut step_h, mut start, mut zone) = (1, 1.0, None, "UTC".to_owned());
        let mut weights = [1.0; 3];
        for (key, value) in table.into_iter().flatten() {
            let name = key.get_ref().as_ref();
            let place = Span::new(value.span().start + offset, value.span().end + offset);
            let v = value.get_ref();
            let wanted = match (name, v) {
                ("zone", DeValue::String(s)) => {
                    zone = s.to_string();
                    None
                }
                ("steps", v) => {
                    // A step takes a start, a length and three weights, twice while the axis is made.
                    let most = MOST_STEPS.min(usize::try_from(self.budget / 80).unwrap_or(MOST_STEPS));
                    match number(v).filter(|n| n.fract() == 0.0 && (1.0..=most as f64).contains(n)) {
                        Some(n) => steps = n as usize,
                        None => {
                            let d = Diagnostic::new(&code::TOO_MANY_STEPS)
                                .with("item", "time.steps")
                                .with("value", shown(v))
                                .with("limit", most);
                            self.say(d, file, place);
                        }
                    }
                    None
                }
                ("start", v) => {
                    let text = match v {
                        DeValue::String(s) => s.to_string(),
                        DeValue::Datetime(d) => d.to_string(),
                        other => shown(other),
                    };
                    match instant(&text) {
                        Some(s) => start = Some(s),
                        None => {
                            let d = Diagnostic::new(&code::TIME_LABEL).with("item", "time.start").with("value", text);
                            self.say(d, file, place);
                        }
                    }
                    None
                }
                ("step_h" | "weight_objective" | "weight_storage" | "weight_energy", v) => match number(v) {
                    Some(x) => {
                        match name {
                            "step_h" => step_h = x,
                            "weight_objective" => weights[0] = x,
                            "weight_storage" => weights[1] = x,
                            _ => weights[2] = x,
                        }
                        None
                    }
                    None => Some(NUMBER),
                },
                ("zone", _) => Some(TEXT),
                (name, _) => {
                    let item = format!("time.{name}");
                    let d = Diagnostic::new(&code::MANIFEST_KEY).with("item", item).with("value", TIME_KEYS.join(", "));
                    self.say(d, file, Span::new(key.span().start + offset, key.span().end + offset));
                    None
                }
            };
            if let Some(wanted) = wanted {
                let item = format!("time.{name}");
                let d = Diagnostic::new(&code::MANIFEST_VALUE).with("item", item).with_both("value", wanted[0], wanted[1]);
                self.say(d, file, place);
            }
        }
        let mut axis = match start {
            Some(s) if in_calendar(s, steps, step_h) => TimeAxis::from_start(s, steps, step_h, &zone),
            _ => TimeAxis::uniform(steps, step_h),
        };
        axis.zone = zone;
        axis.weight_objective.fill(weights[0]);
        axis.weight_storage.fill(weights[1]);
        axis.weight_energy.fill(weights[2]);
        self.net.time = axis;
        if self.exists("time.csv") {
            self.time_steps();
        }
    }

    /// `time.csv`: steps of different length or weight.
    fn time_steps(&mut self) {
        let Some(file) = self.open("time.csv") else { return };
        let Some((text, sheet)) = self.sheet(file, "time.csv") else { return };
        const NAMES: [&str; 5] = ["start", "duration_h", "weight_objective", "weight_storage", "weight_energy"];
        let header: Vec<Option<usize>> = sheet
            .header()
            .iter()
            .map(|cell| {
                let name = cell.content(&text);
                let k = NAMES.iter().position(|n| *n == name);
                if k.is_none() {
                    let d = Diagnostic::new(&code::UNKNOWN_COLUMN)
                        .with("item", "time.csv")
                        .with("value", &name)
                        .with("ascii", NAMES.join(", "));
                    self.say(d, file, cell.at);
                }
                k
            })
            .collect();
        let rows = sheet.rows().min(MOST_STEPS);
        let mut axis = TimeAxis::uniform(rows, 1.0);
        axis.zone.clone_from(&self.net.time.zone);
        for row in 0..rows {
            for (cell, column) in sheet.row(row).iter().zip(&header) {
                let content = cell.content(&text);
                let Some(column) = *column else { continue };
                if cell.is_empty(&text) {
                    continue;
                }
                if column == 0 {
                    match instant(&content) {
                        Some(s) => axis.start_utc_s.push(s),
                        None => {
                            let d = Diagnostic::new(&code::TIME_LABEL).with("item", "start").with("value", &content);
                            self.say(d, file, cell.at);
                        }
                    }
                    continue;
                }
                let list = match column {
                    1 => &mut axis.duration_h,
                    2 => &mut axis.weight_objective,
                    3 => &mut axis.weight_storage,
                    _ => &mut axis.weight_energy,
                };
                match cells::parse_number(&content) {
                    Some(x) => list[row] = x,
                    None => {
                        let d = Diagnostic::new(&code::SERIES_VALUE)
                            .on(fenggu_net::TableId::Carriers, NAMES[column])
                            .with("item", "time.csv")
                            .with("row", row + 1)
                            .with("value", &content);
                        self.say(d, file, cell.at);
                    }
                }
            }
        }
        self.net.time = axis;
    }
}

/// Seconds since 1970 UTC of an instant with `Z` or an offset.
fn instant(text: &str) -> Option<i64> {
    text.trim().parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// Whether all steps lie in the years that a calendar knows.
fn in_calendar(start: i64, steps: usize, step_h: f64) -> bool {
    let end = start as f64 + steps as f64 * step_h * 3600.0;
    end.is_finite() && end.abs() < 2e11
}

fn number(v: &DeValue<'_>) -> Option<f64> {
    match v {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(x) => match x.as_str() {
            "inf" | "+inf" => Some(f64::INFINITY),
            "-inf" => Some(f64::NEG_INFINITY),
            text => text.parse().ok(),
        },
        _ => None,
    }
}

fn shown(v: &DeValue<'_>) -> String {
    match v {
        DeValue::String(s) => format!("\"{s}\""),
        DeValue::Integer(n) => n.as_str().to_owned(),
        DeValue::Float(x) => x.as_str().to_owned(),
        DeValue::Boolean(b) => b.to_string(),
        DeValue::Datetime(d) => d.to_string(),
        DeValue::Array(_) => "[...]".to_owned(),
        DeValue::Table(_) => "{...}".to_owned(),
    }
}
