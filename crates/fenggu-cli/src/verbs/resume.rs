//! `fenggu resume DIR`.

use super::{rolling, Failure};
use crate::inputs;
use crate::progress::Progress;
use fenggu::net::diagnostic::Lang;
use fenggu::report::WindowStore;
use std::path::{Path, PathBuf};

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Run folder of a rolling run that was cut off.
    dir: PathBuf,
    /// Wall-clock limit of this run, seconds; by default that of the first run.
    #[arg(long)]
    time_limit_s: Option<f64>,
    #[command(flatten)]
    memory: inputs::Memory,
    /// Print one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let dir = args.dir.display().to_string();
    let said = |en: String, zh: String| Failure::Message(format!("{dir}: {en}"), format!("{dir}:{zh}"));
    if !args.dir.is_dir() {
        return Err(said("is not a folder".into(), "不是文件夹".into()));
    }
    // A finished run may have been killed before its windows were taken away.
    let status = std::fs::read_to_string(args.dir.join("STATUS")).unwrap_or_default();
    if !args.dir.join("rolling/run.json").is_file() || status.trim() == "ok" {
        return Err(match status.trim() {
            "" => said(
                "holds no rolling run. Start one with: fenggu dispatch NETWORK --set horizon_steps=N -o DIR".into(),
                "其中没有滚动运行。请先执行：fenggu dispatch NETWORK --set horizon_steps=N -o DIR".into(),
            ),
            word => said(format!("is finished ({word}): there is nothing to go on with"), format!("已完成（{word}），无需继续")),
        });
    }
    let (_, text) = WindowStore::open(&args.dir).map_err(|e| Failure::Message(e.message(Lang::En), e.message(Lang::Zh)))?;
    let broken = || said("rolling/run.json is damaged; start the run again".into(), "rolling/run.json 已损坏，请重新运行".into());
    let told: serde_json::Value = serde_json::from_str(&text).map_err(|_| broken())?;
    let word = |name: &str| told[name].as_str().map(str::to_string);
    let (Some(network), Some(path), Some(version)) = (word("network"), word("network_path"), word("fenggu")) else {
        return Err(broken());
    };
    if version != env!("CARGO_PKG_VERSION") {
        return Err(said(
            format!(
                "was begun by fenggu {version}; this is {}, which may decide otherwise. Go on with {version}, or start again",
                env!("CARGO_PKG_VERSION")
            ),
            format!("由 fenggu {version} 开始；当前为 {}，结果可能不同。请用 {version} 继续，或重新运行", env!("CARGO_PKG_VERSION")),
        ));
    }
    let mut set: Vec<String> = told["set"].as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_string)).collect();
    let progress = Progress::start(args.json);
    progress.phase("read");
    let read = inputs::read(&path, word("network_format").as_deref(), &args.memory)?;
    let inputs::Sound { network: net, findings, files: now, seconds } = read.sound()?;
    let files = unchanged(&told, &now, Path::new(&path), &network)?;
    if let Some(limit) = args.time_limit_s {
        set.push(format!("time_limit_s={limit}"));
    }
    let (options, lines) = super::dispatch::options(&set)?;
    let job = rolling::Job {
        network,
        format: word("network_format"),
        set,
        out: Some(args.dir),
        json: args.json,
        files,
        started: word("started_utc").unwrap_or_default(),
    };
    rolling::run(job, rolling::Start { net, findings, seconds, options, lines, resumed: true }, progress, lang)
}

/// The inputs as first named, when none has changed: other data would make a plan of two halves that do not belong together.
fn unchanged(
    told: &serde_json::Value,
    now: &[fenggu::report::InputFile],
    path: &Path,
    typed: &str,
) -> Result<Vec<fenggu::report::InputFile>, Failure> {
    let mut files = Vec::new();
    let mut left: Vec<_> = now.iter().collect();
    let changed = |name: &str, what: [&str; 2]| {
        Failure::Message(
            format!("{name} {} since the run began: the windows that are finished do not belong to it. Start the run again.", what[0]),
            format!("{name} 在运行开始后{}：已完成的窗口与之不符。请重新运行。", what[1]),
        )
    };
    for file in told["inputs"].as_array().into_iter().flatten() {
        let text = |name: &str| file[name].as_str().unwrap_or_default().to_string();
        let (name, digest) = (text("path"), text("sha256"));
        // The same file below the network's own place, wherever the user stands now.
        let rest = Path::new(&name).strip_prefix(typed).unwrap_or(Path::new(""));
        let place = if rest.as_os_str().is_empty() { path.to_path_buf() } else { path.join(rest) };
        let Some(k) = left.iter().position(|f| Path::new(&f.path) == place) else {
            return Err(changed(&name, ["is gone", "已不存在"]));
        };
        if left.remove(k).sha256 != digest {
            return Err(changed(&name, ["has changed", "已改变"]));
        }
        files.push(fenggu::report::InputFile { path: name, bytes: file["bytes"].as_u64().unwrap_or(0), sha256: digest });
    }
    match left.first() {
        Some(new) => Err(changed(&new.path, ["is new", "为新增文件"])),
        None => Ok(files),
    }
}
