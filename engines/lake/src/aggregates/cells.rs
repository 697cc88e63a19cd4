//! One shape of a lot as a file: Parquet, known by its digest.

use super::shapes::Shape;
use crate::error::{broken, failed};
use crate::values::column;
use beffroi_ports::FactsError;
use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::SchemaRef;
use deltalake::parquet::arrow::ArrowWriter;
use deltalake::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use deltalake::parquet::basic::Compression;
use deltalake::parquet::file::properties::WriterProperties;
use sha2::{Digest, Sha256};
use std::path::Path;

const WRITING: &str = "write what it added up";
const READING: &str = "read what it added up";

/// Cells as the bytes of a file, and their digest.
pub(crate) fn encode(shape: &Shape, cells: &[RecordBatch]) -> Result<(Vec<u8>, String), FactsError> {
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), shape.filed(), Some(properties)).map_err(failed(WRITING))?;
    for batch in cells {
        writer.write(batch).map_err(failed(WRITING))?;
    }
    let bytes = writer.into_inner().map_err(failed(WRITING))?;
    let digest = digest(&bytes);
    Ok((bytes, digest))
}

/// The cells of a file that has that digest.
pub(crate) fn read(shape: &Shape, path: &Path, sha256: &str) -> Result<Vec<RecordBatch>, FactsError> {
    let bytes = std::fs::read(path).map_err(failed(READING))?;
    if digest(&bytes) != sha256 {
        return Err(broken(READING, format_args!("{} is not what was written", path.display())));
    }
    let batches = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(failed(READING))?;
    let schema = shape.filed();
    batches.map(|batch| conform(&schema, &batch.map_err(failed(READING))?)).collect()
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The columns of a schema out of a batch that has them, in its order and of its types.
pub(crate) fn conform(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, FactsError> {
    let columns = schema.fields().iter().map(|field| {
        let found = column(batch, field.name())?;
        cast(found, field.data_type()).map_err(failed(READING))
    });
    RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, _>>()?).map_err(failed(READING))
}
