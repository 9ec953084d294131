//! Why the cost can fall without end: which quantities run away, what pays for it, and what would stop it.

use super::{Explanation, Work};
use crate::analyses::dispatch::assembled;
use crate::error::Error;
use crate::formulate::frame::Names;
use crate::formulate::{DispatchFormulation, DispatchModel, Plan};
use fenggu_net::{Network, TableId};
use fenggu_opt::elastic::direction;
use fenggu_opt::{check_primal_ray, Backend, Status};

/// A quantity that runs away.
#[derive(Clone, Debug, PartialEq)]
pub struct Runner {
    /// What it is, e.g. `p`, `charge`, `store_p`.
    pub quantity: &'static str,
    /// Table of the element.
    pub table: Option<TableId>,
    /// Its name.
    pub element: String,
    /// First and last step in which it runs away.
    pub steps: (usize, usize),
    /// By how much beside the others, in the unit of the quantity: below zero where it falls.
    pub rate: f64,
    /// What the cost changes by at that rate, in the currency; below zero where it is paid for.
    pub cost: f64,
    /// Field that would stop it, where one limits it directly.
    pub stopped_by: &'static str,
}

/// A direction without end.
#[derive(Clone, Debug, PartialEq)]
pub struct Runaway {
    /// Its quantities, those that are paid first, then the largest.
    pub runners: Vec<Runner>,
    /// What the cost falls by along it, for a largest rate of 1.
    pub cost: f64,
    /// Whether the direction was checked: no limit is met along it and the cost falls.
    pub checked: bool,
}

/// The field that limits a quantity in a direction.
fn stopper(quantity: &str, up: bool) -> &'static str {
    match (quantity, up) {
        ("p", true) | ("link_p", true) => "p_max_mw",
        ("p", false) | ("link_p", false) => "p_min_mw",
        ("p_nom", true) => "p_nom_max_mw",
        ("e_nom", true) => "e_nom_max_mwh",
        ("s_nom", true) => "s_nom_max_mva",
        ("store_energy", true) => "energy_max_mwh",
        ("store_energy", false) => "energy_min_mwh",
        ("soc", true) => "energy_max_mwh",
        ("charge", true) => "charge_max_mw",
        ("discharge", true) => "discharge_max_mw",
        ("flow", _) => "rating_a_mva",
        ("reserve", true) => "max_mw",
        _ => "",
    }
}

pub(super) fn explain(net: &Network, work: &mut Work, out: &mut Explanation) -> Result<(), Error> {
    let plan = Plan::declare(net, DispatchFormulation::default());
    let problem = assembled(&DispatchModel { net, plan: &plan })?;
    let Some(control) = work.next() else { return Ok(()) };
    let solution = Backend::Auto.solve(&direction(&problem), &control)?;
    work.ended(solution.status);
    if solution.status != Status::Optimal {
        return Ok(());
    }
    let mut ray = solution.x;
    let largest = ray.iter().fold(0.0f64, |m, r| m.max(r.abs()));
    ray.iter_mut().filter(|r| r.abs() < 1e-7 * largest).for_each(|r| *r = 0.0);
    let checked = check_primal_ray(&problem, &ray);
    let mut runners: Vec<Runner> = Vec::new();
    for (j, &rate) in ray.iter().enumerate().filter(|(_, r)| **r != 0.0) {
        let Some((quantity, names, element, t)) = plan.layout.locate_col(j) else { continue };
        // Angles follow from flows and say nothing to anyone.
        if matches!(quantity, "angle" | "island_angle") {
            continue;
        }
        let (table, element) = match names {
            Names::Table(table) => (Some(*table), net.table(*table).name_of(element).to_string()),
            Names::Rows(table, rows) => (Some(*table), net.table(*table).name_of(rows[element] as usize).to_string()),
            Names::Islands => (None, (element + 1).to_string()),
        };
        let cost = problem.cost[j] * rate;
        match runners.iter_mut().find(|r| (r.quantity, r.table, &r.element) == (quantity, table, &element) && r.rate * rate > 0.0) {
            Some(r) => {
                r.steps = (r.steps.0.min(t), r.steps.1.max(t));
                r.cost += cost;
            }
            None => runners.push(Runner { quantity, table, element, steps: (t, t), rate, cost, stopped_by: stopper(quantity, rate > 0.0) }),
        }
    }
    runners.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(b.rate.abs().total_cmp(&a.rate.abs())));
    let cost = runners.iter().map(|r| r.cost).sum();
    out.runaway = Some(Runaway { runners, cost, checked });
    Ok(())
}
