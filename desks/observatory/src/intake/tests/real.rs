//! Files that nobody here wrote, from the shared data, when it is there.

use super::*;
use beffroi_ports::{CountsQuery, Dimension, ReportsQuery};

/// A file of the shared folder; a line tells when it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("BEFFROI_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
    };
    let file = folder.join(path);
    if file.exists() {
        Some(file)
    } else {
        println!("skipped: shared {path} absent");
        None
    }
}

async fn value(trial: &Trial, series: &str, period: &str, territory: &str) -> Option<f64> {
    let query = CountsQuery {
        series: vec![series.to_owned()],
        from: Some(period.parse().unwrap()),
        to: Some(period.parse().unwrap()),
        grain: Some(period.parse::<beffroi_model::Period>().unwrap().grain()),
        territories: vec![territory.to_owned()],
        ..CountsQuery::default()
    };
    let counts = trial.facts.counts(&query).await.unwrap();
    assert!(counts.len() <= 1, "{series} {period} {territory}");
    counts.first().map(|count| count.value)
}

async fn departments(trial: &Trial, series: &str, year: &str) -> f64 {
    let query = CountsQuery {
        series: vec![series.to_owned()],
        from: Some(year.parse().unwrap()),
        to: Some(year.parse().unwrap()),
        ..CountsQuery::default()
    };
    let counts = trial.facts.counts(&query).await.unwrap();
    let parts: Vec<f64> =
        counts.iter().filter(|c| !["FR", "FRM"].contains(&c.territory.code())).map(|c| c.value).collect();
    assert_eq!(parts.len(), 101);
    parts.iter().sum()
}

#[tokio::test]
async fn the_departmental_base_comes_in() {
    let Some(file) = shared("data/crime_stats/donnees_ssmsi_france_departements_2016-2024.csv") else { return };
    let trial = Trial::new();
    let summary = trial.ingest(source("ssmsi-departements").unwrap(), &file).await.unwrap();
    assert_eq!((summary.rows_read, summary.rows_accepted, summary.n_findings), (16_362, 16_362, 0));
    assert_eq!(departments(&trial, "fraud", "2024").await, 414_653.0);
    assert_eq!(departments(&trial, "fraud", "2016").await, 249_477.0);
    assert_eq!(value(&trial, "homicides", "2016", "01").await, Some(5.0));
}

#[tokio::test]
async fn the_fraud_series_come_in() {
    let Some(file) = shared("domain/ssmsi_escroqueries_series.csv") else { return };
    let trial = Trial::new();
    let summary = trial.ingest(source("ssmsi-escroqueries").unwrap(), &file).await.unwrap();
    assert_eq!((summary.rows_read, summary.rows_accepted, summary.rows_skipped), (1771, 1770, 1));
    assert_eq!(summary.n_findings, 0);
    assert_eq!(value(&trial, "escroqueries", "2021", "FR").await, Some(432_400.0));
    assert_eq!(departments(&trial, "escroqueries", "2021").await, 429_249.0);
    assert_eq!(departments(&trial, "escroqueries", "2023").await, 433_228.0);
    // What the departments lack of the country is told as not located, on the sheet.
    let sheet = trial.shelf().all().unwrap().remove(0);
    let control = sheet.controls.iter().find(|control| control.name == "departements").unwrap();
    let gaps: Vec<_> =
        control.gaps.first.iter().map(|gap| (gap.place.period.as_deref(), gap.whole, gap.parts)).collect();
    assert!(gaps.contains(&(Some("2021"), 432_400.0, 429_249.0)), "{gaps:?}");
    assert!(gaps.contains(&(Some("2023"), 495_600.0, 433_228.0)), "{gaps:?}");
    assert_eq!(control.faults.n, 0, "{:?}", control.faults.first);
    assert_eq!(value(&trial, "escroqueries-mis-en-cause", "2021", "FR").await, Some(105_607.0));
    assert_eq!(value(&trial, "escroqueries-cvs-cjo", "2020-04", "FRM").await, Some(12_856.0));
    assert_eq!(value(&trial, "escroqueries-bancaires", "2020", "FRM").await, Some(1_305_000.0));
    assert_eq!(value(&trial, "escroqueries-bancaires", "2019", "FRM").await, None, "not published is not zero");
}

#[tokio::test]
async fn the_file_of_all_series_gives_its_fraud() {
    let Some(file) = shared("data/crime_stats/ssmsi_series_chronologiques/ssmsi_series_chronologiques_2024-03.csv")
    else {
        return;
    };
    let trial = Trial::new();
    let summary = trial.ingest(source("ssmsi-escroqueries").unwrap(), &file).await.unwrap();
    // Two rows have no figure.
    assert_eq!((summary.rows_read, summary.rows_accepted, summary.rows_rejected), (29_135, 1780, 0));
    assert_eq!(value(&trial, "escroqueries", "2021", "FR").await, Some(432_400.0));
    assert_eq!(value(&trial, "escroqueries-bancaires", "2010", "FRM").await, Some(500_000.0), "written 5e+05");
    assert_eq!(departments(&trial, "escroqueries", "2021").await, 429_249.0);
}

#[tokio::test]
async fn the_ransomware_claims_come_in() {
    let Some(file) = shared("data/ransomware/RansomwareTracker721/data/output/final_entities.json") else { return };
    let trial = Trial::new();
    let summary = trial.ingest(source("ransomware-tracker").unwrap(), &file).await.unwrap();
    assert_eq!((summary.rows_read, summary.rows_accepted, summary.n_findings), (1232, 1232, 0));
    let query = ReportsQuery { by: vec![Dimension::Subject], ..ReportsQuery::default() };
    let table = trial.facts.reports(&query).await.unwrap();
    let groups: Vec<(Option<String>, Option<f64>)> =
        table.rows().map(|row| (row.key(0).map(str::to_owned), row.value(0))).collect();
    let expected = [("bashe", 75.0), ("lockbit", 493.0), ("ransomhub", 664.0)];
    assert_eq!(groups, expected.map(|(group, n)| (Some(group.to_owned()), Some(n))));
}

#[tokio::test]
async fn the_phishing_feeds_come_in() {
    let trial = Trial::new();
    if let Some(file) = shared("data/phishing/phishing-database_NEW-today_first-seen_2024-12_2025-12.csv.gz") {
        let summary = trial.ingest(source("phishing-database").unwrap(), &file).await.unwrap();
        assert_eq!(summary.rows_read, 97_252);
        assert_eq!(summary.rows_accepted + summary.rows_rejected, 97_252);
        assert!(summary.rows_rejected < 50, "{:?}", summary.findings);
    }
    if let Some(folder) = shared("data/phishing/polkadot-js-phishing/meta") {
        let mut total: Option<Summary> = None;
        let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.file_stem().is_some_and(|name| name != "index"));
        files.sort();
        for file in files {
            let summary = Trial::new().ingest(source("phishing-polkadot").unwrap(), &file).await.unwrap();
            match &mut total {
                Some(total) => total.absorb(summary),
                None => total = Some(summary),
            }
        }
        let total = total.unwrap();
        assert_eq!(total.rows_read, 56_412);
        assert_eq!(total.rows_accepted + total.rows_rejected, 56_412);
        assert!(total.rows_rejected < 50, "{:?}", total.findings);
    }
}

#[tokio::test]
async fn the_demo_tables_come_in_whole() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    for (id, table) in [
        ("demo-departements", "official_departments.csv"),
        ("demo-fraud-series", "official_fraud_series.csv"),
        ("demo-phishing", "phishing_domains.csv"),
        ("demo-published-platforms", "published_platforms.csv"),
        ("demo-published-survey", "published_survey.csv"),
        ("demo-published-totals", "published_totals.csv"),
        ("demo-ransomware", "ransomware_claims.csv"),
    ] {
        let trial = Trial::new();
        let summary = trial.ingest(source(id).unwrap(), &demo.join(table)).await.unwrap();
        assert_eq!(summary.findings, [], "{id}");
        assert!(summary.rows_read > 0 && summary.rows_accepted == summary.rows_read, "{id}: {summary:?}");
    }
}

/// The files of figures, what is read of each and what of it is told here: all that the folder holds.
#[tokio::test]
async fn every_file_of_figures_comes_in_by_declaration_alone() {
    let stats = "data/crime_stats";
    // File, source, rows read, accepted, and those whose value or key is the same as an earlier one's.
    let files: [(&str, &str, u64, u64, u64); 8] = [
        ("donnee-dep-data.gouv-2022-geographie2022-produit-le2023-02-09.csv", "ssmsi-departements-2022", 8484, 8484, 0),
        ("ssmsi_base_2022-06_enquete_cvs.csv", "ssmsi-base-2022", 19_460, 5_179, 11),
        ("ssmsi_series_chronologiques/ssmsi_series_chronologiques_2024-03.csv", "ssmsi-series", 29_135, 25_856, 0),
        ("crimes_gendarmerie_2021_compagnies_etat4001.json", "gendarmerie-etat4001-2021", 39_804, 38_316, 0),
        ("swiss_digital_crime/cyber-infraction_2022.csv", "ofs-cyber-2022", 33, 33, 0),
        ("swiss_digital_crime/ofs_criminalite_numerique_1.csv", "ofs-cyber-parts", 6, 6, 0),
        ("swiss_digital_crime/ofs_criminalite_numerique_2.csv", "ofs-cyber-articles", 102, 102, 0),
        ("../../domain/ssmsi_taux_depot_plainte.csv", "ssmsi-taux-plainte", 112, 105, 0),
    ];
    for (file, id, read, accepted, duplicate) in files {
        let Some(path) = shared(&format!("{stats}/{file}")) else { continue };
        let trial = Trial::new();
        let summary = trial.ingest(source(id).unwrap(), &path).await.unwrap();
        assert_eq!((summary.rows_read, summary.n_findings), (read, 0), "{id}: {:?}", summary.findings);
        assert_eq!((summary.rows_accepted, summary.rows_duplicate), (accepted, duplicate), "{id}");
    }
}

#[tokio::test]
async fn figures_of_wide_tables_are_those_of_the_file() {
    let trial = Trial::new();
    if let Some(file) = shared("data/crime_stats/ssmsi_base_2022-06_enquete_cvs.csv") {
        trial.ingest(source("ssmsi-base-2022").unwrap(), &file).await.unwrap();
        let fraud = "Escroqueries et autres infractions assimilées enregistrées par les services de sécurité | Nombre de victimes";
        assert_eq!(value(&trial, fraud, "2021", "FR").await, Some(423_000.0));
        assert_eq!(
            value(
                &trial,
                "Escroqueries bancaires | Nombre de ménages victimes | Escroqueries bancaires",
                "2020",
                "FRM"
            )
            .await,
            Some(1_305_000.0)
        );
        assert_eq!(value(&trial, &format!("{fraud} | Série CVS-CJO"), "2022-05", "FRM").await, Some(37_930.0));
    }
    if let Some(file) = shared("data/crime_stats/crimes_gendarmerie_2021_compagnies_etat4001.json") {
        let trial = Trial::new();
        let summary = trial.ingest(source("gendarmerie-etat4001-2021").unwrap(), &file).await.unwrap();
        assert_eq!(summary.rows_duplicate, 0, "each company has a name of its own");
        let query = CountsQuery {
            series: vec!["107 Autres délits".to_owned()],
            territories: vec!["01".to_owned()],
            ..CountsQuery::default()
        };
        let counts = trial.facts.counts(&query).await.unwrap();
        let told: Vec<(Option<&str>, f64)> = counts.iter().map(|c| (c.category.as_deref(), c.value)).take(2).collect();
        assert_eq!(counts.len(), 4);
        assert!(
            told.contains(&(Some("CGD BELLEY"), 195.0))
                || counts.iter().any(|c| c.category.as_deref() == Some("CGD BELLEY") && c.value == 195.0)
        );
    }
}

#[tokio::test]
async fn the_published_totals_stand_side_by_side() {
    let Some(file) = shared("domain/published_figures.csv") else { return };
    let trial = Trial::new();
    let summary = trial.ingest(source("published-figures").unwrap(), &file).await.unwrap();
    assert_eq!((summary.rows_read, summary.rows_accepted, summary.n_findings), (56, 52, 0));
    assert_eq!(value(&trial, "escroqueries", "2021", "FR").await, Some(432_400.0));
    assert_eq!(value(&trial, "escroqueries", "2023", "FR").await, Some(495_600.0));
    let query = CountsQuery {
        series: vec!["atteintes-numeriques".to_owned()],
        from: Some("2023".parse().unwrap()),
        to: Some("2023".parse().unwrap()),
        ..CountsQuery::default()
    };
    let mut totals: Vec<f64> = trial.facts.counts(&query).await.unwrap().iter().map(|count| count.value).collect();
    totals.sort_by(f64::total_cmp);
    assert_eq!(totals, [278_770.0, 358_300.0], "one year, two definitions");
}

/// What is proposed for a real file is a declaration, and reads that file.
#[test]
fn a_proposal_reads_the_file_it_was_made_for() {
    let trial = Trial::new();
    let options = Options {
        vintage: None,
        today: TODAY,
        now: Timestamp::UNIX_EPOCH,
        who: "essai".to_owned(),
        dry_run: true,
        rejects_dir: trial.rejects_dir(),
        shelf: Shelf::new(trial.rejects_dir().with_file_name("quality")),
        given: Given::default(),
        codes: house_codes(),
        sandbox: &IN_PROCESS,
        delivery_id: "DEL-00000000000000000000000000000001".parse().unwrap(),
    };
    for file in [
        "data/crime_stats/donnee-dep-data.gouv-2022-geographie2022-produit-le2023-02-09.csv",
        "data/crime_stats/donnees_ssmsi_france_departements_2016-2024.csv",
        "data/crime_stats/ssmsi_base_2022-06_enquete_cvs.csv",
        "data/crime_stats/ssmsi_series_chronologiques/ssmsi_series_chronologiques_2024-03.csv",
        "data/crime_stats/swiss_digital_crime/cyber-infraction_2022.csv",
        "data/crime_stats/swiss_digital_crime/ofs_criminalite_numerique_1.csv",
        "data/crime_stats/swiss_digital_crime/ofs_criminalite_numerique_2.csv",
        "domain/ssmsi_atteintes_numeriques.csv",
        "domain/ssmsi_escroqueries_series.csv",
        "domain/ssmsi_taux_depot_plainte.csv",
    ] {
        let Some(path) = shared(file) else { continue };
        for lang in beffroi_wording::Lang::ALL {
            let text = guess(&path, "essai-devine", &options, lang).unwrap();
            assert!(!text.contains("[guess-"), "a word is missing:\n{text}");
            let proposed =
                Source::parse("devine.toml", &text).unwrap_or_else(|error| panic!("{file}: {error}\n{text}"));
            let tried = try_out(&proposed, &path, &options, 3).unwrap();
            assert!(tried.rows_kept > 0 && !tried.rows.is_empty(), "{file}\n{text}\n{:?}", tried.findings);
            assert!(tried.rows_rejected * 5 <= tried.rows_read, "{file}\n{text}\n{:?}", tried.findings);
        }
    }
}
