//! `beffroi indicator check | answer`: figures that go into a record without being typed.

use super::{export, fault, read};
use crate::Context;
use crate::args::{AnswerArgs, AskArgs};
use crate::commands::{record, source};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{print, print_json};
use beffroi_desk_observatory::indicators::{self, Catalogue, Figure, Figures, Proposal, ProposalError};
use beffroi_desk_registers::{Actor, Setting, operator};
use beffroi_model::Layer;
use beffroi_register::{Record, Values};
use beffroi_store::StoreError;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

/// The longest card, in bytes.
const LONGEST: u64 = 1 << 20;

fn refused(error: ProposalError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

/// Tries a card that is not in the catalogue, beside the definition of now; with `into`, the effect on two years goes into
/// that record of a change of definition.
pub(super) async fn check(file: &Path, asked: &AskArgs, into: Option<&str>, context: &Context) -> Outcome {
    let wrong = |error: std::io::Error| Fault::user(format!("{}: {error}", file.display()));
    if std::fs::metadata(file).map_err(wrong)?.len() > LONGEST {
        return Err(Fault::user(context.lang.say("cli-card-long")));
    }
    let text = std::fs::read_to_string(file).map_err(wrong)?;
    let declared = source::catalogue(context)?;
    let declared: Vec<(&str, Layer)> = declared.iter().map(|one| (one.id(), one.declaration.layer)).collect();
    let (request, facts) = (read(asked)?, context.facts.as_ref());
    let tried = indicators::proposed(facts, &text, &declared, &request, context.now(), context.version).await;
    let tried = tried.map_err(refused)?;
    if let Some(reference) = into {
        quantify(&tried, reference, context).await?;
    }
    let card = &tried.card;
    if context.json {
        return print_json(&json!({
            "card": indicators::sheet(card, context.lang),
            "figures": tried.figures.iter().map(indicators::to_json).collect::<Vec<_>>(),
            "coefficient": tried.coefficient(),
        }));
    }
    let lang = context.lang;
    let link = tried.coefficient().map(|link| format!("\n{}\n", indicators::coefficient_in_words(link, lang)));
    let table = export(&indicators::definitions_table(&tried.figures, card, lang));
    print(&format!("{table}\n{}{}\n", lang.say("cli-card-fine"), link.unwrap_or_default()))
}

/// A record of a register, and who acts on it.
async fn of_register(desk: &Actor<'_>, name: &str, reference: &str, context: &Context) -> Outcome<Record> {
    let page = desk.page(reference).await.map_err(|error| record::fault(error, context))?;
    if page.register.name == name {
        return Ok(page.row.record);
    }
    let values = [("reference", reference.into()), ("register", name.into())];
    Err(Fault::user(context.lang.say_with("cli-record-other", &values)))
}

/// The effect of a definition on two years goes into its record.
async fn quantify(tried: &Proposal, reference: &str, context: &Context) -> Outcome {
    let subject = operator(&context.who, context.today());
    let subject = subject.ok_or_else(|| Fault::user(context.lang.say("cli-record-who")))?;
    let desk = record::actor(context, &subject);
    let kept = of_register(&desk, "definition", reference, context).await?;
    let card = &tried.card;
    if kept.value("indicator") != card.code || kept.value("proposed_version") != card.definition_version {
        let (code, version) = (card.code.as_str(), card.definition_version.as_str());
        let values = [("reference", reference.into()), ("code", code.into()), ("version", version.into())];
        return Err(Fault::user(context.lang.say_with("cli-card-other", &values)));
    }
    let years = two_years(&tried.figures).ok_or_else(|| Fault::user(context.lang.say("cli-card-years")))?;
    let mut typed = Values::new();
    for (n, (year, old, new)) in (1..).zip(years) {
        typed.insert(format!("year_{n}"), year);
        typed.insert(format!("old_{n}"), format!("{old:.2}"));
        typed.insert(format!("new_{n}"), format!("{new:.2}"));
    }
    let snapshot = tried.figures.last().map(|figures| figures.certificate.snapshot).unwrap_or_default();
    typed.insert("snapshot".to_owned(), snapshot.to_string());
    desk.go(reference, "quantify", Setting { typed, ..Setting::default() })
        .await
        .map_err(|error| record::fault(error, context))
}

/// Two years with their value under both definitions; nothing when there are not exactly two.
fn two_years(figures: &[Figures]) -> Option<[(String, f64, f64); 2]> {
    let [old, new] = figures else { return None };
    if old.by.as_slice() != [beffroi_ports::Dimension::Year] {
        return None;
    }
    let both = new.rows.iter().filter_map(|row| {
        let key = row.keys.first()?.clone()?;
        let before = old.value(&[&key])?;
        Some((key, before, row.value?))
    });
    let years: Vec<(String, f64, f64)> = both.collect();
    years.try_into().ok()
}

/// Answers a question with protected figures, frozen under its reference: nobody types what they are.
pub(super) async fn answer(args: &AnswerArgs, context: &Context) -> Outcome {
    let subject = operator(&context.who, context.today());
    let subject = subject.ok_or_else(|| Fault::user(context.lang.say("cli-record-who")))?;
    let desk = record::actor(context, &subject);
    let question = args.question.to_ascii_uppercase();
    let kept = of_register(&desk, "question", &question, context).await?;
    let code = kept.value("indicator");
    let request = read(&args.asked)?;
    let by = context.by();
    let (facts, version) = (context.facts.as_ref(), context.version);
    let figures = indicators::published(facts, code, &request, by.at, version).await.map_err(fault)?;
    indicators::not_telling(facts, &context.store, (&figures, &request), by.at, version)
        .await
        .map_err(super::publications::refused)?;
    // An answer that was given back is another publication: nothing is published twice under one reference.
    let publication = format!("{question}.{}", kept.version);
    let typed = answered(&figures, &publication, args, context)?;
    desk.go(&question, "answer", Setting { typed, ..Setting::default() })
        .await
        .map_err(|error| record::fault(error, context))?;
    let frozen = indicators::freeze(facts, &context.store, (code, &request), &publication, &by, version).await;
    match frozen {
        Ok(frozen) => super::publications::show(&frozen, context),
        Err(indicators::PublicationError::Store(error @ StoreError::Exists { .. })) => Err(users(error)),
        Err(error) => Err(super::publications::refused(error)),
    }
}

/// What the record of a question says of the figures that answer it.
fn answered(figures: &Figures, publication: &str, args: &AnswerArgs, context: &Context) -> Outcome<Values> {
    let certificate = &figures.certificate;
    let catalogue = Catalogue::builtin();
    let card = catalogue.under(&figures.indicator, Some(&certificate.definition_version)).map_err(fault)?;
    let line = |row: &Figure| {
        let keys: Vec<&str> = row.keys.iter().map(|key| key.as_deref().unwrap_or("–")).collect();
        let value = row.value.map_or_else(|| row.status.code().to_owned(), |value| value.to_string());
        if keys.is_empty() { value } else { format!("{} = {value}", keys.join(" · ")) }
    };
    let sources: BTreeSet<&str> = certificate.sources.iter().map(|source| source.source.as_str()).collect();
    let of = |text: &indicators::Text| text.of(context.lang.code()).to_owned();
    let filled = [
        ("figures", figures.rows.iter().map(line).collect::<Vec<_>>().join("\n")),
        ("definition", certificate.definition_version.clone()),
        ("coverage", of(&card.field)),
        ("unit", of(&card.unit)),
        ("source", sources.into_iter().collect::<Vec<_>>().join(", ")),
        ("publication", publication.to_owned()),
        ("certificate", certificate.digest.clone()),
        ("revision", args.explained.clone().unwrap_or_default()),
        ("answer", args.said_beside.clone().unwrap_or_default()),
    ];
    Ok(filled.into_iter().map(|(field, value)| (field.to_owned(), value)).collect())
}
