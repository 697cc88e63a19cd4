//! Two chapters, one of them validated, a definition, an erratum, a note of trend and a question, each on its way.

use super::chain::Chain;
use super::fill::LOGIN;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>, year: i16) -> Outcome {
    validated_chapter(chain, year).await?;
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

/// A chapter that passed its three checks: the report of the year shows it.
async fn validated_chapter(chain: &mut Chain<'_>, year: i16) -> Outcome {
    let year = year.to_string();
    let chapter = [
        ("title", "Ce que les plaintes ne montrent pas (démonstration)"),
        ("year", &*year),
        ("rank", "9"),
        ("figures", ""),
    ];
    let chapter = chain.example("chapter", &chapter).await?;
    chain.go(&chapter, "assign", &[("writer", LOGIN), ("due", &chain.day(20))]).await?;
    let text = "Une victime qui ne dépose pas plainte n’est comptée ici par personne. Les enquêtes auprès de la population \
                le montrent : elles comptent des personnes, quand les services comptent des infractions.\n\nLes deux ne \
                s’ajoutent pas. Elles se lisent côte à côte, chacune avec sa définition et sa période.";
    chain.go(&chapter, "submit", &[("text", text)]).await?;
    let checks = [
        ("check_secrecy", "secrecy_check", "Aucune enquête n’est citée."),
        (
            "check_facts",
            "facts_check",
            "Le texte ne porte aucun chiffre ; les deux sources sont décrites comme elles se publient.",
        ),
        ("check_law", "law_check", "Aucune qualification n’est proposée."),
    ];
    for (check, field, found) in checks {
        chain.validate(&chapter, check, &[(field, found)]).await?;
    }
    chain.validate(&chapter, "validate", &[]).await
}
