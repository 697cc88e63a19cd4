//! `beffroi indicator definitions | freeze | published | revisions | triangle`.

use super::{export, fault, read};
use crate::Context;
use crate::args::AskArgs;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::indicators::{self, Catalogue, Publication, PublicationError};
use jiff::civil::Date;

pub(super) fn refused(error: PublicationError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

pub(super) async fn definitions(id: &str, asked: &AskArgs, context: &Context) -> Outcome {
    let request = read(asked)?;
    let (facts, now) = (context.facts.as_ref(), context.now());
    let all = indicators::definitions(facts, id, &request, now, context.version).await.map_err(fault)?;
    if context.json {
        return print_json(&all.iter().map(indicators::to_json).collect::<Vec<_>>());
    }
    let catalogue = Catalogue::builtin();
    let card = catalogue.card(id).map_err(fault)?;
    let lang = context.lang;
    let links = all.iter().flat_map(|figures| &figures.coefficients);
    let links: String = links.map(|link| format!("{}\n", indicators::coefficient_in_words(link, lang))).collect();
    let table = export(&indicators::definitions_table(&all, card, lang));
    print(&format!("{table}\n{}\n{links}", lang.say("indicator-definitions-apart")))
}

pub(super) async fn freeze(id: &str, asked: &AskArgs, reference: &str, context: &Context) -> Outcome {
    let request = read(asked)?;
    let (facts, store) = (context.facts.as_ref(), &context.store);
    let frozen = indicators::freeze(facts, store, (id, &request), reference, &context.by(), context.version)
        .await
        .map_err(refused)?;
    show(&frozen, context)
}

pub(super) async fn published(reference: Option<&str>, context: &Context) -> Outcome {
    if let Some(reference) = reference {
        return show(&indicators::published_under(&context.store, reference).await.map_err(refused)?, context);
    }
    let all = indicators::publications(&context.store, None).await.map_err(refused)?;
    if context.json {
        return print_json(&all);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["reference", "id", "definition", "number", "at", "who"].map(say)).numeric([3]);
    for publication in all {
        let certificate = publication.certificate;
        let (at, snapshot) = (publication.frozen_at.to_string(), certificate.snapshot.to_string());
        let cells = [publication.reference, certificate.indicator, certificate.definition_version, snapshot, at];
        table.row(cells.into_iter().chain([publication.frozen_by]));
    }
    print(&table.text())
}

pub(super) fn show(publication: &Publication, context: &Context) -> Outcome {
    if context.json {
        return print_json(publication);
    }
    let catalogue = Catalogue::builtin();
    let card = catalogue.card(&publication.certificate.indicator).map_err(fault)?;
    let table = export(&indicators::publication_table(publication, card, context.lang));
    print(&format!("{table}\n{}", super::certificate_in_words(&publication.certificate, context)))
}

pub(super) async fn revisions(reference: &str, context: &Context) -> Outcome {
    let publication = indicators::published_under(&context.store, reference).await.map_err(refused)?;
    let (facts, now) = (context.facts.as_ref(), context.now());
    let revisions = indicators::revisions(facts, &publication, now, context.version).await.map_err(refused)?;
    if context.json {
        return print_json(&revisions);
    }
    let catalogue = Catalogue::builtin();
    let card = catalogue.card(&publication.certificate.indicator).map_err(fault)?;
    print(&export(&indicators::revisions_table(&revisions, &publication, card, context.lang)))
}

pub(super) async fn triangle(id: &str, asked: &AskArgs, days: &[Date], context: &Context) -> Outcome {
    let request = read(asked)?;
    let (facts, now) = (context.facts.as_ref(), context.now());
    let triangle = indicators::triangle(facts, id, &request, days, now, context.version).await.map_err(fault)?;
    if context.json {
        return print_json(&triangle);
    }
    let catalogue = Catalogue::builtin();
    let card = catalogue.card(id).map_err(fault)?;
    print(&export(&indicators::triangle_table(&triangle, &request.by, card, context.lang)))
}
