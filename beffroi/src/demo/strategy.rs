//! An edition of the strategy from its tree to its adoption, actions that report, a committee that decides, a campaign
//! that asks: each made up and marked.

use super::chain::Chain;
use beffroi_cli::fault::Outcome;

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let today = chain.today();
    let (due, soon, period) = (chain.day(400), chain.day(30), chain.days(1, 1200));
    let edition = [
        ("title", "Stratégie ministérielle (démonstration)"),
        ("edition", "DEMO-1"),
        ("period", &period),
        ("consulted_until", &soon),
    ];
    let strategy = chain.add("strategy", &edition).await?;
    let axis = [("strategy", strategy.as_str()), ("code", "1"), ("title", "Prévenir et équiper"), ("level", "axis")];
    let axis = chain.add("objective", &axis).await?;
    let aim = [
        ("strategy", strategy.as_str()),
        ("code", "1.1"),
        ("title", "Donner à chaque service ses moyens"),
        ("level", "objective"),
        ("parent", &axis),
    ];
    let aim = chain.add("objective", &aim).await?;
    let mut actions = Vec::new();
    for (title, health, progress) in [
        ("Outiller les unités pour la saisie de cryptoactifs", "orange", "40"),
        ("Ouvrir l’observatoire aux directions", "green", "80"),
        ("Former des correspondants outre-mer", "red", "10"),
    ] {
        let action = [
            ("title", title),
            ("strategy", &strategy),
            ("objective", &aim),
            ("pilot", super::fill::LOGIN),
            ("direction", "command"),
            ("indicator", "Part des services équipés"),
            ("baseline", "10 %"),
            ("target", "90 %"),
            ("due", &due),
            ("rhythm", "quarterly"),
        ];
        actions.push((chain.add("action", &action).await?, health, progress));
    }
    chain.go(&strategy, "consult", &[]).await?;
    let remark = [
        ("title", "Les délégations outre-mer manquent"),
        ("text", "La cible ne dit rien des délais de livraison outre-mer."),
        ("strategy", &strategy),
        ("direction", "command"),
    ];
    let remark = chain.add("remark", &remark).await?;
    chain.go(&remark, "submit", &[]).await?;
    let answer = [("verdict", "followed"), ("answer", "Une action leur est propre.")];
    chain.go(&remark, "answer", &answer).await?;
    chain.validate(&strategy, "adopt", &[("adopted_on", &today.to_string())]).await?;
    for (action, health, progress) in &actions {
        chain.go(action, "start", &[]).await?;
        let report = chain.opened("progress", "action", action).await?;
        let mut said = vec![
            ("health", *health),
            ("progress", *progress),
            ("evidence", "Tableau de livraison de la direction"),
            ("next_step", "Point mensuel avec les directions"),
        ];
        if *health == "red" {
            said.push(("obstacle", "Le marché n’est pas notifié."));
        }
        chain.go(&report, "declare", &said).await?;
        let decision = ("decision", "Passer par le marché existant.");
        let decided = if *health == "red" { vec![decision] } else { Vec::new() };
        chain.go(&report, "accept", &decided).await?;
        // The next report, which that one opened.
        chain.added += 1;
    }
    let sitting = [("title", "Comité de pilotage (démonstration)"), ("held_on", &today.to_string())];
    let sitting = chain.add("committee", &sitting).await?;
    let question =
        [("title", "Prolonger l’action outre-mer"), ("question", "Faut-il repousser l’échéance de six mois ?")];
    let decision = chain.add("decision", &question).await?;
    chain.go(&sitting, "freeze", &[]).await?;
    let taken = [
        ("committee", sitting.as_str()),
        ("decided", "L’échéance est tenue ; le matériel part en fret."),
        ("owner", super::fill::LOGIN),
        ("due", &soon),
    ];
    chain.go(&decision, "take", &taken).await?;
    let campaign = [
        ("title", "Rapport annuel (démonstration)"),
        ("reason", "Le rapport d’état de la menace repose sur ce que les services constatent."),
        ("questions", "Faits marquants\nModes opératoires nouveaux"),
        ("due", &soon),
        ("services", "command"),
    ];
    let campaign = chain.add("campaign", &campaign).await?;
    chain.go(&campaign, "send", &[]).await?;
    chain.opened("contribution", "campaign", &campaign).await?;
    Ok(())
}
