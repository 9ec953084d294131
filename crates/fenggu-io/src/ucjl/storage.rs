//! Storage units.

use fenggu_net::schema::Range;
use fenggu_net::{Profile, StorageUnit, TableId};

use super::fields;
use super::read::Reader;
use crate::json::doc::{Item, FLAG};
use crate::json::Value;

/// Efficiencies divide.
const EFFICIENCY: Range = Range::Within(1e-6, 1e6);

impl Reader<'_> {
    pub(super) fn storage_units(&mut self, top: &Item<'_>) {
        for item in self.doc.items("Storage units", top.get("Storage units")) {
            self.known(&item, fields::STORAGE, &[]);
            self.row(TableId::StorageUnits, &item);
            self.mark(
                TableId::StorageUnits,
                &item,
                &[
                    ("bus", "Bus"),
                    ("energy_min_mwh", "Minimum level (MWh)"),
                    ("energy_max_mwh", "Maximum level (MWh)"),
                    ("one_way", "Allow simultaneous charging and discharging"),
                    ("charge_cost_per_mwh", "Charge cost ($/MW)"),
                    ("discharge_cost_per_mwh", "Discharge cost ($/MW)"),
                    ("efficiency_charge", "Charge efficiency"),
                    ("efficiency_discharge", "Discharge efficiency"),
                    ("standing_loss_per_h", "Loss factor"),
                    ("charge_min_mw", "Minimum charge rate (MW)"),
                    ("charge_max_mw", "Maximum charge rate (MW)"),
                    ("discharge_min_mw", "Minimum discharge rate (MW)"),
                    ("discharge_max_mw", "Maximum discharge rate (MW)"),
                    ("soc_initial_mwh", "Initial level (MWh)"),
                ],
            );
            let unit = self.storage_unit(&item);
            self.net.storage_units.push(unit);
        }
    }

    fn storage_unit(&mut self, item: &Item<'_>) -> StorageUnit {
        let some = |r: &mut Self, key: &str, default: f64| r.series(item, key, Range::NonNegative, default);
        let low = some(self, "Minimum level (MWh)", 0.0);
        let high = self.needed_series(item, "Maximum level (MWh)", Range::NonNegative);
        let last_low = self.doc.number(item, "Last period minimum level (MWh)", Range::NonNegative);
        let last_high = self.doc.number(item, "Last period maximum level (MWh)", Range::NonNegative);
        let loss = self.series(item, "Loss factor", Range::Within(0.0, 1.0), 0.0);
        // The loss counts per step; an hour has `per_hour` of them.
        let per_hour = self.per_hour;
        let standing_loss_per_h = if per_hour == 1.0 { loss } else { loss.map(|l| 1.0 - (1.0 - l).powf(per_hour)) };
        StorageUnit {
            name: item.name.to_owned(),
            bus: self.bus(item, "Bus"),
            energy_min_mwh: self.with_last(low, last_low, f64::max),
            energy_max_mwh: Some(self.with_last(high, last_high, f64::min)),
            one_way: self.one_way(item),
            charge_cost_per_mwh: self.needed_series(item, "Charge cost ($/MW)", Range::Finite),
            discharge_cost_per_mwh: self.needed_series(item, "Discharge cost ($/MW)", Range::Finite),
            efficiency_charge: self.series(item, "Charge efficiency", EFFICIENCY, 1.0),
            efficiency_discharge: self.series(item, "Discharge efficiency", EFFICIENCY, 1.0),
            standing_loss_per_h,
            charge_min_mw: some(self, "Minimum charge rate (MW)", 0.0),
            charge_max_mw: Some(self.needed_series(item, "Maximum charge rate (MW)", Range::NonNegative)),
            discharge_min_mw: some(self, "Minimum discharge rate (MW)", 0.0),
            discharge_max_mw: Some(self.needed_series(item, "Maximum discharge rate (MW)", Range::NonNegative)),
            soc_initial_mwh: self.doc.number(item, "Initial level (MWh)", Range::NonNegative).unwrap_or(0.0),
            ..StorageUnit::default()
        }
    }

    /// A profile whose last step is limited further.
    fn with_last(&mut self, profile: Profile, last: Option<f64>, limit: fn(f64, f64) -> f64) -> Profile {
        let Some(last) = last.filter(|_| self.afford(8 * self.steps)) else { return profile };
        let mut values: Vec<f64> = (0..self.steps).map(|t| profile.at(t)).collect();
        if let Some(v) = values.last_mut() {
            *v = limit(*v, last);
        }
        values.into()
    }

    /// Whether charge and discharge shut each other out: a flag, or one for each step, turned round.
    fn one_way(&mut self, item: &Item<'_>) -> Profile {
        let key = "Allow simultaneous charging and discharging";
        let Some(node) = item.get(key) else { return Profile::Const(0.0) };
        let Value::List(list) = &node.value else {
            return Profile::Const(f64::from(u8::from(self.doc.flag(item, key) == Some(false))));
        };
        self.doc.count(item, key, list, node.at, self.steps);
        let mut out = vec![0.0; list.len()];
        for (t, n) in list.iter().enumerate() {
            match &n.value {
                Value::Flag(f) => out[t] = f64::from(u8::from(!f)),
                _ => self.doc.wrong_kind(item, &format!("{key}[{}]", t + 1), n, FLAG),
            }
        }
        out.into()
    }
}
