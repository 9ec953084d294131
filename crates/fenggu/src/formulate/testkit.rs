//! Small networks, and readers of rooms, for the rooms' tests. One place knows how a room is called, so that a change of the
//! frame changes this file and no test.

use super::formulations::{self, DispatchFormulation, FlowForm};
use super::frame::{collect, label};
use super::frame::{Activity, BoundSink, Bounds, Col, Constraint, Cost, CostSink, Print, Project, Rooms, Sink};
use super::{DispatchModel, Plan};
use fenggu_net::*;

// ---- small networks -------------------------------------------------------------------------------------------------

/// `steps` steps of `hours` each, nothing in it; 100 MVA base, MATPOWER's flow convention.
pub fn study(steps: usize, hours: f64) -> Network {
    Network { time: TimeAxis::uniform(steps, hours), ..Network::default() }
}
/// A bus.
pub fn bus(net: &mut Network, name: &str) -> BusId {
    net.buses.push(Bus { name: name.into(), ..Bus::default() })
}
/// A generator from 0 to `max_mw` at a linear price.
pub fn generator(net: &mut Network, name: &str, bus: BusId, max_mw: f64, price: f64) -> GeneratorId {
    let p_max_mw = Some(Profile::Const(max_mw));
    net.generators.push(Generator { name: name.into(), bus, p_max_mw, cost_linear_per_mwh: price.into(), ..Generator::default() })
}
/// A firm load.
pub fn load(net: &mut Network, name: &str, bus: BusId, p_mw: impl Into<Profile>) -> LoadId {
    net.loads.push(Load { name: name.into(), bus, p_mw: p_mw.into(), ..Load::default() })
}
/// A line without losses.
pub fn line(net: &mut Network, name: &str, bus_from: BusId, bus_to: BusId, x_pu: f64, rating_a_mva: f64) -> BranchId {
    net.branches.push(Branch { name: name.into(), bus_from, bus_to, x_pu, rating_a_mva, ..Branch::default() })
}
/// A storage unit with one limit for charge and discharge.
pub fn storage(net: &mut Network, name: &str, bus: BusId, power_mw: f64, energy_mwh: f64) -> StorageUnitId {
    net.storage_units.push(StorageUnit {
        name: name.into(),
        bus,
        discharge_max_mw: Some(power_mw.into()),
        charge_max_mw: Some(power_mw.into()),
        energy_max_mwh: Some(energy_mwh.into()),
        ..StorageUnit::default()
    })
}
/// A link.
pub fn link(net: &mut Network, name: &str, bus_from: BusId, bus_to: BusId, p_max_mw: f64, efficiency: f64) -> LinkId {
    let (p_max_mw, efficiency) = (Some(p_max_mw.into()), efficiency.into());
    net.links.push(Link { name: name.into(), bus_from, bus_to, p_max_mw, efficiency, ..Link::default() })
}
/// A reserve requirement.
pub fn reserve(net: &mut Network, name: &str, direction: ReserveDirection, requirement_mw: f64) -> Id<Reserve> {
    net.reserves.push(Reserve { name: name.into(), direction, requirement_mw: requirement_mw.into(), ..Reserve::default() })
}
/// What a generator offers to a reserve.
pub fn offer_of_generator(net: &mut Network, name: &str, reserve: Id<Reserve>, generator: GeneratorId, max_mw: f64) -> Id<ReserveOffer> {
    let generator = Some(generator);
    net.reserve_offers.push(ReserveOffer { name: name.into(), reserve, generator, max_mw: max_mw.into(), ..ReserveOffer::default() })
}
/// What a storage unit offers to a reserve.
pub fn offer_of_storage(net: &mut Network, name: &str, reserve: Id<Reserve>, unit: StorageUnitId, max_mw: f64) -> Id<ReserveOffer> {
    let storage_unit = Some(unit);
    net.reserve_offers.push(ReserveOffer { name: name.into(), reserve, storage_unit, max_mw: max_mw.into(), ..ReserveOffer::default() })
}
/// An interface with its terms: branch and weight.
pub fn interface(net: &mut Network, name: &str, limits_mw: [f64; 2], terms: &[(BranchId, f64)]) -> Id<Interface> {
    let row = Interface { name: name.into(), p_min_mw: limits_mw[0].into(), p_max_mw: limits_mw[1].into(), ..Interface::default() };
    let interface = net.interfaces.push(row);
    for (k, &(branch, weight)) in terms.iter().enumerate() {
        let (name, branch) = (format!("{name} {k}"), Some(branch));
        net.interface_terms.push(InterfaceTerm { name, interface, branch, weight, ..InterfaceTerm::default() });
    }
    interface
}
/// A side constraint with its terms: table, component, field, step (−1: all) and coefficient.
pub fn side(net: &mut Network, name: &str, sense: LimitSense, rhs: f64, terms: &[(&str, &str, &str, i64, f64)]) -> Id<SideConstraint> {
    let constraint = net.side_constraints.push(SideConstraint { name: name.into(), sense, rhs, ..SideConstraint::default() });
    for (k, &(table, component, field, step, coefficient)) in terms.iter().enumerate() {
        let (name, table, component, field) = (format!("{name} {k}"), table.into(), component.into(), field.into());
        net.side_terms.push(SideTerm { name, constraint, table, component, field, step, coefficient });
    }
    constraint
}
/// A carrier.
pub fn carrier(net: &mut Network, name: &str, co2_t_per_mwh: f64) -> Id<Carrier> {
    net.carriers.push(Carrier { name: name.into(), co2_t_per_mwh, ..Carrier::default() })
}

/// One element of every kind whose capacity is a decision, and one out of service.
pub fn candidates() -> Network {
    let mut net = study(1, 1.0);
    let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
    let w = generator(&mut net, "W1", a, 0.0, 0.0);
    let row = &mut net.generators[w];
    (row.p_max_mw, row.p_nom_extendable, row.p_nom_max_mw, row.capital_cost_per_mw) = (None, true, 300.0, 100.0);
    let g = generator(&mut net, "G1", a, 0.0, 0.0);
    let row = &mut net.generators[g];
    (row.p_nom_extendable, row.capital_cost_per_mw, row.in_service) = (true, 9.0, false);
    let mut row = StorageUnit { name: "B1".into(), bus: a, p_nom_extendable: true, ..StorageUnit::default() };
    row.capital_cost_per_mw = 60.0;
    net.storage_units.push(row);
    let mut row = Store { name: "H1".into(), bus: b, e_nom_extendable: true, ..Store::default() };
    (row.e_nom_min_mwh, row.e_nom_max_mwh, row.capital_cost_per_mwh) = (10.0, 50.0, 7.0);
    net.stores.push(row);
    let mut row = Link { name: "X".into(), bus_from: a, bus_to: b, p_nom_extendable: true, ..Link::default() };
    (row.p_nom_min_mw, row.capital_cost_per_mw) = (5.0, 20.0);
    net.links.push(row);
    let l = line(&mut net, "L", a, b, 0.1, f64::INFINITY);
    let row = &mut net.branches[l];
    (row.s_nom_extendable, row.s_nom_max_mva, row.capital_cost_per_mva) = (true, 200.0, 12.0);
    net
}

// ---- reading rooms --------------------------------------------------------------------------------------------------

/// What writes rows of a dispatch: a constraint room, or all of them.
pub trait Room {
    /// Writes them.
    fn write_rows(&self, m: &DispatchModel<'_>, out: &mut impl Sink);
}
impl<T: for<'m> Constraint<Model<'m> = DispatchModel<'m>>> Room for T {
    fn write_rows(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        self.write(m, out)
    }
}
/// Every constraint room of the formulation.
pub struct AllRooms;
impl Room for AllRooms {
    fn write_rows(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        formulations::constraints(m, out)
    }
}

/// One room as if it were the whole model.
pub struct Only<'a, C>(pub &'a C, pub DispatchModel<'a>);
impl<C: Room> Rooms for Only<'_, C> {
    fn write(&self, out: &mut impl Sink) {
        self.0.write_rows(&self.1, out)
    }
}

/// The declaration of a network.
pub fn declare(net: &Network, flow: FlowForm) -> Plan {
    declare_as(net, DispatchFormulation { flow, ..DispatchFormulation::default() })
}
/// The same of any formulation.
pub fn declare_as(net: &Network, formulation: DispatchFormulation) -> Plan {
    let found: Vec<_> = check(net, None).into_iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(found.is_empty(), "the example network has errors: {found:?}");
    Plan::declare(net, formulation)
}

fn write(room: &impl Room, m: &DispatchModel<'_>, out: &mut impl Sink) {
    match m.plan.layout.virtual_start {
        None => room.write_rows(m, out),
        Some(first) => room.write_rows(m, &mut Project::new(out, first, &m.plan.virtual_map)),
    }
}

/// The rows that a room writes, a line each.
pub fn print_rows(room: &impl Room, net: &Network, flow: FlowForm) -> String {
    print_rows_as(room, net, DispatchFormulation { flow, ..DispatchFormulation::default() })
}
/// The same in any formulation.
pub fn print_rows_as(room: &impl Room, net: &Network, formulation: DispatchFormulation) -> String {
    let plan = declare_as(net, formulation);
    let mut out = Print::new(&plan.layout, net);
    write(room, &DispatchModel { net, plan: &plan }, &mut out);
    out.rows()
}

/// What a room adds to the virtual balances of the PTDF form, a line per bus and step that it touches.
pub fn print_virtual_rows(room: &impl Room, net: &Network) -> String {
    let plan = declare(net, FlowForm::Ptdf);
    let block = plan.rows.power_balance;
    let all = collect(&Only(room, DispatchModel { net, plan: &plan }), block.range().start as u32, block.range().len());
    let mut text = String::new();
    for (bus, row) in net.buses.iter() {
        for t in 0..net.steps() {
            let v = bus.index() * net.steps() + t;
            let (from, to) = (all.start[v] as usize, all.start[v + 1] as usize);
            if from == to && all.rhs[v] == 0.0 {
                continue;
            }
            text += &format!("power_balance[{},{t}]:", row.name);
            for k in from..to {
                let name = label(net, plan.layout.locate_col(all.col[k] as usize));
                text += &format!(" {} {} {name}", if all.coef[k] < 0.0 { '-' } else { '+' }, rounded(all.coef[k].abs()));
            }
            text += &format!(" = {}\n", rounded(all.rhs[v]));
        }
    }
    text
}

/// The costs that a room writes: `p[G1,0]: 12.5 x + 0.05 x²`, a line per column with a cost, then the constant.
pub fn print_costs(room: &impl for<'m> Cost<Model<'m> = DispatchModel<'m>>, net: &Network) -> String {
    print_costs_as(room, net, DispatchFormulation::default())
}
/// The same in any formulation.
pub fn print_costs_as(room: &impl for<'m> Cost<Model<'m> = DispatchModel<'m>>, net: &Network, formulation: DispatchFormulation) -> String {
    let plan = declare_as(net, formulation);
    let mut sink = CostSink::new(plan.layout.cols as usize);
    room.write(&DispatchModel { net, plan: &plan }, &mut sink);
    let mut text = String::new();
    for (j, &c) in sink.linear.iter().enumerate() {
        let q = sink.quadratic.get(j).copied().unwrap_or(0.0);
        let name = label(net, plan.layout.locate_col(j));
        text += &match (c != 0.0, q != 0.0) {
            (false, false) => continue,
            (true, false) => format!("{name}: {} x\n", rounded(c)),
            (false, true) => format!("{name}: {} x²\n", rounded(q)),
            (true, true) => format!("{name}: {} x + {} x²\n", rounded(c), rounded(q)),
        };
    }
    if sink.constant != 0.0 {
        text += &format!("constant: {}\n", rounded(sink.constant));
    }
    text
}

/// The bounds that a room sets: `p[G1,0]: 0 <= . <= 100`, a line per column that is not free.
pub fn print_bounds(room: &impl for<'m> Bounds<Model<'m> = DispatchModel<'m>>, net: &Network) -> String {
    print_bounds_as(room, net, DispatchFormulation::default())
}
/// The same in any formulation.
pub fn print_bounds_as(
    room: &impl for<'m> Bounds<Model<'m> = DispatchModel<'m>>,
    net: &Network,
    formulation: DispatchFormulation,
) -> String {
    let plan = declare_as(net, formulation);
    let mut sink = BoundSink::new(plan.layout.cols as usize);
    room.write(&DispatchModel { net, plan: &plan }, &mut sink);
    let mut text = String::new();
    for (j, (&lo, &hi)) in sink.lo.iter().zip(&sink.hi).enumerate() {
        let name = label(net, plan.layout.locate_col(j));
        let (l, h) = (rounded(lo), rounded(hi));
        text += &match (lo.is_finite(), hi.is_finite()) {
            (false, false) => continue,
            _ if lo == hi => format!("{name}: . = {l}\n"),
            (true, true) => format!("{name}: {l} <= . <= {h}\n"),
            (true, false) => format!("{name}: {l} <= .\n"),
            (false, true) => format!("{name}: . <= {h}\n"),
        };
    }
    text
}

/// Six decimals, as [`Print`] rounds.
fn rounded(v: f64) -> f64 {
    let r = (v * 1e6).round() / 1e6;
    if r == 0.0 {
        0.0
    } else {
        r
    }
}

/// The content of a card's fence.
pub fn card(md: &str, fence: &str) -> String {
    let open = format!("```{fence}\n");
    let start = md.find(&open).unwrap_or_else(|| panic!("the card has no ```{fence} fence")) + open.len();
    let end = md[start..].find("```").expect("the fence is not closed");
    md[start..start + end].to_string()
}
/// The rows on a card.
pub fn card_rows(md: &str) -> String {
    card(md, "rows")
}

// ---- points ---------------------------------------------------------------------------------------------------------

/// A value for every column, 0 until set.
pub struct Point {
    /// The declaration it belongs to.
    pub plan: Plan,
    /// `[column]`
    pub x: Vec<f64>,
}
impl Point {
    /// All zero.
    pub fn new(net: &Network, flow: FlowForm) -> Point {
        let plan = declare(net, flow);
        Point { x: vec![0.0; plan.layout.cols as usize], plan }
    }
    /// Sets a column.
    pub fn set(&mut self, col: Col, value: f64) {
        self.x[col.0 as usize] = value;
    }
    /// Adds to a column.
    pub fn add(&mut self, col: Col, value: f64) {
        self.x[col.0 as usize] += value;
    }
}

/// Largest violation at a point of the rows that a room writes.
pub fn residual(room: &impl Room, net: &Network, point: &Point) -> f64 {
    let mut out = Activity::new(&point.x, point.plan.layout.rows as usize);
    write(room, &DispatchModel { net, plan: &point.plan }, &mut out);
    out.worst()
}

/// Solves `a x = b` by Gaussian elimination with pivots: independent of the engine's own factorisation.
pub fn solve_dense(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs())).expect("rows are left");
        a.swap(k, pivot);
        b.swap(k, pivot);
        for i in k + 1..n {
            let (above, below) = a.split_at_mut(i);
            let f = below[0][k] / above[k][k];
            below[0].iter_mut().zip(&above[k]).for_each(|(x, y)| *x -= f * y);
            b[i] -= f * b[k];
        }
    }
    for k in (0..n).rev() {
        let known: f64 = (k + 1..n).map(|j| a[k][j] * b[j]).sum();
        b[k] = (b[k] - known) / a[k][k];
    }
    b
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);
impl Dice {
    /// Between `lo` and `hi`.
    pub fn between(&mut self, lo: f64, hi: f64) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        lo + (hi - lo) * ((self.0 >> 11) as f64 / (1u64 << 53) as f64)
    }
}
