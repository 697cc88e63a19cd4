//! A request that left and what it keeps, one that came in and was decided, a joint operation, a project abroad, a
//! position.

use super::chain::Chain;
use super::fill::LOGIN;
use beffroi_cli::fault::Outcome;

/// Safeguards that a person looked for and did not find.
const ABSENT: &str = "political\ndiscrimination\nsovereignty\ndual-criminality\ninhuman-penalty\nalready-judged\n\
    outside-instrument\nprotected-person\nclassified\nother-purpose\nconflict-of-laws";

pub(super) async fn fill(chain: &mut Chain<'_>) -> Outcome {
    let year = chain.today().year();
    let request = [
        ("title", "Conserver les journaux d’un serveur de rançongiciel (démonstration)"),
        ("procedure", &*format!("00120/{year}")),
        ("facts_on", &chain.day(-21)),
        ("window_from", &format!("{}T00:00:00Z", chain.day(-22))),
        ("window_until", &format!("{}T00:00:00Z", chain.day(-20))),
        ("identifiers", "198.51.100.24:443"),
        ("verified_on", &chain.day(-9)),
    ];
    let request = chain.example("outgoing_request", &request).await?;
    chain.go(&request, "submit", &[]).await?;
    chain.validate(&request, "approve", &[("route", "budapest-preserve")]).await?;
    chain.go(&request, "send", &[("receipt", &format!("DE-24-7/{year}-0815"))]).await?;
    chain.go(&request, "preserved", &[("preserved_on", &chain.day(-7))]).await?;

    let incoming = [
        ("title", "Conservation demandée sur un compte de paiement (démonstration)"),
        ("their_reference", &*format!("JP-24-7/{year}-204")),
        ("received_at", &format!("{}T08:15:00Z", chain.day(-1))),
        ("urgency", "ordinary"),
    ];
    let incoming = chain.example("incoming_request", &incoming).await?;
    let today = chain.day(0);
    let examined = [
        ("verified_on", today.as_str()),
        ("verified_in", "network_directory"),
        ("transfer_basis", "Loi 78-17, art. 112"),
        ("absent", ABSENT),
        ("present", "expression"),
    ];
    chain.set(&incoming, &examined).await?;
    let seen = [("seen", "expression"), ("reason", "Fraude seulement ; aucun propos visé.")];
    chain.validate(&incoming, "execute", &seen).await?;
    let limits = [
        ("executed_on", today.as_str()),
        ("use_limits", "Procédure nommée seulement ; pas de transmission à un tiers."),
        ("handling", "H1"),
    ];
    chain.go(&incoming, "executed", &limits).await?;
    operation(chain).await?;
    abroad(chain).await
}

async fn operation(chain: &mut Chain<'_>) -> Outcome {
    let operation = [
        ("title", "Action commune contre une place de revente d’accès (démonstration)"),
        ("units", "command"),
        ("period", &*chain.days(-60, -2)),
        ("pilot", LOGIN),
    ];
    let operation = chain.example("joint_operation", &operation).await?;
    chain.go(&operation, "start", &[]).await?;
    chain.go(&operation, "end", &[("ended_on", &chain.day(-2))]).await?;
    for (kind, number, fact, counted_by, partner) in [
        ("servers_seized", "4", "DEMO-OP-1", "joint", "NL"),
        ("suspects_identified", "2", "DEMO-OP-2", "us", ""),
        ("domains_seized", "11", "DEMO-OP-3", "partner", "DE"),
    ] {
        let result = [
            ("operation", operation.as_str()),
            ("unit", "command"),
            ("kind", kind),
            ("number", number),
            ("fact", fact),
            ("counted_by", counted_by),
            ("partner", partner),
        ];
        let result = chain.add("operation_result", &result).await?;
        if counted_by == "us" {
            chain.validate(&result, "confirm", &[]).await?;
        }
    }
    let closed = [
        ("contribution", "Un serveur saisi en France, deux suspects identifiés."),
        ("lessons", "Convenir avant l’action de qui compte quoi."),
    ];
    chain.go(&operation, "close", &closed).await
}

async fn abroad(chain: &mut Chain<'_>) -> Outcome {
    let due = chain.day(200);
    for (title, country, done) in [
        ("Laboratoire numérique d’une école régionale (démonstration)", "SN", true),
        ("Point de contact permanent d’un service partenaire (démonstration)", "ME", false),
    ] {
        let project = [("title", title), ("country", country), ("pilot", LOGIN), ("due", &due)];
        let project = chain.example("international_project", &project).await?;
        chain.go(&project, "start", &[]).await?;
        let report = [("progress_note", "Salle livrée, équipe nommée."), ("next_report", &*chain.day(30))];
        chain.go(&project, "report", &report).await?;
        if done {
            let result = [
                ("result", "Un laboratoire en service"),
                ("result_objective", "I.3.1"),
                ("result_kind", "tool_in_use"),
                ("result_value", "1"),
                ("evidence", "Procès-verbal de mise en service."),
            ];
            chain.go(&project, "finish", &result).await?;
        }
    }
    let position = [("title", "Annuaire des points de contact (démonstration)"), ("meeting_on", &*chain.day(-1))];
    let position = chain.example("position", &position).await?;
    chain.validate(&position, "validate", &[]).await?;
    chain.go(&position, "state", &[("statement", "Soutenu en séance.")]).await?;
    chain.go(&position, "close", &[("result", "Annuaire unique adopté.")]).await
}
