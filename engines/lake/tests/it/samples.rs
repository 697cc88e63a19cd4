//! Made-up rows, questions and deliveries, drawn from a seed.

use beffroi_model::{
    Delivery, DeliveryOutcome, Grain, Layer, Marking, Observable, ObservableKind, Pap, Period, PublishedCount, Report,
    ReportKind, Role, Sex, SourceId, Tlp, VictimKind,
};
use beffroi_ports::{Batch, CountsQuery, Dimension, Facts, FactsError, Filter, Measure, ReportsQuery, Rows, Zones};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::collections::HashSet;

const SOURCES: [&str; 3] = ["feed", "platform-a", "stats"];
const CATEGORIES: [&str; 4] = ["AN-BIENS", "AN-PERSONNES", "", "l'été à « Nîmes »"];
const PHENOMENA: [&str; 3] = ["fake_shop", "ransomware", "sim-swap"];
const DEPARTMENTS: [&str; 6] = ["01", "2A", "75", "974", "NL", "ETR"];
const SERIES: [&str; 3] = ["escroqueries", "rançongiciel", "total"];
const PERIODS: [&str; 9] =
    ["2023", "2024", "2024-Q1", "2024-Q4", "2024-01", "2024-12", "2024-W01", "2020-W53", "2024-02-29"];

/// A small generator of numbers (xorshift64*), so that a failing seed can be run again.
#[derive(Debug, Clone)]
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    fn text(&mut self, from: &[&str]) -> String {
        self.pick(from).to_owned()
    }

    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (!self.one_in(3)).then(|| value(self))
    }

    fn day(&mut self) -> Date {
        date(2019, 12, 20).saturating_add((self.below(1900) as i64).days())
    }
}

pub(crate) fn source(name: &str) -> SourceId {
    name.parse().unwrap()
}

pub(crate) fn reports(draw: &mut Draw, n_rows: u64, prefix: &str) -> Vec<Report> {
    (0..n_rows).map(|n| report(draw, format!("{prefix}{n}"))).collect()
}

fn report(draw: &mut Draw, id: String) -> Report {
    let reported_on = draw.day();
    let n_observables = if draw.one_in(2) { draw.below(4) } else { 0 };
    Report {
        id: id.parse().unwrap(),
        source: source(draw.pick(&SOURCES)),
        layer: draw.pick(&Layer::ALL),
        kind: draw.pick(&ReportKind::ALL),
        unit_of_count: draw.text(&["signalement", "victime"]).into(),
        occurred_on: draw.maybe(|draw| reported_on.saturating_sub((draw.below(400) as i64 - 5).days())),
        reported_on,
        territory: draw.pick(&DEPARTMENTS).parse().unwrap(),
        category: draw.maybe(|draw| draw.text(&CATEGORIES).into()),
        phenomenon: draw.maybe(|draw| draw.text(&PHENOMENA).into()),
        astad: draw.one_in(3),
        victim_kind: draw.maybe(|draw| draw.pick(&VictimKind::ALL)),
        sex: draw.maybe(|draw| draw.pick(&Sex::ALL)),
        age_band: draw.maybe(|draw| draw.text(&["15-17", "65+"]).into()),
        sector: draw.maybe(|draw| draw.text(&["santé", "énergie"]).into()),
        size: draw.maybe(|draw| draw.text(&["0-9", "250+"]).into()),
        subject: draw.maybe(|draw| draw.text(&["lockbit-fictif", "marque-fictive"]).into()),
        loss_cents: draw.maybe(|draw| if draw.one_in(20) { i64::MAX - 7 } else { draw.below(1_000_000) as i64 }),
        observables: (0..n_observables).map(|_| observable(draw)).collect(),
        marking: Marking { tlp: draw.pick(&Tlp::ALL), pap: draw.pick(&Pap::ALL) },
        legal_basis: "base fictive".into(),
        synthetic: !draw.one_in(5),
    }
}

fn observable(draw: &mut Draw) -> Observable {
    Observable {
        kind: draw.pick(&ObservableKind::ALL),
        role: draw.pick(&Role::ALL),
        value: format!("valeur-{}.example", draw.below(50)),
    }
}

pub(crate) fn counts(draw: &mut Draw, n_rows: u64) -> Vec<PublishedCount> {
    (0..n_rows)
        .map(|_| PublishedCount {
            source: source(draw.pick(&SOURCES)),
            layer: draw.pick(&Layer::ALL),
            series: draw.text(&SERIES),
            period: draw.pick(&PERIODS).parse().unwrap(),
            territory: draw.pick(&["FR", "R84", "75", "NL"]).parse().unwrap(),
            category: draw.maybe(|draw| draw.text(&CATEGORIES)),
            unit_of_count: draw.text(&["infraction", "percent"]),
            definition_version: draw.text(&["2019", "2024"]),
            vintage: draw.day(),
            value: draw.below(1_000_000) as f64 / 8.0,
            population: draw.maybe(|draw| draw.below(70_000_000) as i64),
            tlp: draw.pick(&Tlp::ALL),
            synthetic: draw.one_in(2),
        })
        .collect()
}

/// A question about reports with some measures, dimensions, filters and days.
pub(crate) fn reports_query(draw: &mut Draw, snapshots: u64) -> ReportsQuery {
    const MEASURES: [Measure; 10] = [
        Measure::Count,
        Measure::LossCents,
        Measure::LossKnown,
        Measure::MeanDelayDays,
        Measure::DelayKnown,
        Measure::DelayWithin(3),
        Measure::DeliveredWithin(500),
        Measure::LossQuantile(50),
        Measure::DelayQuantile(25),
        Measure::DeliveryQuantile(75),
    ];
    let dimensions = |draw: &mut Draw, n| (0..n).map(|_| draw.pick(&Dimension::ALL)).collect::<Vec<_>>();
    let (n_measures, n_by, n_filters) = (draw.below(4), draw.below(4), draw.below(3));
    ReportsQuery {
        measures: (0..n_measures).map(|_| draw.pick(&MEASURES)).collect(),
        by: dimensions(draw, n_by),
        filters: dimensions(draw, n_filters).into_iter().map(|dimension| filter(draw, dimension)).collect(),
        from: draw.one_in(3).then(|| draw.day()),
        to: draw.one_in(3).then(|| draw.day()),
        snapshot: draw.one_in(2).then(|| 1 + draw.below(snapshots)),
        zones: zones(),
    }
}

/// Zones that leave some territories alone.
fn zones() -> Zones {
    let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(t, z)| ((*t).to_owned(), (*z).to_owned())).collect();
    Zones {
        regions: of(&[("01", "R84"), ("2A", "R94"), ("974", "R04")]),
        areas: of(&[("01", "FRM"), ("2A", "FRM"), ("75", "FRM"), ("974", "DROM")]),
    }
}

/// A question that some of the aggregates answer, as indicators ask them.
pub(crate) fn common_query(draw: &mut Draw, snapshots: u64) -> ReportsQuery {
    use Dimension as D;
    const OFTEN: [Dimension; 9] =
        [D::Source, D::Layer, D::Kind, D::Unit, D::Synthetic, D::Year, D::Quarter, D::Month, D::Category];
    const OTHERS: [&[Dimension]; 9] = [
        &[D::Phenomenon, D::Astad, D::VictimKind, D::Sex, D::AgeBand, D::Sector, D::Size],
        &[D::Department, D::Region, D::Area, D::VictimKind, D::Astad],
        &[D::Astad],
        &[D::Phenomenon, D::VictimKind],
        &[],
        &[],
        &[D::Department, D::Region, D::Area, D::VictimKind],
        &[D::VictimKind, D::Sex, D::AgeBand],
        &[D::VictimKind, D::Sector, D::Size],
    ];
    const MEASURES: [Measure; 7] = [
        Measure::Count,
        Measure::LossCents,
        Measure::LossKnown,
        Measure::MeanDelayDays,
        Measure::DelayKnown,
        Measure::DelayWithin(3),
        Measure::DelayWithin(30),
    ];
    let others = draw.below(OTHERS.len() as u64) as usize;
    let known: Vec<Dimension> = OFTEN.iter().chain(OTHERS[others]).copied().collect();
    let dimensions = |draw: &mut Draw, n: u64| -> Vec<Dimension> { (0..n).map(|_| draw.pick(&known)).collect() };
    let (n_by, n_filters) = (draw.below(4), draw.below(3));
    let by = dimensions(draw, n_by);
    let filters = dimensions(draw, n_filters).into_iter().map(|dimension| filter(draw, dimension)).collect();
    let mut measures: Vec<Measure> = (0..1 + draw.below(3)).map(|_| draw.pick(&MEASURES)).collect();
    match others {
        3 | 6.. => {
            measures.extend([Measure::DelayQuantile(25), Measure::DelayQuantile(50), Measure::DelayWithin(11)]);
            measures.extend([Measure::LossQuantile(25), Measure::LossQuantile(50), Measure::LossQuantile(100)]);
        }
        4 => measures.extend([Measure::DeliveryQuantile(50), Measure::DeliveredWithin(700)]),
        _ => {}
    }
    let month = |draw: &mut Draw| Period::containing(draw.day(), Grain::Month);
    ReportsQuery {
        measures,
        by,
        filters,
        from: draw.one_in(3).then(|| month(draw).start()),
        to: draw.one_in(3).then(|| month(draw).end()),
        snapshot: draw.one_in(2).then(|| 1 + draw.below(snapshots)),
        zones: zones(),
    }
}

fn filter(draw: &mut Draw, dimension: Dimension) -> Filter {
    let n_values = draw.below(4);
    let values = (0..n_values).map(|_| value(draw, dimension)).collect();
    Filter { dimension, values }
}

fn value(draw: &mut Draw, dimension: Dimension) -> String {
    if draw.one_in(5) {
        return draw.text(&["", "nothing has this value", "2024"]);
    }
    if let Some(grain) = dimension.grain() {
        return Period::containing(draw.day(), grain).to_string();
    }
    match dimension {
        Dimension::Source => draw.text(&SOURCES),
        Dimension::Layer => draw.pick(&Layer::ALL).code().into(),
        Dimension::Kind => draw.pick(&ReportKind::ALL).code().into(),
        Dimension::Unit => "victime".into(),
        Dimension::Department => draw.text(&DEPARTMENTS),
        Dimension::Category => draw.text(&CATEGORIES),
        Dimension::Phenomenon => draw.text(&PHENOMENA),
        Dimension::VictimKind => draw.pick(&VictimKind::ALL).code().into(),
        Dimension::Region => draw.text(&["R84", "R94", "75", "01"]),
        Dimension::Area => draw.text(&["FRM", "DROM", "NL"]),
        Dimension::Sex => draw.pick(&Sex::ALL).code().into(),
        Dimension::AgeBand => "15-17".into(),
        Dimension::Sector => "santé".into(),
        Dimension::Size => "250+".into(),
        Dimension::Subject => "marque-fictive".into(),
        _ => draw.text(&["true", "false"]),
    }
}

/// A question about published counts.
pub(crate) fn counts_query(draw: &mut Draw, snapshots: u64) -> CountsQuery {
    let some = |draw: &mut Draw, from: &[&str]| -> Vec<String> {
        let n_values = draw.below(3);
        (0..n_values).map(|_| draw.text(from)).collect()
    };
    let period = |draw: &mut Draw| draw.one_in(3).then(|| draw.pick(&PERIODS).parse().unwrap());
    CountsQuery {
        sources: some(draw, &SOURCES).iter().map(|name| source(name)).collect(),
        series: some(draw, &SERIES),
        layer: draw.one_in(4).then(|| draw.pick(&Layer::ALL)),
        grain: draw.one_in(4).then(|| draw.pick(&Grain::ALL)),
        from: period(draw),
        to: period(draw),
        territories: some(draw, &["FR", "75", "nowhere"]),
        definition_version: draw.one_in(4).then(|| "2024".into()),
        known_on: draw.one_in(4).then(|| draw.day()),
        snapshot: draw.one_in(2).then(|| 1 + draw.below(snapshots)),
    }
}

pub(crate) fn delivery(sha: &str, n_rows: u64) -> Delivery {
    Delivery {
        id: format!("DEL-{n_rows:032x}").parse().unwrap(),
        source: source("feed"),
        file: "fichier é.csv".into(),
        file_sha256: sha.into(),
        mapping_version: "1".into(),
        vintage: date(2025, 1, 1),
        who: "test".into(),
        at: "2022-06-15T10:00:00Z".parse().unwrap(),
        rows_read: n_rows,
        rows_accepted: n_rows,
        rows_rejected: 0,
        rows_duplicate: 0,
        synthetic: true,
    }
}

/// Lands batches as the file `sha` of the source `feed`.
pub(crate) async fn land(facts: &dyn Facts, sha: &str, batches: Vec<Batch>) -> Result<DeliveryOutcome, FactsError> {
    let n_rows = batches.iter().flatten().map(|rows| rows.len() as u64).sum();
    let provenance = delivery(sha, n_rows);
    facts.land(&source("feed"), sha, "1", Box::new(batches.into_iter()), Box::new(move || provenance)).await
}

/// Lands reports in batches of a size that fits no other.
pub(crate) async fn land_reports(facts: &dyn Facts, sha: &str, rows: &[Report]) -> DeliveryOutcome {
    let batches = rows.chunks(997).map(|rows| Ok(Rows::Reports(rows.to_vec()))).collect();
    land(facts, sha, batches).await.unwrap()
}

/// Lands counts.
pub(crate) async fn land_counts(facts: &dyn Facts, sha: &str, rows: &[PublishedCount]) -> DeliveryOutcome {
    let batches = rows.chunks(61).map(|rows| Ok(Rows::Counts(rows.to_vec()))).collect();
    land(facts, sha, batches).await.unwrap()
}

/// How many reports a snapshot holds.
pub(crate) async fn n_reports(facts: &dyn Facts, snapshot: Option<u64>) -> f64 {
    let query = ReportsQuery { snapshot, ..ReportsQuery::default() };
    facts.reports(&query).await.unwrap().total()
}

/// The identifiers of a source's rows.
pub(crate) async fn known_keys(facts: &dyn Facts, name: &str) -> HashSet<String> {
    let mut keys = HashSet::new();
    facts.known_keys(&source(name), Box::new(|key| _ = keys.insert(key.to_owned()))).await.unwrap();
    keys
}
