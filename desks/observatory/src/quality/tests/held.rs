//! Controls: what they refuse, what they let in and tell.

use super::*;

const EVENTS: &str = "[[control]]\nname = \"evenements\"\nkind = \"parts\"\nalong = \"category\"\n";

/// The published panorama of 2024: 4 386 events, of which 3 004 reports and 1 361 incidents. The sum is 4 365.
#[tokio::test]
async fn a_whole_that_is_not_the_sum_of_its_parts_is_refused() {
    let trial = Trial::new();
    let rows = "evenements 2024 FR - 4386\nevenements 2024 FR signalements 3004\nevenements 2024 FR incidents 1361";
    let error = trial.deliver(&counts_with(EVENTS), &table("2025-03-11", rows)).await.unwrap_err();
    let text = error.to_string();
    for said in ["`evenements`", "expected 4365", "found 4386", "2024", "FR"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(error.is_users_fault() && error.help().is_some_and(|help| help.contains("--control")));
    assert_eq!(trial.n_landed().await, 0, "nothing of it landed");
    assert!(!trial.rejects().exists());
    let sheet = trial.sheet();
    assert_eq!(sheet.outcome, Outcome::Refused);
    assert_eq!(control(&sheet, "evenements").state, ControlState::Failed);

    // The twins: the same file where the control only warns, and one whose parts add up.
    let warned = Trial::new();
    let warns = counts_with(&format!("{EVENTS}severity = \"warn\"\n"));
    let summary = warned.deliver(&warns, &table("2025-03-11", rows)).await.unwrap();
    assert!(summary.snapshot.is_some() && warned.sheet().has_failed());
    let right = rows.replace("1361", "1382");
    let summary = Trial::new().deliver(&counts_with(EVENTS), &table("2025-03-11", &right)).await.unwrap();
    assert_eq!((summary.rows_accepted, summary.controls[0].state), (3, ControlState::Held));
    let rounded = counts_with(&format!("{EVENTS}tolerance = 25.0\n"));
    assert!(Trial::new().deliver(&rounded, &table("2025-03-11", rows)).await.is_ok(), "within a declared rounding");
}

#[tokio::test]
async fn a_total_is_given_by_the_declaration_or_by_hand() {
    let source = counts_with(
        "[[control]]\nname = \"total\"\nkind = \"total\"\ncolumn = \"valeur\"\nwhere = [{ column = \"categorie\", is_not = \"\" }]\n\
         [[control]]\nname = \"lignes\"\nkind = \"total\"\nexpected = 3\n",
    );
    let text = table(
        "2025-03-11",
        "evenements 2024 FR - 4386\nevenements 2024 FR signalements 3004\nevenements 2024 FR incidents 1361",
    );
    let mut trial = Trial::new();
    let summary = trial.deliver(&source, &text).await.unwrap();
    let states: Vec<ControlState> = summary.controls.iter().map(|control| control.state).collect();
    assert_eq!(states, [ControlState::Unchecked, ControlState::Held], "no value was given for the first");
    trial = Trial::new();
    trial.given.insert("total".to_owned(), 4386.0);
    let error = trial.deliver(&source, &text).await.unwrap_err().to_string();
    assert!(error.contains("expected 4386, found 4365"), "{error}");
    trial = Trial::new();
    trial.given.insert("total".to_owned(), 4365.0);
    assert!(trial.deliver(&source, &text).await.is_ok());
    trial.given = Given::from([("autre".to_owned(), 1.0)]);
    let error = trial.deliver(&source, &text).await.unwrap_err();
    assert!(error.is_users_fault() && error.to_string().contains("total, lignes"), "{error}");
}

/// Fraud victims of the departments and of the country: 429 249 of 432 400 in 2021, 433 228 of 495 600 in 2023.
#[tokio::test]
async fn what_the_departments_lack_is_told_and_no_fault() {
    let parts = "[[control]]\nname = \"departements\"\nkind = \"parts\"\nalong = \"territory\"\n";
    let declared = counts_with(&format!("{parts}gap_is_not_located = true\n"));
    let rows = "escroqueries 2021 FR - 432400\nescroqueries 2021 59 - 229249\nescroqueries 2021 75 - 200000\n\
                escroqueries 2023 FR - 495600\nescroqueries 2023 59 - 233228\nescroqueries 2023 75 - 200000";
    let trial = Trial::new();
    trial.deliver(&declared, &table("2024-01-31", rows)).await.unwrap();
    let sheet = trial.sheet();
    let result = control(&sheet, "departements");
    assert_eq!((result.state, result.n_checked, result.faults.n), (ControlState::Held, 2, 0));
    let gaps: Vec<(f64, f64)> = result.gaps.first.iter().map(|gap| (gap.whole, gap.parts)).collect();
    assert_eq!(gaps, [(432_400.0, 429_249.0), (495_600.0, 433_228.0)]);
    // The twins: undeclared, the same gap is a fault; parts greater than the whole always are.
    assert!(Trial::new().deliver(&counts_with(parts), &table("2024-01-31", rows)).await.is_err());
    let greater = rows.replace("433228", "1").replace("233228", "333228");
    let error = Trial::new().deliver(&declared, &table("2024-01-31", &greater)).await.unwrap_err().to_string();
    assert!(error.contains("expected 533228, found 495600"), "{error}");
    // Regions and nested territories are no parts beside the departments.
    let nested = format!("{rows}\nescroqueries 2021 R32 - 229249\nescroqueries 2021 FRM - 1");
    assert!(Trial::new().deliver(&declared, &table("2024-01-31", &nested)).await.is_ok());
}

#[tokio::test]
async fn months_make_their_year_and_a_missing_month_is_not_compared() {
    let source = counts_with("[[control]]\nname = \"mois\"\nkind = \"parts\"\nalong = \"month\"\n");
    // Declarations of 2024, 107 331, copied as 7 331.
    let months: Vec<String> =
        (1..=12).map(|m| format!("thesee 2024-{m:02} FR - {}", if m == 12 { 8_938 } else { 8_943 })).collect();
    let of = |total: u32, months: &[String]| {
        table("2025-02-01", &format!("thesee 2024 FR - {total}\n{}", months.join("\n")))
    };
    assert!(months.len() == 12 && 11 * 8_943 + 8_938 == 107_311);
    assert!(Trial::new().deliver(&source, &of(107_311, &months)).await.is_ok());
    let error = Trial::new().deliver(&source, &of(7_311, &months)).await.unwrap_err().to_string();
    assert!(error.contains("7311 for 107311 would explain it (digit-lost)"), "{error}");
    let trial = Trial::new();
    trial.deliver(&source, &of(7_311, &months[..11])).await.unwrap();
    let sheet = trial.sheet();
    let result = control(&sheet, "mois");
    assert_eq!((result.state, result.n_unread), (ControlState::Unchecked, 1));
}

#[tokio::test]
async fn units_ranges_numbers_and_spans_are_held_to() {
    for (tables, good, bad, said) in [
        (
            "kind = \"unit\"\nunits = [\"victime\"]",
            "e 2024 FR - 5 victime",
            "e 2024 FR - 5 victime\ne 2023 FR - 5 infraction",
            "infraction",
        ),
        (
            "kind = \"range\"\ncolumn = \"valeur\"\nmin = 0\nmax = 100",
            "e 2024 FR - 100",
            "e 2023 FR - 1\ne 2024 FR - 101",
            "line 3: expected 100, found 101",
        ),
        (
            "kind = \"increasing\"\ncolumn = \"periode\"",
            "e 2023 FR - 1\ne 2024 FR - 1",
            "e 2024 FR - 1\ne 2023 FR - 1",
            "line 3",
        ),
        (
            "kind = \"complete\"\nalong = \"month\"\nfrom = \"2024-01\"\nto = \"2024-03\"",
            "e 2024-01 FR - 1\ne 2024-02 FR - 1\ne 2024-03 FR - 1",
            "e 2024-01 FR - 1\ne 2024-03 FR - 1",
            "2024-02",
        ),
        ("kind = \"complete\"\nalong = \"territory\"", "e 2024 FR - 1", "e 2024 59 - 1", "2024, 01"),
    ] {
        // Of the country alone no department is wanted where one was never given… unless asked for.
        let source = counts_with(&format!("[[control]]\nname = \"c\"\n{tables}\n"));
        if !tables.contains("territory") {
            Trial::new().deliver(&source, &table("2025-01-01", good)).await.unwrap_or_else(|e| panic!("{tables}: {e}"));
        }
        let error = Trial::new().deliver(&source, &table("2025-01-01", bad)).await.unwrap_err().to_string();
        assert!(error.contains(said), "{tables}: {error}");
    }
    let everywhere: Vec<String> =
        super::super::controls::departments().iter().map(|code| format!("e 2024 {code} - 1")).collect();
    assert_eq!(everywhere.len(), 101);
    let source = counts_with("[[control]]\nname = \"c\"\nkind = \"complete\"\nalong = \"territory\"\n");
    assert!(Trial::new().deliver(&source, &table("2025-01-01", &everywhere.join("\n"))).await.is_ok());
}

#[tokio::test]
async fn parts_stand_in_columns_too() {
    let text = counts_with("").text.replace("essai-chiffres", "essai-large");
    let source = check(
        "essai.toml",
        &format!(
            "{text}\n[[control]]\nname = \"ligne\"\nkind = \"row-sum\"\ncolumn = \"valeur\"\ncolumns = [\"a\", \"b\"]\n"
        ),
    )
    .unwrap();
    let file = |whole: u32| {
        format!(
            "serie;periode;territoire;categorie;valeur;unite;definition;millesime;a;b\ne;2024;FR;;{whole};;;2025-01-01;3004;1361\n"
        )
    };
    let error = Trial::new().deliver(&source, &file(4386)).await.unwrap_err().to_string();
    assert!(error.contains("line 2: expected 4365, found 4386"), "{error}");
    assert!(Trial::new().deliver(&source, &file(4365)).await.is_ok());
}

#[tokio::test]
async fn rows_of_totals_say_what_the_others_add_up_to() {
    let control = "[[control]]\nname = \"totaux\"\nkind = \"rows-of-totals\"\ncolumn = \"valeur\"\nby = \"periode\"\n";
    let text = format!("{}{control}", counts_with("").text);
    let totals = "version = 1\ntotals = [{ column = \"territoire\", is = \"Total\" }]";
    let source = check("essai.toml", &text.replacen("version = 1", totals, 1)).unwrap();
    let file = |of_2024: u32| {
        table(
            "2025-01-01",
            &format!("e 2023 01 - 3\ne 2023 Total - 3\ne 2024 Total - {of_2024}\ne 2024 01 - 5\ne 2024 02 - 7"),
        )
    };
    let trial = Trial::new();
    trial.deliver(&source, &file(12)).await.unwrap();
    assert_eq!(trial.sheet().controls[0].n_checked, 2, "each total, and only they");
    let error = Trial::new().deliver(&source, &file(21)).await.unwrap_err().to_string();
    assert!(error.contains("line 4: expected 12, found 21"), "{error}");
    // Added up over all years, neither total would be one.
    let whole =
        check("essai.toml", &text.replacen("version = 1", totals, 1).replace("by = \"periode\"\n", "")).unwrap();
    assert!(Trial::new().deliver(&whole, &file(12)).await.is_err());
}

mod drawn {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Whichever single cell is changed, whole or part, the sum tells.
        #[test]
        fn one_changed_cell_is_always_caught(
            parts in proptest::collection::vec(0_u32..1_000_000, 2..40), at in 0_usize..41, by in 1_u32..500_000, up: bool,
        ) {
            let source = counts_with("[[control]]\nname = \"p\"\nkind = \"parts\"\nalong = \"category\"\n");
            let whole: u32 = parts.iter().sum();
            let mut cells: Vec<u32> = std::iter::once(whole).chain(parts.iter().copied()).collect();
            let file = |cells: &[u32]| {
                let row = |(i, value): (usize, &u32)| {
                    let category = if i == 0 { "-".to_owned() } else { format!("c{i}") };
                    format!("e 2024 FR {category} {value}\n")
                };
                table("2025-01-01", &cells.iter().enumerate().map(row).collect::<String>())
            };
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            prop_assert!(runtime.block_on(Trial::new().deliver(&source, &file(&cells))).is_ok());
            let at = at % cells.len();
            cells[at] = if up || cells[at] < by { cells[at] + by } else { cells[at] - by };
            prop_assert!(runtime.block_on(Trial::new().deliver(&source, &file(&cells))).is_err());
        }
    }
}
