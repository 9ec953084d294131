//! Generators, loads, storage units, stores.

use fenggu_net::{BusKind, EndRule, Generator, Profile, TableId};

use super::sheet::Sheet;
use super::{Builder, NO_LIMIT};

impl Builder<'_> {
    pub(super) fn generators(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::Generators, GENERATOR);
        let Some(mut sheet) = Sheet::of("generators", net.generators.rows().iter().map(|g| g.name.clone())) else { return };
        let mut slack = std::collections::HashSet::new();
        for (row, g) in net.generators.rows().iter().enumerate() {
            let nominal = self.generator_limits(&mut sheet, row, g);
            sheet.text(row, "bus", self.bus(g.bus));
            sheet.text(row, "carrier", self.carrier(g.carrier));
            let size = [nominal, g.p_nom_min_mw, g.p_nom_max_mw, g.capital_cost_per_mw];
            self.capacity(&mut sheet, row, &g.name, "p_nom", size, g.p_nom_extendable);
            sheet.free(row, "p_set", &g.p_set_mw);
            sheet.number(row, "sign", g.sign);
            sheet.number(row, "e_sum_min", g.energy_sum_min_mwh);
            sheet.number(row, "e_sum_max", g.energy_sum_max_mwh);
            match (g.p_initial_mw, g.initial_status_h) {
                (Some(p), Some(h)) if h > 0.0 => sheet.number(row, "p_init", p),
                // A set point of a file limits no ramp here, and would in PyPSA.
                (Some(_), _) => self.lost.field(TableId::Generators, "p_initial_mw"),
                _ => {}
            }
            sheet.number(row, "q_set", g.q_mvar);
            sheet.flag(row, "active", self.counts(g.in_service, g.bus));
            let cost = self.linear_cost(g);
            sheet.profile(row, "marginal_cost", &cost);
            sheet.profile(row, "marginal_cost_quadratic", &g.cost_quadratic_per_mw2h);
            sheet.profile(row, "efficiency", &g.efficiency);
            let up = self.ramp(&g.ramp_up_pu, g.ramp_up_mw, g.ramp_unit, nominal, (TableId::Generators, "ramp_up_mw"));
            let down = self.ramp(&g.ramp_down_pu, g.ramp_down_mw, g.ramp_unit, nominal, (TableId::Generators, "ramp_down_mw"));
            sheet.free(row, "ramp_limit_up", &up);
            sheet.free(row, "ramp_limit_down", &down);
            for column in ["ramp_limit_start_up", "ramp_limit_shut_down"] {
                sheet.number(row, column, self.carried.number("generators", column, &g.name));
            }
            if !self.carried.has("generators", "control") {
                let control = match net.buses.get(g.bus).map(|b| b.kind) {
                    Some(BusKind::Reference) if slack.insert(g.bus) => "Slack",
                    Some(BusKind::Reference | BusKind::Pv) => "PV",
                    _ => "PQ",
                };
                sheet.text(row, "control", control);
            }
            if g.committable && !self.carried.has("generators", "committable") {
                self.lost.field(TableId::Generators, "committable");
            }
        }
        self.sheets.push(sheet);
    }

    /// Writes what limits the output; returns the nominal power.
    fn generator_limits(&mut self, sheet: &mut Sheet, row: usize, g: &Generator) -> f64 {
        let plain = g.p_min_mw.is_none() && g.p_max_mw.is_none();
        if let (Some(nominal), true) = (g.p_nom_mw, plain || g.p_nom_extendable) {
            if !plain {
                self.lost.field(TableId::Generators, "p_max_mw");
            }
            sheet.profile(row, "p_min_pu", &g.p_min_pu);
            sheet.profile(row, "p_max_pu", &g.p_max_pu);
            return nominal;
        }
        let endless = self.carried.text("generators", "p_nom", &g.name).is_some();
        if endless && g.p_nom_mw.is_none() && g.p_max_mw.as_ref().is_some_and(|p| p.is_all(f64::INFINITY)) {
            sheet.profile(row, "p_min_pu", &g.p_min_pu);
            sheet.profile(row, "p_max_pu", &g.p_max_pu);
            return f64::INFINITY;
        }
        let series = |p: &Option<Profile>| matches!(p, Some(Profile::Series(_)));
        let by_share = g.p_nom_mw.is_some() && (g.p_min_pu.constant().is_none() || g.p_max_pu.constant().is_none());
        let constant = !(series(&g.p_min_mw) || series(&g.p_max_mw) || by_share);
        let (nominal, low, high) = self.shares(|t| g.lower_mw(t), |t| g.upper_mw(t), constant);
        if nominal >= NO_LIMIT {
            self.lost.expressed(["generators without a limit", "没有限值的机组"], ["p_nom = 1e9 MW", "p_nom = 1e9 MW"]);
        }
        sheet.profile(row, "p_min_pu", &low);
        sheet.profile(row, "p_max_pu", &high);
        nominal
    }

    /// The linear cost; a curve of two points is one too. Tells of constants and curves.
    fn linear_cost(&mut self, g: &Generator) -> Profile {
        if g.cost_constant_per_h != 0.0 {
            self.lost.field(TableId::Generators, "cost_constant_per_h");
        }
        if !g.offer.is_empty() {
            self.lost.field(TableId::Generators, "offer");
        }
        match g.cost_points.as_slice() {
            [] => g.cost_linear_per_mwh.clone(),
            [a, b] if b[0] > a[0] && g.upper_mw(0) <= b[0] && g.lower_mw(0) >= a[0] => {
                let slope = (b[1] - a[1]) / (b[0] - a[0]);
                if a[1] - slope * a[0] != 0.0 {
                    self.lost.field(TableId::Generators, "cost_points (its constant part)");
                }
                g.cost_linear_per_mwh.map(|c| c + slope)
            }
            _ => {
                self.lost.field(TableId::Generators, "cost_points");
                g.cost_linear_per_mwh.clone()
            }
        }
    }

    pub(super) fn loads(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::Loads, &["bus", "p_mw", "q_mvar", "in_service", "shed_cost_per_mwh", "bid"]);
        let Some(mut sheet) = Sheet::of("loads", net.loads.rows().iter().map(|l| l.name.clone())) else { return };
        for (row, l) in net.loads.rows().iter().enumerate() {
            // Only the signs ±1 turn back without rounding; any other is inside p_set.
            let sign = Some(self.carried.number("loads", "sign", &l.name)).filter(|s| s.abs() == 1.0).unwrap_or(-1.0);
            let turned = |p: &Profile| if sign == -1.0 { p.clone() } else { p.map(|v| -v) };
            sheet.text(row, "bus", self.bus(l.bus));
            sheet.profile(row, "p_set", &turned(&l.p_mw));
            sheet.profile(row, "q_set", &turned(&l.q_mvar));
            sheet.number(row, "sign", sign);
            sheet.flag(row, "active", self.counts(l.in_service, l.bus));
        }
        for (_, s) in net.shunts.iter().filter(|(_, s)| s.g_mw != 0.0) {
            // The DC network counts conductance as load; PyPSA's optimisation counts no shunt.
            let row = sheet.push(self.unused("loads", &format!("{} (shunt)", s.name)));
            sheet.text(row, "bus", self.bus(s.bus));
            sheet.number(row, "p_set", s.g_mw);
            sheet.flag(row, "active", self.counts(s.in_service, s.bus));
            self.lost.expressed(["conductances of shunts", "并联电导"], ["loads", "负荷"]);
        }
        self.sheets.push(sheet);
        self.demand_side();
    }

    /// Load that may be shed is a generator at its price; elastic demand is one that takes out.
    fn demand_side(&mut self) {
        let net = self.net;
        for (_, l) in net.loads.iter() {
            let active = self.counts(l.in_service, l.bus);
            if let Some(price) = l.shed_cost_per_mwh {
                let most = l.p_mw.max();
                let sheet_name = self.unused("generators", &format!("{} (shed)", l.name));
                let bus = self.bus(l.bus).to_owned();
                let Some(sheet) = self.sheets.iter_mut().find(|s| s.list.name == "generators") else { continue };
                let row = sheet.push(sheet_name);
                sheet.text(row, "bus", &bus);
                sheet.number(row, "p_nom", most.max(0.0));
                sheet.profile(row, "p_max_pu", &l.p_mw.map(|v| if most > 0.0 { v.max(0.0) / most } else { 0.0 }));
                sheet.number(row, "marginal_cost", price);
                sheet.flag(row, "active", active);
                self.lost.expressed(["loads that may be shed", "可切除的负荷"], ["generators at that price", "以该价格出力的机组"]);
            }
            for (k, step) in l.bid.iter().enumerate() {
                let sheet_name = self.unused("generators", &format!("{} (bid {})", l.name, k + 1));
                let bus = self.bus(l.bus).to_owned();
                let Some(sheet) = self.sheets.iter_mut().find(|s| s.list.name == "generators") else { continue };
                let row = sheet.push(sheet_name);
                sheet.text(row, "bus", &bus);
                sheet.number(row, "sign", -1.0);
                sheet.number(row, "p_nom", step[0]);
                sheet.number(row, "marginal_cost", -step[1]);
                sheet.flag(row, "active", active);
                self.lost.expressed(["steps of elastic bids", "弹性报价的各段"], ["generators with sign −1", "sign 为 −1 的机组"]);
            }
        }
    }

    /// A name that no component of the list has.
    pub(super) fn unused(&self, list: &str, name: &str) -> String {
        let table = match list {
            "loads" => self.net.table(TableId::Loads),
            _ => self.net.table(TableId::Generators),
        };
        let mut name = name.to_owned();
        while table.row_of(&name).is_some() {
            name.push('*');
        }
        name
    }

    pub(super) fn storage_units(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::StorageUnits, STORAGE);
        let Some(mut sheet) = Sheet::of("storage_units", net.storage_units.rows().iter().map(|s| s.name.clone())) else { return };
        for (row, s) in net.storage_units.rows().iter().enumerate() {
            let absolute = s.discharge_max_mw.is_some() || s.charge_max_mw.is_some() || s.energy_max_mwh.is_some() || s.p_nom_mw.is_none();
            let (mut nominal, mut low, mut high) = (s.p_nom_mw.unwrap_or(0.0), s.p_min_pu.clone(), s.p_max_pu.clone());
            let mut hours = s.energy_hours_h;
            if absolute && s.p_nom_extendable {
                self.lost.field(TableId::StorageUnits, "discharge_max_mw");
            } else if absolute {
                let series = |p: &Option<Profile>| matches!(p, Some(Profile::Series(_)));
                let by_share = s.p_nom_mw.is_some() && (low.constant().is_none() || high.constant().is_none());
                let constant = !(series(&s.discharge_max_mw) || series(&s.charge_max_mw) || by_share);
                (nominal, low, high) = self.shares(|t| -s.charge_upper_mw(t), |t| s.discharge_upper_mw(t), constant);
                let energy = s.energy_upper_mwh(0);
                if (0..self.steps).any(|t| s.energy_upper_mwh(t) != energy) {
                    self.lost.field(TableId::StorageUnits, "energy_max_mwh");
                }
                hours = if nominal > 0.0 { energy / nominal } else { 0.0 };
            }
            sheet.text(row, "bus", self.bus(s.bus));
            sheet.text(row, "carrier", self.carrier(s.carrier));
            let size = [nominal, s.p_nom_min_mw, s.p_nom_max_mw, s.capital_cost_per_mw];
            self.capacity(&mut sheet, row, &s.name, "p_nom", size, s.p_nom_extendable);
            sheet.profile(row, "p_min_pu", &low);
            sheet.profile(row, "p_max_pu", &high);
            sheet.number(row, "max_hours", hours);
            match self.carried.text("storage_units", "efficiency_store", &s.name) {
                Some(_) if low.is_all(0.0) => sheet.number(row, "efficiency_store", 0.0),
                _ => sheet.profile(row, "efficiency_store", &s.efficiency_charge),
            }
            sheet.profile(row, "efficiency_dispatch", &s.efficiency_discharge);
            let (loss, initial) = self.loss("storage_units", &s.name, &s.standing_loss_per_h, s.soc_initial_mwh, s.end_rule);
            sheet.profile(row, "standing_loss", &loss);
            sheet.profile(row, "inflow", &s.inflow_mw);
            sheet.profile(row, "spill_cost", &s.spill_cost_per_mwh);
            sheet.number(row, "state_of_charge_initial", initial);
            sheet.flag(row, "cyclic_state_of_charge", s.end_rule == EndRule::Cyclic);
            sheet.profile(row, "marginal_cost", &s.discharge_cost_per_mwh);
            sheet.profile(row, "marginal_cost_quadratic", &s.discharge_cost_quadratic_per_mw2h);
            sheet.profile(row, "marginal_cost_storage", &s.holding_cost_per_mwh_h);
            sheet.free(row, "p_set", &s.p_set_mw);
            sheet.free(row, "p_dispatch_set", &s.discharge_set_mw);
            sheet.free(row, "p_store_set", &s.charge_set_mw);
            let held = self.held(&s.soc_set_mwh, s.end_rule, s.soc_target_mwh, TableId::StorageUnits);
            sheet.free(row, "state_of_charge_set", &held);
            sheet.number(row, "sign", s.sign);
            sheet.flag(row, "active", self.counts(s.in_service, s.bus));
        }
        self.sheets.push(sheet);
    }

    /// Loss and energy at the start as PyPSA has them: it loses nothing of that energy in the first snapshot.
    fn loss(&self, list: &str, name: &str, loss: &Profile, initial: f64, rule: EndRule) -> (Profile, f64) {
        if rule == EndRule::Cyclic || initial == 0.0 {
            return (loss.clone(), initial);
        }
        let told = self.carried.text(list, "standing_loss", name).and_then(|t| super::cells::number(t).ok());
        let Some(first) = told.filter(|_| loss.at(0) == 0.0) else {
            let kept = (1.0 - loss.at(0)).powf(self.net.time.storage_h(0));
            return (loss.clone(), initial * kept);
        };
        let values: Vec<f64> = (0..self.steps).map(|t| if t == 0 { first } else { loss.at(t) }).collect();
        let all = values.iter().all(|v| *v == first);
        (if all { Profile::Const(first) } else { Profile::from(values) }, initial)
    }

    /// Held energies with an exact target at the end, which PyPSA says by holding the last one.
    fn held(&mut self, set: &Option<Profile>, rule: EndRule, target: f64, table: TableId) -> Option<Profile> {
        match rule {
            EndRule::Exactly => {
                let mut values: Vec<f64> = (0..self.steps).map(|t| set.as_ref().map_or(f64::NAN, |p| p.at(t))).collect();
                if let Some(last) = values.last_mut() {
                    *last = target;
                }
                self.lost.expressed(["targets at the end", "期末目标"], ["a held energy in the last snapshot", "末个快照的给定能量"]);
                Some(Profile::from(values))
            }
            EndRule::AtLeast => {
                self.lost.field(table, "end_rule");
                set.clone()
            }
            _ => set.clone(),
        }
    }

    pub(super) fn stores(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::Stores, STORE);
        let Some(mut sheet) = Sheet::of("stores", net.stores.rows().iter().map(|s| s.name.clone())) else { return };
        for (row, s) in net.stores.rows().iter().enumerate() {
            let absolute = s.energy_max_mwh.is_some() || s.energy_min_mwh.is_some() || s.e_nom_mwh.is_none();
            let (mut nominal, mut low, mut high) = (s.e_nom_mwh.unwrap_or(0.0), s.e_min_pu.clone(), s.e_max_pu.clone());
            if absolute && s.e_nom_extendable {
                self.lost.field(TableId::Stores, "energy_max_mwh");
            } else if absolute {
                let series = |p: &Option<Profile>| matches!(p, Some(Profile::Series(_)));
                let by_share = s.e_nom_mwh.is_some() && (low.constant().is_none() || high.constant().is_none());
                let constant = !(series(&s.energy_max_mwh) || series(&s.energy_min_mwh) || by_share);
                (nominal, low, high) = self.shares(|t| s.energy_lower_mwh(t), |t| s.energy_upper_mwh(t), constant);
            }
            sheet.text(row, "bus", self.bus(s.bus));
            let word = match self.carried.text("stores", "carrier", &s.name) {
                Some(word) if word.is_empty() && self.carrier(s.carrier) == self.bus_word(s.bus) => "",
                _ => self.carrier(s.carrier),
            };
            sheet.text(row, "carrier", word);
            let size = [nominal, s.e_nom_min_mwh, s.e_nom_max_mwh, s.capital_cost_per_mwh];
            self.capacity(&mut sheet, row, &s.name, "e_nom", size, s.e_nom_extendable);
            sheet.profile(row, "e_min_pu", &low);
            sheet.profile(row, "e_max_pu", &high);
            let (loss, initial) = self.loss("stores", &s.name, &s.standing_loss_per_h, s.energy_initial_mwh, s.end_rule);
            sheet.profile(row, "standing_loss", &loss);
            sheet.number(row, "e_initial", initial);
            sheet.flag(row, "e_cyclic", s.end_rule == EndRule::Cyclic);
            sheet.profile(row, "marginal_cost", &s.cost_linear_per_mwh);
            sheet.profile(row, "marginal_cost_quadratic", &s.cost_quadratic_per_mw2h);
            sheet.profile(row, "marginal_cost_storage", &s.holding_cost_per_mwh_h);
            sheet.free(row, "p_set", &s.p_set_mw);
            let held = self.held(&s.energy_set_mwh, s.end_rule, s.energy_target_mwh, TableId::Stores);
            sheet.free(row, "e_set", &held);
            sheet.number(row, "sign", s.sign);
            sheet.flag(row, "active", self.counts(s.in_service, s.bus));
        }
        self.sheets.push(sheet);
    }
}

/// Fields that are written, or told of where they say more than can be written.
const GENERATOR: &[&str] = &[
    "bus",
    "carrier",
    "p_nom_mw",
    "p_nom_extendable",
    "p_nom_min_mw",
    "p_nom_max_mw",
    "capital_cost_per_mw",
    "p_min_mw",
    "p_max_mw",
    "p_min_pu",
    "p_max_pu",
    "p_set_mw",
    "sign",
    "energy_sum_min_mwh",
    "energy_sum_max_mwh",
    "p_initial_mw",
    "initial_status_h",
    "q_mvar",
    "in_service",
    "cost_constant_per_h",
    "cost_linear_per_mwh",
    "cost_quadratic_per_mw2h",
    "cost_points",
    "offer",
    "ramp_up_mw",
    "ramp_down_mw",
    "ramp_up_pu",
    "ramp_down_pu",
    "ramp_unit",
    "efficiency",
    "committable",
];
const STORAGE: &[&str] = &[
    "bus",
    "carrier",
    "p_nom_mw",
    "p_nom_extendable",
    "p_nom_min_mw",
    "p_nom_max_mw",
    "capital_cost_per_mw",
    "p_max_pu",
    "p_min_pu",
    "energy_hours_h",
    "discharge_max_mw",
    "charge_max_mw",
    "energy_max_mwh",
    "efficiency_charge",
    "efficiency_discharge",
    "standing_loss_per_h",
    "inflow_mw",
    "spill_cost_per_mwh",
    "soc_initial_mwh",
    "end_rule",
    "soc_target_mwh",
    "discharge_cost_per_mwh",
    "discharge_cost_quadratic_per_mw2h",
    "holding_cost_per_mwh_h",
    "p_set_mw",
    "discharge_set_mw",
    "charge_set_mw",
    "soc_set_mwh",
    "sign",
    "in_service",
];
const STORE: &[&str] = &[
    "bus",
    "carrier",
    "e_nom_mwh",
    "e_nom_extendable",
    "e_nom_min_mwh",
    "e_nom_max_mwh",
    "capital_cost_per_mwh",
    "e_max_pu",
    "e_min_pu",
    "energy_max_mwh",
    "energy_min_mwh",
    "standing_loss_per_h",
    "energy_initial_mwh",
    "end_rule",
    "energy_target_mwh",
    "cost_linear_per_mwh",
    "cost_quadratic_per_mw2h",
    "holding_cost_per_mwh_h",
    "p_set_mw",
    "energy_set_mwh",
    "sign",
    "in_service",
];
