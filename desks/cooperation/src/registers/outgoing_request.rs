//! Requests to another State or to a provider in it: data kept or given, by a way that is open, to somebody who was
//! verified; assistance arrives before preservation ends.

use crate::{outgoing as guards, preservation, request_sheets as sheets};
use beffroi_clocks::{Limit, Rule};
use beffroi_register::{ClockRule, Field, From, Guard, Move, Of, Register, Sheet, State};
use beffroi_rights::Role;

/// A request that leaves.
pub(crate) static REGISTER: Register = Register {
    name: "outgoing_request",
    prefix: "OUTR",
    desk: "cooperation",
    basis: "Convention de Budapest (STE 185), art. 29 à 35 ; règlement (UE) 2023/1543",
    fields: &[
        Field::text("title").required().listed(),
        Field::identifier("procedure").between(4, 60),
        Field::text("authority"),
        Field::text("requested_state").between(2, 2).required().listed().filtered(),
        Field::choice("ask", &["preserve", "produce"]).required().listed(),
        Field::choice("data", &["subscriber", "identification", "traffic", "content"]).required().listed(),
        Field::choice("sought", SOUGHT).many(),
        Field::choice("urgency", &["ordinary", "evidence", "life"]).required().listed(),
        Field::long("urgency_reason").required_when("urgency", &["evidence", "life"]),
        Field::text("article").required(),
        Field::date("facts_on").required(),
        Field::flag("online").required(),
        Field::long("facts"),
        Field::number("months").between(0, 600),
        Field::text("penalty_source"),
        Field::text("identifiers").many().personal(),
        Field::instant("window_from"),
        Field::instant("window_until"),
        Field::text("zone"),
        Field::long("necessity"),
        Field::long("proportionality"),
        Field::text("addressee"),
        Field::choice("addressee_kind", &["provider", "contact_point", "central_authority", "judicial_authority"]),
        Field::date("verified_on"),
        Field::choice(
            "verified_in",
            &["official_directory", "network_directory", "provider_register", "known_channel"],
        ),
        Field::date("confidential_until"),
        Field::choice("route", ROUTES).listed().by_move(),
        Field::identifier("receipt").by_move(),
        Field::date("preserved_on").by_move(),
        Field::identifier("assistance").by_move(),
        Field::date("assistance_on").by_move(),
        Field::date("answered_on").by_move(),
        Field::choice("completeness", &["complete", "partial", "empty"]).by_move(),
        Field::long("outcome").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("submitted").needs(NEEDED),
        State::open("approved").needs(&["route"]).frozen(),
        State::open("sent").needs(&["receipt"]).frozen(),
        State::open("preserved").needs(&["preserved_on"]).frozen(),
        State::open("assisted").needs(&["assistance", "assistance_on"]).frozen(),
        State::open("answered").needs(&["answered_on", "completeness"]).frozen(),
        State::closed("closed").needs(&["outcome"]),
        State::closed("lost").needs(&["outcome"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("submit", &["draft"], "submitted").as_change().by(&[
            Role::Correspondent,
            Role::DutyOfficer,
            Role::Coordinator,
            Role::Analyst,
        ]),
        Move::new("send_back", &["submitted", "approved"], "draft").by(APPROVERS).with_reason(),
        Move::new("approve", &["submitted"], "approved").by(APPROVERS).four_eyes().asks(&["route"]),
        Move::new("send", &["approved"], "sent").by(SENDERS).asks(&["receipt"]).keeps("form"),
        Move::new("preserved", &["sent"], "preserved").by(SENDERS).asks(&["preserved_on"]),
        Move::new("prolong", &["preserved"], "preserved").by(SENDERS).with_reason(),
        Move::new("assist", &["preserved"], "assisted").by(SENDERS).asks(&["assistance", "assistance_on"]),
        Move::new("answer", &["sent", "assisted"], "answered").by(SENDERS).asks(&["answered_on", "completeness"]),
        Move::new("close", &["answered"], "closed").by(SENDERS).asks(&["outcome"]),
        Move::new("lose", &["sent", "preserved", "assisted"], "lost").by(SENDERS).asks(&["outcome"]),
        Move::new("abandon", &["draft", "submitted", "approved"], "abandoned").by(SENDERS).with_reason(),
    ],
    guards: &[
        Guard { name: "state", check: guards::a_state_has_two_letters },
        Guard { name: "data_class", check: guards::the_data_are_of_the_class_said },
        Guard { name: "window", check: guards::a_window_begins_before_its_end },
        Guard { name: "zone", check: guards::a_window_has_its_zone },
        Guard { name: "penalty_source", check: guards::a_penalty_has_its_text },
        Guard { name: "addressee", check: guards::the_addressee_was_verified },
        Guard { name: "route", check: guards::the_way_is_open },
        Guard { name: "addressee_kind", check: guards::the_way_leads_to_the_addressee },
        Guard { name: "kind", check: guards::what_is_asked_is_what_is_answered },
        Guard { name: "prolong", check: guards::only_what_may_is_prolonged },
        Guard { name: "ended", check: guards::assistance_comes_before_the_end },
        Guard { name: "future", check: guards::what_has_happened_is_past },
    ],
    clocks: &[
        ClockRule::after("preservation", From::Field("preserved_on"), KEPT)
            .when("route", &["budapest-preserve"])
            .until(&["assisted", "answered"])
            .basis("Convention de Budapest (STE 185), art. 29(7)", true)
            .soon(20 * 24),
        ClockRule::after("preservation_un", From::Field("preserved_on"), KEPT)
            .when("route", &["un-preserve"])
            .until(&["assisted", "answered"])
            .basis("Convention des Nations unies contre la cybercriminalité, art. 42", false)
            .soon(20 * 24),
        ClockRule::after("preservation_order", From::Field("preserved_on"), KEPT)
            .when("route", &["epoc-pr"])
            .until(&["assisted", "answered"])
            .extended_by("prolong", PROLONGED, 1)
            .basis("Règlement (UE) 2023/1543, art. 11", true)
            .soon(20 * 24),
        // To arrive before the end, assistance leaves fifteen days before it: a rule of the house (`preservation::TRANSIT`).
        ClockRule::after("assistance", From::Field("preserved_on"), LEFT)
            .when("route", &["budapest-preserve", "un-preserve", "epoc-pr"])
            .until(&["assisted", "answered"])
            .extended_by("prolong", PROLONGED, 1)
            .soon(15 * 24),
        ClockRule::after("answer", From::Entered("sent"), Limit::days(10))
            .when("route", &["epoc-identity", "epoc-data"])
            .until(&["answered"])
            .rule(Rule::European)
            .basis("Règlement (UE) 2023/1543, art. 10", true),
        ClockRule::after("answer_urgent", From::Entered("sent"), Limit::hours(8))
            .when("route", &["epoc-identity-urgent", "epoc-data-urgent"])
            .until(&["answered"])
            .basis("Règlement (UE) 2023/1543, art. 10", true),
        ClockRule::after("recognition", From::Entered("sent"), Limit::days(30))
            .when("route", &["eio"])
            .until(&["answered"])
            .rule(Rule::European)
            .basis("Directive 2014/41/UE, art. 12", false),
        ClockRule::after("news", From::Entered("sent"), Limit::days(30))
            .when(
                "route",
                &[
                    "budapest-path",
                    "budapest-assist",
                    "protocol-direct",
                    "protocol-subscriber",
                    "protocol-traffic",
                    "protocol-emergency",
                    "un-assist",
                    "assistance",
                ],
            )
            .until(&["answered"]),
        ClockRule::after("send", From::Entered("approved"), Limit::hours(24)).until(&[
            "draft",
            "submitted",
            "sent",
            "preserved",
            "assisted",
            "answered",
        ]),
    ],
    sheets: &[
        Sheet { name: "route", of: Of::Record, reads: &[], inputs: &[], make: sheets::route },
        Sheet { name: "form", of: Of::Record, reads: &[], inputs: &[], make: sheets::form },
        Sheet { name: "follow", of: Of::Record, reads: &[], inputs: &[], make: sheets::follow },
        Sheet { name: "answers", of: Of::Register, reads: &[], inputs: &[], make: sheets::answers },
    ],
    audience: beffroi_register::Audience {
        read: &[Role::Analyst, Role::DutyOfficer, Role::Validator, Role::Coordinator, Role::Correspondent],
        add: &[Role::Correspondent, Role::DutyOfficer, Role::Coordinator, Role::Analyst],
        change: &[Role::Correspondent, Role::DutyOfficer, Role::Coordinator, Role::Analyst],
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Conserver les journaux d’un serveur loué à l’étranger"),
        ("procedure", "00042/2026"),
        ("authority", "Parquet de Paris, section cyber"),
        ("requested_state", "DE"),
        ("ask", "preserve"),
        ("data", "traffic"),
        ("sought", "connections"),
        ("urgency", "evidence"),
        ("urgency_reason", "L’hébergeur efface ses journaux au bout de trente jours."),
        ("article", "CP 323-1 al.1"),
        ("facts_on", "2025-11-02"),
        ("online", "yes"),
        ("facts", "Un système hospitalier chiffré ; les commandes venaient de ce serveur."),
        ("identifiers", "192.0.2.10:443"),
        ("window_from", "2025-11-01T00:00:00Z"),
        ("window_until", "2025-11-03T00:00:00Z"),
        ("zone", "Europe/Paris"),
        ("necessity", "Ces journaux seuls disent d’où le serveur était commandé."),
        ("proportionality", "Deux jours, un seul serveur, aucune donnée de contenu."),
        ("addressee", "Point de contact du réseau 24/7"),
        ("addressee_kind", "contact_point"),
        ("verified_on", "2025-12-15"),
        ("verified_in", "network_directory"),
    ],
    ..Register::COORDINATION
};

const APPROVERS: &[Role] = &[Role::Validator, Role::Coordinator];
const SENDERS: &[Role] = &[Role::DutyOfficer, Role::Coordinator];

/// What a request says before anybody looks at it: the fields of Budapest, art. 29(2), and of the European certificates.
const NEEDED: &[&str] = &[
    "procedure",
    "authority",
    "sought",
    "facts",
    "identifiers",
    "necessity",
    "proportionality",
    "addressee",
    "addressee_kind",
];

/// What may be sought (`asked::SOUGHT`).
const SOUGHT: &[&str] = &[
    "account_holder",
    "contact_details",
    "payment_means",
    "access_address",
    "connections",
    "correspondents",
    "location",
    "messages",
    "files",
];

/// The ways of `pure/cooperation/routes.csv`.
const ROUTES: &[&str] = &[
    "budapest-preserve",
    "budapest-path",
    "budapest-assist",
    "protocol-direct",
    "protocol-subscriber",
    "protocol-traffic",
    "protocol-emergency",
    "un-preserve",
    "un-assist",
    "epoc-pr",
    "epoc-identity",
    "epoc-data",
    "epoc-identity-urgent",
    "epoc-data-urgent",
    "eio",
    "assistance",
];

/// How long data are kept, by each of the three texts.
const KEPT: Limit = Limit::days(60);
/// By how much an order is prolonged.
const PROLONGED: Limit = Limit::days(30);
/// When assistance leaves, so that it arrives before the end.
const LEFT: Limit = Limit::days(60 - preservation::TRANSIT);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asked::Tables;

    #[test]
    fn the_lists_are_those_of_the_tables() {
        let tables = Tables::house().unwrap();
        assert_eq!(tables.routes.all().map(|route| route.code.as_str()).collect::<Vec<_>>(), ROUTES);
        assert_eq!(crate::asked::SOUGHT.iter().map(|(code, _)| *code).collect::<Vec<_>>(), SOUGHT);
        // Each clock counts what the table of legal deadlines counts.
        let deadlines = beffroi_clocks::Deadlines::house().unwrap();
        for (code, clock) in [
            ("budapest-29", "preservation"),
            ("un-42", "preservation_un"),
            ("epoc-pr", "preservation_order"),
            ("epoc", "answer"),
            ("epoc-emergency", "answer_urgent"),
            ("eio-recognition", "recognition"),
        ] {
            let legal = deadlines.get(code).unwrap();
            let rule = REGISTER.clocks.iter().find(|rule| rule.name == clock).unwrap();
            let limit = legal.clock.as_ref().unwrap().limit;
            assert_eq!(
                (rule.limit, rule.basis, rule.confirmed),
                (Some(limit), legal.legal_basis.as_str(), legal.confirmed)
            );
        }
        let order = deadlines.get("epoc-pr").unwrap().clock.as_ref().unwrap().extension.unwrap();
        assert_eq!((order.by, order.times), (PROLONGED, Some(1)));
    }
}
