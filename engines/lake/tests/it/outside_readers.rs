//! The lake read by other programs than ours: pandas, Polars and DuckDB open its tables as they are, and count the same.
//!
//! The Python packages lie outside the project (`docs/api.md` says how to have them); without them the test says so and
//! passes. `BEFFROI_PYTHON` names the Python that has them.

use crate::samples::{Draw, counts, land_counts, land_reports, n_reports, reports};
use beffroi_lake::Lake;
use beffroi_ports::{Dimension, Doomed, Erasure, Facts, ReportsQuery};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Counts by layer of both tables, once a program; the commits of `reports` that carry their provenance.
const SCRIPT: &str = r#"
import json, sys
import deltalake, duckdb, polars
lake = sys.argv[1]
out = {}
for name in ("reports", "counts"):
    path = f"{lake}/{name}"
    table = deltalake.DeltaTable(path)
    frame = table.to_pandas()
    facts = table.to_pyarrow_dataset()
    out[name] = {
        "pandas": {str(k): int(v) for k, v in frame.groupby("layer").size().items()},
        "polars": {r["layer"]: r["len"] for r in polars.read_delta(path).group_by("layer").len().to_dicts()},
        "duckdb": dict(duckdb.sql("select layer, count(*) from facts group by layer").fetchall()),
    }
out["provenance"] = sum("beffroi.delivery" in commit for commit in deltalake.DeltaTable(f"{lake}/reports").history())
out["columns"] = sorted(deltalake.DeltaTable(f"{lake}/reports").to_pandas().columns)
json.dump(out, sys.stdout)
"#;

fn python() -> Option<String> {
    let python = std::env::var("BEFFROI_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import deltalake, duckdb, pandas, polars, pyarrow"]).output();
    if has.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    println!("skipped: the Python packages deltalake, duckdb, pandas, polars and pyarrow are absent");
    None
}

fn asked(python: &str, lake: &Path) -> Value {
    let output = Command::new(python).args(["-c", SCRIPT]).arg(lake).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn by_layer(lake: &Lake) -> BTreeMap<String, u64> {
    let query = ReportsQuery { by: vec![Dimension::Layer], ..ReportsQuery::default() };
    let table = lake.reports(&query).await.unwrap();
    let count = |row: &beffroi_ports::TableRow<'_>| row.value(0).unwrap() as u64;
    table.rows().map(|row| (row.key(0).unwrap().to_owned(), count(&row))).collect()
}

fn told(answer: &Value, table: &str, program: &str) -> BTreeMap<String, u64> {
    let groups = answer[table][program].as_object().unwrap();
    groups.iter().map(|(layer, n)| (layer.clone(), n.as_u64().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pandas_polars_and_duckdb_open_the_tables_and_count_the_same() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(folder.path()).await.unwrap();
    let mut draw = Draw::new(11);
    land_reports(&lake, "sha-1", &reports(&mut draw, 700, "a")).await;
    let published = counts(&mut draw, 300);
    land_counts(&lake, "sha-2", &published).await;
    land_reports(&lake, "sha-3", &reports(&mut draw, 500, "b")).await;
    let answer = asked(&python, folder.path());
    let ours = by_layer(&lake).await;
    assert_eq!(ours.values().sum::<u64>(), 1200);
    let landed = lake.counts(&beffroi_ports::CountsQuery::default()).await.unwrap().len() as u64;
    for program in ["pandas", "polars", "duckdb"] {
        assert_eq!(told(&answer, "reports", program), ours, "{program}");
        let all: u64 = told(&answer, "counts", program).values().sum();
        assert!(all >= landed && all <= published.len() as u64, "{program}: {all} counts, {landed} here");
    }
    assert_eq!(answer["provenance"], 2, "each delivery tells its provenance in its commit");
    let columns = answer["columns"].to_string();
    for column in ["layer", "category", "reported_on", "territory"] {
        assert!(columns.contains(column), "{columns}");
    }
    // What was erased is gone for them too.
    let victim = lake.snapshots().await.unwrap()[0].delivery.id.clone();
    let erasure = Erasure {
        what: "lake/drawn".to_owned(),
        doomed: Doomed::Delivery(victim),
        at: "2026-01-14T08:00:00Z".parse().unwrap(),
        note: String::new(),
    };
    lake.erase(&erasure).await.unwrap().unwrap();
    let after = asked(&python, folder.path());
    let left = n_reports(&lake, None).await as u64;
    for program in ["pandas", "polars", "duckdb"] {
        assert_eq!(told(&after, "reports", program).values().sum::<u64>(), left, "{program}");
    }
    assert_eq!(left, 500);
}
