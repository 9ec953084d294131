#![doc = include_str!("shift_injection.md")]

use crate::formulate::frame::{Constraint, Known, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Adds what phase shifts inject to the (virtual) balances of both ends.
pub struct ShiftInjection;

impl Constraint for ShiftInjection {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (balance, dc) = (m.plan.rows.power_balance, &m.plan.dc);
        let mut shifters = m.plan.shifters.iter().enumerate().peekable();
        for (l, branch) in m.net.branches.iter() {
            let decided = shifters.next_if(|(_, p)| p.0 == l.index()).map(|(k, _)| k);
            let slope = m.net.base_mva * dc.susceptance[l.index()];
            if slope == 0.0 || (decided.is_none() && dc.shift_rad[l.index()] == 0.0) {
                continue;
            }
            for t in 0..m.steps() {
                let shift = match decided {
                    Some(k) => Known::from(m.plan.vars.shift.at(Id::new(k), t)),
                    None => Known::Value(dc.shift_rad[l.index()]),
                };
                out.add(balance.at(branch.bus_from, t), slope * shift);
                out.add(balance.at(branch.bus_to, t), -(slope * shift));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use crate::physics::DcSolver;
    use fenggu_net::Network;

    fn shifters() -> Network {
        let mut net = study(1, 1.0);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        let t = line(&mut net, "T", a, b, 0.05, f64::INFINITY);
        (net.branches[t].tap_ratio, net.branches[t].phase_shift_deg) = (1.25, 18.0);
        let p = line(&mut net, "P", a, b, 0.1, f64::INFINITY);
        let p = &mut net.branches[p];
        (p.phase_shift_deg, p.phase_shift_min_deg, p.phase_shift_max_deg) = (7.0, Some(-10.0), Some(10.0));
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_virtual_rows(&ShiftInjection, &shifters()), card_rows(include_str!("shift_injection.md")));
    }

    #[test]
    fn on_the_island_the_two_ends_cancel_but_stay_in_the_pattern() {
        let rows = print_rows(&ShiftInjection, &shifters(), FlowForm::Ptdf);
        assert_eq!(rows, "energy_balance[island 1,0]: + 1000 shift[P,0] - 1000 shift[P,0] = 0\n");
    }

    /// Two parallel branches, nothing injected: the shift drives a loop flow. By hand: b1 = 16, b2 = 10, shift 0.1π on the
    /// first alone; −16·(δ − 0.1π) = 10·δ gives δ = 1.6π/26, the flow on the second is 1000·δ and on the first −1000·δ.
    #[test]
    fn a_shift_drives_the_loop_flow_worked_out_by_hand() {
        let mut net = shifters();
        let p = net.branches.find("P").unwrap();
        (net.branches[p].phase_shift_deg, net.branches[p].phase_shift_min_deg, net.branches[p].phase_shift_max_deg) = (0.0, None, None);
        let plan = declare(&net, FlowForm::Ptdf);
        let m = DispatchModel { net: &net, plan: &plan };
        let block = plan.rows.power_balance.range();
        let all = crate::formulate::frame::collect(&Only(&ShiftInjection, m), block.start as u32, block.len());
        let solver = DcSolver::new(&net, &plan.dc).unwrap();
        let by_hand = 1000.0 * 1.6 * std::f64::consts::PI / 26.0;
        for (l, own_shift, expected) in [(0, 1600.0 * 0.1 * std::f64::consts::PI, -by_hand), (1, 0.0, by_hand)] {
            let driven: f64 = solver.ptdf_row(l).iter().zip(&all.rhs).map(|(f, rhs)| f * -rhs).sum();
            assert!((driven - own_shift - expected).abs() < 1e-9, "branch {l}: {} for {expected}", driven - own_shift);
        }
    }
}
