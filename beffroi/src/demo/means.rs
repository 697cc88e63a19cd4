//! Needs, the purchase that one opens, its delivery.

use super::chain::Chain;
use beffroi_cli::fault::Outcome;
use jiff::civil::date;

/// Title, problem, capability, department, cost; what becomes of it and the answer.
const NEEDS: &[[&str; 7]] = &[
    [
        "Suivre des transferts de cryptoactifs jusqu’à leur saisie",
        "Les flux se suivent à la main, adresse par adresse ; les avoirs partent avant la saisie.",
        "crypto_tracing",
        "33",
        "180000",
        "retain",
        "Retenu au portefeuille : le manque touche plusieurs départements.",
    ],
    [
        "Remonter des paiements de rançons",
        "Aucun outil commun pour rapprocher les adresses de plusieurs victimes.",
        "crypto_tracing",
        "31",
        "90000",
        "merge",
        "Réuni avec celui de la Gironde : même fonction.",
    ],
    [
        "Croiser des tableaux de réquisitions",
        "Les réponses arrivent en formats différents et se recopient.",
        "data_science",
        "59",
        "4000",
        "meet",
        "Couvert par l’atelier de données de la direction ; un accès est ouvert.",
    ],
    [
        "Ouvrir des conteneurs chiffrés",
        "Rien ne les ouvre dans le délai d’une garde à vue.",
        "decryption",
        "971",
        "250000",
        "refuse",
        "Relève du laboratoire national, qui a la compétence ; à lui adresser.",
    ],
];

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let mut retained = String::new();
    for [title, problem, capability, territory, cost, fate, answer] in NEEDS {
        let need = [
            ("title", *title),
            ("problem", problem),
            ("capability", capability),
            ("territory", territory),
            ("quantity", "3"),
            ("users", "25"),
            ("urgency", "high"),
            ("shared", "yes"),
        ];
        let need = chain.add("need", &need).await?;
        chain.go(&need, "submit", &[]).await?;
        chain.validate(&need, "validate", &[("effect", "4"), ("cost", cost)]).await?;
        let mut told = vec![("answer", *answer)];
        if *fate == "merge" {
            told.push(("merged_into", &retained));
        }
        chain.go(&need, fate, &told).await?;
        match *fate {
            "retain" => retained = need,
            "merge" => purchase(chain, &retained, &need).await?,
            _ => {}
        }
    }
    Ok(())
}

/// The purchase that the retained need opened, up to the equipment in use.
async fn purchase(chain: &mut Chain<'_>, need: &str, merged: &str) -> Outcome {
    let purchase = chain.opened("purchase", "need", need).await?;
    // No later than the last day on which the house relies on its thresholds.
    let launch = chain.today().saturating_add(jiff::Span::new().days(-200)).min(date(2027, 12, 31));
    let (launch, year, first) = (launch.to_string(), launch.year().to_string(), chain.day(-30));
    let filled = [
        ("needs", merged),
        ("market", "Trois fournisseurs consultés ; prix relevés au catalogue d’une centrale d’achat."),
        ("buyer", "state"),
        ("instrument", "framework_agreement"),
        ("cpv", "48000000-8"),
        ("lots", "Licences\nPostes de travail"),
        ("criteria", "Valeur technique 50 %\nPrix 40 %\nDélai de livraison 10 %"),
        ("year", &year),
        ("amount", "290000"),
        ("ceiling", "450000"),
        ("years", "4"),
        ("budget", "Programme de démonstration, titre 3"),
        ("launch", &launch),
        ("first_delivery", &first),
        ("gain", "Un marché pour deux départements au lieu de deux achats isolés."),
        ("saving", "32000"),
        ("training", "none"),
    ];
    chain.set(&purchase, &filled).await?;
    chain.go(&purchase, "propose", &[]).await?;
    chain.validate(&purchase, "approve", &[]).await?;
    chain.go(&purchase, "order", &[("ordered_on", &chain.day(-120))]).await?;
    let delivery = chain.opened("delivery", "purchase", &purchase).await?;
    let received = [("received_on", &*chain.day(-28)), ("quantity", "3")];
    chain.go(&delivery, "receive", &received).await?;
    let trained = [("training", "done"), ("trained_on", &*chain.day(-14)), ("people_trained", "6")];
    chain.go(&delivery, "train", &trained).await?;
    chain.go(&delivery, "hand_over", &[("unit", "command"), ("handed_over_on", &chain.day(-10))]).await
}
