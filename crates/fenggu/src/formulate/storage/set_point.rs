#![doc = include_str!("set_point.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per storage unit and step whose net power is told.
pub struct SetPoint;

impl Constraint for SetPoint {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        for (k, picked) in m.plan.set_points.iter().enumerate() {
            let (s, unit) = (Id::new(picked.0), &m.net.storage_units.rows()[picked.0]);
            for t in 0..m.steps() {
                let told = unit.p_set_mw.as_ref().map_or(f64::NAN, |p| p.at(t));
                if !told.is_nan() {
                    out.equal(m.plan.rows.set_point.at(Id::new(k), t), 1.0 * v.discharge.at(s, t) - v.charge.at(s, t), told);
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

    fn unit() -> Network {
        let mut net = study(3, 1.0);
        let a = bus(&mut net, "A");
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        net.storage_units[s].p_set_mw = Some(vec![5.0, f64::NAN, -3.0].into());
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&SetPoint, &unit(), FlowForm::Angle), card_rows(include_str!("set_point.md")));
    }

    #[test]
    fn a_unit_that_follows_its_schedule_satisfies_every_row() {
        let net = unit();
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        x.set(v.discharge.at(Id::new(0), 0), 5.0);
        x.set(v.charge.at(Id::new(0), 1), 17.0);
        x.set(v.charge.at(Id::new(0), 2), 3.0);
        assert!(residual(&SetPoint, &net, &x) < 1e-12);
        x.add(v.charge.at(Id::new(0), 2), 1.5);
        assert!((residual(&SetPoint, &net, &x) - 1.5).abs() < 1e-12);
    }
}
