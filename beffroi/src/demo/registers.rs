//! The registers filled with marked examples that are linked to one another: each loop can be followed from one to the
//! next.

use super::chain::Chain;
use beffroi_cli::Context;
use beffroi_cli::fault::{Fault, Outcome};
use beffroi_desk_registers::operator;

/// Fills the registers, with a chapter for the annual report of a year; gives how many records there are.
pub(super) async fn fill(year: i16, context: &Context) -> Outcome<u64> {
    let subject = operator(super::fill::LOGIN, context.today()).ok_or_else(|| Fault::ours("no operator"))?;
    let mut chain = Chain::new(context, &subject)?;
    // The worked example of each declaration first: what is added to the house has something to show.
    for register in context.registry.all() {
        chain.example(register.name, &[]).await?;
    }
    // A request that cannot be met opens a need by itself.
    let request = chain
        .add(
            "support_request",
            &[
                ("title", "Analyser le boîtier d’un véhicule connecté"),
                ("need", "Un véhicule saisi ; le boîtier télématique ne se lit pas dans l’unité."),
                ("capability", "vehicle_forensics"),
                ("frame", "preliminary"),
                ("procedure", "00107/2026"),
                ("urgent", "no"),
                ("territory", "13"),
            ],
        )
        .await?;
    chain.go(&request, "acknowledge", &[("handler", super::fill::LOGIN)]).await?;
    chain.go(&request, "cannot_meet", &[("ground", "Aucun matériel de ce type dans le parc.")]).await?;
    chain.opened("need", "origin", &request).await?;
    // A change of the law opens a task for each tool that it touches.
    let (published, in_force) = (chain.day(-3), chain.day(21));
    let change = chain
        .add(
            "law_change",
            &[
                ("title", "Une circonstance aggravante est créée"),
                ("text_id", "Exemple de démonstration"),
                ("article", "CP 323-4-1"),
                ("published", &published),
                ("in_force", &in_force),
                ("after", "Texte de démonstration, sans valeur."),
                ("for_whom", "Unités, formateurs, observatoire"),
                ("impacts", "classification\nmodule\nflash"),
            ],
        )
        .await?;
    chain.go(&change, "announce", &[]).await?;
    super::strategy::fill(&mut chain).await?;
    super::contributions::fill(&mut chain).await?;
    super::means::fill(&mut chain).await?;
    super::assets::fill(&mut chain).await?;
    super::support::fill(&mut chain).await?;
    super::training::fill(&mut chain).await?;
    super::prevention::fill(&mut chain).await?;
    super::research::fill(&mut chain).await?;
    super::law::fill(&mut chain).await?;
    super::cooperation::fill(&mut chain).await?;
    super::observatory::fill(&mut chain, year).await?;
    super::comparison::fill(&mut chain).await?;
    Ok(chain.added)
}
