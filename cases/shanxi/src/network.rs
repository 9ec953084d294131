//! The synthetic province as a [`Network`].

use crate::calendar::{Day, QUARTERS};
use crate::figures::{Figures, CITIES};
use crate::fit::{Ladder, Residual};
use crate::fleet::{commit, groups, merit_order, single_units, Technology, UnitGroup};
use crate::options::{Fleet, Resolution, ShanxiOptions};
use crate::year::{Inputs, Year};
use crate::ShanxiError;
use fenggu_net::{
    Branch, Bus, BusId, BusKind, Carrier, EndRule, Generator, Id, Interface, InterfaceTerm, Load, Network, Profile, RampUnit, Reserve,
    ReserveDirection, ReserveOffer, StorageUnit, TimeAxis,
};

/// Name of the north-south section.
pub const SECTION: &str = "North-south section";
/// Name of the battery.
pub const BATTERY: &str = "Lucheng battery";
/// Lines of the section, in the direction north to south.
const SECTION_LINES: [(&str, &str); 3] = [("Xinzhou", "Taiyuan"), ("Xinzhou", "Yangquan"), ("Shuozhou", "Luliang")];
/// UHV sending ends: bus, data prefix of its export share.
const UHV: [&str; 3] = ["Yanmenguan", "Jinzhong UHV", "Jindongnan"];
/// Heights at which an offer steps.
const STEP_EDGES: [f64; 11] = [0.0, 0.1, 0.17, 0.24, 0.31, 0.38, 0.45, 0.55, 0.7, 0.85, 1.0];

/// Builds the network of a range of days.
pub fn build(f: &Figures, options: &ShanxiOptions, inputs: &Inputs, year: &Year, ladder: &Ladder) -> Result<Network, ShanxiError> {
    let mut b = Builder::new(f, options, inputs, year)?;
    b.buses()?;
    b.lines()?;
    b.loads()?;
    b.wind_and_sun();
    b.storage()?;
    b.coal(ladder)?;
    b.reserves()?;
    Ok(b.net)
}

struct Builder<'a> {
    f: &'a Figures,
    options: &'a ShanxiOptions,
    inputs: &'a Inputs,
    year: &'a Year,
    net: Network,
    first_day: usize,
    days: usize,
    /// Quarter-hours in one step.
    per_step: usize,
    lost_load: f64,
}

impl<'a> Builder<'a> {
    fn new(f: &'a Figures, options: &'a ShanxiOptions, inputs: &'a Inputs, year: &'a Year) -> Result<Self, ShanxiError> {
        let first_day = options.first.index();
        let days = options.days;
        let per_step = match options.resolution {
            Resolution::QuarterHour => 1,
            Resolution::Hour => 4,
        };
        let last = Day::from_index(first_day + days - 1).ok_or_else(|| ShanxiError::Option("the range leaves 2024".into()))?;
        let range = if days == 1 { options.first.label() } else { format!("{} to {}", options.first.label(), last.label()) };
        let steps = days * QUARTERS / per_step;
        let net = Network {
            name: format!("Synthetic Shanxi, {range}, seed {}", options.seed),
            base_mva: 100.0,
            currency: "CNY".into(),
            time: TimeAxis::from_start(options.first.start_utc_s(), steps, per_step as f64 * 0.25, "Asia/Shanghai"),
            ..Network::default()
        };
        Ok(Builder { f, options, inputs, year, net, first_day, days, per_step, lost_load: f.get("Value of lost load")? })
    }

    /// Mean of a quarter-hourly series of the year over each step, rounded to `1/unit`.
    fn steps(&self, unit: f64, value: impl Fn(usize) -> f64) -> Vec<f64> {
        let first = self.first_day * QUARTERS;
        (0..self.net.steps())
            .map(|s| {
                let t0 = first + s * self.per_step;
                let mean = (t0..t0 + self.per_step).map(&value).sum::<f64>() / self.per_step as f64;
                (mean * unit).round() / unit
            })
            .collect()
    }
    /// One value per day, as a profile; a constant when all days agree.
    fn daily(&self, value: &[f64]) -> Profile {
        let per_day = QUARTERS / self.per_step;
        if value.iter().all(|v| *v == value[0]) {
            Profile::Const(value[0])
        } else {
            Profile::from((0..self.net.steps()).map(|s| value[s / per_day]).collect::<Vec<_>>())
        }
    }
    fn bus(&self, name: &str) -> Result<BusId, ShanxiError> {
        self.net.buses.find(name).ok_or_else(|| ShanxiError::Data(format!("no bus '{name}'")))
    }
    fn carrier(&mut self, name: &str, co2: f64, renewable: bool) -> Id<Carrier> {
        match self.net.carriers.find(name) {
            Some(id) => id,
            None => self.net.carriers.push(Carrier { name: name.into(), co2_t_per_mwh: co2, renewable, ..Carrier::default() }),
        }
    }

    fn buses(&mut self) -> Result<(), ShanxiError> {
        let mut places: Vec<(&str, f64, f64)> = Vec::new();
        for city in CITIES {
            places.push((city, self.f.get(&format!("Seat latitude {city}"))?, self.f.get(&format!("Seat longitude {city}"))?));
        }
        for name in UHV {
            places.push((name, self.f.get(&format!("{name} latitude"))?, self.f.get(&format!("{name} longitude"))?));
        }
        for (i, (name, latitude, longitude)) in places.into_iter().enumerate() {
            let zone = if i < CITIES.len() { crate::weather::ZONE[i] as i64 + 1 } else { [1, 2, 3][i - CITIES.len()] };
            self.net.buses.push(Bus {
                name: name.into(),
                number: i as i64 + 1,
                kind: if name == "Taiyuan" { BusKind::Reference } else { BusKind::Pq },
                v_nom_kv: 500.0,
                area: zone,
                zone,
                vm_min_pu: 0.95,
                vm_max_pu: 1.1,
                latitude: Some(latitude),
                longitude: Some(longitude),
                ..Bus::default()
            });
        }
        Ok(())
    }

    fn lines(&mut self) -> Result<(), ShanxiError> {
        let (x, r) = (self.f.get("500 kV reactance")?, self.f.get("500 kV resistance")?);
        let (rating, detour) = (self.f.get("500 kV thermal rating per circuit")?, self.f.get("Line length factor")?);
        let base_ohm = 500.0 * 500.0 / self.net.base_mva;
        let section = self.net.interfaces.push(Interface {
            name: SECTION.into(),
            p_max_mw: Profile::Const(match self.options.section_limit_mw {
                Some(mw) => mw,
                None => self.f.get("North-south section limit")?,
            }),
            ..Interface::default()
        });
        let rows: Vec<(String, f64)> = self
            .f
            .rows()
            .iter()
            .filter_map(|r| Some((r.figure.strip_prefix("Line ")?.to_string(), r.value.parse().ok()?)))
            .filter(|(ends, _)| ends.contains('-'))
            .collect();
        for (ends, circuits) in rows {
            let Some((from, to)) = ends.split_once('-') else { continue };
            let (bus_from, bus_to) = (self.bus(from)?, self.bus(to)?);
            let km = detour * self.distance_km(bus_from, bus_to);
            let id = self.net.branches.push(Branch {
                name: ends.clone(),
                bus_from,
                bus_to,
                r_pu: r * km / base_ohm / circuits,
                x_pu: x * km / base_ohm / circuits,
                rating_a_mva: rating * circuits,
                length_km: Some((km * 10.0).round() / 10.0),
                ..Branch::default()
            });
            if SECTION_LINES.contains(&(from, to)) {
                self.net.interface_terms.push(InterfaceTerm {
                    name: format!("{SECTION}: {ends}"),
                    interface: section,
                    branch: Some(id),
                    ..InterfaceTerm::default()
                });
            }
        }
        Ok(())
    }

    /// Great-circle distance, km.
    fn distance_km(&self, a: BusId, b: BusId) -> f64 {
        let rad = std::f64::consts::PI / 180.0;
        let at = |i: BusId| {
            let bus = &self.net.buses[i];
            (bus.latitude.unwrap_or(0.0) * rad, bus.longitude.unwrap_or(0.0) * rad)
        };
        let ((la, oa), (lb, ob)) = (at(a), at(b));
        // Chord on the unit sphere; asin by its series is exact enough below 1,000 km (chord < 0.16).
        let half = |x: f64| crate::rng::sin(0.5 * x);
        let h = half(la - lb) * half(la - lb) + crate::rng::cos(la) * crate::rng::cos(lb) * half(oa - ob) * half(oa - ob);
        let s = h.sqrt();
        (2.0 * 6371.0 * (s + s * s * s / 6.0 + 0.075 * s * s * s * s * s)).max(15.0)
    }

    fn loads(&mut self) -> Result<(), ShanxiError> {
        let export = ExportSchedule::new(self.f, self.inputs)?;
        let shares = self.f.per_city("Load share")?;
        let sum: f64 = shares.iter().sum();
        // Data centres: nearly flat, a little more in summer for cooling.
        let dc_mean =
            self.f.get("Data-service consumption, expected")? * self.f.get("Datong share of provincial data-centre consumption")? / 100.0
                * 1e6
                / 8784.0;
        let centres = |t: usize| {
            let season = crate::rng::cos(2.0 * std::f64::consts::PI * (t as f64 / QUARTERS as f64 - 200.0) / 366.0);
            dc_mean * (1.0 + 0.06 * season)
        };
        let total = &self.year.total_mw;
        for (c, city) in CITIES.iter().enumerate() {
            let share = shares[c] / sum;
            let own = |t: usize| {
                let load = share * (total[t] - export.at(t));
                if *city == "Datong" {
                    load - centres(t)
                } else {
                    load
                }
            };
            let p_mw = Profile::from(self.steps(10.0, own));
            self.push_load(city, city, p_mw)?;
        }
        let p_mw = Profile::from(self.steps(10.0, centres));
        self.push_load("Datong data centres", "Datong", p_mw)?;
        for name in UHV {
            let share = self.f.get(&format!("Export share at {name}"))? / 100.0;
            let p_mw = Profile::from(self.steps(10.0, |t| share * export.at(t)));
            self.push_load(&format!("Export {name}"), name, p_mw)?;
        }
        Ok(())
    }
    fn push_load(&mut self, name: &str, bus: &str, p_mw: Profile) -> Result<(), ShanxiError> {
        let bus = self.bus(bus)?;
        self.net.loads.push(Load { name: name.into(), bus, p_mw, shed_cost_per_mwh: Some(self.lost_load), ..Load::default() });
        Ok(())
    }

    fn wind_and_sun(&mut self) {
        let (wind, sun) = (self.carrier("wind", 0.0, true), self.carrier("solar", 0.0, true));
        let w = &self.inputs.weather;
        for (c, city) in CITIES.iter().enumerate() {
            for (carrier, word, pu, cap) in [
                (wind, "wind", &self.year.weather.wind_pu[c], w.wind_capacity_mw[c]),
                (sun, "solar", &self.year.weather.solar_pu[c], w.solar_capacity_mw[c]),
            ] {
                let p_max_pu = Profile::from(self.steps(1e6, |t| pu[t]));
                self.net.generators.push(Generator {
                    name: format!("{city} {word}"),
                    bus: Id::new(c),
                    carrier: Some(carrier),
                    p_nom_mw: Some(cap),
                    p_max_pu,
                    ..Generator::default()
                });
            }
        }
    }

    fn storage(&mut self) -> Result<(), ShanxiError> {
        let f = self.f;
        let (pumped, battery, flywheel) =
            (self.carrier("pumped hydro", 0.0, false), self.carrier("battery", 0.0, false), self.carrier("flywheel", 0.0, false));
        let root = |pct: f64| Profile::Const(pct.sqrt());
        let push = |net: &mut Network, name: &str, bus: BusId, carrier, power: f64, energy: f64, round_trip: f64| {
            net.storage_units.push(StorageUnit {
                name: name.into(),
                bus,
                carrier: Some(carrier),
                discharge_max_mw: Some(Profile::Const(power)),
                charge_max_mw: Some(Profile::Const(power)),
                energy_max_mwh: Some(Profile::Const(energy)),
                efficiency_charge: root(round_trip),
                efficiency_discharge: root(round_trip),
                end_rule: EndRule::Cyclic,
                ..StorageUnit::default()
            })
        };
        let (xinzhou, changzhi) = (self.bus("Xinzhou")?, self.bus("Changzhi")?);
        let net = &mut self.net;
        push(
            net,
            "Xilongchi pumped hydro",
            xinzhou,
            pumped,
            f.get("Xilongchi pumped hydro")?,
            f.get("Pumped hydro energy")?,
            f.get("Technology: pumped hydro round-trip efficiency")?,
        );
        let b = push(
            net,
            BATTERY,
            changzhi,
            battery,
            f.get("Battery power")?,
            f.get("Battery energy")?,
            f.get("Battery round-trip efficiency")? / 100.0,
        );
        let w = push(
            net,
            "Dinglun flywheel",
            changzhi,
            flywheel,
            f.get("Dinglun flywheel frequency-regulation plant, Changzhi")?,
            match self.options.flywheel_energy_mwh {
                Some(mwh) => mwh,
                None => f.get("Flywheel energy")?,
            },
            f.get("Flywheel round-trip efficiency")? / 100.0,
        );
        let rows = net.storage_units.rows_mut();
        rows[b.index()].discharge_cost_per_mwh = Profile::Const(f.get("Battery cycle cost")?);
        rows[b.index()].cycles_max_per_day = Some(f.get("Battery full cycles")?);
        rows[w.index()].standing_loss_per_h = f.get("Flywheel standing loss")?.into();
        Ok(())
    }

    fn coal(&mut self, ladder: &Ladder) -> Result<(), ShanxiError> {
        let co2 = self.f.get("Technology: coal CO2 intensity")?;
        let carrier = self.carrier("coal", co2, false);
        let all = groups(self.f)?;
        let units = match self.options.fleet {
            Fleet::Classes => all,
            Fleet::Units | Fleet::Committable => single_units(&all),
        };
        let order = merit_order(&units);
        let residual = Residual::new(self.inputs, self.year, &self.year.total_mw, &ladder.rule);
        let days: Vec<usize> = (self.first_day..self.first_day + self.days).collect();
        let shares: Vec<Vec<f64>> = days.iter().map(|&d| commit(&units, &order, residual.capacity_mw[d])).collect();
        let premium = {
            let per_hour: Vec<f64> =
                (0..residual.mw.len()).map(|h| ladder.premium_per_gw_h * residual.rise_gw_h(h, ladder.rise_h)).collect();
            Profile::from(self.steps(100.0, |t| per_hour[t / 4]))
        };
        let offsets = Offsets::new(self.f, &units)?;
        for (i, g) in units.iter().enumerate() {
            let on: Vec<f64> = shares.iter().map(|s| s[i]).collect();
            let open = self.options.fleet == Fleet::Committable;
            if !open && on.iter().all(|s| *s == 0.0) {
                continue;
            }
            // One row per season that the range touches, since an offer's widths depend on the must-run share.
            for heat in [false, true] {
                let in_season: Vec<bool> = days.iter().map(|&d| ladder.rule.heat(d) == heat).collect();
                if in_season.iter().all(|s| !s) {
                    continue;
                }
                let both = in_season.iter().any(|s| !s);
                let share = if heat { ladder.min_share_winter } else { ladder.rule.min_share_summer };
                let available: Vec<f64> = on
                    .iter()
                    .zip(&in_season)
                    .map(|(o, s)| {
                        if !s {
                            0.0
                        } else if open {
                            1.0
                        } else {
                            *o
                        }
                    })
                    .collect();
                if available.iter().all(|a| *a == 0.0) {
                    continue;
                }
                let name = match (both, heat) {
                    (false, _) => g.name.clone(),
                    (true, true) => format!("{} (heat season)", g.name),
                    (true, false) => format!("{} (no heat)", g.name),
                };
                let capacity = g.capacity_mw();
                let start_hot = self.f.get("Start cost hot")? * capacity;
                let start_cold = self.f.get("Start cost cold")? * capacity;
                let ramp = self.f.get("Ramp")? / 100.0 * capacity;
                let row = Generator {
                    name,
                    bus: Id::new(g.city),
                    carrier: Some(carrier),
                    p_nom_mw: Some(capacity),
                    p_min_pu: self.daily(&available.iter().map(|a| a * share).collect::<Vec<_>>()),
                    p_max_pu: self.daily(&available),
                    cost_constant_per_h: if open { self.f.get("No-load cost")? * capacity } else { 0.0 },
                    cost_linear_per_mwh: premium.clone(),
                    // A group that is on in part every day offers that part; where its part changes, the whole.
                    offer: offer(
                        ladder,
                        share,
                        capacity * if available.iter().all(|a| *a == available[0]) { available[0] } else { 1.0 },
                        offsets.of(i),
                    ),
                    ramp_up_mw: open.then_some(ramp),
                    ramp_down_mw: open.then_some(ramp),
                    ramp_unit: RampUnit::PerHour,
                    efficiency: Profile::Const(offsets.efficiency(g.technology)),
                    start_up_cost: vec![
                        [self.f.get("Coal 350 MW: minimum down time")? / 2.0, start_hot],
                        [self.f.get("Coal 350 MW: minimum down time")?, start_cold],
                    ],
                    up_time_min_h: self.f.get("Coal 350 MW: minimum up time")?,
                    down_time_min_h: self.f.get("Coal 350 MW: minimum down time")?,
                    initial_status_h: open.then(|| if on[0] > 0.0 { 48.0 } else { -72.0 }),
                    committable: open,
                    ..Generator::default()
                };
                self.net.generators.push(row);
            }
        }
        Ok(())
    }

    fn reserves(&mut self) -> Result<(), ShanxiError> {
        let price = self.f.get("Reserve shortage price")?;
        for (direction, word) in [(ReserveDirection::Up, "up"), (ReserveDirection::Down, "down")] {
            let share = self.f.get(&format!("Reserve {word} requirement"))? / 100.0;
            let total = &self.year.total_mw;
            let requirement = self.steps(1.0, |t| share * total[t]);
            let most = requirement.iter().copied().fold(0.0, f64::max);
            let reserve = self.net.reserves.push(Reserve {
                name: format!("Reserve {word}"),
                direction,
                requirement_mw: Profile::from(requirement),
                shortage: vec![[most, price]],
            });
            let mut offers = Vec::new();
            for (id, g) in self.net.generators.iter() {
                if g.carrier == self.net.carriers.find("coal") {
                    // Ten minutes of ramp.
                    let max = self.f.get("Ramp")? / 100.0 / 6.0 * g.p_nom_mw.unwrap_or(0.0);
                    offers.push(ReserveOffer {
                        name: format!("{word}: {}", g.name),
                        reserve,
                        generator: Some(id),
                        max_mw: g.p_max_pu.map(|a| (a * max * 1000.0).round() / 1000.0),
                        ..ReserveOffer::default()
                    });
                }
            }
            for (id, s) in self.net.storage_units.iter() {
                offers.push(ReserveOffer {
                    name: format!("{word}: {}", s.name),
                    reserve,
                    storage_unit: Some(id),
                    duration_h: 0.25,
                    ..ReserveOffer::default()
                });
            }
            for o in offers {
                self.net.reserve_offers.push(o);
            }
        }
        Ok(())
    }
}

/// Offer of a unit from zero upwards: must-run output at the floor, then the ladder, moved by what its coal
/// costs more or less than the mean unit's; within the market's floor and cap, never falling.
fn offer(ladder: &Ladder, min_share: f64, capacity_mw: f64, offset: f64) -> Vec<[f64; 2]> {
    let flexible = (1.0 - min_share) * capacity_mw;
    let mut last = 0.0f64;
    let steps = STEP_EDGES.windows(2).map(|e| {
        let v = 0.5 * (e[0] + e[1]);
        // The must-run end is offered alike by all; the difference in coal shows further up.
        let price = (ladder.at(v) + offset * v.min(0.5) * 2.0).clamp(0.0, 1500.0);
        last = last.max((price * 100.0).round() / 100.0);
        [(e[1] - e[0]) * flexible, last]
    });
    std::iter::once([min_share * capacity_mw, 0.0]).chain(steps).collect()
}

/// Export over all UHV ends: a fixed share of the month's mean, more by day than by night.
struct ExportSchedule {
    month_mw: [f64; 12],
    day: f64,
    night: f64,
}

impl ExportSchedule {
    fn new(f: &Figures, inputs: &Inputs) -> Result<Self, ShanxiError> {
        let share = f.get("Export share of load plus export")? / 100.0;
        let day = f.get("Export schedule peak factor")?;
        Ok(ExportSchedule { month_mw: inputs.total_mean_mw.map(|v| v * share), day, night: (24.0 - 14.0 * day) / 10.0 })
    }
    fn at(&self, t: usize) -> f64 {
        let month = Day::from_index(t / QUARTERS).map_or(11, Day::month);
        let hour = (t % QUARTERS) / 4;
        self.month_mw[month] * if (8..22).contains(&hour) { self.day } else { self.night }
    }
}

/// Fuel-cost differences between technologies, CNY/MWh, mean zero over the fleet.
struct Offsets {
    by_unit: Vec<f64>,
    grams: [f64; 3],
}

impl Offsets {
    fn new(f: &Figures, units: &[UnitGroup]) -> Result<Self, ShanxiError> {
        let grams = [
            f.figure_in("Coal ultra-supercritical: mean heat rate", "g coal equivalent/kWh")?,
            f.figure_in("Coal supercritical: mean heat rate", "g coal equivalent/kWh")?,
            f.figure_in("Coal subcritical: mean heat rate", "g coal equivalent/kWh")?,
        ];
        // Middle of the mine-mouth range: CNY/MWh per g/kWh.
        let per_gram = 0.5 * (f.get("Fuel cost at 370 CNY/t and 303 gce/kWh")? + f.get("Fuel cost at 570 CNY/t and 303 gce/kWh")?) / 303.0;
        let cost = |t: Technology| grams[t as usize] * per_gram;
        let (mut sum, mut mw) = (0.0, 0.0);
        for u in units {
            sum += u.capacity_mw() * cost(u.technology);
            mw += u.capacity_mw();
        }
        let mean = sum / mw;
        // A small spread by city and class, so that two plants of one kind do not tie: up to 6 CNY/MWh either way.
        let by_unit = units.iter().map(|u| cost(u.technology) - mean + ((u.city * 5 + u.class * 3) % 13) as f64 - 6.0).collect();
        Ok(Offsets { by_unit, grams })
    }
    fn of(&self, unit: usize) -> f64 {
        self.by_unit[unit]
    }
    /// Electric energy per primary energy: 122.8 g of coal equivalent hold 1 kWh.
    fn efficiency(&self, t: Technology) -> f64 {
        (122.8 / self.grams[t as usize] * 1e4).round() / 1e4
    }
}
