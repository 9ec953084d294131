//! Makes a network that fails smaller while it still fails, and prints what is left.

use fenggu::net::*;

/// Drops rows and resets fields to their defaults, one at a time, as long as `fails` says so. Rows that others refer to are
/// taken out of service by their own fields instead.
pub fn shrink(net: &Network, fails: impl Fn(&Network) -> Option<String>) -> (Network, String) {
    let mut best = net.clone();
    let mut error = fails(&best).unwrap_or_default();
    // Smaller must not mean another fault: the first words stay the same.
    let key = |e: &str| e.split(|c: char| c.is_ascii_digit()).next().unwrap_or("").to_string();
    loop {
        let before = best.clone();
        let mut attempt = |best: &mut Network, change: &dyn Fn(&mut Network)| {
            let mut candidate = best.clone();
            change(&mut candidate);
            if candidate != *best && !check::has_errors(&check(&candidate, None)) {
                if let Some(e) = fails(&candidate).filter(|e| key(e) == key(&error)) {
                    *best = candidate;
                    error = e;
                }
            }
        };
        attempt(&mut best, &|n| {
            n.side_terms = Default::default();
            n.side_constraints = Default::default();
        });
        attempt(&mut best, &|n| {
            n.interface_terms = Default::default();
            if n.side_terms.is_empty() {
                n.interfaces = Default::default();
            }
        });
        attempt(&mut best, &|n| n.global_limits = Default::default());
        attempt(&mut best, &|n| n.link_ends = Default::default());
        attempt(&mut best, &|n| n.reserve_offers = Default::default());
        attempt(&mut best, &|n| n.time = TimeAxis::uniform(n.steps(), 1.0));
        for id in [TableId::SideTerms, TableId::InterfaceTerms, TableId::ReserveOffers, TableId::Shunts] {
            for row in (0..best.table(id).count()).rev() {
                attempt(&mut best, &|n| drop_row(n, id, row));
            }
        }
        for id in TableId::ALL.iter().copied() {
            for row in 0..best.table(id).count() {
                for field in (0..best.table(id).fields().len()).rev() {
                    if best.table(id).fields()[field].name == "in_service" {
                        attempt(&mut best, &|n| {
                            let _ = n.table_mut(id).set_value(row, field, schema::Value::Flag(false));
                        });
                    } else {
                        attempt(&mut best, &|n| {
                            let value = n.table(id).default_value(field);
                            let _ = n.table_mut(id).set_value(row, field, value);
                        });
                    }
                }
            }
        }
        if best == before {
            return (best, error);
        }
    }
}

fn drop_row(net: &mut Network, id: TableId, row: usize) {
    macro_rules! without {
        ($table:expr) => {{
            let kept: Vec<_> = $table.rows().iter().enumerate().filter(|(i, _)| *i != row).map(|(_, r)| r.clone()).collect();
            $table = Default::default();
            kept.into_iter().for_each(|r| {
                $table.push(r);
            });
        }};
    }
    match id {
        TableId::SideTerms => without!(net.side_terms),
        TableId::InterfaceTerms => without!(net.interface_terms),
        TableId::ReserveOffers => without!(net.reserve_offers),
        TableId::Shunts => without!(net.shunts),
        _ => {}
    }
}

/// Every field that is not at its default.
pub fn print(net: &Network) -> String {
    let mut text = format!("base {} {:?} {:?}\n", net.base_mva, net.flow_convention, net.time);
    for &id in TableId::ALL {
        let t = net.table(id);
        for row in 0..t.count() {
            text += &format!("{} {}:", id.word(), t.name_of(row));
            for (k, f) in t.fields().iter().enumerate() {
                if t.value(row, k) != t.default_value(k) {
                    text += &format!(" {}={:?}", f.name, t.value(row, k));
                }
            }
            text.push('\n');
        }
    }
    text
}
