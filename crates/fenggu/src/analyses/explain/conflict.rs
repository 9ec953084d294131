//! A smallest conflict in the rooms' names: which balances and limits cannot all hold.

use super::Work;
use crate::error::Error;
use crate::formulate::frame::Names;
use crate::formulate::Plan;
use fenggu_net::{Network, TableId};
use fenggu_opt::conflict::{small_conflict, Member, Place};
use fenggu_opt::{Matrix, Problem};

/// One side of a limit, or a balance, of an element over some steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Room, as `fenggu explain ROOM` knows it.
    pub room: &'static str,
    /// Table of the element; none for an island.
    pub table: Option<TableId>,
    /// The user's own name.
    pub element: String,
    /// The quantity that a limit bounds, e.g. `soc`; empty for a row.
    pub quantity: &'static str,
    /// First and last step; none for a limit without steps.
    pub steps: Option<(usize, usize)>,
    /// `upper`, `lower`, or `balance` for an equation.
    pub side: &'static str,
    /// The limit itself, in the unit of the problem; a balance has its right-hand side.
    pub limit: f64,
}

/// Limits that cannot all hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The members, those with the largest multipliers first.
    pub members: Vec<Held>,
    /// Whether each was tested: without any one of them the others can hold.
    pub irreducible: bool,
    /// First and last step that it is about.
    pub steps: Option<(usize, usize)>,
}

/// Room of a block of rows or columns.
fn room(block: &str, row: bool) -> &'static str {
    match (block, row) {
        ("power_balance", _) => "balance/power_balance",
        ("energy_balance", _) => "balance/energy_balance",
        ("kvl_angle", _) => "flow/kvl_angle",
        ("angle_difference", true) => "flow/angle_difference",
        ("cost_steps" | "cost_step", _) => "generation/cost_steps",
        ("ramp" | "ramp_up" | "ramp_down", _) => "generation/ramp",
        ("soc_balance", _) => "storage/soc_balance",
        ("cycle_limit", _) => "storage/cycle_limit",
        ("end_value", _) => "storage/end_value",
        ("store_balance", _) => "storage/store_balance",
        ("set_point", _) => "storage/set_point",
        ("charging" | "discharging" | "charge_mode" | "charge_least" | "discharge_mode" | "discharge_least" | "one_way", _) => {
            "storage/modes"
        }
        ("requirement", _) => "reserve/requirement",
        ("generator_room", _) => "reserve/generator_room",
        ("storage_room", _) => "reserve/storage_room",
        ("storage_energy", _) => "reserve/storage_energy",
        ("reserve" | "shortage", _) => "reserve/limits",
        ("interface_limit", _) => "flow/interface_limit",
        ("global_limit", _) => "limit/global_limit",
        ("side_constraint", _) => "limit/side_constraint",
        ("energy_sum", _) => "generation/energy_sum",
        ("link_ramp" | "link_ramp_up" | "link_ramp_down", _) => "conversion/link_ramp",
        ("link_p" | "link_limits_up" | "link_limits_down", _) => "conversion/link_limits",
        ("flow" | "flow_limits_up" | "flow_limits_down" | "shift" | "angle" | "angle_difference" | "island_angle", _) => "flow/limits",
        ("p" | "generation_limits_up" | "generation_limits_down", _) => "generation/limits",
        ("shed" | "elastic", _) => "load/limits",
        ("p_nom" | "e_nom" | "s_nom", _) => "investment/capacity",
        ("soft_limit_up" | "soft_limit_down", _) => "flow/soft_limit",
        ("flow_over" | "emergency_over" | "interface_over" | "interface_under" | "side_over" | "side_under", _) => "limit/violations",
        _ => "storage/limits",
    }
}

fn held(net: &Network, plan: &Plan, base: &Problem, m: &Member) -> Option<Held> {
    let (at, row, lower, upper) = match m.place {
        Place::Row(i) => {
            let i = i as usize;
            (plan.layout.locate_row(i), true, base.row_lower[i], base.row_upper[i])
        }
        Place::Column(j) => {
            let j = j as usize;
            (plan.layout.locate_col(j), false, base.col_lower[j], base.col_upper[j])
        }
    };
    let (block, names, element, t) = at?;
    let (table, element) = match names {
        Names::Table(table) => (Some(*table), net.table(*table).name_of(element).to_string()),
        Names::Rows(table, rows) => (Some(*table), net.table(*table).name_of(rows[element] as usize).to_string()),
        Names::Islands => (None, (element + 1).to_string()),
    };
    let whole = matches!(
        block,
        "p_nom"
            | "e_nom"
            | "s_nom"
            | "energy_sum"
            | "cycle_limit"
            | "global_limit"
            | "side_constraint"
            | "end_value"
            | "side_over"
            | "side_under"
    );
    let side = match (row && lower == upper, m.upper) {
        (true, _) => "balance",
        (false, true) => "upper",
        (false, false) => "lower",
    };
    Some(Held {
        room: room(block, row),
        table,
        element,
        quantity: if row { "" } else { block },
        steps: (!whole).then_some((t, t)),
        side,
        limit: if m.upper { upper } else { lower },
    })
}

/// Joins what differs only by its step.
fn joined(list: Vec<Held>) -> Vec<Held> {
    let mut out: Vec<Held> = Vec::new();
    let mut at = std::collections::HashMap::new();
    for h in list {
        let key = (h.room, h.element.clone(), h.side, h.table, h.quantity);
        match at.get(&key) {
            Some(&k) => {
                let known: &mut Held = &mut out[k];
                known.steps = span(known.steps, h.steps);
            }
            None => {
                at.insert(key, out.len());
                out.push(h);
            }
        }
    }
    out
}

fn span(a: Option<(usize, usize)>, b: Option<(usize, usize)>) -> Option<(usize, usize)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

/// Conflicts that a proof holds and that are looked for.
const MOST: usize = 24;
/// Share of the largest multiplier below which a multiplier counts as a solver's noise at first.
const NOISE: f64 = 1e-6;

/// Rows of a problem that a proof leans on, and all their columns with their bounds. What conflicts there conflicts in the whole.
struct Support {
    problem: Problem,
    rows: Vec<u32>,
    cols: Vec<u32>,
}

impl Support {
    fn new(whole: &Problem, y: &[f64], least: f64) -> Support {
        let mut at = vec![u32::MAX; y.len()];
        let rows: Vec<u32> = (0..y.len() as u32).filter(|&i| y[i as usize].abs() > least).collect();
        rows.iter().enumerate().for_each(|(k, &i)| at[i as usize] = k as u32);
        let mut cols = Vec::new();
        let mut matrix = Matrix { start: vec![0], ..Matrix::default() };
        for j in 0..whole.cols() {
            let before = matrix.row.len();
            for (i, v) in whole.matrix.column(j).filter(|&(i, v)| v != 0.0 && at[i] != u32::MAX) {
                matrix.row.push(at[i]);
                matrix.value.push(v);
            }
            if matrix.row.len() > before {
                matrix.start.push(matrix.row.len() as u32);
                cols.push(j as u32);
            }
        }
        let of = |list: &[u32], v: &[f64]| list.iter().map(|&k| v[k as usize]).collect::<Vec<f64>>();
        let problem = Problem {
            cost: vec![0.0; cols.len()],
            col_lower: of(&cols, &whole.col_lower),
            col_upper: of(&cols, &whole.col_upper),
            row_lower: of(&rows, &whole.row_lower),
            row_upper: of(&rows, &whole.row_upper),
            matrix,
            ..Problem::default()
        };
        Support { problem, rows, cols }
    }
    /// A member's place in the whole.
    fn place(&self, place: Place) -> Place {
        match place {
            Place::Row(i) => Place::Row(self.rows[i as usize]),
            Place::Column(j) => Place::Column(self.cols[j as usize]),
        }
    }
}

/// Conflicts in a proof, the same one in several steps as one, and whether that is all of them; none where the proof is of another problem.
/// `tests` limits the small solves.
pub(super) fn find(
    net: &Network,
    plan: &Plan,
    base: &Problem,
    ray: &[f64],
    tests: usize,
    work: &Work,
) -> Result<(Vec<Conflict>, bool), Error> {
    if ray.len() != base.rows() {
        return Ok((Vec::new(), true));
    }
    let largest = |y: &[f64]| y.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let least = 1e-4 * largest(ray);
    let mut left = tests;
    let mut support = Support::new(base, ray, NOISE * largest(ray));
    let of = |s: &Support| s.rows.iter().map(|&i| ray[i as usize]).collect::<Vec<f64>>();
    let mut y = of(&support);
    let mut out: Vec<Conflict> = Vec::new();
    let mut all = false;
    for _ in 0..MOST {
        let Some(control) = work.peek() else { break };
        // What is left is a solver's noise.
        if largest(&y) <= least {
            all = true;
            break;
        }
        let Some(found) = small_conflict(&support.problem, &y, left, &control)? else {
            // A proof may need its small multipliers.
            if out.is_empty() && support.rows.len() < ray.len() {
                support = Support::new(base, ray, 0.0);
                if support.rows.len() > y.len() {
                    y = of(&support);
                    continue;
                }
            }
            all = true;
            break;
        };
        left = left.saturating_sub(found.solves);
        found.part.iter().for_each(|&i| y[i as usize] = 0.0);
        let mut members = found.members;
        members.iter_mut().for_each(|m| m.place = support.place(m.place));
        members.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.place.cmp(&b.place)));
        let list = joined(members.iter().filter_map(|m| held(net, plan, base, m)).collect());
        let steps = list.iter().fold(None, |s, h| span(s, h.steps));
        let new = Conflict { members: list, irreducible: found.irreducible, steps };
        let alike = |a: &Conflict| {
            let keys = |c: &Conflict| {
                let mut k: Vec<_> = c.members.iter().map(|h| (h.room, h.element.clone(), h.side, h.quantity)).collect();
                k.sort();
                k
            };
            keys(a) == keys(&new)
        };
        match out.iter_mut().find(|c| alike(c)) {
            Some(known) => {
                known.irreducible &= new.irreducible;
                known.steps = span(known.steps, new.steps);
                for h in &new.members {
                    if let Some(k) = known
                        .members
                        .iter_mut()
                        .find(|k| (k.room, &k.element, k.side, k.quantity) == (h.room, &h.element, h.side, h.quantity))
                    {
                        k.steps = span(k.steps, h.steps);
                    }
                }
            }
            None => out.push(new),
        }
        if left == 0 && out.len() > 2 {
            break;
        }
    }
    Ok((out, all))
}
