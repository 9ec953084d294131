//! Series: one file for each table and field, one column for each series, one row for each step.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, Repetition, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::DoubleType;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use crate::words::foreign;

/// Columns of one series file, by name.
pub type Columns = HashMap<String, Arc<[f64]>>;

/// The columns as a Parquet file (required doubles, Snappy).
pub fn to_parquet(columns: &[(String, Arc<[f64]>)]) -> Result<Vec<u8>, ParquetError> {
    let field = |(name, _): &(String, Arc<[f64]>)| {
        let builder = Type::primitive_type_builder(name, Physical::DOUBLE);
        builder.with_repetition(Repetition::REQUIRED).build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    let schema = Arc::new(Type::group_type_builder("series").with_fields(fields).build()?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut file = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut file, schema, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (_, values) in columns {
        if let Some(mut column) = group.next_column()? {
            column.typed::<DoubleType>().write_batch(values, None, None)?;
            column.close()?;
        }
    }
    group.close()?;
    writer.close()?;
    Ok(file)
}

/// What a Parquet file gave: its number of rows, and its columns.
pub struct ParquetColumns {
    /// Rows in the file.
    pub rows: usize,
    /// Columns of numbers; an empty cell is NaN. Columns of other types are left out.
    pub columns: Columns,
}

/// Reads the columns of numbers of a Parquet file with `steps` rows; a file with another number of
/// rows is not read beyond its footer. Errors in English and Chinese.
pub fn from_parquet(path: &Path, steps: usize, most: u64) -> Result<ParquetColumns, [String; 2]> {
    // The crate asserts on some broken files; such a file is the user's, not a fault of ours.
    let read = std::panic::catch_unwind(|| read_parquet(path, steps, most));
    match read {
        Ok(result) => result,
        Err(_) => Err(["the file is damaged", "文件已损坏"].map(str::to_owned)),
    }
}

fn read_parquet(path: &Path, steps: usize, most: u64) -> Result<ParquetColumns, [String; 2]> {
    let file = File::open(path).map_err(|e| crate::words::system(&e))?;
    let reader = SerializedFileReader::new(file).map_err(foreign)?;
    let meta = reader.metadata();
    let rows = usize::try_from(meta.file_metadata().num_rows()).map_err(foreign)?;
    let mut columns = Columns::new();
    if rows != steps {
        return Ok(ParquetColumns { rows, columns });
    }
    let schema = meta.file_metadata().schema_descr();
    let claimed = (schema.num_columns() as u64).saturating_mul(rows as u64).saturating_mul(8);
    if claimed > most {
        let en = format!("it claims {claimed} bytes; {most} are allowed (--max-memory)");
        return Err([en, format!("它声称有 {claimed} 字节，允许 {most} 字节（--max-memory）")]);
    }
    for k in 0..schema.num_columns() {
        let mut values = Vec::with_capacity(rows);
        for g in 0..reader.num_row_groups() {
            let group = reader.get_row_group(g).map_err(foreign)?;
            let rows = usize::try_from(group.metadata().num_rows()).map_err(foreign)?;
            let column = group.get_column_reader(k).map_err(foreign)?;
            if !read_column(column, rows.min(steps), &mut values)? {
                break;
            }
        }
        if values.len() == rows {
            columns.insert(schema.column(k).name().to_owned(), values.into());
        }
    }
    Ok(ParquetColumns { rows, columns })
}

/// Adds a column's values; returns whether it is a column of numbers.
fn read_column(reader: ColumnReader, rows: usize, out: &mut Vec<f64>) -> Result<bool, [String; 2]> {
    macro_rules! numbers {
        ($reader:expr, $convert:expr) => {{
            let mut reader = $reader;
            let (mut values, mut levels) = (Vec::new(), Vec::new());
            let mut left = rows;
            while left > 0 {
                let (read, _, _) = reader.read_records(left, Some(&mut levels), None, &mut values).map_err(foreign)?;
                if read == 0 {
                    break;
                }
                left -= read;
            }
            let mut values = values.into_iter().map($convert);
            if levels.is_empty() {
                out.extend(values);
            } else {
                let most = levels.iter().copied().max().unwrap_or(0).max(1);
                out.extend(levels.iter().map(|l| match *l == most {
                    true => values.next().unwrap_or(f64::NAN),
                    false => f64::NAN,
                }));
            }
            Ok(true)
        }};
    }
    match reader {
        ColumnReader::DoubleColumnReader(r) => numbers!(r, |v: f64| v),
        ColumnReader::FloatColumnReader(r) => numbers!(r, f64::from),
        ColumnReader::Int32ColumnReader(r) => numbers!(r, f64::from),
        ColumnReader::Int64ColumnReader(r) => numbers!(r, |v: i64| v as f64),
        _ => Ok(false),
    }
}
