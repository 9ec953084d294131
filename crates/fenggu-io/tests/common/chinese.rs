//! Whether a Chinese message is Chinese: words in Latin letters that are no field, unit, name or command.
#![allow(dead_code)] // each test file uses its part

use std::collections::HashSet;
use std::path::Path;

use fenggu_net::diagnostic::Lang;
use fenggu_net::schema::Kind;
use fenggu_net::{CarriedKind, Diagnostic, FlowConvention, Network, Quantity, TableId};

/// Names of programs, formats, encodings and standards; commands and options; words that files hold as they stand.
const WORDS: &str =
    "fenggu explain check dispatch iconv UTF GB18030 WINDOWS copy gunzip Parameters Version PGLib null JSON UnitCommitment jl Initial status power tr gzip zip bzip2 xz zstd 7z rar UTC IANA Asia Shanghai YYYY MM DD \
    MATPOWER PyPSA netCDF HDF5 TOML Parquet Snappy CSV Python ASCII UTF8 BOM toml csv parquet max-memory format write snapshot link \
    optimize Process get_scenario n export_to_netcdf \
    MW MVA MWh kW kVA kWh kV V Mvar GiB MB h p u rad deg km CO2 AC DC \
    mpc baseMVA bus gen branch gencost dcline dclinecost version idx_bus idx_gen idx_brch idx_cost if map lims areas \
    sin cos acos sqrt end PQ PV REF NONE name step time nan Inf NaN true false True False none or s_nom e_nom \
    carried carriers buses line_types transformer_types network snapshots meta crs steps start zone time";

/// Words in a text: letters, digits and what joins them.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// What the files of an input say themselves.
pub fn own_words(path: &Path) -> HashSet<String> {
    let mut out: HashSet<String> = words(&path.display().to_string()).map(str::to_owned).collect();
    let mut todo = vec![path.to_path_buf()];
    while let Some(p) = todo.pop() {
        if p.is_dir() && !p.is_symlink() {
            todo.extend(std::fs::read_dir(&p).into_iter().flatten().flatten().map(|e| e.path()));
        }
        out.extend(words(&p.display().to_string()).map(str::to_owned));
        let bytes = if p.is_file() { std::fs::read(&p).unwrap_or_default() } else { Vec::new() };
        out.extend(words(&String::from_utf8_lossy(&bytes)).map(str::to_owned));
    }
    out
}

/// Fields, units, tables, quantities, and the words above.
pub fn known() -> HashSet<String> {
    let net = Network::default();
    let mut out: HashSet<String> = words(WORDS).map(str::to_owned).collect();
    for id in TableId::ALL {
        out.insert(id.word().to_owned());
        for f in net.table(*id).fields() {
            out.insert(f.name.to_owned());
            if let Kind::Choice(choice) = f.kind {
                out.extend(choice.iter().map(|w| (*w).to_owned()));
            }
            if !f.unit.contains("currency") {
                out.extend(words(f.unit).map(str::to_owned));
            }
        }
    }
    out.extend(Quantity::ALL.iter().map(|q| q.spec().field.to_owned()));
    out.extend(FlowConvention::WORDS.iter().map(|w| (*w).to_owned()));
    out.extend(fenggu_io::Format::ALL.iter().flat_map(|f| words(f.word())).map(str::to_owned));
    out.extend(CarriedKind::ALL.iter().map(|k| k.word().to_owned()));
    out.extend(
        fenggu_io::pypsa::attributes::LISTS
            .iter()
            .flat_map(|l| std::iter::once(l.name).chain(l.attributes.iter().map(|a| a.name)))
            .map(str::to_owned),
    );
    out
}

/// A text without what stands in Chinese quotes: there users and other programs speak.
fn unquoted(text: &str) -> String {
    let mut depth = 0usize;
    text.chars()
        .filter(|c| {
            depth += usize::from(*c == '“');
            let keep = depth == 0;
            depth -= usize::from(*c == '”' && depth > 0);
            keep
        })
        .collect()
}

/// Words of a Chinese text that are neither known nor the input's own.
pub fn strangers(text: &str, known: &HashSet<String>, own: &HashSet<String>) -> Vec<String> {
    let text = unquoted(text);
    // Capitals alone are a name: MATPOWER's columns.
    let name = |w: &str| w.contains('_') || w.chars().all(|c| !c.is_ascii_lowercase());
    let strange = |w: &&str| w.len() > 1 && !name(w) && !known.contains(*w) && !own.contains(*w);
    words(&text).filter(strange).map(str::to_owned).collect()
}

/// English that is left in the Chinese message of a finding, with the message.
pub fn english_in(d: &Diagnostic, known: &HashSet<String>, own: &HashSet<String>) -> Option<String> {
    let w = d.entry.wording(Lang::Zh);
    let text = [w.title, w.why, w.fix].map(|t| d.fill(t, Lang::Zh)).join("\n");
    let found = strangers(&text, known, own);
    (!found.is_empty()).then(|| format!("{}: {found:?} in {text}", d.code()))
}
