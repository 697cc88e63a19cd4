//! A campaign of contributions: asked of three services, one used, one asked again, one awaited.

use super::chain::Chain;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let (due, again) = (chain.day(25), chain.day(10));
    let campaign = [
        ("title", "Faux supports techniques : ce que voient les directions (démonstration)"),
        ("reason", "Une fiche d’alerte est en préparation ; elle repose sur ce que les services constatent."),
        ("questions", "Volumes, avec leur unité de compte\nScénarios d’appel nouveaux"),
        ("due", &due),
        ("services", "dnpj\ncommand\nofac"),
    ];
    let campaign = chain.add("campaign", &campaign).await?;
    chain.go(&campaign, "send", &[]).await?;
    let asked = chain.all_opened("contribution", "campaign", &campaign).await?;
    let texts = [
        "Hausse des plaintes sur un trimestre dans quatre départements ; comptées en plaintes, non en victimes.",
        "Un scénario nouveau : le rappel depuis un numéro affiché comme celui de la banque.",
    ];
    let mut answered = Vec::new();
    for (contribution, text) in asked.iter().zip(texts) {
        chain.go(contribution, "submit", &[("answer", text), ("contributor", "demo-contact")]).await?;
        chain.go(contribution, "acknowledge", &[]).await?;
        answered.push(contribution);
    }
    if let [used, unclear] = answered.as_slice() {
        chain.go(used, "accept", &[]).await?;
        let use_ = [
            ("used_in", "Fiche d’alerte de démonstration, paragraphe des faits"),
            ("use", "Citée avec son unité de compte et sa période."),
        ];
        chain.go(used, "report_use", &use_).await?;
        let asked_again = [("request", "Combien de cas, et sur quelle période ?"), ("due", again.as_str())];
        chain.go(unclear, "ask_again", &asked_again).await?;
    }
    Ok(())
}
