//! `beffroi indicator export ID|--all` and the SDMX forms of `compute`: protected figures, through the policy of diffusion.

use super::{fault, read};
use crate::Context;
use crate::args::{AskArgs, ExportArgs};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{print, print_json};
use beffroi_desk_observatory::indicators::{self, Card, Catalogue, Figures, Request};
use beffroi_desk_observatory::publication::{Leaving, MARKING, Publication, PublicationError};
use beffroi_model::{Channel, Marking};
use beffroi_ports::Dimension;
use serde_json::json;

/// Where the files go is cleared for what figures are marked, and for nothing beyond: they carry their marking.
const FOLDER: Marking = MARKING;

fn refused(error: PublicationError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

/// Protected figures and what they answer.
pub(super) struct Protected {
    card: Card,
    request: Request,
    figures: Figures,
}

impl Protected {
    pub(super) async fn of(id: &str, request: Request, context: &Context) -> Outcome<Self> {
        let card = Catalogue::builtin().card(id).map_err(fault)?.clone();
        let figures = indicators::published(context.facts.as_ref(), id, &request, context.now(), context.version);
        Ok(Self { figures: figures.await.map_err(fault)?, card, request })
    }

    fn leaving(&self) -> Outcome<Leaving<'_>> {
        let Self { card, request, figures } = self;
        let publication = Publication { card, request, figures, marking: MARKING };
        publication.leave(Channel::FiguresFile, FOLDER).map_err(refused)
    }

    pub(super) fn sdmx_csv(&self) -> Outcome<String> {
        self.leaving()?.sdmx_csv().map_err(refused)
    }

    pub(super) fn sdmx_json(&self) -> Outcome<String> {
        self.leaving()?.sdmx_json().map(|text| text + "\n").map_err(refused)
    }
}

/// Says on stderr that the figures were protected.
pub(super) fn say_protected(context: &Context) {
    let marking = MARKING.to_string();
    eprintln!("{}", context.lang.say_with("cli-protected-figures", &[("marking", (&marking).into())]));
}

/// Writes the figures of one indicator into the folder, or of each into a folder of its name.
pub(super) async fn export(args: ExportArgs, context: &Context) -> Outcome {
    let catalogue = Catalogue::builtin();
    let asked = match &args.id {
        Some(id) => vec![catalogue.card(id).map_err(fault)?],
        None => catalogue.cards().iter().collect(),
    };
    let (lang, mut written) = (context.lang, Vec::new());
    for card in asked {
        let folder = if args.all { args.out.join(&card.code) } else { args.out.clone() };
        let protected = Protected::of(&card.code, request(card, &args.asked)?, context).await?;
        let (facts, now) = (context.facts.as_ref(), context.now());
        indicators::not_telling(facts, &context.store, (&protected.figures, &protected.request), now, context.version)
            .await
            .map_err(super::publications::refused)?;
        if args.all && protected.figures.rows.is_empty() {
            eprintln!("{}", lang.say_with("cli-export-empty", &[("indicator", (&card.code).into())]));
            continue;
        }
        for (name, text) in protected.leaving()?.files().map_err(refused)? {
            super::super::report::write(&folder.join(name), text.as_bytes())?;
        }
        let n = protected.figures.rows.len();
        written.push((
            card.code.clone(),
            n,
            folder.display().to_string(),
            protected.figures.certificate.digest.clone(),
        ));
    }
    say_protected(context);
    if context.json {
        let one = |(indicator, n, folder, digest): &(String, usize, String, String)| json!({ "indicator": indicator, "figures": n, "folder": folder, "certificate": digest, "marking": MARKING });
        return print_json(&written.iter().map(one).collect::<Vec<_>>());
    }
    let lines: String = written
        .iter()
        .map(|(indicator, n, folder, _)| {
            let n = lang.integer(*n as f64);
            let values = [("indicator", indicator.into()), ("n", (&n).into()), ("folder", folder.into())];
            lang.say_with("cli-exported", &values) + "\n"
        })
        .collect();
    print(&lines)
}

/// What was asked; unasked, the breakdown is by the card's own period, and by source where units of count differ.
fn request(card: &Card, asked: &AskArgs) -> Outcome<Request> {
    let mut request = read(asked)?;
    if request.by.is_empty() {
        let apart = card.dimensions.contains(&Dimension::Unit).then_some(Dimension::Source);
        let time = card.dimensions.iter().copied().find(|d| d.grain() == Some(card.periodicity));
        request.by = apart.into_iter().chain(time).collect();
    }
    Ok(request)
}
