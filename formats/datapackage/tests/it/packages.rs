//! What is written is read back by its own schema; what does not fit is not written. Invented figures.

use beffroi_datapackage::{
    Cell, Contributor, Field, Files, Kind, Label, Licence, MOST_BYTES, Package, PackageError, Source, read, write,
};
use proptest::prelude::*;

fn field(name: &str, kind: Kind, required: bool, codes: &[&str]) -> Field {
    Field {
        name: name.into(),
        kind,
        title: Label::new(format!("Titre {name}"), format!("Title {name}")),
        description: Label::new("Ce que c’est", "=what it is"),
        unit: (kind == Kind::Whole).then(|| "victime".into()),
        definition: (kind == Kind::Whole).then(|| "v2".into()),
        required,
        codes: codes.iter().map(|code| (*code).to_owned()).collect(),
    }
}

fn package() -> Package {
    let text = |text: &str| Cell::Text(text.into());
    Package {
        name: "victimes-escroqueries".into(),
        title: Label::new("Victimes d’escroqueries", "Victims of fraud"),
        description: Label::new("Essai", "Trial"),
        version: "1.0.0".into(),
        created: "2026-11-30T12:00:00Z".parse().unwrap(),
        licences: vec![Licence {
            name: "etalab-2.0".into(),
            path: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/".into(),
            title: "Licence Ouverte 2.0".into(),
        }],
        sources: vec![
            Source { title: "Essai".into(), path: Some("https://source.example/".into()) },
            Source { title: "Autre".into(), path: None },
        ],
        contributors: vec![Contributor { title: "Service d’essai".into(), role: "publisher".into() }],
        fields: vec![
            field("period", Kind::Text, true, &[]),
            field("territory", Kind::Text, true, &["FR", "2A"]),
            field("value", Kind::Whole, false, &[]),
            field("rate", Kind::Real, false, &[]),
            field("published_on", Kind::Date, false, &[]),
            field("provisional", Kind::Flag, false, &[]),
            field("note", Kind::Text, false, &[]),
        ],
        primary_key: vec!["period".into(), "territory".into()],
        rows: vec![
            vec![
                text("2024"),
                text("FR"),
                Cell::Whole(432_400),
                Cell::Real(6.3),
                Cell::Date("2025-01-31".parse().unwrap()),
                Cell::Flag(true),
                text("a \"b\",\nc"),
            ],
            vec![
                text("2024"),
                text("2A"),
                Cell::Empty,
                Cell::Real(-1e-300),
                Cell::Empty,
                Cell::Flag(false),
                Cell::Empty,
            ],
        ],
    }
}

fn read_files(files: &Files) -> Result<Package, PackageError> {
    read(files.descriptor.as_bytes(), files.csv.as_bytes())
}

#[test]
fn a_package_reads_back_by_its_own_schema() {
    let files = write(&package()).unwrap();
    assert_eq!(read_files(&files).unwrap(), package());
    assert_eq!(files.csv_name, "victimes-escroqueries.csv");
}

/// Data Package 1, "Required properties", and Tabular Data Resource 1: read as plain JSON, without our own types.
#[test]
fn the_description_has_what_the_specification_asks() {
    let files = write(&package()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&files.descriptor).unwrap();
    assert_eq!(json["profile"], "tabular-data-package");
    let resource = &json["resources"][0];
    assert_eq!(resource["profile"], "tabular-data-resource");
    assert_eq!((&resource["path"], &resource["encoding"]), (&files.csv_name.as_str().into(), &"utf-8".into()));
    assert_eq!(resource["bytes"], files.csv.len());
    assert_eq!(resource["schema"]["primaryKey"], serde_json::json!(["period", "territory"]));
    assert_eq!(resource["schema"]["missingValues"], serde_json::json!([""]));
    let fields = resource["schema"]["fields"].as_array().unwrap();
    let header: Vec<&str> = files.csv.lines().next().unwrap().split(',').collect();
    assert_eq!(fields.iter().map(|f| f["name"].as_str().unwrap()).collect::<Vec<_>>(), header);
    assert_eq!(fields[1]["constraints"]["enum"], serde_json::json!(["FR", "2A"]));
    let value = &fields[2];
    assert_eq!(
        (&value["type"], &value["unit"], &value["definitionVersion"]),
        (&"integer".into(), &"victime".into(), &"v2".into())
    );
    assert_eq!((&value["titles"]["fr"], &value["titles"]["en"]), (&"Titre value".into(), &"Title value".into()));
    assert!(json["licenses"][0]["name"].is_string() && json["sources"][0]["title"].is_string());
}

#[test]
fn the_dictionary_has_a_line_a_field_and_runs_nothing() {
    let files = write(&package()).unwrap();
    let mut lines = files.dictionary.lines();
    assert_eq!(
        lines.next(),
        Some("name,type,title_fr,title_en,description_fr,description_en,unit,definition_version,codes")
    );
    assert_eq!(files.dictionary.lines().count(), 1 + package().fields.len());
    assert!(
        files
            .dictionary
            .contains("territory,string,Titre territory,Title territory,Ce que c’est,'=what it is,,,FR | 2A")
    );
}

#[test]
fn what_does_not_fit_is_not_written() {
    type Fault<'a> = (&'a str, &'a dyn Fn(&mut Package));
    let faults: &[Fault<'_>] = &[
        ("package", &|p| p.name = "../secret".into()),
        ("package", &|p| p.name = "a..b".into()),
        ("field", &|p| p.fields[0].name = "Période".into()),
        ("there twice", &|p| p.fields[0].name = "territory".into()),
        ("licence", &|p| p.licences.clear()),
        ("source", &|p| p.sources.clear()),
        ("https://", &|p| p.sources[0].path = Some("javascript:alert(1)".into())),
        ("both languages", &|p| p.fields[3].title.en.clear()),
        ("publisher, author", &|p| p.contributors[0].role = "king".into()),
        ("primary key", &|p| p.primary_key[0] = "absent".into()),
        ("must be required", &|p| p.fields[0].required = false),
        ("another kind than text", &|p| p.fields[2].codes.push("1".into())),
        ("one cell a field", &|p| drop(p.rows[0].pop())),
        ("must not be", &|p| p.rows[0][0] = Cell::Empty),
        ("another kind", &|p| p.rows[0][2] = Cell::Real(1.0)),
        ("not among those", &|p| p.rows[0][1] = Cell::Text("99".into())),
        ("not finite", &|p| p.rows[0][3] = Cell::Real(f64::INFINITY)),
        ("formula", &|p| p.rows[0][6] = Cell::Text("=1+1".into())),
        ("is empty", &|p| p.rows[0][6] = Cell::Text(String::new())),
        ("there twice", &|p| p.rows[1][1] = Cell::Text("FR".into())),
    ];
    for (said, change) in faults {
        let mut package = package();
        change(&mut package);
        let error = write(&package).unwrap_err().to_string();
        assert!(error.contains(said), "{said}: {error}");
    }
}

#[test]
fn another_csv_or_another_description_is_refused() {
    let files = write(&package()).unwrap();
    assert!(matches!(
        read(files.descriptor.as_bytes(), files.csv.replacen("432400", "432401", 1).as_bytes()),
        Err(PackageError::Changed)
    ));
    for (from, to) in [
        ("\"version\"", "\"more\": 1, \"version\""),
        ("\"version\": \"1.0.0\"", "\"version\": \"1.0.0\", \"version\": \"1.0.0\""),
        ("tabular-data-resource", "data-resource"),
        ("\"path\": \"victimes-escroqueries.csv\"", "\"path\": \"/etc/passwd\""),
        ("\"type\": \"integer\"", "\"type\": \"date\""),
        ("\"delimiter\": \",\"", "\"delimiter\": \";\""),
        ("\"title\": \"Titre value\"", "\"title\": \"Autre\""),
        ("sha256:", "sha1:"),
    ] {
        assert!(files.descriptor.contains(from), "{from}");
        assert!(
            read(files.descriptor.replacen(from, to, 1).as_bytes(), files.csv.as_bytes()).is_err(),
            "{from} → {to}"
        );
    }
    let long = vec![b' '; MOST_BYTES + 1];
    assert!(matches!(read(&long, b""), Err(PackageError::TooLong { .. })));
    assert!(matches!(read(b"{}", &long), Err(PackageError::TooLong { .. })));
}

proptest! {
    #[test]
    fn any_cells_come_back(rows in prop::collection::vec((any::<i64>(), any::<f64>(), "\\PC{0,20}[\n\r\"',;]{0,2}", any::<bool>()), 0..20)) {
        let mut package = package();
        package.rows = rows.into_iter().enumerate().map(|(at, (whole, real, note, flag))| vec![
            Cell::Text(format!("P{at}")),
            Cell::Text("FR".into()),
            Cell::Whole(whole),
            if real.is_finite() { Cell::Real(real) } else { Cell::Empty },
            Cell::Empty,
            Cell::Flag(flag),
            if note.is_empty() || note.starts_with(['=', '+', '-', '@', '\r', '＝', '＋', '－', '＠']) { Cell::Empty } else { Cell::Text(note) },
        ]).collect();
        prop_assert_eq!(read_files(&write(&package).unwrap()).unwrap(), package);
    }
}
