//! Columns of a result file, read in batches: text, times and numbers, optional or not.

use parquet::column::reader::ColumnReader;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type};
use parquet::errors::ParquetError;

/// A column of text.
pub(super) struct TextColumn {
    reader: Box<parquet::column::reader::ColumnReaderImpl<ByteArrayType>>,
}

impl TextColumn {
    /// The column of a reader.
    pub fn new(reader: Box<parquet::column::reader::ColumnReaderImpl<ByteArrayType>>) -> Self {
        TextColumn { reader }
    }
    /// The next `n` rows; fewer when the file has fewer.
    pub fn next(&mut self, n: usize) -> Result<Vec<String>, ParquetError> {
        let (values, levels) = batch::<ByteArrayType>(&mut self.reader, n)?;
        let text = |b: &ByteArray| String::from_utf8_lossy(b.data()).into_owned();
        Ok(spread(&values, &levels, String::new(), text))
    }
}

/// The column of times: text, or a Parquet timestamp.
pub(super) enum TimeColumn {
    /// Text.
    Text(TextColumn),
    /// Ticks per second.
    Instant(Box<ColumnReader>, i64),
}

impl TimeColumn {
    /// The next `n` rows; fewer when the file has fewer.
    pub fn next(&mut self, n: usize) -> Result<Vec<String>, ParquetError> {
        match self {
            TimeColumn::Text(c) => c.next(n),
            TimeColumn::Instant(reader, per_s) => {
                let ColumnReader::Int64ColumnReader(r) = reader.as_mut() else { return Ok(Vec::new()) };
                let (values, levels) = batch::<Int64Type>(r, n)?;
                let text = |&v: &i64| jiff::Timestamp::from_second(v.div_euclid(*per_s)).map_or_else(|_| v.to_string(), |t| t.to_string());
                Ok(spread(&values, &levels, String::new(), text))
            }
        }
    }
}

/// Reads `n` rows: values, and the definition levels of an optional column.
fn batch<T: DataType>(reader: &mut parquet::column::reader::ColumnReaderImpl<T>, n: usize) -> Result<(Vec<T::T>, Vec<i16>), ParquetError> {
    let (mut values, mut levels) = (Vec::with_capacity(n), Vec::with_capacity(n));
    reader.read_records(n, Some(&mut levels), None, &mut values)?;
    Ok((values, levels))
}

/// Puts `none` where an optional column holds nothing.
fn spread<V, U: Clone>(values: &[V], levels: &[i16], none: U, f: impl Fn(&V) -> U) -> Vec<U> {
    if levels.is_empty() {
        return values.iter().map(f).collect();
    }
    let mut k = values.iter();
    levels.iter().map(|&l| if l > 0 { k.next().map_or_else(|| none.clone(), &f) } else { none.clone() }).collect()
}

/// Reads `n` numbers; none when the column holds no numbers.
pub(super) fn numbers(reader: &mut ColumnReader, n: usize) -> Result<Option<Vec<f64>>, ParquetError> {
    fn read<T: DataType>(
        r: &mut parquet::column::reader::ColumnReaderImpl<T>,
        n: usize,
        f: impl Fn(&T::T) -> f64,
    ) -> Result<Option<Vec<f64>>, ParquetError> {
        let (values, levels) = batch::<T>(r, n)?;
        Ok(Some(spread(&values, &levels, f64::NAN, f)))
    }
    match reader {
        ColumnReader::DoubleColumnReader(r) => read::<DoubleType>(r, n, |&v| v),
        ColumnReader::FloatColumnReader(r) => read::<FloatType>(r, n, |&v| f64::from(v)),
        ColumnReader::Int32ColumnReader(r) => read::<Int32Type>(r, n, |&v| f64::from(v)),
        ColumnReader::Int64ColumnReader(r) => read::<Int64Type>(r, n, |&v| v as f64),
        _ => Ok(None),
    }
}
