//! Time axis, buses and loads, grid, reserves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fenggu_net::diagnostic::RowStyle;
use fenggu_net::schema::Range;
use fenggu_net::{
    Branch, BranchKind, Bus, BusKind, CommitmentSemantics, Contingency, Diagnostic, FlowConvention, Id, Link, Load, Network, Profile,
    Reserve, ReserveOffer, Shunt, SourceMap, TableId, TimeAxis,
};
use jiff::civil::Date;

use super::series::{Library, Span};
use super::table::Csv;
use super::{Series, Study, OUTAGE_VIOLATION_COST_PER_MWH, SHED_COST_PER_MWH, SHORTAGE_COST_PER_MWH};
use crate::catalogue as code;
use crate::report::Findings;

/// Makes a network of a folder.
pub(super) struct Translator<'f> {
    pub folder: PathBuf,
    pub found: &'f mut Findings,
    pub net: Network,
    pub sources: SourceMap,
    pub library: Library,
    pub span: Span,
    pub series: Series,
    /// Area of every bus.
    areas: Vec<String>,
    /// Category, ramp in MW/min of every generator.
    pub units: Vec<(String, f64)>,
}

impl<'f> Translator<'f> {
    pub fn new(folder: &Path, limit: u64, found: &'f mut Findings) -> Self {
        let library = Library::open(folder, limit, found);
        let span = Span { first: Date::constant(2020, 1, 1), hours: 0 };
        let net = Network {
            name: "RTS-GMLC".into(),
            base_mva: 100.0,
            currency: "USD".into(),
            flow_convention: FlowConvention::Matpower,
            commitment_semantics: CommitmentSemantics::Pglib,
            ..Network::default()
        };
        let (sources, folder) = (SourceMap::default(), folder.to_path_buf());
        Translator { folder, found, net, sources, library, span, series: Series::DayAhead, areas: Vec::new(), units: Vec::new() }
    }

    pub fn run(&mut self, study: &Study) {
        self.series = study.series;
        let Some(bus) = self.table("bus.csv") else { return };
        if !self.time(study, &bus) {
            return;
        }
        self.buses(&bus);
        self.loads(&bus);
        if let Some(branch) = self.table("branch.csv") {
            self.branches(&branch, study.contingencies);
        }
        if let Some(gen) = self.table("gen.csv") {
            self.generators(&gen, &study.initial);
        }
        self.dc_lines();
        self.reserves();
        if !self.library.absent.is_empty() {
            let value = self.library.absent.join(", ");
            let count = self.library.absent.len();
            self.found.add(Diagnostic::new(&code::RTS_NO_REAL_TIME).with("value", value).with("count", count));
        }
    }

    pub fn table(&mut self, name: &str) -> Option<Csv> {
        Csv::open(&self.folder.join("SourceData").join(name), &mut self.library.budget, self.found)
    }

    /// Says that the rows `rows` of a file are those of a table, in order.
    pub fn map(&mut self, csv: &Csv, table: TableId, rows: &[usize], fields: &[(&'static str, &str)]) {
        let file = self.sources.add_file(&csv.file, Arc::clone(&csv.text));
        let list = self.sources.add_rows(file, RowStyle::Commas, rows.iter().map(|r| csv.start(*r)).collect());
        self.sources.map_field(table, "", list, 0);
        for (field, column) in fields {
            if let Some(k) = csv.has(column) {
                self.sources.map_field(table, field, list, k);
            }
        }
    }

    fn time(&mut self, study: &Study, bus: &Csv) -> bool {
        let area = bus.text(0, "Area");
        let Some((first, all)) = self.library.extent(&area, "MW Load", self.found) else {
            let d = Diagnostic::new(&code::UC_MISSING)
                .with("item", "timeseries_pointers.csv")
                .with("attribute", format!("Area {area} MW Load"));
            self.found.add(d);
            return false;
        };
        let date = match &study.date {
            None => first,
            Some(text) => match text.parse::<Date>() {
                Ok(date) => date,
                Err(_) => {
                    let d = Diagnostic::new(&code::TIME_LABEL).with("item", "date").with("value", text);
                    self.found.add(d);
                    return false;
                }
            },
        };
        let before = first.until(date).map_or(0, |s| i64::from(s.get_days()).max(0)) as usize;
        let hours = study.hours.unwrap_or(all.saturating_sub(24 * before));
        let step_min = match study.series {
            Series::DayAhead => 60,
            Series::RealTime { step_min } => step_min,
        };
        if hours == 0 || hours > all || !(step_min > 0 && step_min % 5 == 0 && 60 % step_min == 0) {
            let value = format!("{hours} h, {step_min} min");
            self.found.add(Diagnostic::new(&code::UC_TIME).with("value", value));
            return false;
        }
        self.span = Span { first: date, hours };
        let start = date.to_zoned_datetime(jiff::tz::TimeZone::UTC).map_or(0, |z| z.timestamp().as_second());
        let step_h = f64::from(step_min) / 60.0;
        self.net.time = TimeAxis::from_start(start, hours * 60 / step_min as usize, step_h, "UTC");
        true
    }

    pub fn profile(&mut self, object: &str, column: &str, parameter: &str) -> Profile {
        self.library.series(object, column, parameter, self.span, self.series, self.found)
    }

    fn buses(&mut self, csv: &Csv) {
        for row in 0..csv.rows() {
            let number = |name: &str, range: Range, t: &mut Self| csv.number(row, name, range, t.found);
            let kind = match csv.text(row, "Bus Type").as_str() {
                "Ref" => BusKind::Reference,
                "PV" => BusKind::Pv,
                _ => BusKind::Pq,
            };
            self.areas.push(csv.text(row, "Area"));
            let bus = Bus {
                name: csv.text(row, "Bus ID"),
                number: number("Bus ID", Range::NonNegative, self) as i64,
                kind,
                v_nom_kv: number("BaseKV", Range::NonNegative, self),
                area: number("Area", Range::Finite, self) as i64,
                zone: number("Zone", Range::Finite, self) as i64,
                vm_pu: number("V Mag", Range::NonNegative, self),
                va_deg: number("V Angle", Range::Finite, self),
                latitude: csv.has("lat").and_then(|k| csv.plain(row, k)),
                longitude: csv.has("lng").and_then(|k| csv.plain(row, k)),
                ..Bus::default()
            };
            let id = self.net.buses.push(bus);
            let (g, b) = (number("MW Shunt G", Range::Finite, self), number("MVAR Shunt B", Range::Finite, self));
            if g != 0.0 || b != 0.0 {
                let name = csv.text(row, "Bus ID");
                self.net.shunts.push(Shunt { name, bus: id, g_mw: g, b_mvar: b, ..Shunt::default() });
            }
        }
        let fields = [("v_nom_kv", "BaseKV"), ("area", "Area"), ("vm_pu", "V Mag"), ("va_deg", "V Angle")];
        self.map(csv, TableId::Buses, &(0..csv.rows()).collect::<Vec<_>>(), &fields);
    }

    /// An area's load falls to its buses by their share of `MW Load`.
    fn loads(&mut self, csv: &Csv) {
        let shares: Vec<f64> = (0..csv.rows()).map(|row| csv.number(row, "MW Load", Range::NonNegative, self.found)).collect();
        let mut names: Vec<String> = self.areas.clone();
        names.sort_unstable();
        names.dedup();
        let areas: Vec<(String, Profile, f64)> = names
            .into_iter()
            .map(|area| {
                let profile = self.profile(&area, &area, "MW Load");
                let total = shares.iter().zip(&self.areas).filter(|(_, a)| **a == area).map(|(s, _)| s).sum();
                (area, profile, total)
            })
            .collect();
        let mut rows = Vec::new();
        for (row, share) in shares.iter().enumerate().filter(|(_, s)| **s > 0.0) {
            let Some((_, profile, total)) = areas.iter().find(|(a, ..)| *a == self.areas[row]) else { continue };
            let bus = Id::new(row);
            let p_mw = profile.map(|v| v * share / total);
            let name = self.net.buses[bus].name.clone();
            self.net.loads.push(Load { name, bus, p_mw, shed_cost_per_mwh: Some(SHED_COST_PER_MWH), ..Load::default() });
            rows.push(row);
        }
        self.map(csv, TableId::Loads, &rows, &[("p_mw", "MW Load")]);
    }

    /// The bus that a column names.
    pub fn bus(&mut self, csv: &Csv, row: usize, column: &str) -> Id<Bus> {
        self.net.buses.find(&csv.text(row, column)).unwrap_or_else(|| {
            csv.unknown(row, column, "bus.csv", self.found);
            Id::UNSET
        })
    }

    fn branches(&mut self, csv: &Csv, contingencies: bool) {
        for row in 0..csv.rows() {
            let (bus_from, bus_to) = (self.bus(csv, row, "From Bus"), self.bus(csv, row, "To Bus"));
            let mut number = |name: &str, range: Range| csv.number(row, name, range, self.found);
            let ratio = number("Tr Ratio", Range::NonNegative);
            let branch = Branch {
                name: csv.text(row, "UID"),
                kind: if ratio > 0.0 { BranchKind::Transformer } else { BranchKind::Line },
                bus_from,
                bus_to,
                r_pu: number("R", Range::Finite),
                x_pu: number("X", Range::Finite),
                b_pu: number("B", Range::Finite),
                tap_ratio: if ratio > 0.0 { ratio } else { 1.0 },
                rating_a_mva: number("Cont Rating", Range::NonNegative),
                rating_b_mva: number("LTE Rating", Range::NonNegative),
                rating_c_mva: number("STE Rating", Range::NonNegative),
                emergency_violation_cost_per_mwh: contingencies.then_some(Profile::Const(OUTAGE_VIOLATION_COST_PER_MWH)),
                ..Branch::default()
            };
            let name = branch.name.clone();
            let id = self.net.branches.push(branch);
            if contingencies {
                self.net.contingencies.push(Contingency { name, branch: Some(id), ..Contingency::default() });
            }
        }
        let fields = [("x_pu", "X"), ("r_pu", "R"), ("b_pu", "B"), ("tap_ratio", "Tr Ratio"), ("rating_a_mva", "Cont Rating")];
        let rows: Vec<usize> = (0..csv.rows()).collect();
        self.map(csv, TableId::Branches, &rows, &[&fields[..], &[("rating_b_mva", "LTE Rating"), ("rating_c_mva", "STE Rating")]].concat());
    }

    fn dc_lines(&mut self) {
        if !self.folder.join("SourceData/dc_branch.csv").is_file() {
            return;
        }
        let Some(csv) = self.table("dc_branch.csv") else { return };
        for row in 0..csv.rows() {
            let (bus_from, bus_to) = (self.bus(&csv, row, "From Bus"), self.bus(&csv, row, "To Bus"));
            let most = csv.number(row, "MW Load", Range::NonNegative, self.found);
            let (p_min_mw, p_max_mw) = (Some((-most).into()), Some(most.into()));
            self.net.links.push(Link { name: csv.text(row, "UID"), bus_from, bus_to, p_min_mw, p_max_mw, ..Link::default() });
        }
        self.map(&csv, TableId::Links, &(0..csv.rows()).collect::<Vec<_>>(), &[("p_max_mw", "MW Load")]);
    }

    fn reserves(&mut self) {
        let Some(csv) = self.table("reserves.csv") else { return };
        let (mut rows, mut left_out) = (Vec::new(), Vec::new());
        for row in 0..csv.rows() {
            let product = csv.text(row, "Reserve Product");
            if !product.starts_with("Spin_Up") {
                left_out.push(product);
                continue;
            }
            let minutes = csv.number(row, "Timeframe (sec)", Range::Positive, self.found) / 60.0;
            let (regions, categories) = (csv.list(row, "Eligible Regions"), csv.list(row, "Eligible Device SubCategories"));
            let requirement_mw = self.profile(&product, &product, "Requirement");
            let shortage = vec![[f64::INFINITY, SHORTAGE_COST_PER_MWH]];
            let reserve = self.net.reserves.push(Reserve { name: product.clone(), requirement_mw, shortage, ..Reserve::default() });
            rows.push(row);
            for (id, g) in self.net.generators.iter().filter(|(_, g)| g.committable) {
                let (category, ramp) = &self.units[id.index()];
                let area = self.areas.get(g.bus.index());
                if categories.contains(category) && area.is_some_and(|a| regions.contains(a)) {
                    let max_mw = Profile::Const(minutes * ramp);
                    let name = format!("{product} {}", g.name);
                    let offer = ReserveOffer { name, reserve, generator: Some(id), max_mw, ..ReserveOffer::default() };
                    self.net.reserve_offers.push(offer);
                }
            }
        }
        self.map(&csv, TableId::Reserves, &rows, &[("requirement_mw", "Requirement (MW)")]);
        if !left_out.is_empty() {
            let d = Diagnostic::new(&code::RTS_LEFT_OUT).with("item", "reserves.csv").with("value", left_out.join(", "));
            self.found.add(d);
        }
    }
}
