//! What the energy part of prices is measured at.

use crate::error::Error;
use crate::physics::DcNetwork;
use fenggu_net::{BusId, Network};

/// Reference of the energy part of prices. The other part is congestion; both are relative to it, their sum is not.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum PriceReference {
    /// The load-weighted mean price of the island (the plain mean where it has no load).
    #[default]
    LoadWeighted,
    /// The price at the island's reference bus: the file's, else its first bus.
    ReferenceBus,
    /// The price at the bus of this name in its island; the load-weighted mean in the others.
    Bus(String),
}

const LOAD_WEIGHTED: &str = "load_weighted";
const REFERENCE_BUS: &str = "reference_bus";
/// Before the name of a bus that one of the two words would be taken for.
const BUS: &str = "bus:";

impl PriceReference {
    /// From its text; none when it is empty.
    pub fn from_word(word: &str) -> Option<PriceReference> {
        match word {
            LOAD_WEIGHTED => Some(PriceReference::LoadWeighted),
            REFERENCE_BUS => Some(PriceReference::ReferenceBus),
            _ => Some(word.strip_prefix(BUS).unwrap_or(word)).filter(|n| !n.is_empty()).map(|n| PriceReference::Bus(n.to_string())),
        }
    }
    /// Its text.
    pub fn word(&self) -> String {
        match self {
            PriceReference::LoadWeighted => LOAD_WEIGHTED.to_string(),
            PriceReference::ReferenceBus => REFERENCE_BUS.to_string(),
            PriceReference::Bus(name) if [LOAD_WEIGHTED, REFERENCE_BUS].contains(&name.as_str()) || name.starts_with(BUS) => {
                format!("{BUS}{name}")
            }
            PriceReference::Bus(name) => name.clone(),
        }
    }
    /// The bus of every island whose price is the energy part; none for the load-weighted mean. `[island]`
    ///
    /// # Errors
    /// A bus that is not there, or not in service.
    pub(super) fn buses(&self, net: &Network, dc: &DcNetwork) -> Result<Vec<Option<BusId>>, Error> {
        let refused =
            |name: &str, rule: String, rule_zh: String| Error::Option { name: "price_reference", value: name.to_string(), rule, rule_zh };
        Ok(match self {
            PriceReference::LoadWeighted => vec![None; dc.islands],
            PriceReference::ReferenceBus => dc.reference.iter().map(|&b| Some(b)).collect(),
            PriceReference::Bus(name) => {
                let Some(bus) = net.buses.find(name) else {
                    let near = closest(name, net.buses.rows().iter().map(|b| b.name.as_str()).chain([LOAD_WEIGHTED, REFERENCE_BUS]));
                    let hint = near.map_or(String::new(), |n| format!(" (did you mean \"{n}\"?)"));
                    let hint_zh = near.map_or(String::new(), |n| format!("（是否指“{n}”？）"));
                    let rule = format!("{LOAD_WEIGHTED}, {REFERENCE_BUS} or the name of a bus of the network{hint}");
                    let rule_zh = format!("{LOAD_WEIGHTED}、{REFERENCE_BUS} 或网络中某个母线的名称{hint_zh}");
                    return Err(refused(name, rule, rule_zh));
                };
                let island = dc.island_of_bus[bus.index()];
                if island == u32::MAX {
                    return Err(refused(name, "a bus in service".to_string(), "在运的母线".to_string()));
                }
                let mut of_island = vec![None; dc.islands];
                of_island[island as usize] = Some(bus);
                of_island
            }
        })
    }
}

/// The name that is fewest edits away, if these are at most a third of its letters, rounded up, and not all of them.
fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let letters = name.chars().count();
    let most = letters.div_ceil(3).min(letters.saturating_sub(1));
    let near = |other: &'a str| Some((edits(name, other), other)).filter(|(n, _)| *n <= most);
    known.filter(|k| k.chars().count().abs_diff(name.chars().count()) <= most).filter_map(near).min_by_key(|(n, _)| *n).map(|(_, k)| k)
}

/// Letters to change, add or drop (Levenshtein), capitals counting as the same.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let here = (corner + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], here);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for word in ["load_weighted", "reference_bus", "Taiyuan", "太原", "bus:load_weighted", "bus:bus:x"] {
            assert_eq!(PriceReference::from_word(word).map(|r| r.word()).as_deref(), Some(word));
        }
        assert_eq!(PriceReference::from_word("bus:Taiyuan"), PriceReference::from_word("Taiyuan"));
        assert_eq!((PriceReference::from_word(""), PriceReference::from_word("bus:")), (None, None));
    }

    #[test]
    fn the_closest_name_is_meant() {
        let known = ["Taiyuan", "Datong", "Changzhi", "load_weighted"];
        let near = |name| closest(name, known.into_iter());
        assert_eq!([near("taiyaun"), near("Datog"), near("load-weighted")], [Some("Taiyuan"), Some("Datong"), Some("load_weighted")]);
        assert_eq!([near("Beijing"), near("x")], [None, None]);
        assert_eq!([edits("kitten", "sitting"), edits("", "ab"), edits("same", "Same")], [3, 2, 0]);
    }
}
