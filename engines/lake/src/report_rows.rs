//! Reports as columns, and back.

use crate::error::broken;
use crate::values::{at, column, flags, from_days, given, numbers, parsed, texts, to_days};
use beffroi_model::{Marking, Observable, Report, Text};
use beffroi_ports::FactsError;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray,
    new_null_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, Fields, Int64Type, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use std::sync::{Arc, LazyLock};

static OBSERVABLE: LazyLock<Fields> =
    LazyLock::new(|| ["kind", "role", "value"].map(|name| Arc::new(Field::new(name, DataType::Utf8, false))).into());

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let optional_text = |name| Field::new(name, DataType::Utf8, true);
    let flag = |name| Field::new(name, DataType::Boolean, false);
    let day = |name, nullable| Field::new(name, DataType::Date32, nullable);
    Arc::new(Schema::new(vec![
        text("id"),
        text("source"),
        text("layer"),
        text("kind"),
        text("unit_of_count"),
        day("occurred_on", true),
        day("reported_on", false),
        text("territory"),
        optional_text("category"),
        optional_text("phenomenon"),
        flag("astad"),
        optional_text("victim_kind"),
        optional_text("sector"),
        optional_text("subject"),
        Field::new("loss_cents", DataType::Int64, true),
        Field::new("observables", DataType::List(element()), false),
        text("tlp"),
        text("pap"),
        text("legal_basis"),
        flag("synthetic"),
        text("delivery"),
        // Since version 2 of the columns; at the end, as a table of version 1 takes them.
        optional_text("sex"),
        optional_text("age_band"),
        optional_text("size"),
    ]))
});

fn element() -> Arc<Field> {
    Arc::new(Field::new("element", DataType::Struct(OBSERVABLE.clone()), false))
}

/// The columns of the table of reports.
pub(crate) fn schema() -> SchemaRef {
    SCHEMA.clone()
}

fn required<'a>(reports: &'a [Report], text: impl Fn(&'a Report) -> &'a str) -> ArrayRef {
    // Half of the columns say the same of all reports of a delivery.
    if let Some(same) = reports.first().map(&text)
        && reports.iter().all(|report| is_same(text(report), same))
    {
        return repeated(same, reports.len());
    }
    Arc::new(StringArray::from_iter_values(reports.iter().map(text)))
}

/// Whether two texts are one; most that are lie in one place.
fn is_same(a: &str, b: &str) -> bool {
    std::ptr::eq(a, b) || a == b
}

fn optional<'a>(reports: &'a [Report], text: impl Fn(&'a Report) -> Option<&'a str>) -> ArrayRef {
    // And some say nothing.
    if reports.iter().all(|report| text(report).is_none()) {
        return new_null_array(&DataType::Utf8, reports.len());
    }
    Arc::new(StringArray::from_iter(reports.iter().map(text)))
}

/// A column that holds one text in each of its rows.
fn repeated(text: &str, n_rows: usize) -> ArrayRef {
    let offsets = OffsetBuffer::from_lengths(std::iter::repeat_n(text.len(), n_rows));
    match StringArray::try_new(offsets, text.repeat(n_rows).into_bytes().into(), None) {
        Ok(column) => Arc::new(column),
        // Never: the offsets are those of the text.
        Err(_) => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, n_rows))),
    }
}

/// The reports as columns, each row marked with the delivery's key.
pub(crate) fn to_batch(reports: &[Report], delivery: &str) -> Result<RecordBatch, ArrowError> {
    let occurred_on = reports.iter().map(|r| r.occurred_on.map(to_days));
    let reported_on = reports.iter().map(|r| to_days(r.reported_on));
    let columns: Vec<ArrayRef> = vec![
        required(reports, |r| r.id.as_str()),
        required(reports, |r| r.source.as_str()),
        required(reports, |r| r.layer.code()),
        required(reports, |r| r.kind.code()),
        required(reports, |r| &r.unit_of_count),
        Arc::new(Date32Array::from_iter(occurred_on)),
        Arc::new(Date32Array::from_iter_values(reported_on)),
        required(reports, |r| r.territory.code()),
        optional(reports, |r| r.category.as_deref()),
        optional(reports, |r| r.phenomenon.as_deref()),
        Arc::new(BooleanArray::from_iter(reports.iter().map(|r| Some(r.astad)))),
        optional(reports, |r| r.victim_kind.map(|kind| kind.code())),
        optional(reports, |r| r.sector.as_deref()),
        optional(reports, |r| r.subject.as_deref()),
        Arc::new(Int64Array::from_iter(reports.iter().map(|r| r.loss_cents))),
        Arc::new(observables(reports)?),
        required(reports, |r| r.marking.tlp.label()),
        required(reports, |r| r.marking.pap.label()),
        required(reports, |r| &r.legal_basis),
        Arc::new(BooleanArray::from_iter(reports.iter().map(|r| Some(r.synthetic)))),
        required(reports, |_| delivery),
        optional(reports, |r| r.sex.map(|sex| sex.code())),
        optional(reports, |r| r.age_band.as_deref()),
        optional(reports, |r| r.size.as_deref()),
    ];
    RecordBatch::try_new(schema(), columns)
}

fn observables(reports: &[Report]) -> Result<ListArray, ArrowError> {
    let all = || reports.iter().flat_map(|r| &r.observables);
    let fields: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter(all().map(|o| Some(o.kind.code())))),
        Arc::new(StringArray::from_iter(all().map(|o| Some(o.role.code())))),
        Arc::new(StringArray::from_iter(all().map(|o| Some(o.value.as_str())))),
    ];
    let offsets = OffsetBuffer::from_lengths(reports.iter().map(|r| r.observables.len()));
    let values = StructArray::try_new(OBSERVABLE.clone(), fields, None)?;
    ListArray::try_new(element(), offsets, Arc::new(values), None)
}

/// The reports of a batch that has every column.
pub(crate) fn from_batch(batch: &RecordBatch) -> Result<Vec<Report>, FactsError> {
    let text = |name| texts(column(batch, name)?);
    let (id, source, layer, kind) = (text("id")?, text("source")?, text("layer")?, text("kind")?);
    let (unit, territory, category) = (text("unit_of_count")?, text("territory")?, text("category")?);
    let (phenomenon, victim_kind, sector) = (text("phenomenon")?, text("victim_kind")?, text("sector")?);
    let (sex, age_band, size) = (text("sex")?, text("age_band")?, text("size")?);
    let (subject, tlp, pap, legal_basis) = (text("subject")?, text("tlp")?, text("pap")?, text("legal_basis")?);
    let occurred_on = numbers::<Date32Type>(column(batch, "occurred_on")?)?;
    let reported_on = numbers::<Date32Type>(column(batch, "reported_on")?)?;
    let loss_cents = numbers::<Int64Type>(column(batch, "loss_cents")?)?;
    let (astad, synthetic) = (flags(column(batch, "astad")?)?, flags(column(batch, "synthetic")?)?);
    let observables = read_observables(column(batch, "observables")?)?;
    let owned = |texts: &StringArray, row| at(texts, row).map(Text::from);
    let day = |days: &[Option<i32>], row: usize| days.get(row).copied().flatten().map(from_days).transpose();

    let mut reports = Vec::with_capacity(batch.num_rows());
    for (row, observables) in observables.into_iter().enumerate() {
        reports.push(Report {
            id: parsed(at(&id, row), "id")?,
            source: parsed(at(&source, row), "source")?,
            layer: parsed(at(&layer, row), "layer")?,
            kind: parsed(at(&kind, row), "kind")?,
            unit_of_count: given(owned(&unit, row), "unit_of_count")?,
            occurred_on: day(&occurred_on, row)?,
            reported_on: given(day(&reported_on, row)?, "reported_on")?,
            territory: parsed(at(&territory, row), "territory")?,
            category: owned(&category, row),
            phenomenon: owned(&phenomenon, row),
            astad: astad.get(row).copied().unwrap_or_default(),
            victim_kind: at(&victim_kind, row).map(|kind| parsed(Some(kind), "victim_kind")).transpose()?,
            sex: at(&sex, row).map(|sex| parsed(Some(sex), "sex")).transpose()?,
            age_band: owned(&age_band, row),
            sector: owned(&sector, row),
            size: owned(&size, row),
            subject: owned(&subject, row),
            loss_cents: loss_cents.get(row).copied().flatten(),
            observables,
            marking: Marking { tlp: parsed(at(&tlp, row), "tlp")?, pap: parsed(at(&pap, row), "pap")? },
            legal_basis: given(owned(&legal_basis, row), "legal_basis")?,
            synthetic: synthetic.get(row).copied().unwrap_or_default(),
        });
    }
    Ok(reports)
}

fn read_observables(array: &ArrayRef) -> Result<Vec<Vec<Observable>>, FactsError> {
    let wrong = || broken("read its rows", "the column `observables` is no list of kind, role and value");
    let list = array.as_list_opt::<i32>().ok_or_else(wrong)?;
    let values = list.values().as_struct_opt().ok_or_else(wrong)?;
    let field = |name| texts(values.column_by_name(name).ok_or_else(wrong)?);
    let (kind, role, value) = (field("kind")?, field("role")?, field("value")?);
    let rows = list.offsets().iter().zip(list.offsets().iter().skip(1)).enumerate();
    rows.map(|(row, (&start, &end))| {
        let range = if list.is_null(row) { start..start } else { start..end };
        range
            .map(|i| {
                let i = usize::try_from(i).map_err(|_| wrong())?;
                Ok(Observable {
                    kind: parsed(at(&kind, i), "observables.kind")?,
                    role: parsed(at(&role, i), "observables.role")?,
                    value: given(at(&value, i), "observables.value")?.to_owned(),
                })
            })
            .collect()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(n: usize) -> Report {
        let text = r#"{"id":"R0","source":"essai","layer":"recorded","kind":"complaint","unit_of_count":"infraction",
            "occurred_on":null,"reported_on":"2025-02-03","territory":"01","category":null,"phenomenon":null,"astad":false,
            "victim_kind":null,"sex":null,"age_band":null,"sector":null,"size":null,"subject":null,"loss_cents":null,
            "observables":[],"marking":{"tlp":"AMBER","pap":"AMBER"},"legal_basis":"essai","synthetic":true}"#;
        let mut report: Report = serde_json::from_str(text).unwrap();
        report.id = format!("R{n}").parse().unwrap();
        report
    }

    /// A column that is the same in all rows, or empty in all, is made another way than one that is not: what is read back
    /// is what was written, whatever row breaks the run.
    #[test]
    fn columns_of_one_text_are_read_back_as_any_others() {
        for odd in [None, Some(0), Some(3), Some(6)] {
            let mut reports: Vec<Report> = (0..7).map(report).collect();
            if let Some(odd) = odd.and_then(|odd| reports.get_mut(odd)) {
                odd.source = "autre".parse().unwrap();
                odd.unit_of_count = "".into();
                odd.legal_basis = "é".into();
                odd.sector = Some("".into());
                odd.subject = Some("x".into());
                odd.sex = Some(beffroi_model::Sex::Female);
            }
            let batch = to_batch(&reports, "key").unwrap();
            assert_eq!(from_batch(&batch).unwrap(), reports, "{odd:?}");
        }
        assert_eq!(to_batch(&[], "key").unwrap().num_rows(), 0);
        assert!(from_batch(&to_batch(&[report(1)], "key").unwrap()).unwrap() == [report(1)]);
    }
}
