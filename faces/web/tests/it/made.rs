//! Objects made at will: of any service, place, marking and standing, written as the desks write them.

use super::sample::now;
use beffroi_desk_series::SeriesContent;
use beffroi_desk_threat::alerts::{Alert, AlertState};
use beffroi_desk_threat::signals;
use beffroi_journal::{Act, Purpose};
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_register::{Entry, Record};
use beffroi_rights::{Kind, Object, PersonId, ServiceId, State, World};
use beffroi_store::{
    AlertRow, By, RecordBatch, RecordPut, ReportBuild, SeriesRow, SeriesRun, SignalRow, SituationRow, Store,
};

/// What decides about an object.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) owner: ServiceId,
    pub(crate) territory: Territory,
    pub(crate) marking: Marking,
    pub(crate) state: State,
    pub(crate) author: Option<PersonId>,
}

impl Facts {
    /// Of the house, published, for everybody cleared for AMBER.
    pub(crate) fn published() -> Self {
        Self {
            owner: ServiceId::house(),
            territory: Territory::france(),
            marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
            state: State::Published,
            author: None,
        }
    }

    pub(crate) fn of(&self, kind: Kind, id: &str) -> Object {
        let mut object =
            Object::new(id.parse().unwrap(), kind, World::Coordination, self.owner.clone(), self.territory.clone());
        object.marking = self.marking;
        object.state = self.state;
        object.author = self.author.clone();
        object.personal = kind == Kind::Series;
        object
    }
}

fn by() -> By {
    By::new("cli", now())
}

/// A flash like `model` under another reference and other facts.
pub(crate) async fn alert(store: &Store, model: &AlertRow, reference: &str, facts: &Facts) {
    let state = match facts.state {
        State::Draft | State::Submitted => AlertState::Draft,
        State::Approved => AlertState::Validated,
        State::Published => AlertState::Issued,
        State::Closed => AlertState::Closed,
    };
    let row = AlertRow {
        reference: reference.parse().unwrap(),
        state: state.code().to_owned(),
        author: facts.author.as_ref().map_or("nobody".to_owned(), ToString::to_string),
        validator: None,
        tlp: facts.marking.tlp,
        pap: facts.marking.pap,
        title_fr: format!("{} {reference}", model.title_fr),
        title_en: format!("{} {reference}", model.title_en),
        ..model.clone()
    };
    store.alert_put(row, facts.of(Kind::Alert, reference), None, Act::Collect, &by()).await.unwrap();
}

/// A signal like `model` under another identifier and other facts.
pub(crate) async fn signal(store: &Store, model: &SignalRow, id: &str, facts: &Facts) {
    let row = SignalRow { id: id.parse().unwrap(), territory: facts.territory.code().to_owned(), ..model.clone() };
    store.signals_put(vec![(row, facts.of(Kind::Signal, id))], &by()).await.unwrap();
}

/// All series of a store: a run replaces them together.
pub(crate) async fn series(store: &Store, model: &SeriesRow, all: &[(String, Facts)]) {
    let rows = all.iter().map(|(id, facts)| {
        let mut content: SeriesContent = serde_json::from_value(model.content.clone()).unwrap();
        content.marking = facts.marking;
        let content = serde_json::to_value(content).unwrap();
        (SeriesRow { id: id.parse().unwrap(), content, ..model.clone() }, facts.of(Kind::Series, id))
    });
    let run = SeriesRun {
        run_at: now(),
        who: "cli".into(),
        snapshot: 1,
        max_degree: 10,
        summary: serde_json::json!({ "reports_scanned": all.len() }),
    };
    let by = by().for_purpose(Purpose { why: "essai".into(), reference: None });
    store.series_replace(run, rows.collect(), &by).await.unwrap();
}

/// The report of a year.
pub(crate) async fn report(store: &Store, year: i16, facts: &Facts) {
    let build = ReportBuild { year, snapshot: 1, built_at: now(), folder: format!("reports/{year}") };
    store.report_put(build, facts.of(Kind::AnnualReport, &year.to_string()), &by()).await.unwrap();
}

/// A situation point, a draft unless it is published.
pub(crate) async fn situation(store: &Store, reference: &str, number: u64, facts: &Facts) {
    let content = serde_json::json!({
        "name": { "fr": "essai", "en": "trial" }, "phenomenon": "fake_shop", "territory": facts.territory.code(),
        "since": "2026-01-01", "statements": [], "flashes": [], "actions": [], "unknowns": [],
        "picture": { "snapshot": 1, "total": null, "sectors": [], "spread": { "shown": [], "n_hidden": 0 },
                     "days": [], "trend": null },
        "next_at": "2026-01-14T18:00:00Z", "since_point": null, "differences": [],
    });
    let row = SituationRow {
        reference: reference.parse().unwrap(),
        version: 0,
        crisis: "essai".to_owned(),
        number,
        author: facts.author.as_ref().map_or("nobody".to_owned(), ToString::to_string),
        tlp: facts.marking.tlp,
        pap: facts.marking.pap,
        drafted_at: now(),
        frozen_at: (facts.state == State::Published).then(now),
        synthetic: true,
        content,
    };
    store.situation_put(row, facts.of(Kind::Situation, reference), None, Act::Collect, &by()).await.unwrap();
}

/// The rows of the sample that the others are made after.
pub(crate) struct Models {
    pub(crate) alert: AlertRow,
    pub(crate) signal: SignalRow,
    pub(crate) series: SeriesRow,
}

impl Models {
    pub(crate) async fn of(store: &Store) -> Self {
        let alerts: Vec<Alert> = beffroi_desk_threat::alerts::list(store).await.unwrap();
        let signal = signals::list(store).await.unwrap().remove(0);
        let series = store.series_list(1, 0).await.unwrap().remove(0);
        Self {
            alert: store.alert_fetch(&alerts[0].reference).await.unwrap().unwrap(),
            signal: store.signal_fetch(&signal.id).await.unwrap().unwrap(),
            series: store.series_fetch(&series.id).await.unwrap().unwrap(),
        }
    }
}

/// A need with these words and facts; gives its reference.
pub(crate) async fn record(store: &Store, words: &str, facts: &Facts) -> String {
    let state = match facts.state {
        State::Draft => "draft",
        State::Closed => "refused",
        _ => "submitted",
    };
    let text = |name: &str| (name.to_owned(), words.to_owned());
    let record = Record {
        reference: "@0".to_owned(),
        register: "need".to_owned(),
        state: state.to_owned(),
        version: 1,
        values: [text("title"), text("problem"), text("answer")].into(),
        path: Vec::new(),
        marking: facts.marking,
        owner: facts.owner.clone(),
        territory: facts.territory.clone(),
        author: facts.author.clone(),
        updated_at: now(),
        synthetic: false,
    };
    let put = RecordPut {
        record,
        prefix: "NEED",
        basis: "records",
        expected: None,
        standing: facts.state,
        title: words.to_owned(),
        due: (facts.state != State::Closed).then(|| (now(), "due".to_owned())),
        closed_at: None,
        entries: vec![
            Entry { field: ".state".to_owned(), value: state.to_owned() },
            Entry { field: ".unit".to_owned(), value: facts.owner.to_string() },
        ],
        links: Vec::new(),
        text: words.to_owned(),
        what: "add".to_owned(),
        act: Act::Collect,
        reason: Some(words.to_owned()),
        changes: Vec::new(),
        closes: None,
    };
    let batch = RecordBatch { puts: vec![put], ..RecordBatch::default() };
    store.records_write(words, batch, &by()).await.unwrap().remove(0)
}
