#![doc = include_str!("cost.md")]

use crate::formulate::frame::{self, CostSink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Constant, linear, quadratic and stepped cost of generators.
pub struct Cost;

impl frame::Cost for Cost {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut CostSink) {
        let (v, time) = (&m.plan.vars, &m.net.time);
        let hours: f64 = (0..m.steps()).map(|t| time.objective_h(t)).sum();
        for (g, generator) in m.generators() {
            if m.plan.commitment.of(g).is_none() {
                out.add_constant(hours * generator.cost_constant_per_h);
            }
            for t in 0..m.steps() {
                let h = time.objective_h(t);
                out.add(v.p.at(g, t), h * generator.cost_linear_per_mwh.at(t));
                out.add_square(v.p.at(g, t), h * generator.cost_quadratic_per_mw2h.at(t));
            }
        }
        for curve in m.plan.cost_curves.iter().filter(|c| m.plan.commitment.of(c.generator).is_none()) {
            out.add_constant(hours * curve.base_cost_per_h);
        }
        for (k, step) in m.plan.cost_steps.iter().enumerate() {
            for t in 0..m.steps() {
                out.add(v.cost_step.at(Id::new(k), t), time.objective_h(t) * step.price_per_mwh);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::frame::Cost as _;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::Network;

    fn three() -> Network {
        let mut net = study(1, 0.5);
        net.time.weight_objective = vec![4.0];
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 20.0);
        net.generators[g].cost_constant_per_h = 100.0;
        net.generators[g].cost_quadratic_per_mw2h = 0.05.into();
        let g = generator(&mut net, "G2", a, 100.0, 0.0);
        net.generators[g].offer = vec![[50.0, 10.0], [50.0, 30.0]];
        let g = generator(&mut net, "G3", a, 100.0, 0.0);
        net.generators[g].cost_points = vec![[0.0, 100.0], [50.0, 600.0], [100.0, 1600.0]];
        net
    }

    #[test]
    fn costs_match_the_card() {
        assert_eq!(print_costs(&Cost, &three()), card(include_str!("cost.md"), "costs"));
    }

    /// The cost of a dispatch, reckoned from the curves as a person would.
    #[test]
    fn the_bill_of_a_dispatch_is_the_objective() {
        let net = three();
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        for (g, mw) in net.generators.ids().zip([30.0, 70.0, 60.0]) {
            x.set(v.p.at(g, 0), mw);
        }
        for (k, mw) in [50.0, 20.0, 50.0, 10.0].into_iter().enumerate() {
            x.set(v.cost_step.at(Id::new(k), 0), mw);
        }
        let mut sink = CostSink::new(x.x.len());
        Cost.write(&DispatchModel { net: &net, plan: &x.plan }, &mut sink);
        let square = |j: usize| sink.quadratic.get(j).map_or(0.0, |q| q * x.x[j] * x.x[j]);
        let objective = sink.constant + (0..x.x.len()).map(|j| sink.linear[j] * x.x[j] + square(j)).sum::<f64>();
        // Per hour: G1 100 + 600 + 45; G2 500 + 600; G3 600 at 50 MW + 10 MW at 20.
        assert!((objective - 2.0 * (745.0 + 1100.0 + 800.0)).abs() < 1e-9, "{objective}");
    }

    #[test]
    fn a_single_cost_point_is_a_constant_and_one_out_of_service_costs_nothing() {
        let mut net = three();
        let (g2, g3) = (net.generators.find("G2").unwrap(), net.generators.find("G3").unwrap());
        net.generators[g2].in_service = false;
        net.generators[g3].cost_points = vec![[40.0, 70.0]];
        assert_eq!(print_costs(&Cost, &net), "p[G1,0]: 40 x + 0.1 x²\nconstant: 340\n");
    }
}
