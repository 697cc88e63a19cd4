//! Forecasts: what will be seen by which day, with which probability; then what happened.

use crate::certainty::certainty_in;
use crate::scores::scores;
use beffroi_register::{ClockRule, Context, Field, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// Codes of the words of probability: those of `beffroi_forecast::SCALE`.
pub(crate) const WORDS: &[&str] = &["almost_no_chance", "probably_not", "even", "likely", "almost_certain"];

/// A forecast.
pub(crate) static REGISTER: Register = Register {
    name: "forecast",
    prefix: "FCST",
    desk: "research",
    basis: "Décret 2023-1084, art. 3, 8°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("statement").required(),
        Field::choice("probability", WORDS).required().listed(),
        Field::date("horizon").required().listed(),
        Field::long("grounds"),
        Field::text("indicators").many(),
        Field::flag("happened").listed().by_move(),
        Field::date("resolved").by_move(),
        Field::long("evidence").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("told").needs(&["grounds", "indicators"]).frozen(),
        State::closed("resolved"),
        State::closed("void"),
    ],
    moves: &[
        Move::new("tell", &["draft"], "told").as_change().by(WRITERS),
        Move::new("resolve", &["told"], "resolved").by(WRITERS).asks(&["happened", "resolved", "evidence"]),
        Move::new("void", &["draft", "told"], "void").with_reason(),
    ],
    guards: &[
        Guard { name: "certainty", check: told_on_the_scale },
        Guard { name: "horizon", check: told_before_its_day },
        Guard { name: "early", check: not_given_up_before_its_day },
    ],
    clocks: &[ClockRule::on("resolve", "horizon").soon(30 * 24)],
    sheets: &[Sheet { name: "scores", of: Of::Register, reads: &[], inputs: &[], make: scores }],
    audience: beffroi_register::Audience { add: WRITERS, change: WRITERS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Revendications de rançongiciel contre des communes"),
        (
            "statement",
            "Plus de communes françaises sont revendiquées par des groupes de rançongiciel en 2027 qu’en 2026.",
        ),
        ("probability", "likely"),
        ("horizon", "2028-01-31"),
        ("grounds", "Trois ans de hausse ; aucune mesure d’ampleur n’est annoncée."),
        ("indicators", "revendications par mois\nincidents déclarés par des collectivités"),
    ],
    ..Register::COORDINATION
};

/// Who foretells.
const WRITERS: &[Role] = &[Role::Analyst, Role::Coordinator];

/// J8.3: no certainty without scale.
fn told_on_the_scale(context: &Context<'_>) -> Result<(), Refusal> {
    for field in ["title", "statement", "grounds"] {
        if let Some(word) = certainty_in(context.value(field)) {
            return Err(Refusal::new().at(field).with("word", word));
        }
    }
    Ok(())
}

/// What is told is still to come.
fn told_before_its_day(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("horizon") {
        Some(day) if context.enters("told") && day <= context.today() => Err(Refusal::new().at("horizon")),
        _ => Ok(()),
    }
}

/// What did not happen did not until its last day; nothing is resolved in days to come.
fn not_given_up_before_its_day(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("resolved") {
        return Ok(());
    }
    let today = context.today();
    let before = context.date("horizon").is_some_and(|horizon| today <= horizon);
    if before && !context.flag("happened") {
        return Err(Refusal::new().at("happened"));
    }
    if context.date("resolved").is_some_and(|day| day > today) {
        return Err(Refusal::new().at("resolved"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn the_words_are_those_of_the_scale() {
        assert_eq!(beffroi_forecast::SCALE.map(|word| word.code).as_slice(), WORDS);
    }
}
