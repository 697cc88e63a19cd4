//! The table: every operation of the API, once.

use super::{codes, coordination, figures, indicators, lake, openapi, record_writes, records};
use crate::house::House;
use crate::needs::Needs;
use axum::http::Method;
use axum::routing::{MethodRouter, get, patch, post};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;

/// Says something in a language.
pub(crate) type Label = fn(Lang) -> String;

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Figures,
    Codes,
    Lake,
    Coordination,
    Registers,
    Description,
}

impl Group {
    pub(crate) const ALL: [Self; 6] =
        [Self::Figures, Self::Codes, Self::Lake, Self::Coordination, Self::Registers, Self::Description];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Codes => "codes",
            Self::Lake => "lake",
            Self::Coordination => "coordination",
            Self::Registers => "registers",
            Self::Description => "description",
        }
    }

    pub(crate) fn label(self, t: Lang) -> String {
        match self {
            Self::Figures => t.say("web-api-group-figures"),
            Self::Codes => t.say("web-api-group-codes"),
            Self::Lake => t.say("web-api-group-lake"),
            Self::Coordination => t.say("web-api-group-coordination"),
            Self::Registers => t.say("web-api-group-registers"),
            Self::Description => t.say("web-api-group-description"),
        }
    }
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
}

/// What a parameter may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    Text,
    /// Parts with commas between them.
    List,
    /// A whole number from `least` on.
    Whole {
        least: u64,
    },
    Period,
    Day,
    OneOf(&'static [&'static str]),
}

impl Form {
    /// What is expected, in words.
    pub(crate) fn wish(self, t: Lang) -> String {
        match self {
            Self::Text => t.say("web-api-wish-text"),
            Self::List => t.say("web-api-wish-list"),
            Self::Whole { .. } => t.say("web-api-wish-whole"),
            Self::Period => t.say("web-api-wish-period"),
            Self::Day => t.say("web-api-wish-day"),
            Self::OneOf(codes) => t.say_with("web-api-wish-choice", &[("codes", (&codes.join(", ")).into())]),
        }
    }
}

/// A parameter.
pub(crate) struct Param {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) form: Form,
    pub(crate) told: Label,
}

/// How an operation writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Adds, or makes a step: `POST`.
    Post,
    /// Writes values: `PATCH`.
    Patch,
}

/// What an operation that writes takes: JSON, under a key of its own (`Idempotency-Key`), so that sending it twice does it
/// once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sends {
    pub(crate) verb: Verb,
    /// The schema of what is sent.
    pub(crate) schema: &'static str,
    /// Whether it is written on a version that was read (`If-Match`).
    pub(crate) versioned: bool,
    /// What may be sent to its example.
    pub(crate) example: &'static str,
}

/// An operation: an address that is read, or written to.
pub(crate) struct Operation {
    /// Its name, which never changes.
    pub(crate) id: &'static str,
    /// The address, with `{names}` for its parts.
    pub(crate) path: &'static str,
    pub(crate) group: Group,
    pub(crate) told: Label,
    /// What it needs.
    pub(crate) needs: Needs,
    /// Whether somebody signed in may read it without a token.
    pub(crate) by_session: bool,
    /// What it takes, when it writes; one without is read.
    pub(crate) sends: Option<Sends>,
    pub(crate) params: &'static [Param],
    /// The media types of the answer, each with the schema of a JSON one.
    pub(crate) answers: &'static [(&'static str, Option<&'static str>)],
    /// An address that can be asked.
    pub(crate) example: &'static str,
    pub(crate) page: fn() -> MethodRouter<House>,
}

impl Operation {
    /// Its method.
    pub(crate) fn method(&self) -> Method {
        match self.sends.map(|sends| sends.verb) {
            None => Method::GET,
            Some(Verb::Post) => Method::POST,
            Some(Verb::Patch) => Method::PATCH,
        }
    }
}

const fn part(name: &'static str, told: Label) -> Param {
    Param { name, place: Place::Path, required: true, form: Form::Text, told }
}

const fn may(name: &'static str, form: Form, told: Label) -> Param {
    Param { name, place: Place::Query, required: false, form, told }
}

const fn must(name: &'static str, form: Form, told: Label) -> Param {
    Param { name, place: Place::Query, required: true, form, told }
}

const ID: Param = part("id", |t| t.say("web-api-param-id"));
const LIMIT: Param = may("limit", Form::Whole { least: 1 }, |t| t.say("web-api-param-limit"));
const CURSOR: Param = may("cursor", Form::Text, |t| t.say("web-api-param-cursor"));
const OFFSET: Param = may("cursor", Form::Whole { least: 0 }, |t| t.say("web-api-param-offset"));
const SEARCH: Param = may("q", Form::Text, |t| t.say("web-api-param-q"));
const ON: Param = may("on", Form::Day, |t| t.say("web-api-param-on"));
const SOURCE: Param = may("source", Form::Text, |t| t.say("web-api-param-source"));
const BY: Param = may("by", Form::List, |t| t.say("web-api-param-by"));
const FROM: Param = may("from", Form::Period, |t| t.say("web-api-param-from"));
const TO: Param = may("to", Form::Period, |t| t.say("web-api-param-to"));
const WHERE: Param = may("where", Form::List, |t| t.say("web-api-param-where"));
const SNAPSHOT: Param = may("snapshot", Form::Whole { least: 1 }, |t| t.say("web-api-param-snapshot"));
const DEFINITION: Param = may("definition", Form::Text, |t| t.say("web-api-param-definition"));
const FORMAT: Param =
    may("format", Form::OneOf(&["json", "csv", "sdmx-csv", "sdmx-json"]), |t| t.say("web-api-param-format"));
const LAYER: Param = may("layer", Form::OneOf(&["survey", "platform", "recorded"]), |t| t.say("web-api-param-layer"));

const JSON: &str = "application/json";

/// Every operation.
pub(crate) static OPERATIONS: &[Operation] = &[
    Operation {
        id: "indicators",
        path: "/api/v1/indicators",
        group: Group::Figures,
        told: |t| t.say("web-api-told-indicators"),
        needs: Needs::Figures,
        by_session: true,
        sends: None,
        params: &[SEARCH, LAYER, LIMIT, CURSOR],
        answers: &[(JSON, Some("Indicators"))],
        example: "/api/v1/indicators?layer=recorded&limit=2",
        page: || get(indicators::list),
    },
    Operation {
        id: "indicator",
        path: "/api/v1/indicators/{id}",
        group: Group::Figures,
        told: |t| t.say("web-api-told-indicator"),
        needs: Needs::Figures,
        by_session: true,
        sends: None,
        params: &[ID],
        answers: &[(JSON, Some("Indicator"))],
        example: "/api/v1/indicators/digital-offences",
        page: || get(indicators::one),
    },
    Operation {
        id: "figures",
        path: "/api/v1/indicators/{id}/figures",
        group: Group::Figures,
        told: |t| t.say("web-api-told-figures"),
        needs: Needs::Figures,
        by_session: true,
        sends: None,
        params: &[ID, BY, FROM, TO, WHERE, SNAPSHOT, DEFINITION, FORMAT, LIMIT, OFFSET],
        answers: &[
            (JSON, Some("Figures")),
            ("text/csv", None),
            ("application/vnd.sdmx.data+csv", None),
            ("application/vnd.sdmx.data+json", Some("SdmxMessage")),
        ],
        example: "/api/v1/indicators/digital-offences/figures?by=category,year&from=2023&to=2025",
        page: || get(figures::show),
    },
    Operation {
        id: "structure",
        path: "/api/v1/indicators/{id}/structure",
        group: Group::Figures,
        told: |t| t.say("web-api-told-structure"),
        needs: Needs::Figures,
        by_session: true,
        sends: None,
        params: &[ID],
        answers: &[("application/vnd.sdmx.structure+json", Some("SdmxMessage"))],
        example: "/api/v1/indicators/digital-offences/structure",
        page: || get(figures::structure),
    },
    Operation {
        id: "package",
        path: "/api/v1/indicators/{id}/package",
        group: Group::Figures,
        told: |t| t.say("web-api-told-package"),
        needs: Needs::Figures,
        by_session: true,
        sends: None,
        params: &[ID, BY, FROM, TO, WHERE, SNAPSHOT, DEFINITION],
        answers: &[("application/zip", None)],
        example: "/api/v1/indicators/digital-offences/package?by=year",
        page: || get(figures::package),
    },
    Operation {
        id: "code-lists",
        path: "/api/v1/codes",
        group: Group::Codes,
        told: |t| t.say("web-api-told-code-lists"),
        needs: Needs::Identified,
        by_session: true,
        sends: None,
        params: &[LIMIT, CURSOR],
        answers: &[(JSON, Some("CodeLists"))],
        example: "/api/v1/codes",
        page: || get(codes::lists),
    },
    Operation {
        id: "code-map",
        path: "/api/v1/codes/map",
        group: Group::Codes,
        told: |t| t.say("web-api-told-code-map"),
        needs: Needs::Identified,
        by_session: true,
        sends: None,
        params: &[
            must("from", Form::Text, |t| t.say("web-api-param-from-list")),
            must("code", Form::Text, |t| t.say("web-api-param-code")),
            must("to", Form::Text, |t| t.say("web-api-param-to-list")),
            ON,
        ],
        answers: &[(JSON, Some("CodeMap"))],
        example: "/api/v1/codes/map?from=phenomena&code=ransomware&to=attack",
        page: || get(codes::map),
    },
    Operation {
        id: "code-list",
        path: "/api/v1/codes/{list}",
        group: Group::Codes,
        told: |t| t.say("web-api-told-code-list"),
        needs: Needs::Identified,
        by_session: true,
        sends: None,
        params: &[part("list", |t| t.say("web-api-param-list")), SEARCH, ON, LIMIT, CURSOR],
        answers: &[(JSON, Some("Codes"))],
        example: "/api/v1/codes/departments?limit=3",
        page: || get(codes::list),
    },
    Operation {
        id: "code",
        path: "/api/v1/codes/{list}/{code}",
        group: Group::Codes,
        told: |t| t.say("web-api-told-code"),
        needs: Needs::Identified,
        by_session: true,
        sends: None,
        params: &[part("list", |t| t.say("web-api-param-list")), part("code", |t| t.say("web-api-param-code")), ON],
        answers: &[(JSON, Some("CodeStanding"))],
        example: "/api/v1/codes/phenomena/ransomware",
        page: || get(codes::code),
    },
    Operation {
        id: "sources",
        path: "/api/v1/sources",
        group: Group::Lake,
        told: |t| t.say("web-api-told-sources"),
        needs: Needs::Sources,
        by_session: true,
        sends: None,
        params: &[LIMIT, CURSOR],
        answers: &[(JSON, Some("Sources"))],
        example: "/api/v1/sources",
        page: || get(lake::sources),
    },
    Operation {
        id: "snapshots",
        path: "/api/v1/snapshots",
        group: Group::Lake,
        told: |t| t.say("web-api-told-snapshots"),
        needs: Needs::Figures,
        by_session: true,
        sends: None,
        params: &[SOURCE, LIMIT, CURSOR],
        answers: &[(JSON, Some("Snapshots"))],
        example: "/api/v1/snapshots?limit=5",
        page: || get(lake::snapshots),
    },
    Operation {
        id: "deliveries",
        path: "/api/v1/deliveries",
        group: Group::Lake,
        told: |t| t.say("web-api-told-deliveries"),
        needs: Needs::Deliveries,
        by_session: true,
        sends: None,
        params: &[SOURCE, LIMIT, CURSOR],
        answers: &[(JSON, Some("Deliveries"))],
        example: "/api/v1/deliveries?limit=5",
        page: || get(lake::deliveries),
    },
    Operation {
        id: "alerts",
        path: "/api/v1/alerts",
        group: Group::Coordination,
        told: |t| t.say("web-api-told-alerts"),
        needs: Needs::Some(Act::List, World::Coordination, Kind::Alert),
        by_session: false,
        sends: None,
        params: &[],
        answers: &[(JSON, Some("Objects"))],
        example: "/api/v1/alerts",
        page: || get(coordination::alerts),
    },
    Operation {
        id: "alert",
        path: "/api/v1/alerts/{reference}",
        group: Group::Coordination,
        told: |t| t.say("web-api-told-alert"),
        needs: Needs::Some(Act::Read, World::Coordination, Kind::Alert),
        by_session: false,
        sends: None,
        params: &[part("reference", |t| t.say("web-api-param-reference"))],
        answers: &[(JSON, Some("Alert"))],
        example: "/api/v1/alerts/FLASH-2026-001",
        page: || get(coordination::alert),
    },
    Operation {
        id: "alerts-feed",
        path: "/api/v1/alerts/feed/{tlp}",
        group: Group::Coordination,
        told: |t| t.say("web-api-feed"),
        needs: Needs::Some(Act::List, World::Coordination, Kind::Alert),
        by_session: false,
        sends: None,
        params: &[part("tlp", |t| t.say("web-api-feed-tlp"))],
        answers: &[("application/atom+xml", None)],
        example: "/api/v1/alerts/feed/green",
        page: || get(crate::feed::show),
    },
    Operation {
        id: "signals",
        path: "/api/v1/signals",
        group: Group::Coordination,
        told: |t| t.say("web-api-told-signals"),
        needs: Needs::Some(Act::List, World::Coordination, Kind::Signal),
        by_session: false,
        sends: None,
        params: &[],
        answers: &[(JSON, Some("Objects"))],
        example: "/api/v1/signals",
        page: || get(coordination::signals),
    },
    Operation {
        id: "situations",
        path: "/api/v1/situations",
        group: Group::Coordination,
        told: |t| t.say("web-api-told-situations"),
        needs: Needs::Some(Act::List, World::Coordination, Kind::Situation),
        by_session: false,
        sends: None,
        params: &[],
        answers: &[(JSON, Some("Objects"))],
        example: "/api/v1/situations",
        page: || get(coordination::situations),
    },
    Operation {
        id: "situation",
        path: "/api/v1/situations/{reference}",
        group: Group::Coordination,
        told: |t| t.say("web-api-told-situation"),
        needs: Needs::Some(Act::Read, World::Coordination, Kind::Situation),
        by_session: false,
        sends: None,
        params: &[part("reference", |t| t.say("web-api-param-situation"))],
        answers: &[(JSON, Some("Situation"))],
        example: "/api/v1/situations/SIT-2026-001",
        page: || get(coordination::situation),
    },
    Operation {
        id: "registers",
        path: "/api/v1/registers",
        group: Group::Registers,
        told: |t| t.say("web-api-told-registers"),
        needs: Needs::Some(Act::List, World::Coordination, Kind::Record),
        by_session: false,
        sends: None,
        params: &[],
        answers: &[(JSON, Some("Registers"))],
        example: "/api/v1/registers",
        page: || get(records::registers),
    },
    Operation {
        id: "records",
        path: "/api/v1/registers/{register}/records",
        group: Group::Registers,
        told: |t| t.say("web-api-told-records"),
        needs: Needs::Some(Act::List, World::Coordination, Kind::Record),
        by_session: false,
        sends: None,
        params: &[
            part("register", |t| t.say("web-api-param-register")),
            may("state", Form::Text, |t| t.say("web-api-param-state")),
            may("q", Form::Text, |t| t.say("web-api-param-words")),
            may("after", Form::Text, |t| t.say("web-api-param-after")),
        ],
        answers: &[(JSON, Some("Records"))],
        example: "/api/v1/registers/need/records",
        page: || get(records::records),
    },
    Operation {
        id: "record",
        path: "/api/v1/records/{reference}",
        group: Group::Registers,
        told: |t| t.say("web-api-told-record"),
        needs: Needs::Some(Act::Read, World::Coordination, Kind::Record),
        by_session: false,
        sends: None,
        params: &[part("reference", |t| t.say("web-api-param-reference"))],
        answers: &[(JSON, Some("Record"))],
        example: "/api/v1/records/NEED-2026-0001",
        page: || get(records::record),
    },
    Operation {
        id: "record-add",
        path: "/api/v1/registers/{register}/records",
        group: Group::Registers,
        told: |t| t.say("web-api-told-record-add"),
        needs: Needs::Some(Act::Create, World::Coordination, Kind::Record),
        by_session: false,
        sends: Some(Sends {
            verb: Verb::Post,
            schema: "NewRecord",
            versioned: false,
            example: r#"{"values": {"title": "Un exemple", "urgency": "high"}}"#,
        }),
        params: &[part("register", |t| t.say("web-api-param-register"))],
        answers: &[(JSON, Some("Written"))],
        example: "/api/v1/registers/need/records",
        page: || post(record_writes::add),
    },
    Operation {
        id: "record-set",
        path: "/api/v1/records/{reference}",
        group: Group::Registers,
        told: |t| t.say("web-api-told-record-set"),
        needs: Needs::Some(Act::Change, World::Coordination, Kind::Record),
        by_session: false,
        sends: Some(Sends {
            verb: Verb::Patch,
            schema: "RecordValues",
            versioned: true,
            example: r#"{"values": {"title": "Un autre titre"}, "reason": "relevé automatique"}"#,
        }),
        params: &[part("reference", |t| t.say("web-api-param-record"))],
        answers: &[(JSON, Some("Written"))],
        example: "/api/v1/records/NEED-2026-0001",
        page: || patch(record_writes::set),
    },
    Operation {
        id: "record-move",
        path: "/api/v1/records/{reference}/moves/{move}",
        group: Group::Registers,
        told: |t| t.say("web-api-told-record-move"),
        needs: Needs::Some(Act::Change, World::Coordination, Kind::Record),
        by_session: false,
        sends: Some(Sends {
            verb: Verb::Post,
            schema: "RecordValues",
            versioned: true,
            example: r#"{"values": {"use_rate": 62, "used_on": "2026-06-30"}}"#,
        }),
        params: &[part("reference", |t| t.say("web-api-param-record")), part("move", |t| t.say("web-api-param-move"))],
        answers: &[(JSON, Some("Written"))],
        example: "/api/v1/records/DELIV-2026-0001/moves/report",
        page: || post(record_writes::step),
    },
    Operation {
        id: "record-mark",
        path: "/api/v1/records/{reference}/marking",
        group: Group::Registers,
        told: |t| t.say("web-api-told-record-mark"),
        needs: Needs::Some(Act::Change, World::Coordination, Kind::Record),
        by_session: false,
        sends: Some(Sends {
            verb: Verb::Post,
            schema: "RecordMarking",
            versioned: true,
            example: r#"{"tlp": "AMBER", "pap": "AMBER"}"#,
        }),
        params: &[part("reference", |t| t.say("web-api-param-record"))],
        answers: &[(JSON, Some("Written"))],
        example: "/api/v1/records/NEED-2026-0001/marking",
        page: || post(record_writes::mark),
    },
    Operation {
        id: "sheet",
        path: "/api/v1/sheets/{of}/{sheet}",
        group: Group::Registers,
        told: |t| t.say("web-api-told-sheet"),
        needs: Needs::Some(Act::Read, World::Coordination, Kind::Record),
        by_session: false,
        sends: None,
        params: &[part("of", |t| t.say("web-api-param-of")), part("sheet", |t| t.say("web-api-param-sheet"))],
        answers: &[(JSON, Some("Sheet"))],
        example: "/api/v1/sheets/need/portfolio",
        page: || get(records::sheet),
    },
    Operation {
        id: "deadlines",
        path: "/api/v1/deadlines",
        group: Group::Registers,
        told: |t| t.say("web-api-told-deadlines"),
        needs: Needs::Some(Act::List, World::Coordination, Kind::Record),
        by_session: false,
        sends: None,
        params: &[may("days", Form::Whole { least: 0 }, |t| t.say("web-api-param-days"))],
        answers: &[(JSON, Some("Deadlines"))],
        example: "/api/v1/deadlines",
        page: || get(records::deadlines),
    },
    Operation {
        id: "openapi",
        path: "/api/v1/openapi.json",
        group: Group::Description,
        told: |t| t.say("web-api-told-openapi"),
        needs: Needs::Identified,
        by_session: true,
        sends: None,
        params: &[],
        answers: &[(JSON, Some("OpenApi"))],
        example: "/api/v1/openapi.json",
        page: || get(openapi::show),
    },
];
