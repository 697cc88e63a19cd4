//! What the units have, verified by somebody else; what is expected, and what is missing.

use super::chain::Chain;
use super::fill::LOGIN;
use beffroi_cli::fault::Outcome;

/// Title, kind, capability, department, quantity, availability.
const ASSETS: &[[&str; 6]] = &[
    ["Licence de suivi de cryptoactifs", "licence", "crypto_tracing", "33", "1", "shared"],
    ["Licence de suivi de cryptoactifs", "licence", "crypto_tracing", "59", "2", "shared"],
    ["Poste d’extraction de téléphones", "equipment", "mobile_extraction", "13", "1", "available"],
    ["Poste d’extraction de téléphones", "equipment", "mobile_extraction", "59", "2", "shared"],
    ["Équipe de primo-intervention", "team", "incident_response", "971", "1", "available"],
];

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let (confirmed, expires, due) = (chain.day(-20), chain.day(75), chain.day(180));
    for [title, kind, capability, territory, quantity, availability] in ASSETS {
        let mut asset = vec![
            ("title", *title),
            ("kind", kind),
            ("capability", capability),
            ("unit", "command"),
            ("territory", territory),
            ("quantity", quantity),
            ("availability", availability),
            ("sensitive", "no"),
        ];
        if *kind == "licence" {
            asset.push(("expires", &expires));
        }
        let asset = chain.add("asset", &asset).await?;
        chain.validate(&asset, "verify", &[("confirmed_on", &confirmed)]).await?;
    }
    let restricted = [("title", "Moyen réservé (démonstration)"), ("sensitive", "yes"), ("territory", "75")];
    let restricted = chain.example("restricted_asset", &restricted).await?;
    chain.validate(&restricted, "verify", &[("confirmed_on", &confirmed)]).await?;
    // Expected and not there in Gironde; there in the Nord.
    for (place, title) in [("33", "Suivi de cryptoactifs en Gironde"), ("59", "Suivi de cryptoactifs dans le Nord")] {
        let expected = [
            ("title", title),
            ("capability", "crypto_tracing"),
            ("territory", place),
            ("least", if place == "33" { "3" } else { "2" }),
            ("owner", LOGIN),
        ];
        let coverage = chain.add("coverage", &expected).await?;
        if place == "33" {
            let plan = [("plan", "Deux licences au prochain marché ; deux opérateurs à former."), ("due", &*due)];
            chain.go(&coverage, "plan", &plan).await?;
        } else {
            chain.because(&coverage, "close", "Attente couverte par les deux licences confirmées.").await?;
        }
    }
    Ok(())
}
