//! Units slips: kW for MW, percent or ohm for per unit, radians for degrees, a price per kWh for one per MWh.
//!
//! No single number proves a slip. A value is told when two witnesses agree: a physical bound (an angle at the rating, a
//! surge impedance, the ratings around a bus, the load in all) and the network's own other elements (it stands apart from
//! them by about the factor of the slip). Where a whole column slipped there are no others, and the bounds are wider.
use super::{number, Findings};
use crate::diagnostic::{self as code, Entry};
use crate::{Branch, Diagnostic, Network, TableId};

pub(super) fn run(found: &mut Findings) {
    let around = Around::of(found.net);
    powers(found, &around);
    impedances(found);
    angles(found);
    prices(found);
    shares(found);
    voltages(found);
    energies(found);
}

/// What stands around each bus, MW and MVA.
struct Around {
    /// Sum of ratings of branches and links at each bus; infinite where one has none. `[bus]`
    rating: Vec<f64>,
    /// Largest steady output of generators and storage units at each bus. `[bus]`
    supply: Vec<f64>,
    /// Largest demand at each bus. `[bus]`
    demand: Vec<f64>,
    total_supply: f64,
    total_demand: f64,
}

/// 9999, 9000, 99999 and powers of ten from 10⁴ on are how people write "no limit".
fn means_no_limit(v: f64) -> bool {
    let digits = format!("{}", v.abs().round());
    !v.is_finite()
        || (v.abs() >= 9000.0 && (digits.starts_with("99") || digits.trim_end_matches('0') == "9"))
        || (v.abs() >= 9999.0 && digits.trim_end_matches('0') == "1")
}

impl Around {
    fn of(net: &Network) -> Around {
        let n = net.buses.len();
        let mut a = Around { rating: vec![0.0; n], supply: vec![0.0; n], demand: vec![0.0; n], total_supply: 0.0, total_demand: 0.0 };
        for (_, b) in net.branches.iter().filter(|(_, b)| b.in_service) {
            let rating =
                if b.s_nom_extendable || means_no_limit(b.rating_a_mva) { f64::INFINITY } else { b.rating_a_mva * b.s_max_pu.max() };
            a.rating[b.bus_from.index()] += rating;
            a.rating[b.bus_to.index()] += rating;
        }
        for (_, l) in net.links.iter().filter(|(_, l)| l.in_service) {
            a.rating[l.bus_from.index()] = f64::INFINITY;
            a.rating[l.bus_to.index()] = f64::INFINITY;
        }
        for (_, e) in net.link_ends.iter() {
            a.rating[e.bus.index()] = f64::INFINITY;
        }
        for (_, g) in net.generators.iter().filter(|(_, g)| g.in_service) {
            let most = if g.p_nom_extendable {
                f64::INFINITY
            } else {
                g.p_max_mw.as_ref().map_or(f64::INFINITY, crate::Profile::max).min(g.p_nom_mw.unwrap_or(f64::INFINITY))
            };
            if most > 0.0 {
                a.supply[g.bus.index()] += most;
                a.total_supply += if means_no_limit(most) { f64::INFINITY } else { most };
            } else {
                a.demand[g.bus.index()] -= g.p_min_mw.as_ref().map_or(0.0, crate::Profile::min).min(0.0);
            }
        }
        for (_, s) in net.storage_units.iter().filter(|(_, s)| s.in_service) {
            a.supply[s.bus.index()] = f64::INFINITY;
        }
        for (_, s) in net.stores.iter().filter(|(_, s)| s.in_service) {
            a.supply[s.bus.index()] = f64::INFINITY;
        }
        for (_, l) in net.loads.iter().filter(|(_, l)| l.in_service) {
            let p = l.p_mw.max().max(0.0);
            a.demand[l.bus.index()] += p;
            a.total_demand += p;
        }
        a
    }
}

fn slip(found: &mut Findings, entry: &'static Entry, at: (TableId, usize, &'static str), value: f64, seen: (&str, f64, f64)) {
    let (table, row, field) = at;
    let unit = found.net.table(table).fields().iter().find(|f| f.name == field).map_or("", |f| f.unit);
    let live = !matches!(in_service(found.net, table, row), Some(false));
    let d = Diagnostic::new(entry)
        .severity(if live { entry.severity } else { crate::Severity::Note })
        .with("value", number(value))
        .with_unit(unit)
        .with_both("measure", seen.0, measure_zh(seen.0))
        .with("score", short(seen.1))
        .with("usual", short(seen.2));
    found.add(d, table, row, field);
}

/// A measure is a formula of field names; the few words in it are these.
fn measure_zh(measure: &str) -> String {
    let words = [("median ", "中位数 "), ("max ", "最大 "), ("energy / power", "能量 / 功率")];
    words.iter().fold(measure.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

fn in_service(net: &Network, table: TableId, row: usize) -> Option<bool> {
    let t = net.table(table);
    let field = t.fields().iter().position(|f| f.name == "in_service")?;
    match t.value(row, field) {
        crate::schema::Value::Flag(yes) => Some(yes),
        _ => None,
    }
}

/// Three digits are enough for evidence.
fn short(v: f64) -> String {
    if v == 0.0 || !v.is_finite() {
        return number(v);
    }
    let digits = (2 - v.abs().log10().floor() as i32).clamp(0, 12) as usize;
    number(format!("{v:.digits$}").parse().unwrap_or(v))
}

/// The elements that stand apart at the top of a score: above `bound`, and above the largest of the rest by `gap`; at most a
/// twentieth of all (one of a few).
fn apart(mut scores: Vec<(f64, usize)>, bound: f64, gap: f64) -> Vec<(usize, f64, f64)> {
    scores.retain(|s| s.0.is_finite() && s.0 > 0.0);
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    let most = (scores.len() / 20).max(1).min(scores.len().saturating_sub(1));
    for k in (1..=most).rev() {
        if scores[k - 1].0 > bound && scores[k - 1].0 >= gap * scores[k].0 {
            return scores[..k].iter().map(|s| (s.1, s.0, scores[k].0)).collect();
        }
    }
    Vec::new()
}

fn median(scores: &[(f64, usize)]) -> Option<f64> {
    let mut v: Vec<f64> = scores.iter().map(|s| s.0).filter(|v| v.is_finite() && *v > 0.0).collect();
    v.sort_by(f64::total_cmp);
    (v.len() >= 2).then(|| v[v.len() / 2])
}

/// kW for MW, kVA for MVA.
fn powers(found: &mut Findings, around: &Around) {
    let net = found.net;
    let mut told: Vec<(TableId, usize, &'static str, f64, &'static str, f64, f64)> = Vec::new();
    let (g, l, b) = (TableId::Generators, TableId::Loads, TableId::Branches);

    let rated: Vec<(usize, f64, &'static str)> = net
        .generators
        .iter()
        .filter(|(_, g)| g.in_service && !g.p_nom_extendable)
        .filter_map(|(id, g)| match (&g.p_nom_mw, &g.p_max_mw) {
            (Some(p), _) => Some((id.index(), *p, "p_nom_mw")),
            (None, Some(p)) => Some((id.index(), p.max(), "p_max_mw")),
            _ => None,
        })
        // A nominal power is a number of a plant; only from a million on it stands for whatever is needed.
        .filter(|(_, p, field)| *p > 0.0 && (!means_no_limit(*p) || *field == "p_nom_mw" && *p < 1e6))
        .collect();
    let scores: Vec<(f64, usize)> = rated.iter().map(|(row, p, _)| (*p, *row)).collect();
    let field = |row: usize| rated.iter().find(|r| r.0 == row).map_or("p_max_mw", |r| r.2);
    if around.total_demand > 0.0 {
        for (row, p, rest) in apart(scores.clone(), 2.0 * around.total_demand, 6.0) {
            told.push((g, row, field(row), p, "p_max_mw / Σ p_mw", p / around.total_demand, rest / around.total_demand));
        }
    }
    let reach = |row: usize, p: f64| {
        p / (around.rating[net.generators.rows()[row].bus.index()] + around.demand[net.generators.rows()[row].bus.index()])
    };
    let scores: Vec<(f64, usize)> = rated.iter().map(|(row, p, _)| (reach(*row, *p), *row)).collect();
    for (row, score, rest) in apart(scores, 8.0, 5.0) {
        let p = rated.iter().find(|r| r.0 == row).map_or(0.0, |r| r.1);
        told.push((g, row, field(row), p, "p_max_mw / (Σ rating_a_mva + Σ p_mw)", score, rest));
    }
    // Against its own other fields: what it stands at, its reactive limits, its machine base.
    for (row, p, name) in &rated {
        let unit = &net.generators.rows()[*row];
        let own = [unit.q_max_mvar.abs(), unit.q_min_mvar.abs(), unit.p_initial_mw.unwrap_or(0.0).abs()];
        let own = own.into_iter().filter(|v| v.is_finite()).fold(0.0, f64::max);
        let base = if unit.base_mva == net.base_mva { 0.0 } else { unit.base_mva };
        let largest = own.max(base);
        if largest > 0.0 && *p >= 300.0 * largest && *p > 1000.0 && *p > 0.2 * around.total_demand {
            told.push((g, *row, name, *p, "p_max_mw / max(|q_max_mvar|, |p_initial_mw|, base_mva)", p / largest, 10.0));
        }
    }
    // All of them: the supply is a hundred times the demand.
    let all: f64 = rated.iter().map(|r| r.1).sum();
    if around.total_demand > 0.0 && all > 120.0 * around.total_demand && rated.len() > 1 {
        // One slip alone is told at its own row.
        let largest = rated.iter().map(|r| r.1).fold(0.0, f64::max);
        if all - largest > 60.0 * around.total_demand {
            whole(found, g, "p_max_mw", "Σ p_max_mw / Σ p_mw", all / around.total_demand, 20.0, &code::SLIP_COLUMN);
        }
    }

    let loads: Vec<(f64, usize)> = net.loads.iter().filter(|(_, l)| l.in_service).map(|(id, l)| (l.p_mw.max(), id.index())).collect();
    if around.total_supply.is_finite() && around.total_supply > 0.0 {
        if around.total_demand > 20.0 * around.total_supply && loads.iter().filter(|l| l.0 > 0.0).count() > 1 {
            whole(found, l, "p_mw", "Σ p_mw / Σ p_max_mw", around.total_demand / around.total_supply, 1.0, &code::SLIP_COLUMN);
        }
        if let ([only], true) = (loads.as_slice(), around.total_demand > 20.0 * around.total_supply) {
            told.push((l, only.1, "p_mw", only.0, "p_mw / Σ p_max_mw", only.0 / around.total_supply, 1.0));
        }
        for (row, p, rest) in apart(loads.clone(), 0.9 * around.total_supply, 8.0) {
            told.push((l, row, "p_mw", p, "p_mw / Σ p_max_mw", p / around.total_supply, rest / around.total_supply));
        }
    }
    let near = |row: usize, p: f64| {
        let bus = net.loads.rows()[row].bus.index();
        p / (around.rating[bus] + around.supply[bus])
    };
    let scores: Vec<(f64, usize)> = loads.iter().map(|(p, row)| (near(*row, *p), *row)).collect();
    for (row, score, rest) in apart(scores, 3.0, 5.0) {
        told.push((l, row, "p_mw", net.loads.rows()[row].p_mw.max(), "p_mw / (Σ rating_a_mva + Σ p_max_mw)", score, rest));
    }
    let others = (around.total_demand, loads.len());
    for (row, p, rest) in apart(loads.clone(), 0.5 * others.0, 30.0) {
        if others.1 >= 5 {
            told.push((l, row, "p_mw", p, "p_mw / Σ p_mw", p / others.0, rest / others.0));
        }
    }
    let factor: Vec<(f64, usize)> = net
        .loads
        .iter()
        .filter(|(_, l)| l.in_service && l.q_mvar.max().abs() > 0.0)
        .map(|(id, l)| (l.p_mw.max() / l.q_mvar.max().abs(), id.index()))
        .collect();
    let usual = median(&loads).unwrap_or(0.0);
    for (row, score, rest) in apart(factor, 300.0, 8.0) {
        // A small load without reactive demand is nothing odd; one that would outweigh all others is.
        if net.loads.rows()[row].p_mw.max() < 50.0 * usual {
            continue;
        }
        told.push((l, row, "p_mw", net.loads.rows()[row].p_mw.max(), "p_mw / q_mvar", score, rest));
    }

    // kVA for MVA: the angle at the rating, and the other ratings of the branch.
    let ratings: Vec<(usize, f64)> = net
        .branches
        .iter()
        .filter(|(_, b)| b.in_service && !b.s_nom_extendable && b.rating_a_mva > 0.0 && !means_no_limit(b.rating_a_mva))
        .map(|(id, b)| (id.index(), b.rating_a_mva))
        .collect();
    let rows = net.branches.rows();
    let usual_x = median(&net.branches.iter().map(|(id, b)| (b.x_pu.abs(), id.index())).collect::<Vec<_>>()).unwrap_or(0.0);
    let usual_rating = median(&ratings.iter().map(|(row, v)| (*v, *row)).collect::<Vec<_>>()).unwrap_or(0.0);
    let usual = (usual_x, usual_rating);
    let angle = |row: usize| rows[row].rating_a_mva / net.base_mva * rows[row].x_pu.abs();
    for (row, score, rest) in apart(ratings.iter().map(|(row, _)| (angle(*row), *row)).collect(), 6.0, 6.0) {
        // An impedance slip says the same; it is told there, where the impedance is the odd one.
        if !impedance_is_odd(net, &rows[row], usual) {
            told.push((b, row, "rating_a_mva", rows[row].rating_a_mva, "rating_a_mva·x_pu / base_mva", score, rest));
        }
    }
    for (row, score, rest) in apart(ratings.iter().map(|(row, v)| (*v, *row)).collect(), 2.0 * around.total_demand.max(net.base_mva), 12.0)
    {
        // Ratings worked out from angle limits are large where the impedance is next to nothing.
        if angle(row) < 1.0 {
            continue;
        }
        told.push((b, row, "rating_a_mva", score, "rating_a_mva / Σ p_mw", score / around.total_demand, rest / around.total_demand));
    }
    for (row, v) in &ratings {
        let other =
            [rows[*row].rating_b_mva, rows[*row].rating_c_mva].into_iter().filter(|v| v.is_finite() && *v > 0.0).fold(0.0, f64::max);
        if other > 0.0 && *v > 200.0 * other {
            told.push((b, *row, "rating_a_mva", *v, "rating_a_mva / rating_b_mva", v / other, 1.0));
        }
    }
    let live: Vec<(f64, usize)> = net.branches.iter().filter(|(_, b)| b.in_service).map(|(id, b)| (b.rating_a_mva, id.index())).collect();
    for (row, v) in lone_thousandfold(&live) {
        told.push((b, row, "rating_a_mva", v, "rating_a_mva", v, v / 1000.0));
    }
    let largest = |g: &crate::Generator| g.p_nom_mw.or(g.p_max_mw.as_ref().map(crate::Profile::max)).unwrap_or(f64::INFINITY);
    let live: Vec<(f64, usize)> = net.generators.iter().filter(|(_, g)| g.in_service).map(|(id, g)| (largest(g), id.index())).collect();
    for (row, v) in lone_thousandfold(&live) {
        told.push((g, row, field(row), v, "p_max_mw", v, v / 1000.0));
    }
    told.sort_by_key(|t| (t.0, t.1));
    told.dedup_by_key(|t| (t.0, t.1));
    for (table, row, field, value, measure, score, usual) in told {
        slip(found, &code::SLIP_THOUSAND, (table, row, field), value, (measure, score, usual));
    }
}

/// Values that look like "no limit" (900000, 100000), and would be one, were they not alone and a thousand times what several
/// others have.
fn lone_thousandfold(values: &[(f64, usize)]) -> Vec<(usize, f64)> {
    let count = |v: f64| values.iter().filter(|o| (o.0 - v).abs() <= 1e-9 * v).count();
    let candidates = values.iter().filter(|(v, _)| v.is_finite() && means_no_limit(*v));
    candidates.filter(|(v, _)| count(*v) == 1 && count(v / 1000.0) >= 2).map(|(v, row)| (*row, *v)).collect()
}

/// One finding for a column: the first row stands for it.
fn whole(found: &mut Findings, table: TableId, field: &'static str, measure: &str, score: f64, usual: f64, entry: &'static Entry) {
    let d =
        Diagnostic::new(entry).with_both("measure", measure, measure_zh(measure)).with("score", short(score)).with("usual", short(usual));
    found.add(d, table, 0, field);
}

/// Surge impedance of a line in ohm, √(x/b)·V²/S, where charging and voltage are told.
fn surge_ohm(net: &Network, b: &Branch) -> Option<f64> {
    let kv = net.buses[b.bus_from].v_nom_kv.min(net.buses[b.bus_to].v_nom_kv);
    (b.b_pu > 0.0 && b.x_pu > 0.0 && kv > 1.0 && b.tap_ratio == 1.0).then(|| (b.x_pu / b.b_pu).sqrt() * kv * kv / net.base_mva)
}

/// Whether of a branch whose rating and reactance do not go together the reactance is the odd one: by its own evidence, or
/// because it is further from the usual reactance than the rating is from the usual rating.
fn impedance_is_odd(net: &Network, b: &Branch, usual: (f64, f64)) -> bool {
    let itself =
        surge_ohm(net, b).is_some_and(|z| z > 2000.0) || (b.r_pu.abs() > 0.0 && b.x_pu.abs() > 150.0 * b.r_pu.abs()) || b.x_pu.abs() > 3.0;
    itself || b.x_pu.abs() * usual.1 > b.rating_a_mva * usual.0
}

/// Percent or ohm where per unit is meant.
fn impedances(found: &mut Findings) {
    let net = found.net;
    let mut told: Vec<(usize, &'static str, f64, &'static str, f64, f64)> = Vec::new();
    let live: Vec<(usize, &Branch)> = net.branches.iter().filter(|(_, b)| b.in_service).map(|(id, b)| (id.index(), b)).collect();
    let of = |f: &dyn Fn(&Branch) -> f64| -> Vec<(f64, usize)> { live.iter().map(|(row, b)| (f(b), *row)).collect() };
    let rows = net.branches.rows();

    let x = of(&|b| b.x_pu.abs());
    let ratio = of(&|b| if b.r_pu == 0.0 { f64::NAN } else { (b.x_pu / b.r_pu).abs() });
    let inverse = of(&|b| if b.x_pu == 0.0 { f64::NAN } else { (b.r_pu / b.x_pu).abs() });
    let surge = of(&|b| surge_ohm(net, b).unwrap_or(f64::NAN));
    let angle =
        of(&|b| if b.s_nom_extendable || means_no_limit(b.rating_a_mva) { f64::NAN } else { b.rating_a_mva / net.base_mva * b.x_pu.abs() });
    // A ratio is odd for its numerator only where that is large itself; a tiny r is an idealised line.
    let typical = |scores: &[(f64, usize)]| median(scores).unwrap_or(0.0);
    let (r, usual_x) = (of(&|b| b.r_pu.abs()), typical(&x));
    let usual_rating = typical(&of(&|b| if means_no_limit(b.rating_a_mva) { f64::NAN } else { b.rating_a_mva }));
    let (usual_r, usual_ratio) = (typical(&r), typical(&ratio));
    for (scores, measure, bound, gap) in [
        (&x, "x_pu", 2.0, 8.0),
        (&ratio, "x_pu / r_pu", 150.0, 6.0),
        (&surge, "√(x_pu/b_pu)·v_nom_kv²/base_mva, Ω", 1500.0, 4.0),
        (&angle, "rating_a_mva·x_pu / base_mva", 6.0, 6.0),
        (&angle, "rating_a_mva·x_pu / base_mva", 10.0, 2.5),
    ] {
        for (row, score, rest) in apart(scores.clone(), bound, gap) {
            if measure.starts_with("rating") && !impedance_is_odd(net, &rows[row], (usual_x, usual_rating)) {
                continue;
            }
            if measure == "x_pu / r_pu" && (rows[row].x_pu.abs() < 15.0 * usual_x || score > 300.0 * usual_ratio) {
                continue;
            }
            told.push((row, "x_pu", rows[row].x_pu, measure, score, rest));
        }
    }
    for (scores, measure, bound, gap) in [(&r, "r_pu", 3.0, 6.0), (&inverse, "r_pu / x_pu", 200.0, 6.0)] {
        for (row, score, rest) in apart(scores.clone(), bound, gap) {
            if measure != "r_pu" && rows[row].r_pu.abs() < 15.0 * usual_r {
                continue;
            }
            told.push((row, "r_pu", rows[row].r_pu, measure, score, rest));
        }
    }
    told.sort_by_key(|t| (t.0, t.1));
    told.dedup_by_key(|t| (t.0, t.1));
    for (row, field, value, measure, score, usual) in told {
        slip(found, &code::SLIP_IMPEDANCE, (TableId::Branches, row, field), value, (measure, score, usual));
    }
    let ohm = of(&|b| {
        let kv = net.buses[b.bus_from].v_nom_kv;
        if kv > 1.0 {
            b.x_pu.abs() * kv * kv / net.base_mva
        } else {
            f64::NAN
        }
    });
    let wide = [
        (median(&angle), 20.0, "median rating_a_mva·x_pu / base_mva", "x_pu"),
        (median(&surge), 3000.0, "median √(x_pu/b_pu)·v_nom_kv²/base_mva, Ω", "x_pu"),
        (median(&ratio), 150.0, "median x_pu / r_pu", "x_pu"),
        (median(&ohm), 1500.0, "median x_pu·v_nom_kv²/base_mva, Ω", "x_pu"),
        (median(&inverse), 15.0, "median r_pu / x_pu", "r_pu"),
    ];
    for (score, bound, measure, field) in wide {
        if let Some(score) = score.filter(|s| *s > bound) {
            return whole(found, TableId::Branches, field, measure, score, bound / 10.0, &code::SLIP_COLUMN);
        }
    }
}

/// Radians for degrees: a value below a quarter turn in radians that, turned, is a round number of degrees or the limit that
/// most others have.
fn angles(found: &mut Findings) {
    let common = |of: fn(&Branch) -> f64| {
        let mut count: std::collections::BTreeMap<i64, usize> = Default::default();
        let limits = found.net.branches.rows().iter().map(of).filter(|v| v.is_finite() && v.abs() >= 1.0);
        limits.for_each(|v| *count.entry((v * 1e6).round() as i64).or_default() += 1);
        let most = count.into_iter().max_by_key(|c| c.1)?;
        (most.1 * 2 > found.net.branches.len()).then_some(most.0 as f64 / 1e6)
    };
    // No network holds most of its lines within half a degree.
    let limits: Vec<(f64, usize)> = found.net.branches.iter().map(|(id, b)| (b.angle_max_deg, id.index())).collect();
    let limits: Vec<(f64, usize)> = limits.into_iter().filter(|(v, _)| v.is_finite() && *v > 0.0 && *v < 360.0).collect();
    if let Some(usual) = median(&limits).filter(|m| limits.len() > 5 && *m < 0.6) {
        return whole(found, TableId::Branches, "angle_max_deg", "median angle_max_deg", usual, 1.0, &code::SLIP_COLUMN);
    }
    let usual = [common(|b| b.angle_min_deg), common(|b| b.angle_max_deg), None];
    for row in 0..found.net.branches.len() {
        let b = &found.net.branches.rows()[row];
        let fields = [("angle_min_deg", b.angle_min_deg), ("angle_max_deg", b.angle_max_deg), ("phase_shift_deg", b.phase_shift_deg)];
        for ((name, v), usual) in fields.into_iter().zip(usual) {
            let deg = v.to_degrees();
            let digits = format!("{v}").trim_start_matches(['-', '0', '.']).len();
            let round = (deg - deg.round()).abs() < 0.004;
            let shared = usual.is_some_and(|u| (deg - u).abs() < 0.004 && (v - u).abs() > 0.1);
            if v.is_finite() && v.abs() > 0.015 && v.abs() < 1.6 && digits >= 3 && (round || shared) {
                slip(found, &code::SLIP_RADIANS, (TableId::Branches, row, name), v, ("180/π", deg, deg.round()));
            }
        }
    }
}

/// Prices per kWh among prices per MWh: row, price, and what is usual at the low end.
fn cheap(price: &[(f64, usize)]) -> Vec<(usize, f64, f64)> {
    let mut sorted: Vec<f64> = price.iter().map(|p| p.0).collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(&usual), Some(&dearest)) = (sorted.get(sorted.len() / 2), sorted.last()) else { return Vec::new() };
    if sorted.len() < 3 {
        return Vec::new();
    }
    let below = |v: f64| sorted.partition_point(|p| *p < v);
    // What stands for nothing (0.01 at a dozen wind farms) is a price of several, a slip is one of its own.
    let alone = |v: f64| below(v * (1.0 + 1e-9)) - below(v * (1.0 - 1e-9)) <= 1;
    // The cheapest twentieth is left out of what is usual; undone, a slip must be a price like the others.
    let low = sorted[(sorted.len() / 20).max(1)];
    let fits = |v: f64| v < 1.0 && v * 1000.0 > 0.3 * usual && v * 1000.0 < 3.0 * dearest;
    // Either it stands apart: few are below a tenth of the usual low end, and all others well above it ...
    let few = below(0.1 * low);
    let next = sorted.get(few).copied().unwrap_or(low);
    let apart = |v: f64| v * 40.0 < low && few <= 3 && v * 23.0 < next;
    // ... or it is the price of several others but for the thousand, and no price lies between that could be its like.
    let twin =
        |v: f64| alone(v) && below(v * 1000.0 * (1.0 + 1e-9)) - below(v * 1000.0 * (1.0 - 1e-9)) >= 2 && below(20.0 * v) - below(v) <= 1;
    let odd: Vec<(usize, f64, f64)> =
        price.iter().filter(|p| fits(p.0) && (apart(p.0) || twin(p.0))).map(|p| (p.1, p.0, low.max(v_low(&sorted)))).collect();
    // A slip is a few values; many small prices are prices.
    if odd.len() <= 3 {
        odd
    } else {
        Vec::new()
    }
}

/// The price that a twentieth of those above a hundredth of the middle one lie below.
fn v_low(sorted: &[f64]) -> f64 {
    let from = sorted.partition_point(|v| *v < 0.01 * sorted[sorted.len() / 2]);
    sorted[from + (sorted.len() - from) / 20]
}

/// A price per kWh among prices per MWh.
fn prices(found: &mut Findings) {
    let net = found.net;
    let flat = |g: &crate::Generator| g.cost_quadratic_per_mw2h.is_all(0.0);
    let of = |kind: &dyn Fn(&crate::Generator) -> bool| -> Vec<(f64, usize)> {
        let live = net.generators.iter().filter(|(_, g)| g.in_service && g.cost_points.is_empty() && kind(g));
        live.map(|(id, g)| (g.cost_linear_per_mwh.max(), id.index())).filter(|p| p.0.is_finite() && p.0 > 0.0).collect()
    };
    // Prices at no output are compared with their like: where cost rises with output they are lower.
    let (price, rising) = (of(&flat), of(&|g| !flat(g)));
    let mut told: Vec<(usize, f64, f64)> = [&price, &rising].into_iter().flat_map(|p| cheap(p)).collect();
    told.sort_by_key(|t| t.0);
    for (row, v, low) in told {
        slip(found, &code::SLIP_PRICE, (TableId::Generators, row, "cost_linear_per_mwh"), v, ("cost_linear_per_mwh", v, low));
    }
    let mut sorted: Vec<f64> = price.iter().map(|p| p.0).collect();
    sorted.sort_by(f64::total_cmp);
    // With a quadratic part: what output adds to the price, over the price at zero.
    let quadratic: Vec<(f64, usize)> = net
        .generators
        .iter()
        .filter(|(_, g)| g.in_service && g.cost_quadratic_per_mw2h.max() > 0.0 && g.p_max_mw.is_some() && g.cost_linear_per_mwh.max() > 0.0)
        .map(|(id, g)| {
            let most = g.p_max_mw.as_ref().map_or(0.0, crate::Profile::max);
            (2.0 * g.cost_quadratic_per_mw2h.max() * most / g.cost_linear_per_mwh.max(), id.index())
        })
        .collect();
    for (row, score, rest) in apart(quadratic, 8.0, 5.0) {
        let v = net.generators.rows()[row].cost_linear_per_mwh.max();
        if v < 1.0 {
            let measure = "2·cost_quadratic_per_mw2h·p_max_mw / cost_linear_per_mwh";
            slip(found, &code::SLIP_PRICE, (TableId::Generators, row, "cost_linear_per_mwh"), v, (measure, score, rest));
        }
    }
    // With a single price there are no others; a tenth per MWh is none in any currency.
    if let [(v, row)] = price.as_slice() {
        if *v < 0.15 {
            slip(found, &code::SLIP_PRICE, (TableId::Generators, *row, "cost_linear_per_mwh"), *v, ("cost_linear_per_mwh", *v, 1.0));
        }
    }
    let top = sorted.last().copied().unwrap_or(0.0);
    if sorted.len() >= 2 && top > 0.0 && top < 0.5 {
        whole(found, TableId::Generators, "cost_linear_per_mwh", "max cost_linear_per_mwh", top, 10.0, &code::SLIP_COLUMN);
    }
    let shed: Vec<(f64, usize)> = net.loads.iter().filter_map(|(id, l)| Some((1.0 / l.shed_cost_per_mwh?, id.index()))).collect();
    for (row, score, rest) in apart(shed, 0.05, 100.0) {
        slip(
            found,
            &code::SLIP_PRICE,
            (TableId::Loads, row, "shed_cost_per_mwh"),
            1.0 / score,
            ("shed_cost_per_mwh", 1.0 / score, 1.0 / rest),
        );
    }
}

/// Percent where a share is meant: efficiencies, availabilities, losses.
fn shares(found: &mut Findings) {
    // Table, field, the largest share that a real element has.
    const SHARES: &[(TableId, &str, f64)] = &[
        (TableId::Generators, "efficiency", 1.2),
        (TableId::Generators, "p_max_pu", 1.6),
        (TableId::Generators, "p_min_pu", 1.6),
        (TableId::StorageUnits, "efficiency_charge", 1.2),
        (TableId::StorageUnits, "efficiency_discharge", 1.2),
        (TableId::StorageUnits, "p_max_pu", 1.6),
        (TableId::StorageUnits, "standing_loss_per_h", 0.5),
        (TableId::Stores, "standing_loss_per_h", 0.5),
        (TableId::Stores, "e_max_pu", 1.6),
        (TableId::Links, "efficiency", 12.0),
        (TableId::Links, "p_max_pu", 1.6),
        (TableId::LinkEnds, "efficiency", 12.0),
        (TableId::Branches, "s_max_pu", 3.0),
        (TableId::Carriers, "co2_t_per_mwh", 5.0),
    ];
    for (table, name, most) in SHARES {
        let t = found.net.table(*table);
        let Some(field) = t.fields().iter().position(|f| f.name == *name) else { continue };
        for row in 0..t.count() {
            let value = match t.value(row, field) {
                crate::schema::Value::Number(v) => v,
                crate::schema::Value::Profile(p) => p.max(),
                _ => continue,
            };
            if value > *most {
                let entry = if *table == TableId::Carriers { &code::SLIP_THOUSAND } else { &code::SLIP_PERCENT };
                slip(found, entry, (*table, row, name), value, (name, value, *most));
            }
        }
    }
}

/// Volts for kilovolts; percent or kilovolts for per unit of voltage and tap.
fn voltages(found: &mut Findings) {
    for row in 0..found.net.buses.len() {
        let b = &found.net.buses.rows()[row];
        let (kv, per_unit) = (b.v_nom_kv, [("vm_pu", b.vm_pu), ("vm_min_pu", b.vm_min_pu), ("vm_max_pu", b.vm_max_pu)]);
        if kv > 1500.0 {
            slip(found, &code::SLIP_THOUSAND, (TableId::Buses, row, "v_nom_kv"), kv, ("v_nom_kv", kv, 1500.0));
        }
        for (name, v) in per_unit {
            if v.is_finite() && v > 5.0 && v < 1e4 {
                slip(found, &code::SLIP_PERCENT, (TableId::Buses, row, name), v, (name, v, 1.5));
            }
        }
    }
    for row in 0..found.net.branches.len() {
        let tap = found.net.branches.rows()[row].tap_ratio;
        if tap > 5.0 {
            slip(found, &code::SLIP_PERCENT, (TableId::Branches, row, "tap_ratio"), tap, ("tap_ratio", tap, 1.5));
        }
    }
}

/// kWh for MWh of storage without inflow: it would run for months, or for seconds.
fn energies(found: &mut Findings) {
    for row in 0..found.net.storage_units.len() {
        let s = &found.net.storage_units.rows()[row];
        // A reservoir may hold a season; a battery does not.
        let most = if s.inflow_mw.max() > 0.0 { 20_000.0 } else { 900.0 };
        let power = if s.p_nom_extendable { 1.0 } else { s.discharge_upper_mw(0).max(s.charge_upper_mw(0)) };
        let hours = if s.p_nom_extendable { s.energy_hours_h } else { s.energy_capacity_mwh() / power };
        let field = if s.energy_max_mwh.is_some() { "energy_max_mwh" } else { "energy_hours_h" };
        let value = if s.energy_max_mwh.is_some() { s.energy_capacity_mwh() } else { s.energy_hours_h };
        if power > 0.0 && hours.is_finite() && !(0.02..=most).contains(&hours) && hours > 0.0 {
            slip(found, &code::SLIP_THOUSAND, (TableId::StorageUnits, row, field), value, ("energy / power", hours, 100.0));
        }
    }
}
