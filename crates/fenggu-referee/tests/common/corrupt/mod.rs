//! Ways of spoiling a good result, each with the test that must notice.

use super::random::Rng;
use super::*;
use Quantity as Q;

/// One way: what is done, which test must refuse it, and how. The function answers false where it does not apply.
pub struct Way {
    pub what: &'static str,
    pub caught_by: &'static str,
    pub spoil: fn(&mut Case, &mut Rng) -> bool,
}

/// A change that is never lost in a tolerance: 0.3 % … 100 % of a value, at least of 1.
fn nudge(r: &mut Rng, v: f64) -> f64 {
    v.abs().max(1.0) * 10f64.powf(r.between(-2.5, 0.0))
}
/// The same for prices: 3 % … 300 %.
fn price_nudge(r: &mut Rng, v: f64) -> f64 {
    v.abs().max(1.0) * 10f64.powf(r.between(-1.5, 0.5))
}

impl Case {
    fn steps(&self) -> usize {
        self.net.steps()
    }
    fn get(&self, q: Quantity, i: usize, t: usize) -> f64 {
        self.results.at(q, i, t)
    }
    fn edit(&mut self, q: Quantity, i: usize, t: usize, f: impl FnOnce(f64) -> f64) {
        let steps = self.results.steps;
        if let Some(c) = self.results.column_mut(q) {
            c[i * steps + t] = f(c[i * steps + t]);
        }
    }
    fn add(&mut self, q: Quantity, i: usize, t: usize, by: f64) {
        self.edit(q, i, t, |v| v + by);
    }
    fn put(&mut self, q: Quantity, i: usize, t: usize, to: f64) {
        self.edit(q, i, t, |_| to);
    }
    /// A random element and step for which `fits` holds, of a quantity that is reported.
    fn find(&self, r: &mut Rng, q: Quantity, fits: impl Fn(usize, usize) -> bool) -> Option<(usize, usize)> {
        let steps = self.results.steps;
        let size = self.results.column(q)?.len();
        let start = r.below(size);
        (0..size).map(|k| (start + k) % size).map(|k| (k / steps, k % steps)).find(|&(i, t)| fits(i, t))
    }
    fn live_bus(&self, b: BusId) -> bool {
        self.net.buses[b].in_service()
    }
    fn unit(&self, i: usize) -> &Generator {
        &self.net.generators.rows()[i]
    }
    fn unit_live(&self, i: usize) -> bool {
        self.unit(i).in_service && self.live_bus(self.unit(i).bus)
    }
    fn battery(&self, i: usize) -> &StorageUnit {
        &self.net.storage_units.rows()[i]
    }
    fn battery_live(&self, i: usize) -> bool {
        self.battery(i).in_service && self.live_bus(self.battery(i).bus)
    }
    fn wire(&self, l: usize) -> &Branch {
        &self.net.branches.rows()[l]
    }
    fn wire_live(&self, l: usize) -> bool {
        self.net.branch_in_service(self.wire(l))
    }
    /// Whether a branch that carries something ends at this bus.
    fn joined(&self, b: usize) -> bool {
        (0..self.net.branches.len()).any(|l| self.carries(l) && (self.wire(l).bus_from.index() == b || self.wire(l).bus_to.index() == b))
    }
    /// Whether the branch carries what its angles say.
    fn carries(&self, l: usize) -> bool {
        self.wire_live(l) && self.wire(l).x_pu != 0.0
    }
    /// A generator well inside its limits, without reserve, that its price holds there.
    fn marginal(&self, i: usize, t: usize) -> bool {
        let (g, p) = (self.unit(i), self.get(Q::GeneratorP, i, t));
        let reserve = self.net.reserve_offers.rows().iter().any(|o| o.generator == Some(Id::new(i)));
        let (lo, hi) = self.unit_limits(i, t);
        let margin = 0.02 * (hi - lo).max(1.0);
        self.unit_live(i)
            && !reserve
            && p > lo + margin
            && p < hi - margin
            && !held(&g.p_set_mw, t)
            && g.offer.is_empty()
            && g.cost_points.is_empty()
            && !g.is_quadratic()
    }
    /// Whether the first global limit is one of CO2.
    fn caps_co2(&self) -> bool {
        self.net.global_limits.rows().first().is_some_and(|l| l.subject == LimitSubject::Co2)
    }
    /// Whether a unit's energy over the horizon is limited.
    fn summed(&self, g: &Generator) -> bool {
        g.energy_sum_max_mwh < f64::INFINITY || g.energy_sum_min_mwh > f64::NEG_INFINITY
    }
    /// Whether an amount of money shows beside the cost of everything.
    fn shows(&self, money: f64) -> bool {
        let said = fenggu_referee::judge(&self.net, &self.results, &fenggu_referee::RefereeOptions::default());
        said.test("objective/reported").is_some_and(|t| money.abs() > 2.0 * t.tolerance)
    }
    /// A capacity as told.
    fn chosen(&self, q: Quantity, i: usize) -> f64 {
        self.results.column(q).map_or(f64::NAN, |c| c[i])
    }
    /// Limits at the chosen capacity; absolute ones beside those of capacity.
    fn unit_limits(&self, i: usize, t: usize) -> (f64, f64) {
        let (mut g, p) = (self.unit(i).clone(), self.chosen(Q::GeneratorPNomOpt, i));
        if g.p_nom_extendable {
            (g.p_nom_mw, g.p_nom_extendable) = (Some(p), false);
        }
        (g.lower_mw(t), g.upper_mw(t))
    }
    fn link_most(&self, i: usize, t: usize) -> f64 {
        let mut l = self.net.links.rows()[i].clone();
        if l.p_nom_extendable {
            l.p_nom_mw = Some(self.chosen(Q::LinkPNomOpt, i));
        }
        l.upper_mw(t)
    }
    /// Charge, discharge, energy.
    fn battery_most(&self, i: usize, t: usize) -> (f64, f64, f64) {
        let mut s = self.battery(i).clone();
        if s.p_nom_extendable {
            s.p_nom_mw = Some(self.chosen(Q::StoragePNomOpt, i));
        }
        (s.charge_upper_mw(t), s.discharge_upper_mw(t), s.energy_upper_mwh(t))
    }
    fn tank_most(&self, i: usize, t: usize) -> f64 {
        let mut s = self.net.stores.rows()[i].clone();
        if s.e_nom_extendable {
            s.e_nom_mwh = Some(self.chosen(Q::StoreENomOpt, i));
        }
        s.energy_upper_mwh(t)
    }
    fn wire_most(&self, l: usize, t: usize) -> f64 {
        let b = self.wire(l);
        let nominal = if b.s_nom_extendable { self.chosen(Q::BranchSNomOpt, l) } else { b.rating_a_mva };
        nominal * b.s_max_pu.at(t)
    }
    /// Moves both parts of a bus's price, so that only what they should agree with notices.
    fn move_price(&mut self, b: usize, t: usize, by: f64) {
        for q in [Q::BusPrice, Q::BusPriceCongestion, Q::BusPriceMin, Q::BusPriceMax] {
            self.add(q, b, t, by);
        }
    }
    /// Flow of an interface as its terms have it.
    fn section(&self, i: usize, t: usize) -> f64 {
        let terms = self.net.interface_terms.rows().iter().filter(|x| x.interface.index() == i);
        terms.map(|x| x.weight * x.branch.map_or(0.0, |b| self.get(Q::BranchFlow, b.index(), t))).sum()
    }
    fn offers_of(&self, i: usize, storage: bool, direction: ReserveDirection) -> Vec<usize> {
        let of = |o: &ReserveOffer| if storage { o.storage_unit.map(Id::index) } else { o.generator.map(Id::index) };
        let rows = self.net.reserve_offers.iter();
        rows.filter(|(_, o)| of(o) == Some(i) && self.net.reserves[o.reserve].direction == direction).map(|(k, _)| k.index()).collect()
    }
    fn held(&self, offers: &[usize], t: usize) -> f64 {
        offers.iter().map(|&o| self.get(Q::ReserveOfferP, o, t)).sum()
    }
}

/// Whether a value is held in a step.
fn held(set: &Option<Profile>, t: usize) -> bool {
    set.as_ref().is_some_and(|s| !s.at(t).is_nan())
}

/// Shorthand: spoils one value found by a condition.
macro_rules! way {
    ($what:literal, $caught:literal, $q:ident where |$c:ident, $i:ident, $t:ident| $fits:expr => |$m:ident, $r:ident| $spoil:expr) => {
        Way {
            what: $what,
            caught_by: $caught,
            spoil: |$m, $r| {
                let found = {
                    let $c: &Case = $m;
                    $c.find($r, Q::$q, |$i, $t| {
                        let _ = ($i, $t);
                        $fits
                    })
                };
                let Some(($i, $t)) = found else { return false };
                let _ = ($i, $t);
                $spoil;
                true
            },
        }
    };
}

mod capacity;
mod commitment;
mod dispatch;
mod prices;
mod reports;
mod rules;
mod security;
mod storage;

/// Ways of spoiling a commitment.
pub fn commitment_ways() -> Vec<Way> {
    commitment::ways()
}

/// All ways.
pub fn ways() -> Vec<Way> {
    let mut all = dispatch::dispatch();
    all.extend(storage::storage());
    all.extend(reports::coupling());
    all.extend(reports::reports());
    all.extend(prices::prices());
    all.extend(prices::shadow_prices());
    all.extend(capacity::feasible());
    all.extend(capacity::best());
    all.extend(rules::rules());
    all.extend(rules::rule_prices());
    all.extend(security::security());
    all
}
