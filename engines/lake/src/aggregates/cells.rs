//! One shape of a lot as a file: Parquet, known by its digest.

use super::shapes::{DELAYS, LOSSES, Shape};
use crate::error::{broken, failed};
use crate::values::column;
use beffroi_ports::FactsError;
use bytes::Bytes;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::SchemaRef;
use deltalake::parquet::arrow::ArrowWriter;
use deltalake::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use deltalake::parquet::basic::{Compression, Encoding};
use deltalake::parquet::file::properties::WriterProperties;
use deltalake::parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

const WRITING: &str = "write what it added up";
const READING: &str = "read what it added up";
/// Bytes of cells held before they are written.
const BYTES_IN_PROGRESS: usize = 32 << 20;
/// Cells read at once.
const CELLS_AT_ONCE: usize = 8192;

/// A file that is being written.
pub(crate) struct File {
    writer: ArrowWriter<fs::File>,
    path: PathBuf,
    n_cells: u64,
}

impl File {
    pub(crate) fn create(shape: &Shape, path: &Path) -> Result<Self, FactsError> {
        let mut properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
        for name in [LOSSES, DELAYS] {
            // In order, each differs little from the one before.
            let path = ColumnPath::new([name, "list", "item"].map(str::to_owned).to_vec());
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
        let file = fs::File::create(path).map_err(failed(WRITING))?;
        let writer = ArrowWriter::try_new(file, shape.filed(), Some(properties.build())).map_err(failed(WRITING))?;
        Ok(Self { writer, path: path.to_owned(), n_cells: 0 })
    }

    /// Writes cells. What was written before lies on the disk by then, when each cell has many values.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), FactsError> {
        if self.writer.in_progress_size() > BYTES_IN_PROGRESS {
            self.writer.flush().map_err(failed(WRITING))?;
        }
        self.n_cells += batch.num_rows() as u64;
        self.writer.write(batch).map_err(failed(WRITING))
    }

    /// How many cells were written.
    pub(crate) fn n_cells(&self) -> u64 {
        self.n_cells
    }

    /// Ends the file; gives the number of its cells and its digest.
    pub(crate) fn end(self) -> Result<(u64, String), FactsError> {
        self.writer.close().map_err(failed(WRITING))?;
        Ok((self.n_cells, digest(&self.path).map_err(failed(WRITING))?))
    }
}

/// Hands the cells of a file that has that digest to `each`.
pub(crate) fn read(
    shape: &Shape,
    path: &Path,
    sha256: &str,
    mut each: impl FnMut(&RecordBatch),
) -> Result<(), FactsError> {
    // All of it at once: what is checked is what is read, whoever overwrites it meanwhile.
    let bytes = fs::read(path).map_err(failed(READING))?;
    if written(Sha256::digest(&bytes).as_slice()) != sha256 {
        return Err(broken(READING, format_args!("{} is not what was written", path.display())));
    }
    let batches = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))
        .and_then(|reader| reader.with_batch_size(CELLS_AT_ONCE).build())
        .map_err(failed(READING))?;
    let schema = shape.filed();
    for batch in batches {
        each(&conform(&schema, &batch.map_err(failed(READING))?)?);
    }
    Ok(())
}

/// The digest of a file.
fn digest(path: &Path) -> io::Result<String> {
    let (mut file, mut sha256, mut block) = (fs::File::open(path)?, Sha256::new(), vec![0; 1 << 16]);
    loop {
        let n = file.read(&mut block)?;
        match block.get(..n) {
            Some(read) if n > 0 => sha256.update(read),
            _ => return Ok(written(sha256.finalize().as_slice())),
        }
    }
}

fn written(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The columns of a schema out of a batch that has them, in its order and of its types.
pub(crate) fn conform(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, FactsError> {
    let columns = schema.fields().iter().map(|field| {
        let found = column(batch, field.name())?;
        cast(found, field.data_type()).map_err(failed(READING))
    });
    RecordBatch::try_new(schema.clone(), columns.collect::<Result<_, _>>()?).map_err(failed(READING))
}
