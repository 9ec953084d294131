#![doc = include_str!("cost_steps.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::{Generator, Id};

/// One row per cost curve and step.
pub struct CostSteps;

/// Cost points whose first and last piece reach as far as the limits of output in `steps` steps do. There are two points at least.
pub fn reaching(g: &Generator, steps: usize) -> Vec<[f64; 2]> {
    let mut points = g.cost_points.clone();
    let lowest = (0..steps).map(|t| g.lower_mw(t)).fold(f64::INFINITY, f64::min);
    let highest = (0..steps).map(|t| g.upper_mw(t)).fold(f64::NEG_INFINITY, f64::max);
    let n = points.len();
    if n < 2 {
        return points;
    }
    let slope = |a: [f64; 2], b: [f64; 2]| (b[1] - a[1]) / (b[0] - a[0]);
    if lowest.is_finite() && lowest < points[0][0] {
        points[0] = [lowest, points[0][1] + slope(points[0], points[1]) * (lowest - points[0][0])];
    }
    if highest.is_finite() && highest > points[n - 1][0] {
        let last = points[n - 1];
        points[n - 1] = [highest, last[1] + slope(points[n - 2], last) * (highest - last[0])];
    }
    points
}

impl Constraint for CostSteps {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (c, curve) in m.plan.cost_curves.iter().enumerate().filter(|(_, c)| !c.steps.is_empty()) {
            for t in 0..m.steps() {
                let row = m.plan.rows.cost_curve.at(Id::new(c), t);
                match m.status(curve.generator, t) {
                    Some(u) => out.equal(row, 1.0 * v.p.at(curve.generator, t) - curve.base_mw * u, 0.0),
                    None => out.equal(row, v.p.at(curve.generator, t), curve.base_mw),
                }
                for k in curve.steps.clone() {
                    out.add(row, -v.cost_step.at(Id::new(k), t));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::Network;

    fn two() -> Network {
        let mut net = study(1, 1.0);
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 0.0);
        net.generators[g].offer = vec![[50.0, 10.0], [50.0, 30.0]];
        let g = generator(&mut net, "G2", a, 100.0, 0.0);
        net.generators[g].cost_points = vec![[20.0, 300.0], [60.0, 900.0], [100.0, 1700.0]];
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&CostSteps, &two(), FlowForm::Angle), card_rows(include_str!("cost_steps.md")));
    }

    /// Steps filled by hand, the cheap one first, at any output; below its curve's start G2 is on its first piece's extension.
    #[test]
    fn filling_the_steps_in_order_gives_the_output() {
        let net = two();
        let mut dice = Dice(11);
        for _ in 0..50 {
            let (p1, p2) = (dice.between(0.0, 100.0), dice.between(0.0, 100.0));
            let mut x = Point::new(&net, FlowForm::Angle);
            let v = x.plan.vars.clone();
            for (g, mw) in net.generators.ids().zip([p1, p2]) {
                x.set(v.p.at(g, 0), mw);
            }
            let fills = [p1.min(50.0), (p1 - 50.0).max(0.0), (p2 - 20.0).min(40.0), (p2 - 60.0).max(0.0)];
            for (k, mw) in fills.into_iter().enumerate() {
                x.set(v.cost_step.at(Id::new(k), 0), mw);
            }
            assert!(residual(&CostSteps, &net, &x) < 1e-9);
            x.add(v.cost_step.at(Id::new(1), 0), 3.0);
            assert!((residual(&CostSteps, &net, &x) - 3.0).abs() < 1e-9);
        }
    }
}
