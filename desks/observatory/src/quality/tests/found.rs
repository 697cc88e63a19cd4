//! What is found without any control: slips, differences from the previous vintage.

use super::*;

fn reasons(sheet: &QualitySheet) -> Vec<(String, f64, f64)> {
    sheet.suspicions.first.iter().map(|s| (s.reason.clone(), s.found, s.expected)).collect()
}

/// Attacks on systems: 17 700, 17 100 … and 17 000 printed as 1 700.
#[tokio::test]
async fn a_figure_ten_times_off_its_neighbours_is_suspected() {
    let source = counts_with("");
    let rows = "astad 2021 FR - 16500\nastad 2022 FR - 16900\nastad 2023 FR - 17700\nastad 2024 FR - 17100\nastad 2025 FR - 1700";
    let trial = Trial::new();
    let summary = trial.deliver(&source, &table("2026-03-01", rows)).await.unwrap();
    assert_eq!(summary.rows_accepted, 5, "a suspicion refuses nothing");
    let found = reasons(&trial.sheet());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0.as_str(), found[0].1), ("out-of-line", 1_700.0));
    assert!((16_000.0..18_000.0).contains(&found[0].2));
    // The same figure alone in its file is judged by what the lake knows.
    let apart = Trial::new();
    let (before, last) = rows.rsplit_once('\n').unwrap();
    apart.deliver(&source, &table("2025-03-01", before)).await.unwrap();
    apart.deliver(&source, &table("2026-03-01", last)).await.unwrap();
    assert_eq!(reasons(&apart.sheet()).len(), 1);
    // The twin: as it should have been printed.
    let right = Trial::new();
    right.deliver(&source, &table("2026-03-01", &rows.replace(" 1700", " 17000"))).await.unwrap();
    assert!(reasons(&right.sheet()).is_empty());
    // Declared, the same rule refuses.
    let strict = counts_with("[[control]]\nname = \"voisins\"\nkind = \"neighbours\"\n");
    let error = Trial::new().deliver(&strict, &table("2026-03-01", rows)).await.unwrap_err().to_string();
    assert!(error.contains("`voisins`") && error.contains("found 1700"), "{error}");
    assert!(Trial::new().deliver(&strict, &table("2026-03-01", &rows.replace(" 1700", " 17000"))).await.is_ok());
}

#[tokio::test]
async fn a_digit_lost_since_the_previous_vintage_is_suspected() {
    let source = counts_with("");
    let trial = Trial::new();
    trial.deliver(&source, &table("2025-02-01", "thesee 2024 FR - 107331")).await.unwrap();
    trial.deliver(&source, &table("2025-06-01", "thesee 2024 FR - 7331")).await.unwrap();
    let sheet = trial.sheet();
    assert_eq!(reasons(&sheet), [("digit-lost".to_owned(), 7_331.0, 107_331.0)]);
    assert_eq!(sheet.differences.changed.n, 1);
    trial.deliver(&source, &table("2025-09-01", "thesee 2024 FR - 7313")).await.unwrap();
    assert_eq!(reasons(&trial.sheet())[0].0, "digits-swapped");
    let revision =
        counts_with("[[control]]\nname = \"revision\"\nkind = \"revision\"\nrelative = 0.1\nabsolute = 10\n");
    let trial = Trial::new();
    trial.deliver(&revision, &table("2025-02-01", "thesee 2024 FR - 107331")).await.unwrap();
    let error = trial.deliver(&revision, &table("2025-06-01", "thesee 2024 FR - 7331")).await.unwrap_err().to_string();
    assert!(error.contains("expected 107331, found 7331"), "{error}");
    assert!(trial.deliver(&revision, &table("2025-07-01", "thesee 2024 FR - 107400")).await.is_ok());
}

#[tokio::test]
async fn a_department_that_moves_unlike_the_others_is_suspected() {
    let source = counts_with("");
    let of = |year: u32, third: u32| {
        format!(
            "e {year} 59 - 1200\ne {year} 75 - 30000\ne {year} 13 - {third}\ne {year} 2A - 420\ne {year} 33 - 900\n"
        )
    };
    let trial = Trial::new();
    trial.deliver(&source, &table("2026-01-01", &(of(2023, 8_000) + &of(2024, 800)))).await.unwrap();
    let sheet = trial.sheet();
    assert_eq!(reasons(&sheet), [("out-of-step".to_owned(), 800.0, 8_000.0)]);
    assert_eq!(sheet.suspicions.first[0].place.territory.as_deref(), Some("13"));
}

#[tokio::test]
async fn each_difference_over_the_thresholds_is_listed_and_what_vanished_too() {
    let source = counts_with("[delivery]\nrelative = 0.01\nabsolute = 10.0\n");
    let trial = Trial::new();
    let first = "e 2021 FR - 1000\ne 2022 FR - 1000\ne 2023 FR - 1000\ne 2022 59 - 70\ne 2019 FR - 5";
    trial.deliver(&source, &table("2024-01-01", first)).await.unwrap();
    assert!(!trial.sheet().differences.compared, "nothing was known before");
    // 2021: 9 units, under the units; 2022: 2 %; 2023: 10 units and 1 %, no more than the share.
    let second = "e 2021 FR - 1009\ne 2022 FR - 1020\ne 2023 FR - 1010\ne 2024 FR - 1100";
    trial.deliver(&source, &table("2025-01-01", second)).await.unwrap();
    let differences = trial.sheet().differences;
    assert_eq!(differences.n_compared, 3);
    let told = |list: &Listed<Difference>| -> Vec<(String, Option<f64>, Option<f64>)> {
        list.first.iter().map(|d| (d.place.period.clone().unwrap(), d.before, d.after)).collect()
    };
    assert_eq!(told(&differences.changed), [("2022".to_owned(), Some(1000.0), Some(1020.0))]);
    assert_eq!(differences.changed.first[0].vintage, Some(date(2024, 1, 1)));
    assert_eq!(told(&differences.new), [("2024".to_owned(), None, Some(1100.0))]);
    // The department is gone; 2019 lies before what the file covers.
    assert_eq!(told(&differences.vanished), [("2022".to_owned(), Some(70.0), None)]);
    assert_eq!(differences.vanished.first[0].place.territory.as_deref(), Some("59"));
    // Another value under a vintage that is known does not land, and is told.
    let again = trial.deliver(&source, &table("2025-01-01", "e 2022 FR - 1021\ne 2025 FR - 1")).await.unwrap();
    assert_eq!((again.rows_accepted, again.rows_duplicate), (1, 1));
    let differences = trial.sheet().differences;
    assert!(differences.changed.first[0].same_vintage && differences.changed.first[0].before == Some(1020.0));
    // A file of additions lets nothing vanish.
    let adds = counts_with("[delivery]\nholds = \"additions\"\n");
    let trial = Trial::new();
    trial.deliver(&adds, &table("2024-01-01", first)).await.unwrap();
    trial.deliver(&adds, &table("2025-01-01", second)).await.unwrap();
    assert_eq!(trial.sheet().differences.vanished.n, 0);
}

fn reports(source: &Source, holds: &str) -> Source {
    let text = format!("{}\n[delivery]\n{holds}\nevery = \"month\"\nwithin_days = 20\n", source.text);
    check("essai.toml", &text).unwrap()
}

#[tokio::test]
async fn reports_are_compared_by_month_territory_and_category() {
    let perceval = crate::sources::source("synth-perceval").unwrap();
    let file = |months: &[(&str, u32, u32)]| {
        let mut text = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon\n".to_owned();
        for (month, from, to) in months {
            for n in *from..*to {
                text.push_str(&format!(
                    "P{month}{n},2025-{month}-05,2025-{month}-02,53,12.50,evil.example,card_fraud\n"
                ));
            }
        }
        text
    };
    for (holds, changed, vanished) in [
        // All that the service knows: 100 reports of February became 60, and January of another department is gone.
        ("holds = \"whole\"", vec![(Some(100.0), Some(60.0))], 0),
        // What came in addition: sixty known already, none new in January; February stays as it was.
        ("holds = \"additions\"", vec![], 0),
    ] {
        let source = reports(perceval, holds);
        let trial = Trial::new();
        trial.deliver(&source, &file(&[("01", 0, 50), ("02", 0, 100)])).await.unwrap();
        trial.deliver(&source, &file(&[("01", 0, 50), ("02", 0, 60), ("03", 0, 40)])).await.unwrap();
        let differences = trial.sheet().differences;
        let found: Vec<_> = differences.changed.first.iter().map(|d| (d.before, d.after)).collect();
        assert_eq!((found, differences.vanished.n, differences.new.n), (changed, vanished, 0), "{holds}");
    }
    let source = reports(perceval, "");
    let trial = Trial::new();
    trial.deliver(&source, &file(&[("01", 0, 50)])).await.unwrap();
    trial.deliver(&source, &file(&[("01", 50, 70)])).await.unwrap();
    let sheet = trial.sheet();
    assert_eq!(sheet.differences.changed.first[0].after, Some(70.0), "late reports change a month that was told");
    // Due twenty days after January; delivered on 30 November of the next year.
    assert_eq!(sheet.timeliness.due, Some(date(2025, 2, 20)));
    assert_eq!(sheet.timeliness.days_late, Some(648));
    assert_eq!(sheet.timeliness.facts_to_report.unwrap().median, 3);
}
