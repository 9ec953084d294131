//! The case before the referee: network and columns side by side, looked up once.

use crate::capacity::{choices, Choice};
use crate::physics::Wires;
use crate::tally::{Book, Tally, WHOLE};
use crate::RefereeOptions;
use fenggu_net::results::Shape;
use fenggu_net::{Bus, Id, Network, Quantity, Results, TableId};

/// A column, or zeros where it is not given. `[element × step]`
#[derive(Clone, Copy)]
pub(crate) struct Col<'a> {
    data: Option<&'a [f64]>,
    steps: usize,
}

impl<'a> Col<'a> {
    /// Value of an element in a step.
    #[inline(always)]
    pub(crate) fn at(&self, element: usize, t: usize) -> f64 {
        match self.data {
            Some(d) => d[element * self.steps + t],
            None => 0.0,
        }
    }
    /// Whether it is given.
    #[inline(always)]
    pub(crate) fn present(&self) -> bool {
        self.data.is_some()
    }
}

/// What the results before the referee claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// A dispatch.
    Dispatch,
    /// A dispatch and the status of every unit that may be switched.
    Commitment,
    /// A dispatch in which power is missing or in surplus.
    Shortfall,
    /// Multipliers alone, which prove that there is no dispatch.
    Ray,
}

/// What every test reads.
pub(crate) struct Case<'a> {
    pub net: &'a Network,
    pub results: &'a Results,
    pub options: &'a RefereeOptions,
    pub steps: usize,
    /// What the results claim.
    pub claim: Claim,
    pub wires: Wires,
    /// Capacities that are decisions, by the quantity that reports them.
    pub choices: Vec<(Quantity, Vec<Choice>)>,
    angle: Vec<f64>,
    /// Whether angles are given, or follow from given flows.
    pub angle_known: bool,
    flow: Vec<f64>,
    pub generator_p: Col<'a>,
    pub status: Col<'a>,
    pub shed: Col<'a>,
    pub elastic_p: Col<'a>,
    pub charge: Col<'a>,
    pub discharge: Col<'a>,
    pub soc: Col<'a>,
    pub spill: Col<'a>,
    pub store_p: Col<'a>,
    pub store_energy: Col<'a>,
    pub link_p: Col<'a>,
    pub offer_p: Col<'a>,
    pub shortage: Col<'a>,
    pub shift: Col<'a>,
    pub violation: Col<'a>,
    /// What flows exceed ratings by, and emergency ratings beside that.
    pub flow_over: Col<'a>,
    pub emergency_over: Col<'a>,
}

/// Columns of decisions, and whether a result is incomplete without them. The others mean zero, or follow.
const DECISIONS: &[(Quantity, bool)] = &[
    (Quantity::GeneratorP, true),
    (Quantity::GeneratorStatus, false),
    (Quantity::GeneratorStartUp, false),
    (Quantity::GeneratorShutDown, false),
    (Quantity::LoadShed, false),
    (Quantity::LoadElastic, false),
    (Quantity::LoadP, false),
    (Quantity::StorageCharge, true),
    (Quantity::StorageDischarge, true),
    (Quantity::StorageSoc, true),
    (Quantity::StorageSpill, false),
    (Quantity::StoreP, true),
    (Quantity::StoreEnergy, true),
    (Quantity::LinkP, true),
    (Quantity::LinkDelivered, false),
    (Quantity::ReserveOfferP, true),
    (Quantity::ReserveShortage, false),
    (Quantity::BranchFlow, false),
    (Quantity::BusAngle, false),
    (Quantity::BranchShift, false),
    (Quantity::BranchViolation, false),
    (Quantity::BranchEmergencyViolation, false),
    (Quantity::InterfaceFlow, false),
    (Quantity::InterfaceViolation, false),
    (Quantity::GeneratorCurtailed, false),
    (Quantity::GlobalLimitUsed, false),
    (Quantity::SideActivity, false),
    (Quantity::BusMissing, false),
    (Quantity::BusSurplus, false),
];

/// Whether a result holds any dispatch.
pub(crate) fn has_values(results: &Results) -> bool {
    DECISIONS.iter().any(|(q, _)| results.column(*q).is_some())
}

impl<'a> Case<'a> {
    /// Looks up all columns; none when the results do not fit the network, which the book then says.
    pub(crate) fn new(net: &'a Network, results: &'a Results, options: &'a RefereeOptions, claim: Claim, book: &mut Book) -> Option<Self> {
        let (steps, choices) = (net.steps(), choices(net));
        if !fits(net, results, &choices, claim, book) {
            return None;
        }
        let col = |q: Quantity| Col { data: results.column(q), steps };
        let wires = Wires::new(net);
        let (given_angle, given_flow, shift) = (col(Quantity::BusAngle), col(Quantity::BranchFlow), col(Quantity::BranchShift));
        let angle: Vec<f64> = match given_angle.data {
            Some(deg) => deg.iter().map(|a| a * std::f64::consts::PI / 180.0).collect(),
            None if given_flow.present() => wires.angles(given_flow, shift, net.buses.len(), steps),
            None => vec![0.0; net.buses.len() * steps],
        };
        let mut case = Case {
            net,
            results,
            options,
            steps,
            claim,
            wires,
            choices,
            angle,
            angle_known: given_angle.present() || given_flow.present(),
            flow: Vec::new(),
            generator_p: col(Quantity::GeneratorP),
            status: col(Quantity::GeneratorStatus),
            shed: col(Quantity::LoadShed),
            elastic_p: col(Quantity::LoadElastic),
            charge: col(Quantity::StorageCharge),
            discharge: col(Quantity::StorageDischarge),
            soc: col(Quantity::StorageSoc),
            spill: col(Quantity::StorageSpill),
            store_p: col(Quantity::StoreP),
            store_energy: col(Quantity::StoreEnergy),
            link_p: col(Quantity::LinkP),
            offer_p: col(Quantity::ReserveOfferP),
            shortage: col(Quantity::ReserveShortage),
            shift,
            violation: col(Quantity::InterfaceViolation),
            flow_over: col(Quantity::BranchViolation),
            emergency_over: col(Quantity::BranchEmergencyViolation),
        };
        case.flow = match given_flow.data {
            Some(f) => f.to_vec(),
            None => case.flows_of_angles(),
        };
        Some(case)
    }
    fn flows_of_angles(&self) -> Vec<f64> {
        let mut flow = Vec::with_capacity(self.net.branches.len() * self.steps);
        for (l, b) in self.net.branches.iter() {
            flow.extend((0..self.steps).map(|t| self.flow_of_angles(l.index(), b.bus_from, b.bus_to, t)));
        }
        flow
    }
    /// What Kirchhoff says the flow is, MW.
    #[inline]
    pub(crate) fn flow_of_angles(&self, l: usize, from: Id<Bus>, to: Id<Bus>, t: usize) -> f64 {
        let slope = self.wires.slope[l];
        // Where both ends have one angle it says nothing of the flow.
        if slope == 0.0 || slope.is_infinite() {
            return 0.0;
        }
        slope * (self.angle(from.index(), t) - self.angle(to.index(), t) - self.wires.shift_at(l, self.shift, t))
    }
    /// Angle, rad.
    #[inline(always)]
    pub(crate) fn angle(&self, bus: usize, t: usize) -> f64 {
        self.angle[bus * self.steps + t]
    }
    /// Flow, MW.
    #[inline(always)]
    pub(crate) fn flow(&self, branch: usize, t: usize) -> f64 {
        self.flow[branch * self.steps + t]
    }
    /// Any column.
    pub(crate) fn col(&self, q: Quantity) -> Col<'a> {
        Col { data: self.results.column(q), steps: if q.spec().shape == Shape::PerStep { self.steps } else { 1 } }
    }
    /// Capacity chosen; NaN where it is none, so that limits per capacity drop out.
    pub(crate) fn capacity(&self, q: Quantity, row: usize) -> f64 {
        match self.choice(q, row) {
            // A proof reports none: any place to start from will do.
            Some(choice) if self.claim == Claim::Ray => choice.least,
            Some(_) => self.col(q).at(row, 0),
            None => f64::NAN,
        }
    }
    /// The decision on a capacity, where it is one.
    pub(crate) fn choice(&self, q: Quantity, row: usize) -> Option<Choice> {
        let (_, rows) = self.choices.iter().find(|(of, _)| *of == q)?;
        rows.binary_search_by_key(&row, |c| c.row).ok().map(|k| rows[k])
    }
    /// Whether the results say which units are on.
    pub(crate) fn committed(&self) -> bool {
        self.claim == Claim::Commitment
    }
    /// Whether a unit is on, as told.
    #[inline]
    pub(crate) fn on(&self, generator: usize, t: usize) -> bool {
        self.status.at(generator, t) > 0.5
    }
    /// Whether anything at the bus counts.
    #[inline(always)]
    pub(crate) fn live(&self, bus: Id<Bus>) -> bool {
        self.net.buses[bus].in_service()
    }
    /// Whether a link takes part.
    pub(crate) fn link_live(&self, link: &fenggu_net::Link) -> bool {
        link.in_service && self.live(link.bus_from) && self.live(link.bus_to)
    }
    /// Whether the unit behind a reserve offer takes part.
    pub(crate) fn offer_live(&self, offer: &fenggu_net::ReserveOffer) -> bool {
        let generator = offer.generator.is_some_and(|g| self.net.generators[g].in_service && self.live(self.net.generators[g].bus));
        generator || offer.storage_unit.is_some_and(|s| self.net.storage_units[s].in_service && self.live(self.net.storage_units[s].bus))
    }
    /// Value of a quantity that a side constraint may name.
    pub(crate) fn value(&self, q: Quantity, row: usize, t: usize) -> f64 {
        match q {
            Quantity::BranchFlow => self.flow(row, t),
            // A capacity is the same in every step.
            q if q.spec().shape == Shape::Static => self.results.column(q).and_then(|c| c.get(row)).copied().unwrap_or(0.0),
            q => self.col(q).at(row, t),
        }
    }
}

/// Enters `results/columns` and `results/finite`; false when the columns cannot be read side by side with the network.
fn fits(net: &Network, results: &Results, choices: &[(Quantity, Vec<Choice>)], claim: Claim, book: &mut Book) -> bool {
    let columns = if claim == Claim::Ray { "infeasible/ray_columns" } else { "results/columns" };
    let (mut shape, mut finite) = (Tally::whole(columns, "columns"), Tally::whole("results/finite", "values"));
    let mut wrong = Vec::new();
    if results.steps != net.steps() {
        wrong.push(format!("{} steps for {} of the network", results.steps, net.steps()));
    }
    if net.steps() == 0 || net.buses.is_empty() {
        wrong.push("the network has no step or no bus".to_string());
    }
    for (q, values) in results.columns() {
        let spec = q.spec();
        let want = net.table(spec.table).count() * if spec.shape == Shape::PerStep { net.steps() } else { 1 };
        if values.len() != want {
            wrong.push(format!("{}.{} has {} values for {want}", spec.table.word(), spec.field, values.len()));
        }
    }
    let decisions = if claim == Claim::Ray { &[] } else { DECISIONS };
    for &(q, required) in decisions {
        let spec = q.spec();
        if required && net.table(spec.table).count() > 0 && results.column(q).is_none() {
            wrong.push(format!("{}.{} is missing", spec.table.word(), spec.field));
        }
    }
    let switched = |g: &fenggu_net::Generator| g.committable && g.in_service && net.buses[g.bus].in_service();
    if claim == Claim::Commitment && results.column(Quantity::GeneratorStatus).is_none() && net.generators.rows().iter().any(switched) {
        wrong.push("generators.status is missing".to_string());
    }
    let carries = net.branches.rows().iter().any(|b| net.branch_in_service(b));
    if claim != Claim::Ray && carries && results.column(Quantity::BusAngle).is_none() && results.column(Quantity::BranchFlow).is_none() {
        wrong.push("branches.p_mw and buses.va_deg are both missing".to_string());
    }
    let decided = |b: &fenggu_net::Branch| b.phase_shift_min_deg.is_some() && b.phase_shift_max_deg.is_some() && net.branch_in_service(b);
    if claim != Claim::Ray && results.column(Quantity::BranchShift).is_none() && net.branches.rows().iter().any(decided) {
        wrong.push("branches.phase_shift_deg is missing".to_string());
    }
    for (q, _) in choices.iter().filter(|(q, rows)| claim != Claim::Ray && !rows.is_empty() && results.column(*q).is_none()) {
        wrong.push(format!("{}.{} is missing", q.spec().table.word(), q.spec().field));
    }
    shape.add(wrong.len() as f64, 0.5, 0, WHOLE);
    let ok = wrong.is_empty();
    shape.note(wrong.join("; "));
    book.enter(shape);
    if !ok {
        return false;
    }
    for &(q, _) in decisions {
        let Some(values) = results.column(q) else { continue };
        // Angles of buses out of service may be anything; at the others Kirchhoff's law sees them.
        let at_buses = q.spec().table == TableId::Buses;
        let bad = values.iter().position(|v| !(v.is_finite() || at_buses && v.is_nan()));
        finite.add(if bad.is_some() { 1.0 } else { 0.0 }, 0.5, 0, WHOLE);
        if let Some(i) = bad {
            let per = if q.spec().shape == Shape::PerStep { net.steps().max(1) } else { 1 };
            let spec = q.spec();
            finite.note(format!("{}.{} of \"{}\" is {}", spec.table.word(), spec.field, net.table(spec.table).name_of(i / per), values[i]));
        }
    }
    // The capacity of an element that has none to choose may be anything.
    for (q, rows) in choices {
        let Some(values) = results.column(*q) else { continue };
        let spec = q.spec();
        for c in rows {
            let v = values[c.row];
            finite.add(if v.is_finite() { 0.0 } else { 1.0 }, 0.5, 0, WHOLE);
            if !v.is_finite() {
                finite.note(format!("{}.{} of \"{}\" is {v}", spec.table.word(), spec.field, net.table(spec.table).name_of(c.row)));
            }
        }
    }
    book.enter(finite);
    true
}
