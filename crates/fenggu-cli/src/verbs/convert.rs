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
    let net = inputs::read(&args.network, args.format.as_deref())?.sound()?.network;
    let to = match args.to.as_deref() {
        Some(word) => inputs::format_of("--to", word)?,
        None => fenggu::io::Format::for_output(std::path::Path::new(&args.out))
            .ok_or_else(|| Failure::option("OUT", &args.out, "a name ending in .m (MATPOWER), a folder name (native), or --to FORMAT"))?,
    };
    let lost = fenggu::io::write(std::path::Path::new(&args.out), &net, to).map_err(|e| Failure::file(&args.out, &e))?;
    super::print_findings(&lost, lang, true);
    out!("{}", args.out);
    Ok(0)
}
