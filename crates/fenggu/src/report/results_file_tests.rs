use super::*;
use crate::report::fixture;

/// A path that goes away with the test.
struct Temporary(std::path::PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl std::ops::Deref for Temporary {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

fn temporary(name: &str) -> Temporary {
    Temporary(std::env::temp_dir().join(format!("fenggu-results-{}-{name}", std::process::id())))
}

fn write_rows(path: &Path, schema: &str, text: [Vec<&str>; 3], time: Vec<&str>, value: Vec<f64>) {
    let schema = Arc::new(parse_message_type(schema).expect("schema"));
    let mut w = SerializedFileWriter::new(std::fs::File::create(path).expect("file"), schema, Default::default()).expect("writer");
    let mut g = w.next_row_group().expect("group");
    for column in text.into_iter().chain([time]) {
        let mut c = g.next_column().expect("next").expect("column");
        let values: Vec<ByteArray> = column.into_iter().map(ByteArray::from).collect();
        c.typed::<ByteArrayType>().write_batch(&values, None, None).expect("batch");
        c.close().expect("close");
    }
    let mut c = g.next_column().expect("next").expect("column");
    c.typed::<DoubleType>().write_batch(&value, None, None).expect("batch");
    c.close().expect("close");
    g.close().expect("close");
    w.close().expect("close");
}

const FOREIGN: &str = "message m { required binary component (UTF8); required binary name (UTF8); required binary field (UTF8); required binary time (UTF8); required double value; }";

#[test]
fn what_is_written_is_read_back() {
    let net = fixture::network();
    let mut results = fixture::results(&net);
    results.outcome = Outcome::Limit;
    // Numbers that text would lose.
    results.column_mut(Quantity::BusPrice).expect("prices")[5] = 0.1 + 0.2;
    results.column_mut(Quantity::BusPrice).expect("prices")[6] = -f64::MIN_POSITIVE;
    for group_rows in [GROUP_ROWS, 1000, 97] {
        let path = temporary(&format!("round-{group_rows}.parquet"));
        let rows = write_all(&net, &results, std::fs::File::create(&*path).expect("file"), group_rows).expect("writes");
        assert_eq!(rows, 2 + results.columns().map(|c| c.1.len()).sum::<usize>());
        let back = read_results_parquet(&path, &net).expect("reads");
        assert_eq!(back.results, results);
        assert!(back.ignored.is_empty());
    }
}

#[test]
fn a_foreign_file_in_any_order_is_read() {
    let net = fixture::network();
    let path = temporary("foreign.parquet");
    write_rows(
        &path,
        FOREIGN,
        [
            vec!["loads", "generators", "generators", "weather"],
            vec!["Load Taiyuan", "Hequ", "Hequ", "x"],
            vec!["p_mw", "p_mw", "p_mw", "wind_m_s"],
        ],
        // The second step, once in another offset; the first one with a fraction.
        vec!["2024-12-09T16:15:00Z", "2024-12-10T00:15:00+08:00", "2024-12-09T16:00:00.000Z", ""],
        vec![1.0, 2.0, 3.0, 4.0],
    );
    let back = read_results_parquet(&path, &net).expect("reads");
    let hequ = net.generators.find("Hequ").expect("there").index();
    assert_eq!(back.results.at(Quantity::GeneratorP, hequ, 1), 2.0);
    assert_eq!(back.results.at(Quantity::GeneratorP, hequ, 0), 3.0);
    assert!(back.results.at(Quantity::GeneratorP, hequ, 2).is_nan());
    assert_eq!(back.results.outcome, Outcome::Optimal);
    assert_eq!(back.ignored, [("weather.wind_m_s".to_string(), 1)]);
}

#[test]
fn what_cannot_be_meant_is_refused_by_name() {
    let net = fixture::network();
    let path = temporary("wrong.parquet");
    let one = |names: Vec<&str>, times: Vec<&str>, values: Vec<f64>| {
        let n = names.len();
        write_rows(&path, FOREIGN, [vec!["generators"; n], names, vec!["p_mw"; n]], times, values);
        read_results_parquet(&path, &net).expect_err("refused").kind
    };
    let t0 = "2024-12-09T16:00:00Z";
    assert_eq!(
        one(vec!["Heqv"], vec![t0], vec![1.0]),
        ReportErrorKind::UnknownComponent { row: 1, component: "generators".into(), name: "Heqv".into(), nearest: "Hequ".into() }
    );
    assert!(matches!(one(vec!["Hequ"], vec!["2024-12-09T16:01:00Z"], vec![1.0]), ReportErrorKind::UnknownTime { row: 1, .. }));
    assert!(matches!(one(vec!["Hequ"], vec![""], vec![1.0]), ReportErrorKind::UnknownTime { .. }));
    assert!(matches!(one(vec!["Hequ", "Hequ"], vec![t0, t0], vec![1.0, 2.0]), ReportErrorKind::Twice { row: 2, .. }));
    write_rows(&path, &FOREIGN.replace("field", "feld"), [vec!["generators"], vec!["Hequ"], vec!["p_mw"]], vec![t0], vec![1.0]);
    assert_eq!(read_results_parquet(&path, &net).expect_err("refused").kind, ReportErrorKind::MissingColumn("field"));
    for lang in [fenggu_net::diagnostic::Lang::En, fenggu_net::diagnostic::Lang::Zh] {
        assert!(ReportError::new(&path, ReportErrorKind::MissingColumn("field")).message(lang).contains("field"));
    }
}

#[test]
fn damaged_files_end_in_a_message() {
    let net = fixture::network();
    let results = fixture::results(&net);
    let path = temporary("damaged.parquet");
    let mut whole = Vec::new();
    write_all(&net, &results, &mut whole, 5000).expect("writes");
    // The hook would print every caught panic of the Parquet crate.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut refused = 0;
    let mut tries = 0;
    for cut in [0, 1, 4, 8, 100, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        std::fs::write(&*path, &whole[..cut]).expect("writes");
        tries += 1;
        refused += usize::from(matches!(read_results_parquet(&path, &net), Err(ReportError { kind: ReportErrorKind::NotParquet(_), .. })));
    }
    assert_eq!(refused, tries, "a truncated file is never read");
    for k in 0..120 {
        let mut bytes = whole.clone();
        let at = whole.len() - 1 - (k * 7919) % whole.len().min(4000 + k * 300);
        bytes[at] ^= 1 << (k % 8);
        std::fs::write(&*path, &bytes).expect("writes");
        // Any answer but a crash: a flipped bit in a value is still a number.
        let _ = read_results_parquet(&path, &net);
    }
    std::panic::set_hook(hook);
    assert!(matches!(read_results_parquet(&temporary("not-there.parquet"), &net).expect_err("missing").kind, ReportErrorKind::Io(_)));
}

#[test]
fn a_study_without_a_calendar_counts_its_steps() {
    let mut net = fixture::network();
    net.time = fenggu_net::TimeAxis::uniform(96, 0.25);
    let results = fixture::results(&fixture::network());
    let path = temporary("steps.parquet");
    write_results_parquet(&net, &results, std::fs::File::create(&*path).expect("file"), &path).expect("writes");
    assert_eq!(read_results_parquet(&path, &net).expect("reads").results, results);
    assert_eq!((time_key(&net, 0), time_key(&net, 95)), ("1".into(), "96".into()));
}
