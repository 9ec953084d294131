//! Limits of what elements do, and the capacities that they follow where those are decisions.
//!
//! A limit has an absolute part and one per chosen capacity; the tighter holds. For an element whose capacity is
//! given, everything is absolute.

use fenggu_net::{Branch, Generator, Link, Network, Profile, Quantity, RampUnit, StorageUnit, Store};

/// Limits `max(lo, lo_pu·P) ≤ x ≤ min(hi, hi_pu·P)` at a capacity P. A part per capacity that is not there is NaN, which
/// `f64::max` and `f64::min` pass over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub lo: f64,
    pub hi: f64,
    pub lo_pu: f64,
    pub hi_pu: f64,
}

impl Limits {
    pub(crate) fn absolute(lo: f64, hi: f64) -> Self {
        Limits { lo, hi, lo_pu: f64::NAN, hi_pu: f64::NAN }
    }
    /// Both limits at a capacity (NaN for an element that has none to choose).
    #[inline]
    pub(crate) fn at(&self, capacity: f64) -> (f64, f64) {
        (self.lo.max(self.lo_pu * capacity), self.hi.min(self.hi_pu * capacity))
    }
    /// The same for a value that is held where `set` is a number.
    #[inline]
    pub(crate) fn held(self, set: f64) -> Self {
        Limits { lo: self.lo.max(set), hi: self.hi.min(set), ..self }
    }
}

/// A value that is held, NaN where it is free.
#[inline]
pub(crate) fn set_at(set: &Option<Profile>, t: usize) -> f64 {
    set.as_ref().map_or(f64::NAN, |s| s.at(t))
}

#[inline]
fn told(limit: &Option<Profile>, t: usize, otherwise: f64) -> f64 {
    limit.as_ref().map_or(otherwise, |p| p.at(t))
}

/// Output of a generator, MW.
#[inline]
pub(crate) fn of_generator(g: &Generator, t: usize) -> Limits {
    if !g.p_nom_extendable {
        return Limits::absolute(g.lower_mw(t), g.upper_mw(t));
    }
    let (lo, hi) = (told(&g.p_min_mw, t, f64::NEG_INFINITY), told(&g.p_max_mw, t, f64::INFINITY));
    Limits { lo, hi, lo_pu: g.p_min_pu.at(t), hi_pu: g.p_max_pu.at(t) }
}

/// Power drawn by a link, MW.
#[inline]
pub(crate) fn of_link(l: &Link, t: usize) -> Limits {
    if !l.p_nom_extendable {
        return Limits::absolute(l.lower_mw(t), l.upper_mw(t));
    }
    let (lo, hi) = (told(&l.p_min_mw, t, f64::NEG_INFINITY), told(&l.p_max_mw, t, f64::INFINITY));
    Limits { lo, hi, lo_pu: l.p_min_pu.at(t), hi_pu: l.p_max_pu.at(t) }
}

/// Charge of a storage unit, MW.
#[inline]
pub(crate) fn of_charge(s: &StorageUnit, t: usize) -> Limits {
    if !s.p_nom_extendable {
        return Limits::absolute(0.0, s.charge_upper_mw(t));
    }
    Limits { lo: 0.0, hi: told(&s.charge_max_mw, t, f64::INFINITY), lo_pu: f64::NAN, hi_pu: -s.p_min_pu.at(t) }
}

/// Discharge of a storage unit, MW.
#[inline]
pub(crate) fn of_discharge(s: &StorageUnit, t: usize) -> Limits {
    if !s.p_nom_extendable {
        return Limits::absolute(0.0, s.discharge_upper_mw(t));
    }
    Limits { lo: 0.0, hi: told(&s.discharge_max_mw, t, f64::INFINITY), lo_pu: f64::NAN, hi_pu: s.p_max_pu.at(t) }
}

/// Energy of a storage unit at the end of a step, MWh, its end rule not counted.
#[inline]
pub(crate) fn of_soc(s: &StorageUnit, t: usize) -> Limits {
    let lo = s.energy_min_mwh.at(t);
    if !s.p_nom_extendable {
        return Limits::absolute(lo, s.energy_upper_mwh(t));
    }
    Limits { lo, hi: told(&s.energy_max_mwh, t, f64::INFINITY), lo_pu: f64::NAN, hi_pu: hours_per_power(s) }
}

/// Energy of a store at the end of a step, MWh, its end rule not counted.
#[inline]
pub(crate) fn of_energy(s: &Store, t: usize) -> Limits {
    if !s.e_nom_extendable {
        return Limits::absolute(s.energy_lower_mwh(t), s.energy_upper_mwh(t));
    }
    let (lo, hi) = (told(&s.energy_min_mwh, t, f64::NEG_INFINITY), told(&s.energy_max_mwh, t, f64::INFINITY));
    Limits { lo, hi, lo_pu: s.e_min_pu.at(t), hi_pu: s.e_max_pu.at(t) }
}

/// Most energy over the steps of a storage unit, which a full cycle counts, MWh: absolute, and per capacity.
pub(crate) fn cycle_energy(s: &StorageUnit) -> Limits {
    if !s.p_nom_extendable {
        return Limits::absolute(0.0, s.energy_capacity_mwh());
    }
    // The largest of min(absolute, per capacity) is the smaller of the largest absolute and the one per capacity.
    let hi = s.energy_max_mwh.as_ref().map_or(f64::INFINITY, Profile::max);
    Limits { lo: 0.0, hi, lo_pu: f64::NAN, hi_pu: hours_per_power(s) }
}

fn hours_per_power(s: &StorageUnit) -> f64 {
    // Endless hours are no limit; times a capacity of nothing they would be no number either.
    if s.energy_hours_h.is_finite() {
        s.energy_hours_h
    } else {
        f64::NAN
    }
}

/// Flow that a branch may carry either way, MW; infinite for no limit.
#[inline]
pub(crate) fn rating(b: &Branch, capacity: f64, t: usize) -> f64 {
    let nominal = if b.s_nom_extendable { capacity } else { b.rating_a_mva };
    if nominal == f64::INFINITY {
        nominal
    } else {
        nominal * b.s_max_pu.at(t)
    }
}

/// The same where nothing may exceed it at a price; infinite elsewhere.
#[inline]
pub(crate) fn hard_rating(b: &Branch, capacity: f64, t: usize) -> f64 {
    if b.violation_cost_per_mwh.is_some() {
        f64::INFINITY
    } else {
        rating(b, capacity, t)
    }
}

/// Flow that a branch may carry after an outage, MW; infinite for no limit.
#[inline]
pub(crate) fn emergency_rating(b: &Branch, t: usize) -> f64 {
    if b.rating_c_mva == f64::INFINITY {
        f64::INFINITY
    } else {
        b.rating_c_mva * b.emergency_max_pu.at(t)
    }
}

/// Change into step `t`, MW, upward positive.
#[inline]
pub(crate) fn of_generator_ramp(g: &Generator, duration_h: f64, t: usize) -> Limits {
    let per = ramp_hours(g.ramp_unit, duration_h);
    let share = |r: &Option<Profile>| per * set_at(r, t);
    ramp(per, g.ramp_up_mw, g.ramp_down_mw, share(&g.ramp_up_pu), share(&g.ramp_down_pu), g.p_nom_mw.filter(|_| !g.p_nom_extendable))
        .of_choice(g.p_nom_extendable)
}

/// Change of the power drawn into step `t`, MW, upward positive.
#[inline]
pub(crate) fn of_link_ramp(l: &Link, duration_h: f64, t: usize) -> Limits {
    let per = ramp_hours(l.ramp_unit, duration_h);
    let share = |r: &Option<Profile>| per * set_at(r, t);
    ramp(per, None, None, share(&l.ramp_up_pu), share(&l.ramp_down_pu), l.p_nom_mw.filter(|_| !l.p_nom_extendable))
        .of_choice(l.p_nom_extendable)
}

fn ramp_hours(unit: RampUnit, duration_h: f64) -> f64 {
    match unit {
        RampUnit::PerHour => duration_h,
        RampUnit::PerStep => 1.0,
    }
}

fn ramp(per: f64, up_mw: Option<f64>, down_mw: Option<f64>, up_pu: f64, down_pu: f64, given: Option<f64>) -> Limits {
    let nominal = given.unwrap_or(f64::NAN);
    let room = |mw: Option<f64>, pu: f64| mw.map_or(f64::INFINITY, |r| r * per).min(pu * nominal);
    Limits { lo: -room(down_mw, down_pu), hi: room(up_mw, up_pu), lo_pu: -down_pu, hi_pu: up_pu }
}

impl Limits {
    /// Keeps the parts per capacity only where the capacity is a decision.
    fn of_choice(self, extendable: bool) -> Self {
        if extendable {
            self
        } else {
            Limits::absolute(self.lo, self.hi)
        }
    }
}

/// A capacity that is a decision, of an element that takes part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    pub row: usize,
    pub least: f64,
    pub most: f64,
    /// Cost of a unit of it over the whole horizon.
    pub capital: f64,
}

/// All capacities that are decisions of elements that take part: the quantity that reports them, and the rows in order.
pub(crate) fn choices(net: &Network) -> Vec<(Quantity, Vec<Choice>)> {
    let live = |b: fenggu_net::BusId| net.buses[b].in_service();
    let generators = net.generators.iter().filter(|(_, g)| g.p_nom_extendable && g.in_service && live(g.bus));
    let units = net.storage_units.iter().filter(|(_, s)| s.p_nom_extendable && s.in_service && live(s.bus));
    let stores = net.stores.iter().filter(|(_, s)| s.e_nom_extendable && s.in_service && live(s.bus));
    let links = net.links.iter().filter(|(_, l)| l.p_nom_extendable && l.in_service && live(l.bus_from) && live(l.bus_to));
    let branches = net.branches.iter().filter(|(_, b)| b.s_nom_extendable && b.in_service && live(b.bus_from) && live(b.bus_to));
    let choice = |row: usize, least: f64, most: f64, capital: f64| Choice { row, least, most, capital };
    vec![
        (
            Quantity::GeneratorPNomOpt,
            generators.map(|(i, g)| choice(i.index(), g.p_nom_min_mw, g.p_nom_max_mw, g.capital_cost_per_mw)).collect(),
        ),
        (Quantity::StoragePNomOpt, units.map(|(i, s)| choice(i.index(), s.p_nom_min_mw, s.p_nom_max_mw, s.capital_cost_per_mw)).collect()),
        (
            Quantity::StoreENomOpt,
            stores.map(|(i, s)| choice(i.index(), s.e_nom_min_mwh, s.e_nom_max_mwh, s.capital_cost_per_mwh)).collect(),
        ),
        (Quantity::LinkPNomOpt, links.map(|(i, l)| choice(i.index(), l.p_nom_min_mw, l.p_nom_max_mw, l.capital_cost_per_mw)).collect()),
        (
            Quantity::BranchSNomOpt,
            branches.map(|(i, b)| choice(i.index(), b.s_nom_min_mva, b.s_nom_max_mva, b.capital_cost_per_mva)).collect(),
        ),
    ]
}
