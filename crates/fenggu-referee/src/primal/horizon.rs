//! Limits over the whole horizon: emissions, energy and capacity, and users' own constraints.

use crate::capacity::Choice;
use crate::case::Case;
use crate::tally::{Book, Tally, WHOLE};
use fenggu_net::check::structure::side_target;
use fenggu_net::results::Shape;
use fenggu_net::{BranchKind, Bus, Carrier, EndRule, Generator, GlobalLimit, Id, LimitSense, LimitSubject, Network, Quantity, TableId};

/// What is counted against one global limit: the single source of its value and of what its price adds to whom.
pub(crate) struct Counts<'n> {
    net: &'n Network,
    limit: &'n GlobalLimit,
    carriers: Vec<Id<Carrier>>,
}

impl<'n> Counts<'n> {
    pub(crate) fn new(net: &'n Network, id: Id<GlobalLimit>) -> Self {
        let limit = &net.global_limits[id];
        let further = net.limit_carriers.iter().filter(|(_, c)| c.limit == id).map(|(_, c)| c.carrier);
        Counts { net, limit, carriers: limit.carrier.into_iter().chain(further).collect() }
    }
    fn lists(&self, carrier: Option<Id<Carrier>>) -> bool {
        carrier.is_some_and(|c| self.carriers.contains(&c))
    }
    /// What 1 MWh of a carrier's energy counts: t of CO2, or MWh.
    fn per_energy(&self, carrier: Option<Id<Carrier>>) -> f64 {
        match (self.limit.subject, carrier) {
            (LimitSubject::Co2, Some(c)) => self.net.carriers[c].co2_t_per_mwh,
            (LimitSubject::PrimaryEnergy | LimitSubject::Operation, c) if self.lists(c) => 1.0,
            _ => 0.0,
        }
    }
    /// What 1 MWh of output of a generator counts in step `t`.
    #[inline]
    pub(crate) fn per_output(&self, g: &Generator, t: usize) -> f64 {
        match self.limit.subject {
            LimitSubject::Operation => self.per_energy(g.carrier),
            _ => self.per_energy(g.carrier) / g.efficiency.at(t),
        }
    }
    /// Whether a generator's output counts at all.
    pub(crate) fn counts_output(&self, g: &Generator) -> bool {
        self.per_energy(g.carrier) != 0.0
    }
    /// What 1 MWh less at the end than at the start counts, of a unit or store that is not cyclic.
    pub(crate) fn per_stored(&self, carrier: Option<Id<Carrier>>, rule: EndRule) -> f64 {
        match rule {
            EndRule::Cyclic => 0.0,
            _ => self.per_energy(carrier),
        }
    }
    /// What one unit of a chosen capacity counts.
    pub(crate) fn per_capacity(&self, q: Quantity, choice: &Choice) -> f64 {
        let (net, row) = (self.net, choice.row);
        let at = |bus: Id<Bus>| self.limit.bus.is_none_or(|b| b == bus);
        let when = |counts: bool, value: f64| if counts { value } else { 0.0 };
        match (self.limit.subject, q) {
            (LimitSubject::Capacity, Quantity::GeneratorPNomOpt) => {
                let g = &net.generators.rows()[row];
                when(self.lists(g.carrier) && at(g.bus), 1.0)
            }
            (LimitSubject::Capacity, Quantity::StoragePNomOpt) => {
                let s = &net.storage_units.rows()[row];
                when(self.lists(s.carrier) && at(s.bus), 1.0)
            }
            (LimitSubject::Capacity, Quantity::StoreENomOpt) => {
                let s = &net.stores.rows()[row];
                when(self.lists(s.carrier) && at(s.bus), 1.0)
            }
            (LimitSubject::Capacity, Quantity::LinkPNomOpt) => {
                let l = &net.links.rows()[row];
                when(self.lists(l.carrier) && at(l.bus_from), 1.0)
            }
            (LimitSubject::Capacity, Quantity::BranchSNomOpt) => {
                let b = &net.branches.rows()[row];
                when(self.lists(b.carrier) && b.kind == BranchKind::Line && at(b.bus_from), 1.0)
            }
            (LimitSubject::TransmissionVolume, Quantity::LinkPNomOpt) => {
                let l = &net.links.rows()[row];
                when(self.lists(l.carrier), l.length_km.unwrap_or(0.0))
            }
            (LimitSubject::TransmissionCost, Quantity::LinkPNomOpt) => when(self.lists(net.links.rows()[row].carrier), choice.capital),
            (LimitSubject::TransmissionVolume, Quantity::BranchSNomOpt) => {
                let b = &net.branches.rows()[row];
                when(self.lists(b.carrier) && b.kind == BranchKind::Line, b.length_km.unwrap_or(0.0))
            }
            (LimitSubject::TransmissionCost, Quantity::BranchSNomOpt) => {
                let b = &net.branches.rows()[row];
                when(self.lists(b.carrier) && b.kind == BranchKind::Line, choice.capital)
            }
            _ => 0.0,
        }
    }
}

/// How far `value` is on the wrong side of `rhs`.
pub(crate) fn breach(sense: LimitSense, value: f64, rhs: f64) -> f64 {
    match sense {
        LimitSense::AtMost => value - rhs,
        LimitSense::AtLeast => rhs - value,
        LimitSense::Equal => (value - rhs).abs(),
    }
}

/// What is counted against a limit, and the sum of its sizes.
pub(crate) fn counted(case: &Case<'_>, counts: &Counts<'_>) -> (f64, f64) {
    let (net, time) = (case.net, &case.net.time);
    let (mut sum, mut gross) = (0.0, 0.0f64);
    let mut add = |part: f64| {
        sum += part;
        gross += part.abs();
    };
    for (id, g) in net.generators.iter().filter(|(_, g)| g.in_service && case.live(g.bus) && counts.counts_output(g)) {
        (0..case.steps)
            .for_each(|t| add(counts.per_output(g, t) * time.duration_h[t] * time.weight_energy[t] * case.generator_p.at(id.index(), t)));
    }
    let last = case.steps - 1;
    for (id, s) in net.storage_units.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let per = counts.per_stored(s.carrier, s.end_rule);
        if per != 0.0 {
            add(per * s.soc_initial_mwh);
            add(-per * case.soc.at(id.index(), last));
        }
    }
    for (id, s) in net.stores.iter().filter(|(_, s)| s.in_service && case.live(s.bus)) {
        let per = counts.per_stored(s.carrier, s.end_rule);
        if per != 0.0 {
            add(per * s.energy_initial_mwh);
            add(-per * case.store_energy.at(id.index(), last));
        }
    }
    for (q, rows) in &case.choices {
        for c in rows {
            let per = counts.per_capacity(*q, c);
            if per != 0.0 {
                add(per * case.capacity(*q, c.row));
            }
        }
    }
    (sum, gross)
}

/// `limit/global`, and the reported use.
pub(super) fn global_limits(case: &Case<'_>, book: &mut Book) {
    let tol = case.options.feasibility_relative;
    let new = |name| Tally::new(name, "t or MWh", TableId::GlobalLimits);
    let (mut holds, mut used) = (new("limit/global"), new("limit/global_used"));
    let told = case.col(Quantity::GlobalLimitUsed);
    for (id, limit) in case.net.global_limits.iter() {
        let (sum, gross) = counted(case, &Counts::new(case.net, id));
        let scale = tol * gross.max(limit.limit.abs()).max(1.0);
        holds.add(breach(limit.sense, sum, limit.limit).max(0.0), scale, id.index(), WHOLE);
        if told.present() {
            used.add((told.at(id.index(), 0) - sum).abs(), scale, id.index(), WHOLE);
        }
    }
    book.enter_all([holds, used]);
}

/// Left-hand side of every side constraint and the sum of its terms' sizes. `[side constraint]`
pub(crate) fn side_activity(case: &Case<'_>) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); case.net.side_constraints.len()];
    for (_, term) in case.net.side_terms.iter() {
        let Some((q, row)) = side_target(case.net, term) else { continue };
        let steps = match (q.spec().shape, term.step) {
            // A capacity counts once.
            (Shape::Static, _) => 0..1,
            (Shape::PerStep, ..0) => 0..case.steps,
            (Shape::PerStep, step) => step as usize..step as usize + 1,
        };
        for t in steps {
            let part = term.coefficient * case.value(q, row, t);
            let (sum, gross) = &mut sums[term.constraint.index()];
            *sum += part;
            *gross += part.abs();
        }
    }
    sums
}

/// `limit/side_constraint` (those without a penalty), and the reported activity.
pub(super) fn side_constraints(case: &Case<'_>, book: &mut Book) {
    let tol = case.options.feasibility_relative;
    if case.net.side_constraints.is_empty() {
        return;
    }
    let new = |name| Tally::new(name, "", TableId::SideConstraints);
    let (mut holds, mut activity) = (new("limit/side_constraint"), new("limit/side_activity"));
    let told = case.col(Quantity::SideActivity);
    let sums = side_activity(case);
    for (id, side) in case.net.side_constraints.iter() {
        let (sum, gross) = sums[id.index()];
        let scale = tol * gross.max(side.rhs.abs()).max(1.0);
        if side.penalty.is_none() {
            holds.add(breach(side.sense, sum, side.rhs).max(0.0), scale, id.index(), WHOLE);
        }
        if told.present() {
            activity.add((told.at(id.index(), 0) - sum).abs(), scale, id.index(), WHOLE);
        }
    }
    book.enter_all([holds, activity]);
}
