//! Global limits.

use fenggu_net::{Id, LimitSense, LimitSubject, TableId};

use super::sheet::Sheet;
use super::Builder;

impl Builder<'_> {
    pub(super) fn limits(&mut self) {
        let net = self.net;
        self.lost.written.insert(TableId::GlobalLimits, &["subject", "carrier", "bus", "sense", "limit"]);
        self.lost.written.insert(TableId::LimitCarriers, &["limit", "carrier"]);
        let Some(mut sheet) = Sheet::of("global_constraints", std::iter::empty()) else { return };
        for (id, l) in net.global_limits.iter() {
            let further = net.limit_carriers.rows().iter().filter(|c| c.limit == id).map(|c| c.carrier);
            let carriers: Vec<Id<fenggu_net::Carrier>> = l.carrier.into_iter().chain(further).collect();
            let words: Vec<String> = carriers.iter().map(|c| self.carrier(Some(*c)).to_owned()).collect();
            let one = words.len() == 1;
            let mut constant = l.limit;
            let (kind, attribute) = match l.subject {
                LimitSubject::Co2 => ("primary_energy", "co2_emissions".to_owned()),
                LimitSubject::PrimaryEnergy => {
                    let told = self.carried.text("global_constraints", "carrier_attribute", &l.name);
                    let attribute = told.map_or_else(|| format!("fenggu_{}", l.name), str::to_owned);
                    let factor = self.factor(&attribute, told.is_some(), &words);
                    constant *= factor;
                    ("primary_energy", attribute)
                }
                LimitSubject::Operation if one => ("operational_limit", words[0].clone()),
                LimitSubject::Capacity if one => ("tech_capacity_expansion_limit", words[0].clone()),
                LimitSubject::TransmissionVolume => ("transmission_volume_expansion_limit", words.join(", ")),
                LimitSubject::TransmissionCost => ("transmission_expansion_cost_limit", words.join(", ")),
                _ => {
                    self.lost.field(TableId::GlobalLimits, "carrier (several)");
                    continue;
                }
            };
            let row = sheet.push(l.name.clone());
            sheet.text(row, "type", kind);
            sheet.text(row, "carrier_attribute", self.transmission_words(l, &attribute));
            sheet.text(row, "sense", l.sense_word());
            sheet.number(row, "constant", constant);
            if let Some(bus) = l.bus {
                sheet.text(row, "bus", self.bus(bus));
            }
        }
        // Rows that counted nothing are written as they were.
        if let Some((_, names)) = self.carried.whole("global_constraints", "name") {
            for name in names {
                if net.global_limits.find(name).is_some() {
                    continue;
                }
                let row = sheet.push(name.to_owned());
                for column in ["type", "bus", "carrier_attribute", "sense"] {
                    if let Some(text) = self.carried.text("global_constraints", column, name) {
                        sheet.text(row, column, text);
                    }
                }
                sheet.number(row, "constant", self.carried.number("global_constraints", "constant", name));
            }
        }
        self.sheets.push(sheet);
    }

    /// The list of carriers as it was told, where it still names the same.
    fn transmission_words<'a>(&'a self, limit: &fenggu_net::GlobalLimit, words: &'a str) -> &'a str {
        let same = |told: &&str| {
            let plain: String = told.chars().filter(|c| !"[]()".contains(*c)).collect();
            let known = plain.split(',').map(str::trim).filter(|w| self.net.carriers.find(w).is_some());
            known.collect::<Vec<_>>().join(", ") == words
        };
        self.carried.text("global_constraints", "carrier_attribute", &limit.name).filter(same).unwrap_or(words)
    }

    /// What the carriers' own attribute says of each carrier counted; the attribute is made where there is none.
    fn factor(&mut self, attribute: &str, told: bool, words: &[String]) -> f64 {
        if told {
            return words.first().map_or(1.0, |w| self.carried.number("carriers", attribute, w));
        }
        for word in words {
            let rows = self.net.carriers.rows();
            let Some(sheet) = self.sheets.iter_mut().find(|s| s.list.name == "carriers") else { continue };
            let row = match sheet.row_of(word) {
                Some(row) => row,
                None if rows.iter().any(|c| c.name == *word) => sheet.push(word.clone()),
                None => continue,
            };
            sheet.own_number(row, attribute, 1.0, 0.0);
        }
        self.lost.expressed(["limits on primary energy", "一次能源约束"], ["limits on an attribute of the carriers", "载体属性上的约束"]);
        1.0
    }
}

trait SenseWord {
    fn sense_word(&self) -> &'static str;
}
impl SenseWord for fenggu_net::GlobalLimit {
    fn sense_word(&self) -> &'static str {
        match self.sense {
            LimitSense::AtMost => "<=",
            LimitSense::AtLeast => ">=",
            LimitSense::Equal => "==",
        }
    }
}
