use super::*;
use crate::report::fixture;
use crate::report::run::Verdict;
use fenggu_net::results::{Outcome, Shape};
use fenggu_net::{Branch, Bus, Generator, Id, Load, Results, TimeAxis};
use std::path::{Path, PathBuf};
use std::process::Command;

fn example(lang: Lang) -> String {
    let (net, findings) = (fixture::network(), fixture::findings());
    let results = fixture::results(&net);
    let run = fixture::run(&net, &results, &findings);
    page(
        &run,
        &ReportOptions { lang, ..Default::default() },
        &wide::tables(&net, &results).iter().map(|t| t.name.clone()).collect::<Vec<_>>(),
    )
}

/// A grid of `w × h` buses without coordinates, carriers or currency, as a MATPOWER file gives it: a single step.
fn snapshot(w: usize, h: usize) -> (Network, Results) {
    let mut net = Network { name: format!("grid {w} x {h}"), ..Network::default() };
    let n = w * h;
    for i in 0..n {
        net.buses.push(Bus { name: (i + 1).to_string(), ..Bus::default() });
        net.loads.push(Load { name: format!("load {}", i + 1), bus: Id::new(i), p_mw: 10.0.into(), ..Load::default() });
        if i % 5 == 0 {
            net.generators.push(Generator {
                name: format!("gen {}", i + 1),
                bus: Id::new(i),
                p_max_mw: Some(80.0.into()),
                ..Generator::default()
            });
        }
    }
    for i in 0..n {
        for j in [(i % w + 1 < w).then_some(i + 1), (i + w < n).then_some(i + w)].into_iter().flatten() {
            net.branches.push(Branch {
                name: format!("{i}-{j}"),
                bus_from: Id::new(i),
                bus_to: Id::new(j),
                x_pu: 0.1,
                rating_a_mva: 50.0,
                ..Branch::default()
            });
        }
    }
    let mut r = Results::new(Outcome::Optimal, 1);
    r.objective = 12_345.678;
    r.set(fenggu_net::Quantity::BusPrice, (0..n).map(|i| 20.0 + 0.01 * i as f64).collect());
    r.set(fenggu_net::Quantity::GeneratorP, (0..net.generators.len()).map(|i| 40.0 + (i % 30) as f64).collect());
    r.set(fenggu_net::Quantity::LoadP, vec![10.0; n]);
    let m = net.branches.len();
    r.set(fenggu_net::Quantity::BranchFlow, (0..m).map(|i| 50.0 * (i as f64 / m as f64) - 5.0).collect());
    r.set(fenggu_net::Quantity::BranchLimitPrice, (0..m).map(|i| if i % 97 == 0 { 3.0 } else { 0.0 }).collect());
    (net, r)
}

/// The fixture's day, over and over, as a year of hours.
fn year() -> (Network, Results) {
    let mut net = fixture::network();
    let day = fixture::results(&net);
    net.time = TimeAxis::from_start(1_704_038_400, 8784, 1.0, "Asia/Shanghai");
    let stretch = |p: &fenggu_net::Profile| fenggu_net::Profile::from((0..8784).map(|t| p.at(t * 4 % 96)).collect::<Vec<_>>());
    net.loads.rows_mut().iter_mut().for_each(|l| l.p_mw = stretch(&l.p_mw));
    net.generators.rows_mut().iter_mut().for_each(|g| g.p_max_pu = stretch(&g.p_max_pu));
    let mut year = Results::new(Outcome::Optimal, 8784);
    for (q, v) in day.columns() {
        let values = if q.spec().shape == Shape::PerStep {
            v.chunks(96).flat_map(|e| (0..8784).map(|t| e[t * 4 % 96])).collect()
        } else {
            v.to_vec()
        };
        year.set(q, values);
    }
    (net, year)
}

fn assert_sound(html: &str) {
    assert!(!html.contains("NaN") && !html.contains("inf\""), "no coordinate is NaN");
    let without_namespace = html.replace("http://www.w3.org/2000/svg", "");
    assert!(
        !without_namespace.contains("http:") && !without_namespace.contains("https:") && !without_namespace.contains("url(//"),
        "no outside address"
    );
    for tag in ["section", "figure", "svg", "table", "details", "div", "span", "tspan", "text", "ul", "li", "dl"] {
        let open = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "<{tag}> is closed as often as opened");
    }
    for id in ["en", "zh"] {
        assert_eq!(html.matches(&format!("id=\"{id}\"")).count(), 1);
    }
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|s| s.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "ids are unique");
}

#[test]
fn the_page_is_whole_in_both_languages() {
    for (lang, attribute) in [(Lang::En, "<html lang=\"en\">"), (Lang::Zh, "<html lang=\"zh-CN\">")] {
        let html = example(lang);
        assert!(html.contains(attribute));
        assert_sound(&html);
        assert!(html.len() < 600_000, "{}", html.len());
        for id in ["fig-dispatch", "fig-prices", "fig-duration", "fig-network", "fig-storage-1", "fig-timings"] {
            assert!(html.contains(&format!("<figure id=\"{id}\">")), "{id}");
        }
        assert_eq!(
            html.matches("<figure").count(),
            html.split("<figure").skip(1).filter(|f| f.contains("<details>")).count(),
            "every figure has its table"
        );
        assert!(html.contains("24:00") && html.contains("tables/generators_p_mw.csv"));
    }
}

#[test]
fn other_shapes_of_run_have_a_page_too() {
    for (w, h) in [(1, 1), (3, 1), (5, 6), (20, 20), (60, 60), (100, 60)] {
        let (net, r) = snapshot(w, h);
        let html = page(&Run::new("dispatch", &net, &r), &ReportOptions::default(), &["buses".into()]);
        assert_sound(&html);
        assert!(html.contains("fig-dispatch") && html.contains("fig-network"));
        assert!(html.len() < 2_500_000, "{w} x {h}: {}", html.len());
    }
    // Nothing at all, and endings without an answer.
    let net = Network::default();
    for outcome in [Outcome::Optimal, Outcome::Infeasible, Outcome::Unbounded, Outcome::Limit, Outcome::Interrupted, Outcome::Failed] {
        let r = Results::new(outcome, 1);
        assert_sound(&page(&Run::new("dispatch", &net, &r), &ReportOptions::default(), &[]));
    }
    // A year of hours: lines and tables are thinned.
    let (net, year) = year();
    let html = page(&Run::new("dispatch", &net, &year), &ReportOptions::default(), &[]);
    assert_sound(&html);
    assert!(html.contains("2024-01") && html.len() < 2_500_000, "{}", html.len());
}

#[test]
fn hostile_names_are_shown_as_text() {
    const NAMES: [&str; 7] = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "]]></style><svg onload=alert(1)>",
        "&lt;b&gt;{0}{1}",
        "\u{202e}gnorw\u{0}\u{7}",
        "https://example.org/%22",
    ];
    let mut net = fixture::network();
    net.name = NAMES.concat();
    net.currency = NAMES[1].into();
    let long = "长".repeat(10_000);
    for (i, name) in NAMES.iter().copied().chain([long.as_str()]).enumerate() {
        let mut carrier = fenggu_net::Carrier { name: name.into(), colour: NAMES[1].into(), ..Default::default() };
        carrier.unit = name.into();
        let carrier = net.carriers.push(carrier);
        net.buses.rows_mut()[i].name = name.into();
        net.generators.push(Generator {
            name: name.into(),
            bus: Id::new(i),
            carrier: Some(carrier),
            p_nom_mw: Some(10.0),
            ..Default::default()
        });
    }
    net.storage_units.rows_mut()[0].name = NAMES[0].into();
    let mut results = fixture::results(&net);
    // The added units run, so that their carriers are drawn.
    let n = net.steps();
    let p = results.column_mut(Quantity::GeneratorP).expect("there");
    let first = p.len() - 8 * n;
    p[first..].fill(5.0);
    let findings = vec![fenggu_net::Diagnostic::new(&fixture::FINDING).on(fenggu_net::TableId::Loads, NAMES[0]).with("value", NAMES[1])];
    let mut run = fixture::run(&net, &results, &findings);
    run.verb = NAMES[0].into();
    run.command_line = NAMES.concat();
    run.story = vec![crate::report::Bilingual::new(NAMES[0], NAMES[1])];
    run.caption = Some(crate::report::Bilingual::new(NAMES[2], NAMES[3]));
    run.machine = NAMES[3].into();
    run.phases.push((NAMES[0].into(), 1.0));
    run.versions.push((NAMES[0].into(), NAMES[1].into()));
    run.options.push(crate::report::OptionLine { name: NAMES[0].into(), value: NAMES[2].into(), origin: crate::report::Origin::Flag });
    run.inputs.push(crate::report::InputFile { path: NAMES[1].into(), bytes: 1, sha256: NAMES[1].into() });
    run.binding.push(crate::report::Binding {
        name: NAMES[0].into(),
        table: NAMES[1].into(),
        what: NAMES[2].into(),
        price_unit: NAMES[0].into(),
        limit_unit: NAMES[0].into(),
        ..run.binding[0].clone()
    });
    run.verdict = Some(Verdict {
        passed: false,
        tests: vec![crate::report::TestLine {
            name: NAMES[0].into(),
            passed: false,
            skipped: None,
            worst: 1.0,
            tolerance: 0.0,
            unit: NAMES[1].into(),
            place: NAMES[0].into(),
            count: 1,
        }],
        ..run.verdict.clone().expect("there")
    });
    let html = page(&run, &ReportOptions::default(), &[]);
    let body = html.split("</style></head>").nth(1).expect("a body").to_string();
    assert_eq!(body.matches("<script>").count(), 1, "only our own script");
    assert!(!body.contains("<img") && !body.contains("<b>{0}") && !body.contains('\u{202e}') && !body.contains('\0'));
    assert!(!body.contains("onerror=alert(1)>") || body.contains("onerror=alert(1)&gt;"));
    // Every attribute our markup writes is quoted, and no name closes the quotes.
    for handler in [" onmouseover='", "<svg onload", "src=x onerror=alert(1)>"] {
        assert!(!body.contains(handler), "{handler}");
    }
    assert!(!body.contains(&"长".repeat(200)), "a long name is cut");
    let tags = ["section", "figure", "svg", "table", "div", "span", "text"];
    for tag in tags {
        let open = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(open, html.matches(&format!("</{tag}>")).count(), "<{tag}>");
    }
}

#[test]
fn writes_examples_when_asked() {
    // For people who work on the page: FENGGU_EXAMPLE_DIR=dir cargo test -p fenggu writes_examples
    let Ok(dir) = std::env::var("FENGGU_EXAMPLE_DIR") else { return };
    let dir = PathBuf::from(dir);
    let (net, findings) = (fixture::network(), fixture::findings());
    let results = fixture::results(&net);
    for (lang, sub) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
        crate::report::write_run_folder(
            &fixture::run(&net, &results, &findings),
            &dir.join(sub),
            &ReportOptions { lang, ..Default::default() },
        )
        .expect("writes");
    }
    let write = |name: &str, run: &Run| {
        let start = std::time::Instant::now();
        crate::report::write_run_folder(run, &dir.join(name), &ReportOptions::default()).expect("writes");
        let folder = start.elapsed();
        let start = std::time::Instant::now();
        let size = page(run, &ReportOptions::default(), &[]).len();
        #[allow(clippy::print_stderr)] // asked for by hand
        {
            eprintln!("{name}: folder {folder:?}, page {:?}, {size} bytes", start.elapsed());
        }
    };
    for (w, h) in [(5, 6), (15, 20), (40, 50), (100, 60), (400, 200)] {
        let (net, r) = snapshot(w, h);
        write(&format!("grid{}", w * h), &Run::new("dispatch", &net, &r));
    }
    let (year_net, year) = year();
    write("year", &Run::new("dispatch", &year_net, &year));
    let (mut wide_net, one) = snapshot(50, 40);
    wide_net.time = TimeAxis::from_start(1_733_760_000, 168, 1.0, "Asia/Shanghai");
    let mut week = Results::new(Outcome::Optimal, 168);
    for (q, v) in one.columns() {
        week.set(q, v.iter().flat_map(|x| (0..168).map(move |t| x * (1.0 + 0.3 * (t as f64 / 4.0).sin()))).collect());
    }
    write("week", &Run::new("dispatch", &wide_net, &week));
    let mut refused = fixture::run(&net, &results, &findings);
    if let Some(v) = refused.verdict.as_mut() {
        v.passed = false;
        v.tests[0] = crate::report::TestLine { passed: false, worst: 12.5, ..v.tests[0].clone() };
    }
    write("refused", &refused);
    let mut short = Results::new(Outcome::Infeasible, net.steps());
    short.set(Quantity::BusMissing, (0..net.buses.len() * net.steps()).map(|k| if k % 131 == 70 { 12.5 } else { 0.0 }).collect());
    write("infeasible", &Run { results: &short, verdict: None, ..fixture::run(&net, &results, &findings) });
}

// ---- in a real browser ----

fn chromium() -> Option<&'static str> {
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|b| Command::new(b).arg("--version").output().is_ok_and(|o| o.status.success()));
    if found.is_none() {
        #[allow(clippy::print_stderr)] // a skipped test must say so
        {
            eprintln!("skipped: no chromium");
        }
    }
    found
}

/// Loads `html` in a frame of `width` pixels, runs `script` with `d` as its document, and returns what it gives, and the log.
fn browse(browser: &str, dir: &Path, html: &str, width: u32, script: &str) -> (serde_json::Value, String) {
    let frame = html.replace('&', "&amp;").replace('"', "&quot;");
    let wrapper = format!(
        "<!doctype html><meta charset=utf-8><body><iframe id=f style=\"width:{width}px;height:900px;border:0\" srcdoc=\"{frame}\"></iframe>\
         <script>f.onload=()=>{{const d=f.contentDocument,w=f.contentWindow;document.body.dataset.out=encodeURIComponent(JSON.stringify((()=>{{{script}}})()))}}</script>"
    );
    std::fs::create_dir_all(dir).expect("a folder");
    let file = dir.join(format!("page-{width}.html"));
    std::fs::write(&file, wrapper).expect("writes");
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ])
        .args(["--enable-logging=stderr", "--log-level=0", "--virtual-time-budget=4000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", dir.join(format!("profile-{width}")).display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser runs");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let out = dom.split("data-out=\"").nth(1).and_then(|s| s.split('"').next()).unwrap_or_else(|| panic!("no answer from the page\n{log}"));
    let mut bytes = Vec::new();
    let raw = out.as_bytes();
    let mut i = 0;
    while i < raw.len() {
        if raw[i] == b'%' {
            bytes.push(u8::from_str_radix(&out[i + 1..i + 3], 16).expect("percent code"));
            i += 3;
        } else {
            bytes.push(raw[i]);
            i += 1;
        }
    }
    (serde_json::from_slice(&bytes).expect("JSON"), log)
}

const PROBE: &str = "
d.querySelectorAll('details').forEach(x=>x.open=true);
const shown=l=>[...d.querySelectorAll('[lang='+l+']')].filter(x=>x.closest('html')!==x&&w.getComputedStyle(x).display!=='none').length;
const wide=d.documentElement.scrollWidth;
const out=[...d.querySelectorAll('body *')].filter(x=>!x.closest('.scroll')&&!x.closest('svg')&&x.getBoundingClientRect().right>wide+1).length;
const en=[shown('en'),shown('zh')];
d.getElementById('zh').checked=true;
const zh=[shown('en'),shown('zh')];
d.getElementById('en').checked=true;
const charts=[...d.querySelectorAll('svg.chart')].filter(x=>x.getBoundingClientRect().width>0);
const c=[...d.querySelectorAll('#fig-dispatch svg.chart')].find(x=>x.getBoundingClientRect().width>0),b=c.getBoundingClientRect();
c.dispatchEvent(new w.PointerEvent('pointermove',{clientX:b.left+b.width*.7,clientY:b.top+40,bubbles:true}));
const tip=d.querySelector('.tip')?d.querySelector('.tip').textContent:'';
const rows=id=>[...d.querySelectorAll(id+' details tbody tr')].map(r=>[...r.cells].map(x=>x.textContent));
return {width:w.innerWidth,scroll:wide-d.documentElement.clientWidth,out,en,zh,charts:charts.length,tip,dispatch:rows('#fig-dispatch'),prices:rows('#fig-prices'),resources:w.performance.getEntriesByType('resource').length};
";

fn number(v: &serde_json::Value) -> f64 {
    let s = v.as_str().expect("text").replace(',', "").replace('−', "-");
    s.parse().unwrap_or_else(|_| panic!("not a number: {s}"))
}

#[test]
fn a_browser_shows_it_at_both_widths_with_the_right_numbers() {
    let Some(browser) = chromium() else { return };
    let dir = std::env::temp_dir().join(format!("fenggu-browser-{}", std::process::id()));
    let html = example(Lang::En);
    let net = fixture::network();
    let r = fixture::results(&net);
    // The checks can fail: a page that errs, and asks for a picture, is noticed.
    let bad = html.replace("<footer>", "<script>undefined.x</script><div style=\"width:900px\">x</div><footer>");
    let (seen, log) = browse(browser, &dir, &bad, 421, "return d.documentElement.scrollWidth-d.documentElement.clientWidth");
    assert!(log.contains(":CONSOLE") && seen.as_i64() > Some(100), "{seen} {log}");
    for width in [420, 1400] {
        let (seen, log) = browse(browser, &dir, &html, width, PROBE);
        assert!(!log.contains(":CONSOLE"), "the console is silent: {log}");
        assert_eq!(seen["width"], width);
        assert_eq!((&seen["scroll"], &seen["out"]), (&serde_json::json!(0), &serde_json::json!(0)), "nothing sticks out at {width}");
        assert_eq!(seen["resources"], 0, "no request leaves the page");
        assert_eq!(seen["charts"], 7, "one drawing of every figure");
        // The switch shows one language and hides the other.
        assert!(seen["en"][0].as_u64() > Some(50) && seen["en"][1] == 0, "{}", seen["en"]);
        assert!(seen["zh"][1].as_u64() > Some(50) && seen["zh"][0] == 0, "{}", seen["zh"]);
        assert!(seen["tip"].as_str().is_some_and(|t| t.contains("16:") && t.contains("coal")), "{}", seen["tip"]);
        // Numbers in the tables are the results', to half a unit of what is shown.
        let rows = seen["dispatch"].as_array().expect("rows");
        assert_eq!(rows.len(), 96);
        let coal = net.carriers.find("coal");
        for (t, row) in rows.iter().enumerate() {
            assert_eq!(row[0], net.time.end_label(t));
            let sum = |pick: &dyn Fn(&Generator) -> bool| -> f64 {
                net.generators.iter().filter(|(_, g)| pick(g)).map(|(id, _)| r.at(Quantity::GeneratorP, id.index(), t)).sum()
            };
            assert!((number(&row[1]) - sum(&|g| g.carrier == coal)).abs() <= 0.5, "coal in step {t}");
            let last = row.as_array().expect("cells").len() - 1;
            let load: f64 = net.loads.ids().map(|l| r.at(Quantity::LoadP, l.index(), t)).sum();
            assert!((number(&row[last]) - load).abs() <= 0.5, "load in step {t}");
        }
        for (t, row) in seen["prices"].as_array().expect("rows").iter().enumerate() {
            let all = || net.buses.ids().map(|b| r.at(Quantity::BusPrice, b.index(), t));
            assert!((number(&row[2]) - all().fold(f64::INFINITY, f64::min)).abs() <= 0.005, "lowest in step {t}");
            assert!((number(&row[3]) - all().fold(0.0, f64::max)).abs() <= 0.005, "highest in step {t}");
        }
    }
    let _ = std::fs::remove_dir_all(&dir);
}
