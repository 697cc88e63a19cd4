//! Published counts as columns, and back.

use crate::values::{at, column, flags, from_days, given, numbers, parsed, texts, to_days};
use beffroi_model::PublishedCount;
use beffroi_ports::FactsError;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, Float64Type, Int64Type, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use std::sync::{Arc, LazyLock};

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("source"),
        text("layer"),
        text("series"),
        text("period"),
        Field::new("period_start", DataType::Date32, false),
        text("grain"),
        text("territory"),
        Field::new("category", DataType::Utf8, true),
        text("unit_of_count"),
        text("definition_version"),
        Field::new("vintage", DataType::Date32, false),
        Field::new("value", DataType::Float64, false),
        Field::new("population", DataType::Int64, true),
        text("tlp"),
        Field::new("synthetic", DataType::Boolean, false),
        text("delivery"),
    ]))
});

/// The columns of the table of published counts.
pub(crate) fn schema() -> SchemaRef {
    SCHEMA.clone()
}

fn required<'a>(counts: &'a [PublishedCount], text: impl Fn(&'a PublishedCount) -> &'a str) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(counts.iter().map(text)))
}

/// The counts as columns, each row marked with the delivery's key.
pub(crate) fn to_batch(counts: &[PublishedCount], delivery: &str) -> Result<RecordBatch, ArrowError> {
    let columns: Vec<ArrayRef> = vec![
        required(counts, |c| c.source.as_str()),
        required(counts, |c| c.layer.code()),
        required(counts, |c| &c.series),
        Arc::new(StringArray::from_iter_values(counts.iter().map(|c| c.period.to_string()))),
        Arc::new(Date32Array::from_iter_values(counts.iter().map(|c| to_days(c.period.start())))),
        required(counts, |c| c.period.grain().code()),
        required(counts, |c| c.territory.code()),
        Arc::new(StringArray::from_iter(counts.iter().map(|c| c.category.as_deref()))),
        required(counts, |c| &c.unit_of_count),
        required(counts, |c| &c.definition_version),
        Arc::new(Date32Array::from_iter_values(counts.iter().map(|c| to_days(c.vintage)))),
        Arc::new(Float64Array::from_iter_values(counts.iter().map(|c| c.value))),
        Arc::new(Int64Array::from_iter(counts.iter().map(|c| c.population))),
        required(counts, |c| c.tlp.label()),
        Arc::new(BooleanArray::from_iter(counts.iter().map(|c| Some(c.synthetic)))),
        required(counts, |_| delivery),
    ];
    RecordBatch::try_new(schema(), columns)
}

/// The counts of a batch that has every column.
pub(crate) fn from_batch(batch: &RecordBatch) -> Result<Vec<PublishedCount>, FactsError> {
    let text = |name| texts(column(batch, name)?);
    let (source, layer, series, period) = (text("source")?, text("layer")?, text("series")?, text("period")?);
    let (territory, category, unit) = (text("territory")?, text("category")?, text("unit_of_count")?);
    let (definition_version, tlp) = (text("definition_version")?, text("tlp")?);
    let vintage = numbers::<Date32Type>(column(batch, "vintage")?)?;
    let value = numbers::<Float64Type>(column(batch, "value")?)?;
    let population = numbers::<Int64Type>(column(batch, "population")?)?;
    let synthetic = flags(column(batch, "synthetic")?)?;
    let owned = |texts: &StringArray, row| at(texts, row).map(str::to_owned);

    let mut counts = Vec::with_capacity(batch.num_rows());
    for (row, ((vintage, value), (population, synthetic))) in
        vintage.into_iter().zip(value).zip(population.into_iter().zip(synthetic)).enumerate()
    {
        counts.push(PublishedCount {
            source: parsed(at(&source, row), "source")?,
            layer: parsed(at(&layer, row), "layer")?,
            series: given(owned(&series, row), "series")?,
            period: parsed(at(&period, row), "period")?,
            territory: parsed(at(&territory, row), "territory")?,
            category: owned(&category, row),
            unit_of_count: given(owned(&unit, row), "unit_of_count")?,
            definition_version: given(owned(&definition_version, row), "definition_version")?,
            vintage: from_days(given(vintage, "vintage")?)?,
            value: given(value, "value")?,
            population,
            tlp: parsed(at(&tlp, row), "tlp")?,
            synthetic,
        });
    }
    Ok(counts)
}
