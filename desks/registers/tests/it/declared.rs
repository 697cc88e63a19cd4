//! Two registers that refer to one another, and those who work with them.

use beffroi_clocks::Limit;
use beffroi_desk_registers::{Actor, Adding, Registry};
use beffroi_document::{Block, Span};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_ports::doubles::KeysInMemory;
use beffroi_register::*;
use beffroi_rights::{Assignment, Role, Service, ServiceLevel, ServiceTree, Subject, Territories, World};
use beffroi_store::{By, Store};
use jiff::Timestamp;
use jiff::civil::date;
use std::sync::Arc;

pub(crate) static ORDER: Register = Register {
    name: "order",
    prefix: "ORD",
    desk: "trial",
    basis: "a text",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("note"),
        Field::person("pilot"),
        Field::date("due"),
        Field::flag("urgent"),
        Field::choice("source", &["a", "b"]).many(),
        Field::text("outcome").by_move(),
    ],
    states: &[State::draft("draft"), State::open("running").needs(&["pilot"]), State::closed("done")],
    moves: &[
        Move::new("start", &["draft"], "running").by(&[Role::Coordinator]).asks(&["pilot"]),
        Move::new("finish", &["running"], "done")
            .by(&[Role::Coordinator, Role::Correspondent])
            .asks(&["outcome"])
            .with_reason(),
    ],
    guards: &[Guard {
        name: "unlucky",
        check: |c| if c.value("title").contains("unlucky") { Err(Refusal::new().at("title")) } else { Ok(()) },
    }],
    clocks: &[
        ClockRule::on("due", "due"),
        ClockRule::after("hour", From::Added, Limit::hours(1)).when("urgent", &["yes"]),
    ],
    loops: &[
        Loop {
            name: "tell",
            on: On::Move("start"),
            when: None,
            each: None,
            starts: Starts::Task { to: Assignee::Field("pilot"), due: DueBy::Field("due") },
        },
        Loop {
            name: "gap",
            on: On::Move("finish"),
            when: Some(When { field: "urgent", is: &["yes"] }),
            each: None,
            starts: Starts::Record { register: "lack", back: "origin", copy: &[("title", "title")], set: &[] },
        },
    ],
    audience: Audience { add: &[Role::Coordinator, Role::Correspondent], ..Register::COORDINATION.audience },
    example: &[("title", "An order")],
    ..Register::COORDINATION
};

pub(crate) static LACK: Register = Register {
    name: "lack",
    prefix: "LCK",
    desk: "trial",
    basis: "a text",
    fields: &[Field::text("title").required(), Field::reference("origin", "order"), Field::long("answer").by_move()],
    states: &[State::open("open"), State::closed("closed")],
    moves: &[
        Move::new("close", &["open"], "closed").asks(&["answer"]),
        Move::new("attest", &["open"], "open").four_eyes(),
    ],
    audience: Audience { read: &[Role::Coordinator], ..Register::COORDINATION.audience },
    example: &[("title", "A lack")],
    ..Register::COORDINATION
};

pub(crate) static PLACE: Register = Register {
    name: "place",
    prefix: "PLC",
    desk: "trial",
    basis: "a text",
    fields: &[
        Field::text("title").required(),
        Field::territory("where"),
        Field::unit("service"),
        Field::flag("distinct"),
        Field::text("outcome").by_move(),
    ],
    states: &[State::open("open"), State::closed("closed")],
    moves: &[Move::new("close", &["open"], "closed")
        .by(&[Role::Coordinator, Role::Correspondent])
        .asks(&["outcome"])
        .keeps("paper")],
    sheets: &[
        Sheet {
            name: "titles",
            of: Of::Register,
            reads: &["lack"],
            inputs: &[Field::territory("where")],
            make: titles,
        },
        Sheet { name: "paper", of: Of::Record, reads: &[], inputs: &[], make: paper },
    ],
    alike: &["title", "where"],
    owned_by: Some("service"),
    audience: Audience {
        add: &[Role::Coordinator, Role::Correspondent],
        change: &[Role::Coordinator, Role::Correspondent],
        ..Register::COORDINATION.audience
    },
    example: &[("title", "A place")],
    ..Register::COORDINATION
};

fn titles(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    if context.asked("where") == "75" {
        return Err(Refusal::new().at("where"));
    }
    let all = context.of("place").chain(context.of("lack"));
    let here =
        all.filter(|record| context.asked("where").is_empty() || record.value("where") == context.asked("where"));
    Ok(here.map(|record| Block::Paragraph(vec![Span::Text(record.value("title").to_owned())])).collect())
}

fn paper(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let record = context.record.unwrap();
    Ok(vec![Block::Paragraph(vec![Span::Text(format!("{}: {}", record.value("title"), record.value("outcome")))])])
}

const fn task(name: &'static str, by: &'static str, to: Assignee) -> Loop {
    let starts = Starts::Task { to, due: DueBy::After(Limit::hours(1)) };
    Loop { name, on: On::Move(by), when: None, each: None, starts }
}

/// A register whose records open tasks and are closed; machines note what they count.
pub(crate) static CASE: Register = Register {
    name: "case",
    prefix: "CSE",
    desk: "trial",
    basis: "a text",
    fields: &[
        Field::text("title").required(),
        Field::person("pilot"),
        Field::number("count").by_move(),
        Field::text("outcome").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("running").frozen(),
        State::closed("done").needs(&["outcome"]),
        State::closed("filed"),
    ],
    moves: &[
        Move::new("start", &["draft"], "running").as_change(),
        Move::new("note", &["running"], "running").as_change().by(&[Role::Coordinator]).asks(&["count"]),
        Move::new("finish", &["running"], "done").asks(&["outcome"]),
        Move::new("file", &["done"], "filed"),
    ],
    guards: &[Guard {
        name: "counted",
        check: |c| if c.enters("done") && c.open_tasks > 3 { Err(Refusal::new()) } else { Ok(()) },
    }],
    loops: &[
        task("tell", "start", Assignee::Field("pilot")),
        task("check", "start", Assignee::Role(Role::Coordinator)),
        task("teach", "start", Assignee::Role(Role::Validator)),
        task("report", "finish", Assignee::Role(Role::Analyst)),
        task("count", "note", Assignee::Role(Role::DutyOfficer)),
    ],
    outlives: &["teach"],
    machines: &["note"],
    attachments: 2,
    example: &[("title", "A case")],
    ..Register::COORDINATION
};

const REGISTERS: &[&Register] = &[&ORDER, &LACK, &PLACE, &CASE];

/// The trial's house.
pub(crate) struct Trial {
    pub(crate) registry: Registry,
    pub(crate) store: Store,
    pub(crate) now: Timestamp,
}

impl Trial {
    pub(crate) async fn new() -> Self {
        Self {
            registry: Registry::of(&[REGISTERS]),
            store: Store::memory(Arc::new(KeysInMemory::new(5))).await.unwrap(),
            now: "2026-01-14T09:30:00Z".parse().unwrap(),
        }
    }

    pub(crate) fn actor<'a>(&'a self, subject: &'a Subject, seconds: i64) -> Actor<'a> {
        let at = self.now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
        let by = By::new(subject.person().to_string(), at);
        Actor { registry: &self.registry, store: &self.store, subject, by }
    }
}

pub(crate) fn subject(person: &str, role: Role, service: &str, territory: &str) -> Subject {
    cleared(person, role, service, territory, Marking { tlp: Tlp::Amber, pap: Pap::Amber })
}

pub(crate) fn cleared(person: &str, role: Role, service: &str, territory: &str, clearance: Marking) -> Subject {
    let unit = |id: &str| Service {
        id: id.parse().unwrap(),
        level: ServiceLevel::Departmental,
        parent: "command".parse().ok(),
    };
    let tree = ServiceTree::new([
        Service { id: "command".parse().unwrap(), level: ServiceLevel::Direction, parent: None },
        unit("unit-35"),
        unit("unit-22"),
    ])
    .unwrap();
    let given = Assignment {
        role,
        world: World::Coordination,
        service: service.parse().unwrap(),
        territories: Territories::of([territory.parse().unwrap()]),
        clearance,
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    };
    Subject::new(person.parse().unwrap(), [given], [], &tree).unwrap()
}

pub(crate) fn values(pairs: &[(&str, &str)]) -> Values {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

pub(crate) fn adding(pairs: &[(&str, &str)]) -> Adding {
    Adding { typed: values(pairs), ..Adding::default() }
}
