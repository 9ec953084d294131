//! Colours of carriers, and hatches as a second channel for print and for eyes that do not tell colours apart.
//!
//! Tones are after Okabe and Ito (2008), "Color Universal Design", muted for large areas; lightness differs between
//! neighbours of the stack, so that the order survives a grey print.

use super::write::cut;
use crate::report::text::Text;
use fenggu_net::{Carrier, Id, Network};

/// How one series is drawn and named.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Style {
    /// Name, HTML in both languages where the carrier is a known one.
    pub label: String,
    /// SVG paint: a colour or a pattern of [`patterns`].
    pub paint: String,
    /// The plain colour.
    pub colour: String,
    /// Place in the stack, from below.
    pub rank: usize,
}

struct Known {
    words: &'static [&'static str],
    name: Text,
    colour: &'static str,
    hatch: Hatch,
}

#[derive(Clone, Copy, PartialEq)]
enum Hatch {
    None,
    Rising,
    Falling,
    Level,
    Upright,
    Dots,
    Cross,
}

const fn t(en: &'static str, zh: &'static str) -> Text {
    Text { en, zh }
}

/// Known carriers, from the bottom of the stack to the top. The first word found in the carrier's name decides.
static KNOWN: &[Known] = &[
    Known { words: &["nuclear", "核"], name: t("nuclear", "核电"), colour: "#8a6fa8", hatch: Hatch::Dots },
    Known { words: &["geothermal", "地热"], name: t("geothermal", "地热"), colour: "#a08878", hatch: Hatch::Cross },
    Known { words: &["lignite", "褐煤"], name: t("lignite", "褐煤"), colour: "#6e5a4b", hatch: Hatch::Falling },
    Known { words: &["coal", "煤"], name: t("coal", "煤电"), colour: "#565b63", hatch: Hatch::None },
    Known { words: &["oil", "diesel", "油"], name: t("oil", "燃油"), colour: "#8c4a3c", hatch: Hatch::Cross },
    Known { words: &["ccgt", "ocgt", "gas", "气"], name: t("gas", "燃气"), colour: "#c58bb0", hatch: Hatch::Rising },
    Known {
        words: &["biomass", "waste", "bio", "生物", "垃圾"], name: t("biomass", "生物质"), colour: "#3d9373", hatch: Hatch::Dots
    },
    Known { words: &["hydro", "ror", "reservoir", "水"], name: t("hydro", "水电"), colour: "#2a6f9e", hatch: Hatch::Level },
    Known { words: &["wind", "风"], name: t("wind", "风电"), colour: "#84bfe0", hatch: Hatch::Falling },
    Known { words: &["solar", "pv", "光", "太阳"], name: t("solar", "光伏"), colour: "#e8b23a", hatch: Hatch::None },
    Known { words: &["import", "外来", "受电"], name: t("imports", "外来电"), colour: "#938d7f", hatch: Hatch::None },
];

/// Colours for carriers that nobody knows, in order of appearance.
const SPARE: [&str; 5] = ["#7a8f5a", "#b07f4f", "#6c86a8", "#a86c6c", "#5f9a9a"];

/// Style of generation by a carrier; `spare` counts the unknown ones met before.
pub(super) fn of_carrier(net: &Network, carrier: Option<Id<Carrier>>, spare: &mut usize) -> Style {
    let Some(carrier) = carrier.and_then(|c| net.carriers.get(c)) else {
        return Style {
            label: super::write::say(crate::report::text::GENERATION),
            paint: "#5d7f9c".into(),
            colour: "#5d7f9c".into(),
            rank: 0,
        };
    };
    let lower = carrier.name.to_lowercase();
    let known = KNOWN.iter().position(|k| k.words.iter().any(|w| lower.contains(w)));
    let own = is_colour(&carrier.colour).then(|| carrier.colour.clone());
    match known {
        Some(rank) => {
            let k = &KNOWN[rank];
            // A name that says more than the kind (`coal_600MW`) is kept as it is.
            let label =
                if k.words.contains(&lower.as_str()) || lower == k.name.en { super::write::say(k.name) } else { cut(&carrier.name, 28) };
            let paint = match (&own, k.hatch) {
                (Some(c), _) => c.clone(),
                (None, Hatch::None) => k.colour.to_string(),
                (None, _) => format!("url(#h{rank})"),
            };
            Style { label, paint, colour: own.unwrap_or_else(|| k.colour.to_string()), rank: rank + 1 }
        }
        None => {
            let colour = own.unwrap_or_else(|| SPARE[*spare % SPARE.len()].to_string());
            *spare += 1;
            Style { label: cut(&carrier.name, 28), paint: colour.clone(), colour, rank: 50 + *spare }
        }
    }
}

/// Colour of storage, charge and discharge alike.
pub(super) const STORAGE: &str = "#c9683c";
/// Colour of power from links and stores of other carriers.
pub(super) const LINKS: &str = "#938d7f";
/// Colour of what is missing or refused.
pub(super) const ALARM: &str = "#a8322a";

/// A style with a name of the catalogue.
pub(super) fn of_text(name: Text, paint: &str, colour: &str, rank: usize) -> Style {
    Style { label: super::write::say(name), paint: paint.into(), colour: colour.into(), rank }
}

/// `#rrggbb` and nothing else: the colour comes from the user's file.
fn is_colour(s: &str) -> bool {
    s.len() == 7 && s.starts_with('#') && s[1..].bytes().all(|b| b.is_ascii_hexdigit())
}

/// Definitions of all hatches, once for the page.
pub(super) fn patterns() -> String {
    let mut out = String::from("<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    for (k, known) in KNOWN.iter().enumerate().filter(|(_, k)| k.hatch != Hatch::None) {
        out += &pattern(&format!("h{k}"), known.colour, known.hatch, "#fff", 0.42);
    }
    out += &pattern("h-storage", STORAGE, Hatch::Upright, "#fff", 0.5);
    out += &pattern("h-curtailed", "#fff", Hatch::Rising, "#8b949e", 0.9);
    out += &pattern("h-shed", "#fff", Hatch::Cross, ALARM, 0.9);
    out + "</defs></svg>"
}

fn pattern(id: &str, ground: &str, hatch: Hatch, ink: &str, opacity: f64) -> String {
    let d = match hatch {
        Hatch::Rising => "M-1 7L7 -1M-1 1L1 -1M5 7L7 5",
        Hatch::Falling => "M-1 -1L7 7M-1 5L1 7M5 -1L7 1",
        Hatch::Level => "M0 3H6",
        Hatch::Upright => "M3 0V6",
        Hatch::Cross => "M-1 7L7 -1M-1 -1L7 7",
        Hatch::Dots | Hatch::None => "M3 3h.01",
    };
    let (width, cap) = if hatch == Hatch::Dots { ("1.8", " stroke-linecap=\"round\"") } else { ("1.1", "") };
    format!(
        "<pattern id=\"{id}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" fill=\"{ground}\"/>\
         <path d=\"{d}\" stroke=\"{ink}\" stroke-opacity=\"{opacity}\" stroke-width=\"{width}\" fill=\"none\"{cap}/></pattern>"
    )
}

/// Colour of a price: pale for low, dark for high, one hue path (readable in grey and without red and green). `u` in 0..1.
pub(super) fn ramp(u: f64) -> String {
    const STOPS: [[f64; 3]; 6] = [
        [243.0, 226.0, 158.0],
        [176.0, 210.0, 168.0],
        [108.0, 183.0, 190.0],
        [48.0, 130.0, 176.0],
        [37.0, 78.0, 140.0],
        [26.0, 37.0, 86.0],
    ];
    let u = if u.is_finite() { u.clamp(0.0, 1.0) } else { 0.0 } * (STOPS.len() - 1) as f64;
    let k = (u.floor() as usize).min(STOPS.len() - 2);
    let f = u - k as f64;
    let mix = |i: usize| (STOPS[k][i] + f * (STOPS[k + 1][i] - STOPS[k][i])).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_colour_is_a_colour() {
        assert!(is_colour("#a0B1c2"));
        for s in ["", "red", "#fff", "#12345g", "#1234567", "\"/><script>", "#é1234"] {
            assert!(!is_colour(s), "{s}");
        }
    }

    /// Relative luminance after WCAG.
    fn luminance(hex: &str) -> f64 {
        let part = |i: usize| {
            let v = f64::from(u8::from_str_radix(&hex[i..i + 2], 16).expect("hex")) / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn the_price_ramp_only_darkens() {
        let l: Vec<f64> = (0..=20).map(|i| luminance(&ramp(f64::from(i) / 20.0))).collect();
        assert!(l.windows(2).all(|w| w[1] < w[0]), "{l:?}");
    }

    #[test]
    fn neighbours_in_the_stack_differ_in_lightness_or_hatch() {
        for w in KNOWN.windows(2) {
            let (a, b) = (luminance(w[0].colour), luminance(w[1].colour));
            assert!((a - b).abs() > 0.04 || w[0].hatch != w[1].hatch, "{} {}", w[0].name.en, w[1].name.en);
        }
    }
}
