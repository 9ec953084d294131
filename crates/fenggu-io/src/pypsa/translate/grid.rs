//! Carriers, buses, lines, transformers, shunts, and what only PyPSA knows.

use std::collections::HashSet;

use fenggu_net::topology::islands;
use fenggu_net::{Branch, BranchKind, Bus, BusKind, CarriedCell, CarriedKind, Carrier, Current, Diagnostic, Profile, Shunt, TableId};

use super::super::dataset::Rows;
use super::super::types::{self, LineType, TransformerType};
use super::{Translator, BASE_MVA};
use crate::catalogue as code;

impl Translator<'_, '_> {
    pub(super) fn carriers(&mut self) {
        let fields = [("co2_emissions", "co2_t_per_mwh"), ("color", "colour")];
        let Some(rows) = self.rows("carriers", TableId::Carriers, 0, &fields) else { return };
        for r in 0..rows.len() {
            let name = rows.name(r).to_owned();
            // Carriers that only components name are made too; those of the table are told apart for the way back.
            self.keep.put("carriers", "name", CarriedKind::Text, &name, CarriedCell::Text(name.clone()));
            let mut colour = self.text(&rows, r, "color");
            let is_hex = colour.len() == 7 && colour.starts_with('#') && colour[1..].bytes().all(|b| b.is_ascii_hexdigit());
            if !is_hex && !colour.is_empty() {
                self.keep.one(&rows, r, "color", &name);
                colour = String::new();
            }
            let co2_t_per_mwh = self.number(&rows, r, "co2_emissions");
            self.net.carriers.push(Carrier { name, co2_t_per_mwh, colour, ..Carrier::default() });
        }
        self.keep(&rows, &rows.frame.names);
    }

    pub(super) fn buses(&mut self) {
        let fields = [
            ("v_nom", "v_nom_kv"),
            ("carrier", "carrier"),
            ("x", "longitude"),
            ("y", "latitude"),
            ("v_mag_pu_set", "vm_pu"),
            ("v_mag_pu_min", "vm_min_pu"),
            ("v_mag_pu_max", "vm_max_pu"),
        ];
        let Some(rows) = self.rows("buses", TableId::Buses, 0, &fields) else { return };
        for r in 0..rows.len() {
            let name = rows.name(r).to_owned();
            let word = self.text(&rows, r, "carrier");
            let electric = matches!(word.as_str(), "AC" | "DC" | "");
            if electric && word != "AC" {
                self.keep.put("buses", "carrier", CarriedKind::Text, &name, CarriedCell::Text(word.clone()));
            }
            let carrier = if electric { None } else { self.carrier(&word) };
            self.bus_words.push(word);
            let (x, y) = (self.number(&rows, r, "x"), self.number(&rows, r, "y"));
            // 0, 0 is PyPSA's default; other systems of coordinates have other ranges.
            let place = (x, y) != (0.0, 0.0) && x.abs() <= 180.0 && y.abs() <= 90.0;
            if !place && (x, y) != (0.0, 0.0) {
                self.keep.one(&rows, r, "x", &name);
                self.keep.one(&rows, r, "y", &name);
            }
            let bus = Bus {
                carrier,
                v_nom_kv: self.number(&rows, r, "v_nom"),
                vm_pu: self.number(&rows, r, "v_mag_pu_set"),
                vm_min_pu: self.number(&rows, r, "v_mag_pu_min"),
                vm_max_pu: self.number(&rows, r, "v_mag_pu_max"),
                longitude: place.then_some(x),
                latitude: place.then_some(y),
                name,
                ..Bus::default()
            };
            self.net.buses.push(bus);
        }
        for column in rows.frame.columns.iter().filter(|c| c.name.starts_with("nom_min_") || c.name.starts_with("nom_max_")) {
            self.refuse(&rows, 0, &column.name, "capacity limits in columns of buses", &column.name);
        }
        self.keep(&rows, &rows.frame.names);
    }

    /// What a power flow holds fixed at a bus follows from its generators' control.
    fn controls(&mut self) {
        let Some(rows) = Rows::of(self.ds, "generators") else { return };
        for r in 0..rows.len() {
            let kind = match self.text(&rows, r, "control").as_str() {
                "Slack" => BusKind::Reference,
                "PV" => BusKind::Pv,
                _ => continue,
            };
            let Some(bus) = self.net.generators.get(fenggu_net::Id::new(r)).map(|g| g.bus).filter(|b| !b.is_unset()) else { continue };
            if self.net.buses[bus].kind != BusKind::Reference {
                self.net.buses[bus].kind = kind;
            }
        }
    }

    pub(super) fn lines(&mut self) {
        self.controls();
        let fields = [
            ("bus0", "bus_from"),
            ("bus1", "bus_to"),
            ("x", "x_pu"),
            ("r", "r_pu"),
            ("b", "b_pu"),
            ("g", "g_pu"),
            ("carrier", "carrier"),
            ("length", "length_km"),
            ("v_ang_max", "angle_max_deg"),
            ("s_nom", "rating_a_mva"),
            ("s_nom_extendable", "s_nom_extendable"),
            ("s_nom_min", "s_nom_min_mva"),
            ("s_nom_max", "s_nom_max_mva"),
            ("capital_cost", "capital_cost_per_mva"),
            ("s_max_pu", "s_max_pu"),
            ("active", "in_service"),
        ];
        let Some(rows) = self.rows("lines", TableId::Branches, 0, &fields) else { return };
        self.refuse_attributes(&rows);
        for r in 0..rows.len() {
            let name = rows.name(r).to_owned();
            let mut branch = self.branch(&rows, r, name);
            let word = self.text(&rows, r, "carrier");
            // Where nothing is said PyPSA takes the carrier of the first bus.
            let implied =
                if word.is_empty() && !branch.bus_from.is_unset() { self.implied(&rows, &branch.name, branch.bus_from) } else { word };
            branch.carrier = self.carrier(&implied);
            let length = self.number(&rows, r, "length");
            branch.length_km = rows.column("length").map(|_| length);
            let v_nom = self.net.buses.get(branch.bus_from).map_or(1.0, |b| b.v_nom_kv);
            if v_nom <= 0.0 {
                let d = Diagnostic::new(&code::PYPSA_IMPEDANCE).with_both(
                    "value",
                    format!("v_nom of its bus0 is {v_nom} kV"),
                    format!("其 bus0 的 v_nom 为 {v_nom} kV"),
                );
                self.say(&rows, r, "bus0", d);
            }
            let given = LineData {
                length,
                num_parallel: self.number(&rows, r, "num_parallel"),
                x: self.number(&rows, r, "x"),
                r: self.number(&rows, r, "r"),
                g: self.number(&rows, r, "g"),
                b: self.number(&rows, r, "b"),
            };
            let kind = self.text(&rows, r, "type");
            let line_type = if kind.is_empty() { None } else { self.line_type(&rows, r, &kind) };
            [branch.r_pu, branch.x_pu, branch.g_pu, branch.b_pu] = line_per_unit(&given, line_type.as_ref(), v_nom);
            if line_type.is_some() && !(branch.x_pu.is_finite() && branch.r_pu.is_finite()) {
                let d = Diagnostic::new(&code::PYPSA_IMPEDANCE).with("value", format!("num_parallel = {}", given.num_parallel));
                self.say(&rows, r, "num_parallel", d);
            }
            self.net.branches.push(branch);
        }
        self.keep(&rows, &rows.frame.names);
    }

    /// What lines and transformers have in common.
    fn branch(&mut self, rows: &Rows<'_>, r: usize, name: String) -> Branch {
        let active = self.flag(rows, r, "active");
        let capacity = self.capacity(rows, r, "s_nom", &name, active);
        // PyPSA holds the difference of angles within ±v_ang_max, and ignores v_ang_min.
        let angle = self.number(rows, r, "v_ang_max");
        let (from, to) = (self.bus(rows, r, "bus0"), self.bus(rows, r, "bus1"));
        Branch {
            name,
            bus_from: from,
            bus_to: to,
            rating_a_mva: capacity.nominal,
            s_nom_extendable: capacity.extendable,
            s_nom_min_mva: capacity.min,
            s_nom_max_mva: capacity.max,
            capital_cost_per_mva: capacity.cost,
            s_max_pu: self.profile(rows, r, "s_max_pu"),
            angle_min_deg: -angle,
            angle_max_deg: angle,
            in_service: active,
            ..Branch::default()
        }
    }

    /// A standard type, or one of the file's own. PyPSA loads its standard types first and skips own ones of the same name.
    fn line_type(&mut self, rows: &Rows<'_>, row: usize, name: &str) -> Option<LineType> {
        if let Some(known) = types::line_type(name) {
            return Some(known);
        }
        if let Some(own) = Rows::of(self.ds, "line_types") {
            if let Some(k) = own.frame.names.iter().position(|n| n == name) {
                return Some(LineType {
                    f_nom: self.number(&own, k, "f_nom"),
                    r_per_length: self.number(&own, k, "r_per_length"),
                    x_per_length: self.number(&own, k, "x_per_length"),
                    c_per_length: self.number(&own, k, "c_per_length"),
                });
            }
        }
        self.unknown_type(rows, row, name, "line_types", types::line_names());
        None
    }

    fn transformer_type(&mut self, rows: &Rows<'_>, row: usize, name: &str) -> Option<TransformerType> {
        if let Some(known) = types::transformer_type(name) {
            return Some(known);
        }
        if let Some(own) = Rows::of(self.ds, "transformer_types") {
            if let Some(k) = own.frame.names.iter().position(|n| n == name) {
                let mut of = |attribute| self.number(&own, k, attribute);
                return Some(TransformerType {
                    s_nom: of("s_nom"),
                    vsc: of("vsc"),
                    vscr: of("vscr"),
                    pfe: of("pfe"),
                    i0: of("i0"),
                    phase_shift: of("phase_shift"),
                    tap_side: of("tap_side"),
                    tap_neutral: of("tap_neutral"),
                    tap_step: of("tap_step"),
                });
            }
        }
        self.unknown_type(rows, row, name, "transformer_types", types::transformer_names());
        None
    }

    fn unknown_type(&mut self, rows: &Rows<'_>, row: usize, name: &str, target: &str, known: Vec<&'static str>) {
        let [en, zh] = super::guess(name, known.into_iter());
        let d = Diagnostic::new(&code::PYPSA_UNKNOWN_NAME).with("value", name).with("target", target).with_both("guess", en, zh);
        self.say(rows, row, "type", d);
    }

    pub(super) fn transformers(&mut self) {
        let fields = [
            ("bus0", "bus_from"),
            ("bus1", "bus_to"),
            ("x", "x_pu"),
            ("r", "r_pu"),
            ("tap_ratio", "tap_ratio"),
            ("phase_shift", "phase_shift_deg"),
            ("phase_shift_min", "phase_shift_min_deg"),
            ("phase_shift_max", "phase_shift_max_deg"),
            ("v_ang_max", "angle_max_deg"),
            ("s_nom", "rating_a_mva"),
            ("s_nom_extendable", "s_nom_extendable"),
            ("s_nom_min", "s_nom_min_mva"),
            ("s_nom_max", "s_nom_max_mva"),
            ("capital_cost", "capital_cost_per_mva"),
            ("s_max_pu", "s_max_pu"),
            ("active", "in_service"),
        ];
        let Some(rows) = self.rows("transformers", TableId::Branches, self.net.branches.len(), &fields) else { return };
        self.refuse_attributes(&rows);
        let own: HashSet<&str> = rows.frame.names.iter().map(String::as_str).collect();
        let mut names = Vec::with_capacity(rows.len());
        for r in 0..rows.len() {
            // Lines and transformers are one table here; a transformer with a line's name gets one of its own.
            let mut name = rows.name(r).to_owned();
            if self.net.branches.find(&name).is_some_and(|b| self.net.branches[b].kind == BranchKind::Line) {
                name.push_str(" (transformer)");
                while own.contains(name.as_str()) || self.net.branches.find(&name).is_some() {
                    name.push('*');
                }
            }
            self.keep.put("transformers", "name", CarriedKind::Text, &name, CarriedCell::Text(rows.name(r).to_owned()));
            let mut branch = self.branch(&rows, r, name.clone());
            branch.kind = BranchKind::Transformer;
            let mut data = TransformerData {
                x: self.number(&rows, r, "x"),
                r: self.number(&rows, r, "r"),
                g: self.number(&rows, r, "g"),
                b: self.number(&rows, r, "b"),
                s_nom: self.number(&rows, r, "s_nom"),
                tap_ratio: self.number(&rows, r, "tap_ratio"),
                phase_shift: self.number(&rows, r, "phase_shift"),
            };
            let kind = self.text(&rows, r, "type");
            if let Some(known) = if kind.is_empty() { None } else { self.transformer_type(&rows, r, &kind) } {
                data = known.at(self.number(&rows, r, "num_parallel"), self.number(&rows, r, "tap_position"));
            }
            branch.rating_a_mva = data.s_nom;
            (branch.tap_ratio, branch.phase_shift_deg) = (data.tap_ratio, data.phase_shift);
            [branch.r_pu, branch.x_pu, branch.g_pu, branch.b_pu] = data.per_unit();
            if !(branch.x_pu.is_finite() && branch.r_pu.is_finite()) {
                let value = format!("s_nom = {} MVA, x = {}", data.s_nom, data.x);
                self.say(&rows, r, "s_nom", Diagnostic::new(&code::PYPSA_IMPEDANCE).with("value", value));
            }
            let range = (self.number(&rows, r, "phase_shift_min"), self.number(&rows, r, "phase_shift_max"));
            if range.0 < range.1 {
                (branch.phase_shift_min_deg, branch.phase_shift_max_deg) = (Some(range.0), Some(range.1));
            } else if let Profile::Series(_) = self.profile(&rows, r, "phase_shift") {
                self.refuse(&rows, r, "phase_shift", "phase shift that varies", "transformers-phase_shift");
            }
            self.net.branches.push(branch);
            names.push(name);
        }
        self.keep(&rows, &names);
    }

    /// In PyPSA the first bus of each connected part decides whether its flows follow x (carrier AC) or r (any other).
    pub(super) fn currents(&mut self) {
        if self.net.branches.rows().iter().any(|b| b.bus_from.is_unset() || b.bus_to.is_unset()) {
            return;
        }
        let parts = islands(&self.net, |_| true);
        let mut first: Vec<Option<usize>> = vec![None; parts.count];
        for (bus, part) in parts.of_bus.iter().enumerate() {
            if let Some(slot) = first.get_mut(*part as usize) {
                slot.get_or_insert(bus);
            }
        }
        let mut told = HashSet::new();
        for k in 0..self.net.branches.len() {
            let id = fenggu_net::Id::new(k);
            let from = self.net.branches[id].bus_from.index();
            let part = parts.of_bus[from];
            let Some(Some(leader)) = first.get(part as usize) else { continue };
            let word = &self.bus_words[*leader];
            self.net.branches[id].current = if word == "AC" { Current::Ac } else { Current::Dc };
            if self.bus_words[from] != *word && told.insert(part) {
                let value = format!("{word}, {}", self.bus_words[from]);
                let mut d = Diagnostic::new(&code::PYPSA_MIXED_CURRENT).with("value", value);
                d.component.clone_from(&self.net.branches[id].name);
                self.found.add(d);
            }
        }
        for branch in self.net.branches.rows_mut() {
            // The limit of the angle holds for alternating current only, and PyPSA drops it where it would divide by x = 0.
            let alternating = branch.kind == BranchKind::Transformer || branch.carrier.is_some_and(|c| self.net.carriers[c].name == "AC");
            if branch.angle_max_deg.is_finite() && !(alternating && branch.x_pu != 0.0) {
                let cell = CarriedCell::Text(super::cells::python(branch.angle_max_deg));
                let list = if branch.kind == BranchKind::Line { "lines" } else { "transformers" };
                self.keep.put(list, "v_ang_max", CarriedKind::Number, &branch.name, cell);
                (branch.angle_min_deg, branch.angle_max_deg) = (f64::NEG_INFINITY, f64::INFINITY);
            }
        }
    }

    /// PyPSA's `optimize` does not count shunts: their conductance is carried, their susceptance serves power flows.
    pub(super) fn shunts(&mut self) {
        let fields = [("bus", "bus"), ("b", "b_mvar"), ("active", "in_service")];
        let Some(rows) = self.rows("shunt_impedances", TableId::Shunts, 0, &fields) else { return };
        for r in 0..rows.len() {
            let bus = self.bus(&rows, r, "bus");
            let v_nom = self.net.buses.get(bus).map_or(1.0, |b| b.v_nom_kv);
            let b_mvar = self.number(&rows, r, "b") * v_nom * v_nom;
            let shunt = Shunt { name: rows.name(r).to_owned(), bus, g_mw: 0.0, b_mvar, in_service: self.flag(&rows, r, "active") };
            self.net.shunts.push(shunt);
        }
        self.keep(&rows, &rows.frame.names);
    }

    /// Own types of lines and transformers, and shapes: whole tables that are carried.
    pub(super) fn others(&mut self) {
        for list in ["line_types", "transformer_types", "shapes", "sub_networks"] {
            let Some(rows) = Rows::of(self.ds, list) else { continue };
            if list == "sub_networks" {
                self.keep.outputs.push("sub_networks".to_owned());
                continue;
            }
            for name in &rows.frame.names {
                self.keep.put(list, "name", CarriedKind::Text, name, CarriedCell::Text(name.clone()));
            }
            self.keep(&rows, &rows.frame.names);
        }
    }
}

/// A line's own data: Ω and S of the whole line.
pub struct LineData {
    pub length: f64,
    pub num_parallel: f64,
    pub x: f64,
    pub r: f64,
    pub g: f64,
    pub b: f64,
}

/// r, x, g, b per unit on [`BASE_MVA`]. A type gives r, x and b by length and parallel circuits.
pub fn line_per_unit(line: &LineData, line_type: Option<&LineType>, v_nom_kv: f64) -> [f64; 4] {
    let (mut r, mut x, mut b) = (line.r, line.x, line.b);
    if let Some(t) = line_type {
        r = t.r_per_length * line.length / line.num_parallel;
        x = t.x_per_length * line.length / line.num_parallel;
        b = 2.0 * std::f64::consts::PI * 1e-9 * t.f_nom * t.c_per_length * line.length * line.num_parallel;
    }
    let v2 = v_nom_kv * v_nom_kv;
    [r / v2 * BASE_MVA, x / v2 * BASE_MVA, line.g * v2 / BASE_MVA, b * v2 / BASE_MVA]
}

/// A transformer's own data: per unit on its own rating.
pub struct TransformerData {
    pub x: f64,
    pub r: f64,
    pub g: f64,
    pub b: f64,
    pub s_nom: f64,
    pub tap_ratio: f64,
    pub phase_shift: f64,
}

impl TransformerData {
    /// r, x, g, b per unit on [`BASE_MVA`].
    pub fn per_unit(&self) -> [f64; 4] {
        let s = self.s_nom;
        [self.r / s * BASE_MVA, self.x / s * BASE_MVA, self.g * s / BASE_MVA, self.b * s / BASE_MVA]
    }
}

impl TransformerType {
    /// What PyPSA makes of a type: per unit on the type's rating.
    pub fn at(&self, num_parallel: f64, tap_position: f64) -> TransformerData {
        let r = self.vscr / 100.0;
        let x = ((self.vsc / 100.0).powi(2) - r * r).sqrt();
        let g = self.pfe / (1000.0 * self.s_nom);
        // Some types have a no-load current below what their iron losses need.
        let b = -((self.i0 / 100.0).powi(2) - g * g).max(0.0).sqrt();
        TransformerData {
            x: x / num_parallel,
            r: r / num_parallel,
            g: g * num_parallel,
            b: b * num_parallel,
            s_nom: self.s_nom,
            tap_ratio: 1.0 + (tap_position - self.tap_neutral) * (self.tap_step / 100.0),
            phase_shift: self.phase_shift,
        }
    }
}
