#![doc = include_str!("limits.md")]

use crate::formulate::frame::{BoundSink, Bounds, Constraint, Known, Sink};
use crate::formulate::DispatchModel;
use fenggu_net::Id;

/// Bounds of flows, shifts, angle differences and reference angles.
pub struct Limits;

impl Bounds for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut BoundSink) {
        let (v, dc) = (&m.plan.vars, &m.plan.dc);
        for (l, _) in m.net.branches.iter() {
            for t in 0..m.steps() {
                let (limits, _) = dc.flow_limits_mw(m.net, l.index(), t);
                out.set(v.flow.at(l, t), limits[0], limits[1]);
            }
        }
        for (k, picked) in m.plan.shifters.iter().enumerate() {
            let b = &m.net.branches.rows()[picked.0];
            let rad = |deg: Option<f64>| deg.unwrap_or(b.phase_shift_deg).to_radians();
            for t in 0..m.steps() {
                out.set(v.shift.at(Id::new(k), t), rad(b.phase_shift_min_deg), rad(b.phase_shift_max_deg));
            }
        }
        for (k, picked) in m.plan.angle_limited.iter().enumerate() {
            let b = &m.net.branches.rows()[picked.0];
            for t in 0..m.steps() {
                out.set(v.angle_difference.at(Id::new(k), t), b.angle_min_deg.to_radians(), b.angle_max_deg.to_radians());
            }
        }
        if v.angle.range().is_empty() {
            return;
        }
        for (bus, row) in m.net.buses.iter().filter(|(_, b)| !b.in_service()) {
            let _ = row;
            (0..m.steps()).for_each(|t| out.set(v.angle.at(bus, t), 0.0, 0.0));
        }
        for (&bus, _) in dc.reference.iter().zip(&dc.reference_held).filter(|(_, held)| **held) {
            (0..m.steps()).for_each(|t| out.set(v.angle.at(bus, t), 0.0, 0.0));
        }
    }
}

impl Constraint for Limits {
    type Model<'a> = DispatchModel<'a>;

    fn write(&self, m: &DispatchModel<'_>, out: &mut impl Sink) {
        let (v, rows) = (&m.plan.vars, &m.plan.rows);
        for (k, picked) in m.plan.capacities.branches.rows.iter().enumerate() {
            let (l, branch) = (Id::new(picked.0), &m.net.branches.rows()[picked.0]);
            let nominal = Known::from(v.branch_nom.at(Id::new(k), 0));
            for t in 0..m.steps() {
                let (flow, share) = (v.flow.at(l, t), branch.s_max_pu.at(t));
                out.at_most(rows.flow_upper.at(Id::new(k), t), flow, share * nominal);
                out.at_most(rows.flow_lower.at(Id::new(k), t), -share * nominal, flow);
                if let Some(over) = m.flow_over(picked.0, t) {
                    out.add(rows.flow_upper.at(Id::new(k), t), -1.0 * over);
                    out.add(rows.flow_lower.at(Id::new(k), t), -1.0 * over);
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
    use fenggu_net::{FlowConvention, Network};

    fn limited() -> Network {
        let mut net = study(1, 1.0);
        let (a, b, c) = (bus(&mut net, "A"), bus(&mut net, "B"), bus(&mut net, "C"));
        let ab = line(&mut net, "AB", a, b, 0.2, 80.0);
        net.branches[ab].s_max_pu = 0.5.into();
        let bc = line(&mut net, "BC", b, c, 0.1, f64::INFINITY);
        net.branches[bc].angle_max_deg = 3.0;
        let p = line(&mut net, "P", a, c, 0.1, 40.0);
        (net.branches[p].phase_shift_min_deg, net.branches[p].phase_shift_max_deg) = (Some(-10.0), Some(10.0));
        let q = line(&mut net, "Q", a, c, 0.1, 40.0);
        net.branches[q].in_service = false;
        net
    }

    #[test]
    fn bounds_match_the_card() {
        assert_eq!(print_bounds(&Limits, &limited()), card(include_str!("limits.md"), "bounds"));
    }

    #[test]
    fn a_series_capacitor_turns_its_angle_limits_round() {
        let mut net = limited();
        let bc = net.branches.find("BC").unwrap();
        let b = &mut net.branches[bc];
        (b.x_pu, b.angle_min_deg, b.angle_max_deg) = (-0.1, -1.0, 3.0);
        // S·b = −1000: the flow at +3° is −52.36 MW, at −1° it is +17.45 MW.
        let bounds = print_bounds(&Limits, &net);
        assert!(bounds.contains("flow[BC,0]: -52.359878 <= . <= 17.453293\n"), "{bounds}");
    }

    #[test]
    fn a_fixed_shift_moves_the_angle_limit_of_the_flow() {
        let mut net = limited();
        let bc = net.branches.find("BC").unwrap();
        net.branches[bc].phase_shift_deg = 1.0;
        // Only 2° of the 3° drive flow: 1000·0.034906585.
        let bounds = print_bounds(&Limits, &net);
        assert!(bounds.contains("flow[BC,0]: . <= 34.906585\n"), "{bounds}");
    }

    #[test]
    fn without_susceptance_the_angle_difference_is_limited_and_the_flow_is_zero() {
        let mut net = limited();
        net.flow_convention = FlowConvention::PowerModels;
        let bc = net.branches.find("BC").unwrap();
        (net.branches[bc].r_pu, net.branches[bc].x_pu) = (0.01, 0.0);
        let bounds = print_bounds(&Limits, &net);
        assert!(bounds.contains("flow[BC,0]: . = 0\n") && bounds.contains("angle_difference[BC,0]: . <= 0.05236\n"), "{bounds}");
    }

    #[test]
    fn the_ptdf_form_has_no_angles_to_hold() {
        let net = limited();
        let plan = declare(&net, FlowForm::Ptdf);
        assert!(plan.vars.angle.range().is_empty() && plan.vars.flow.range().len() == 4);
    }

    #[test]
    fn rows_match_the_card() {
        let mut net = study(1, 1.0);
        let (a, b) = (bus(&mut net, "A"), bus(&mut net, "B"));
        let m = line(&mut net, "M", a, b, 0.1, 50.0);
        (net.branches[m].s_nom_extendable, net.branches[m].s_max_pu) = (true, 0.7.into());
        assert_eq!(print_rows(&Limits, &net, FlowForm::Angle), card_rows(include_str!("limits.md")));
    }
}
