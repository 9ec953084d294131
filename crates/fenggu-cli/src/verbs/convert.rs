//! `fenggu convert NETWORK OUT`.

use super::Failure;
use crate::inputs;
use fenggu::net::diagnostic::Lang;

/// Arguments.
#[derive(clap::Args)]
pub struct Args {
    /// Network file or folder.
    network: String,
    /// File or folder to write.
    out: String,
    /// Format of the input, when its content does not tell.
    #[arg(long)]
    format: Option<String>,
    /// Format to write; by default MATPOWER for a name ending in .m, else the native folder.
    #[arg(long)]
    to: Option<String>,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let (net, _, _, _) = inputs::read(&args.network, args.format.as_deref())?.sound()?;
    let to = match args.to.as_deref() {
        Some(word) => fenggu::io::Format::from_word(word).ok_or_else(|| Failure::option("--to", word, &fenggu::io::Format::WORDS.join(", ")))?,
        None if args.out.ends_with(".m") => fenggu::io::Format::Matpower,
        None => fenggu::io::Format::Native,
    };
    let lost = fenggu::io::write(std::path::Path::new(&args.out), &net, to).map_err(|e| Failure::file(&args.out, &e))?;
    super::print_findings(&lost, lang, true);
    println!("{}", args.out);
    Ok(0)
}
