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
        let margin = 0.02 * (g.upper_mw(t) - g.lower_mw(t)).max(1.0);
        self.unit_live(i)
            && !reserve
            && p > g.lower_mw(t) + margin
            && p < g.upper_mw(t) - margin
            && g.offer.is_empty()
            && g.cost_points.is_empty()
            && !g.is_quadratic()
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

mod dispatch;
mod prices;
mod reports;
mod storage;

/// All ways.
pub fn ways() -> Vec<Way> {
    let mut all = dispatch::dispatch();
    all.extend(storage::storage());
    all.extend(reports::coupling());
    all.extend(reports::reports());
    all.extend(prices::prices());
    all.extend(prices::shadow_prices());
    all
}
