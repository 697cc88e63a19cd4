//! Every threshold and alarm against the output of the R package `surveillance` on its public series.
//!
//! The reference lies outside the project; without it the test says so and passes.

use beffroi_surveillance::{
    BayesParams, Calendar, CusumParams, EarsParams, EarsVariant, FarringtonParams, FlexibleParams, GlrParams, Method,
    Series, ThresholdMethod, detect,
};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn reference() -> Option<PathBuf> {
    folder("surveillance_reference")
}

/// A folder beside the project, when it is there.
fn folder(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = shared.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: {} absent", folder.display());
    None
}

/// Position, count, threshold and alarm of a point of the reference.
type Expected = (usize, f64, Option<f64>, bool);

/// A series of the reference: its counts, and its weeks when they are dated.
fn series(folder: &Path, name: &str) -> Series {
    // Columns of a file are regions; the reference ran on their sum.
    let mut reader = csv::Reader::from_path(folder.join(format!("{name}.csv"))).unwrap();
    let mut first: Option<Date> = None;
    let counts = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            if first.is_none() {
                first = row[1].parse().ok();
            }
            row.iter().skip(5).map(|cell| cell.parse::<f64>().unwrap()).sum()
        })
        .collect();
    let calendar = first.map_or(Calendar::Index { frequency: 52 }, |first| Calendar::Weekly { first });
    Series { counts, population: None, calendar }
}

fn method(algorithm: &str, params: &BTreeMap<&str, &str>) -> Option<Method> {
    let number = |key: &str| params.get(key).and_then(|v| v.parse::<f64>().ok());
    let whole = |key: &str| params.get(key).and_then(|v| v.parse::<usize>().ok());
    let ears = |variant| Some(Method::Ears(variant, EarsParams::default_of(variant)));
    match algorithm {
        "bayes" => Some(Method::Bayes(BayesParams {
            b: whole("b")?,
            w: whole("w")?,
            act_y: *params.get("actY")? == "TRUE",
            alpha: number("alpha")?,
        })),
        "glrpois" => Some(Method::Glr(GlrParams { alpha: Some(0.0), ..GlrParams::default() })),
        "cusum" => Some(Method::Cusum(CusumParams::default())),
        "EARS_C1" => ears(EarsVariant::C1),
        "EARS_C2" => ears(EarsVariant::C2),
        "EARS_C3" => ears(EarsVariant::C3),
        "farrington" => Some(Method::Farrington(FarringtonParams {
            b: whole("b")?,
            w: whole("w")?,
            alpha: number("alpha")?,
            ..FarringtonParams::default()
        })),
        "farringtonFlexible" => Some(Method::FarringtonFlexible(FlexibleParams {
            b: whole("b")?,
            w: whole("w")?,
            no_periods: whole("noPeriods")?,
            weights_threshold: number("weightsThreshold")?,
            past_weeks_not_included: whole("pastWeeksNotIncluded"),
            p_threshold_trend: number("pThresholdTrend")?,
            alpha: number("alpha")?,
            threshold_method: match *params.get("thresholdMethod")? {
                "nbPlugin" => ThresholdMethod::NbPlugin,
                "muan" => ThresholdMethod::Muan,
                _ => ThresholdMethod::Delta,
            },
            ..FlexibleParams::default()
        })),
        _ => None,
    }
}

#[test]
fn thresholds_and_alarms_are_those_of_the_reference() {
    let Some(folder) = reference() else { return };
    let mut expected: BTreeMap<(String, String, String), Vec<Expected>> = BTreeMap::new();
    let mut reader = csv::Reader::from_path(folder.join("expected_alarms.csv")).unwrap();
    for row in reader.records() {
        let row = row.unwrap();
        let key = (row[0].to_owned(), row[1].to_owned(), row[2].to_owned());
        let index = row[3].parse::<usize>().unwrap() - 1;
        let threshold = row[5].parse::<f64>().ok();
        expected.entry(key).or_default().push((index, row[4].parse().unwrap(), threshold, &row[6] == "1"));
    }
    let mut compared: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for ((algorithm, name, text), points) in &expected {
        let params: BTreeMap<&str, &str> = text.split(';').filter_map(|pair| pair.split_once('=')).collect();
        let Some(method) = method(algorithm, &params) else { continue };
        let mut series = series(&folder, name);
        if algorithm == "bayes" {
            // That method of the package counts weeks by position, dated or not.
            series.calendar = Calendar::Index { frequency: 52 };
        }
        // All points at once: some methods remember.
        let range = points[0].0..points[points.len() - 1].0 + 1;
        let mut found = detect(&method, &series, range.clone()).unwrap();
        if let Method::Glr(params) = &method {
            // The reference gives the statistic, 0 everywhere where its regression is not determined.
            for (point, statistic) in found.iter_mut().zip(params.statistics(&series, range.clone())) {
                point.threshold = Some(statistic.map_or(0.0, |statistic| statistic.statistic));
            }
        }
        for (index, observed, threshold, alarm) in points {
            let point = found[index - range.start];
            *compared.entry(method.code()).or_default() += 1;
            let same_threshold = match (point.threshold, threshold) {
                (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * b.abs().max(1.0),
                (a, b) => a.is_none() == b.is_none(),
            };
            if point.observed != *observed || !same_threshold || point.alarm != *alarm {
                wrong.push(format!("{algorithm} {name} {text} t={}: {point:?} for {threshold:?} {alarm}", index + 1));
            }
        }
    }
    println!("compared: {compared:?}");
    assert!(
        wrong.is_empty(),
        "{} differ, such as\n{}",
        wrong.len(),
        wrong.iter().take(20).cloned().collect::<Vec<_>>().join("\n")
    );
    assert!(compared.values().sum::<usize>() > 2000, "the reference holds fewer points than it should: {compared:?}");
}

/// A hundred series with injected waves: Farrington in all its threshold methods and EARS, on their last four weeks.
#[test]
fn a_hundred_series_agree_with_the_reference() {
    let Some(folder) = folder("../peers/golden") else { return };
    let mut series: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in csv::Reader::from_path(folder.join("series_input.csv")).unwrap().records() {
        let row = row.unwrap();
        series.entry(row[0].to_owned()).or_default().push(row[2].parse().unwrap());
    }
    let flexible = |threshold_method| {
        Method::FarringtonFlexible(FlexibleParams { threshold_method, ..FlexibleParams::noufaily() })
    };
    let mut compared = 0;
    let mut wrong = Vec::new();
    for row in csv::Reader::from_path(folder.join("surveillance.csv")).unwrap().records() {
        let row = row.unwrap();
        let method = match &row[2] {
            "farringtonFlexible_nbPlugin" => flexible(ThresholdMethod::NbPlugin),
            "farringtonFlexible_muan" => flexible(ThresholdMethod::Muan),
            "farringtonFlexible_delta" => flexible(ThresholdMethod::Delta),
            "farrington" => Method::Farrington(FarringtonParams { alpha: 0.01, ..FarringtonParams::default() }),
            ears => Method::from_code(&ears.replace("earsC", "ears-c")).unwrap(),
        };
        let counts = series[&row[0]].clone();
        let series = Series { counts, population: None, calendar: Calendar::Index { frequency: 52 } };
        let index: usize = row[1].parse().unwrap();
        let point = detect(&method, &series, index..index + 1).unwrap()[0];
        // NA where it is undefined.
        let bound: Option<f64> = row[4].parse().ok();
        compared += 1;
        let near = match (point.threshold, bound) {
            (Some(found), Some(bound)) => (found - bound).abs() <= 1e-6 * bound.abs().max(1.0),
            (found, bound) => found.is_none() && bound.is_none(),
        };
        if !near || point.alarm != (&row[5] == "1") {
            wrong.push(format!("{} week {index} {}: {point:?} for {bound:?}", &row[0], &row[2]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared} differ, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
    assert!(compared >= 2800, "{compared}");
}
