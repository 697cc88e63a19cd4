//! Questions asked of a lake, with their times: what `benches/group_by.py` sets beside other programs.
//!
//! `questions fill FOLDER ROWS` lands synthetic reports; `questions prepare FOLDER` adds them up; `questions ask FOLDER NAME
//! [TIMES]` asks one question and prints the number of its groups, their digest and the seconds of each time, as JSON;
//! `ask-rows` asks it of the rows alone.

use beffroi_lake::Lake;
use beffroi_model::{Delivery, Layer, Marking, Pap, Report, ReportKind, Tlp, VictimKind};
use beffroi_ports::{Dimension, FactTable, Facts, FactsError, Filter, Measure, ReportsQuery, Rows};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Rows handed over at once.
const BATCH: u64 = 8192;
const SOURCE: &str = "bench";
const START: Date = date(2015, 1, 1);
/// Ten years.
const N_DAYS: u64 = 3652;
const N_CATEGORIES: u64 = 40;
const N_PHENOMENA: u64 = 12;

/// A small generator of numbers (splitmix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }

    /// Small numbers much more often than large ones.
    fn skewed(&mut self, n: u64) -> u64 {
        let most = self.below(n) + 1;
        self.below(most)
    }
}

fn report(draw: &mut Draw, n: u64, departments: &[String]) -> Outcome<Report> {
    let reported_on = START.checked_add(i64::try_from(draw.below(N_DAYS))?.days())?;
    let place = usize::try_from(draw.below(departments.len() as u64))?;
    let department = departments.get(place).ok_or("no department")?;
    let kinds = VictimKind::ALL;
    let kind = usize::try_from(draw.below(kinds.len() as u64))?;
    let known = draw.below(10) < 7;
    Ok(Report {
        id: format!("R{n:010}").parse()?,
        source: SOURCE.parse()?,
        layer: Layer::Recorded,
        kind: ReportKind::Complaint,
        unit_of_count: "infraction".into(),
        occurred_on: Some(reported_on.checked_sub(i64::try_from(draw.skewed(400))?.days())?),
        reported_on,
        territory: department.parse()?,
        category: Some(format!("CYB-{:02}", draw.skewed(N_CATEGORIES)).as_str().into()),
        phenomenon: Some(format!("phenomenon-{:02}", draw.below(N_PHENOMENA)).as_str().into()),
        astad: draw.below(10) == 0,
        victim_kind: kinds.get(kind).copied(),
        sex: None,
        age_band: None,
        sector: None,
        size: None,
        subject: None,
        loss_cents: known.then(|| i64::try_from(draw.skewed(2_000_000))).transpose()?,
        observables: Vec::new(),
        marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        legal_basis: "données synthétiques, sans personne réelle".into(),
        synthetic: true,
    })
}

async fn fill(lake: &Lake, n_rows: u64) -> Outcome<()> {
    let mut departments: Vec<String> = (1..=95).filter(|n| *n != 20).map(|n| format!("{n:02}")).collect();
    departments.extend(["2A", "2B", "971", "972", "973", "974", "976"].map(str::to_owned));
    let mut draw = Draw(20_261_123);
    let wrong = |error: Box<dyn Error>| FactsError::Delivery { message: error.to_string() };
    let batches = (0..n_rows.div_ceil(BATCH)).map(move |batch| {
        let rows = (batch * BATCH..n_rows.min((batch + 1) * BATCH)).map(|n| report(&mut draw, n, &departments));
        rows.collect::<Outcome<Vec<_>>>().map(Rows::Reports).map_err(wrong)
    });
    let sha256 = format!("{n_rows:064x}");
    let delivery = Delivery {
        id: format!("DEL-{n_rows:032x}").parse()?,
        source: SOURCE.parse()?,
        file: "synthetic".to_owned(),
        file_sha256: sha256.clone(),
        mapping_version: "1".to_owned(),
        vintage: date(2026, 1, 1),
        who: "bench".to_owned(),
        at: Timestamp::UNIX_EPOCH,
        rows_read: n_rows,
        rows_accepted: n_rows,
        rows_rejected: 0,
        rows_duplicate: 0,
        synthetic: true,
    };
    lake.land(&SOURCE.parse()?, &sha256, "1", Box::new(batches), Box::new(move || delivery)).await?;
    Ok(())
}

/// The questions by their names: groups as many as a fifth of the rows, then what pages of indicators ask.
fn question(name: &str) -> Outcome<ReportsQuery> {
    let by = |by: &[Dimension]| ReportsQuery { by: by.to_vec(), ..ReportsQuery::default() };
    let of =
        |dimension, values: &[&str]| Filter { dimension, values: values.iter().map(|v| (*v).to_owned()).collect() };
    let filters = vec![of(Dimension::Layer, &["recorded"]), of(Dimension::Kind, &["complaint"])];
    Ok(match name {
        "department-category-week" => by(&[Dimension::Department, Dimension::Category, Dimension::Week]),
        "year" => ReportsQuery { filters, ..by(&[Dimension::Year]) },
        "category-month" => ReportsQuery { filters, ..by(&[Dimension::Category, Dimension::Month]) },
        "department-year" => ReportsQuery { filters, ..by(&[Dimension::Department, Dimension::Year]) },
        "phenomenon-week" => ReportsQuery { filters, ..by(&[Dimension::Phenomenon, Dimension::Week]) },
        "delay-median" => {
            ReportsQuery { filters, measures: vec![Measure::DelayQuantile(50)], ..by(&[Dimension::Year]) }
        }
        "loss-median" => ReportsQuery { filters, measures: vec![Measure::LossQuantile(50)], ..by(&[Dimension::Year]) },
        other => return Err(format!("no question `{other}`").into()),
    })
}

/// Asks a question so many times, from whatever is quickest or from the rows alone.
async fn ask(lake: &Lake, name: &str, from_rows: bool, times: usize) -> Outcome<()> {
    let query = question(name)?;
    let (mut seconds, mut table) = (Vec::new(), FactTable::default());
    for _ in 0..times {
        let start = Instant::now();
        table = if from_rows { lake.reports_from_rows(&query).await? } else { lake.reports(&query).await? };
        seconds.push(start.elapsed().as_secs_f64());
    }
    let answering = lake.answering(&query).await?;
    let mut digest = Sha256::new();
    for row in table.rows() {
        digest.update(format!("{:?}{:?}", row.keys(), row.values()));
    }
    let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!(
        "{}",
        serde_json::json!({
            "question": name, "groups": table.len(), "seconds": seconds, "digest": digest,
            "shape": answering.shape, "cells": answering.cells, "rows": answering.rows,
        })
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["fill", folder, rows] => fill(&Lake::open(Path::new(folder)).await?, rows.parse()?).await,
        ["prepare", folder] => {
            let (lake, start) = (Lake::open(Path::new(folder)).await?, Instant::now());
            let n_rows = lake.prepare().await?;
            println!("{}", serde_json::json!({ "rows": n_rows, "seconds": start.elapsed().as_secs_f64() }));
            Ok(())
        }
        [how @ ("ask" | "ask-rows"), folder, name, times @ ..] => {
            let times = times.first().map_or(Ok(3), |times| times.parse())?;
            ask(&Lake::open(Path::new(folder)).await?, name, *how == "ask-rows", times).await
        }
        _ => {
            Err("fill FOLDER ROWS | prepare FOLDER | ask FOLDER QUESTION [TIMES] | ask-rows FOLDER QUESTION [TIMES]"
                .into())
        }
    }
}
