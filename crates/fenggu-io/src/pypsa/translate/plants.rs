//! Generators, loads, storage units, stores.

use fenggu_net::{CarriedCell, CarriedKind, CommitmentSemantics, EndRule, Generator, Load, Profile, RampUnit, StorageUnit, Store, TableId};

use super::super::dataset::Rows;
use super::Translator;

/// Snapshots off of a unit of which nothing is told.
const LONG_OFF: f64 = 1e6;

impl Translator<'_, '_> {
    pub(super) fn generators(&mut self) {
        let fields = [
            ("bus", "bus"),
            ("carrier", "carrier"),
            ("p_nom", "p_nom_mw"),
            ("p_nom_extendable", "p_nom_extendable"),
            ("p_nom_min", "p_nom_min_mw"),
            ("p_nom_max", "p_nom_max_mw"),
            ("capital_cost", "capital_cost_per_mw"),
            ("p_min_pu", "p_min_pu"),
            ("p_max_pu", "p_max_pu"),
            ("p_set", "p_set_mw"),
            ("sign", "sign"),
            ("e_sum_min", "energy_sum_min_mwh"),
            ("e_sum_max", "energy_sum_max_mwh"),
            ("p_init", "p_initial_mw"),
            ("marginal_cost", "cost_linear_per_mwh"),
            ("marginal_cost_quadratic", "cost_quadratic_per_mw2h"),
            ("ramp_limit_up", "ramp_up_pu"),
            ("ramp_limit_down", "ramp_down_pu"),
            ("efficiency", "efficiency"),
            ("active", "in_service"),
        ];
        let Some(rows) = self.rows("generators", TableId::Generators, 0, &fields) else { return };
        self.refuse_attributes(&rows);
        for r in 0..rows.len() {
            let name = rows.name(r).to_owned();
            let active = self.flag(&rows, r, "active");
            let capacity = self.capacity(&rows, r, "p_nom", &name, active);
            let carrier = self.text(&rows, r, "carrier");
            let mut g = Generator {
                bus: self.bus(&rows, r, "bus"),
                carrier: self.carrier(&carrier),
                p_nom_mw: Some(capacity.nominal),
                p_nom_extendable: capacity.extendable,
                p_nom_min_mw: capacity.min,
                p_nom_max_mw: capacity.max,
                capital_cost_per_mw: capacity.cost,
                p_min_pu: self.profile(&rows, r, "p_min_pu"),
                p_max_pu: self.profile(&rows, r, "p_max_pu"),
                p_set_mw: self.free(&rows, r, "p_set"),
                sign: self.number(&rows, r, "sign"),
                energy_sum_min_mwh: self.number(&rows, r, "e_sum_min"),
                energy_sum_max_mwh: self.number(&rows, r, "e_sum_max"),
                p_initial_mw: self.given(&rows, r, "p_init"),
                q_mvar: self.number(&rows, r, "q_set"),
                in_service: active,
                cost_linear_per_mwh: self.profile(&rows, r, "marginal_cost"),
                cost_quadratic_per_mw2h: self.profile(&rows, r, "marginal_cost_quadratic"),
                ramp_up_pu: self.ramp(&rows, r, "ramp_limit_up", "ramp_limit_start_up"),
                ramp_down_pu: self.ramp(&rows, r, "ramp_limit_down", "ramp_limit_shut_down"),
                ramp_unit: RampUnit::PerStep,
                efficiency: self.profile(&rows, r, "efficiency"),
                name,
                ..Generator::default()
            };
            // An output before the first step limits the first ramp only of a unit that was on.
            g.initial_status_h = g.p_initial_mw.map(|_| 1.0);
            if self.flag(&rows, r, "committable") {
                self.commitment(&rows, r, &mut g);
            }
            if capacity.nominal.is_infinite() && !capacity.extendable {
                self.keep.one(&rows, r, "p_nom", &g.name);
                (g.p_min_mw, g.p_max_mw) = (Some(without_limit(&g.p_min_pu)), Some(without_limit(&g.p_max_pu)));
                g.p_nom_mw = None;
            }
            self.net.generators.push(g);
        }
        self.keep(&rows, &rows.frame.names);
    }

    /// What a generator that is switched says of itself. Times are counted in snapshots, as PyPSA does.
    fn commitment(&mut self, rows: &Rows<'_>, row: usize, g: &mut Generator) {
        if g.in_service && g.p_nom_extendable {
            self.refuse(rows, row, "committable", "unit commitment of what is extendable", "committable = True");
        }
        let [start, stop, stand_by] = ["start_up_cost", "shut_down_cost", "stand_by_cost"].map(|attribute| {
            let told = self.profile(rows, row, attribute);
            let first = told.values().first().copied().unwrap_or(0.0);
            if g.in_service && !told.is_all(first) {
                self.refuse(rows, row, attribute, "commitment costs that vary", attribute);
            }
            first
        });
        let nominal = g.p_nom_mw.unwrap_or(f64::INFINITY);
        let limit = |pu: Option<f64>| pu.map(|pu| pu * nominal).filter(|mw| mw.is_finite());
        g.committable = true;
        g.start_up_cost = if start == 0.0 { Vec::new() } else { vec![[0.0, start]] };
        (g.shut_down_cost, g.cost_constant_per_h) = (stop, stand_by);
        g.up_time_min_h = self.number(rows, row, "min_up_time");
        g.down_time_min_h = self.number(rows, row, "min_down_time");
        g.start_up_limit_mw = limit(self.given(rows, row, "ramp_limit_start_up"));
        g.shut_down_limit_mw = limit(self.given(rows, row, "ramp_limit_shut_down"));
        let [up, down] = ["up_time_before", "down_time_before"].map(|attribute| self.number(rows, row, attribute));
        // Neither told: off, and for longer than any time counts.
        g.initial_status_h = Some(match (up > 0.0, down > 0.0) {
            (_, true) => -down,
            (true, false) => up,
            (false, false) => -LONG_OFF,
        });
        self.net.commitment_semantics = CommitmentSemantics::Pypsa;
    }

    /// A ramp limit. PyPSA reads a limit of 1 where only the start or stop is limited, of units that cannot start too.
    pub(super) fn ramp(&mut self, rows: &Rows<'_>, row: usize, attribute: &str, start: &str) -> Option<Profile> {
        let limit = self.free(rows, row, attribute);
        if self.number(rows, row, start).is_nan() {
            return limit;
        }
        Some(limit.map_or(Profile::Const(1.0), |p| p.map(|v| if v.is_nan() { 1.0 } else { v })))
    }

    pub(super) fn loads(&mut self) {
        let fields = [("bus", "bus"), ("p_set", "p_mw"), ("q_set", "q_mvar"), ("active", "in_service")];
        let Some(rows) = self.rows("loads", TableId::Loads, 0, &fields) else { return };
        for r in 0..rows.len() {
            // −sign·p_set is what the balance takes out.
            let sign = -self.number(&rows, r, "sign");
            let turned = |p: Profile| if sign == 1.0 { p } else { p.map(|v| sign * v) };
            let load = Load {
                name: rows.name(r).to_owned(),
                bus: self.bus(&rows, r, "bus"),
                p_mw: turned(self.profile(&rows, r, "p_set")),
                q_mvar: turned(self.profile(&rows, r, "q_set")),
                in_service: self.flag(&rows, r, "active"),
                ..Load::default()
            };
            self.net.loads.push(load);
        }
        self.keep(&rows, &rows.frame.names);
    }

    pub(super) fn storage_units(&mut self) {
        let fields = [
            ("bus", "bus"),
            ("carrier", "carrier"),
            ("p_nom", "p_nom_mw"),
            ("p_nom_extendable", "p_nom_extendable"),
            ("p_nom_min", "p_nom_min_mw"),
            ("p_nom_max", "p_nom_max_mw"),
            ("capital_cost", "capital_cost_per_mw"),
            ("p_min_pu", "p_min_pu"),
            ("p_max_pu", "p_max_pu"),
            ("max_hours", "energy_hours_h"),
            ("efficiency_store", "efficiency_charge"),
            ("efficiency_dispatch", "efficiency_discharge"),
            ("standing_loss", "standing_loss_per_h"),
            ("inflow", "inflow_mw"),
            ("spill_cost", "spill_cost_per_mwh"),
            ("state_of_charge_initial", "soc_initial_mwh"),
            ("cyclic_state_of_charge", "end_rule"),
            ("marginal_cost", "discharge_cost_per_mwh"),
            ("marginal_cost_quadratic", "discharge_cost_quadratic_per_mw2h"),
            ("marginal_cost_storage", "holding_cost_per_mwh_h"),
            ("p_set", "p_set_mw"),
            ("p_dispatch_set", "discharge_set_mw"),
            ("p_store_set", "charge_set_mw"),
            ("state_of_charge_set", "soc_set_mwh"),
            ("sign", "sign"),
            ("active", "in_service"),
        ];
        let Some(rows) = self.rows("storage_units", TableId::StorageUnits, 0, &fields) else { return };
        self.refuse_attributes(&rows);
        for r in 0..rows.len() {
            let name = rows.name(r).to_owned();
            let active = self.flag(&rows, r, "active");
            let capacity = self.capacity(&rows, r, "p_nom", &name, active);
            let carrier = self.text(&rows, r, "carrier");
            let p_min_pu = self.profile(&rows, r, "p_min_pu");
            let mut efficiency_charge = self.profile(&rows, r, "efficiency_store");
            if efficiency_charge.is_all(0.0) && p_min_pu.is_all(0.0) {
                // A reservoir without pumps: it cannot charge, so what charging would give does not matter.
                self.keep.one(&rows, r, "efficiency_store", &name);
                efficiency_charge = Profile::Const(1.0);
            }
            let initial = self.number(&rows, r, "state_of_charge_initial");
            let end_rule = if self.flag(&rows, r, "cyclic_state_of_charge") { EndRule::Cyclic } else { EndRule::Free };
            let unit = StorageUnit {
                bus: self.bus(&rows, r, "bus"),
                carrier: self.carrier(&carrier),
                p_nom_mw: Some(capacity.nominal),
                p_nom_extendable: capacity.extendable,
                p_nom_min_mw: capacity.min,
                p_nom_max_mw: capacity.max,
                capital_cost_per_mw: capacity.cost,
                p_max_pu: self.profile(&rows, r, "p_max_pu"),
                p_min_pu,
                energy_hours_h: self.number(&rows, r, "max_hours"),
                efficiency_charge,
                efficiency_discharge: self.profile(&rows, r, "efficiency_dispatch"),
                standing_loss_per_h: self.loss(&rows, r, initial, end_rule),
                inflow_mw: self.profile(&rows, r, "inflow"),
                spill_cost_per_mwh: self.profile(&rows, r, "spill_cost"),
                soc_initial_mwh: initial,
                end_rule,
                discharge_cost_per_mwh: self.profile(&rows, r, "marginal_cost"),
                discharge_cost_quadratic_per_mw2h: self.profile(&rows, r, "marginal_cost_quadratic"),
                holding_cost_per_mwh_h: self.profile(&rows, r, "marginal_cost_storage"),
                p_set_mw: self.free(&rows, r, "p_set"),
                discharge_set_mw: self.free(&rows, r, "p_dispatch_set"),
                charge_set_mw: self.free(&rows, r, "p_store_set"),
                soc_set_mwh: self.free(&rows, r, "state_of_charge_set"),
                sign: self.number(&rows, r, "sign"),
                in_service: active,
                name,
                ..StorageUnit::default()
            };
            self.net.storage_units.push(unit);
        }
        self.keep(&rows, &rows.frame.names);
    }

    /// PyPSA lets nothing of the energy at the start be lost in the first snapshot; here a loss counts from the start on.
    /// So the first loss is none, unless the unit is cyclic or starts empty; what was told is kept.
    fn loss(&mut self, rows: &Rows<'_>, r: usize, initial: f64, rule: EndRule) -> Profile {
        let loss = self.profile(rows, r, "standing_loss");
        let first = loss.at(0);
        if first == 0.0 || initial == 0.0 || rule == EndRule::Cyclic {
            return loss;
        }
        let told = CarriedCell::Text(super::cells::python(first));
        self.keep.put(rows.frame.list.name, "standing_loss", CarriedKind::Number, rows.name(r), told);
        let steps = self.net.steps();
        Profile::from((0..steps).map(|t| if t == 0 { 0.0 } else { loss.at(t) }).collect::<Vec<_>>())
    }

    pub(super) fn stores(&mut self) {
        let fields = [
            ("bus", "bus"),
            ("carrier", "carrier"),
            ("e_nom", "e_nom_mwh"),
            ("e_nom_extendable", "e_nom_extendable"),
            ("e_nom_min", "e_nom_min_mwh"),
            ("e_nom_max", "e_nom_max_mwh"),
            ("capital_cost", "capital_cost_per_mwh"),
            ("e_max_pu", "e_max_pu"),
            ("e_min_pu", "e_min_pu"),
            ("standing_loss", "standing_loss_per_h"),
            ("e_initial", "energy_initial_mwh"),
            ("e_cyclic", "end_rule"),
            ("marginal_cost", "cost_linear_per_mwh"),
            ("marginal_cost_quadratic", "cost_quadratic_per_mw2h"),
            ("marginal_cost_storage", "holding_cost_per_mwh_h"),
            ("p_set", "p_set_mw"),
            ("e_set", "energy_set_mwh"),
            ("sign", "sign"),
            ("active", "in_service"),
        ];
        let Some(rows) = self.rows("stores", TableId::Stores, 0, &fields) else { return };
        self.refuse_attributes(&rows);
        for r in 0..rows.len() {
            let name = rows.name(r).to_owned();
            let active = self.flag(&rows, r, "active");
            let capacity = self.capacity(&rows, r, "e_nom", &name, active);
            let bus = self.bus(&rows, r, "bus");
            let word = self.text(&rows, r, "carrier");
            // Where nothing is said PyPSA takes the carrier of the bus.
            let word = if word.is_empty() { self.implied(&rows, &name, bus) } else { word };
            let initial = self.number(&rows, r, "e_initial");
            let end_rule = if self.flag(&rows, r, "e_cyclic") { EndRule::Cyclic } else { EndRule::Free };
            let store = Store {
                bus,
                carrier: self.carrier(&word),
                e_nom_mwh: Some(capacity.nominal),
                e_nom_extendable: capacity.extendable,
                e_nom_min_mwh: capacity.min,
                e_nom_max_mwh: capacity.max,
                capital_cost_per_mwh: capacity.cost,
                e_max_pu: self.profile(&rows, r, "e_max_pu"),
                e_min_pu: self.profile(&rows, r, "e_min_pu"),
                standing_loss_per_h: self.loss(&rows, r, initial, end_rule),
                energy_initial_mwh: initial,
                end_rule,
                cost_linear_per_mwh: self.profile(&rows, r, "marginal_cost"),
                cost_quadratic_per_mw2h: self.profile(&rows, r, "marginal_cost_quadratic"),
                holding_cost_per_mwh_h: self.profile(&rows, r, "marginal_cost_storage"),
                p_set_mw: self.free(&rows, r, "p_set"),
                energy_set_mwh: self.free(&rows, r, "e_set"),
                sign: self.number(&rows, r, "sign"),
                in_service: active,
                name,
                ..Store::default()
            };
            self.net.stores.push(store);
        }
        self.keep(&rows, &rows.frame.names);
    }

    /// The carrier that a component without one takes from its bus; that it had none is kept.
    pub(super) fn implied(&mut self, rows: &Rows<'_>, name: &str, bus: fenggu_net::BusId) -> String {
        let nothing = CarriedCell::Text(String::new());
        self.keep.put(rows.frame.list.name, "carrier", CarriedKind::Text, name, nothing);
        self.word_of(bus)
    }

    /// PyPSA's carrier word of a bus.
    pub(super) fn word_of(&self, bus: fenggu_net::BusId) -> String {
        self.bus_words.get(bus.index()).cloned().unwrap_or_default()
    }
}

/// The limit that an infinite nominal power and a share of it give.
pub(super) fn without_limit(share: &Profile) -> Profile {
    share.map(|v| if v == 0.0 { 0.0 } else { v.signum() * f64::INFINITY })
}
