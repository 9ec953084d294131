//! Carriers, buses, branches, shunts.

use fenggu_net::{Branch, BranchKind, BusId, Current, FlowConvention, TableId};

use super::super::translate::{line_per_unit, LineData, TransformerData};
use super::super::types::{self, LineType, TransformerType};
use super::sheet::Sheet;
use super::{Builder, NO_LIMIT, NO_RATING};

impl Builder<'_> {
    pub(super) fn carriers(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::Carriers, &["co2_t_per_mwh", "colour"]);
        // Carriers that the file only named are left unnamed again, unless they say something.
        let told = |c: &&fenggu_net::Carrier| {
            let known = self.carried.text("carriers", "name", &c.name).is_some();
            known || !net.carried.iter().any(|k| k.format == "pypsa") || c.co2_t_per_mwh != 0.0 || !c.colour.is_empty()
        };
        let rows: Vec<&fenggu_net::Carrier> = net.carriers.rows().iter().filter(told).collect();
        let Some(mut sheet) = Sheet::of("carriers", rows.iter().map(|c| c.name.clone())) else { return };
        for (row, c) in rows.iter().enumerate() {
            sheet.number(row, "co2_emissions", c.co2_t_per_mwh);
            let colour = if c.colour.is_empty() { self.carried.text("carriers", "color", &c.name).unwrap_or("") } else { &c.colour };
            sheet.text(row, "color", colour);
        }
        self.sheets.push(sheet);
    }

    /// PyPSA's carrier of a bus.
    pub(super) fn bus_word(&self, bus: BusId) -> &str {
        let Some(b) = self.net.buses.get(bus) else { return "" };
        if b.carrier.is_some() {
            return self.carrier(b.carrier);
        }
        if let Some(word) = self.carried.text("buses", "carrier", &b.name) {
            return word;
        }
        let direct = |l: &Branch| l.current == Current::Dc && (l.bus_from == bus || l.bus_to == bus);
        if self.net.branches.rows().iter().any(direct) {
            "DC"
        } else {
            "AC"
        }
    }

    pub(super) fn buses(&mut self) {
        let net = self.net;
        let written = &["kind", "carrier", "v_nom_kv", "vm_pu", "vm_min_pu", "vm_max_pu", "longitude", "latitude"];
        self.lost.written.insert(TableId::Buses, written);
        let Some(mut sheet) = Sheet::of("buses", net.buses.rows().iter().map(|b| b.name.clone())) else { return };
        let direct = net.branches.rows().iter().any(|b| b.current == Current::Dc);
        for (row, b) in net.buses.rows().iter().enumerate() {
            // Looking for branches at every bus would take long in a large network without direct current.
            let plain = b.carrier.is_none() && !direct && self.carried.text("buses", "carrier", &b.name).is_none();
            let word = if plain { "AC" } else { self.bus_word(fenggu_net::Id::new(row)) };
            sheet.text(row, "carrier", word);
            // Where no voltage is known any will do: impedances are made with it.
            sheet.number(row, "v_nom", voltage(b.v_nom_kv));
            let old = |column: &str| self.carried.number("buses", column, &b.name);
            sheet.number(row, "x", b.longitude.unwrap_or_else(|| old("x")));
            sheet.number(row, "y", b.latitude.unwrap_or_else(|| old("y")));
            sheet.number(row, "v_mag_pu_set", b.vm_pu);
            sheet.number(row, "v_mag_pu_min", b.vm_min_pu);
            sheet.number(row, "v_mag_pu_max", b.vm_max_pu);
        }
        self.sheets.push(sheet);
    }

    pub(super) fn branches(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::Branches, BRANCH);
        // A line with a tap or a shift can only be a transformer in PyPSA.
        let is_line =
            |b: &&Branch| b.kind == BranchKind::Line && b.tap_ratio == 1.0 && b.phase_shift_deg == 0.0 && b.phase_shift_min_deg.is_none();
        let lines: Vec<&Branch> = net.branches.rows().iter().filter(is_line).collect();
        let others: Vec<&Branch> = net.branches.rows().iter().filter(|b| !is_line(b)).collect();
        let Some(mut sheet) = Sheet::of("lines", lines.iter().map(|b| b.name.clone())) else { return };
        for (row, b) in lines.into_iter().enumerate() {
            let rating = if b.rating_a_mva.is_infinite() { self.no_rating() } else { b.rating_a_mva };
            self.common(&mut sheet, row, b, rating);
            sheet.number(row, "length", b.length_km.unwrap_or(0.0));
            let word = match self.carried.text("lines", "carrier", &b.name) {
                Some("") if self.carrier(b.carrier) == self.bus_word(b.bus_from) => "",
                _ => self.carrier(b.carrier),
            };
            sheet.text(row, "carrier", word);
            self.line(&mut sheet, row, b);
        }
        self.sheets.push(sheet);
        let own: Vec<String> = others.iter().map(|b| b.name.clone()).collect();
        let names = own.iter().map(|n| self.carried.text("transformers", "name", n).unwrap_or(n).to_owned()).collect();
        let Some(list) = super::attributes::list("transformers") else { return };
        let mut sheet = Sheet::new(list, names, own);
        for (row, b) in others.into_iter().enumerate() {
            self.transformer(&mut sheet, row, b);
        }
        self.sheets.push(sheet);
    }

    fn no_rating(&mut self) -> f64 {
        self.lost.expressed(["branches without a rating", "没有额定值的支路"], ["s_nom = 1e9 or 1e6 MVA", "s_nom = 1e9 或 1e6 MVA"]);
        NO_LIMIT
    }

    fn common(&mut self, sheet: &mut Sheet, row: usize, b: &Branch, rating: f64) {
        sheet.text(row, "bus0", self.bus(b.bus_from));
        sheet.text(row, "bus1", self.bus(b.bus_to));
        let size = [rating, b.s_nom_min_mva, b.s_nom_max_mva, b.capital_cost_per_mva];
        self.capacity(sheet, row, &b.name, "s_nom", size, b.s_nom_extendable);
        sheet.profile(row, "s_max_pu", &b.s_max_pu);
        let mut on = self.net.branch_in_service(b);
        // In PowerModels' form a branch without reactance carries nothing.
        on &= !(self.net.flow_convention == FlowConvention::PowerModels && b.x_pu == 0.0);
        sheet.flag(row, "active", on);
        if b.angle_min_deg == -b.angle_max_deg {
            let list = if b.kind == BranchKind::Line { "lines" } else { "transformers" };
            // What was dropped because it limits nothing.
            let told = if b.angle_max_deg.is_infinite() { self.carried.number(list, "v_ang_max", &b.name) } else { f64::NAN };
            sheet.number(row, "v_ang_max", if told.is_nan() { b.angle_max_deg } else { told });
        } else {
            self.lost.field(TableId::Branches, "angle_min_deg");
        }
    }

    /// The reactance by PyPSA's convention: PowerModels' form has b = x/(r²+x²).
    fn reactance(&self, b: &Branch) -> f64 {
        match self.net.flow_convention {
            FlowConvention::PowerModels if b.x_pu != 0.0 => (b.r_pu * b.r_pu + b.x_pu * b.x_pu) / b.x_pu,
            _ => b.x_pu,
        }
    }

    fn line(&mut self, sheet: &mut Sheet, row: usize, b: &Branch) {
        let v = self.net.buses.get(b.bus_from).map_or(1.0, |bus| voltage(bus.v_nom_kv));
        let old = |column: &str| self.carried.number("lines", column, &b.name);
        let given = LineData {
            length: b.length_km.unwrap_or(0.0),
            num_parallel: old("num_parallel"),
            x: old("x"),
            r: old("r"),
            g: old("g"),
            b: old("b"),
        };
        let kind = self.carried.text("lines", "type", &b.name).unwrap_or("");
        let line_type = if kind.is_empty() { None } else { self.line_type(kind) };
        let told = self.net.base_mva == super::translate::BASE_MVA
            && line_per_unit(&given, line_type.as_ref(), v) == [b.r_pu, b.x_pu, b.g_pu, b.b_pu];
        sheet.number(row, "num_parallel", given.num_parallel);
        if told {
            sheet.text(row, "type", kind);
            for (column, value) in [("x", given.x), ("r", given.r), ("g", given.g), ("b", given.b)] {
                sheet.number(row, column, value);
            }
        } else {
            let z = v * v / self.net.base_mva;
            for (column, value) in [("x", self.reactance(b) * z), ("r", b.r_pu * z), ("g", b.g_pu / z), ("b", b.b_pu / z)] {
                sheet.number(row, column, value);
            }
        }
    }

    fn transformer(&mut self, sheet: &mut Sheet, row: usize, b: &Branch) {
        let old = |column: &str| self.carried.number("transformers", column, &b.name);
        let kind = self.carried.text("transformers", "type", &b.name).unwrap_or("").to_owned();
        let mut data = TransformerData {
            x: old("x"),
            r: old("r"),
            g: old("g"),
            b: old("b"),
            s_nom: old("s_nom"),
            tap_ratio: old("tap_ratio"),
            phase_shift: old("phase_shift"),
        };
        let as_told = [data.x, data.r, data.g, data.b, data.s_nom, data.tap_ratio, data.phase_shift];
        let (num_parallel, position) = (old("num_parallel"), old("tap_position"));
        let range = (old("phase_shift_min"), old("phase_shift_max"));
        if let Some(t) = if kind.is_empty() { None } else { self.transformer_type(&kind) } {
            data = t.at(num_parallel, position);
        }
        let same = data.per_unit() == [b.r_pu, b.x_pu, b.g_pu, b.b_pu]
            && (data.s_nom, data.tap_ratio, data.phase_shift) == (b.rating_a_mva, b.tap_ratio, b.phase_shift_deg);
        let told = same && self.net.base_mva == super::translate::BASE_MVA && self.carried.has("transformers", "name");
        let rating = match b.rating_a_mva {
            s if told && !kind.is_empty() => s,
            s if s > 0.0 && s.is_finite() => s,
            0.0 => NO_RATING,
            _ => {
                self.no_rating();
                NO_RATING
            }
        };
        self.common(sheet, row, b, rating);
        if b.rating_a_mva == 0.0 && !b.s_nom_extendable {
            // Impedances need a rating, and the limit is none of it.
            sheet.number(row, "s_max_pu", 0.0);
        }
        if told {
            let [x, r, g, bb, s_nom, tap, shift] = as_told;
            sheet.text(row, "type", &kind);
            let cells = [("x", x), ("r", r), ("g", g), ("b", bb), ("s_nom", s_nom), ("tap_ratio", tap), ("phase_shift", shift)];
            for (column, value) in cells {
                sheet.number(row, column, value);
            }
        } else {
            let k = rating / self.net.base_mva;
            let powermodels = self.net.flow_convention == FlowConvention::PowerModels;
            let (tap, shift) = if powermodels { (1.0, 0.0) } else { (b.tap_ratio, b.phase_shift_deg) };
            let x = self.reactance(b);
            let cells = [("x", x * k), ("r", b.r_pu * k), ("g", b.g_pu / k), ("b", b.b_pu / k), ("tap_ratio", tap), ("phase_shift", shift)];
            for (column, value) in cells {
                sheet.number(row, column, value);
            }
            if !self.carried.has("transformers", "name") {
                // Charging stands at both ends here, in the middle by PyPSA's default.
                sheet.text(row, "model", "pi");
            }
        }
        sheet.number(row, "num_parallel", num_parallel);
        sheet.number(row, "tap_position", position);
        match (b.phase_shift_min_deg, b.phase_shift_max_deg) {
            (Some(low), Some(high)) => {
                sheet.number(row, "phase_shift_min", low);
                sheet.number(row, "phase_shift_max", high);
            }
            _ => {
                let (low, high) = range;
                if low >= high {
                    sheet.number(row, "phase_shift_min", low);
                    sheet.number(row, "phase_shift_max", high);
                }
            }
        }
        if b.carrier.is_some() {
            self.lost.field(TableId::Branches, "carrier");
        }
    }

    fn line_type(&self, name: &str) -> Option<LineType> {
        let own = |column: &str| self.carried.number("line_types", column, name);
        types::line_type(name).or_else(|| {
            self.carried.text("line_types", "name", name)?;
            Some(LineType {
                f_nom: own("f_nom"),
                r_per_length: own("r_per_length"),
                x_per_length: own("x_per_length"),
                c_per_length: own("c_per_length"),
            })
        })
    }

    fn transformer_type(&self, name: &str) -> Option<TransformerType> {
        let own = |column: &str| self.carried.number("transformer_types", column, name);
        types::transformer_type(name).or_else(|| {
            self.carried.text("transformer_types", "name", name)?;
            Some(TransformerType {
                s_nom: own("s_nom"),
                vsc: own("vsc"),
                vscr: own("vscr"),
                pfe: own("pfe"),
                i0: own("i0"),
                phase_shift: own("phase_shift"),
                tap_side: own("tap_side"),
                tap_neutral: own("tap_neutral"),
                tap_step: own("tap_step"),
            })
        })
    }

    pub(super) fn shunts(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::Shunts, &["bus", "g_mw", "b_mvar", "in_service"]);
        let Some(mut sheet) = Sheet::of("shunt_impedances", net.shunts.rows().iter().map(|s| s.name.clone())) else { return };
        for (row, s) in net.shunts.rows().iter().enumerate() {
            let v = net.buses.get(s.bus).map_or(1.0, |b| voltage(b.v_nom_kv));
            let told = self.carried.number("shunt_impedances", "b", &s.name);
            sheet.text(row, "bus", self.bus(s.bus));
            sheet.number(row, "b", if told * v * v == s.b_mvar { told } else { s.b_mvar / (v * v) });
            sheet.flag(row, "active", self.counts(s.in_service, s.bus));
        }
        self.sheets.push(sheet);
    }
}

/// A voltage that impedances can be made with.
fn voltage(v_nom_kv: f64) -> f64 {
    if v_nom_kv > 0.0 {
        v_nom_kv
    } else {
        1.0
    }
}

const BRANCH: &[&str] = &[
    "kind",
    "current",
    "carrier",
    "bus_from",
    "bus_to",
    "r_pu",
    "x_pu",
    "b_pu",
    "g_pu",
    "tap_ratio",
    "phase_shift_deg",
    "phase_shift_min_deg",
    "phase_shift_max_deg",
    "rating_a_mva",
    "s_nom_extendable",
    "s_nom_min_mva",
    "s_nom_max_mva",
    "capital_cost_per_mva",
    "s_max_pu",
    "angle_min_deg",
    "angle_max_deg",
    "length_km",
    "in_service",
];
