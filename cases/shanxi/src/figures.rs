//! The cited figures and the assumptions, as kept in `data/*.csv`: figure, value, unit, year, source
//! (and, for an assumption, its reason). Everything the generator uses comes from here.

use crate::ShanxiError;

/// Names of the 11 prefecture cities, north to south.
pub const CITIES: [&str; 11] =
    ["Datong", "Shuozhou", "Xinzhou", "Taiyuan", "Yangquan", "Jinzhong", "Luliang", "Linfen", "Changzhi", "Jincheng", "Yuncheng"];

const FILES: [(&str, &str); 8] = [
    ("months.csv", include_str!("../data/months.csv")),
    ("prices.csv", include_str!("../data/prices.csv")),
    ("shapes.csv", include_str!("../data/shapes.csv")),
    ("fleet.csv", include_str!("../data/fleet.csv")),
    ("cities.csv", include_str!("../data/cities.csv")),
    ("grid.csv", include_str!("../data/grid.csv")),
    ("lines.csv", include_str!("../data/lines.csv")),
    ("assumptions.csv", include_str!("../data/assumptions.csv")),
];

/// One row of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it is.
    pub figure: String,
    /// Its value as written; most are numbers.
    pub value: String,
    /// Unit of the value.
    pub unit: String,
    /// Year or date it holds for.
    pub year: String,
    /// Where it comes from; `assumption` when nobody published it.
    pub source: String,
    /// Why, for an assumption.
    pub reason: String,
    /// File of the case's `data` folder.
    pub file: &'static str,
}

/// All figures.
#[derive(Clone, Debug)]
pub struct Figures {
    rows: Vec<Figure>,
}

impl Figures {
    /// The figures that were compiled in.
    pub fn load() -> Result<Figures, ShanxiError> {
        let mut rows = Vec::new();
        for (file, text) in FILES {
            let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
            for record in reader.records() {
                let r = record.map_err(|e| ShanxiError::Data(format!("{file}: {e}")))?;
                let field = |i: usize| r.get(i).unwrap_or("").trim().to_string();
                rows.push(Figure {
                    figure: field(0),
                    value: field(1),
                    unit: field(2),
                    year: field(3),
                    source: field(4),
                    reason: field(5),
                    file,
                });
            }
        }
        Ok(Figures { rows })
    }
    /// Every row.
    pub fn rows(&self) -> &[Figure] {
        &self.rows
    }
    /// Value of the first row with this name.
    pub fn get(&self, figure: &str) -> Result<f64, ShanxiError> {
        let row = self.rows.iter().find(|r| r.figure == figure).ok_or_else(|| ShanxiError::Data(format!("no figure '{figure}'")))?;
        row.value.parse().map_err(|_| ShanxiError::Data(format!("{}: '{figure}' is '{}', not a number", row.file, row.value)))
    }
    /// Value of the row with this name and unit, where a figure is given in two units.
    pub fn figure_in(&self, figure: &str, unit: &str) -> Result<f64, ShanxiError> {
        let row = self.rows.iter().find(|r| r.figure == figure && r.unit == unit);
        row.and_then(|r| r.value.parse().ok()).ok_or_else(|| ShanxiError::Data(format!("no figure '{figure}' in {unit}")))
    }
    /// Value of a figure per city.
    pub fn per_city(&self, prefix: &str) -> Result<[f64; 11], ShanxiError> {
        let mut out = [0.0; 11];
        for (o, city) in out.iter_mut().zip(CITIES) {
            *o = self.get(&format!("{prefix} {city}"))?;
        }
        Ok(out)
    }
    /// Value of a figure per month: `prefix NN`.
    pub fn per_month(&self, prefix: &str) -> Result<[f64; 12], ShanxiError> {
        let mut out = [0.0; 12];
        for (m, o) in out.iter_mut().enumerate() {
            *o = self.get(&format!("{prefix} {:02}", m + 1))?;
        }
        Ok(out)
    }
    /// Index per month and hour, `[month][hour]`, mean 1 over the day.
    pub fn shape(&self, prefix: &str) -> Result<[[f64; 24]; 12], ShanxiError> {
        let mut out = [[0.0; 24]; 12];
        for (m, row) in out.iter_mut().enumerate() {
            for (h, o) in row.iter_mut().enumerate() {
                *o = self.get(&format!("{prefix}, month {:02}, hour starting {h:02}:00", m + 1))?;
            }
            let mean = row.iter().sum::<f64>() / 24.0;
            row.iter_mut().for_each(|v| *v /= mean);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_source_and_every_assumption_a_reason() {
        let f = Figures::load().unwrap();
        assert!(f.rows().len() > 800);
        for r in f.rows() {
            assert!(!r.figure.is_empty() && !r.value.is_empty() && !r.unit.is_empty() && !r.source.is_empty(), "{r:?}");
            assert!(r.source != "assumption" || !r.reason.is_empty(), "{r:?}");
            assert_eq!(matches!(r.file, "assumptions.csv" | "lines.csv"), !r.reason.is_empty(), "{r:?}");
        }
    }

    #[test]
    fn shares_add_up() {
        let f = Figures::load().unwrap();
        for (prefix, off) in [("Load share", 0.5), ("Wind share in", 0.5), ("Solar share in", 1e-9)] {
            let sum: f64 = f.per_city(prefix).unwrap().iter().sum();
            assert!((sum - 100.0).abs() < off, "{prefix} {sum}");
        }
        let gw: f64 = f.per_city("Coal in").unwrap().iter().sum();
        assert!((gw - f.get("Coal fleet, operating capacity").unwrap()).abs() < 0.05);
    }

    #[test]
    fn a_missing_figure_is_named() {
        let e = Figures::load().unwrap().get("no such figure").unwrap_err();
        assert!(e.to_string().contains("no such figure"));
    }
}
