//! An explanation as the report and the wire carry it.

use crate::analyses::explain::{change_text, held_text};
use crate::analyses::explain::{Change, Conflict, Explanation, Fix, Runaway};
use crate::report::{Said, Why, WhyChange, WhyConflict, WhyFix, WhyMember, WhyPrice, WhyRunaway, WhyRunner};
use fenggu_net::diagnostic::{Diagnostic, Lang};
use fenggu_net::{Network, TableId};

/// Members, changes and runners that are listed of each: beyond this no person reads on, and programs have the network.
const LISTED: usize = 1000;

fn said(d: &Diagnostic) -> Said {
    let (en, zh) = (d.entry.wording(Lang::En), d.entry.wording(Lang::Zh));
    Said {
        code: d.code(),
        severity: d.severity.word(Lang::En),
        title: d.fill(en.title, Lang::En),
        why: d.fill(en.why, Lang::En),
        remedy: d.fill(en.fix, Lang::En),
        title_zh: d.fill(zh.title, Lang::Zh),
        why_zh: d.fill(zh.why, Lang::Zh),
        remedy_zh: d.fill(zh.fix, Lang::Zh),
    }
}

fn conflict(net: &Network, c: &Conflict) -> WhyConflict {
    let member = |h: &crate::analyses::explain::Held| WhyMember {
        room: h.room,
        table: h.table.map(TableId::word),
        element: h.element.clone(),
        quantity: h.quantity,
        side: h.side,
        limit: h.limit,
        first_step: h.steps.map(|s| s.0),
        last_step: h.steps.map(|s| s.1),
        text: held_text(net, h),
    };
    WhyConflict {
        irreducible: c.irreducible,
        first_step: c.steps.map(|s| s.0),
        last_step: c.steps.map(|s| s.1),
        members: c.members.iter().take(LISTED).map(member).collect(),
    }
}

fn change(net: &Network, c: &Change) -> WhyChange {
    WhyChange {
        table: c.table.word(),
        name: c.name.clone(),
        field: c.field,
        unit: c.unit,
        kind: c.kind.word(),
        from: c.from,
        to: c.to,
        first_step: c.steps.map(|s| s.0),
        last_step: c.steps.map(|s| s.1),
        cost: c.cost,
        text: change_text(net, c),
    }
}

fn fix(net: &Network, k: usize, f: &Fix) -> WhyFix {
    let changes = f.changes.iter().take(LISTED).map(|c| change(net, c)).collect();
    WhyFix { rank: k + 1, cost: f.cost, verified: f.verified, changes }
}

fn runaway(r: &Runaway) -> WhyRunaway {
    let runner = |r: &crate::analyses::explain::Runner| WhyRunner {
        quantity: r.quantity,
        table: r.table.map(TableId::word),
        element: r.element.clone(),
        first_step: r.steps.0,
        last_step: r.steps.1,
        rate: r.rate,
        cost: r.cost,
        stopped_by: r.stopped_by,
    };
    WhyRunaway { cost: r.cost, checked: r.checked, runners: r.runners.iter().take(LISTED).map(runner).collect() }
}

/// An explanation as the report and the wire carry it.
pub fn why(net: &Network, e: &Explanation) -> Why {
    Why {
        said: e.said.iter().map(said).collect(),
        conflicts: e.conflicts.iter().map(|c| conflict(net, c)).collect(),
        more_conflicts: e.more_conflicts,
        fixes: e.fixes.iter().enumerate().map(|(k, f)| fix(net, k, f)).collect(),
        runaway: e.runaway.as_ref().map(runaway),
        prices: e
            .prices
            .iter()
            .map(|p| WhyPrice { kind: p.kind.word(), price: p.price, unit: p.unit, from_network: p.from_network })
            .collect(),
        solves: e.solves,
        cut: e.cut,
        seconds: e.seconds,
    }
}
