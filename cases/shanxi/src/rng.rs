//! Random numbers that are the same bytes on every machine: SplitMix64 (Steele, Lea, Flood 2014,
//! "Fast splittable pseudorandom number generators", figure 16) and elementary functions built from
//! `+ − × ÷ √` only, which IEEE 754 rounds alike everywhere. The standard library's `exp` and `sin` may
//! differ in the last bit between platforms.

/// SplitMix64. One stream per purpose: see [`Rng::stream`].
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A stream of its own for `(seed, purpose, index)`, so that adding a city never moves another city's wind.
    pub fn stream(seed: u64, purpose: u64, index: u64) -> Rng {
        let mut r = Rng(seed ^ purpose.wrapping_mul(0xA24B_AED4_963E_E407) ^ index.wrapping_mul(0x9FB2_1C65_1E98_DF25));
        r.next_u64();
        r
    }
    /// Next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// Uniform in [0, 1), 53 bits.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
    /// Nearly normal, mean 0, variance 1: the sum of twelve uniforms less six (tails end at ±6).
    pub fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// e^x, relative error below 1e-14 for |x| < 700.
pub fn exp(x: f64) -> f64 {
    const LN2_HI: f64 = 6.931_471_803_691_238e-1;
    const LN2_LO: f64 = 1.908_214_929_270_587_7e-10;
    let x = x.clamp(-700.0, 700.0);
    let k = (x * std::f64::consts::LOG2_E).round();
    let r = (x - k * LN2_HI) - k * LN2_LO;
    // |r| < 0.35: fifteen terms of the series.
    let mut sum = 1.0;
    for n in (1..=15).rev() {
        sum = 1.0 + sum * r / f64::from(n);
    }
    // 2^k by its bits: exact.
    sum * f64::from_bits(((1023 + k as i64) as u64) << 52)
}

/// Natural logarithm of a positive number (Newton on [`exp`]); -700 for 0 and below.
pub fn ln(x: f64) -> f64 {
    if x <= 0.0 {
        return -700.0;
    }
    let exponent = ((x.to_bits() >> 52) & 0x7ff) as i64 - 1023;
    let mut y = exponent as f64 * std::f64::consts::LN_2;
    for _ in 0..6 {
        let e = exp(y);
        y += 2.0 * (x - e) / (x + e);
    }
    y
}

/// sin x, absolute error below 1e-13 for |x| < 1e4.
pub fn sin(x: f64) -> f64 {
    let turn = (x / std::f64::consts::PI).round();
    let r = x - turn * std::f64::consts::PI;
    let r2 = r * r;
    let mut sum = 1.0;
    for n in (1..=11).rev() {
        sum = 1.0 - sum * r2 / f64::from((2 * n) * (2 * n + 1));
    }
    if turn as i64 % 2 == 0 {
        r * sum
    } else {
        -r * sum
    }
}

/// cos x.
pub fn cos(x: f64) -> f64 {
    sin(x + std::f64::consts::FRAC_PI_2)
}

/// 1 / (1 + e^−x).
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitmix_gives_the_published_numbers() {
        // First outputs for seed 1234567, as in the reference implementation's widely used test vector.
        let mut r = Rng(1_234_567);
        let got: Vec<u64> = (0..3).map(|_| r.next_u64()).collect();
        assert_eq!(got, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn functions_agree_with_the_standard_library() {
        for i in -2000..2000 {
            let x = f64::from(i) * 0.0173;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-13, "exp {x}");
            assert!((sin(x) - x.sin()).abs() < 1e-13, "sin {x}");
            assert!((cos(x) - x.cos()).abs() < 1e-13, "cos {x}");
            if x > 0.0 {
                assert!((ln(x) - x.ln()).abs() < 1e-13, "ln {x}");
            }
        }
    }

    #[test]
    fn normal_has_mean_zero_and_variance_one() {
        let mut r = Rng::stream(1, 2, 3);
        let v: Vec<f64> = (0..20_000).map(|_| r.normal()).collect();
        let mean = v.iter().sum::<f64>() / v.len() as f64;
        let var = v.iter().map(|x| x * x).sum::<f64>() / v.len() as f64;
        assert!(mean.abs() < 0.02 && (var - 1.0).abs() < 0.03, "{mean} {var}");
    }
}
