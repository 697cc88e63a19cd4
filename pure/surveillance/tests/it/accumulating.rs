//! CUSUM and likelihood ratios against the R package's output on three series (tests/data, which says how it was made).

use beffroi_surveillance::{Calendar, CusumMean, CusumParams, CusumTransform, GlrParams, Method, Series, detect};
use std::collections::BTreeMap;
use std::path::Path;

fn lines(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

fn numbers(text: &str) -> Vec<f64> {
    text.split(' ').map(|number| number.parse().unwrap()).collect()
}

fn cusum(call: &BTreeMap<&str, &str>) -> CusumParams {
    CusumParams {
        k: call["k"].parse().unwrap(),
        h: call["h"].parse().unwrap(),
        m: if call["m"] == "glm" { CusumMean::Season } else { CusumMean::Past },
        trans: match call["trans"] {
            "standard" => CusumTransform::Standard,
            "rossi" => CusumTransform::Rossi,
            "anscombe" => CusumTransform::Anscombe,
            "anscombe2nd" => CusumTransform::Anscombe2nd,
            "pearsonNegBin" => CusumTransform::PearsonNegBin,
            "none" => CusumTransform::None,
            other => panic!("{other}"),
        },
        alpha: 0.05,
        reset: false,
    }
}

fn glr(call: &BTreeMap<&str, &str>) -> GlrParams {
    GlrParams {
        alpha: call["alpha"].parse().ok(),
        theta: call.get("theta").map(|theta| theta.parse().unwrap()),
        window: call.get("M").map(|window| window.parse().unwrap()),
        harmonics: call["S"].parse().unwrap(),
        trend: call["trend"] == "1",
        ..GlrParams::default()
    }
}

#[test]
fn bounds_and_alarms_are_those_of_the_reference() {
    let weekly: BTreeMap<String, Vec<f64>> =
        lines("weekly.csv").into_iter().map(|row| (row[0].clone(), numbers(&row[1]))).collect();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for row in lines("accumulating.csv") {
        let (name, parts) = row[1].split_once(';').unwrap();
        let call: BTreeMap<&str, &str> = parts.split(';').filter_map(|pair| pair.split_once('=')).collect();
        let counts = weekly[&row[0]].clone();
        let series = Series { counts, population: None, calendar: Calendar::Index { frequency: 52 } };
        let found: Vec<(f64, bool)> = if name == "cusum" {
            let points = detect(&Method::Cusum(cusum(&call)), &series, 468..520).unwrap();
            points.iter().map(|point| (point.threshold.unwrap(), point.alarm)).collect()
        } else {
            let points = glr(&call).statistics(&series, 468..520);
            let value = call["ret"] == "value";
            let bound = |p: beffroi_surveillance::GlrPoint| if value { p.statistic } else { p.cases.unwrap() };
            points.iter().map(|point| (bound(point.unwrap()), point.unwrap().alarm)).collect()
        };
        for ((at, (bound, alarm)), (expected, flag)) in
            found.iter().enumerate().zip(numbers(&row[3]).iter().zip(row[2].chars()))
        {
            compared += 1;
            let near = (bound - expected).abs() <= 1e-6 * expected.abs().max(1.0);
            if !near || *alarm != (flag == '1') {
                wrong.push(format!("{} {} week {}: {bound} {alarm} for {expected} {flag}", row[0], row[1], 468 + at));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared} differ, such as\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
    assert!(compared > 3000, "{compared}");
}
