//! What units have: people's skills, teams, equipment, licences, platforms, by unit and department. What would lose its use
//! by being known stands in a register of its own, with the same fields.

use super::no_case;
use crate::sheets;
use beffroi_clocks::Limit;
use beffroi_model::{Marking, Pap, Territory, TerritoryKind, Tlp};
use beffroi_register::{
    AMBER, CAPABILITIES, ClockRule, Context, Field, From, Guard, Move, Of, Refusal, Register, Sheet, State,
};
use beffroi_rights::Role;

/// Capabilities that are never declared in the open inventory.
const RESTRICTED_BY_NATURE: &[&str] = &["undercover"];

/// Who declares: each unit what is its own.
const DECLARERS: &[Role] = &[Role::Correspondent, Role::Coordinator];

/// The open inventory: for those who coordinate, for the duty officer who answers requests; a correspondent sees what his
/// own unit holds (table of rights).
pub(crate) static OPEN: Register = Register {
    guards: &[
        Guard { name: "restricted", check: not_restricted },
        Guard { name: "department", check: in_a_department },
        Guard { name: "confirmed", check: confirmed_by_now },
        Guard { name: "case", check: no_case },
    ],
    sheets: &[
        Sheet { reads: &["expert"], ..EXPIRIES },
        CONFIRMATIONS,
        Sheet {
            name: "map",
            of: Of::Register,
            reads: &[],
            inputs: &[Field::choice("capability", CAPABILITIES)],
            make: sheets::map::make,
        },
    ],
    ..INVENTORY
};

/// The restricted inventory: for those who coordinate and are cleared for RED; a unit sees its own.
pub(crate) static RESTRICTED: Register = Register {
    name: "restricted_asset",
    prefix: "RASSET",
    guards: &[
        Guard { name: "department", check: in_a_department },
        Guard { name: "confirmed", check: confirmed_by_now },
        Guard { name: "case", check: no_case },
    ],
    sheets: &[EXPIRIES, CONFIRMATIONS],
    audience: beffroi_register::Audience { read: &[Role::Coordinator, Role::Correspondent], ..INVENTORY.audience },
    marking: Marking { tlp: Tlp::Red, pap: Pap::Red },
    ..INVENTORY
};

const EXPIRIES: Sheet = Sheet {
    name: "expiries",
    of: Of::Register,
    reads: &[],
    inputs: &[Field::number("months").between(1, 60)],
    make: sheets::inventory::expiries,
};

const CONFIRMATIONS: Sheet =
    Sheet { name: "confirmations", of: Of::Register, reads: &[], inputs: &[], make: sheets::inventory::confirmations };

const INVENTORY: Register = Register {
    name: "asset",
    prefix: "ASSET",
    desk: "capabilities",
    basis: "Décret 2023-1084, art. 3, 4°",
    fields: &[
        Field::text("title").required().listed(),
        Field::choice("kind", &["person", "team", "equipment", "licence", "platform"]).required().listed(),
        Field::choice("capability", CAPABILITIES).required().listed(),
        Field::unit("unit").required().listed(),
        Field::territory("territory").required().listed(),
        Field::number("quantity").between(1, 100_000).required(),
        Field::choice("availability", &["available", "shared", "reserved", "out_of_order"]).required().listed(),
        Field::flag("sensitive").required(),
        Field::person("person").required_when("kind", &["person"]),
        Field::choice("level", &["initial", "confirmed", "expert"]).required_when("kind", &["person"]),
        Field::date("expires").required_when("kind", &["licence"]).listed(),
        Field::choice("dependency", &["none", "european", "foreign"]),
        Field::money("yearly_cost"),
        Field::long("note"),
        Field::date("confirmed_on").listed().by_move(),
    ],
    states: &[State::open("declared"), State::open("verified").needs(&["confirmed_on"]), State::closed("withdrawn")],
    moves: &[
        Move::new("verify", &["declared"], "verified").four_eyes().asks(&["confirmed_on"]),
        Move::new("confirm", &["verified"], "verified").as_change().by(DECLARERS).asks(&["confirmed_on"]).takes(&[
            "quantity",
            "availability",
            "expires",
        ]),
        Move::new("withdraw", &["declared", "verified"], "withdrawn").with_reason(),
    ],
    clocks: &[
        ClockRule::after("verify", From::Added, Limit::days(30)).until(&["verified"]),
        ClockRule::after("confirm", From::Field("confirmed_on"), Limit::months(6)).soon(30 * 24),
        ClockRule::on("expires", "expires").soon(90 * 24),
    ],
    audience: beffroi_register::Audience {
        read: &[Role::DutyOfficer, Role::Coordinator, Role::Correspondent],
        add: DECLARERS,
        change: DECLARERS,
        ..Register::COORDINATION.audience
    },
    owned_by: Some("unit"),
    marking: AMBER,
    example: &[
        ("title", "Poste d’extraction de téléphones"),
        ("kind", "equipment"),
        ("capability", "mobile_extraction"),
        ("unit", "command"),
        ("territory", "35"),
        ("quantity", "1"),
        ("availability", "shared"),
        ("sensitive", "no"),
        ("dependency", "foreign"),
    ],
    ..Register::COORDINATION
};

/// J4.1: what is sensitive is not shown to whoever reads the inventory.
fn not_restricted(context: &Context<'_>) -> Result<(), Refusal> {
    if context.flag("sensitive") {
        return Err(Refusal::new().at("sensitive"));
    }
    if RESTRICTED_BY_NATURE.contains(&context.value("capability")) {
        return Err(Refusal::new().at("capability"));
    }
    Ok(())
}

/// J4.1: located in a department, so that it can be told what is missing where.
fn in_a_department(context: &Context<'_>) -> Result<(), Refusal> {
    let kind = context.value("territory").parse::<Territory>().map(|territory| territory.kind());
    match kind {
        Ok(TerritoryKind::Department | TerritoryKind::Collectivity) => Ok(()),
        _ => Err(Refusal::new().at("territory")),
    }
}

/// What is confirmed was looked at: on a day that is past.
fn confirmed_by_now(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("confirmed_on") {
        Some(day) if day > context.today() => Err(Refusal::new().at("confirmed_on")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{INVENTORY, OPEN, RESTRICTED};
    use beffroi_model::{Marking, Pap, Tlp};
    use beffroi_register::Register;
    use beffroi_rights::{
        Assignment, Role, Service, ServiceId, ServiceLevel, ServiceTree, Subject, Territories, World,
    };
    use jiff::civil::date;

    fn sees(register: &'static Register, role: Role, clearance: Marking, unit: &str) -> bool {
        let on = date(2026, 3, 1);
        let level = ServiceLevel::Departmental;
        let below = |id: &str| Service { id: id.parse().unwrap(), level, parent: Some(ServiceId::house()) };
        let house = Service { id: ServiceId::house(), level: ServiceLevel::Direction, parent: None };
        let tree = ServiceTree::new([house, below("u35"), below("u29")]);
        let given = Assignment {
            role,
            world: World::Coordination,
            service: if role == Role::Correspondent { "u35".parse().unwrap() } else { ServiceId::house() },
            territories: Territories::Everywhere,
            clearance,
            from: on,
            until: on,
        };
        let subject = Subject::new("p1".parse().unwrap(), [given], [], &tree.unwrap()).unwrap();
        let record = beffroi_register::Record {
            reference: format!("{}-2026-0001", register.prefix),
            register: register.name.to_owned(),
            state: "declared".to_owned(),
            version: 1,
            values: register.example_values(),
            path: Vec::new(),
            marking: register.marking,
            owner: unit.parse().unwrap(),
            territory: "35".parse().unwrap(),
            author: None,
            updated_at: "2026-03-01T08:00:00Z".parse().unwrap(),
            synthetic: false,
        };
        register.visible(&subject, on).admits(&record.object(register).unwrap())
    }

    /// J4.1, "must not": who has no need to know sees nothing of it.
    #[test]
    fn means_are_shown_to_those_who_need_to_know() {
        let amber = INVENTORY.marking;
        let red = Marking { tlp: Tlp::Red, pap: Pap::Red };
        let green = Marking { tlp: Tlp::Green, pap: Pap::Green };
        for role in [Role::Coordinator, Role::DutyOfficer] {
            assert!(sees(&OPEN, role, amber, "u29"), "{role:?}");
        }
        for role in [Role::Analyst, Role::PreventionOfficer, Role::Validator] {
            assert!(!sees(&OPEN, role, red, "u29"), "{role:?}");
        }
        assert!(!sees(&OPEN, Role::Coordinator, green, "u29"), "without the clearance");
        assert!(sees(&OPEN, Role::Correspondent, amber, "u35"), "one's own");
        assert!(!sees(&OPEN, Role::Correspondent, amber, "u29"), "not another's");
        assert!(!sees(&RESTRICTED, Role::Coordinator, amber, "u29"), "without the clearance");
        assert!(!sees(&RESTRICTED, Role::DutyOfficer, red, "u29"), "without the need");
        assert!(sees(&RESTRICTED, Role::Coordinator, red, "u29"));
    }
}
