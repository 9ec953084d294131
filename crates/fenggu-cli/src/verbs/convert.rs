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
    #[command(flatten)]
    memory: inputs::Memory,
    /// Format to write; by default MATPOWER for a name ending in .m, netCDF for .nc, else the native folder.
    #[arg(long)]
    to: Option<String>,
}

/// Runs the verb.
pub fn run(args: Args, lang: Lang) -> crate::Ending {
    let net = inputs::read(&args.network, args.format.as_deref(), &args.memory)?.sound()?.network;
    let to = match args.to.as_deref() {
        Some(word) => inputs::format_of("--to", word)?,
        None => fenggu::io::Format::for_output(std::path::Path::new(&args.out)).ok_or_else(|| {
            Failure::option_both(
                "OUT",
                &args.out,
                [
                    "a name ending in .m (MATPOWER) or .nc (PyPSA), a folder name (native), or --to FORMAT",
                    "以 .m(MATPOWER)或 .nc(PyPSA)结尾的名称、文件夹名（原生格式），或用 --to FORMAT 指明格式",
                ],
            )
        })?,
    };
    let lost = fenggu::io::write(std::path::Path::new(&args.out), &net, to).map_err(|e| Failure::system(&args.out, &e))?;
    super::print_findings(&lost, lang, true);
    out!("{}", args.out);
    Ok(0)
}
