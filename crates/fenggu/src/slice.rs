//! A part of a network's horizon, as a network of its own.

use fenggu_net::schema::{Kind, Value};
use fenggu_net::{Network, Profile, TableId, TimeAxis};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Cuts windows out of a network. It shares the network's series and copies none but the steps asked for: series that
/// elements share are cut once and shared again.
pub struct Slicer {
    /// The network without series and without steps.
    template: Network,
    time: TimeAxis,
    series: Vec<Arc<[f64]>>,
    /// Where each series stands: table, row, field, number of the series.
    cells: Vec<(TableId, usize, usize, usize)>,
}

impl Slicer {
    /// Of a network.
    pub fn new(net: &Network) -> Slicer {
        let mut slicer = Slicer { template: net.clone(), time: net.time.clone(), series: Vec::new(), cells: Vec::new() };
        // Columns kept for writers have steps too, and no meaning for a dispatch.
        slicer.template.carried.clear();
        slicer.template.time = TimeAxis { zone: net.time.zone.clone(), ..TimeAxis::uniform(0, 1.0) };
        let mut known: HashMap<*const f64, usize> = HashMap::new();
        for &table in TableId::ALL {
            let fields = net.table(table).fields();
            for (field, _) in fields.iter().enumerate().filter(|(_, f)| matches!(f.kind, Kind::Profile | Kind::OptionalProfile)) {
                for row in 0..net.table(table).count() {
                    let Value::Profile(Profile::Series(series)) = net.table(table).value(row, field) else { continue };
                    let number = *known.entry(series.as_ptr()).or_insert_with(|| {
                        slicer.series.push(series.clone());
                        slicer.series.len() - 1
                    });
                    slicer.cells.push((table, row, field, number));
                    // A field that holds a profile takes a number.
                    let _ = slicer.template.table_mut(table).set_value(row, field, Value::Number(0.0));
                }
            }
        }
        slicer
    }

    /// Steps in all.
    pub fn steps(&self) -> usize {
        self.time.steps()
    }

    /// The time axis of the whole.
    pub fn time(&self) -> &TimeAxis {
        &self.time
    }

    /// The steps of `range`.
    pub fn cut(&self, range: Range<usize>) -> Network {
        let mut net = self.template.clone();
        net.time = axis(&self.time, range.clone());
        let series: Vec<Arc<[f64]>> = self.series.iter().map(|s| Arc::from(&s[range.clone()])).collect();
        self.fill(&mut net, &series);
        net
    }

    /// The network on another time axis whose step k stands for the steps `groups[k]`: every series becomes its mean over them,
    /// weighted by the steps' length.
    pub fn means(&self, time: TimeAxis, groups: &[Range<usize>]) -> Network {
        let mut net = self.template.clone();
        let mean = |s: &[f64], group: &Range<usize>| {
            let hours: f64 = self.time.duration_h[group.clone()].iter().sum();
            group.clone().map(|t| s[t] * self.time.duration_h[t]).sum::<f64>() / hours
        };
        let series: Vec<Arc<[f64]>> = self.series.iter().map(|s| groups.iter().map(|g| mean(s, g)).collect()).collect();
        net.time = time;
        self.fill(&mut net, &series);
        net
    }

    fn fill(&self, net: &mut Network, series: &[Arc<[f64]>]) {
        for &(table, row, field, number) in &self.cells {
            let value = Value::Profile(Profile::Series(series[number].clone()));
            // The field held a series before, so it takes one.
            let _ = net.table_mut(table).set_value(row, field, value);
        }
    }
}

fn axis(time: &TimeAxis, range: Range<usize>) -> TimeAxis {
    TimeAxis {
        start_utc_s: time.start_utc_s.get(range.clone()).unwrap_or(&[]).to_vec(),
        duration_h: time.duration_h[range.clone()].to_vec(),
        weight_objective: time.weight_objective[range.clone()].to_vec(),
        weight_storage: time.weight_storage[range.clone()].to_vec(),
        weight_energy: time.weight_energy[range].to_vec(),
        zone: time.zone.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fenggu_net::{Bus, Generator, Id, Load};

    #[test]
    fn a_part_holds_its_steps_and_shares_what_was_shared() {
        let mut net = Network { time: TimeAxis::from_start(0, 6, 0.5, "Asia/Shanghai"), ..Network::default() };
        net.time.weight_energy[4] = 3.0;
        let bus = net.buses.push(Bus { name: "A".into(), ..Bus::default() });
        let wind: Profile = vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.5].into();
        for name in ["W1", "W2"] {
            net.generators.push(Generator { name: name.into(), bus, p_max_pu: wind.clone(), ..Generator::default() });
        }
        net.loads.push(Load { name: "L".into(), bus, p_mw: 7.0.into(), ..Load::default() });
        let slicer = Slicer::new(&net);
        let part = slicer.cut(3..5);
        assert_eq!(part.generators.rows()[0].p_max_pu.values(), [0.3, 0.4]);
        assert_eq!((part.loads[Id::new(0)].p_mw.at(1), part.steps(), part.time.weight_energy[1]), (7.0, 2, 3.0));
        assert_eq!(part.time.start_label(0), net.time.start_label(3));
        let at = |k: usize| part.generators.rows()[k].p_max_pu.values().as_ptr();
        assert_eq!(at(0), at(1), "one profile, cut once");
        assert_eq!(slicer.cut(0..6), net);
    }
}
