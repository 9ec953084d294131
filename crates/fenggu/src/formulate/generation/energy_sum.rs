#![doc = include_str!("energy_sum.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per generator with a limit of energy over the horizon.
pub struct EnergySum;

impl Constraint for EnergySum {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        for (k, picked) in m.plan.energy_limited.iter().enumerate() {
            let (g, generator) = (Id::new(picked.0), &m.net.generators.rows()[picked.0]);
            let row = m.plan.rows.energy_sum.at(Id::new(k), 0);
            out.bounds(row, generator.energy_sum_min_mwh, generator.energy_sum_max_mwh);
            for t in 0..m.steps() {
                out.add(row, m.net.time.energy_h(t) * m.plan.vars.p.at(g, t));
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
        let mut net = study(2, 0.5);
        net.time.weight_energy = vec![2.0, 1.0];
        let a = bus(&mut net, "A");
        let g = generator(&mut net, "G1", a, 100.0, 10.0);
        (net.generators[g].energy_sum_min_mwh, net.generators[g].energy_sum_max_mwh) = (20.0, 90.0);
        let g = generator(&mut net, "G2", a, 100.0, 10.0);
        net.generators[g].energy_sum_max_mwh = 60.0;
        generator(&mut net, "G3", a, 100.0, 10.0);
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&EnergySum, &two(), FlowForm::Angle), card_rows(include_str!("energy_sum.md")));
    }

    #[test]
    fn a_meter_that_reads_the_limit_satisfies_it_and_one_more_mwh_does_not() {
        let net = two();
        let mut x = Point::new(&net, FlowForm::Angle);
        let p = x.plan.vars.p;
        let first = 37.0;
        x.set(p.at(Id::new(0), 0), first);
        x.set(p.at(Id::new(0), 1), (90.0 - first * 0.5 * 2.0) / 0.5);
        assert!(residual(&EnergySum, &net, &x) < 1e-9);
        x.add(p.at(Id::new(0), 1), 2.0);
        assert!((residual(&EnergySum, &net, &x) - 1.0).abs() < 1e-9);
    }
}
