//! `beffroi codes`, from the file of a stranger to the figures: read by the real child, shown, switched, gone back.

use crate::support::{run, succeed};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn folder(place: &Path) -> PathBuf {
    let data = place.join("data");
    succeed(&data, &["init"]);
    data
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

const NATINF: &str = "Liste des infractions en vigueur de la nomenclature NATINF\r\n\
    Numéro NATINF;Nature de l'infraction;Qualification de l'infraction;Définie par;Réprimée par\r\n\
    7875;Délit;ESCROQUERIE;ART.313-1 AL.1 C.PENAL.;ART.313-1 AL.2, ART.313-7 C.PENAL.\r\n\
    22000;Contravention de classe 4;VEHICULE SANS CONTROLE;ART.R.323-1 §I C.ROUTE.;ART.R.323-1 §III C.ROUTE.\r\n\
    x1;Délit;ILLISIBLE;;\r\n";

/// The departments of a later year, in the house's form: the Mayenne (53) is replaced.
pub(crate) fn departments(data: &Path) -> String {
    let list = succeed(data, &["codes", "show", "departments", "--json"]).json();
    let mut text =
        "# name: departments\n# version: COG-2025\n# date: 2025-01-01\n# source: drawn\n# licence: EUPL-1.2\n\
        # parent-list: regions\ncode,label_fr,label_en,parent,valid_from,valid_to,replaced_by,verified,nested,kind\n"
            .to_owned();
    for code in list["codes"].as_array().unwrap() {
        let cell = |name: &str| code[name].as_str().unwrap_or_default().to_owned();
        let (to, next) = if code["code"] == "53" { ("2024-12-31", "979") } else { ("", "") };
        let row = [&cell("code"), &cell("label_fr"), &cell("label_en"), &cell("parent"), "", to, next, "true", "false"];
        text.push_str(&format!("{},{}\n", row.join(","), code["extra"]["kind"].as_str().unwrap_or_default()));
    }
    text.push_str("979,Maine,Maine,R52,2025-01-01,,,true,false,department\n");
    text
}

#[test]
fn an_official_file_is_shown_then_switched_to_then_mapped() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let file = place.path().join("natinf.csv");
    fs::write(&file, latin(NATINF)).unwrap();
    let file = file.display().to_string();
    let import = ["codes", "import", "natinf", &file, "--version", "2026-04", "--valid-from", "2026-04-01"];
    let shown = succeed(&data, &[&import[..], &["--json"]].concat()).json();
    assert_eq!(
        (&shown["tally"]["added"], &shown["set_aside"], &shown["switched"]),
        (&2.into(), &1.into(), &false.into())
    );
    assert_eq!(shown["findings"][0]["line"], 5);
    assert_eq!(run(&data, &["codes", "show", "natinf"]).status, 1, "what is shown only is not there");

    let done = succeed(&data, &[&import[..], &["--switch", "--json"]].concat()).json();
    assert_eq!(done["switched"], true);
    let again = succeed(&data, &[&import[..], &["--switch", "--json"]].concat()).json();
    assert_eq!((&again["switched"], &again["already"]), (&false.into(), &true.into()));
    let map = ["codes", "map", "natinf", "22000", "--to", "articles", "--on", "2026-05-01"];
    let map = succeed(&data, &[&map[..], &["--json"]].concat()).json();
    let ends: Vec<&str> = map["links"].as_array().unwrap().iter().map(|link| link["to"].as_str().unwrap()).collect();
    assert_eq!(ends, ["CR R323-1"], "R. 323-1 of the highway code is not 323-1 of the penal code");
    assert_eq!((&map["links"][0]["kind"], &map["links"][0]["confidence"]), (&"broader".into(), &"0.9".into()));
    let told = succeed(&data, &["audit", "list", "--json"]).stdout;
    assert!(told.contains("natinf@2026-04"), "{told}");
}

#[test]
fn a_code_and_what_it_became_are_told_in_words() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let told = succeed(&data, &["codes", "map", "attack", "T1656", "--to", "phenomena", "--on", "2026-11-23"]).stdout;
    assert!(told.contains("T1684.001") && told.contains("identity_theft"), "{told}");
    assert!(told.contains("related") && told.contains("0.7") && told.contains("not verified"), "{told}");
    for wrong in [
        &["codes", "map", "attack", "T0", "--to", "phenomena"][..],
        &["codes", "map", "departments", "53", "--to", "rsit"],
        &["codes", "map", "none", "53", "--to", "rsit"],
        &["codes", "show", "attack", "--version", "1"],
        &["codes", "switch", "attack", "1"],
        &["codes", "import", "attack", "/no/such/file"],
    ] {
        let run = run(&data, wrong);
        assert_eq!(run.status, 1, "{wrong:?}: {}", run.stderr);
    }
}

#[test]
fn the_effect_on_figures_comes_before_the_switch_and_back_is_a_switch() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let rows = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon\n\
        P1,2024-03-02,2024-03-01,53,12.50,shop.example,card_fraud\n\
        P2,2024-03-02,2024-03-01,75,12.50,shop.example,card_fraud\n";
    let delivery = place.path().join("perceval.csv");
    fs::write(&delivery, rows).unwrap();
    succeed(&data, &["ingest", "--source", "synth-perceval", &delivery.display().to_string()]);
    let compute = |lists: &[&str]| -> Value {
        let args = ["indicator", "compute", "platform-reports", "--by", "department", "--snapshot", "1", "--json"];
        succeed(&data, &[&args[..], lists].concat()).json()["certificate"].clone()
    };
    let before = compute(&[]);

    let file = place.path().join("departments.csv");
    fs::write(&file, departments(&data)).unwrap();
    let file = file.display().to_string();
    let shown = succeed(&data, &["codes", "import", "departments", &file, "--json"]).json();
    let row = &shown["effect"]["rows"][0];
    assert_eq!((&row["source"], &row["code"], &row["rows"]), (&"synth-perceval".into(), &"53".into(), &1.into()));
    assert_eq!(row["becomes"][0], "979");
    assert_eq!(compute(&[])["digest"], before["digest"], "nothing has changed");
    let words = succeed(&data, &["codes", "import", "departments", &file]).stdout;
    assert!(words.contains("COG-2024 → COG-2025") && words.contains("Nothing was changed"), "{words}");

    succeed(&data, &["codes", "import", "departments", &file, "--switch"]);
    let after = compute(&[]);
    assert_ne!(after["digest"], before["digest"]);
    let old = compute(&["--lists", "departments=COG-2024"]);
    assert_eq!(old["digest"], before["digest"], "an old figure comes out again under the lists of its certificate");
    // The program reads what comes in by the version in use.
    let later = place.path().join("later.csv");
    fs::write(
        &later,
        rows.replace("P1", "P3").replace("P2", "P4").replace("2024-03", "2025-03").replace(",75,", ",979,"),
    )
    .unwrap();
    let summary =
        succeed(&data, &["ingest", "--source", "synth-perceval", &later.display().to_string(), "--dry-run", "--json"])
            .json();
    assert_eq!(
        (&summary["rows_accepted"], &summary["rows_rejected"]),
        (&1.into(), &1.into()),
        "979 is known, 53 has ended: {summary}"
    );
    let back = succeed(&data, &["codes", "switch", "departments", "COG-2024", "--json"]).json();
    assert_eq!(back["switched"], true);
    assert_eq!(compute(&[])["digest"], before["digest"]);
}

#[test]
fn a_file_made_to_harm_is_refused_by_the_child_and_changes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let head = "# name: layers\n# version: 9\n# date: 2030-01-01\n# source: s\n# licence: l\n\
        code,label_fr,label_en,parent,valid_from,valid_to,replaced_by,verified,nested\n";
    let many: String = (0..120_000).map(|n| format!("c{n},x,x,,,,,true,false\n")).collect();
    let files: [(&str, Vec<u8>); 8] = [
        ("empty", Vec::new()),
        ("noise", (0..=255).cycle().take(70_000).collect()),
        ("nul", format!("{head}a\0b,x,x,,,,,true\n").into_bytes()),
        ("circle", format!("{head}a,x,x,,,,b,true,false\nb,x,x,,,,a,true,false\n").into_bytes()),
        ("open quote", format!("{head}a,\"x,x,,,,,true,false\n").into_bytes()),
        ("too many", format!("{head}{many}").into_bytes()),
        ("too long", vec![b'#'; 33 << 20]),
        ("one line", [head.as_bytes(), &vec![b','; 8 << 20]].concat()),
    ];
    for (name, bytes) in files {
        let file = place.path().join("harm.csv");
        fs::write(&file, bytes).unwrap();
        let run = run(&data, &["codes", "import", "layers", &file.display().to_string(), "--switch"]);
        assert_eq!(run.status, 1, "{name}: {}{}", run.stdout, run.stderr);
        assert!(run.stderr.len() < 4_000, "{name}: a refusal is a sentence");
    }
    let lists = succeed(&data, &["codes", "list", "--json"]).json();
    assert!(lists.as_array().unwrap().iter().all(|list| list["switched"] == false));
}
