use super::*;
use crate::report::{fixture, folder::write_run_folder};

#[test]
fn writes_an_example() {
    let net = fixture::network();
    let results = fixture::results(&net);
    let findings = fixture::findings();
    let run = fixture::run(&net, &results, &findings);
    let dir = std::env::var("FENGGU_EXAMPLE_DIR").map_or_else(|_| std::env::temp_dir().join(format!("fenggu-example-{}", std::process::id())), Into::into);
    for (lang, sub) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
        let options = ReportOptions { lang, ..Default::default() };
        write_run_folder(&run, &dir.join(sub), &options).expect("writes");
    }
}
