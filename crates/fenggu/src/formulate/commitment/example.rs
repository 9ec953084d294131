//! The two units of the cards, and readers of rooms with commitment.

use crate::formulate::frame::{Bounds, Cost};
use crate::formulate::testkit::{self, *};
use crate::formulate::{DispatchFormulation, DispatchModel};
use fenggu_net::*;

/// The units of every card in this folder; the cards say what they are.
pub fn two() -> Network {
    let mut net = study(3, 1.0);
    let a = bus(&mut net, "A");
    let id = generator(&mut net, "G1", a, 100.0, 0.0);
    let g = &mut net.generators[id];
    (g.committable, g.p_min_mw, g.up_time_min_h, g.down_time_min_h) = (true, Some(40.0.into()), 2.0, 1.0);
    (g.initial_status_h, g.p_initial_mw, g.ramp_up_mw, g.ramp_down_mw) = (Some(1.0), Some(60.0), Some(25.0), Some(35.0));
    (g.start_up_limit_mw, g.shut_down_limit_mw, g.shut_down_cost) = (Some(50.0), Some(80.0), 7.0);
    g.cost_points = vec![[40.0, 400.0], [70.0, 1000.0], [100.0, 1900.0]];
    g.start_up_cost = vec![[1.0, 100.0], [2.0, 150.0]];
    let r = reserve(&mut net, "R", ReserveDirection::Up, 5.0);
    offer_of_generator(&mut net, "O1", r, id, 30.0);
    let id = generator(&mut net, "G2", a, 50.0, 30.0);
    let g = &mut net.generators[id];
    (g.committable, g.initial_status_h, g.start_up_limit_mw, g.shut_down_limit_mw) = (true, Some(-3.0), Some(30.0), Some(40.0));
    (g.start_up_cost, g.cost_constant_per_h) = (vec![[0.0, 60.0]], 20.0);
    net
}

const WITH: DispatchFormulation = DispatchFormulation { flow: crate::formulate::FlowForm::Angle, commitment: true };

pub fn print_rows(room: &impl Room, net: &Network) -> String {
    testkit::print_rows_as(room, net, WITH)
}
pub fn print_bounds(room: &impl for<'m> Bounds<Model<'m> = DispatchModel<'m>>, net: &Network) -> String {
    testkit::print_bounds_as(room, net, WITH)
}
pub fn print_costs(room: &impl for<'m> Cost<Model<'m> = DispatchModel<'m>>, net: &Network) -> String {
    testkit::print_costs_as(room, net, WITH)
}
