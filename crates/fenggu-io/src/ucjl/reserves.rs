//! Reserve products.

use fenggu_net::schema::Range;
use fenggu_net::{Diagnostic, Reserve, ReserveDirection, TableId};

use super::fields;
use super::read::Reader;
use crate::catalogue as code;
use crate::json::doc::{Doc, Item, Rule};

impl Reader<'_> {
    /// The products; before version 0.3 one spinning reserve without a penalty.
    pub(super) fn reserves(&mut self, top: &Item<'_>) {
        if self.version < 3 {
            let Some(part) = self.doc.part(top, "Reserves") else { return };
            self.known(&part, &[("Spinning (MW)", "requirement_mw of r1")], &[]);
            let Some(node) = part.get("Spinning (MW)") else { return };
            self.places.row(TableId::Reserves, node.at);
            let requirement_mw = self.needed_series(&part, "Spinning (MW)", Range::NonNegative);
            let id = self.net.reserves.push(Reserve { name: "r1".into(), requirement_mw, ..Reserve::default() });
            self.products.insert("r1".into(), Some(id));
            return;
        }
        for item in self.doc.items("Reserves", top.get("Reserves")) {
            self.known(&item, fields::RESERVE, &[]);
            if item.get("Type").is_none() {
                self.doc.missing(&item, "Type");
            }
            let kind = self.doc.text(&item, "Type").unwrap_or("spinning");
            let amount = self.needed_series(&item, "Amount (MW)", Range::NonNegative);
            let penalty = self.steady(&item, "Shortfall penalty ($/MW)", Range::Finite, -1.0);
            let id = match kind.to_lowercase().as_str() {
                "spinning" => {
                    self.row(TableId::Reserves, &item);
                    self.mark(TableId::Reserves, &item, &[("requirement_mw", "Amount (MW)"), ("shortage", "Shortfall penalty ($/MW)")]);
                    // A penalty below zero says that nothing may be missing.
                    let shortage = if penalty < 0.0 { Vec::new() } else { vec![[f64::INFINITY, penalty]] };
                    let name = item.name.to_owned();
                    let direction = ReserveDirection::Up;
                    Some(self.net.reserves.push(Reserve { name, direction, requirement_mw: amount, shortage }))
                }
                "flexiramp" => {
                    let d = Diagnostic::new(&code::UC_VOID).with("item", item.shown()).with("value", kind);
                    self.doc.say(d, item.place("Type"));
                    None
                }
                _ => {
                    let rule = Rule("Spinning or Flexiramp", "Spinning 或 Flexiramp");
                    let d = Doc::about(&code::UC_KIND, &item, "Type").with("value", kind).with_both("rule", rule.0, rule.1);
                    self.doc.say(d, item.place("Type"));
                    None
                }
            };
            self.products.insert(item.name.to_owned(), id);
        }
    }
}
