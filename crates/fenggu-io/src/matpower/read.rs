//! From a [`RawCase`] to a [`Network`].
//!
//! Sentinels of the format: rating 0 is no limit; angle limits both 0, or beyond ±360°, are none;
//! tap 0 is 1 (a line); bus type 4 takes everything at the bus out of service.

use std::collections::HashMap;
use std::sync::Arc;

use fenggu_net::diagnostic::{Entry, RowStyle};
use fenggu_net::{Bus, BusId, BusKind, Diagnostic, FlowConvention, Load, Network, Severity, Shunt, SourceMap, TableId};

use super::col;
use super::problem::ProblemKind;
use super::raw::{is_poison, RawCase, Scalar, Table, Version};
use super::scan::parse;
use crate::catalogue as code;
use crate::place::Source;
use crate::report::{shown, Findings, Read};
use crate::text::{LineIndex, Span};

/// Reads a MATPOWER case file; `name` is the file's name in messages. Never panics; the network
/// is there when no error stands.
pub fn read(bytes: Vec<u8>, name: &str) -> Read {
    let (case, problems) = parse(&bytes);
    // Offsets must stay: a byte that is not UTF-8 becomes one question mark.
    let text: Arc<str> = into_text(bytes).into();
    let lines = LineIndex::new(text.as_bytes());
    let source = Source { file: name, text: &text, lines: &lines };
    let mut found = Findings::default();
    let mut damage = Damage::default();
    let bus = case.table("bus").map(|t| t.span);
    for problem in &problems {
        damage.note(&problem.kind);
        if matches!(problem.kind, ProblemKind::FullWidth { .. } | ProblemKind::NotUtf8 { .. }) {
            let at = problem.at.start;
            damage.buses |= bus.is_none_or(|s| (s.start..s.end() as u32).contains(&at));
        }
        let warning = problem.kind.is_warning();
        let d = source.explain(problem);
        found.add(if warning && d.severity == Severity::Error { d.severity(Severity::Warning) } else { d });
    }
    if damage.nothing_read {
        return Read { network: None, sources: SourceMap::default(), diagnostics: found.finish() };
    }
    let mut sources = SourceMap::default();
    let file = sources.add_file(name, text.clone());
    let mut reader = Reader {
        case: &case,
        source,
        file,
        found,
        sources,
        net: Network::default(),
        version: case.version().unwrap_or(Version::Two),
        bus_rows: HashMap::new(),
        damage,
    };
    reader.run();
    let Reader { mut found, sources, net, .. } = reader;
    let network = if found.has_errors() {
        found.add_checks(&net, &sources);
        None
    } else {
        Some(net)
    };
    Read { network, sources, diagnostics: found.finish() }
}

/// The text, every byte that is not UTF-8 replaced by a question mark.
fn into_text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => {
            let mut bytes = e.into_bytes();
            let mut from = 0;
            while let Err(e) = std::str::from_utf8(&bytes[from..]) {
                from += e.valid_up_to();
                let end = e.error_len().map_or(bytes.len(), |n| from + n);
                bytes[from..end].fill(b'?');
            }
            String::from_utf8(bytes).unwrap_or_default()
        }
    }
}

/// What the text lost, so that no message is about a consequence of another.
#[derive(Debug, Default)]
pub(super) struct Damage {
    nothing_read: bool,
    truncated: bool,
    /// The table in which the file ends.
    cut: String,
    buses: bool,
}

impl Damage {
    /// Whether the end of the file is missing, so that whole tables may be.
    pub fn truncated(&self) -> bool {
        self.truncated
    }

    fn note(&mut self, kind: &ProblemKind) {
        match kind {
            ProblemKind::Utf16 { .. } | ProblemKind::TooLarge { .. } => self.nothing_read = true,
            ProblemKind::Truncated { name, .. } => {
                self.truncated = true;
                self.cut = name.clone();
                self.buses |= name == "bus";
            }
            ProblemKind::Unclosed { name, .. } | ProblemKind::RaggedRow { name, .. } => {
                self.buses |= name == "bus";
            }
            ProblemKind::UnclosedComment => self.truncated = true,
            _ => {}
        }
    }
}

pub(super) struct Reader<'a> {
    pub case: &'a RawCase,
    pub source: Source<'a>,
    pub file: usize,
    pub found: Findings,
    pub sources: SourceMap,
    pub net: Network,
    pub version: Version,
    /// Bus number → row of the network's table.
    pub bus_rows: HashMap<i64, u32>,
    pub damage: Damage,
}

impl<'a> Reader<'a> {
    fn run(&mut self) {
        self.net.name = self.case.function_name.clone().unwrap_or_default();
        self.net.flow_convention = if self.case.pglib { FlowConvention::PowerModels } else { FlowConvention::Matpower };
        self.header();
        if let Some(bus) = self.required("bus", col::BUS_COLUMNS, "VMIN") {
            self.buses(bus);
        }
        if let Some(gen) = self.required("gen", col::GEN_COLUMNS, "PMIN") {
            self.generators(gen);
        }
        if let Some(branch) = self.required("branch", col::BRANCH_COLUMNS, "BR_STATUS") {
            self.branches(branch);
        }
        self.links();
        self.interfaces();
        self.reserves();
        self.others();
    }

    fn header(&mut self) {
        match self.case.number("baseMVA") {
            Some(base) => self.net.base_mva = base,
            None if self.case.has("baseMVA") => {
                let at = self.case.scalar("baseMVA").map(|(_, at)| at).unwrap_or_default();
                self.say(Diagnostic::new(&code::BASE_MVA).with("item", "mpc.baseMVA"), at);
            }
            None if self.damage.truncated => {}
            None => self.missing("baseMVA"),
        }
        if self.case.version().is_none() {
            if let Some((value, at)) = self.case.scalar("version") {
                let value = match value {
                    Scalar::Text(t) => format!("'{t}'"),
                    Scalar::Number(x) => shown(*x),
                };
                self.say(Diagnostic::new(&code::VERSION).with("value", value), at);
            }
        }
    }

    /// A table the format cannot do without.
    fn required(&mut self, name: &str, columns: usize, last: &str) -> Option<&'a Table> {
        let table = match self.case.table(name) {
            Some(t) => t,
            None if self.damage.truncated => return None,
            None => {
                self.missing(name);
                return None;
            }
        };
        self.wide_enough(table, columns, last).then_some(table)
    }

    /// Whether a table has the columns it needs; an empty one has.
    pub fn wide_enough(&mut self, table: &Table, columns: usize, last: &str) -> bool {
        if table.rows() == 0 || table.width >= columns {
            return true;
        }
        if table.name == self.damage.cut {
            return false;
        }
        let d = Diagnostic::new(&code::TOO_FEW_COLUMNS)
            .with("item", format!("mpc.{}", table.name))
            .with("found", table.width)
            .with("expected", columns)
            .with("value", last);
        let at = table.span_of(self.source.text.as_bytes(), 0, 0);
        self.say(d, at);
        false
    }

    fn missing(&mut self, name: &str) {
        self.found.add(Diagnostic::new(&code::MISSING_TABLE).with("item", format!("mpc.{name}")));
    }

    /// Adds a finding with its place.
    pub fn say(&mut self, d: Diagnostic, at: Span) {
        // Beyond the listed ones only the number matters, and places cost a search.
        if self.found.is_full(d.entry) {
            self.found.add(d);
        } else {
            let place = self.source.place(at);
            self.found.add(d.at(Some(place)));
        }
    }

    /// Adds a finding about a cell.
    pub fn say_at(&mut self, d: Diagnostic, table: &Table, row: usize, column: usize) {
        let at = if self.found.is_full(d.entry) { Span::default() } else { table.span_of(self.source.text.as_bytes(), row, column) };
        self.say(d, at);
    }

    /// Remembers where a table's rows stand.
    pub fn rows(&mut self, starts: Vec<u32>) -> usize {
        self.sources.add_rows(self.file, RowStyle::Blanks, starts)
    }

    /// Says in which cells of a row list the fields of a table stand.
    pub fn map(&mut self, table: TableId, list: usize, cells: &[(&'static str, usize)]) {
        for (field, cell) in cells {
            self.sources.map_field(table, field, list, *cell);
        }
    }

    /// The bus whose number stands in a cell; reports a number that no bus has.
    pub fn bus(&mut self, table: &Table, row: usize, column: usize, of: (TableId, &str)) -> BusId {
        let number = table.at(row, column).unwrap_or(f64::NAN);
        if let Some(bus) = whole(number).and_then(|n| self.bus_rows.get(&n)) {
            return BusId::new(*bus as usize);
        }
        if !is_poison(number) && !self.damage.buses {
            let d = Diagnostic::new(&code::UNKNOWN_BUS).on(of.0, of.1).with("value", shown(number)).with("item", "mpc.bus");
            self.say_at(d, table, row, column);
        }
        BusId::UNSET
    }

    /// A whole number such as an area; reports others.
    fn whole_at(&mut self, table: &Table, at: (usize, usize), of: &str, field: &'static str) -> i64 {
        let value = table.at(at.0, at.1).unwrap_or(0.0);
        if let Some(n) = whole(value) {
            return n;
        }
        if !is_poison(value) {
            let d = Diagnostic::new(&code::NOT_WHOLE).on(TableId::Buses, of).field(field).with("value", shown(value));
            self.say_at(d, table, at.0, at.1);
        }
        0
    }

    fn buses(&mut self, bus: &Table) {
        let names = self.bus_names(bus.rows());
        let mut load_rows = Vec::new();
        let mut shunt_rows = Vec::new();
        for row in 0..bus.rows() {
            let cell = |c: usize| bus.at(row, c).unwrap_or(0.0);
            let number = cell(col::BUS_I);
            let id = match whole(number).filter(|n| *n > 0) {
                Some(n) => n,
                None => {
                    if is_poison(number) {
                        self.damage.buses = true;
                    } else {
                        let d = Diagnostic::new(&code::BUS_NUMBER).with("value", shown(number));
                        self.say_at(d, bus, row, col::BUS_I);
                    }
                    0
                }
            };
            let name = match names.as_ref().and_then(|n| n.get(row)) {
                Some(name) => name.clone(),
                None if id == 0 => format!("row {}", row + 1),
                None => id.to_string(),
            };
            if id > 0 {
                if let Some(first) = self.bus_rows.insert(id, row as u32) {
                    let d = Diagnostic::new(&code::DUPLICATE_BUS)
                        .on(TableId::Buses, &id.to_string())
                        .with("item", "mpc.bus")
                        .with("first", first + 1)
                        .with("second", row + 1);
                    self.say_at(d, bus, row, col::BUS_I);
                }
            }
            let kind = match cell(col::BUS_TYPE) {
                1.0 => BusKind::Pq,
                2.0 => BusKind::Pv,
                3.0 => BusKind::Reference,
                4.0 => BusKind::Isolated,
                other => {
                    if !is_poison(other) {
                        let d = Diagnostic::new(&code::BUS_TYPE).on(TableId::Buses, &name).with("value", shown(other));
                        self.say_at(d, bus, row, col::BUS_TYPE);
                    }
                    BusKind::Pq
                }
            };
            let bus_id = BusId::new(row);
            let (pd, qd) = (cell(col::PD), cell(col::QD));
            if pd != 0.0 || qd != 0.0 {
                load_rows.push(bus.row_offsets[row]);
                self.net.loads.push(Load { name: name.clone(), bus: bus_id, p_mw: pd.into(), q_mvar: qd.into(), ..Load::default() });
            }
            let (gs, bs) = (cell(col::GS), cell(col::BS));
            if gs != 0.0 || bs != 0.0 {
                shunt_rows.push(bus.row_offsets[row]);
                self.net.shunts.push(Shunt { name: name.clone(), bus: bus_id, g_mw: gs, b_mvar: bs, ..Shunt::default() });
            }
            let area = self.whole_at(bus, (row, col::BUS_AREA), &name, "area");
            let zone = self.whole_at(bus, (row, col::ZONE), &name, "zone");
            self.net.buses.push(Bus {
                name,
                number: id,
                kind,
                v_nom_kv: cell(col::BASE_KV),
                area,
                zone,
                vm_pu: cell(col::VM),
                va_deg: cell(col::VA),
                vm_min_pu: cell(col::VMIN),
                vm_max_pu: cell(col::VMAX),
                ..Bus::default()
            });
        }
        let list = self.rows(bus.row_offsets.clone());
        let cells = [
            ("", col::BUS_I),
            ("number", col::BUS_I),
            ("kind", col::BUS_TYPE),
            ("v_nom_kv", col::BASE_KV),
            ("area", col::BUS_AREA),
            ("zone", col::ZONE),
            ("vm_pu", col::VM),
            ("va_deg", col::VA),
            ("vm_min_pu", col::VMIN),
            ("vm_max_pu", col::VMAX),
        ];
        self.map(TableId::Buses, list, &cells);
        let list = self.rows(load_rows);
        let cells = [("", col::PD), ("bus", col::BUS_I), ("p_mw", col::PD), ("q_mvar", col::QD)];
        self.map(TableId::Loads, list, &cells);
        let list = self.rows(shunt_rows);
        let cells = [("", col::GS), ("bus", col::BUS_I), ("g_mw", col::GS), ("b_mvar", col::BS)];
        self.map(TableId::Shunts, list, &cells);
    }

    /// Names of `mpc.bus_name`; names used more than once get the bus number behind them.
    fn bus_names(&mut self, rows: usize) -> Option<Vec<String>> {
        let list = self.names("bus_name", rows)?;
        let mut uses: HashMap<&str, usize> = HashMap::with_capacity(rows);
        for name in &list {
            *uses.entry(name.as_str()).or_default() += 1;
        }
        let twice = uses.values().filter(|n| **n > 1).count();
        if twice > 0 {
            let d = Diagnostic::new(&code::NAMES_NOT_UNIQUE).with("item", "mpc.bus_name").with("count", twice);
            let at = self.case.strings("bus_name").map(|s| s.span).unwrap_or_default();
            self.say(d, at);
        }
        let numbers = self.case.table("bus");
        let named = |(row, name): (usize, &String)| {
            let number = numbers.and_then(|t| t.at(row, col::BUS_I)).unwrap_or(0.0);
            match uses.get(name.as_str()) {
                Some(1) if !name.trim().is_empty() => name.clone(),
                _ if name.trim().is_empty() => shown(number),
                _ => super::numbered(name, &shown(number)),
            }
        };
        Some(list.iter().enumerate().map(named).collect())
    }

    /// A list of names with one for each of `rows` rows; reports another length.
    pub fn names(&mut self, list: &str, rows: usize) -> Option<Vec<String>> {
        let strings = self.case.strings(list)?;
        if strings.len() != rows {
            if !self.damage.truncated && !self.damage.buses {
                self.row_count(&format!("mpc.{list}"), strings.len(), &rows.to_string(), strings.span);
            }
            return None;
        }
        Some((0..rows).filter_map(|k| strings.get(k)).map(str::to_owned).collect())
    }

    /// Reports a table whose number of rows does not fit another's.
    pub fn row_count(&mut self, item: &str, found: usize, expected: &str, at: Span) {
        let d = Diagnostic::new(&code::ROW_COUNT).with("item", item).with("found", found).with("expected", expected);
        self.say(d, at);
    }

    /// Says what stands in the file and is not used.
    fn others(&mut self) {
        const USED: [&str; 18] = [
            "bus",
            "gen",
            "branch",
            "gencost",
            "areas",
            "dcline",
            "dclinecost",
            "if.map",
            "if.lims",
            "reserves.zones",
            "reserves.req",
            "reserves.cost",
            "reserves.qty",
            "bus_name",
            "genfuel",
            "gen_name",
            "branch_name",
            "dcline_name",
        ];
        const DC: [&str; 6] = ["dcbus", "busdc", "dcconv", "convdc", "dcbranch", "branchdc"];
        // Extensions of the optimisation problem: without them the answer is another one.
        const PROBLEM: [&str; 9] = ["A", "l", "u", "N", "H", "Cw", "fparm", "zl", "zu"];
        let case = self.case;
        let tables = case.tables.iter().map(|t| (t.name.as_str(), t.span));
        let lists = case.strings.iter().map(|s| (s.name.as_str(), s.span));
        for (name, at) in tables.chain(lists) {
            let entry: &'static Entry = match name {
                n if USED.contains(&n) => continue,
                n if DC.contains(&n) => &code::DC_GRID,
                _ => &code::NOT_CARRIED,
            };
            let mut d = Diagnostic::new(entry).with("item", format!("mpc.{name}"));
            if PROBLEM.contains(&name) {
                d = d.severity(Severity::Warning);
            }
            let head = Span { start: at.start, len: at.len.min(name.len() as u32 + 4) };
            self.say(d, head);
        }
    }
}

/// A whole number that a double holds exactly.
pub(super) fn whole(x: f64) -> Option<i64> {
    (x.fract() == 0.0 && x.abs() <= 9e15).then_some(x as i64)
}
