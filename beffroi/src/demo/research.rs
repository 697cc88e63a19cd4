//! A convention, two projects reviewed, forecasts told and one resolved, a foresight note.

use super::chain::Chain;
use super::fill::LOGIN;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let assessed = chain.day(-300);
    let convention = [
        ("title", "Mesure des messages frauduleux (démonstration)"),
        ("period", &*chain.days(-300, 430)),
        ("keeper", LOGIN),
    ];
    let convention = chain.example("convention", &convention).await?;
    chain.validate(&convention, "sign", &[("assessed", &assessed)]).await?;

    for (title, outlook, decision) in [
        ("Reconnaître les scénarios d’appel", "continue", "Jalon tenu ; l’essai passe à deux services."),
        ("Dater des images par leur bruit", "stop", "Deux jalons manqués ; l’arrêt est à décider."),
    ] {
        let (period, milestone) = (chain.days(-200, 300), chain.day(60));
        let project = [
            ("title", title),
            ("convention", convention.as_str()),
            ("period", &period),
            ("milestone", &milestone),
            ("sponsor", LOGIN),
        ];
        let project = chain.example("research_project", &project).await?;
        chain.go(&project, "propose", &[]).await?;
        chain.validate(&project, "select", &[("trl", "3"), ("reviewed", &chain.day(-80))]).await?;
        let review = [("trl", "4"), ("reviewed", &*chain.day(-1)), ("outlook", outlook), ("decision", decision)];
        chain.go(&project, "review", &review).await?;
    }

    let past = forecast(chain, "Retour des faux supports techniques", "likely", 20).await?;
    let (today, why) = (chain.day(0), "Constaté dans les données de démonstration.");
    chain.go(&past, "resolve", &[("happened", "yes"), ("resolved", &today), ("evidence", why)]).await?;
    let shared = forecast(chain, "Les petites communes mutualisent leur défense", "even", 365).await?;
    let moved = forecast(chain, "Les groupes se reportent sur les plus petites", "likely", 365).await?;
    let note = [
        ("title", "Attaques contre les petites communes à un an (démonstration)"),
        ("no_past", ""),
        ("scenarios", &*format!("{shared}\n{moved}")),
        ("past", &past),
    ];
    let note = chain.example("foresight_note", &note).await?;
    chain.go(&note, "submit", &[]).await?;
    chain.validate(&note, "publish", &[]).await
}

/// A forecast that was told.
async fn forecast(chain: &mut Chain<'_>, title: &str, probability: &str, horizon: i64) -> Outcome<String> {
    let horizon = chain.day(horizon);
    let forecast = [
        ("title", title),
        ("statement", "Le nombre de faits signalés dépasse celui de la même période un an plus tôt."),
        ("probability", probability),
        ("horizon", &horizon),
        ("grounds", "Deux périodes de hausse ; aucune mesure d’ampleur n’est annoncée."),
        ("indicators", "faits signalés par mois\nincidents déclarés par des collectivités"),
    ];
    let forecast = chain.add("forecast", &forecast).await?;
    chain.go(&forecast, "tell", &[]).await?;
    Ok(forecast)
}
