//! Random small networks that use every feature the dispatch supports, from a seed alone.
//!
//! Nothing here is meant to be realistic: limits bind, signs turn round, things are out of service. A share of the networks
//! is infeasible on purpose.
#![allow(dead_code)] // each test binary uses a part of it

mod grid;
mod rules;
mod units;

use fenggu::net::*;

/// A small generator of random numbers, so that tests are the same everywhere (SplitMix64, Steele et al. 2014).
pub struct Rng(pub u64);

impl Rng {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// In `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }
    /// Rounded to a thousandth, as people write numbers (which makes ties and exactly binding limits common).
    pub fn between(&mut self, lo: f64, hi: f64) -> f64 {
        ((lo + (hi - lo) * self.unit()) * 1e3).round() / 1e3
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }
    /// A whole number, both ends included.
    pub fn whole(&mut self, lo: usize, hi: usize) -> usize {
        lo + self.below(hi - lo + 1)
    }
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// What the makers of components share.
pub(crate) struct Maker {
    pub rng: Rng,
    pub net: Network,
    /// Whether quadratic costs may occur.
    pub quadratic: bool,
    /// Whether everything can be met by shedding, so that infeasibility is rare.
    pub lenient: bool,
}

impl Maker {
    /// A number or a series around a value, each value between the shares `lo` and `hi` of it.
    pub fn profile(&mut self, around: f64, lo: f64, hi: f64) -> Profile {
        if self.rng.chance(0.4) {
            Profile::Const(around)
        } else {
            (0..self.net.steps()).map(|_| around * self.rng.between(lo, hi)).collect::<Vec<_>>().into()
        }
    }
    pub fn on(&mut self) -> bool {
        !self.rng.chance(0.06)
    }
    pub fn any_bus(&mut self) -> BusId {
        Id::new(self.rng.below(self.net.buses.len()))
    }
}

/// The network of a seed.
pub fn network(seed: u64) -> Network {
    made(seed).net
}

/// The same with outages to survive, and ratings that hold or may be exceeded at a price.
pub fn network_with_outages(seed: u64) -> Network {
    let mut m = made(seed);
    rules::outages(&mut m);
    m.net
}

fn made(seed: u64) -> Maker {
    let mut rng = Rng(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x5EED);
    let quadratic = rng.chance(0.3);
    let lenient = rng.chance(0.75);
    let mut m = Maker { rng, net: Network { name: format!("random {seed}"), ..Network::default() }, quadratic, lenient };
    grid::time(&mut m);
    grid::buses(&mut m);
    grid::branches(&mut m);
    units::generators(&mut m);
    units::loads(&mut m);
    units::storage(&mut m);
    units::links(&mut m);
    rules::reserves(&mut m);
    rules::interfaces(&mut m);
    rules::global_limits(&mut m);
    rules::side_constraints(&mut m);
    m
}
