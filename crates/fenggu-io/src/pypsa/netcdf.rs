//! A netCDF file as a [`Dataset`]. Names of variables are xarray's: `generators_i` (names), `generators_p_nom` (static),
//! `generators_t_p_max_pu` over `snapshots` and `generators_t_p_max_pu_i`.

use std::collections::HashSet;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use fenggu_net::Diagnostic;
use netcdf_reader::{NcAttrValue, NcFile, NcOpenOptions, NcType, NcVariable};

use super::attributes::{self, Holds, List, Role};
use super::dataset::{nc_place, ordered, Cells, Column, Dataset, Frame, Labels, Series, Snapshots, WEIGHTS};
use super::{refused, time};
use crate::catalogue as code;
use crate::report::Findings;

/// Bytes that may be decoded from one file when nobody says otherwise.
pub const MOST_BYTES: u64 = crate::MAX_DECODED_BYTES;
/// No compression of a netCDF file makes its content smaller than this share (deflate's own bound is 1032).
const MOST_INFLATION: u64 = 1100;
/// Small files may decode to this much whatever their size: headers, fill values.
const ALWAYS_BYTES: u64 = 1 << 20;

/// Reads a file's bytes. What is wrong goes to `found`. At most `limit` bytes are decoded.
pub fn load(bytes: Vec<u8>, shown: &str, limit: u64, found: &mut Findings) -> Dataset {
    let budget = limit.min(ALWAYS_BYTES + MOST_INFLATION.saturating_mul(bytes.len() as u64));
    let mut own = Findings::default();
    // The reading crate is hardened, but a panic in it must not be the user's: the one place where one is caught.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let mut loader = Loader::open(bytes, shown, budget, &mut own)?;
        loader.all()?;
        Ok(loader.ds)
    }));
    found.take(own);
    let why = match read {
        Ok(Ok(ds)) => return ds,
        Ok(Err(Stop::Told)) => return empty(shown),
        Ok(Err(Stop::Broken([en, zh]))) => (en, zh),
        Err(_) => ("its structure is damaged".to_owned(), "其结构已损坏".to_owned()),
    };
    found.add(Diagnostic::new(&code::NETCDF_BROKEN).with("item", shown).with_both("value", why.0, why.1));
    empty(shown)
}

fn empty(shown: &str) -> Dataset {
    Dataset { shown: shown.to_owned(), ..Dataset::default() }
}

/// Why reading ended.
enum Stop {
    /// The crate's own words.
    /// In English and Chinese.
    Broken([String; 2]),
    /// A finding says it.
    Told,
}

impl From<netcdf_reader::Error> for Stop {
    fn from(e: netcdf_reader::Error) -> Stop {
        Stop::Broken(crate::words::foreign(e))
    }
}

struct Loader<'a> {
    file: NcFile,
    ds: Dataset,
    /// Bytes that may still be decoded.
    budget: u64,
    found: &'a mut Findings,
}

impl<'a> Loader<'a> {
    fn open(bytes: Vec<u8>, shown: &str, budget: u64, found: &'a mut Findings) -> Result<Loader<'a>, Stop> {
        let most = usize::try_from(budget).unwrap_or(usize::MAX);
        let options = NcOpenOptions {
            chunk_cache_bytes: 8 << 20,
            max_chunk_bytes: most.min(256 << 20),
            max_read_bytes: most,
            max_object_header_bytes: most.min(16 << 20),
            ..NcOpenOptions::default()
        };
        let file = NcFile::from_owner(bytes, options)?;
        Ok(Loader { file, ds: empty(shown), budget, found })
    }

    fn all(&mut self) -> Result<(), Stop> {
        for attribute in self.file.global_attributes()? {
            let cells = attribute_cells(&attribute.value);
            match attribute.name.as_str() {
                "meta" => self.ds.meta = attribute.value.as_string().unwrap_or_default(),
                "crs" => self.ds.crs = attribute.value.as_string().unwrap_or_default(),
                name => {
                    if let (Some(name), Some(cells)) = (name.strip_prefix("network_"), cells) {
                        self.ds.network.push((name.to_owned(), cells));
                    }
                }
            }
        }
        let variables: Vec<NcVariable> = self.file.variables()?.to_vec();
        if variables.iter().any(|v| v.name() == "scenario" || v.dimensions().iter().any(|d| d.name == "scenario")) {
            self.found.add(refused::scenarios(&self.ds.shown));
            return Err(Stop::Told);
        }
        self.snapshots(&variables)?;
        for v in variables.iter().filter(|v| v.dimensions().len() == 1 && v.dimensions()[0].name == "investment_periods") {
            let name = if v.name() == "investment_periods" { "period" } else { v.name().trim_start_matches("investment_periods_") };
            let cells = self.cells(v)?;
            let at = usize::from(name != "period");
            self.ds.periods.insert(at.min(self.ds.periods.len()), Column { name: name.to_owned(), cells, at });
        }
        for list in attributes::LISTS {
            self.frame(list, &variables)?;
        }
        self.ds.frames = ordered(std::mem::take(&mut self.ds.frames));
        Ok(())
    }

    fn snapshots(&mut self, variables: &[NcVariable]) -> Result<(), Stop> {
        let find = |name: &str| variables.iter().find(|v| v.name() == name);
        let Some(label) = find("snapshots_snapshot").or(find("snapshots_timestep")).or(find("snapshots")) else { return Ok(()) };
        let steps = label.dimensions().first().map_or(0, |d| d.size);
        if steps == 0 || steps > crate::native::MOST_STEPS as u64 {
            let d = Diagnostic::new(&code::PYPSA_SNAPSHOTS).with("item", &self.ds.shown);
            self.found.add(d.with_both("value", format!("{steps} snapshots"), format!("快照有 {steps} 个")));
            return Err(Stop::Told);
        }
        let labels = self.labels(label)?;
        let periods = match find("snapshots_period") {
            Some(v) => match self.cells(v)? {
                Cells::Integer(p) => Some(p),
                Cells::Number(p) => Some(p.into_iter().map(|p| p as i64).collect()),
                _ => None,
            },
            None => None,
        };
        let mut weights = [None, None, None];
        for (w, title) in WEIGHTS.iter().enumerate() {
            if let Some(v) = find(&format!("snapshots_{title}")) {
                weights[w] = Some(self.numbers(v)?);
            }
        }
        if let (Some(v), [None, None, None]) = (find("snapshots_weightings"), &weights) {
            let all = self.numbers(v)?;
            weights = [Some(all.clone()), Some(all.clone()), Some(all)];
        }
        let count = labels.len();
        if weights.iter().flatten().any(|w| w.len() != count) || periods.as_ref().is_some_and(|p| p.len() != count) {
            let (en, zh) = ("labels, periods and weightings have different lengths", "标签、投资期与权重的长度不一");
            self.found.add(Diagnostic::new(&code::PYPSA_SNAPSHOTS).with("item", &self.ds.shown).with_both("value", en, zh));
            return Err(Stop::Told);
        }
        if let (Labels::Times(times), None) = (&labels, &periods) {
            if let Some((d, row)) = time::disorder(times, label.name()) {
                self.found.add(d.at(Some(nc_place(&self.ds.shown, label.name(), row, 0))));
            }
        }
        self.ds.snapshots = Some(Snapshots { labels, periods, weights });
        Ok(())
    }

    fn labels(&mut self, v: &NcVariable) -> Result<Labels, Stop> {
        let unit = v.attribute("units").and_then(|a| a.value.as_string());
        let calendar = v.attribute("calendar").and_then(|a| a.value.as_string());
        let usual = calendar.is_none_or(|c| matches!(c.as_str(), "proleptic_gregorian" | "standard" | "gregorian"));
        match (self.cells(v)?, unit.as_deref().and_then(time::unit)) {
            (Cells::Text(text), _) => Ok(time::labels(&text)),
            (Cells::Integer(n), None) => Ok(Labels::Integers(n)),
            (Cells::Flag(f), _) => Ok(Labels::Integers(f.into_iter().map(i64::from).collect())),
            (cells, Some((seconds, since))) if usual => {
                let numbers: Vec<f64> = match cells {
                    Cells::Integer(n) => n.into_iter().map(|n| n as f64).collect(),
                    Cells::Number(n) => n,
                    _ => Vec::new(),
                };
                let whole =
                    numbers.iter().all(|n| (n * seconds).is_finite() && (n * seconds).abs() < 1e15 && (n * seconds).fract().abs() < 1e-6);
                if whole {
                    Ok(Labels::Times(numbers.iter().map(|n| since.saturating_add((n * seconds).round() as i64)).collect()))
                } else {
                    Ok(Labels::Text(numbers.iter().map(|n| format!("{n} {}", unit.as_deref().unwrap_or(""))).collect()))
                }
            }
            (Cells::Number(n), _) => Ok(Labels::Text(n.iter().map(|n| super::cells::python(*n)).collect())),
            (Cells::Integer(n), Some(_)) => Ok(Labels::Integers(n)),
        }
    }

    fn frame(&mut self, list: &'static List, variables: &[NcVariable]) -> Result<(), Stop> {
        let index = format!("{}_i", list.name);
        let Some(names) = variables.iter().find(|v| v.name() == index) else { return Ok(()) };
        let mut frame = Frame::new(list);
        frame.names = self.names(names)?;
        let prefix = format!("{}_", list.name);
        let coordinates: HashSet<&str> = variables.iter().filter(|v| v.is_coordinate_variable()).map(NcVariable::name).collect();
        for v in variables {
            let Some(attribute) = v.name().strip_prefix(&prefix) else { continue };
            if v.name() == index || coordinates.contains(v.name()) {
                continue;
            }
            if let Some(attribute) = attribute.strip_prefix("pw_") {
                if !attribute.ends_with("_i") {
                    self.found.add(refused::piecewise(list.name, attribute, v.name()));
                }
            } else if v.dimensions().first().is_some_and(|d| d.name == v.name()) {
                // Names of a series' columns; in classic files rows of characters, so no coordinate by its shape.
            } else if let Some(attribute) = attribute.strip_prefix("t_") {
                self.series(&mut frame, v, attribute, variables)?;
            } else if v.dimensions().len() == 1 && v.dimensions()[0].name == index || is_char_matrix(v, &index) {
                let cells = self.cells(v)?;
                if cells.len() == frame.names.len() {
                    frame.columns.push(Column { name: attribute.to_owned(), cells, at: 0 });
                } else {
                    self.shape(v, &format!("is not one value per row of {}", list.name), &format!("不是 {} 每行一个值", list.name));
                }
            } else if attributes::list(attribute).is_none() && list.find(attribute).is_some() {
                self.shape(v, &format!("is not one value per row of {}", list.name), &format!("不是 {} 每行一个值", list.name));
            }
        }
        self.ds.frames.push(frame);
        Ok(())
    }

    fn series(&mut self, frame: &mut Frame, v: &NcVariable, attribute: &str, variables: &[NcVariable]) -> Result<(), Stop> {
        let known = frame.list.find(attribute);
        if known.is_some_and(|a| a.role == Role::Output) {
            // Its name is told, its values are not decoded.
            frame.series.push(Series { name: attribute.to_owned(), columns: Vec::new() });
            return Ok(());
        }
        let dims = v.dimensions();
        let over_time = dims.iter().position(|d| d.name == "snapshots");
        let over_names = dims.iter().position(|d| d.name != "snapshots");
        let (2, Some(t), Some(k)) = (dims.len(), over_time, over_names) else {
            self.shape(v, "is not a table of snapshots and components", "不是快照与元件的二维表");
            return Ok(());
        };
        let steps = self.ds.steps();
        let names = match variables.iter().find(|n| n.name() == dims[k].name) {
            Some(names) => self.names(names)?,
            None => Vec::new(),
        };
        if dims[t].size != steps as u64 || dims[k].size != names.len() as u64 {
            let n = names.len();
            self.shape(v, &format!("does not fit {steps} snapshots and {n} names"), &format!("与 {steps} 个快照和 {n} 个名称不符"));
            return Ok(());
        }
        let values = self.numbers(v)?;
        if values.len() != steps * names.len() {
            self.shape(v, "has another number of values", "与其数值个数不符");
            return Ok(());
        }
        let gaps = known.is_some_and(|a| matches!(a.holds, Holds::Series(d) if d.is_nan()) || a.role != Role::Field);
        let at = |step: usize, column: usize| if t == 0 { step * names.len() + column } else { column * steps + step };
        let mut columns = Vec::with_capacity(names.len());
        for (c, name) in names.iter().enumerate() {
            let column: Arc<[f64]> = (0..steps).map(|s| values[at(s, c)]).collect();
            if !gaps {
                if let Some(s) = column.iter().position(|x| x.is_nan()) {
                    let d = Diagnostic::new(&code::PYPSA_GAP).with("item", v.name()).with("row", s + 1).with("value", name);
                    self.found.add(d.at(Some(nc_place(&self.ds.shown, v.name(), s, c))));
                }
            }
            columns.push((name.clone(), column));
        }
        frame.series.push(Series { name: attribute.to_owned(), columns });
        Ok(())
    }

    fn shape(&mut self, v: &NcVariable, en: &str, zh: &str) {
        let shape: Vec<String> = v.dimensions().iter().map(|d| format!("{} {}", d.name, d.size)).collect();
        let d = Diagnostic::new(&code::NETCDF_SHAPE)
            .with("item", &self.ds.shown)
            .with("value", v.name())
            .with("found", format!("({})", shape.join(" × ")))
            .with_both("expected", en, zh);
        self.found.add(d);
    }

    /// Takes what a variable will decode to from the budget.
    fn claim(&mut self, v: &NcVariable) -> Result<(), Stop> {
        let size = match v.dtype() {
            // A text of its own beside the 16 bytes that point to it.
            NcType::String => 32,
            NcType::Char => 4,
            other => (other.size().unwrap_or(8) as u64).max(8) * 2,
        };
        let mut claimed = v.num_elements().unwrap_or(u64::MAX).saturating_mul(size);
        if *v.dtype() == NcType::Char {
            // Rows of characters become one text each, also where a row has no characters at all.
            let dims = v.dimensions();
            let rows = dims[..dims.len().saturating_sub(1)].iter().fold(1u64, |n, d| n.saturating_mul(d.size));
            claimed = claimed.saturating_add(rows.saturating_mul(48));
        }
        if claimed > self.budget {
            let d = Diagnostic::new(&code::NETCDF_TOO_LARGE)
                .with("item", &self.ds.shown)
                .with("value", v.name())
                .with("found", claimed)
                .with("limit", self.budget);
            self.found.add(d);
            return Err(Stop::Told);
        }
        self.budget -= claimed;
        Ok(())
    }

    /// A variable's values as numbers; fill values are NaN.
    fn numbers(&mut self, v: &NcVariable) -> Result<Vec<f64>, Stop> {
        match self.cells(v)? {
            Cells::Number(n) => Ok(n),
            Cells::Integer(n) => Ok(n.into_iter().map(|n| n as f64).collect()),
            Cells::Flag(f) => Ok(f.into_iter().map(|f| f64::from(u8::from(f))).collect()),
            Cells::Text(text) => {
                let mut out = Vec::with_capacity(text.len());
                for (k, cell) in text.iter().enumerate() {
                    out.push(match super::cells::number(cell) {
                        Ok(x) => x,
                        Err(why) => {
                            let d = super::folder::not_a_number(why, cell, super::folder::A_NUMBER);
                            let d = d.with("item", &self.ds.shown).with("attribute", v.name());
                            self.found.add(d.at(Some(nc_place(&self.ds.shown, v.name(), k, 0))));
                            f64::NAN
                        }
                    });
                }
                Ok(out)
            }
        }
    }

    /// A variable's values, with the type that xarray would give them.
    fn cells(&mut self, v: &NcVariable) -> Result<Cells, Stop> {
        self.claim(v)?;
        let name = v.name();
        let is_flag = v.attribute("dtype").and_then(|a| a.value.as_string()).is_some_and(|t| t == "bool");
        match v.dtype() {
            NcType::String | NcType::Char => {
                let text = self.file.read_variable_as_strings(name)?;
                // The crate puts this character where bytes are no UTF-8; names would come out garbled.
                match text.iter().any(|t| t.contains('\u{FFFD}')) {
                    true => Err(Stop::Broken([
                        format!("the variable {name} holds text that is not UTF-8"),
                        format!("变量 {name} 含非 UTF-8 文字"),
                    ])),
                    false => Ok(Cells::Text(text)),
                }
            }
            NcType::Float | NcType::Double => Ok(Cells::Number(self.plain(v)?)),
            NcType::Enum { base, .. } => {
                let numbers = self.enumerated(v, base)?;
                let two = numbers.iter().all(|n| *n == 0 || *n == 1);
                Ok(if two { Cells::Flag(numbers.iter().map(|n| *n == 1).collect()) } else { Cells::Integer(numbers) })
            }
            NcType::Compound { .. } | NcType::Opaque { .. } | NcType::Array { .. } | NcType::VLen { .. } => Err(Stop::Broken([
                format!("the variable {name} has a type that PyPSA does not write"),
                format!("变量 {name} 的类型不是 PyPSA 所写"),
            ])),
            _ => {
                let values = self.plain(v)?;
                let packed = ["_FillValue", "missing_value", "scale_factor", "add_offset"].iter().any(|a| v.attribute(a).is_some());
                if is_flag {
                    Ok(Cells::Flag(values.iter().map(|x| *x != 0.0).collect()))
                } else if packed || values.iter().any(|x| x.is_nan()) {
                    Ok(Cells::Number(values))
                } else {
                    Ok(Cells::Integer(values.iter().map(|x| *x as i64).collect()))
                }
            }
        }
    }

    /// Numbers of a variable, as many as its dimensions say: the crate compares, and refuses before it reads, where the data
    /// behind them are of another size. Told by the dimensions alone, a byte per value could become gigabytes of numbers.
    fn plain(&self, v: &NcVariable) -> Result<Vec<f64>, Stop> {
        let (name, n) = (v.name(), count(v));
        macro_rules! exact {
            ($t:ty) => {{
                let mut out = vec![<$t>::default(); n];
                self.file.read_variable_into::<$t>(name, &mut out)?;
                out.into_iter().map(|x| x as f64).collect::<Vec<f64>>()
            }};
        }
        let numbers = match v.dtype() {
            NcType::Byte => exact!(i8),
            NcType::UByte => exact!(u8),
            NcType::Short => exact!(i16),
            NcType::UShort => exact!(u16),
            NcType::Int => exact!(i32),
            NcType::UInt => exact!(u32),
            NcType::Int64 => exact!(i64),
            NcType::UInt64 => exact!(u64),
            NcType::Float => exact!(f32),
            _ => exact!(f64),
        };
        let says = |a: &&str| v.attribute(a).is_some_and(|a| !a.value.as_f64().is_some_and(f64::is_nan));
        let marks = ["_FillValue", "missing_value", "scale_factor", "add_offset", "valid_min", "valid_max", "valid_range"];
        if !marks.iter().any(says) {
            return Ok(numbers);
        }
        drop(numbers);
        Ok(self.file.read_variable_unpacked_masked(name)?.iter().copied().collect())
    }

    /// Values of an enumeration, as PyPSA has flags; as many as the dimensions say.
    fn enumerated(&self, v: &NcVariable, base: &NcType) -> Result<Vec<i64>, Stop> {
        let width = base.size().unwrap_or(1).clamp(1, 8);
        let mut bytes = vec![0u8; count(v) * width];
        self.file.read_variable_native_bytes_into(v.name(), &mut bytes)?;
        let number = |b: &[u8]| {
            let mut word = [0u8; 8];
            word[..width].copy_from_slice(b);
            // Native order, and the words of a flag are 0 and 1: the sign of a narrow number is of no matter.
            if cfg!(target_endian = "big") {
                word.rotate_left(width);
            }
            i64::from_ne_bytes(word)
        };
        Ok(bytes.chunks_exact(width).map(number).collect())
    }

    /// Names of components; numbers become text, as in PyPSA.
    fn names(&mut self, v: &NcVariable) -> Result<Vec<String>, Stop> {
        Ok(match self.cells(v)? {
            Cells::Text(names) => names,
            cells => (0..cells.len()).map(|k| super::translate::cell(&cells, k)).collect(),
        })
    }
}

/// Values of a variable by its dimensions; what they claim was allowed before.
fn count(v: &NcVariable) -> usize {
    v.num_elements().ok().and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
}

/// Classic files have texts as rows of characters.
fn is_char_matrix(v: &NcVariable, index: &str) -> bool {
    *v.dtype() == NcType::Char && v.dimensions().len() == 2 && v.dimensions()[0].name == index
}

fn attribute_cells(value: &NcAttrValue) -> Option<Cells> {
    Some(match value {
        NcAttrValue::Chars(s) => Cells::Text(vec![s.clone()]),
        NcAttrValue::Strings(s) => Cells::Text(vec![s.first()?.clone()]),
        NcAttrValue::Floats(_) | NcAttrValue::Doubles(_) => Cells::Number(vec![value.as_f64()?]),
        NcAttrValue::UserDefined { .. } => return None,
        _ => Cells::Integer(vec![value.as_f64()? as i64]),
    })
}
