//! The coal fleet: 201 tracked units, placed in cities so that both the published counts by size class and
//! the published counts and gigawatts by city hold; which unit stands where within that is synthetic.

use crate::figures::{Figures, CITIES};
use crate::ShanxiError;

/// Steam technology, with its published mean heat rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Technology {
    /// Ultra-supercritical.
    Ultra,
    /// Supercritical.
    Super,
    /// Subcritical (or unknown).
    Sub,
}

/// Units of one size class in one city (or a single unit).
#[derive(Clone, Debug, PartialEq)]
pub struct UnitGroup {
    /// Name: city, class, technology.
    pub name: String,
    /// City, number in [`CITIES`].
    pub city: usize,
    /// Size class, number in [`CLASSES`].
    pub class: usize,
    /// Technology.
    pub technology: Technology,
    /// Number of units.
    pub units: usize,
    /// Rating of one unit, MW.
    pub unit_mw: f64,
}

impl UnitGroup {
    /// Rating of the group, MW.
    pub fn capacity_mw(&self) -> f64 {
        self.units as f64 * self.unit_mw
    }
}

/// Published size classes, largest first, and how many of each class are ultra- and supercritical (chosen so
/// that the published totals by technology hold).
pub const CLASSES: [(&str, &str, usize, usize); 9] = [
    ("1000 MW", "1000", 6, 0),
    ("660 MW class", "660", 6, 10),
    ("600-659 MW", "600", 0, 12),
    ("500 MW class", "500", 0, 2),
    ("350-400 MW", "350", 0, 30),
    ("300-349 MW", "300", 0, 0),
    ("200-299 MW", "200", 0, 0),
    ("100-199 MW", "100", 0, 0),
    ("<100 MW", "50", 0, 0),
];

/// One unit: class, technology, rating in MW, city; no city for the plant tied to another province.
type Placed = (usize, Technology, f64, Option<usize>);

/// Places the tracked units.
fn place(f: &Figures) -> Result<Vec<Placed>, ShanxiError> {
    let mut units = Vec::new();
    for (class, (name, _, ultra, sup)) in CLASSES.iter().enumerate() {
        let n = f.get(&format!("Coal size class {name}: units"))? as usize;
        let size = f.get(&format!("Coal size class {name}: capacity"))? * 1000.0 / n as f64;
        for i in 0..n {
            let technology = match i {
                i if i < *ultra => Technology::Ultra,
                i if i < ultra + sup => Technology::Super,
                _ => Technology::Sub,
            };
            units.push((class, technology, size));
        }
    }
    // Places: the cities, and the tied plant taken out of Jincheng.
    let mut left_mw: Vec<f64> = f.per_city("Coal in")?.iter().map(|g| g * 1000.0).collect();
    let mut left_units = vec![0.0; CITIES.len()];
    for (n, city) in left_units.iter_mut().zip(CITIES) {
        *n = city_units(f, city)?;
    }
    let tied_mw = f.get("Yangcheng-Huaian 500 kV plant-to-grid; Yangcheng plant")? * 1000.0;
    let tied_units = f.get("Yangcheng units")?;
    let jincheng = CITIES.iter().position(|c| *c == "Jincheng").unwrap_or(0);
    left_mw[jincheng] -= tied_mw;
    left_units[jincheng] -= tied_units;
    left_mw.push(tied_mw);
    left_units.push(tied_units);
    // Largest unit first, to the place whose remaining units must be largest on average.
    let mut out = Vec::new();
    for (class, technology, size) in units {
        let mut best = 0;
        for p in 1..left_mw.len() {
            let mean = |p: usize| if left_units[p] > 0.0 { left_mw[p] / left_units[p] } else { f64::NEG_INFINITY };
            if mean(p) > mean(best) {
                best = p;
            }
        }
        left_mw[best] -= size;
        left_units[best] -= 1.0;
        out.push((class, technology, size, (best < CITIES.len()).then_some(best)));
    }
    Ok(out)
}

/// Tracked units of a city: the source column ends in `; N units`.
fn city_units(f: &Figures, city: &str) -> Result<f64, ShanxiError> {
    let name = format!("Coal in {city}");
    let row = f.rows().iter().find(|r| r.figure == name);
    let n = row.and_then(|r| r.source.rsplit("; ").next()?.strip_suffix(" units")?.parse().ok());
    n.ok_or_else(|| ShanxiError::Data(format!("'{name}' does not say its units")))
}

/// The fleet of the market perimeter, grouped by city, class and technology: without the plant tied to
/// another province and without units below the smallest market size.
pub fn groups(f: &Figures) -> Result<Vec<UnitGroup>, ShanxiError> {
    let smallest = f.get("Smallest market unit")?;
    let mut out: Vec<UnitGroup> = Vec::new();
    for (class, technology, size, city) in place(f)? {
        let Some(city) = city.filter(|_| size >= smallest) else { continue };
        let word = match technology {
            Technology::Ultra => "ultra",
            Technology::Super => "super",
            Technology::Sub => "sub",
        };
        let name = format!("{} coal {} {word}", CITIES[city], CLASSES[class].1);
        match out.iter_mut().find(|g| g.name == name) {
            Some(g) => g.units += 1,
            None => out.push(UnitGroup { name, city, class, technology, units: 1, unit_mw: size }),
        }
    }
    Ok(out)
}

/// Groups split into single units, `… #1`, `… #2`.
pub fn single_units(groups: &[UnitGroup]) -> Vec<UnitGroup> {
    groups
        .iter()
        .flat_map(|g| (0..g.units).map(move |i| UnitGroup { name: format!("{} #{}", g.name, i + 1), units: 1, ..g.clone() }))
        .collect()
}

/// Order in which groups are committed: one mid-size group of every city for its heat and voltage, then by
/// technology and size.
pub fn merit_order(groups: &[UnitGroup]) -> Vec<usize> {
    let mut heat = vec![usize::MAX; CITIES.len()];
    for (i, g) in groups.iter().enumerate() {
        let h = &mut heat[g.city];
        // The 350 MW class if the city has one, otherwise its first group.
        if *h == usize::MAX || (g.class == 4 && groups[*h].class != 4) {
            *h = i;
        }
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|&i| (!heat.contains(&i), groups[i].technology, groups[i].class, i));
    order
}

/// Share of each group that is on when `capacity_mw` is asked for: whole groups in merit order, the last in part.
pub fn commit(groups: &[UnitGroup], order: &[usize], capacity_mw: f64) -> Vec<f64> {
    let mut left = capacity_mw;
    let mut share = vec![0.0; groups.len()];
    for &i in order {
        let c = groups[i].capacity_mw();
        share[i] = (left / c).clamp(0.0, 1.0);
        left -= share[i] * c;
    }
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placement_keeps_the_published_counts() {
        let f = Figures::load().unwrap();
        let all = place(&f).unwrap();
        assert_eq!(all.len() as f64, f.get("Coal fleet, operating units").unwrap());
        let gw: f64 = all.iter().map(|u| u.2).sum::<f64>() / 1000.0;
        assert!((gw - f.get("Coal fleet, operating capacity").unwrap()).abs() < 0.05, "{gw}");
        for (c, city) in CITIES.iter().enumerate() {
            let mut mw: f64 = all.iter().filter(|u| u.3 == Some(c)).map(|u| u.2).sum();
            let mut n = all.iter().filter(|u| u.3 == Some(c)).count() as f64;
            if *city == "Jincheng" {
                mw += all.iter().filter(|u| u.3.is_none()).map(|u| u.2).sum::<f64>();
                n += all.iter().filter(|u| u.3.is_none()).count() as f64;
            }
            let want = f.get(&format!("Coal in {city}")).unwrap() * 1000.0;
            assert_eq!(n, city_units(&f, city).unwrap(), "{city}");
            assert!((mw / want - 1.0).abs() < 0.06, "{city}: {mw} MW placed, {want} published");
        }
        for (t, name, off) in [(Technology::Ultra, "ultra-supercritical", 0.03), (Technology::Super, "supercritical", 0.03)] {
            let gw: f64 = all.iter().filter(|u| u.1 == t).map(|u| u.2).sum::<f64>() / 1000.0;
            let want = f.get(&format!("Coal {name}: capacity")).unwrap();
            assert!((gw / want - 1.0).abs() < off, "{name}: {gw} against {want}");
        }
    }

    #[test]
    fn the_market_perimeter_is_what_the_readme_says() {
        let gw: f64 = groups(&Figures::load().unwrap()).unwrap().iter().map(|g| g.capacity_mw()).sum::<f64>() / 1000.0;
        assert!(include_str!("../README.md").contains(&format!("{gw:.1} GW remain")), "{gw}");
    }

    #[test]
    fn commitment_adds_up() {
        let g = groups(&Figures::load().unwrap()).unwrap();
        let order = merit_order(&g);
        for want in [5_000.0, 33_000.0, 50_000.0] {
            let on: f64 = commit(&g, &order, want).iter().zip(&g).map(|(s, g)| s * g.capacity_mw()).sum();
            assert!((on - want).abs() < 1e-6);
        }
        assert_eq!(single_units(&g).len(), g.iter().map(|g| g.units).sum::<usize>());
    }
}
