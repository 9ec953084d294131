//! The standard types of lines and transformers that PyPSA knows without being told.
//!
//! Source of the numbers: the type tables that PyPSA 1.4 ships (MIT), which took them from pandapower (BSD) and, as noted
//! there, from Oeding and Oswald, Heuck et al. and manufacturers' data.

/// Per km and circuit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineType {
    /// Frequency, Hz.
    pub f_nom: f64,
    /// Ω/km.
    pub r_per_length: f64,
    /// Ω/km.
    pub x_per_length: f64,
    /// nF/km.
    pub c_per_length: f64,
}

/// Of one transformer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransformerType {
    /// Rating, MVA.
    pub s_nom: f64,
    /// Short-circuit voltage, percent.
    pub vsc: f64,
    /// Its real part, percent.
    pub vscr: f64,
    /// Iron losses, kW.
    pub pfe: f64,
    /// No-load current, percent.
    pub i0: f64,
    /// Phase shift, degrees.
    pub phase_shift: f64,
    /// Side of the tap changer.
    pub tap_side: f64,
    /// Position without effect.
    pub tap_neutral: f64,
    /// Percent of voltage per position.
    pub tap_step: f64,
}

/// name|f_nom|r|x|c
const LINES: &str = include_str!("line_types.txt");
/// name|s_nom|vsc|vscr|pfe|i0|phase_shift|tap_side|tap_neutral|tap_step
const TRANSFORMERS: &str = include_str!("transformer_types.txt");

fn find<const N: usize>(table: &str, name: &str) -> Option<[f64; N]> {
    let row = table.lines().find(|l| l.split('|').next() == Some(name))?;
    let mut out = [0.0; N];
    for (slot, cell) in out.iter_mut().zip(row.split('|').skip(1)) {
        *slot = cell.parse().ok()?;
    }
    Some(out)
}

/// The standard line type of a name.
pub fn line_type(name: &str) -> Option<LineType> {
    let [f_nom, r_per_length, x_per_length, c_per_length] = find(LINES, name)?;
    Some(LineType { f_nom, r_per_length, x_per_length, c_per_length })
}

/// The standard transformer type of a name.
pub fn transformer_type(name: &str) -> Option<TransformerType> {
    let [s_nom, vsc, vscr, pfe, i0, phase_shift, tap_side, tap_neutral, tap_step] = find(TRANSFORMERS, name)?;
    Some(TransformerType { s_nom, vsc, vscr, pfe, i0, phase_shift, tap_side, tap_neutral, tap_step })
}

/// Names of the standard line types.
pub fn line_names() -> Vec<&'static str> {
    LINES.lines().filter_map(|l| l.split('|').next()).collect()
}

/// Names of the standard transformer types.
pub fn transformer_names() -> Vec<&'static str> {
    TRANSFORMERS.lines().filter_map(|l| l.split('|').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole() {
        assert_eq!((line_names().len(), transformer_names().len()), (59, 14));
        assert!(line_names().iter().all(|n| line_type(n).is_some()));
        assert!(transformer_names().iter().all(|n| transformer_type(n).is_some()));
        assert_eq!(line_type("Al/St 240/40 4-bundle 380.0").map(|t| t.x_per_length), Some(0.246));
    }
}
