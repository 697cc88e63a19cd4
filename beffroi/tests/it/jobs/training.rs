//! Jobs of the desk: training.

use super::hand::{Hand, House, rows};
use jiff::civil::Date;
use std::path::{Path, PathBuf};
use std::process::Command;

fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date()
}

/// The day so many days from today.
fn day(days: i64) -> String {
    today().saturating_add(jiff::Span::new().days(days)).to_string()
}

/// A competence of the framework, in force.
fn competence(hand: Hand<'_>, months: &str) -> String {
    let competence = hand.add_example("competence", &[("months", months)]);
    hand.go(&competence, "adopt", &[]);
    competence
}

/// A version in service: written by one, approved by another.
fn in_service(house: &House, competence: &str, other: &[(&str, &str)]) -> String {
    let (author, validator) = (house.hand("instructeur"), house.hand("valideur"));
    let mut fields = vec![("competence", competence)];
    fields.extend(other);
    let module = author.add_example("module", &fields);
    author.go(&module, "submit", &[]);
    validator.go(&module, "publish", &[("reviewed", &day(0))]);
    module
}

/// The row of a table that begins so.
fn row(sheet: &serde_json::Value, start: &str) -> Vec<String> {
    let rows = rows(sheet);
    rows.iter().find(|row| row[0] == start).unwrap_or_else(|| panic!("no row `{start}`: {rows:?}")).clone()
}

/// A text file of a package: its archive keeps files as they are.
fn inside(archive: &Path, from: &str, to: &str) -> String {
    let bytes = std::fs::read(archive).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let start = text.find(from).unwrap_or_else(|| panic!("no `{from}` in {}", archive.display()));
    let end = start + text[start..].find(to).unwrap() + to.len();
    text[start..end].to_owned()
}

/// The schemas of the standards, where the public files are.
fn schemas() -> Option<PathBuf> {
    let folder = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from)
        .join("data/elearning");
    if !folder.exists() {
        println!("skipped: shared data/elearning absent");
        return None;
    }
    Some(folder.canonicalize().unwrap())
}

/// Whether a manifest holds to a schema, as xmllint judges; nothing when it is not at hand.
fn valid(schema: &Path, manifest: &str, place: &Path) -> Option<bool> {
    let file = place.join("manifest.xml");
    std::fs::write(&file, manifest).unwrap();
    match Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(schema).arg(&file).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("failed to compile"), "{said}");
            println!("{said}");
            Some(output.status.success())
        }
        Err(_) => {
            println!("skipped: no xmllint");
            None
        }
    }
}

/// Elaborate and update a module: its content, the law that it cites at its date, its approval, its package for platforms.
///
/// Where: /registres/module; beffroi record add module, beffroi module package, beffroi record sheet module freshness
/// Done well: a version is approved by somebody else than its author, no longer changes, runs a clock of twelve months until its next review, and leaves as SCORM 1.2, SCORM 2004 and cmi5 packages that hold to the schemas of the standards.
/// Must not: law that has ended is not taught – a version that cites it is refused with the wording now in force, a reference without a date too, one that the list does not know until a jurist has read it; what is not in service makes no package.
#[test]
fn j6_1_elaborate_and_update_a_module() {
    let house = House::new();
    let (author, validator) = (house.hand("instructeur"), house.hand("valideur"));
    let competence = competence(author, "36");

    // A withdrawn wording is not taught.
    let old = [("competence", competence.as_str()), ("legal_basis", "CP 323-1 al.1@2015-07-27")];
    let module = author.add_example("module", &old);
    let said = author.go_refused(&module, "submit", &[]);
    assert!(said.contains("no longer in force") && said.contains("CP 323-1 al.1@2023-01-26"), "{said}");
    // A reference has its date.
    let said = author.set_refused(&module, &[("legal_basis", "CP 323-1 al.1")]);
    assert!(said.contains("no dated reference") && said.contains("CP 323-1 al.1@2023-01-26"), "{said}");
    // What the list of versions does not know was read in force by a jurist, lately.
    author.set(&module, &[("legal_basis", "CP 323-1 al.1@2023-01-26\\nCPP 60-1@2024-05-02")]);
    let said = author.go_refused(&module, "submit", &[]);
    assert!(said.contains("does not know") && said.contains("have a jurist read"), "{said}");
    author.set(&module, &[("legal_checked", &day(-400))]);
    author.go_refused(&module, "submit", &[]);
    author.set(&module, &[("legal_checked", &day(-3))]);
    // A content that nobody could take is told with its line.
    let content = "# Partie\\n## Leçon\\n? Une question ?\\n+ oui";
    author.set(&module, &[("content", content)]);
    let said = author.go_refused(&module, "submit", &[]);
    assert!(said.contains("line 4") && said.contains("fewer than two answers"), "{said}");
    author.set(&module, &[("content", &format!("{content}\\n- non"))]);
    author.go(&module, "submit", &[]);

    // Who wrote it does not approve it; nothing leaves before.
    author.go_refused(&module, "publish", &[("reviewed", &day(0))]);
    let out = house.path().join("module.zip");
    let out_text = out.to_str().unwrap();
    let said = author.refused(&["module", "package", &module, "--form", "cmi5", "--out", out_text]);
    assert!(said.contains("not in service") && said.contains("Have it approved"), "{said}");
    assert!(!out.exists());
    let read = validator.sheet(&module, "course", &[]);
    assert!(read.to_string().contains("right answer"), "{read}");
    let said = validator.go_refused(&module, "publish", &[("reviewed", &day(1))]);
    assert!(said.contains("within the last twelve months"), "{said}");
    validator.go(&module, "publish", &[("reviewed", &day(0))]);
    author.set_refused(&module, &[("content", "# Autre")]);
    let due = validator.deadlines("400d");
    assert!(due.iter().any(|due| due["reference"] == module.as_str() && due["clock"] == "review"), "{due:?}");
    assert!(!validator.deadlines("330d").iter().any(|due| due["reference"] == module.as_str()));

    // Packages hold to the schemas of the standards.
    let package = |form: &str| {
        let said = author.json(&["module", "package", &module, "--form", form, "--out", out_text]);
        assert_eq!((said["version"].as_str(), said["lessons"].as_u64()), (Some("1.0"), Some(1)), "{said}");
        match form {
            "cmi5" => inside(&out, "<?xml", "</courseStructure>\n"),
            _ => inside(&out, "<?xml", "</manifest>\n"),
        }
    };
    let (old, new, cmi5) = (package("scorm12"), package("scorm2004"), package("cmi5"));
    assert!(old.contains("<schemaversion>1.2</schemaversion>") && new.contains("2004 4th Edition"));
    let reference = module.to_lowercase();
    assert!(cmi5.contains(&format!("/modules/{reference}")), "{cmi5}");
    assert!(inside(&out, "<!DOCTYPE html>", "</html>").contains("CPP 60-1@2024-05-02"), "pages say what law they cite");
    if let Some(folder) = schemas() {
        let fine = valid(&folder.join("cmi5-spec/v1/CourseStructure.xsd"), &cmi5, house.path());
        assert_ne!(fine, Some(false), "{cmi5}");
        let xsd = folder.join("scorm2004-4ed/software_development/xml/xsd");
        let imports = [
            ("http://www.w3.org/XML/1998/namespace", "xml.xsd"),
            ("http://www.imsglobal.org/xsd/imscp_v1p1", "imscp_v1p1.xsd"),
            ("http://www.adlnet.org/xsd/adlcp_v1p3", "adlcp_v1p3.xsd"),
            ("http://www.imsglobal.org/xsd/imsss", "imsss_v1p0.xsd"),
        ]
        .map(|(space, file)| format!("<xs:import namespace=\"{space}\" schemaLocation=\"{}/{file}\"/>", xsd.display()));
        let whole =
            format!("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{}</xs:schema>", imports.concat());
        let schema = house.path().join("scorm.xsd");
        std::fs::write(&schema, whole).unwrap();
        assert_ne!(valid(&schema, &new, house.path()), Some(false), "{new}");
        assert_ne!(valid(&schema, &new.replace("\"sco\"", "\"other\""), house.path()), Some(true), "the judge judges");
    }

    // What is in service, how fresh it is, and what its law is worth today.
    let fresh = validator.sheet("module", "freshness", &[]);
    let told = row(&fresh, &module);
    assert!(told[5].contains("CPP 60-1@2024-05-02: not known to the list"), "{told:?}");
    assert!(fresh.to_string().contains("1 of 1 versions"), "{fresh}");
    validator.go_because(&module, "withdraw", &[], "Le texte change.");
    let said = author.refused(&["module", "package", &module, "--form", "cmi5", "--out", out_text]);
    assert!(said.contains("not in service"), "{said}");
}

/// Diffuse to schools and directions: each school with the version it teaches, and former versions taken down.
///
/// Where: /registres/diffusion; beffroi record add diffusion, beffroi record sheet diffusion versions
/// Done well: a new version opens a task to have the former one replaced, the former one runs a clock of thirty days wherever it is taught, and the sheet of versions says what is left to each school.
/// Must not: a restricted content does not lie on a platform that is open to more people; nothing is taught that is not in service.
#[test]
fn j6_2_diffuse_to_schools_and_directions() {
    let house = House::new();
    let hand = house.hand("formation");
    let competence = competence(hand, "36");
    let draft = hand.add_example("module", &[("competence", &competence)]);
    let first = in_service(&house, &competence, &[]);

    // Restricted content stays off open platforms.
    let said = hand.example_refused("diffusion", &[("module", &first), ("platform", "public_site")]);
    assert!(said.contains("restricted") && said.contains("choose a narrower platform"), "{said}");
    let named = in_service(&house, &competence, &[("restriction", "named_persons")]);
    let said = hand.example_refused("diffusion", &[("module", &named), ("platform", "gendform")]);
    assert!(said.contains(&named) && said.contains("open to more people"), "{said}");
    // A draft is not taught.
    let early = hand.add_example("diffusion", &[("module", &draft)]);
    let said = hand.go_refused(&early, "publish", &[("published", &day(0))]);
    assert!(said.contains("not in service") && said.contains("Choose the version"), "{said}");

    let school = hand.add_example("diffusion", &[("module", &first)]);
    let said = hand.go_refused(&school, "publish", &[("published", &day(2))]);
    assert!(said.contains("has not come"), "{said}");
    hand.go(&school, "publish", &[("published", &day(0))]);
    hand.go(&school, "confirm", &[("confirmed", &day(0))]);
    assert_eq!(row(&hand.sheet("diffusion", "versions", &[]), &school)[5], "up to date");

    // A second version: whoever coordinates is told to have the first one replaced.
    let said = house.hand("instructeur").example_refused("module", &[("previous", &first)]);
    assert!(said.contains("another version number"), "{said}");
    let second = in_service(&house, &competence, &[("previous", &first), ("version", "2.0")]);
    let tasks = hand.tasks(Some(&second));
    assert!(tasks.iter().any(|task| task["rule"] == "replace" && task["item"] == first.as_str()), "{tasks:?}");
    assert_eq!(row(&hand.sheet("diffusion", "versions", &[]), &school)[5], "to be replaced, 30 days left");
    let said = hand.go_refused(&school, "supersede", &[("successor", &draft)]);
    assert!(said.contains("already in service"), "{said}");
    hand.go(&school, "supersede", &[("successor", &second)]);
    let due = hand.deadlines("31d");
    assert!(due.iter().any(|due| due["reference"] == school.as_str() && due["clock"] == "remove"), "{due:?}");
    hand.go(&school, "remove", &[("removed", &day(0))]);
    assert!(!hand.deadlines("31d").iter().any(|due| due["reference"] == school.as_str()));
}

/// Follow skills and certifications: results come back from platforms, and each territory sees what it lacks.
///
/// Where: /registres/training_target (sheet of coverage), /registres/result; beffroi module results, beffroi record sheet training_target coverage
/// Done well: the gap to the target is known by competence, level and department, valid certificates by service too, certificates that end soon are counted and run a clock, a newer one renews the older, the same file read twice changes nothing, the deployable experts of the same skill stand beside, and a session takes no more people than it has seats.
/// Must not: individual marks are not shown to everyone – learners come in under a pseudonym, the dashboard holds no mark and no share of passes of fewer than five learners, and only who follows training reads results.
#[test]
fn j6_3_follow_skills_and_certifications() {
    let house = House::new();
    let hand = house.hand("formation");
    let competence = competence(hand, "2");
    let module = in_service(&house, &competence, &[]);
    let target = hand.add_example("training_target", &[("competence", &competence), ("people", "3")]);
    let unadopted = hand.add_example("competence", &[]);
    let early = hand.add_example("training_target", &[("competence", &unadopted)]);
    let said = hand.go_refused(&early, "adopt", &[]);
    assert!(said.contains("not in the framework in force") && said.contains("adopt it first"), "{said}");
    hand.go(&target, "adopt", &[]);
    hand.add_example("expert", &[("territory", "35"), ("confirmed_in", "incident_response")]);

    // A session and its seats.
    let draft = hand.add_example("module", &[("competence", &competence)]);
    let later = hand.add_example("training_session", &[("module", &draft), ("start", &day(9)), ("seats", "2")]);
    let said = hand.go_refused(&later, "open", &[]);
    assert!(said.contains("not in service") && said.contains("Choose the version"), "{said}");
    hand.set(&later, &[("module", &module)]);
    hand.go(&later, "open", &[]);
    let said = hand.go_refused(&later, "hold", &[("attended", "2")]);
    assert!(said.contains("has not taken place yet") && said.contains("first day"), "{said}");
    let session = hand.add_example("training_session", &[("module", &module), ("start", &day(0)), ("seats", "2")]);
    hand.go(&session, "open", &[]);
    let said = hand.go_refused(&session, "enrol", &[("enrolled", "agent.un, agent.deux, agent.trois")]);
    assert!(said.contains("2 seats") && said.contains("enrol fewer"), "{said}");
    hand.go(&session, "enrol", &[("enrolled", "agent.un, agent.deux")]);
    hand.go(&session, "hold", &[("attended", "2")]);

    // What the platform gives back: one passed, one failed, one only begun.
    let out = house.path().join("module.zip");
    let made = hand.json(&["module", "package", &module, "--form", "cmi5", "--out", out.to_str().unwrap()]);
    let course = made["course"].as_str().unwrap();
    let statement = |who: &str, verb: &str, score: &str, at: &str| {
        format!(
            r#"{{"actor":{{"account":{{"homePage":"https://mentor.example","name":"{who}"}},"name":"Un Agent"}},
            "verb":{{"id":"http://adlnet.gov/expapi/verbs/{verb}"}},"object":{{"id":"{course}/m1-l1"}},
            "result":{{"score":{{"scaled":{score}}}}},"timestamp":"{at}T09:00:00Z"}}"#
        )
    };
    let file = |name: &str, all: &[String]| {
        let path = house.path().join(name);
        std::fs::write(&path, format!("[{}]", all.join(","))).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let earlier = day(-40);
    let first = file(
        "first.json",
        &[
            statement("agent.un", "passed", "0.87", &earlier),
            statement("agent.deux", "failed", "0.13", &earlier),
            statement("agent.trois", "initialized", "0", &earlier),
        ],
    );
    let said = hand.json(&["module", "results", &first, "--session", &session]);
    assert_eq!((said["added"].as_array().unwrap().len(), said["underway"].as_u64()), (2, Some(1)), "{said}");
    let again = hand.json(&["module", "results", &first, "--session", &session]);
    assert_eq!((again["added"].as_array().unwrap().len(), again["known"].as_u64()), (0, Some(2)), "{again}");

    // One of three is trained, and must renew soon.
    let sheet = hand.sheet("training_target", "coverage", &[]);
    let title = "Constater une atteinte à un système de traitement de données";
    let told = row(&sheet, title);
    assert_eq!(told[1..], ["Basic", "Ille-et-Vilaine (35)", "3", "1", "2", "1", "0", "1", "fewer than 5 learners"]);
    assert!(sheet.to_string().contains("1 territory has not reached"), "{sheet}");
    let elsewhere = hand.sheet("training_target", "coverage", &[("territory", "29")]);
    assert!(rows(&elsewhere).is_empty());
    let passed = hand.list("result").into_iter().find(|one| one["values"]["ending"] == "passed").unwrap();
    let reference = passed["reference"].as_str().unwrap().to_owned();
    assert!(
        hand.deadlines("40d").iter().any(|due| due["reference"] == reference.as_str() && due["clock"] == "renewal")
    );

    hand.go(&target, "take_stock", &[]);
    assert_eq!(row(&hand.sheet(&target, "stock", &[]), title)[3..6], ["3", "1", "2"]);

    let said = hand.go_refused(&reference, "lapse", &[]);
    assert!(said.contains("still holds"), "{said}");
    let said = hand.example_refused("result", &[("achieved", &day(1)), ("valid_until", &day(9))]);
    assert!(said.contains("a day that has come") && said.contains("correct one"), "{said}");

    // A newer certificate takes the place of the older one.
    let second = file("second.json", &[statement("agent.un", "passed", "0.95", &day(-1))]);
    let said = hand.json(&["module", "results", &second, "--territory", "35", "--unit", "command"]);
    assert_eq!((said["added"].as_array().unwrap().len(), said["renewed"].as_u64()), (1, Some(1)), "{said}");
    assert_eq!(hand.show(&reference)["state"], "renewed");
    let by_unit = row(&hand.sheet("training_target", "coverage", &[]), "command");
    assert_eq!(by_unit[1..], [title, "Basic", "1", "1", "0"]);

    // No mark and no name reaches everyone.
    let everything = hand.run(&["record", "export", "result", "--format", "json"]).stdout;
    assert!(everything.contains(&reference), "{everything}");
    let shown = hand.sheet("training_target", "coverage", &[]).to_string();
    for hidden in ["agent.un", "Un Agent"] {
        assert!(!everything.contains(hidden) && !shown.contains(hidden), "{hidden}");
    }
    assert!(!shown.contains("87") && !shown.contains("95") && !shown.contains("A-"), "{shown}");
    let said = hand.example_refused("result", &[("learner", "DURAND")]);
    assert!(said.contains("never by name") && said.contains("beffroi module results"), "{said}");
    let manual = hand.run(&["register", "fields", "result", "--markdown"]).stdout;
    let readers = manual.lines().find(|line| line.contains("Read by")).unwrap_or_else(|| panic!("{manual}"));
    assert!(readers.contains("oordinator") && !readers.contains("nalyst"), "{readers}");
    // A file of another house is told.
    let foreign = file("foreign.json", &[statement("x", "passed", "1", &day(0)).replace("/modules/", "/other/")]);
    let said = hand.refused(&["module", "results", &foreign]);
    assert!(said.contains("module of the house") && said.contains("beffroi module package"), "{said}");
}
