//! What rows become, and what each misfit says.

use crate::read::RowReader;
use crate::{Codes, Context, Declaration, Facts, Finding, InForce, Outcome, Plan, Row, Step};
use beffroi_model::{Marking, PublishedCount, Report, Sex};
use jiff::civil::Date;
use proptest::prelude::*;

struct Lists;

impl Codes for Lists {
    fn has_list(&self, list: &str) -> bool {
        matches!(list, "departments" | "age_bands" | "size_bands")
    }

    fn in_force(&self, _: &str, code: &str, on: Date) -> Option<InForce> {
        let days = match code {
            "01" | "65+" | "250+" => InForce::ALWAYS,
            "976" => InForce { from: Some(Date::constant(2011, 3, 31)), to: None },
            _ => return None,
        };
        days.holds(on).then_some(days)
    }
}

const TODAY: Date = Date::constant(2025, 6, 30);

fn facts(toml: &str, text: &[u8]) -> (Facts, Vec<Finding>, Vec<Outcome>) {
    let declaration = Declaration::parse(toml).unwrap();
    let plan = Plan::new(&declaration, &Lists).unwrap();
    let context = Context { today: TODAY, vintage: TODAY, codes: &Lists };
    let mut facts = plan.no_facts(0);
    let (mut findings, mut outcomes) = (Vec::new(), Vec::new());
    let mut row = Row::default();
    let mut reader = RowReader::open(&declaration.file, plan.columns(), text).unwrap();
    loop {
        match reader.next(&mut row).unwrap() {
            Step::End => return (facts, findings, outcomes),
            Step::Bad(finding) => findings.push(finding),
            Step::Row => outcomes.push(plan.map(&row, &context, &mut facts, &mut findings)),
        }
    }
}

fn reports(toml: &str, text: &str) -> (Vec<Report>, Vec<Finding>) {
    match facts(toml, text.as_bytes()) {
        (Facts::Reports(reports), findings, _) => (reports, findings),
        (Facts::Counts(_), ..) => panic!("expected reports"),
    }
}

fn counts(toml: &str, text: &str) -> (Vec<PublishedCount>, Vec<Finding>, Vec<Outcome>) {
    match facts(toml, text.as_bytes()) {
        (Facts::Counts(counts), findings, outcomes) => (counts, findings, outcomes),
        (Facts::Reports(_), ..) => panic!("expected counts"),
    }
}

const HEAD: &str = r#"
id = "trial"
version = 1
title = { fr = "Essai", en = "Trial" }
origin = { publisher = "nous", licence = "EUPL-1.2" }
layer = "recorded"
unit = "infraction"
legal_basis = "essai"
"#;

fn complaints() -> String {
    format!(
        r#"{HEAD}
[file]
format = "csv"
separator = ";"
decimal = ","
empty = ["", "-"]
[report]
kind = "complaint"
id = "N"
reported_on = {{ from = "ON", format = "%d/%m/%Y", not_before = 2015-01-01 }}
occurred_on = {{ from = "FACTS", format = "%d/%m/%Y" }}
territory = {{ from = "DEPT", list = "departments", default = "NL", map = {{ "99" = "ETR" }}, unmapped = "keep" }}
astad = {{ from = "STAD", map = {{ O = "true", N = "false" }} }}
victim_kind = {{ from = "WHO", map = {{ particulier = "individual", entreprise = "company" }} }}
loss_eur = "EUR"
[[report.observables]]
from = "TEL"
kind = "phone-number"
role = "author"
split = "/"
[[report.observables]]
from = "MINE"
kind = "phone-number"
role = "victim"
"#
    )
}

const HEADER: &str = "N;ON;FACTS;DEPT;STAD;WHO;EUR;TEL;MINE\n";

#[test]
fn a_row_becomes_a_report() {
    let text = format!(
        "{HEADER}A1;02/01/2025;31/12/2024;01;O;particulier;12,5;0199001234/+44 20 7946 0000;0612345678\nA2;02/01/2025;-;99;N;;;;\nA3;02/01/2025;;;;;;;\n"
    );
    let (reports, findings) = reports(&complaints(), &text);
    assert_eq!(findings, []);
    let [first, second, third] = reports.as_slice() else { panic!("{reports:?}") };
    assert_eq!(first.id.as_str(), "A1");
    assert_eq!(first.reported_on, Date::constant(2025, 1, 2));
    assert_eq!(first.occurred_on, Some(Date::constant(2024, 12, 31)));
    assert_eq!((first.territory.code(), first.astad, first.loss_cents), ("01", true, Some(1250)));
    let observables: Vec<String> = first.observables.iter().map(|o| format!("{} {}", o.role.code(), o.value)).collect();
    assert_eq!(observables, ["author +33199001234", "author +442079460000", "victim +33612345678"]);
    assert_eq!(first.marking, Marking::UNKNOWN, "nothing said is red");
    assert_eq!((second.territory.code(), second.occurred_on, second.victim_kind), ("ETR", None, None));
    assert_eq!((third.territory.code(), third.astad), ("NL", false));
}

#[test]
fn classes_of_a_victim_come_in_as_classes_and_nothing_finer_has_a_place() {
    let classes = "sex = { from = \"SEX\", map = { F = \"female\", M = \"male\" } }\n\
        age_band = { from = \"AGE\", list = \"age_bands\" }\nsize = { from = \"SIZE\", list = \"size_bands\" }\n";
    let declared = complaints().replace("loss_eur", &format!("{classes}loss_eur"));
    let header = format!("{};SEX;AGE;SIZE\n", HEADER.trim_end());
    let rows = "A1;02/01/2025;;01;;;;;;F;65+;\nA2;02/01/2025;;01;;;;;;;;250+\n";
    let (found, findings) = reports(&declared, &format!("{header}{rows}"));
    assert_eq!(findings, []);
    let told: Vec<_> = found.iter().map(|r| (r.sex, r.age_band.as_deref(), r.size.as_deref())).collect();
    assert_eq!(told, [(Some(Sex::Female), Some("65+"), None), (None, None, Some("250+"))]);
    for wrong in ["X;;", ";42;", ";;huge"] {
        let (found, findings) = reports(&declared, &format!("{header}A1;02/01/2025;;01;;;;;;{wrong}\n"));
        assert!(found.is_empty() && findings.len() == 1, "{wrong}: {findings:?}");
    }
    for finer in ["birth_date = \"AGE\"", "age = \"AGE\""] {
        let declared = complaints().replace("loss_eur", &format!("{finer}\nloss_eur"));
        assert!(Declaration::parse(&declared).is_err(), "{finer}");
    }
}

#[test]
fn each_misfit_is_told_with_its_line_and_column() {
    let rows = [
        (";02/01/2025;;01;;;;;", "N missing-value"),
        ("a b;02/01/2025;;01;;;;;", "N not-an-identifier"),
        ("A;2025-01-02;;01;;;;;", "ON not-a-date"),
        ("A;02/01/2099;;01;;;;;", "ON implausible-date"),
        ("A;02/01/2014;;01;;;;;", "ON implausible-date"),
        ("A;02/01/2025;03/01/2025;01;;;;;", "FACTS implausible-date"),
        ("A;02/01/2025;;02;;;;;", "DEPT unknown-territory"),
        ("A;02/01/2025;;Ain;;;;;", "DEPT unknown-territory"),
        ("A;02/01/2025;;01;oui;;;;", "STAD unknown-code"),
        ("A;02/01/2025;;01;;martien;;;", "WHO unknown-code"),
        ("A;02/01/2025;;01;;;douze;;", "EUR not-a-number"),
        ("A;02/01/2025;;01;;;-5;;", "EUR not-a-number"),
    ];
    for (row, expected) in rows {
        let (reports, findings) = reports(&complaints(), &format!("{HEADER}A0;02/01/2025;;01;;;;;\n{row}\n"));
        let told: Vec<String> =
            findings.iter().map(|f| format!("{} {}", f.column.as_deref().unwrap_or_default(), f.rule.code())).collect();
        assert_eq!(told, [expected], "{row}");
        assert_eq!(findings[0].line, 3);
        assert!(findings[0].rejected);
        assert_eq!(reports.len(), 1, "the good row lands");
    }
}

#[test]
fn every_fault_of_a_row_is_told() {
    let (_, findings) = reports(&complaints(), &format!("{HEADER};hier;;Ain;;;;;\n"));
    assert_eq!(findings.len(), 3);
}

#[test]
fn an_observable_that_is_none_is_left_out_and_a_victims_is_never_repeated() {
    let (reports, findings) = reports(&complaints(), &format!("{HEADER}A;02/01/2025;;01;;;;12;06 12 secret\n"));
    assert_eq!(reports.len(), 1);
    assert!(reports[0].observables.is_empty());
    assert_eq!(findings.iter().map(|f| f.value.as_str()).collect::<Vec<_>>(), ["12", "…"]);
    assert!(findings.iter().all(|f| !f.rejected && !f.message.contains("secret")));
}

#[test]
fn a_department_is_judged_on_its_day() {
    let text = format!("{HEADER}A;02/01/2025;;976;;;;;\n");
    let before = complaints().replace("2015-01-01", "2000-01-01");
    assert_eq!(reports(&before, &text).0.len(), 1);
    let (_, findings) = reports(&before, &text.replace("2025", "2010"));
    assert_eq!(findings[0].message, "not in the list `departments` on 2010-01-02");
}

const FEED: &str = r#"
[file]
format = "json"
[[where]]
column = "type"
is = ["domain", "url"]
[report]
kind = "observation"
reported_on = "day"
subject = { const = "phishing" }
[[report.observables]]
from = "sites.name"
kind = "domain-name"
role = "author"
required = true
"#;

#[test]
fn a_feed_without_numbers_gets_digests_and_what_is_left_out_is_not_rejected() {
    let text = r#"[
      {"type":"domain","day":"2025-01-01","sites":[{"name":"Evil.example"},{"name":"worse.example"}]},
      {"type":"ip","day":"never"},
      {"type":"url","day":"2025-01-01","sites":[{"name":"not a domain"}]},
      {"type":"url","day":"2025-01-01","sites":[]},
      {"type":"url","day":["2025-01-01","2025-01-02"],"sites":[{"name":"a.example"}]}
    ]"#;
    let toml = format!("{HEAD}{FEED}");
    let (facts, findings, outcomes) = facts(&toml, text.as_bytes());
    let Facts::Reports(reports) = facts else { panic!() };
    use Outcome::{Kept, Rejected, Skipped};
    assert_eq!(outcomes, [Kept, Skipped, Rejected, Rejected, Rejected]);
    assert_eq!(reports[0].id.as_str().len(), 32);
    assert_eq!(reports[0].observables.len(), 2);
    assert_eq!(
        findings.iter().map(|f| (f.line, f.rule.code())).collect::<Vec<_>>(),
        [(4, "not-an-observable"), (5, "missing-value"), (6, "not-single")]
    );
}

#[test]
fn digests_tell_rows_apart() {
    let toml = format!("{HEAD}{FEED}");
    let row =
        |day: &str, site: &str| format!("[{{\"type\":\"url\",\"day\":\"{day}\",\"sites\":[{{\"name\":\"{site}\"}}]}}]");
    let id = |text: String| reports(&toml, &text).0[0].id.clone();
    assert_eq!(id(row("2025-01-01", "a.example")), id(row("2025-01-01", "a.example")));
    assert_ne!(id(row("2025-01-01", "a.example")), id(row("2025-01-02", "a.example")));
    assert_ne!(id(row("2025-01-01", "a.example")), id(row("2025-01-01", "b.example")));
}

fn figures() -> String {
    format!(
        r#"{HEAD}
[file]
format = "csv"
empty = ["", "NA"]
[[count]]
where = [{{ column = "stat", is = "Nombre" }}]
series = {{ from = ["name", "corr"], join = "-", map = {{ "fraude-CVS" = "fraud-cvs", fraude = "fraud" }} }}
period = "t"
territory = {{ from = "zone", before = "-", map = {{ France = "FR" }}, unmapped = "keep", list = "departments" }}
value = "v"
population = "pop"
definition_version = {{ const = "d1" }}
[[count]]
where = [{{ column = "stat", is_not = "Nombre" }}]
layer = "survey"
series = {{ const = "rate" }}
period = {{ from = "t", format = "%Y", grain = "year" }}
territory = {{ const = "FR" }}
unit = {{ const = "percent" }}
value = "v"
definition_version = {{ const = "d1" }}
vintage = "known"
"#
    )
}

#[test]
fn a_row_becomes_counts() {
    let text = "stat,name,corr,t,zone,v,pop,known\nNombre,fraude,NA,2016T1,01-Ain,12,100,\nNombre,fraude,CVS,2016M01,France,1,,\nTaux,,,2016,,3.5,,2017-02-01\nNombre,fraude,NA,2016,France,NA,,\n";
    let (counts, findings, outcomes) = counts(&figures(), text);
    assert_eq!(findings, []);
    assert_eq!(outcomes.last(), Some(&Outcome::Skipped), "no figure is not zero");
    let keys: Vec<String> = counts.iter().map(PublishedCount::key).collect();
    assert_eq!(
        keys,
        [
            "fraud|2016-Q1|01||infraction|d1|2025-06-30",
            "fraud-cvs|2016-01|FR||infraction|d1|2025-06-30",
            "rate|2016|FR||percent|d1|2017-02-01"
        ]
    );
    assert_eq!((counts[0].value, counts[0].population), (12.0, Some(100)));
    assert_eq!(counts[2].layer.code(), "survey");
}

#[test]
fn figures_that_do_not_fit_are_told() {
    for (row, expected) in [
        ("Nombre,fraude,,2016T9,France,1,,", "t not-a-period"),
        ("Nombre,fraude,,2099,France,1,,", "t implausible-date"),
        ("Nombre,fraude,,2016,97-Mars,1,,", "zone unknown-territory"),
        ("Nombre,vol,,2016,France,1,,", "name+corr unknown-code"),
        ("Nombre,fraude,,2016,France,un,,", "v not-a-number"),
        ("Nombre,fraude,,2016,France,1,1.5,", "pop not-a-number"),
        ("Taux,,,2016,,1,,2015-01-01", "known implausible-date"),
    ] {
        let (counts, findings, _) = counts(&figures(), &format!("stat,name,corr,t,zone,v,pop,known\n{row}\n"));
        assert!(counts.is_empty());
        let told: Vec<String> =
            findings.iter().map(|f| format!("{} {}", f.column.as_deref().unwrap_or_default(), f.rule.code())).collect();
        assert_eq!(told, [expected], "{row}");
    }
}

#[test]
fn a_wrong_declaration_is_told_with_its_line() {
    let check = |toml: &str, line: usize, part: &str| {
        let error = Declaration::parse(toml).unwrap_err();
        assert!(error.message.contains(part), "{error}");
        assert_eq!(error.line, Some(line), "{error}");
        assert!(error.span.is_some());
    };
    let good = complaints();
    let line_of = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
    for (from, to, part) in [
        ("layer = \"recorded\"", "layer = \"platfrom\"", "platfrom"),
        ("kind = \"complaint\"", "kind = \"plainte\"", "plainte"),
        ("id = \"N\"", "nom = \"N\"", "unknown field `nom`"),
        ("separator = \";\"", "separator = \"\\\"\"", "same sign"),
        ("separator = \";\"", "separator = \"é\"", "one ASCII character"),
        (
            "reported_on = { from = \"ON\", format = \"%d/%m/%Y\"",
            "reported_on = { from = \"ON\", format = \"%d/%m\"",
            "does not read back",
        ),
        ("loss_eur = \"EUR\"", "loss_eur = { from = \"EUR\", format = \"%Y\" }", "only a day or a period"),
        ("loss_eur = \"EUR\"", "loss_eur = { from = \"EUR\", const = \"1\" }", "exactly one"),
        ("loss_eur = \"EUR\"", "loss_eur = { from = \"EUR\", unmapped = \"keep\" }", "there is none"),
        ("role = \"author\"", "role = \"culprit\"", "culprit"),
        ("version = 1", "version = \"1\"", "string"),
    ] {
        assert!(good.contains(from), "{from}");
        let wrong = good.replacen(from, to, 1);
        check(&wrong, line_of(&wrong, to.split(',').next().unwrap()), part);
    }
    assert!(
        Declaration::parse(&format!("{HEAD}[file]\nformat = \"csv\"\n"))
            .unwrap_err()
            .message
            .contains("maps no column")
    );
    assert!(Declaration::parse("not toml").unwrap_err().line.is_some());
    let unknown = Declaration::parse(&good.replace("\"departments\"", "\"kingdoms\"")).unwrap();
    assert!(Plan::new(&unknown, &Lists).err().unwrap().message.contains("kingdoms"));
}

#[test]
fn there_is_no_place_for_a_person() {
    for field in ["name", "first_name", "birth_date", "address", "narrative"] {
        let toml = complaints().replace("id = \"N\"", &format!("id = \"N\"\n{field} = \"X\""));
        assert!(Declaration::parse(&toml).unwrap_err().message.contains("unknown field"), "{field}");
    }
}

proptest! {
    #[test]
    fn no_row_panics(cells in proptest::collection::vec("[^\n]{0,12}", 9)) {
        let declaration = Declaration::parse(&complaints()).unwrap();
        let plan = Plan::new(&declaration, &Lists).unwrap();
        let context = Context { today: TODAY, vintage: TODAY, codes: &Lists };
        let text = format!("{HEADER}{}\n", cells.join(";"));
        if let Ok(mut reader) = RowReader::open(&declaration.file, plan.columns(), text.as_bytes()) {
            let (mut row, mut facts, mut findings) = (Row::default(), plan.no_facts(0), Vec::new());
            while let Ok(Step::Row) = reader.next(&mut row) {
                let outcome = plan.map(&row, &context, &mut facts, &mut findings);
                prop_assert_eq!(outcome == Outcome::Rejected, findings.iter().any(|f| f.rejected));
            }
        }
    }

    #[test]
    fn no_declaration_panics(text in "\\PC{0,80}") {
        let _ = Declaration::parse(&text);
        let _ = Declaration::parse(&format!("{HEAD}{text}"));
    }
}
