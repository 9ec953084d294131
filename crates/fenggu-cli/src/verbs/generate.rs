//! `fenggu generate OUT`: the synthetic province as a network.

use super::Failure;
use fenggu::net::diagnostic::Lang;
use fenggu_shanxi::{Day, ReportLanguage, Resolution, ShanxiError, ShanxiOptions};

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Folder to write (native format).
    #[arg(required_unless_present = "fit")]
    out: Option<String>,
    /// First day, YYYY-MM-DD of 2024.
    #[arg(long, default_value = "2024-12-16")]
    date: String,
    /// Number of days.
    #[arg(long, default_value_t = 1)]
    days: usize,
    /// The whole year 2024.
    #[arg(long, conflicts_with_all = ["date", "days"])]
    year: bool,
    /// Hourly steps instead of quarter-hours.
    #[arg(long)]
    hourly: bool,
    /// Seed of weather and noise.
    #[arg(long, default_value_t = fenggu_shanxi::DEFAULT_SEED)]
    seed: u64,
    /// Print how well the offer model fits the published figures, in sample and left out, and write nothing.
    #[arg(long)]
    fit: bool,
}

/// Options of a day given as text.
pub fn options(date: &str, days: usize, hourly: bool, seed: u64) -> Result<ShanxiOptions, Failure> {
    let bad = || Failure::option_both("--date", date, ["a day of 2024 as YYYY-MM-DD", "2024 年的某一天，写作 YYYY-MM-DD"]);
    let mut parts = date.split('-').map(|p| p.parse::<usize>());
    let (Some(Ok(2024)), Some(Ok(month)), Some(Ok(day)), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(bad());
    };
    let first = Day::new(month, day).ok_or_else(bad)?;
    let resolution = if hourly { Resolution::Hour } else { Resolution::QuarterHour };
    Ok(ShanxiOptions { first, days, resolution, seed, ..ShanxiOptions::demo().map_err(failed)? })
}

/// The generator's own errors.
pub fn failed(e: ShanxiError) -> Failure {
    Failure::Message(e.to_string(), e.to_string())
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    if args.fit {
        let report = fenggu_shanxi::fit_report(args.seed).map_err(failed)?;
        out!("{}", report.text(if lang == Lang::En { ReportLanguage::English } else { ReportLanguage::Chinese }));
        return Ok(0);
    }
    let out = args.out.unwrap_or_default();
    let (date, days) = if args.year { ("2024-01-01", 366) } else { (args.date.as_str(), args.days) };
    let net = fenggu_shanxi::generate(&options(date, days, args.hourly, args.seed)?).map_err(failed)?;
    fenggu::io::write(std::path::Path::new(&out), &net, fenggu::io::Format::Native).map_err(|e| Failure::system(&out, &e))?;
    match lang {
        Lang::En => out!("{out}: {} ({} buses, {} generators, {} steps)", net.name, net.buses.len(), net.generators.len(), net.steps()),
        Lang::Zh => out!("{out}：{}（{} 个母线，{} 台机组，{} 个时段）", net.name, net.buses.len(), net.generators.len(), net.steps()),
    }
    Ok(0)
}
