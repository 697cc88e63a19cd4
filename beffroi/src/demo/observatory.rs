//! A chapter, a definition, an erratum, a note of trend and a question, each on its way.

use super::chain::Chain;
use super::fill::LOGIN;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let chapter = [("title", "Ce que disent les victimes (démonstration)"), ("rank", "2"), ("figures", "")];
    let chapter = chain.example("chapter", &chapter).await?;
    chain.go(&chapter, "assign", &[("writer", LOGIN), ("due", &chain.day(45))]).await?;
    let text = "Le dépôt de plainte vient tard ; la page de signalement est souvent la première démarche.";
    chain.go(&chapter, "submit", &[("text", text)]).await?;
    let definition =
        [("title", "Les atteintes aux biens comptées à part (démonstration)"), ("proposed_version", "2028-1")];
    let definition = chain.example("definition", &definition).await?;
    chain.go(&definition, "submit", &[]).await?;

    let found = chain.day(-3);
    let erratum = [("title", "Unité de compte omise (démonstration)"), ("found_on", &*found), ("severity", "minor")];
    let erratum = chain.example("erratum", &erratum).await?;
    chain.go(&erratum, "confirm", &[("origin", "layout")]).await?;
    let correction = [("replaced_by", "RA-2024.T1-BIS"), ("correction", "L’unité est rétablie sous le tableau.")];
    chain.go(&erratum, "correct", &correction).await?;
    let note = chain.example("trend_note", &[("title", "Niveau stable sur trois ans (démonstration)")]).await?;
    chain.go(&note, "submit", &[]).await?;
    chain.validate(&note, "publish", &[]).await?;
    let question = [
        ("title", "Faits par commune et par âge (démonstration)"),
        ("asker", "press"),
        ("question", "Combien de faits par commune et par tranche d’âge ?"),
        ("cut", "commune"),
    ];
    let question = chain.example("question", &question).await?;
    chain.because(&question, "decline", "Le croisement demandé tombe sous le seuil de diffusion.").await
}
