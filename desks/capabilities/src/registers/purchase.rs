//! Pooled purchases: what is proposed to the buyer, with thresholds counted on the whole need, and what came of it.

use super::no_case;
use crate::{sheets, thresholds};
use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, CAPABILITIES, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal, Register,
    Sheet, Starts, State, When, items,
};
use beffroi_rights::Role;
use thresholds::{BUYERS, INSTRUMENTS, Misfit};

/// What a proposal says.
const PROPOSED: &[&str] = &[
    "need",
    "capability",
    "market",
    "buyer",
    "instrument",
    "cpv",
    "lots",
    "criteria",
    "year",
    "amount",
    "budget",
    "launch",
    "first_delivery",
    "gain",
    "training",
];

/// A pooled purchase.
pub(crate) static REGISTER: Register = Register {
    name: "purchase",
    prefix: "BUY",
    desk: "capabilities",
    basis: "Décret 2023-1084, art. 3, 4° ; code de la commande publique",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("need", "need").listed(),
        Field::reference("needs", "need").many(),
        Field::choice("capability", CAPABILITIES).listed(),
        Field::long("market"),
        Field::choice("buyer", BUYERS),
        Field::choice("instrument", INSTRUMENTS).listed(),
        Field::identifier("cpv").between(1, 12).listed(),
        Field::text("lots").many(),
        Field::text("criteria").many(),
        Field::number("year").between(2024, 2100),
        Field::money("amount").listed(),
        Field::reference("others", "purchase").many(),
        Field::money("ceiling").required_when("instrument", &["framework_agreement"]),
        Field::number("years").between(1, 7).required_when("instrument", &["framework_agreement"]),
        Field::long("ground").required_when("instrument", &["negotiated_exclusive", "without_competition"]),
        Field::text("budget"),
        Field::date("launch").listed(),
        Field::date("first_delivery"),
        Field::long("gain"),
        Field::money("saving"),
        Field::choice("training", &["included", "planned", "none"]),
        Field::date("ordered_on").by_move(),
        Field::long("balance").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("proposed").needs(PROPOSED).frozen(),
        State::open("approved").needs(PROPOSED).frozen(),
        State::open("ordered").needs(PROPOSED).frozen(),
        State::closed("closed").needs(&["balance"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("propose", &["draft"], "proposed").keeps("proposal"),
        Move::new("rework", &["proposed"], "draft").with_reason(),
        Move::new("approve", &["proposed"], "approved").by(&[Role::Coordinator, Role::Validator]).four_eyes(),
        Move::new("order", &["approved"], "ordered").asks(&["ordered_on"]),
        Move::new("close", &["ordered"], "closed").asks(&["balance"]).keeps("balance"),
        Move::new("abandon", &["draft", "proposed", "approved"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "cpv", check: cpv_of_eight_digits },
        Guard { name: "criteria", check: criteria_weigh_a_hundred },
        Guard { name: "whole", check: counted_on_the_whole_need },
        Guard { name: "expired", check: thresholds_in_force },
        Guard { name: "threshold", check: instrument_below_its_threshold },
        Guard { name: "framework", check: framework_within_its_years },
        Guard { name: "delivered", check: closed_when_all_is_followed },
        Guard { name: "case", check: no_case },
    ],
    clocks: &[
        ClockRule::after("propose", From::Added, Limit::days(90)).until(&["proposed", "approved", "ordered"]),
        ClockRule::on("launch", "launch").until(&["ordered"]).soon(30 * 24),
        ClockRule::on("first_delivery", "first_delivery").soon(30 * 24),
    ],
    loops: &[
        Loop {
            name: "training",
            on: On::Move("propose"),
            when: Some(When { field: "training", is: &["none"] }),
            each: None,
            starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::Field("first_delivery") },
        },
        Loop {
            name: "delivery",
            on: On::Move("order"),
            when: None,
            each: None,
            starts: Starts::Record {
                register: "delivery",
                back: "purchase",
                copy: &[("title", "title"), ("capability", "capability"), ("first_delivery", "expected_on")],
                set: &[("training", "none")],
            },
        },
    ],
    sheets: &[
        Sheet {
            name: "proposal",
            of: Of::Record,
            reads: &["need", "purchase"],
            inputs: &[],
            make: sheets::proposal::make,
        },
        Sheet { name: "balance", of: Of::Record, reads: &["delivery"], inputs: &[], make: sheets::balance::make },
        Sheet { name: "thresholds", of: Of::Register, reads: &[], inputs: &[], make: sheets::proposal::thresholds },
    ],
    audience: beffroi_register::Audience {
        read: &[Role::Coordinator, Role::Validator, Role::DutyOfficer],
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Postes d’extraction de téléphones pour douze départements"),
        ("capability", "mobile_extraction"),
        ("market", "Trois fournisseurs consultés ; prix relevés au catalogue d’une centrale d’achat."),
        ("buyer", "state"),
        ("instrument", "framework_agreement"),
        ("cpv", "48730000-4"),
        ("lots", "Postes et licences\nFormation des opérateurs"),
        ("criteria", "Valeur technique 50 %\nPrix 40 %\nDélai de livraison 10 %"),
        ("year", "2027"),
        ("amount", "480000.00"),
        ("ceiling", "900000.00"),
        ("years", "4"),
        ("budget", "Programme 152, titre 3"),
        ("launch", "2027-02-01"),
        ("first_delivery", "2027-09-01"),
        ("gain", "Prix unitaire inférieur de 18 % à celui des achats isolés des trois dernières années."),
        ("saving", "86000.00"),
        ("training", "included"),
    ],
    ..Register::COORDINATION
};

/// Whether a record stands where what it proposes must hold.
fn is_proposed(context: &Context<'_>) -> bool {
    matches!(context.after.state.as_str(), "proposed" | "approved" | "ordered")
}

/// CPV, règlement (CE) n° 213/2008: eight digits, a hyphen and a check digit.
fn cpv_of_eight_digits(context: &Context<'_>) -> Result<(), Refusal> {
    let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    let code = context.value("cpv");
    let fine = code.split_once('-').is_some_and(|(main, check)| digits(main, 8) && digits(check, 1));
    if code.is_empty() || fine { Ok(()) } else { Err(Refusal::new().at("cpv")) }
}

/// Each criterion ends with its weight, and the weights make a hundred.
fn criteria_weigh_a_hundred(context: &Context<'_>) -> Result<(), Refusal> {
    let weight = |line: &str| {
        let bare = line.trim_end_matches(|c: char| c == '%' || c.is_whitespace());
        bare.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<u32>().ok())
    };
    let all: Option<Vec<u32>> = items(context.value("criteria")).map(weight).collect();
    let total = all.map(|weights| weights.iter().sum::<u32>());
    if !is_proposed(context) || total == Some(100) { Ok(()) } else { Err(Refusal::new().at("criteria")) }
}

/// What the needs that it pools were estimated at.
fn needs_cost(context: &Context<'_>) -> f64 {
    let wanted: Vec<&str> = items(context.value("needs")).chain([context.value("need")]).collect();
    let needs = context.linked.iter().filter(|record| record.register == "need");
    needs
        .filter(|need| wanted.contains(&need.reference.as_str()))
        .filter_map(|need| need.value("cost").parse::<f64>().ok())
        .sum()
}

/// J4.4: what is compared with a threshold is never less than the needs that are pooled.
fn counted_on_the_whole_need(context: &Context<'_>) -> Result<(), Refusal> {
    let (needs, amount) = (needs_cost(context), context.number("amount").unwrap_or(0.0));
    if is_proposed(context) && amount < needs {
        return Err(Refusal::new().at("amount").with("amount", whole(amount)).with("needs", whole(needs)));
    }
    Ok(())
}

/// This purchase and the others of the same kind and year that it names (CCP, art. R2121-6 and following; to be verified).
fn counted(context: &Context<'_>) -> f64 {
    let others: Vec<&str> = items(context.value("others")).collect();
    let linked = context.linked.iter().filter(|record| {
        record.register == "purchase"
            && record.reference != context.after.reference
            && record.state != "abandoned"
            && others.contains(&record.reference.as_str())
    });
    let others: f64 = linked.filter_map(|other| other.value("amount").parse::<f64>().ok()).sum();
    context.number("amount").unwrap_or(0.0) + others
}

/// Euros without cents, as a sentence names them.
fn whole(amount: f64) -> String {
    format!("{amount:.0}")
}

fn misfit(context: &Context<'_>) -> Option<Misfit> {
    let day = context.date("launch").filter(|_| is_proposed(context) && context.after.state != "ordered")?;
    thresholds::fits(context.value("instrument"), context.value("buyer"), counted(context), day).err()
}

/// J4.4: no threshold past its last day.
fn thresholds_in_force(context: &Context<'_>) -> Result<(), Refusal> {
    match misfit(context) {
        Some(Misfit::Expired) => Err(Refusal::new().at("launch").with("day", context.value("launch"))),
        _ => Ok(()),
    }
}

/// J4.3 and J4.4: the instrument is chosen by the whole need.
fn instrument_below_its_threshold(context: &Context<'_>) -> Result<(), Refusal> {
    match misfit(context) {
        Some(Misfit::Above(limit)) => Err(Refusal::new()
            .at("instrument")
            .with("counted", whole(counted(context)))
            .with("threshold", whole(limit.amount))
            .with("until", limit.until)),
        _ => Ok(()),
    }
}

/// CCP, art. L2125-1: four years, seven in defence and security (art. L2325-1; both to be verified); the ceiling holds the
/// estimate.
fn framework_within_its_years(context: &Context<'_>) -> Result<(), Refusal> {
    if context.value("instrument") != "framework_agreement" {
        return Ok(());
    }
    let most = if context.value("buyer") == "defence_security" { 7.0 } else { 4.0 };
    if context.number("years").is_some_and(|years| years > most) {
        return Err(Refusal::new().at("years"));
    }
    match (context.number("ceiling"), context.number("amount")) {
        (Some(ceiling), Some(amount)) if ceiling < amount => Err(Refusal::new().at("ceiling")),
        _ => Ok(()),
    }
}

/// J4.5: the balance is drawn when the use of each delivery is known.
fn closed_when_all_is_followed(context: &Context<'_>) -> Result<(), Refusal> {
    let open = context.back("delivery").find(|delivery| !matches!(delivery.state.as_str(), "measured" | "withdrawn"));
    match open {
        Some(delivery) if context.enters("closed") => Err(Refusal::new().with("delivery", &delivery.reference)),
        _ => Ok(()),
    }
}
