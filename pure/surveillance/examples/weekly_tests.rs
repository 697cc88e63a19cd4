//! The improved Farrington method on many weekly series: how many tests a second, what it finds, what it invents.
//!
//! `cargo run --release -p beffroi-surveillance --example weekly_tests -- SERIES.csv [WEEKS] [THREADS] [PVALUES.csv]`:
//! columns series, week, count, outbreak (0 or 1: a wave was planted there). Prints one JSON document; `benches/surveillance.py`
//! runs it beside R. Nothing here is a test: a figure is worth what the machine is worth.

use beffroi_surveillance::{Calendar, FlexibleParams, Method, Point, Series, detect};
use std::collections::BTreeMap;
use std::io::Write;
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
    let mut tally = [[0_u64; 2]; 2];
    let mut dump = arguments.get(3).map(std::fs::File::create).transpose()?;
    for (number, ((_, waves), points)) in planted.iter().zip(&found).enumerate() {
        for point in points {
            let wave = waves.get(point.index).copied().unwrap_or(false);
            if let Some(cell) = tally.get_mut(usize::from(wave)).and_then(|row| row.get_mut(usize::from(point.alarm))) {
                *cell += 1;
            }
            if let Some(file) = &mut dump {
                let p = point.p_value.unwrap_or(1.0);
                writeln!(file, "{number},{},{},{},{p:e}", point.index, u8::from(wave), point.observed)?;
            }
        }
    }
    let [[quiet, false_alarms], [missed, hits]] = tally;
    let share = |part: u64, rest: u64| part as f64 / (part + rest).max(1) as f64;
    println!(
        "{{\"engine\":\"beffroi\",\"series\":{},\"tests\":{n_tests},\"threads\":{n_threads},\"passes\":{passes},\
         \"seconds\":{seconds:.5},\"tests_s\":{:.0},\"sensitivity\":{:.6},\"false_alarm_rate\":{:.6}}}",
        planted.len(),
        n_tests as f64 / seconds,
        share(hits, missed),
        share(false_alarms, quiet),
    );
    Ok(())
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
