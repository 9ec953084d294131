//! Generators and storage.

use std::collections::HashMap;

use fenggu_net::schema::Range;
use fenggu_net::{Carrier, Diagnostic, EndRule, Generator, Id, Profile, RampUnit, StorageUnit, TableId};

use super::network::Translator;
use super::table::Csv;
use super::Initial;
use crate::catalogue as code;
use crate::report::shown;

/// Pounds in a tonne.
const LBS_PER_T: f64 = 2_204.622_621_848_776;
/// MMBTU in a MWh of heat.
const MMBTU_PER_MWH: f64 = 3.412_141_633_127_942;
/// Where the file does not say: a unit that must stay on as long has been on.
const LONG_H: f64 = 8.0;

/// On, hours in that state, output.
type States = HashMap<String, (bool, f64, f64)>;

impl Translator<'_> {
    pub(super) fn generators(&mut self, csv: &Csv, initial: &Initial) {
        let states = self.states(initial);
        let storage = if self.folder.join("SourceData/storage.csv").is_file() { self.table("storage.csv") } else { None };
        let (mut rows, mut storage_rows, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..csv.rows() {
            let (name, fuel) = (csv.text(row, "GEN UID"), csv.text(row, "Fuel"));
            let thermal = matches!(fuel.as_str(), "Oil" | "Coal" | "NG" | "Nuclear");
            let category = csv.text(row, "Category");
            if !thermal && category == "Storage" {
                self.storage(csv, row, storage.as_ref());
                storage_rows.push(row);
                continue;
            }
            let driven = category != "CSP" && self.library.has(&name, "PMax MW");
            if !thermal && !driven {
                left_out.push(name);
                continue;
            }
            let carrier = Some(self.carrier(csv, row, &category));
            let bus = self.bus(csv, row, "Bus ID");
            let mut generator = Generator {
                name: name.clone(),
                bus,
                carrier,
                q_mvar: csv.number(row, "MVAR Inj", Range::Finite, self.found),
                q_min_mvar: csv.number(row, "QMin MVAR", Range::Finite, self.found),
                q_max_mvar: csv.number(row, "QMax MVAR", Range::Finite, self.found),
                vm_setpoint_pu: csv.number(row, "V Setpoint p.u.", Range::NonNegative, self.found),
                base_mva: csv.number(row, "Base MVA", Range::Finite, self.found),
                ..Generator::default()
            };
            let ramp = csv.number(row, "Ramp Rate MW/Min", Range::NonNegative, self.found);
            if thermal {
                self.thermal(csv, row, &mut generator, ramp, fuel == "Nuclear", &states, initial);
            } else {
                let high = self.profile(&name, &name, "PMax MW");
                generator.p_min_mw = self.library.shared(&name, "PMax MW", "PMin MW").then(|| high.clone());
                generator.p_max_mw = Some(high);
            }
            self.net.generators.push(generator);
            self.units.push((category, ramp));
            rows.push(row);
        }
        let fields = [
            ("p_min_mw", "PMin MW"),
            ("p_max_mw", "PMax MW"),
            ("ramp_up_mw", "Ramp Rate MW/Min"),
            ("ramp_down_mw", "Ramp Rate MW/Min"),
            ("up_time_min_h", "Min Up Time Hr"),
            ("down_time_min_h", "Min Down Time Hr"),
            ("start_up_cost", "Start Heat Cold MBTU"),
            ("cost_points", "HR_avg_0"),
        ];
        self.map(csv, TableId::Generators, &rows, &fields);
        self.map(csv, TableId::StorageUnits, &storage_rows, &[("discharge_max_mw", "PMax MW")]);
        if !left_out.is_empty() {
            let d = Diagnostic::new(&code::RTS_LEFT_OUT).with("item", "gen.csv").with("value", left_out.join(", "));
            self.found.add(d);
        }
        if *initial == Initial::LongUnitsOn {
            self.found.add(Diagnostic::new(&code::RTS_INITIAL).with("value", LONG_H));
        }
    }

    /// A carrier of the category; its emissions are those of its first unit that tells any.
    fn carrier(&mut self, csv: &Csv, row: usize, category: &str) -> Id<Carrier> {
        let lbs = csv.has("Emissions CO2 Lbs/MMBTU").and_then(|k| csv.plain(row, k)).unwrap_or(0.0);
        let id = self.net.carriers.find(category).unwrap_or_else(|| {
            let renewable = ["Solar", "Wind", "Hydro"].iter().any(|w| category.starts_with(w));
            self.net.carriers.push(Carrier { name: category.to_owned(), renewable, ..Carrier::default() })
        });
        let carrier = &mut self.net.carriers[id];
        if carrier.co2_t_per_mwh == 0.0 {
            carrier.co2_t_per_mwh = lbs * MMBTU_PER_MWH / LBS_PER_T;
        }
        id
    }

    #[allow(clippy::too_many_arguments)]
    fn thermal(&mut self, csv: &Csv, row: usize, g: &mut Generator, ramp: f64, must_run: bool, states: &States, initial: &Initial) {
        let mut number = |name: &str| csv.number(row, name, Range::NonNegative, self.found);
        let (low, high, price) = (number("PMin MW"), number("PMax MW"), number("Fuel Price $/MMBTU"));
        let vom = number("VOM");
        // Minimum times count in whole hours.
        let (up, down) = (number("Min Up Time Hr").ceil().max(1.0), number("Min Down Time Hr").ceil().max(1.0));
        let (cold_h, warm_h) = (number("Start Time Cold Hr"), number("Start Time Warm Hr"));
        let heat = [number("Start Heat Hot MBTU"), number("Start Heat Warm MBTU"), number("Start Heat Cold MBTU")];
        let other = number("Non Fuel Start Cost $");
        g.shut_down_cost = number("Non Fuel Shutdown Cost $");
        g.p_min_mw = Some(low.into());
        g.p_max_mw = Some(high.into());
        g.ramp_up_mw = Some(60.0 * ramp);
        g.ramp_down_mw = Some(60.0 * ramp);
        g.ramp_unit = RampUnit::PerHour;
        (g.start_up_limit_mw, g.shut_down_limit_mw) = (Some(low), Some(low));
        (g.up_time_min_h, g.down_time_min_h) = (up, down);
        (g.committable, g.must_run) = (true, must_run);
        g.start_up_cost = tiers(down, warm_h, cold_h, heat.map(|h| price * h + other));
        g.cost_points = self.curve(csv, row, low, high, price, vom);
        let state = match initial {
            Initial::LongUnitsOn if up >= LONG_H => Some((true, 24.0, low)),
            Initial::LongUnitsOn => Some((false, 24.0, 0.0)),
            Initial::File(_) => states.get(&g.name).copied(),
        };
        match state {
            Some((on, hours, power)) => {
                g.initial_status_h = Some(if on { hours } else { -hours });
                g.p_initial_mw = Some(power);
            }
            None => {
                let d = Diagnostic::new(&code::UC_MISSING).with("item", format!("gen.csv \"{}\"", g.name));
                csv.about(row, "GEN UID", d.with("attribute", "on, hours, power_mw"), self.found);
            }
        }
    }

    /// Output and cost of every point: average heat rate up to the lowest output, then incremental ones.
    fn curve(&mut self, csv: &Csv, row: usize, low: f64, high: f64, price: f64, vom: f64) -> Vec<[f64; 2]> {
        let average = csv.number(row, "HR_avg_0", Range::NonNegative, self.found);
        let mut points = vec![[low, low * (price * average / 1000.0 + vom)]];
        for k in 1..=4 {
            let told = |name: String| csv.has(&name).and_then(|c| csv.plain(row, c));
            let (Some(share), Some(rate)) = (told(format!("Output_pct_{k}")), told(format!("HR_incr_{k}"))) else { break };
            let [mw, cost] = points[points.len() - 1];
            let to = if share == 1.0 { high } else { share * high };
            if to <= mw {
                let d = Diagnostic::new(&code::UC_CURVE).with("item", format!("gen.csv \"{}\"", csv.text(row, "GEN UID")));
                let d = d.with("attribute", format!("Output_pct_{k}")).with("value", format!("{} MW, {} MW", shown(mw), shown(to)));
                csv.about(row, &format!("Output_pct_{k}"), d, self.found);
                break;
            }
            points.push([to, cost + (to - mw) * (price * rate / 1000.0 + vom)]);
        }
        points
    }

    fn storage(&mut self, csv: &Csv, row: usize, volumes: Option<&Csv>) {
        let name = csv.text(row, "GEN UID");
        let percent = csv.number(row, "Storage Roundtrip Efficiency", Range::Positive, self.found);
        let head = volumes.and_then(|v| {
            let row = (0..v.rows()).find(|&r| v.text(r, "GEN UID") == name && v.text(r, "position") == "head")?;
            Some([
                v.number(row, "Max Volume GWh", Range::NonNegative, self.found),
                v.number(row, "Initial Volume GWh", Range::NonNegative, self.found),
            ])
        });
        let Some([most, start]) = head.map(|h| h.map(|gwh| 1000.0 * gwh)) else {
            let d = Diagnostic::new(&code::UC_MISSING).with("item", "storage.csv").with("attribute", &name);
            self.found.add(d);
            return;
        };
        let category = csv.text(row, "Category");
        let unit = StorageUnit {
            name,
            bus: self.bus(csv, row, "Bus ID"),
            carrier: Some(self.carrier(csv, row, &category)),
            discharge_max_mw: Some(csv.number(row, "PMax MW", Range::NonNegative, self.found).into()),
            charge_max_mw: Some(csv.number(row, "Pump Load MW", Range::NonNegative, self.found).into()),
            energy_max_mwh: Some(Profile::Const(most)),
            efficiency_charge: Profile::Const(percent / 100.0),
            soc_initial_mwh: start,
            end_rule: EndRule::AtLeast,
            soc_target_mwh: start,
            ..StorageUnit::default()
        };
        self.net.storage_units.push(unit);
    }

    fn states(&mut self, initial: &Initial) -> States {
        let Initial::File(path) = initial else { return States::new() };
        let Some(csv) = Csv::open(path, self.found) else { return States::new() };
        let mut out = States::new();
        for row in 0..csv.rows() {
            let on = csv.number(row, "on", Range::Within(0.0, 1.0), self.found) == 1.0;
            let hours = csv.number(row, "hours", Range::Positive, self.found);
            let power = csv.number(row, "power_mw", Range::NonNegative, self.found);
            out.insert(csv.text(row, "unit"), (on, hours, power));
        }
        out
    }
}

/// Start-up tiers from the thresholds of time off: cold from `cold_h` on, else warm from `warm_h` on, else hot. What the
/// minimum time off skips is left out.
fn tiers(down_h: f64, warm_h: f64, cold_h: f64, [hot, warm, cold]: [f64; 3]) -> Vec<[f64; 2]> {
    let cost = |h: f64| match h {
        h if h >= cold_h => cold,
        h if h >= warm_h => warm,
        _ => hot,
    };
    let mut from = [down_h, warm_h, cold_h];
    from.sort_by(f64::total_cmp);
    let mut out: Vec<[f64; 2]> = Vec::new();
    for h in from.into_iter().filter(|h| *h >= down_h) {
        if out.last().is_none_or(|t| t[1] != cost(h) && t[0] < h) {
            out.push([h, cost(h)]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_that_cannot_be_reached_are_left_out() {
        let costs = [1.0, 2.0, 3.0];
        // Minimum 48 h off: warm from 48 h, cold from 96 h.
        assert_eq!(tiers(48.0, 12.0, 96.0, costs), [[48.0, 2.0], [96.0, 3.0]]);
        assert_eq!(tiers(8.0, 4.0, 8.0, costs), [[8.0, 3.0]]);
        assert_eq!(tiers(2.0, 4.0, 12.0, costs), [[2.0, 1.0], [4.0, 2.0], [12.0, 3.0]]);
        assert_eq!(tiers(1.0, 3.0, 5.0, [7.0; 3]), [[1.0, 7.0]]);
    }
}
