//! The improved Farrington method on many weekly series: how many tests a second, what it finds, what it invents.
//!
//! `cargo run --release -p beffroi-surveillance --example weekly_tests -- SERIES.csv [WEEKS] [THREADS] [CURVE.csv]`:
//! columns series, week, count, outbreak (0 or 1: a wave was planted there). Prints one JSON document, and writes what
//! each rule finds and invents, from strict to lenient: a fixed level for each test (as R); Benjamini and Hochberg's rule
//! over the series of a week; the same where what was rare last week counts for more. `benches/surveillance.py` runs it
//! beside R. Nothing here is a test: a figure is worth what the machine is worth.

use beffroi_surveillance::{
    Calendar, FlexibleParams, Method, Point, Series, benjamini_hochberg, detect, persistence_weight,
    weighted_benjamini_hochberg,
};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

type Fault = Box<dyn std::error::Error>;

/// Counts, and where waves were planted.
type Planted = (Series, Vec<bool>);

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().ok_or("give a file of series, weeks, counts and outbreaks")?;
    let number = |at: usize, default: usize| arguments.get(at).map_or(Ok(default), |text| text.parse());
    let (n_weeks, n_threads) = (number(1, 52)?, number(2, 2)?.max(1));
    let planted = read(path)?;
    let method = Method::FarringtonFlexible(FlexibleParams::noufaily());

    // Whole passes until two seconds are over.
    let begun = Instant::now();
    let mut passes = 0_u32;
    let mut found = Vec::new();
    while passes == 0 || begun.elapsed() < Duration::from_secs(2) {
        found = pass(&planted, &method, n_weeks, n_threads)?;
        passes += 1;
    }
    let seconds = begun.elapsed().as_secs_f64() / f64::from(passes);
    let n_tests: usize = found.iter().map(Vec::len).sum();
    let ours =
        rate(&planted, &found, |points| points.iter().map(|row| row.iter().map(|p| p.alarm).collect()).collect());
    if let Some(path) = arguments.get(3) {
        std::fs::write(path, curve(&planted, &found))?;
    }
    println!(
        "{{\"engine\":\"beffroi\",\"series\":{},\"tests\":{n_tests},\"threads\":{n_threads},\"passes\":{passes},\
         \"seconds\":{seconds:.5},\"tests_s\":{:.0},\"sensitivity\":{:.6},\"false_alarm_rate\":{:.6}}}",
        planted.len(),
        n_tests as f64 / seconds,
        ours.sensitivity,
        ours.false_alarms,
    );
    Ok(())
}

/// What a rule finds of the weeks with a wave, what it invents in those without, and the share of the latter among its
/// alarms.
struct Rate {
    sensitivity: f64,
    false_alarms: f64,
    false_share: f64,
}

/// Holds the alarms of a rule, a row a series, against the truth.
fn rate(planted: &[Planted], found: &[Vec<Point>], rule: impl Fn(&[Vec<Point>]) -> Vec<Vec<bool>>) -> Rate {
    let (mut hits, mut invented, mut waves, mut quiet) = (0.0, 0.0, 0.0, 0.0);
    for (((_, truth), points), alarms) in planted.iter().zip(found).zip(rule(found)) {
        for (point, alarm) in points.iter().zip(alarms) {
            let alarm = f64::from(u8::from(alarm));
            if truth.get(point.index).copied().unwrap_or(false) {
                waves += 1.0;
                hits += alarm;
            } else {
                quiet += 1.0;
                invented += alarm;
            }
        }
    }
    let over = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    Rate {
        sensitivity: over(hits, waves),
        false_alarms: over(invented, quiet),
        false_share: over(invented, invented + hits),
    }
}

/// The three rules from strict to lenient, as CSV.
fn curve(planted: &[Planted], found: &[Vec<Point>]) -> String {
    let mut text = "rule,level,sensitivity,false_alarm_rate,false_share\n".to_owned();
    let mut line = |name: &str, level: f64, rate: &Rate| {
        let Rate { sensitivity, false_alarms, false_share } = rate;
        text.push_str(&format!("{name},{level},{sensitivity:.4},{false_alarms:.4},{false_share:.4}\n"));
    };
    let p = |point: &Point| point.p_value.unwrap_or(1.0);
    for level in [0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05] {
        let each = |found: &[Vec<Point>]| found.iter().map(|row| row.iter().map(|x| p(x) <= level).collect()).collect();
        line("each-test", level, &rate(planted, found, each));
    }
    for weighted in [false, true] {
        for level in [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3] {
            let discoveries = |found: &[Vec<Point>]| by_week(found, level, weighted);
            let name = if weighted { "false-discoveries-weighted" } else { "false-discoveries" };
            line(name, level, &rate(planted, found, discoveries));
        }
    }
    text
}

/// The discoveries of each week over all series.
fn by_week(found: &[Vec<Point>], level: f64, weighted: bool) -> Vec<Vec<bool>> {
    let n_weeks = found.iter().map(Vec::len).max().unwrap_or(0);
    let mut alarms: Vec<Vec<bool>> = vec![Vec::with_capacity(n_weeks); found.len()];
    for week in 0..n_weeks {
        let at = |row: &Vec<Point>, week: usize| row.get(week).and_then(|point| point.p_value);
        let p_values: Vec<f64> = found.iter().map(|row| at(row, week).unwrap_or(1.0)).collect();
        let before = |row: &Vec<Point>| week.checked_sub(1).and_then(|week| at(row, week));
        let weights: Vec<f64> = found.iter().map(|row| persistence_weight(before(row))).collect();
        let discoveries = if weighted {
            weighted_benjamini_hochberg(&p_values, &weights, level)
        } else {
            benjamini_hochberg(&p_values, level)
        };
        for (row, discovery) in alarms.iter_mut().zip(discoveries) {
            row.push(discovery);
        }
    }
    alarms
}

/// Every series once, shared among the threads.
fn pass(planted: &[Planted], method: &Method, n_weeks: usize, n_threads: usize) -> Result<Vec<Vec<Point>>, Fault> {
    let one = |(series, _): &Planted| {
        let len = series.counts.len();
        detect(method, series, len.saturating_sub(n_weeks)..len)
    };
    let share = planted.len().div_ceil(n_threads).max(1);
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = planted
            .chunks(share)
            .map(|part| scope.spawn(move || part.iter().map(one).collect::<Result<Vec<_>, _>>()))
            .collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a thread stopped")).collect::<Result<Vec<_>, _>>()
    })?;
    let mut found = Vec::with_capacity(planted.len());
    for part in parts {
        found.extend(part?);
    }
    Ok(found)
}

fn read(path: &str) -> Result<Vec<Planted>, Fault> {
    let mut series: BTreeMap<u64, (Vec<f64>, Vec<bool>)> = BTreeMap::new();
    for row in csv::Reader::from_path(path)?.deserialize() {
        let (name, _, count, outbreak): (u64, u64, f64, u8) = row?;
        let (counts, waves) = series.entry(name).or_default();
        counts.push(count);
        waves.push(outbreak == 1);
    }
    let calendar = Calendar::Index { frequency: 52 };
    Ok(series.into_values().map(|(counts, waves)| (Series { counts, population: None, calendar }, waves)).collect())
}
