#![doc = include_str!("end_value.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per storage unit whose energy at the end has a value.
pub struct EndValue;

impl Constraint for EndValue {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let v = &m.plan.vars;
        let Some(last) = m.steps().checked_sub(1) else { return };
        let mut steps = m.plan.end_value.iter().enumerate().peekable();
        for (k, picked) in m.plan.end_valued.iter().enumerate() {
            let row = m.plan.rows.end_value.at(Id::new(k), 0);
            out.at_most(row, 0.0, 1.0 * v.soc.at(Id::new(picked.0), last));
            while let Some((j, _)) = steps.next_if(|(_, s)| s.owner == picked.0) {
                out.add(row, v.end_value.at(Id::new(j), 0));
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
        let mut net = study(2, 1.0);
        let a = bus(&mut net, "A");
        storage(&mut net, "none", a, 20.0, 40.0);
        let s = storage(&mut net, "S1", a, 20.0, 40.0);
        net.storage_units[s].end_value = vec![[20.0, 40.0], [20.0, 10.0]];
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&EndValue, &unit(), FlowForm::Angle), card_rows(include_str!("end_value.md")));
    }

    #[test]
    fn only_what_is_left_can_be_valued() {
        let net = unit();
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        let s = net.storage_units.find("S1").unwrap();
        x.set(v.soc.at(s, 0), 40.0); // energy in the middle of the horizon counts for nothing
        x.set(v.soc.at(s, 1), 27.0);
        x.set(v.end_value.at(Id::new(0), 0), 20.0);
        x.set(v.end_value.at(Id::new(1), 0), 7.0);
        assert!(residual(&EndValue, &net, &x) < 1e-9);
        x.set(v.end_value.at(Id::new(1), 0), 9.0);
        assert!((residual(&EndValue, &net, &x) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn two_units_keep_their_steps_apart() {
        let mut net = unit();
        let a = net.buses.find("A").unwrap();
        let s = storage(&mut net, "S2", a, 20.0, 40.0);
        net.storage_units[s].end_value = vec![[5.0, 7.0]];
        let rows = print_rows(&EndValue, &net, FlowForm::Angle);
        let s2 = "end_value[S2,0]: - 1 soc[S2,1] + 1 end_value[S2,0] <= 0\n";
        assert_eq!(rows, card_rows(include_str!("end_value.md")) + s2);
    }
}
