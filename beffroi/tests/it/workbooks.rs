//! Workbooks of registers through the program, and strangers' files that are read in a child: with next to no memory it
//! dies, and the message says so; with its own it reads the same file.

use crate::support::{run, succeed};
use beffroi_testkit::workbook::Book;
use serde_json::json;
use std::fs;
use std::path::Path;

#[test]
fn a_register_goes_out_as_a_workbook_and_comes_back_elsewhere() {
    let place = tempfile::tempdir().unwrap();
    let (here, there) = (place.path().join("here"), place.path().join("there"));
    let file = |name: &str| place.path().join(name).display().to_string();
    for data in [&here, &there] {
        succeed(data, &["init"]);
    }
    let by_hand = Book::of_rows(&[
        &["Besoins de l’unité"],
        &[
            "Intitulé",
            "Problème rencontré",
            "capability",
            "Urgence",
            "Matériel soumis à autorisation (CP R226)",
            "Quantité",
        ],
        &[
            "=Lire les téléphones",
            "Les files d’attente dépassent un mois.",
            "Extraction de téléphones",
            "Forte",
            "non",
            "2",
        ],
        &["Suivre les cryptoactifs", "Personne ne sait les suivre.", "crypto_tracing", "critical", "", "one"],
    ]);
    fs::write(file("hand.xlsx"), by_hand.bytes()).unwrap();
    let preview = succeed(&here, &["record", "add", "need", &file("hand.xlsx"), "--preview", "--json"]).json();
    assert_eq!((&preview["fine"], &preview["findings"][0]["row"]), (&1.into(), &4.into()), "{preview}");
    assert_eq!(preview["findings"][0]["field"], "quantity");
    assert_eq!(run(&here, &["record", "add", "need", &file("hand.xlsx")]).status, 1, "all or none");
    let added = succeed(&here, &["record", "add", "need", &file("hand.xlsx"), "--partly", "--json"]).json();
    let reference = added["added"][0].as_str().unwrap().to_owned();
    let before = succeed(&here, &["record", "show", &reference, "--json"]).json();
    assert_eq!(before["values"]["title"], "=Lire les téléphones");
    assert_eq!(before["values"]["urgency"], "high");

    // Out, into a file and nowhere else, and in again elsewhere.
    assert_eq!(run(&here, &["record", "export", "need", "--format", "xlsx"]).status, 1, "without a file");
    succeed(&here, &["record", "export", "need", "--format", "xlsx", "--out", &file("out.xlsx")]);
    let again = run(&here, &["record", "add", "need", &file("out.xlsx")]);
    assert!(again.status == 1 && again.stderr.contains(&reference), "{}", again.stderr);
    let taken = succeed(&there, &["record", "add", "need", &file("out.xlsx"), "--json"]).json();
    assert!(taken["aside"].as_array().is_some_and(|aside| aside.contains(&".state".into())), "{taken}");
    let after = succeed(&there, &["record", "show", taken["added"][0].as_str().unwrap(), "--json"]).json();
    assert_eq!(after["values"], before["values"]);

    // The same bytes for the same records; the other forms go into a file too.
    succeed(&here, &["record", "export", "need", "--format", "xlsx", "--out", &file("twice.xlsx")]);
    assert_eq!(fs::read(file("out.xlsx")).unwrap(), fs::read(file("twice.xlsx")).unwrap());
    succeed(&here, &["record", "export", "need", "--format", "csv", "--out", &file("out.csv")]);
    assert!(fs::read_to_string(file("out.csv")).unwrap().contains(&reference));
}

/// A text of law with one long article, results of many learners, a message with a long tail, and a workbook.
fn strangers(folder: &Path) -> [String; 4] {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    // A midnight of Paris: the reader asks for its time zone, and opens no file for it.
    let article = json!({
        "id": "LEGIARTI000030939438", "cid": "LEGIARTI000006418316", "num": "323-1", "etat": "VIGUEUR",
        "dateDebut": 1_451_602_800_000_i64, "dateFin": "2999-01-01", "texteHtml": format!("<p>{}</p>", "Deux ans. ".repeat(1000)),
    });
    // What is long is passed over, and read all the same.
    let law = json!({
        "id": "LEGITEXT000006070719", "title": "Code pénal", "type": "code", "jurisDate": "2020-01-01",
        "articles": [article], "passed": "x".repeat(8 << 20),
    });
    let statement = |n: usize| {
        json!({
            "actor": { "account": { "homePage": "https://lms.example", "name": format!("L{n}") } },
            "verb": { "id": "http://adlnet.gov/expapi/verbs/passed" }, "object": { "id": "https://beffroi.example/x" },
            "timestamp": "2026-01-14T09:30:00Z",
        })
    };
    let results: Vec<_> = (0..20_000).map(statement).collect();
    let message = "To: retours+0123456789abcdef0123456789abcdef@beffroi.example\r\n\
        Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
        Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n";
    let message = format!("{message}{}", "a line of what came back\r\n".repeat(38_000));
    // Texts that do not pack, below headings that are those of nothing.
    let heads: Vec<String> = (0..26).map(|n| format!("colonne {n}")).collect();
    let mut drawn = 1_u64;
    let mut long = || {
        let mut text = String::new();
        for _ in 0..60 {
            drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(&format!("{drawn:016x}"));
        }
        text
    };
    let rows: Vec<Vec<String>> =
        std::iter::once(heads).chain((0..200).map(|_| (0..26).map(|_| long()).collect())).collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    [
        write("code.json", law.to_string().as_bytes()),
        write("results.json", json!(results).to_string().as_bytes()),
        write("bounce.eml", message.as_bytes()),
        write("large.xlsx", &Book::of_rows(&rows).bytes()),
    ]
}

#[test]
fn files_of_strangers_are_read_in_a_child_and_nowhere_else() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    let [law, results, bounce, workbook] = strangers(place.path());
    let ways: [&[&str]; 4] = [
        &["law", "import", &law],
        &["module", "results", &results],
        &["post", "bounce", &bounce],
        &["record", "add", "need", &workbook, "--preview"],
    ];
    let toml = data.join("beffroi.toml");
    let whole = fs::read_to_string(&toml).unwrap();
    fs::write(&toml, whole.replace("[intake]", "[intake]\nmemory_mib = 1")).unwrap();
    for way in ways {
        let short = run(&data, way);
        let said = [short.stdout, short.stderr].concat();
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("1 MiB") && said.contains("memory"), "{way:?}: {said}");
    }
    // The twin: with its own memory the child reads each of them.
    fs::write(&toml, whole).unwrap();
    let imported = succeed(&data, &["law", "import", &law, "--json"]).json();
    assert_eq!(imported["added"], 1, "{imported}");
    let read = run(&data, ways[1]);
    assert!(read.status == 1 && !read.stderr.contains("memory") && read.stderr.contains("module"), "{}", read.stderr);
    let came = succeed(&data, ways[2]);
    assert!(!came.stdout.contains("memory") && !came.stdout.contains("RFC 3464"), "{}", came.stdout);
    let preview = succeed(&data, &["record", "add", "need", &workbook, "--preview", "--json"]).json();
    let said = preview["findings"][0]["message"].as_str().unwrap();
    assert!(said.contains("headings") && preview["findings"].as_array().map(Vec::len) == Some(1), "{preview}");
}

#[test]
fn what_is_no_ordinary_file_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    for way in [["law", "import"], ["module", "results"]] {
        let refused = run(&data, &[way[0], way[1], "/dev/null"]);
        assert!(refused.status == 1 && refused.stderr.contains("not an ordinary file"), "{}", refused.stderr);
    }
}
