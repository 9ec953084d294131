//! Faults seeded into networks that can be dispatched are named: their element and step among the first three fixes, and every fix
//! is dispatched by the whole engine and judged by the referee.

mod seeded;

use fenggu::analyses::explain::{explain, ExplainOptions, Explanation, Fix};
use fenggu::net::diagnostic::Lang;
use fenggu::net::{check, Network};
use fenggu::report::RunStatus;
use fenggu::{Control, DispatchOptions};
use seeded::{base, seed, Fault, CLASSES};

fn explained(net: &Network) -> (RunStatus, Explanation) {
    let options = DispatchOptions::default();
    let solution = fenggu::dispatch(net, &options).expect("dispatch");
    let e = explain(net, &solution.answer, &ExplainOptions::default(), &Control::default()).expect("explain");
    (solution.status, e)
}

/// Whether a fix changes what was broken, in a step in which it was broken.
fn hits(fix: &Fix, fault: &Fault) -> bool {
    fix.changes.iter().any(|c| {
        let when = match (c.steps, fault.steps) {
            (Some(a), Some(b)) => a.0 <= b.1 && b.0 <= a.1,
            _ => true,
        };
        c.table == fault.table && c.name == fault.name && fault.fields.contains(&c.field) && when
    })
}

fn dispatches(net: &Network) -> bool {
    fenggu::dispatch(net, &DispatchOptions::default()).is_ok_and(|s| s.status == RunStatus::Ok)
}

#[test]
fn seeded_faults_are_among_the_first_three_fixes() {
    const EACH: u64 = 4;
    let (mut cases, mut named, mut first, mut alike) = (0, 0, 0, 0);
    let mut missed = Vec::new();
    println!("{:<22} {:>5} {:>5} {:>5} {:>9}", "class", "cases", "first", "top 3", "seconds");
    for class in CLASSES {
        let (mut n, mut one, mut three, mut seconds) = (0, 0, 0, 0.0);
        let mut k = 0;
        while n < EACH {
            k += 1;
            assert!(k < 60, "{class}: no infeasible case");
            let mut net = base(k, 12);
            if n == 0 && k < 3 {
                assert!(dispatches(&net), "base {k} cannot be dispatched");
            }
            let fault = seed(&mut net, class, k);
            let found = check(&net, None);
            if check::has_errors(&found) {
                // Named before anything is solved.
                let said = found.iter().any(|d| d.component == fault.name && fault.fields.contains(&d.field));
                (n, one, three) = (n + 1, one + usize::from(said), three + usize::from(said));
                if !said {
                    missed.push(format!("{class} {k}: not named by check"));
                }
                continue;
            }
            if dispatches(&net) {
                continue;
            }
            let (status, e) = explained(&net);
            assert_eq!(status, RunStatus::Infeasible, "{class} {k}");
            n += 1;
            seconds += e.seconds;
            let at = e.fixes.iter().take(3).position(|f| hits(f, &fault));
            for (i, fix) in e.fixes.iter().take(3).enumerate() {
                assert!(fix.verified != Some(true) || dispatches(&fix.apply(&net)), "{class} {k}: fix {} does not mend", i + 1);
            }
            match at {
                Some(0) => (one, three) = (one + 1, three + 1),
                Some(_) => three += 1,
                None => {
                    let cheaper = e.fixes.first().is_some_and(|f| f.verified == Some(true));
                    alike += usize::from(cheaper);
                    let told: Vec<String> = e.said.iter().map(|d| d.title(Lang::En)).collect();
                    missed.push(format!("{class} {k}:\n    {}", told.join("\n    ")));
                }
            }
        }
        println!("{class:<22} {n:>5} {one:>5} {three:>5} {:>9.3}", seconds / n as f64);
        (cases, named, first) = (cases + n as usize, named + three, first + one);
    }
    println!(
        "{cases} cases in {} classes: {first} first, {named} among the first three; {alike} others have a verified fix",
        CLASSES.len()
    );
    missed.iter().for_each(|m| println!("missed: {m}"));
    assert!(cases >= 60 && CLASSES.len() >= 12);
    assert!(named as f64 >= 0.95 * cases as f64, "{named} of {cases}");
}
