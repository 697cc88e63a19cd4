//! Experts, a support request from its reception to its lessons, another under way, equipment lent.

use super::chain::Chain;
use super::fill::LOGIN;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let (skills, opj) = (chain.day(700), chain.days(-900, 500));
    let mut experts = Vec::new();
    for (person, territory) in [("demo-expert-gironde", "33"), ("demo-expert-nord", "59"), ("demo-expert-absent", "31")]
    {
        let expert = [
            ("person", person),
            ("unit", "command"),
            ("territory", territory),
            ("expert_in", "crypto_tracing"),
            ("skills_until", &skills),
            ("opj", &opj),
        ];
        experts.push(chain.add("expert", &expert).await?);
    }
    let [near, far, away] = experts.as_slice() else { return Ok(()) };
    chain.because(away, "pause", "Formation longue en cours.").await?;
    let asset = [
        ("title", "Mallette de saisie de cryptoactifs"),
        ("capability", "crypto_tracing"),
        ("territory", "33"),
        ("availability", "shared"),
    ];
    let asset = chain.example("asset", &asset).await?;
    chain.validate(&asset, "verify", &[("confirmed_on", &chain.day(-30))]).await?;

    let past = request(chain, "Saisir les avoirs d’un escroc présumé", "33", "00118", -9).await?;
    let (done, lent) = mission(chain, [&past, near, &asset, ""], -9, -8).await?;
    let told = [
        ("actions", "Portefeuille reconstitué, transfert vers le compte de saisie."),
        ("result", "Avoirs transférés le jour même."),
        ("hours", "9"),
        ("seals", "2"),
        ("lessons", "Préparer le compte de saisie avant l’interpellation."),
    ];
    chain.go(&done, "report", &told).await?;
    chain.go(&lent, "return", &[("returned_on", &chain.day(-7)), ("condition", "fine")]).await?;
    chain.go(&done, "close", &[]).await?;
    let closed = [("outcome", "Avoirs saisis à temps."), ("lessons", "Demander l’appui avant l’interpellation.")];
    chain.go(&past, "close", &closed).await?;

    // Under way: the nearest declined, the next one goes.
    let now = request(chain, "Remonter des paiements de rançon", "59", "00119", 2).await?;
    let proposed = [
        ("title", "Suivi de paiements"),
        ("request", now.as_str()),
        ("expert", far.as_str()),
        ("days", &*chain.days(2, 3)),
        ("mode", "remote"),
    ];
    let declined = chain.add("mission", &proposed).await?;
    let why = [("declined_for", "part_in_case"), ("ground", "A pris part aux premières constatations.")];
    chain.go(&declined, "decline", &why).await?;
    mission(chain, [&now, near, &asset, &done], 2, 3).await.map(|_| ())
}

/// A request that was acknowledged, for two days.
async fn request(chain: &mut Chain<'_>, title: &str, territory: &str, number: &str, start: i64) -> Outcome<String> {
    let procedure = format!("{number}/{}", chain.today().year());
    let request = [
        ("title", title),
        ("need", "Des adresses sont connues ; il faut savoir où les fonds sont allés et les saisir."),
        ("capability", "crypto_tracing"),
        ("frame", "preliminary"),
        ("procedure", &procedure),
        ("urgent", "yes"),
        ("evidence_at_risk", "yes"),
        ("territory", territory),
        ("start", &chain.day(start)),
        ("days", "2"),
        ("mode", "on_site"),
        ("level", "confirmed"),
        ("habilitations", "opj"),
    ];
    let request = chain.add("support_request", &request).await?;
    chain.go(&request, "acknowledge", &[("handler", LOGIN)]).await?;
    Ok(request)
}

/// A mission that was ordered, with its equipment booked; the request is engaged. Gives the mission and the booking.
async fn mission(
    chain: &mut Chain<'_>,
    [request, expert, asset, drawn_from]: [&str; 4],
    from: i64,
    to: i64,
) -> Outcome<(String, String)> {
    let days = chain.days(from, to);
    let mission = [
        ("title", "Suivi et saisie de cryptoactifs"),
        ("request", request),
        ("expert", expert),
        ("days", &days),
        ("mode", "on_site"),
        ("drawn_from", drawn_from),
    ];
    let mission = chain.add("mission", &mission).await?;
    let booking = [
        ("title", "Mallette pour la mission"),
        ("asset", asset),
        ("mission", &mission),
        ("days", &days),
        ("quantity", "1"),
    ];
    let booking = chain.add("booking", &booking).await?;
    chain.go(&booking, "confirm", &[]).await?;
    let why = [("why", "Compétence la plus haute ; disponible sur les deux jours.")];
    chain.go(&mission, "order", &why).await?;
    chain.go(request, "engage", &[]).await?;
    Ok((mission, booking))
}
