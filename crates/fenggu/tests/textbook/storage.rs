//! Storage: arbitrage, cycles, end values.

use super::*;

#[test]
fn storage_arbitrage_with_losses() {
    // 20 MW charged are 18 MWh and come back as 14.4 MW. A stored MWh is worth 0.8·60 = 48 in both steps.
    expect(
        &with_battery(&[10.0, 60.0]),
        70.0 * 10.0 + 35.6 * 60.0,
        &[
            (Q::StorageCharge, "S", &[20.0, 0.0]),
            (Q::StorageDischarge, "S", &[0.0, 14.4]),
            (Q::StorageSoc, "S", &[18.0, 0.0]),
            (Q::GeneratorP, "G", &[70.0, 35.6]),
            (Q::BusPrice, "A", &[10.0, 60.0]),
            (Q::StorageWaterValue, "S", &[48.0, 48.0]),
        ],
    );
}

#[test]
fn a_spread_smaller_than_the_losses_leaves_the_battery_idle() {
    // 0.9·0.8 = 0.72: a MWh bought at 10 must earn 13.89; 13 is too little.
    let idle = [(Q::StorageCharge, "S", &[0.0, 0.0] as &[f64]), (Q::StorageDischarge, "S", &[0.0, 0.0])];
    expect(&with_battery(&[10.0, 13.0]), 50.0 * 23.0, &idle);
}

#[test]
fn storage_counts_the_length_of_its_steps() {
    // A quarter of an hour at 20 MW is 4.5 MWh; over 3 h they leave as 1.2 MW. Value of a stored MWh: 48, whatever the steps.
    let mut net = with_battery(&[10.0, 60.0]);
    net.time.duration_h = vec![0.25, 3.0];
    expect(
        &net,
        0.25 * 70.0 * 10.0 + 3.0 * 48.8 * 60.0,
        &[
            (Q::StorageSoc, "S", &[4.5, 0.0]),
            (Q::StorageDischarge, "S", &[0.0, 1.2]),
            (Q::BusPrice, "A", &[10.0, 60.0]),
            (Q::StorageWaterValue, "S", &[48.0, 48.0]),
        ],
    );
}

#[test]
fn a_cyclic_battery_ends_as_it_starts() {
    // A tenth is lost per hour, so nothing is carried round: 18 MWh become 16.2, of which 12.96 MW arrive. At the end of the
    // first step a MWh is worth 0.9·48.
    let mut net = with_battery(&[10.0, 60.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.end_rule, s.standing_loss_per_h, s.soc_initial_mwh) = (EndRule::Cyclic, 0.1.into(), 33.0);
    expect(
        &net,
        70.0 * 10.0 + 37.04 * 60.0,
        &[(Q::StorageSoc, "S", &[18.0, 0.0]), (Q::StorageDischarge, "S", &[0.0, 12.96]), (Q::StorageWaterValue, "S", &[43.2, 48.0])],
    );
}

#[test]
fn a_cyclic_battery_carries_energy_round_the_end() {
    // Dear first, cheap second: what is charged in the second step is discharged in the first, 18 MWh as 14.4 MW. There is
    // room for just these 18 MWh, or the level could float.
    let mut net = with_battery(&[60.0, 10.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.end_rule, s.energy_max_mwh) = (EndRule::Cyclic, Some(18.0.into()));
    expect(
        &net,
        35.6 * 60.0 + 70.0 * 10.0,
        &[(Q::StorageSoc, "S", &[0.0, 18.0]), (Q::StorageDischarge, "S", &[14.4, 0.0]), (Q::StorageCharge, "S", &[0.0, 20.0])],
    );
}

#[test]
fn energy_left_at_the_end_is_kept_as_far_as_it_is_worth_more() {
    // A stored MWh sells for 0.8·30 = 24: the first 10 MWh are worth 50 and stay, the next 10 are worth 10 and go.
    let mut net = with_battery(&[30.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.soc_initial_mwh, s.end_value) = (20.0, vec![[10.0, 50.0], [10.0, 10.0]]);
    expect(
        &net,
        42.0 * 30.0 - 10.0 * 50.0,
        &[(Q::StorageDischarge, "S", &[8.0]), (Q::StorageSoc, "S", &[10.0]), (Q::StorageWaterValue, "S", &[24.0])],
    );
}

#[test]
fn a_cycle_limit_is_spent_in_the_dearest_hour() {
    // 1.5 cycles a day of 40 MWh over 4 of 24 h: 10 MWh may be taken out. They go in the last step, charged just before, since
    // 5 % are lost per hour: 10 / (0.95·0.9) MW. One more MWh taken out earns 0.8·70 and costs 10/0.855.
    let charge = 10.0 / 0.855;
    let mut net = with_battery(&[10.0, 60.0, 10.0, 70.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.standing_loss_per_h, s.cycles_max_per_day) = (0.05.into(), Some(1.5));
    expect(
        &net,
        500.0 + 3000.0 + 10.0 * (50.0 + charge) + 42.0 * 70.0,
        &[
            (Q::StorageCharge, "S", &[0.0, 0.0, charge, 0.0]),
            (Q::StorageDischarge, "S", &[0.0, 0.0, 0.0, 8.0]),
            (Q::StorageCyclePrice, "S", &[56.0 - 10.0 / 0.855]),
        ],
    );
}

#[test]
fn spilled_inflow_is_worth_nothing() {
    // 40 MWh are there and 30 flow in; 20 MW take out 25 and 40 are to stay: 5 MWh are spilt, so water is worth nothing.
    let mut net = with_battery(&[30.0]);
    let s = &mut net.storage_units.rows_mut()[0];
    (s.soc_initial_mwh, s.inflow_mw, s.charge_max_mw) = (40.0, 30.0.into(), Some(0.0.into()));
    (s.end_rule, s.soc_target_mwh) = (EndRule::Exactly, 40.0);
    expect(
        &net,
        30.0 * 30.0,
        &[
            (Q::StorageDischarge, "S", &[20.0]),
            (Q::StorageSpill, "S", &[5.0]),
            (Q::StorageWaterValue, "S", &[0.0]),
            (Q::BusPrice, "A", &[30.0]),
        ],
    );
}
