//! What can go wrong when a run is written down or a result file is read: place, rule, remedy.

use fenggu_net::diagnostic::Lang;
use std::fmt;
use std::path::{Path, PathBuf};

/// A report could not be written, or a result file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportError {
    /// The file or folder.
    pub path: PathBuf,
    /// What happened.
    pub kind: ReportErrorKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportErrorKind {
    /// The system refused: its own words.
    Io(String),
    /// The path exists and is not a folder.
    NotAFolder,
    /// The file is not a Parquet file, or a broken one: the reader's words.
    NotParquet(String),
    /// A column is missing.
    MissingColumn(&'static str),
    /// A column holds the wrong type.
    ColumnType {
        /// Column.
        column: String,
        /// What it holds.
        found: String,
        /// What it must hold.
        expected: &'static str,
    },
    /// A row names a component that the network does not have.
    UnknownComponent {
        /// Row, from 1.
        row: usize,
        /// Table word.
        component: String,
        /// Name.
        name: String,
        /// Nearest name that exists; empty for none.
        nearest: String,
    },
    /// A row names a time that is not the start of a step.
    UnknownTime {
        /// Row, from 1.
        row: usize,
        /// The time as written.
        time: String,
        /// The first step's start.
        first: String,
    },
    /// The same cell stands twice, with different values.
    Twice {
        /// Row, from 1.
        row: usize,
        /// Component, name, field and time.
        cell: String,
    },
    /// A table could not be made: the writer's words.
    Table(String),
    /// The file, or what it declares, is larger than was allowed.
    TooLarge {
        /// Bytes.
        found: u64,
        /// Bytes that were allowed.
        most: u64,
    },
    /// The results do not belong to the network.
    WrongSize {
        /// Steps of the results.
        steps: usize,
        /// Steps of the network.
        network_steps: usize,
    },
}

impl ReportError {
    pub(crate) fn new(path: &Path, kind: ReportErrorKind) -> Self {
        ReportError { path: path.to_path_buf(), kind }
    }
    pub(crate) fn io(path: &Path, e: &std::io::Error) -> Self {
        ReportError::new(path, ReportErrorKind::Io(e.to_string()))
    }
    /// The message: what, why it matters, what to do.
    pub fn message(&self, lang: Lang) -> String {
        use ReportErrorKind::*;
        let path = self.path.display();
        let (what, fix) = match (lang, &self.kind) {
            (Lang::En, Io(e)) => (format!("cannot read or write: {e}"), "check that the place exists, that you may write there, and that the disk is not full; nothing was left half written under its final name.".into()),
            (Lang::Zh, Io(e)) => (format!("无法读写：{e}"), "请检查路径是否存在、是否有写入权限、磁盘是否已满；不会留下未写完的正式文件。".into()),
            (Lang::En, NotAFolder) => ("exists and is not a folder".into(), "name another folder with -o.".into()),
            (Lang::Zh, NotAFolder) => ("已存在，但不是文件夹".into(), "请用 -o 指定另一个文件夹。".into()),
            (Lang::En, NotParquet(e)) => (format!("is not a readable Parquet file: {e}"), "give the results.parquet of a run, or a Parquet file with the columns component, name, field, unit, time, value.".into()),
            (Lang::Zh, NotParquet(e)) => (format!("不是可读的 Parquet 文件：{e}"), "请给出某次运行的 results.parquet，或含有 component, name, field, unit, time, value 各列的 Parquet 文件。".into()),
            (Lang::En, MissingColumn(c)) => (format!("has no column \"{c}\""), "a result file has the columns component, name, field, time, value (unit may be left out).".into()),
            (Lang::Zh, MissingColumn(c)) => (format!("缺少列“{c}”"), "结果文件须有 component, name, field, time, value 各列（unit 可省略）。".into()),
            (Lang::En, ColumnType { column, found, expected }) => (format!("column \"{column}\" holds {found}; it must hold {expected}"), "write the column with that type.".into()),
            (Lang::Zh, ColumnType { column, found, expected }) => (format!("列“{column}”的类型为 {found}，应为 {expected}"), "请以该类型写出此列。".into()),
            (Lang::En, UnknownComponent { row, component, name, nearest }) => (
                format!("row {row}: the network has no {component} named \"{name}\""),
                if nearest.is_empty() { "check that the result file belongs to this network.".into() } else { format!("did you mean \"{nearest}\"? Check that the result file belongs to this network.") },
            ),
            (Lang::Zh, UnknownComponent { row, component, name, nearest }) => (
                format!("第 {row} 行：网络的 {component} 中没有“{name}”"),
                if nearest.is_empty() { "请检查结果文件是否属于此网络。".into() } else { format!("是否指“{nearest}”？请检查结果文件是否属于此网络。") },
            ),
            (Lang::En, UnknownTime { row, time, first }) => (format!("row {row}: \"{time}\" is not the start of a step of this network"), format!("times are the starts of steps in UTC; the first step is \"{first}\".")),
            (Lang::Zh, UnknownTime { row, time, first }) => (format!("第 {row} 行：“{time}”不是此网络任何时段的起点"), format!("时间是时段起点的 UTC 时间；第一个时段为“{first}”。")),
            (Lang::En, Twice { row, cell }) => (format!("row {row}: {cell} stands twice, with different values"), "leave one of the two.".into()),
            (Lang::Zh, Twice { row, cell }) => (format!("第 {row} 行：{cell} 出现两次且数值不同"), "请只保留其中一个。".into()),
            (Lang::En, Table(e)) => (format!("the table could not be made: {e}"), "results.parquet and the CSV tables hold the same numbers.".into()),
            (Lang::Zh, Table(e)) => (format!("无法生成表格：{e}"), "results.parquet 与 CSV 表格含有相同的数值。".into()),
            (Lang::En, TooLarge { found, most }) => (format!("decodes to {found} bytes; {most} are allowed"), "allow more with --max-memory, four times the bytes to be decoded.".into()),
            (Lang::Zh, TooLarge { found, most }) => (format!("解码后有 {found} 字节，允许 {most} 字节"), "请放宽 --max-memory，须为解码字节数的四倍。".into()),
            (Lang::En, WrongSize { steps, network_steps }) => (format!("the results have {steps} steps, the network has {network_steps}"), "report results together with the network they were made from.".into()),
            (Lang::Zh, WrongSize { steps, network_steps }) => (format!("结果有 {steps} 个时段，网络有 {network_steps} 个"), "请将结果与生成它的网络一起使用。".into()),
        };
        match lang {
            Lang::En => format!("{path}: {what}\n fix: {fix}"),
            Lang::Zh => format!("{path}：{what}\n 处理：{fix}"),
        }
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}
impl std::error::Error for ReportError {}
