//! The registers filled with marked examples that are linked to one another: each loop can be followed from one to the
//! next.

use super::chain::{Chain, refused};
use beffroi_cli::Context;
use beffroi_cli::fault::{Fault, Outcome};
use beffroi_desk_registers::{Actor, Adding, Setting, operator};
use beffroi_register::Values;
use beffroi_rights::Subject;
use beffroi_store::By;

/// Fills the registers; gives how many records there are.
pub(super) async fn fill(context: &Context) -> Outcome<u64> {
    let subject = operator(super::fill::LOGIN, context.today()).ok_or_else(|| Fault::ours("no operator"))?;
    let mut n = 0;
    // The worked example of each declaration first: what is added to the house has something to show.
    for register in context.registry.all() {
        let typed = register.example_values();
        add(context, &subject, register.name, typed).await?;
        n += 1;
    }
    // A request that cannot be met opens a need by itself.
    let request = add(
        context,
        &subject,
        "support_request",
        of(&[
            ("title", "Analyser le boîtier d’un véhicule connecté"),
            ("need", "Un véhicule saisi ; le boîtier télématique ne se lit pas dans l’unité."),
            ("capability", "vehicle_forensics"),
            ("frame", "preliminary"),
            ("procedure", "00107/2026"),
            ("urgent", "no"),
            ("territory", "13"),
        ]),
    )
    .await?;
    go(context, &subject, &request, "acknowledge", &[("handler", super::fill::LOGIN)]).await?;
    go(context, &subject, &request, "cannot_meet", &[("ground", "Aucun matériel de ce type dans le parc.")]).await?;
    // A change of the law opens a task for each tool that it touches.
    let today = context.today();
    let day = |days: i64| today.saturating_add(jiff::Span::new().days(days)).to_string();
    let (published, in_force) = (day(-3), day(21));
    let change = add(
        context,
        &subject,
        "law_change",
        of(&[
            ("title", "Une circonstance aggravante est créée"),
            ("text_id", "Exemple de démonstration"),
            ("article", "CP 323-4-1"),
            ("published", &published),
            ("in_force", &in_force),
            ("after", "Texte de démonstration, sans valeur."),
            ("for_whom", "Unités, formateurs, observatoire"),
            ("impacts", "classification\nmodule\nflash"),
        ]),
    )
    .await?;
    go(context, &subject, &change, "announce", &[]).await?;
    n += super::strategy::fill(context, &subject).await?;
    let mut chain = Chain::new(context, &subject)?;
    super::contributions::fill(&mut chain).await?;
    super::means::fill(&mut chain).await?;
    super::assets::fill(&mut chain).await?;
    super::support::fill(&mut chain).await?;
    super::training::fill(&mut chain).await?;
    super::prevention::fill(&mut chain).await?;
    super::research::fill(&mut chain).await?;
    super::law::fill(&mut chain).await?;
    super::cooperation::fill(&mut chain).await?;
    super::observatory::fill(&mut chain).await?;
    super::comparison::fill(&mut chain).await?;
    n += chain.added;
    // The request, the need that it opened, and the change of the law.
    Ok(n + 3)
}

pub(super) fn of(pairs: &[(&str, &str)]) -> Values {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

pub(super) fn desk<'a>(context: &'a Context, subject: &'a Subject) -> Actor<'a> {
    let by = By::new(subject.person().as_str(), context.now());
    Actor { registry: &context.registry, store: &context.store, subject, by }
}

pub(super) async fn add(context: &Context, subject: &Subject, register: &str, typed: Values) -> Outcome<String> {
    let register =
        context.registry.get(register).ok_or_else(|| Fault::ours("a register of the demonstration is gone"))?;
    let adding = Adding { typed, synthetic: true };
    let added = desk(context, subject).add(register, adding).await;
    added.map_err(|error| refused(register.name, "add", &error))
}

pub(super) async fn go(
    context: &Context,
    subject: &Subject,
    reference: &str,
    by: &str,
    pairs: &[(&str, &str)],
) -> Outcome {
    let setting = Setting { typed: of(pairs), ..Setting::default() };
    let moved = desk(context, subject).go(reference, by, setting).await;
    moved.map_err(|error| refused(reference, by, &error))
}
