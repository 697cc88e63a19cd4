//! Packages as the schemas of the standards judge them, where they are at hand, and statements of any kind.

use crate::*;
use jiff::SignedDuration;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::process::Command;

fn lesson(slug: &str, questions: usize) -> Lesson {
    let question = |number: usize| Question {
        text: format!("Question {number} : « a < b » & \"c\" ?"),
        answers: ["oui", "non", "peut-être"]
            .map(|text| Answer { text: text.to_owned(), right: text == "oui" })
            .to_vec(),
        why: "Parce que.".to_owned(),
    };
    Lesson {
        slug: slug.to_owned(),
        title: format!("Leçon <{slug}>"),
        description: String::new(),
        body: vec![
            Block::Heading("Titre".to_owned()),
            Block::Paragraph("Un </p><script>alert(1)</script> & \u{1}".to_owned()),
            Block::List(vec!["a".to_owned(), "b".to_owned()]),
        ],
        questions: (0..questions).map(question).collect(),
        mastery: 0.8,
    }
}

fn course() -> Course {
    let module = |slug: &str, lessons| Module { slug: slug.to_owned(), title: format!("Module {slug}"), lessons };
    Course {
        id: "https://formation.example/cours/hameconnage".to_owned(),
        version: "2.1".to_owned(),
        language: "fr".to_owned(),
        title: "Reconnaître l’hameçonnage & réagir".to_owned(),
        description: "Pour tout agent.".to_owned(),
        footer: "TLP:GREEN".to_owned(),
        modules: vec![
            module("reconnaitre", vec![lesson("signes", 0), lesson("exercice", 2)]),
            module("reagir", vec![lesson("gestes", 1)]),
        ],
    }
}

fn words() -> Words {
    let word = |text: &str| text.to_owned();
    Words {
        questions: word("Questions"),
        check: word("Vérifier"),
        done: word("J’ai lu"),
        right: word("Juste."),
        wrong: word("Faux."),
        result: word("Résultat :"),
        passed: word("réussi"),
        failed: word("à reprendre"),
        alone: word("Hors plateforme : rien n’est enregistré."),
    }
}

fn files(form: Form) -> Vec<File> {
    package(&course(), form, &words()).unwrap()
}

const FORMS: [Form; 3] = [Form::Scorm12, Form::Scorm2004, Form::Cmi5];

#[test]
fn every_file_that_a_manifest_names_is_there_and_names_are_plain() {
    for form in FORMS {
        let files = files(form);
        let xml = roxmltree::Document::parse(&files[0].text).unwrap();
        let named = xml.descendants().filter_map(|node| match node.tag_name().name() {
            "file" | "resource" => node.attribute("href"),
            "url" => node.text(),
            _ => None,
        });
        let mut count = 0;
        for href in named {
            assert!(files.iter().any(|file| file.name == href), "{form:?}: {href}");
            count += 1;
        }
        assert!(count >= 3, "{form:?}");
        for file in &files {
            assert!(!file.name.contains(['/', '\\', ':']) && !file.name.starts_with('.'), "{}", file.name);
        }
        assert_eq!(files.iter().map(|file| &file.name).collect::<std::collections::BTreeSet<_>>().len(), files.len());
        assert_eq!(package(&course(), form, &words()).unwrap(), files, "the same course, the same files");
    }
}

#[test]
fn a_page_reads_without_a_script_and_runs_none_of_its_texts() {
    for file in files(Form::Scorm12).iter().filter(|file| file.name.ends_with(".html")) {
        let text = file.text.replacen("<!DOCTYPE html>\n", "", 1);
        let closed = text.replace("<meta charset=\"utf-8\">", "").replace(" defer>", ">").replace(" hidden>", ">");
        let closed = closed
            .lines()
            .map(|line| if line.starts_with("<meta") || line.starts_with("<link") { "" } else { line })
            .collect::<Vec<_>>()
            .join("\n")
            .replace("\"> <label", "\"/> <label");
        let page =
            roxmltree::Document::parse(&closed).unwrap_or_else(|error| panic!("{}: {error}\n{closed}", file.name));
        let scripts: Vec<_> = page.descendants().filter(|node| node.has_tag_name("script")).collect();
        assert_eq!(scripts.len(), 2);
        assert!(scripts.iter().all(|script| script.text().is_none() && script.attribute("src").is_some()));
        assert_eq!(page.root_element().attribute("lang"), Some("fr"));
        let labels = page.descendants().filter(|node| node.has_tag_name("label")).count();
        assert_eq!(labels, page.descendants().filter(|node| node.has_tag_name("input")).count());
    }
}

/// The schemas of the standards, where the public files are.
fn schemas() -> Option<PathBuf> {
    let folder = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
        .join("data/elearning");
    if !folder.exists() {
        println!("skipped: shared data/elearning absent");
        return None;
    }
    Some(folder)
}

/// Nothing when no judge is at hand.
fn valid(schema: &Path, text: &str) -> Option<bool> {
    let thread = format!("{:?}", std::thread::current().id()).replace(['(', ')'], "-");
    let file =
        std::env::temp_dir().join(format!("beffroi-elearning-{}-{thread}{}.xml", std::process::id(), text.len()));
    std::fs::write(&file, text).unwrap();
    let judged = Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(schema).arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    match judged {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("failed to compile"), "{said}");
            if !output.status.success() {
                println!("{said}");
            }
            Some(output.status.success())
        }
        Err(_) => {
            println!("skipped: no xmllint");
            None
        }
    }
}

#[test]
fn cmi5_holds_to_its_schema() {
    let Some(folder) = schemas() else { return };
    let schema = folder.join("cmi5-spec/v1/CourseStructure.xsd");
    let text = &files(Form::Cmi5)[0].text;
    let Some(fine) = valid(&schema, text) else { return };
    assert!(fine, "{text}");
    // The judge judges.
    assert_eq!(valid(&schema, &text.replace("moveOn=\"Completed\"", "moveOn=\"Perhaps\"")), Some(false));
    assert_eq!(valid(&schema, &text.replace("<url>", "<adresse>").replace("</url>", "</adresse>")), Some(false));
}

/// The schema of content packaging, of SCORM's own words and of sequencing, as one: what a manifest mixes.
fn scorm_schema(folder: &Path) -> PathBuf {
    let xsd = folder.join("scorm2004-4ed/software_development/xml/xsd");
    let whole = format!(
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\
         <xs:import namespace=\"http://www.w3.org/XML/1998/namespace\" schemaLocation=\"{0}/xml.xsd\"/>\
         <xs:import namespace=\"http://www.imsglobal.org/xsd/imscp_v1p1\" schemaLocation=\"{0}/imscp_v1p1.xsd\"/>\
         <xs:import namespace=\"http://www.adlnet.org/xsd/adlcp_v1p3\" schemaLocation=\"{0}/adlcp_v1p3.xsd\"/>\
         <xs:import namespace=\"http://www.imsglobal.org/xsd/imsss\" schemaLocation=\"{0}/imsss_v1p0.xsd\"/></xs:schema>",
        xsd.canonicalize().unwrap().display()
    );
    let file = std::env::temp_dir().join(format!("beffroi-scorm-{}.xsd", std::process::id()));
    std::fs::write(&file, whole).unwrap();
    file
}

#[test]
fn scorm_2004_holds_to_its_schemas() {
    let Some(folder) = schemas() else { return };
    let schema = scorm_schema(&folder);
    let text = &files(Form::Scorm2004)[0].text;
    let fine = valid(&schema, text);
    let twins = [
        text.replace("choice=\"true\"", "choice=\"perhaps\""),
        text.replace("adlcp:scormType=\"sco\"", "adlcp:scormType=\"other\""),
        text.replace("identifierref=\"r_signes\"", "identifier=\"r_signes\""),
    ];
    let judged: Vec<_> = twins.iter().map(|twin| valid(&schema, twin)).collect();
    std::fs::remove_file(&schema).unwrap();
    if let Some(fine) = fine {
        assert!(fine, "{text}");
        assert_eq!(judged, [Some(false); 3]);
    }
}

/// The schemas of SCORM 1.2 are not among the public files; its rules are few.
#[test]
fn scorm_1_2_has_what_its_content_packaging_asks_for() {
    let text = &files(Form::Scorm12)[0].text;
    let xml = roxmltree::Document::parse(text).unwrap();
    let (ims, adl) = ("http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.adlnet.org/xsd/adlcp_rootv1p2");
    let root = xml.root_element();
    assert!(root.has_tag_name((ims, "manifest")));
    let children: Vec<&str> =
        root.children().filter(|node| node.is_element()).map(|node| node.tag_name().name()).collect();
    assert_eq!(children, ["metadata", "organizations", "resources"]);
    let all = |name: &'static str| xml.descendants().filter(move |node| node.has_tag_name((ims, name)));
    assert_eq!(all("schemaversion").next().and_then(|node| node.text()), Some("1.2"));
    let mut ids: Vec<&str> = xml.descendants().filter_map(|node| node.attribute("identifier")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "each identifier once");
    for item in all("item").filter(|item| item.attribute("identifierref").is_some()) {
        let resource =
            all("resource").find(|node| node.attribute("identifier") == item.attribute("identifierref")).unwrap();
        assert_eq!(resource.attribute((adl, "scormtype")), Some("sco"));
    }
    for dependency in all("dependency") {
        assert!(all("resource").any(|node| node.attribute("identifier") == dependency.attribute("identifierref")));
    }
    let mastery: Vec<_> = xml.descendants().filter(|node| node.has_tag_name((adl, "masteryscore"))).collect();
    assert_eq!(
        mastery.iter().map(|node| node.text()).collect::<Vec<_>>(),
        [Some("80"), Some("80")],
        "lessons with questions only"
    );
}

#[test]
fn what_no_learner_could_finish_is_refused() {
    let with = |change: &dyn Fn(&mut Course)| {
        let mut course = course();
        change(&mut course);
        course.check()
    };
    assert_eq!(with(&|_| {}), Ok(()));
    assert!(matches!(with(&|c| c.id = "formation.example".to_owned()), Err(CourseError::Address(_))));
    assert!(matches!(with(&|c| c.id = "https://a.example/\"x".to_owned()), Err(CourseError::Address(_))));
    assert!(matches!(with(&|c| c.language = "français".to_owned()), Err(CourseError::Language(_))));
    assert!(matches!(with(&|c| c.title.clear()), Err(CourseError::Empty(_))));
    assert!(matches!(with(&|c| c.modules.clear()), Err(CourseError::NoLesson)));
    assert!(matches!(with(&|c| c.modules[0].slug = "a/b".to_owned()), Err(CourseError::Slug(_))));
    assert!(matches!(with(&|c| c.modules[1].lessons[0].slug = "signes".to_owned()), Err(CourseError::Twice(_))));
    assert!(matches!(with(&|c| c.modules[0].lessons[0].mastery = f64::NAN), Err(CourseError::Mastery(_))));
    assert!(matches!(
        with(&|c| c.modules[0].lessons[1].questions[0].answers.truncate(1)),
        Err(CourseError::Question(_))
    ));
    assert!(matches!(
        with(&|c| c.modules[0].lessons[1].questions[0].answers[0].right = false),
        Err(CourseError::Question(_))
    ));
}

const STATEMENT: &str = r#"{"id":"6690E6C9-3EF0-4ED3-8B37-7F3964730BEE","actor":{"account":{"homePage":"https://mentor.example","name":"u42"},"name":"Jean Dupont"},
    "verb":{"id":"http://adlnet.gov/expapi/verbs/passed"},"object":{"id":"https://formation.example/cours/hameconnage/exercice"},
    "result":{"score":{"scaled":0.9,"raw":9,"min":0,"max":10},"success":true,"completion":true,"duration":"PT1H2M3.5S"},
    "context":{"registration":"ec531277-b57b-4c15-8d91-d292c5b2b8f7"},"timestamp":"2026-03-02T10:00:00+01:00"}"#;

fn read(text: &str) -> Reading {
    read_statements(text.as_bytes()).unwrap()
}

#[test]
fn a_statement_tells_who_what_and_when_and_no_name() {
    for text in
        [STATEMENT.to_owned(), format!("[{STATEMENT}]"), format!("{{\"statements\":[{STATEMENT}],\"more\":\"\"}}")]
    {
        let reading = read(&text);
        assert_eq!(reading.findings, []);
        let one = &reading.statements[0];
        assert_eq!(one.id.as_deref(), Some("6690e6c9-3ef0-4ed3-8b37-7f3964730bee"));
        assert_eq!(one.who, Who::Account { home: "https://mentor.example".to_owned(), name: "u42".to_owned() });
        assert_eq!((one.verb.clone(), one.success, one.completion), (Verb::Passed, Some(true), Some(true)));
        assert_eq!(one.score.unwrap().scaled, Some(0.9));
        assert_eq!(one.duration, Some(SignedDuration::from_millis(3_723_500)));
        assert_eq!(one.at, "2026-03-02T09:00:00Z".parse().unwrap());
        assert!(!format!("{one:?}").contains("Dupont"));
    }
}

#[test]
fn a_mailbox_comes_in_as_its_hash_only() {
    let account = r#""account":{"homePage":"https://mentor.example","name":"u42"}"#;
    let text = STATEMENT.replace(account, r#""mbox":"mailto:marie@exemple.example""#);
    let who = read(&text).statements[0].who.clone();
    // `printf %s mailto:marie@exemple.example | sha1sum`
    assert_eq!(who, Who::Mailbox("4aa3e6c123af0412608b06324ec10aa23ccb3a15".to_owned()));
    let hashed = STATEMENT.replace(account, r#""mbox_sha1sum":"4aa3e6c123af0412608b06324ec10aa23ccb3a15""#);
    assert_eq!(read(&hashed).statements[0].who, who);
    for actor in [
        r#""mbox":"marie@exemple.example""#,
        r#""mbox_sha1sum":"12""#,
        r#""openid":"https://a.example/x""#,
        r#""account":{"name":"x"}"#,
        r#""objectType":"Group","account":{"homePage":"https://a.example","name":"x"}"#,
    ] {
        let reading = read(&STATEMENT.replace(account, actor));
        assert_eq!((reading.statements.len(), reading.aside, &reading.findings[0].why), (0, 1, &Why::Actor), "{actor}");
    }
}

#[test]
fn what_is_wrong_is_set_aside_or_left_out_and_told() {
    for (from, to, why, kept) in [
        ("\"scaled\":0.9", "\"scaled\":1.1", Why::Score, true),
        ("\"raw\":9", "\"raw\":11", Why::Score, true),
        ("PT1H2M3.5S", "an hour", Why::Duration, true),
        ("PT1H2M3.5S", "P1Y", Why::Duration, true),
        ("PT1H2M3.5S", "-PT1H", Why::Duration, true),
        ("+01:00", "", Why::When, false),
        ("http://adlnet.gov/expapi/verbs/passed", "passed", Why::Verb, false),
        ("http://adlnet.gov/expapi/verbs/passed", "http://adlnet.gov/expapi/verbs/voided", Why::Voids, false),
        (
            "{\"id\":\"https://formation",
            "{\"objectType\":\"SubStatement\",\"id\":\"https://formation",
            Why::Object,
            false,
        ),
        ("6690E6C9", "6690", Why::Form("id is a UUID"), false),
        ("\"success\":true", "\"success\":\"true\"", Why::Form("success and completion are true or false"), false),
    ] {
        let text = STATEMENT.replace(from, to);
        assert_ne!(text, STATEMENT, "{from}");
        let reading = read(&text);
        assert_eq!((reading.statements.len(), &reading.findings[0].why), (usize::from(kept), &why), "{to}");
        assert!(reading.statements.iter().all(|one| one.score.is_none() || why != Why::Score));
    }
}

#[test]
fn a_voided_statement_and_a_second_one_do_not_count() {
    let other = STATEMENT.replace("6690E6C9", "00000000");
    let voiding = r#"{"actor":{"account":{"homePage":"https://a.example","name":"x"}},"verb":{"id":"http://adlnet.gov/expapi/verbs/voided"},
        "object":{"objectType":"StatementRef","id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee"},"timestamp":"2026-03-02T10:00:00Z"}"#;
    let reading = read(&format!("[{STATEMENT},{other},{other},{voiding}]"));
    assert_eq!((reading.statements.len(), reading.aside), (1, 3));
    let why: Vec<_> = reading.findings.iter().map(|finding| (finding.place, &finding.why)).collect();
    assert_eq!(why, [(1, &Why::Voids), (3, &Why::Twice), (4, &Why::Voids)]);
}

#[test]
fn what_is_no_file_of_statements_is_refused() {
    for text in ["", "7", "null", "{}", "{\"statements\":7}", "[", "{\"actor\":{}"] {
        assert!(read_statements(text.as_bytes()).is_err(), "{text}");
    }
    assert_eq!(
        read_statements(&vec![b' '; (16 << 20) + 1]),
        Err(StatementsError::Long { bytes: (16 << 20) + 1, most: 16 << 20 })
    );
    assert_eq!(read_statements(format!("[{}0]", "0,".repeat(50_000)).as_bytes()), Err(StatementsError::Many(50_000)));
    assert!(read_statements("[".repeat(100_000).as_bytes()).is_err());
    assert_eq!(read("[7,{},[]]").aside, 3);
}

#[test]
fn each_verb_comes_back_from_its_address() {
    let verb = read(&STATEMENT.replace("verbs/passed", "verbs/éprouvé")).statements[0].verb.clone();
    assert_eq!(verb, Verb::Other("http://adlnet.gov/expapi/verbs/éprouvé".to_owned()));
    for verb in [Verb::Launched, Verb::Waived, Verb::Satisfied, Verb::Answered] {
        let text = STATEMENT.replace("http://adlnet.gov/expapi/verbs/passed", verb.iri());
        assert_eq!(read(&text).statements[0].verb, verb);
    }
}

proptest! {
    /// Whatever the texts of a course, its manifests and pages are well formed.
    #[test]
    fn any_text_makes_a_well_formed_manifest(title in "\\PC{1,40}", other in "[<>&\"'\\]\u{0}-\u{ff}]{0,40}") {
        prop_assume!(!title.trim().is_empty());
        let mut course = course();
        course.title = title.clone();
        course.description = other.clone();
        course.modules[0].title = format!("x{other}");
        course.modules[0].lessons[0].title = format!("x{other}");
        for form in FORMS {
            let files = package(&course, form, &words()).unwrap();
            let xml = roxmltree::Document::parse(&files[0].text).unwrap();
            prop_assert!(xml.descendants().any(|node| node.text() == Some(title.as_str())));
        }
    }

    /// A byte that was changed does not make the reader fall.
    #[test]
    fn any_byte_may_be_wrong(at in 0_usize..700, byte: u8) {
        let mut bytes = STATEMENT.as_bytes().to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        let _ = read_statements(&bytes);
    }
}
