//! A PyPSA network as tables of attributes: what a CSV folder and a netCDF file have in common. Readers of either fill
//! it, the translation asks it; the translation back fills it, writers of either ask it.

use std::collections::HashMap;
use std::sync::Arc;

use fenggu_net::diagnostic::Place;

use super::attributes::{self, Attribute, List};
use crate::native::sheet::Sheet;
use crate::place::Source;
use crate::text::LineIndex;

/// A PyPSA network.
#[derive(Debug, Default)]
pub struct Dataset {
    /// The folder or file, as the user gave it.
    pub shown: String,
    /// Attributes of the network itself: name, version, srid …
    pub network: Vec<(String, Cells)>,
    /// `meta.json`; empty for none.
    pub meta: String,
    /// `crs.json`; empty for none.
    pub crs: String,
    /// Snapshots; none when the file has none (then there is the one called "now").
    pub snapshots: Option<Snapshots>,
    /// Columns of the investment periods; empty for none. The first is the period.
    pub periods: Vec<Column>,
    /// Components, in the order of [`attributes::LISTS`].
    pub frames: Vec<Frame>,
    /// Texts of CSV files, for places.
    pub files: Vec<TextFile>,
}

/// A CSV file that was read.
#[derive(Debug)]
pub struct TextFile {
    /// Name as the user sees it.
    pub shown: String,
    /// Its text.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: LineIndex,
    /// Its cells.
    pub sheet: Sheet,
}

/// Labels of the snapshots.
#[derive(Clone, Debug, PartialEq)]
pub enum Labels {
    /// Instants, seconds since 1970 UTC (PyPSA's times have no zone).
    Times(Vec<i64>),
    /// Whole numbers.
    Integers(Vec<i64>),
    /// Anything else.
    Text(Vec<String>),
}

impl Labels {
    /// Number of labels.
    pub fn len(&self) -> usize {
        match self {
            Labels::Times(v) | Labels::Integers(v) => v.len(),
            Labels::Text(v) => v.len(),
        }
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Snapshots and their weightings.
#[derive(Clone, Debug)]
pub struct Snapshots {
    /// `[step]`
    pub labels: Labels,
    /// Investment period of every snapshot, where there are periods.
    pub periods: Option<Vec<i64>>,
    /// Objective, stores, generators; none where the file does not say. `[step]` each.
    pub weights: [Option<Vec<f64>>; 3],
}

/// Names of the weightings in files.
pub const WEIGHTS: [&str; 3] = ["objective", "stores", "generators"];

/// Content of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Text, as in CSV; what it means follows from the attribute.
    Text(Vec<String>),
    /// Numbers; NaN for none.
    Number(Vec<f64>),
    /// Whole numbers.
    Integer(Vec<i64>),
    /// Yes or no.
    Flag(Vec<bool>),
}

impl Cells {
    /// Number of cells.
    pub fn len(&self) -> usize {
        match self {
            Cells::Text(v) => v.len(),
            Cells::Number(v) => v.len(),
            Cells::Integer(v) => v.len(),
            Cells::Flag(v) => v.len(),
        }
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A static attribute of all components of a frame.
#[derive(Clone, Debug)]
pub struct Column {
    /// Attribute.
    pub name: String,
    /// One cell per component.
    pub cells: Cells,
    /// Cell of the CSV row it stands in.
    pub at: usize,
}

/// A varying attribute of some components of a frame.
#[derive(Clone, Debug)]
pub struct Series {
    /// Attribute.
    pub name: String,
    /// Component and one number per step, in the order of the file.
    pub columns: Vec<(String, Arc<[f64]>)>,
}

/// All components of one kind.
#[derive(Debug)]
pub struct Frame {
    /// Which kind.
    pub list: &'static List,
    /// Names, in order.
    pub names: Vec<String>,
    /// Static attributes.
    pub columns: Vec<Column>,
    /// Varying attributes.
    pub series: Vec<Series>,
    /// The CSV file it came from.
    pub file: Option<usize>,
}

impl Frame {
    /// An empty frame.
    pub fn new(list: &'static List) -> Frame {
        Frame { list, names: Vec::new(), columns: Vec::new(), series: Vec::new(), file: None }
    }
}

impl Dataset {
    /// The frame of a kind.
    pub fn frame(&self, list: &str) -> Option<&Frame> {
        self.frames.iter().find(|f| f.list.name == list)
    }
    /// Number of steps: snapshots, or the one "now".
    pub fn steps(&self) -> usize {
        self.snapshots.as_ref().map_or(1, |s| s.labels.len())
    }
    /// Place of a cell of a frame, or of the row.
    pub fn place(&self, frame: &Frame, column: Option<&Column>, row: usize) -> Option<Place> {
        match frame.file {
            Some(file) => {
                let file = self.files.get(file)?;
                let cells = file.sheet.row(row);
                let cell = cells.get(column.map_or(0, |c| c.at)).or(cells.first())?;
                Some(Source { file: &file.shown, text: &file.text, lines: &file.lines }.place(cell.at))
            }
            None => {
                let variable = column.map_or_else(|| format!("{}_i", frame.list.name), |c| format!("{}_{}", frame.list.name, c.name));
                Some(nc_place(&self.shown, &variable, row, 0))
            }
        }
    }
}

/// A place in a netCDF file: the variable stands with the file, row and column count from 1.
pub fn nc_place(shown: &str, variable: &str, row: usize, column: usize) -> Place {
    Place { file: format!("{shown}[{variable}]"), line: row + 1, column: column + 1, length: 1, excerpt: String::new() }
}

/// A frame with its attributes found by name.
pub struct Rows<'a> {
    /// The frame.
    pub frame: &'a Frame,
    columns: HashMap<&'a str, usize>,
    series: HashMap<&'a str, HashMap<&'a str, &'a Arc<[f64]>>>,
}

impl<'a> Rows<'a> {
    /// The components of a kind; none when the file has none.
    pub fn of(ds: &'a Dataset, list: &str) -> Option<Rows<'a>> {
        let frame = ds.frame(list)?;
        let columns = frame.columns.iter().enumerate().map(|(k, c)| (c.name.as_str(), k)).collect();
        let by_name = |s: &'a Series| s.columns.iter().map(|(n, v)| (n.as_str(), v)).collect();
        let series = frame.series.iter().map(|s| (s.name.as_str(), by_name(s))).collect();
        Some(Rows { frame, columns, series })
    }
    /// Number of components.
    pub fn len(&self) -> usize {
        self.frame.names.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Name of a component.
    pub fn name(&self, row: usize) -> &'a str {
        &self.frame.names[row]
    }
    /// A static column.
    pub fn column(&self, attribute: &str) -> Option<&'a Column> {
        self.columns.get(attribute).map(|&k| &self.frame.columns[k])
    }
    /// The series of a component, where it has one.
    pub fn series(&self, row: usize, attribute: &str) -> Option<&'a Arc<[f64]>> {
        self.series.get(attribute)?.get(self.name(row)).copied()
    }
    /// The attribute's entry in the table.
    ///
    /// # Panics
    /// Never with names of the table; they are written in the code.
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        self.frame.list.find(name)
    }
}

/// Frames in the order of the lists, whatever order they were found in.
pub fn ordered(mut frames: Vec<Frame>) -> Vec<Frame> {
    frames.sort_by_key(|f| attributes::LISTS.iter().position(|l| l.name == f.list.name));
    frames
}
