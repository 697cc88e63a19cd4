//! The same figures by three ways: the command line, the API and the downloads of the page.

use crate::demo::shared_demo;
use crate::pages::{page, sign_in};
use crate::support::{Server, run, succeed};
use std::fs;

const CUT: [&str; 6] = ["--by", "category,year", "--from", "2023", "--to", "2024"];
const QUERY: &str = "by=category,year&from=2023&to=2024";
const OF_PAGE: &str = "grain=year&by=category&from=2023&to=2024";

#[test]
fn command_line_api_and_page_give_the_same_bytes() {
    let data = shared_demo();
    let server = Server::start(data);
    let cookie = sign_in(&server);
    let compute = |format: &str| {
        let mut args = vec!["indicator", "compute", "digital-offences", "--format", format];
        args.extend(CUT);
        succeed(data, &args)
    };
    let at = "/api/v1/indicators/digital-offences/figures";
    let printed = compute("sdmx-csv");
    assert!(printed.stderr.contains("TLP:GREEN"), "stderr says that they are protected: {}", printed.stderr);
    let api = page(&server, &cookie, &format!("{at}?{QUERY}&format=sdmx-csv"));
    let download = page(&server, &cookie, &format!("/indicateurs/digital-offences.sdmx.csv?{OF_PAGE}"));
    assert_eq!((api.status, download.status), (200, 200), "{}", api.text());
    assert_eq!(printed.stdout, api.text());
    assert_eq!(printed.stdout, download.text());
    assert!(printed.stdout.lines().count() > 8, "{}", printed.stdout);
    // SDMX-JSON and the API's own JSON differ by the instant of their computation alone.
    let json: serde_json::Value = compute("sdmx-json").json();
    let api: serde_json::Value =
        serde_json::from_str(&page(&server, &cookie, &format!("{at}?{QUERY}&format=sdmx-json")).text()).unwrap();
    assert_eq!((&json["data"], &json["meta"]["id"]), (&api["data"], &api["meta"]["id"]));
    let own: serde_json::Value =
        serde_json::from_str(&page(&server, &cookie, &format!("{at}?{QUERY}")).text()).unwrap();
    let values: Vec<f64> = own["figures"].as_array().unwrap().iter().filter_map(|row| row["value"].as_f64()).collect();
    let at = printed.stdout.lines().next().unwrap().split(',').position(|name| name == "OBS_VALUE").unwrap();
    let column = |line: &str| line.split(',').nth(at).and_then(|cell| cell.parse::<f64>().ok());
    assert_eq!(printed.stdout.lines().skip(1).filter_map(column).collect::<Vec<_>>(), values);
}

#[test]
fn an_export_writes_what_the_api_packs() {
    let data = shared_demo();
    let place = tempfile::tempdir().unwrap();
    let all = place.path().join("all").display().to_string();
    let run_all = succeed(data, &["indicator", "export", "--all", "--out", &all, "--json"]);
    let written = run_all.json();
    assert!(written.as_array().unwrap().len() >= 6, "{written}");
    for one in written.as_array().unwrap() {
        let (folder, id) = (one["folder"].as_str().unwrap(), one["indicator"].as_str().unwrap());
        let names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        for name in [
            "datapackage.json",
            "certificate.json",
            "structure.json",
            &format!("{id}.csv"),
            &format!("{id}-dictionary.csv"),
        ] {
            assert!(names.iter().any(|found| found == name), "{id}: no {name} in {names:?}");
        }
        assert_eq!(names.len(), 5, "{names:?}");
        let certificate: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(format!("{folder}/certificate.json")).unwrap()).unwrap();
        assert_eq!(certificate["digest"], one["certificate"]);
    }
    let one = place.path().join("one").display().to_string();
    let mut args = vec!["indicator", "export", "digital-offences", "--out", &one];
    args.extend(CUT);
    assert!(succeed(data, &args).stderr.contains("OBS_STATUS"));
    let csv = fs::read_to_string(format!("{one}/digital-offences.csv")).unwrap();
    let plain =
        succeed(data, &[&["indicator", "compute", "digital-offences", "--format", "csv"][..], &CUT[..]].concat());
    assert!(csv.lines().count() == plain.stdout.lines().count(), "as many rows");
    for wrong in [
        vec!["indicator", "export", "--out", &one],
        vec!["indicator", "export", "no-such", "--out", &one],
        vec!["indicator", "compute", "digital-offences", "--by", "category", "--format", "sdmx-csv"],
    ] {
        let run = run(data, &wrong);
        assert_eq!(run.status, 1, "{wrong:?}: {}", run.stderr);
        assert!(!run.stderr.trim().is_empty());
    }
}
