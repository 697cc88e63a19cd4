//! Conventions with partners: what they are for, on what ground data may go, whose interests were looked at, until when
//! they hold and what they are worth.

use crate::expiry::{expiry, last_day};
use beffroi_clocks::Limit;
use beffroi_register::{ClockRule, Context, Field, From, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// A convention.
pub(crate) static REGISTER: Register = Register {
    name: "convention",
    prefix: "CONV",
    desk: "research",
    basis: "Décret 2023-1084, art. 3, 8°",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("partner").required().listed(),
        Field::choice("kind", &["institutional", "academic", "economic"]).required().listed(),
        Field::choice("instrument", &["convention", "letter_of_intent", "charter", "gip", "other"]).required(),
        Field::long("object").required(),
        Field::period("period").listed(),
        Field::flag("shares_data").required().listed(),
        Field::text("legal_basis").between(5, 300),
        Field::choice("conflict", &["none_found", "handled", "unresolved"]),
        Field::long("conflict_measures"),
        Field::person("keeper").listed(),
        Field::text("contact").personal(),
        Field::date("assessed").listed().by_move(),
        Field::choice("worth", &["high", "medium", "low"]).listed().by_move(),
        Field::long("shared").by_move(),
        Field::long("balance").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("live").needs(&["period", "keeper", "assessed"]).frozen(),
        State::closed("ended").needs(&["balance"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("sign", &["draft"], "live").by(&[Role::Validator, Role::Coordinator]).four_eyes().asks(&["assessed"]),
        Move::new("share", &["live"], "live").asks(&["shared"]).takes(&["legal_basis"]),
        Move::new("assess", &["live"], "live").asks(&["assessed", "worth", "balance"]),
        Move::new("renew", &["live"], "live").by(&[Role::Validator, Role::Coordinator]).asks(&["period"]),
        Move::new("end", &["live"], "ended").asks(&["balance"]),
        Move::new("abandon", &["draft"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "conflict", check: interests_were_looked_at },
        Guard { name: "legal_basis", check: no_data_without_a_legal_basis },
        Guard { name: "foreseen", check: no_data_that_it_does_not_foresee },
        Guard { name: "expired", check: not_used_beyond_its_end },
        Guard { name: "worthless", check: renewed_for_what_it_is_worth },
        Guard { name: "day", check: assessed_by_now },
    ],
    clocks: &[
        ClockRule::on("expiry", "period").soon(90 * 24),
        ClockRule::after("assessment", From::Field("assessed"), Limit::months(12)).soon(30 * 24),
    ],
    sheets: &[Sheet { name: "expiry", of: Of::Register, reads: &[], inputs: &[], make: expiry }],
    audience: beffroi_register::Audience {
        add: &[Role::Coordinator, Role::Analyst],
        change: &[Role::Coordinator, Role::Analyst],
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Étude des paiements de rançons"),
        ("partner", "Laboratoire universitaire (exemple)"),
        ("kind", "academic"),
        ("instrument", "convention"),
        ("object", "Mesurer, sur des comptages publiés, ce que les paiements de rançons doivent à l’assurance."),
        ("period", "2026-09-01/2029-08-31"),
        ("shares_data", "no"),
        ("conflict", "none_found"),
        ("keeper", "charge.partenariats"),
    ],
    ..Register::COORDINATION
};

fn by(context: &Context<'_>, names: &[&str]) -> bool {
    context.by.is_some_and(|by| names.contains(&by.name))
}

/// J8.2: nothing is signed with a conflict of interests that was not looked for, or not resolved.
fn interests_were_looked_at(context: &Context<'_>) -> Result<(), Refusal> {
    let fine = match context.value("conflict") {
        "none_found" => true,
        "handled" => context.has("conflict_measures"),
        _ => false,
    };
    if by(context, &["sign"]) && !fine { Err(Refusal::new().at("conflict")) } else { Ok(()) }
}

/// J8.2: no data before the text that lets them go.
fn no_data_without_a_legal_basis(context: &Context<'_>) -> Result<(), Refusal> {
    let goes = by(context, &["share"]) || (by(context, &["sign"]) && context.flag("shares_data"));
    if goes && !context.has("legal_basis") { Err(Refusal::new().at("legal_basis")) } else { Ok(()) }
}

/// J8.2: what is shared is what was agreed.
fn no_data_that_it_does_not_foresee(context: &Context<'_>) -> Result<(), Refusal> {
    if by(context, &["share"]) && !context.flag("shares_data") {
        return Err(Refusal::new().at("shares_data"));
    }
    Ok(())
}

/// J8.2: a convention that has ended is not used, and none is signed or renewed for the past.
fn not_used_beyond_its_end(context: &Context<'_>) -> Result<(), Refusal> {
    match last_day(context.value("period")) {
        Some(end) if by(context, &["sign", "share", "renew"]) && end < context.today() => {
            Err(Refusal::new().at("period").with("end", end))
        }
        _ => Ok(()),
    }
}

/// J8.2: it is renewed in the year in which its worth was assessed, and not when that is low.
fn renewed_for_what_it_is_worth(context: &Context<'_>) -> Result<(), Refusal> {
    let year_ago = context.today().saturating_sub(jiff::Span::new().months(12));
    let lately = context.date("assessed").is_some_and(|day| day >= year_ago);
    let worth = matches!(context.value("worth"), "high" | "medium");
    if by(context, &["renew"]) && !(lately && worth) { Err(Refusal::new().at("worth")) } else { Ok(()) }
}

/// An assessment has taken place.
fn assessed_by_now(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("assessed") {
        Some(day) if day > context.today() => Err(Refusal::new().at("assessed")),
        _ => Ok(()),
    }
}
