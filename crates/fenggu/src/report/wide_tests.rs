use super::*;
use crate::report::fixture;

fn csv_of(table: &WideTable, lang: Lang) -> String {
    let mut out = Vec::new();
    write_csv(table, lang, &mut out, Path::new("x.csv")).expect("writes");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn csv_has_a_mark_and_every_number() {
    let net = fixture::network();
    let results = fixture::results(&net);
    let all = tables(&net, &results);
    let table = all.iter().find(|t| t.name == "buses_price_per_mwh").expect("there");
    for (lang, first) in [(Lang::En, "start (UTC)"), (Lang::Zh, "起始时间")] {
        let text = csv_of(table, lang);
        let text = text.strip_prefix('\u{feff}').expect("byte-order mark");
        assert!(text.starts_with(first), "{}", &text[..40]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().expect("header").clone();
        assert_eq!(header.get(3), Some("Datong [CNY/MWh]"));
        let mut rows = 0;
        for (t, row) in reader.records().map(|r| r.expect("row")).enumerate() {
            rows += 1;
            assert_eq!(row.get(2), Some(net.time.end_label(t).as_str()));
            for b in 0..net.buses.len() {
                let v: f64 = row.get(3 + b).expect("cell").parse().expect("number");
                assert_eq!(v, results.at(Quantity::BusPrice, b, t));
            }
        }
        assert_eq!(rows, 96);
    }
}

#[test]
fn a_name_is_never_a_formula() {
    let mut net = fixture::network();
    net.generators.push(fenggu_net::Generator { name: "=cmd|'/c calc'!A1".into(), bus: fenggu_net::Id::new(0), ..Default::default() });
    net.generators.push(fenggu_net::Generator { name: "a,\"b\"\nc".into(), bus: fenggu_net::Id::new(0), ..Default::default() });
    let results = fixture::results(&net);
    let all = tables(&net, &results);
    let text = csv_of(all.iter().find(|t| t.name == "generators_p_mw").expect("there"), Lang::En);
    assert!(text.contains(",'=cmd|"), "{}", &text[..600]);
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let n = net.generators.len();
    assert_eq!(reader.headers().expect("header").get(3 + n - 1), Some("a,\"b\"\nc [MW]"));
}

#[test]
fn a_workbook_is_a_zip_with_its_sheets() {
    let net = fixture::network();
    let results = fixture::results(&net);
    let all = tables(&net, &results);
    let bytes = workbook(&all, Lang::Zh, "2025-11-25T00:00:00Z").expect("writes");
    assert_eq!(&bytes[..4], b"PK\x03\x04");
    assert_eq!(&bytes[bytes.len() - 22..bytes.len() - 18], b"PK\x05\x06");
    // One sheet per table and the contents, named in the zip's directory without compression.
    let text = String::from_utf8_lossy(&bytes);
    for k in 1..=all.len() + 1 {
        assert!(text.contains(&format!("xl/worksheets/sheet{k}.xml")), "{k}");
    }
    assert_eq!(bytes, workbook(&all, Lang::Zh, "2025-11-25T00:00:00Z").expect("writes"), "the same run gives the same file");
}

#[test]
fn a_single_step_has_one_table_per_component() {
    let mut net = fixture::network();
    let full = fixture::results(&net);
    net.time = fenggu_net::TimeAxis::uniform(1, 1.0);
    let mut one = Results::new(full.outcome, 1);
    for (q, v) in full.columns().filter(|(q, _)| q.spec().shape == Shape::PerStep) {
        one.set(q, v.iter().step_by(96).copied().collect());
    }
    let all = tables(&net, &one);
    assert_eq!(
        all.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
        ["buses", "branches", "generators", "loads", "storage_units", "interfaces"]
    );
    let text = csv_of(&all[2], Lang::En);
    assert_eq!(text.lines().count(), net.generators.len() + 1);
    assert!(text.contains("name,output [MW],curtailed [MW]"));
}

#[test]
fn sheet_names_fit_and_differ() {
    let a = sheet_name("storage_units_energy_down_price_per_mwh", 7);
    let b = sheet_name("storage_units_energy_down_price_per_mwx", 8);
    assert!(a.len() <= 31 && b.len() <= 31 && a != b);
}
