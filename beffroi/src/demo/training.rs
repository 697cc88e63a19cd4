//! A competence, two versions of its module, where they are taught, a session, its results, a target.

use super::chain::Chain;
use super::fill::LOGIN;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let competence = [
        ("title", "Premières saisies de cryptoactifs"),
        ("level", "advanced"),
        ("description", "Reconnaître un portefeuille, geler, transférer vers le compte de saisie, rendre compte."),
        ("capability", "crypto_tracing"),
        ("months", "36"),
    ];
    let competence = chain.add("competence", &competence).await?;
    chain.go(&competence, "adopt", &[]).await?;

    let first = module(chain, &competence, "1.0", "").await?;
    let taught = diffusion(chain, "École de police, promotion d’automne (démonstration)", "mentor", &first).await?;
    let second = module(chain, &competence, "2.0", &first).await?;
    chain.go(&taught, "supersede", &[("successor", &second)]).await?;
    chain.because(&first, "withdraw", "Remplacée par la version suivante.").await?;
    diffusion(chain, "École de gendarmerie, perfectionnement (démonstration)", "gendform", &second).await?;

    let start = chain.day(-2);
    let session = [
        ("title", "Saisies de cryptoactifs, session de Bordeaux"),
        ("module", second.as_str()),
        ("territory", "33"),
        ("venue", "Salle de formation de la direction"),
        ("start", &start),
        ("seats", "12"),
        ("trainer", "demo-instructeur"),
    ];
    let session = chain.add("training_session", &session).await?;
    chain.go(&session, "open", &[]).await?;
    chain.go(&session, "enrol", &[("enrolled", "demo-agent-un\ndemo-agent-deux\ndemo-agent-trois")]).await?;
    chain.go(&session, "hold", &[("attended", "3")]).await?;

    let (until, before, soon) = (chain.day(1090), chain.day(-1060), chain.day(30));
    for (learner, ending, score, achieved, valid_until) in [
        ("A-00000000000000000000000000000000000000D1", "passed", "85", &start, &*until),
        ("A-00000000000000000000000000000000000000D2", "passed", "70", &start, &*until),
        ("A-00000000000000000000000000000000000000D3", "failed", "40", &start, ""),
        ("A-00000000000000000000000000000000000000D1", "passed", "75", &before, &*soon),
    ] {
        let result = [
            ("learner", learner),
            ("module", &second),
            ("session", if achieved == &start { &session } else { "" }),
            ("territory", "33"),
            ("unit", "command"),
            ("ending", ending),
            ("score", score),
            ("achieved", achieved),
            ("valid_until", valid_until),
        ];
        let result = chain.add("result", &result).await?;
        if achieved == &before {
            chain.go(&result, "renew", &[]).await?;
        }
    }

    let due = chain.day(300);
    let target = [
        ("title", "Premières saisies de cryptoactifs en Gironde"),
        ("competence", competence.as_str()),
        ("territory", "33"),
        ("people", "6"),
        ("due", &due),
        ("pilot", LOGIN),
    ];
    let target = chain.add("training_target", &target).await?;
    chain.go(&target, "adopt", &[]).await?;
    chain.go(&target, "take_stock", &[]).await
}

/// What the module teaches; the article that it rests on, at its date, is that of the worked example.
const CONTENT: &str = "# Saisir
## Ce que dit la loi
Des avoirs pris par un accès frauduleux viennent d’un délit, que le système ait été endommagé ou non.
### Les premiers gestes
- noter les adresses et l’heure
- garder l’appareil allumé et hors réseau
- prévenir le magistrat avant tout transfert
? Qui transfère les avoirs vers le compte de saisie ?
+ un agent formé, sur instruction du magistrat
- le premier agent sur place
! Un transfert mal fait ne se reprend pas.
= 100";

/// A version in service, approved by the second person.
async fn module(chain: &mut Chain<'_>, competence: &str, version: &str, previous: &str) -> Outcome<String> {
    let module = [
        ("title", "Saisir des cryptoactifs : premiers gestes"),
        ("competence", competence),
        ("version", version),
        ("previous", previous),
        ("description", "Pour tout agent qui trouve un portefeuille."),
        ("content", CONTENT),
    ];
    let module = chain.example("module", &module).await?;
    chain.go(&module, "submit", &[]).await?;
    chain.validate(&module, "publish", &[("reviewed", &chain.day(0))]).await?;
    Ok(module)
}

/// A version taught at a school, which has confirmed it.
async fn diffusion(chain: &mut Chain<'_>, school: &str, platform: &str, module: &str) -> Outcome<String> {
    let diffusion = [("school", school), ("platform", platform), ("module", module)];
    let diffusion = chain.add("diffusion", &diffusion).await?;
    let today = chain.day(0);
    chain.go(&diffusion, "publish", &[("published", &today)]).await?;
    chain.go(&diffusion, "confirm", &[("confirmed", &today)]).await?;
    Ok(diffusion)
}
