//! Repairs that are safe: the data says what was meant. Never in place: a copy is changed and written elsewhere.
use crate::{Network, Profile};

/// Codes that [`repair`] knows, with what it does, in English and Chinese.
pub const REPAIRS: &[(&str, &str, &str)] = &[
    ("N0312", "swaps limits that cross", "对调上下限"),
    ("N0314", "orders points and steps by their first coordinate", "按第一坐标排序"),
    ("N0402", "takes branches out of service that begin and end at one bus", "停运首末端相同的支路"),
    ("N0704", "turns radians into degrees", "弧度换算为度"),
];

/// Repairs every finding of a code; returns what was changed, as `table "component" field`, in the order of the network. Empty for a code that
/// has no safe repair or where nothing is to be done.
pub fn repair(net: &mut Network, code: &str) -> Vec<String> {
    match code {
        "N0312" => swap(net),
        "N0314" => order(net),
        "N0402" => loops(net),
        "N0704" => radians(net),
        _ => Vec::new(),
    }
}

/// Only constants that cross outright are swapped: of series nobody knows in which step which one is wrong.
fn swap(net: &mut Network) -> Vec<String> {
    let mut done = Vec::new();
    fn numbers(low: &mut f64, high: &mut f64) -> bool {
        let cross = *low > *high;
        if cross {
            std::mem::swap(low, high);
        }
        cross
    }
    fn profiles(low: &mut Option<Profile>, high: &mut Option<Profile>) -> bool {
        let cross = matches!((&*low, &*high), (Some(Profile::Const(a)), Some(Profile::Const(b))) if a > b);
        if cross {
            std::mem::swap(low, high);
        }
        cross
    }
    for g in net.generators.rows_mut() {
        if profiles(&mut g.p_min_mw, &mut g.p_max_mw) {
            done.push(format!("generators \"{}\" p_min_mw, p_max_mw", g.name));
        }
        if numbers(&mut g.p_nom_min_mw, &mut g.p_nom_max_mw) {
            done.push(format!("generators \"{}\" p_nom_min_mw, p_nom_max_mw", g.name));
        }
    }
    for l in net.links.rows_mut() {
        if profiles(&mut l.p_min_mw, &mut l.p_max_mw) {
            done.push(format!("links \"{}\" p_min_mw, p_max_mw", l.name));
        }
    }
    for b in net.branches.rows_mut() {
        if numbers(&mut b.angle_min_deg, &mut b.angle_max_deg) {
            done.push(format!("branches \"{}\" angle_min_deg, angle_max_deg", b.name));
        }
    }
    for i in net.interfaces.rows_mut() {
        if let (Some(a), Some(b)) = (i.p_min_mw.constant(), i.p_max_mw.constant()) {
            if a > b {
                (i.p_min_mw, i.p_max_mw) = (b.into(), a.into());
                done.push(format!("interfaces \"{}\" p_min_mw, p_max_mw", i.name));
            }
        }
    }
    done
}

fn order(net: &mut Network) -> Vec<String> {
    let mut done = Vec::new();
    for g in net.generators.rows_mut() {
        if g.cost_points.windows(2).any(|w| w[1][0] < w[0][0]) {
            g.cost_points.sort_by(|a, b| a[0].total_cmp(&b[0]));
            done.push(format!("generators \"{}\" cost_points", g.name));
        }
    }
    done
}

fn loops(net: &mut Network) -> Vec<String> {
    let mut done = Vec::new();
    for b in net.branches.rows_mut() {
        if b.in_service && b.bus_from == b.bus_to {
            b.in_service = false;
            done.push(format!("branches \"{}\" in_service", b.name));
        }
    }
    done
}

fn radians(net: &mut Network) -> Vec<String> {
    let found: Vec<(String, &'static str)> =
        super::suspicions(net, None).into_iter().filter(|d| d.code() == "N0704").map(|d| (d.component, d.field)).collect();
    let mut done = Vec::new();
    for (name, field) in found {
        let Some(id) = net.branches.find(&name) else { continue };
        let b = &mut net.branches[id];
        let value = match field {
            "angle_min_deg" => &mut b.angle_min_deg,
            "angle_max_deg" => &mut b.angle_max_deg,
            _ => &mut b.phase_shift_deg,
        };
        // Five digits are what the file had; a whole number of degrees is what was meant.
        let deg = value.to_degrees();
        *value = if (deg - deg.round()).abs() < 0.004 { deg.round() } else { deg };
        done.push(format!("branches \"{name}\" {field}"));
    }
    done
}
