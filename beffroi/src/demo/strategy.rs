//! An edition of the strategy from its tree to its adoption, actions that report, a committee that decides, a campaign
//! that asks: each made up and marked.

use super::registers::{add, desk, go, of};
use beffroi_cli::Context;
use beffroi_cli::fault::{Fault, Outcome, ours};
use beffroi_desk_registers::operator;
use beffroi_register::Entry;
use beffroi_rights::Subject;

/// Fills the registers of the strategy and of the contributions; gives how many records were added.
pub(super) async fn fill(context: &Context, subject: &Subject) -> Outcome<u64> {
    let today = context.today();
    let day = |days: i64| today.saturating_add(jiff::Span::new().days(days)).to_string();
    let (due, soon) = (day(400), day(30));
    let period = format!("{}/{}", day(1), day(1200));
    let edition = [
        ("title", "Stratégie ministérielle (démonstration)"),
        ("edition", "DEMO-1"),
        ("period", &period),
        ("consulted_until", &soon),
    ];
    let strategy = add(context, subject, "strategy", of(&edition)).await?;
    let mut n = 1;
    let axis = [("strategy", strategy.as_str()), ("code", "1"), ("title", "Prévenir et équiper"), ("level", "axis")];
    let axis = add(context, subject, "objective", of(&axis)).await?;
    let aim = [
        ("strategy", strategy.as_str()),
        ("code", "1.1"),
        ("title", "Donner à chaque service ses moyens"),
        ("level", "objective"),
        ("parent", &axis),
    ];
    let aim = add(context, subject, "objective", of(&aim)).await?;
    n += 2;
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
        actions.push((add(context, subject, "action", of(&action)).await?, health, progress));
        n += 1;
    }
    go(context, subject, &strategy, "consult", &[]).await?;
    let remark = [
        ("title", "Les délégations outre-mer manquent"),
        ("text", "La cible ne dit rien des délais de livraison outre-mer."),
        ("strategy", &strategy),
        ("direction", "command"),
    ];
    let remark = add(context, subject, "remark", of(&remark)).await?;
    n += 1;
    go(context, subject, &remark, "submit", &[]).await?;
    let answer = [("verdict", "followed"), ("answer", "Une action leur est propre.")];
    go(context, subject, &remark, "answer", &answer).await?;
    let second = super::fill::SECOND_LOGIN;
    let second = operator(second, today).ok_or_else(|| Fault::ours("no operator"))?;
    go(context, &second, &strategy, "adopt", &[("adopted_on", &today.to_string())]).await?;
    for (action, health, progress) in &actions {
        go(context, subject, action, "start", &[]).await?;
        let report = opened(context, subject, "progress", "action", action).await?;
        let mut said = vec![
            ("health", *health),
            ("progress", *progress),
            ("evidence", "Tableau de livraison de la direction"),
            ("next_step", "Point mensuel avec les directions"),
        ];
        if *health == "red" {
            said.push(("obstacle", "Le marché n’est pas notifié."));
        }
        go(context, subject, &report, "declare", &said).await?;
        let decision = ("decision", "Passer par le marché existant.");
        let decided = if *health == "red" { vec![decision] } else { Vec::new() };
        go(context, subject, &report, "accept", &decided).await?;
        // The report, and the next one that it opened.
        n += 2;
    }
    let sitting = [("title", "Comité de pilotage (démonstration)"), ("held_on", &today.to_string())];
    let sitting = add(context, subject, "committee", of(&sitting)).await?;
    let question =
        [("title", "Prolonger l’action outre-mer"), ("question", "Faut-il repousser l’échéance de six mois ?")];
    let decision = add(context, subject, "decision", of(&question)).await?;
    n += 2;
    go(context, subject, &sitting, "freeze", &[]).await?;
    let taken = [
        ("committee", sitting.as_str()),
        ("decided", "L’échéance est tenue ; le matériel part en fret."),
        ("owner", super::fill::LOGIN),
        ("due", &soon),
    ];
    go(context, subject, &decision, "take", &taken).await?;
    let campaign = [
        ("title", "Rapport annuel (démonstration)"),
        ("reason", "Le rapport d’état de la menace repose sur ce que les services constatent."),
        ("questions", "Faits marquants\nModes opératoires nouveaux"),
        ("due", &soon),
        ("services", "command"),
    ];
    let campaign = add(context, subject, "campaign", of(&campaign)).await?;
    go(context, subject, &campaign, "send", &[]).await?;
    // The campaign, and the request that it opened.
    Ok(n + 2)
}

/// The record of a register that a loop opened and that names `reference` in `field`.
async fn opened(
    context: &Context,
    subject: &Subject,
    register: &'static str,
    field: &str,
    reference: &str,
) -> Outcome<String> {
    let desk = desk(context, subject);
    let register = desk.register(register).map_err(ours)?;
    let filter = Entry { field: field.to_owned(), value: reference.to_owned() };
    let listed = desk.store.record_list(&desk.seen(register), &[filter], None, 1).await.map_err(ours)?;
    let found = listed.rows.into_iter().next().map(|row| row.record.reference);
    found.ok_or_else(|| Fault::ours("a loop of the demonstration opened nothing"))
}
