//! A line of the plan held and its action logged, another to come, diagnoses, and how many entities there are.

use super::chain::Chain;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let held = plan(chain, "Faux conseillers bancaires : réunion des commerçants", "association", -6).await?;
    let action = chain.opened("prevention_action", "plan", &held).await?;
    chain.go(&action, "log", &[("product", "conference"), ("reach", "64")]).await?;
    chain.go(&held, "hold", &[("result", "Soixante-quatre personnes ; deux diagnostics demandés.")]).await?;
    let coming = plan(chain, "Rançongiciels : matinée des petites entreprises", "company", 35).await?;
    chain.opened("prevention_action", "plan", &coming).await?;

    for (entity, siren, audience, visited, delivered) in [
        ("Commune de démonstration, Gironde", "300000007", "commune", -206, -200),
        ("Entreprise de démonstration, Gironde", "110000007", "company", -45, -40),
    ] {
        let diagnosis = [
            ("entity", entity),
            ("siren", siren),
            ("audience", audience),
            ("territory", "33"),
            ("date", &chain.day(visited)),
        ];
        let diagnosis = chain.example("diagnosis", &diagnosis).await?;
        chain.go(&diagnosis, "deliver", &[("delivered_on", &chain.day(delivered))]).await?;
        if delivered < -180 {
            let applied = [("recalled_on", &*chain.day(-10)), ("outcome", "applied"), ("applied", "theme_access")];
            chain.go(&diagnosis, "recall", &applied).await?;
        }
    }

    let as_of = format!("{}-01-01", chain.today().year());
    for (title, audience, existing) in [
        ("Communes de Gironde (démonstration)", "commune", "535"),
        ("Entreprises de Gironde (démonstration)", "company", "90000"),
        ("Communes de Gironde, premier comptage (démonstration)", "commune", "530"),
    ] {
        let population = [
            ("title", title),
            ("audience", audience),
            ("territory", "33"),
            ("existing", existing),
            ("source", "Exemple de démonstration, à remplacer par le répertoire officiel"),
            ("as_of", &as_of),
        ];
        let population = chain.add("entity_population", &population).await?;
        if existing == "530" {
            chain.because(&population, "replace", "Compté de nouveau sur le répertoire de l’année.").await?;
        }
    }
    Ok(())
}

/// A line of the plan that is planned.
async fn plan(chain: &mut Chain<'_>, title: &str, audience: &str, starts: i64) -> Outcome<String> {
    let line = [
        ("title", title),
        ("campaign", "Démonstration"),
        ("ground", "risk"),
        ("measure", "42 plaintes dans le département sur douze mois, contre 25 les douze mois précédents"),
        ("source", "Observatoire, données de démonstration"),
        ("audience", audience),
        ("product", "conference"),
        ("territory", "33"),
        ("starts", &chain.day(starts)),
        ("partner", "chamber_of_commerce"),
        ("partner_agreed", &chain.day(-70)),
        ("aim", "reached"),
        ("target", "60"),
    ];
    let line = chain.add("prevention_plan", &line).await?;
    chain.go(&line, "plan", &[]).await?;
    Ok(line)
}
