#![doc = include_str!("kvl_angle.md")]

use crate::formulate::frame::{Constraint, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// One row per branch in service and step.
pub struct KvlAngle;

impl Constraint for KvlAngle {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows, dc) = (&m.plan.vars, m.plan.rows.kvl, &m.plan.dc);
        for (l, branch) in m.net.branches.iter().filter(|(l, _)| dc.live[l.index()]) {
            let slope = m.net.base_mva * dc.susceptance[l.index()];
            let fixed = slope * dc.shift_rad[l.index()];
            for t in 0..m.steps() {
                let (from, to) = (v.angle.at(branch.bus_from, t), v.angle.at(branch.bus_to, t));
                if dc.ideal[l.index()] {
                    out.equal(rows.at(l, t), slope * from, slope * to);
                    continue;
                }
                out.equal(rows.at(l, t), v.flow.at(l, t), slope * from - slope * to + -fixed);
            }
        }
        // A controllable shifter: its decision replaces the fixed shift.
        for (k, picked) in m.plan.shifters.iter().enumerate() {
            let slope = m.net.base_mva * dc.susceptance[picked.0];
            let fixed = slope * dc.shift_rad[picked.0];
            for t in 0..m.steps() {
                out.add(rows.at(Id::new(picked.0), t), slope * v.shift.at(Id::new(k), t) + -fixed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formulate::testkit::*;
    use crate::formulate::FlowForm;
    use fenggu_net::{FlowConvention, Network};

    /// Three parallel branches: plain, transformer with tap and fixed shift, controllable shifter with a set point.
    fn parallel() -> Network {
        let mut net = study(1, 1.0);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        line(&mut net, "AB", a, b, 0.1, f64::INFINITY);
        let t = line(&mut net, "T", a, b, 0.05, f64::INFINITY);
        net.branches[t].tap_ratio = 1.25;
        net.branches[t].phase_shift_deg = 18.0;
        let p = line(&mut net, "P", a, b, 0.1, f64::INFINITY);
        let p = &mut net.branches[p];
        // The set point must vanish from the row: the decision replaces it.
        (p.phase_shift_deg, p.phase_shift_min_deg, p.phase_shift_max_deg) = (7.0, Some(-10.0), Some(10.0));
        net
    }

    #[test]
    fn rows_match_the_card() {
        assert_eq!(print_rows(&KvlAngle, &parallel(), FlowForm::Angle), card_rows(include_str!("kvl_angle.md")));
    }

    #[test]
    fn without_impedance_the_ends_have_one_angle_and_the_flow_is_free() {
        let mut net = parallel();
        net.flow_convention = FlowConvention::Pypsa;
        let ab = net.branches.find("AB").unwrap();
        net.branches[ab].x_pu = 0.0;
        let rows = print_rows(&KvlAngle, &net, FlowForm::Angle);
        assert!(rows.contains("kvl_angle[AB,0]: + 100 angle[A,0] - 100 angle[B,0] = 0\n"), "{rows}");
    }

    #[test]
    fn powermodels_form_has_no_taps_and_no_shifts() {
        let mut net = parallel();
        net.flow_convention = FlowConvention::PowerModels;
        let t = net.branches.find("T").unwrap();
        (net.branches[t].r_pu, net.branches[t].x_pu) = (0.03, 0.04);
        // b = 0.04 / 0.0025 = 16.
        let rows = print_rows(&KvlAngle, &net, FlowForm::Angle);
        assert!(rows.contains("kvl_angle[T,0]: + 1 flow[T,0] - 1600 angle[A,0] + 1600 angle[B,0] = 0\n"), "{rows}");
    }

    /// A meshed network solved by the dense method: `B θ = p`, flows from the angles.
    #[test]
    fn a_power_flow_solved_by_elimination_satisfies_every_row() {
        let mut dice = Dice(7);
        let mut net = study(1, 1.0);
        let buses: Vec<_> = (0..6).map(|i| bus(&mut net, &format!("B{i}"))).collect();
        let pairs = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (1, 4), (0, 3)];
        let mut data = Vec::new();
        for (k, &(f, t)) in pairs.iter().enumerate() {
            // One series capacitor among them.
            let x = if k == 6 { -0.07 } else { dice.between(0.02, 0.3) };
            let (tap, shift_deg) = (dice.between(0.9, 1.1), if k % 3 == 0 { dice.between(-8.0, 8.0) } else { 0.0 });
            let l = line(&mut net, &format!("L{k}"), buses[f], buses[t], x, f64::INFINITY);
            (net.branches[l].tap_ratio, net.branches[l].phase_shift_deg) = (tap, shift_deg);
            data.push((f, t, 1.0 / (x * tap), shift_deg * std::f64::consts::PI / 180.0));
        }
        let mut demand: Vec<f64> = (0..5).map(|_| dice.between(-80.0, 80.0)).collect();
        demand.push(-demand.iter().sum::<f64>());
        for (i, &mw) in demand.iter().enumerate() {
            load(&mut net, &format!("D{i}"), buses[i], mw);
        }
        // Bus 0 is the reference; unknown are the angles of 1 … 5.
        let (mut a, mut rhs) = (vec![vec![0.0; 5]; 5], vec![0.0; 5]);
        for i in 1..6 {
            rhs[i - 1] = -demand[i] / 100.0;
        }
        for &(f, t, b, shift) in &data {
            for (i, j, s) in [(f, t, 1.0), (t, f, -1.0)] {
                if i > 0 {
                    a[i - 1][i - 1] += b;
                    rhs[i - 1] += s * b * shift;
                    if j > 0 {
                        a[i - 1][j - 1] -= b;
                    }
                }
            }
        }
        let theta: Vec<f64> = std::iter::once(0.0).chain(solve_dense(a, rhs)).collect();
        let mut x = Point::new(&net, FlowForm::Angle);
        let v = x.plan.vars.clone();
        for (i, &angle) in theta.iter().enumerate() {
            x.set(v.angle.at(buses[i], 0), angle);
        }
        for (l, &(f, t, b, shift)) in net.branches.ids().zip(&data) {
            x.set(v.flow.at(l, 0), 100.0 * b * (theta[f] - theta[t] - shift));
        }
        assert!(residual(&AllRooms, &net, &x) < 1e-9);
        x.set(v.angle.at(buses[2], 0), theta[2] + 1e-4);
        assert!(residual(&KvlAngle, &net, &x) > 1e-2);
    }
}
