//! The next edition of the strategy, held against a framework that its author withdraws later on.

use super::chain::Chain;
use super::fill::LOGIN;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let (period, consulted) = (chain.days(1201, 2400), chain.day(60));
    let edition = [
        ("title", "Stratégie ministérielle suivante (démonstration)"),
        ("edition", "DEMO-2"),
        ("period", &period),
        ("consulted_until", &consulted),
    ];
    let edition = chain.add("strategy", &edition).await?;
    let axis = [("strategy", edition.as_str()), ("code", "1"), ("title", "Mesurer et prévenir"), ("level", "axis")];
    let axis = chain.add("objective", &axis).await?;
    let aside = [("strategy", edition.as_str()), ("code", "2"), ("title", "Centraliser les achats"), ("level", "axis")];
    let aside = chain.add("objective", &aside).await?;
    chain.because(&aside, "drop", "Repris par une autre direction.").await?;

    let framework = [
        ("title", "Cadre de coopération (démonstration)"),
        ("issuer", "Démonstration"),
        ("issued", &*chain.day(-90)),
        ("objectives", "D.1 Partager les signalements\nD.2 Former ensemble"),
    ];
    let framework = chain.add("framework", &framework).await?;
    let (yesterday, mut mappings) = (chain.day(-1), Vec::new());
    for (clause, objective, degree, reason) in [
        ("D.1", axis.as_str(), "partial", "L’axe parle de mesure, non de partage."),
        ("D.2", "", "none", "À couvrir à la prochaine révision."),
    ] {
        let mapping = [
            ("strategy", edition.as_str()),
            ("framework", &framework),
            ("clause", clause),
            ("objective", objective),
            ("degree", degree),
            ("reason", reason),
            ("mapped_by", LOGIN),
            ("mapped_on", &yesterday),
        ];
        mappings.push(chain.add("mapping", &mapping).await?);
    }
    let coherence = [
        ("title", "Édition suivante et cadre de coopération (démonstration)"),
        ("strategy", edition.as_str()),
        ("framework", &framework),
    ];
    let coherence = chain.add("coherence", &coherence).await?;
    let conclusion = [("conclusion", "Un objectif répondu en partie, un autre sans réponse ; les deux sont motivés.")];
    chain.go(&coherence, "conclude", &conclusion).await?;
    chain.because(&framework, "withdraw", "Remplacé par son auteur.").await?;
    for mapping in &mappings {
        chain.because(mapping, "withdraw", "Le cadre a été retiré par son auteur.").await?;
    }
    Ok(())
}
