//! A watch note sent, the change of the law that it opens, tools updated; a bill with a position, another settled.

use super::chain::Chain;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let (today, in_force) = (chain.day(0), chain.day(40));
    let note = [
        ("title", "Accès frauduleux : une circonstance aggravante (démonstration)"),
        ("source", "official_journal"),
        ("text_id", "IOMX0000000L"),
        ("published", &today),
        ("in_force", &in_force),
        ("articles", &*format!("CP 323-1@{in_force}")),
        ("what", "Texte de démonstration, sans valeur : l’article 323-1 reçoit un alinéa."),
        ("for_whom", "Services enquêteurs et formateurs, pour les faits commis depuis cette date."),
        ("to_do", "Relever la date des faits ; mettre à jour les modules et la table des infractions."),
        ("units", "command"),
        ("readers", "correspondents\nobservatory\ntrainers"),
        ("follow", "yes"),
    ];
    let note = chain.add("watch_note", &note).await?;
    chain.go(&note, "send", &[]).await?;
    let change = chain.opened("law_change", "note", &note).await?;
    chain.set(&change, &[("impacts", "classification\nmodule\nflash"), ("retroactive", "no")]).await?;
    chain.go(&change, "announce", &[]).await?;
    let updated = [
        ("classification_on", today.as_str()),
        ("module_on", &today),
        ("definition", "Nomenclature de démonstration, version suivante"),
    ];
    chain.go(&change, "update", &updated).await?;

    let (stage, next) = (chain.day(-20), chain.day(12));
    let bill = [
        ("title", "Proposition sur le blocage des numéros usurpés (démonstration)"),
        ("kind", "private_bill"),
        ("stage", "committee"),
        ("stage_on", &stage),
        ("next_on", &next),
        ("summary", "Les opérateurs coupent un numéro signalé comme usurpé, sous un délai."),
        ("impact", "Les réquisitions de données d’appel et la fiche de signalement."),
        ("figures", "348 000 atteintes numériques | SSMSI, Interstats | 2025-03-11"),
        ("position", "Soutenir le délai ; demander que la trace des coupures soit gardée."),
    ];
    let bill = chain.example("bill", &bill).await?;
    chain.validate(&bill, "take_position", &[]).await?;
    let settled = [
        ("title", "Règlement sur les registres de noms (démonstration)"),
        ("stage", "adopted"),
        ("stage_on", &stage),
        ("next_on", ""),
    ];
    let settled = chain.example("bill", &settled).await?;
    let outcome = [
        ("outcome", "Adopté ; l’obligation de vérifier le titulaire est gardée."),
        ("settled_on", today.as_str()),
        ("adopted", "yes"),
        ("adopted_id", "Exemple de démonstration"),
    ];
    chain.go(&settled, "settle", &outcome).await?;

    // The version before, and one that was brought by mistake.
    let before = [
        ("version", "LEGIARTI000030939438"),
        ("legal_state", "MODIFIE"),
        ("from", "2015-07-27"),
        ("until", "2023-01-26"),
    ];
    chain.example("article_version", &before).await?;
    let wrong = [("version", "LEGIARTI000000000000"), ("number", "323-1 (démonstration)"), ("from", "")];
    let wrong = chain.example("article_version", &wrong).await?;
    chain.because(&wrong, "withdraw", "Fichier apporté deux fois.").await
}
