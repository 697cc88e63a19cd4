//! What units need, in their own words: the problem and the function, not the product.

use super::no_case;
use crate::{brands, sheets};
use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, CAPABILITIES, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal, Register,
    Sheet, Starts, State,
};
use beffroi_rights::Role;

/// A need expressed by a unit.
pub(crate) static REGISTER: Register = Register {
    name: "need",
    prefix: "NEED",
    desk: "capabilities",
    basis: "Décret 2023-1084, art. 3, 4°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("problem").required(),
        Field::long("workaround"),
        Field::choice("capability", CAPABILITIES).required().listed(),
        Field::number("quantity").between(1, 100_000),
        Field::number("users").between(1, 1_000_000),
        Field::choice("urgency", &["low", "medium", "high", "critical"]).required().listed(),
        Field::date("due"),
        Field::money("cost"),
        Field::flag("regulated"),
        Field::text("authorisation").required_when("regulated", &["yes"]),
        Field::flag("shared"),
        Field::territory("territory"),
        Field::flag("distinct"),
        Field::reference("origin", "support_request"),
        Field::number("effect").between(1, 5).by_move(),
        Field::reference("merged_into", "need").by_move(),
        Field::long("answer").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("submitted"),
        State::open("validated"),
        State::open("retained").needs(&["answer"]),
        State::closed("merged").needs(&["merged_into", "answer"]),
        State::closed("met").needs(&["answer"]),
        State::closed("refused").needs(&["answer"]),
    ],
    moves: &[
        Move::new("submit", &["draft"], "submitted").as_change().by(&[
            Role::Correspondent,
            Role::Coordinator,
            Role::Analyst,
            Role::DutyOfficer,
            Role::PreventionOfficer,
        ]),
        Move::new("validate", &["submitted"], "validated")
            .by(&[Role::Validator, Role::Coordinator])
            .four_eyes()
            .takes(&["effect", "quantity", "users", "cost"]),
        Move::new("merge", &["submitted", "validated"], "merged").asks(&["merged_into", "answer"]),
        Move::new("retain", &["validated"], "retained").asks(&["answer"]),
        Move::new("meet", &["validated", "retained"], "met").asks(&["answer"]),
        Move::new("refuse", &["submitted", "validated", "retained"], "refused").asks(&["answer"]),
    ],
    guards: &[
        Guard { name: "itself", check: merged_into_another },
        Guard { name: "brand", check: a_function_and_no_product },
        Guard { name: "case", check: no_case },
    ],
    clocks: &[
        ClockRule::after("answer", From::Entered("submitted"), Limit::days(90)).until(&["retained"]),
        ClockRule::on("due", "due"),
    ],
    loops: &[
        Loop {
            name: "purchase",
            on: On::Move("retain"),
            when: None,
            each: None,
            starts: Starts::Record {
                register: "purchase",
                back: "need",
                copy: &[("title", "title"), ("capability", "capability"), ("cost", "amount")],
                set: &[],
            },
        },
        told("told_merged", "merge"),
        told("told_retained", "retain"),
        told("told_met", "meet"),
        told("told_refused", "refuse"),
    ],
    sheets: &[
        Sheet { name: "similar", of: Of::Record, reads: &["need"], inputs: &[], make: sheets::portfolio::similar },
        Sheet {
            name: "portfolio",
            of: Of::Register,
            reads: &[],
            inputs: &[
                Field::choice("capability", CAPABILITIES),
                Field::decimal("weight_effect", 1).between(0, 5),
                Field::decimal("weight_users", 1).between(0, 5),
                Field::decimal("weight_urgency", 1).between(0, 5),
                Field::decimal("weight_cost", 1).between(0, 5),
            ],
            make: sheets::portfolio::make,
        },
    ],
    alike: &["capability", "territory"],
    audience: beffroi_register::Audience {
        add: &[Role::Correspondent, Role::Coordinator, Role::Analyst, Role::DutyOfficer, Role::PreventionOfficer],
        change: &[Role::Correspondent, Role::Coordinator, Role::Analyst, Role::DutyOfficer],
        ..Register::COORDINATION.audience
    },
    indicators: &["needs-answered"],
    example: &[
        ("title", "Lire les téléphones récents sans attendre le laboratoire"),
        (
            "problem",
            "Les téléphones saisis partent au laboratoire et reviennent après trois mois ; les gardes à vue se font sans leur contenu.",
        ),
        ("capability", "mobile_extraction"),
        ("quantity", "2"),
        ("users", "14"),
        ("urgency", "high"),
        ("regulated", "no"),
        ("shared", "yes"),
        ("territory", "35"),
    ],
    ..Register::COORDINATION
};

/// J4.3: each requester learns the fate of what he asked, and why: the answer is put before him.
const fn told(name: &'static str, by: &'static str) -> Loop {
    Loop {
        name,
        on: On::Move(by),
        when: None,
        each: None,
        starts: Starts::Task { to: Assignee::Author, due: DueBy::After(Limit::working_days(5)) },
    }
}

/// A need is merged into another one, which is open.
fn merged_into_another(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("merged") {
        return Ok(());
    }
    let itself = context.value("merged_into") == context.after.reference;
    let closed =
        context.linked("merged_into").is_some_and(|other| matches!(other.state.as_str(), "merged" | "refused"));
    if itself || closed { Err(Refusal::new().at("merged_into")) } else { Ok(()) }
}

/// J4.2: a function is asked for, not a brand. What the unit has today may be named in `workaround`.
fn a_function_and_no_product(context: &Context<'_>) -> Result<(), Refusal> {
    for field in ["title", "problem"] {
        if let Some(sign) = brands::brand_in(context.value(field)) {
            return Err(Refusal::new().at(field).with("sign", sign));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::REGISTER;
    use beffroi_register::words;
    use beffroi_wording::Lang;

    /// J4.2: ten minutes, and no word of buyers.
    #[test]
    fn the_form_is_short_and_asks_for_no_jargon_of_purchase() {
        assert!(REGISTER.fields.iter().filter(|field| field.required).count() <= 4);
        assert!(REGISTER.fields.iter().filter(|field| !field.by_move).count() <= 15);
        let jargon = ["cpv", "ugap", "mapa", "cctp", "dqe", "lot ", "seuil", "threshold", "marché", "appel d’offres"];
        for t in Lang::ALL {
            for field in REGISTER.fields {
                let label = words::field(&REGISTER, field, t).to_lowercase() + " ";
                assert!(!jargon.iter().any(|word| label.contains(word)), "{label}");
            }
        }
    }
}
