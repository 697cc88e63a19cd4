//! `cargo xtask jobs`: `docs/jobs.md`, made of the tests that are named after the jobs of the command.
//!
//! A job is done where a test does it: `j4_2_express_a_need` is J4.2. The first line of the test's comment is what is done;
//! `Where:`, `Done well:` and `Must not:` begin its other parts.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Folder of the tests, from the root.
const TESTS: &str = "beffroi/tests/it/jobs";
/// The parts of a test's comment after its first line.
const PARTS: [&str; 3] = ["Where", "Done well", "Must not"];

/// A test that does a job.
#[derive(Debug, Default, PartialEq)]
struct Done {
    name: String,
    file: String,
    what: String,
    parts: [String; 3],
}

/// Writes the page.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let root = crate::tidy::root();
    let place = page_of(&root);
    fs::write(&place, page(&root)?)?;
    println!("{}", place.display());
    Ok(())
}

/// What is wrong with the page as it stands, and with the tests that it is made of.
pub(crate) fn faults(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut faults = Vec::new();
    for (id, done) in tests(root)? {
        for test in &done {
            if test.what.is_empty() || test.parts.iter().any(String::is_empty) {
                faults.push(format!(
                    "{}: {} ({id}) does not say what, where, done well and must not",
                    test.file, test.name
                ));
            }
        }
    }
    if fs::read_to_string(page_of(root)).unwrap_or_default() != page(root)? {
        faults.push("docs/jobs.md is not what the tests of jobs say: run `cargo xtask jobs`".to_owned());
    }
    Ok(faults)
}

fn page_of(root: &Path) -> PathBuf {
    root.join("docs/jobs.md")
}

/// The page, of the list of jobs and of the tests.
fn page(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut done = tests(root)?;
    let mut jobs = csv::Reader::from_path(root.join("docs/jobs.csv"))?;
    let (mut n_jobs, mut n_done, mut body, mut missions) = (0, 0, String::new(), Vec::new());
    for row in jobs.records() {
        let row = row?;
        let cell = |at: usize| row.get(at).unwrap_or_default().to_owned();
        let (id, mission, job, issue) = (cell(0), cell(1), cell(2), cell(3));
        n_jobs += 1;
        if !missions.contains(&mission) {
            let title = match mission.as_str() {
                "cooperation" => "Cooperation".to_owned(),
                "all" => "Across missions".to_owned(),
                n => format!("Mission {n}°"),
            };
            write!(body, "\n## {title}\n")?;
            missions.push(mission);
        }
        let tests = done.remove(&id).unwrap_or_default();
        write!(body, "\n### {id} {job}\n\n")?;
        if tests.is_empty() {
            match issue.as_str() {
                "" => writeln!(body, "Not yet.")?,
                issue => writeln!(body, "Not yet: comes with {issue}.")?,
            }
            continue;
        }
        n_done += 1;
        for test in tests {
            writeln!(body, "{}", test.what)?;
            for (part, text) in PARTS.iter().zip(&test.parts) {
                writeln!(body, "- **{part}.** {text}")?;
            }
            writeln!(body, "- **Test.** `{}` ({TESTS}/{})", test.name, test.file)?;
        }
    }
    if let Some((id, _)) = done.first_key_value() {
        return Err(format!("{TESTS}: a test is named after {id}, which is no job of docs/jobs.csv").into());
    }
    Ok(format!(
        "# The jobs of the command, and where each is done\n\n\
         Made by `cargo xtask jobs` of the tests that are named after the jobs; each test does its job from its beginning to \
         its end, checks that it is done well and that what must not be is refused with a sentence.\n\n\
         {n_done} of {n_jobs} jobs are done.\n{body}"
    ))
}

/// The tests of all files, by job.
fn tests(root: &Path) -> Result<BTreeMap<String, Vec<Done>>, Box<dyn Error>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join(TESTS))?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mut all: BTreeMap<String, Vec<Done>> = BTreeMap::new();
    for path in files {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for (id, done) in read(&file, &fs::read_to_string(&path)?) {
            all.entry(id).or_default().push(done);
        }
    }
    Ok(all)
}

/// The tests of one file.
fn read(file: &str, text: &str) -> Vec<(String, Done)> {
    let mut found = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(said) = line.strip_prefix("///") {
            comment.push(said.trim());
        } else if let Some(rest) = line.strip_prefix("async fn ").or_else(|| line.strip_prefix("fn ")) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if let Some(id) = job(&name) {
                found.push((id, told(name, file, &comment)));
            }
            comment.clear();
        } else if !line.starts_with("#[") {
            comment.clear();
        }
    }
    found
}

/// The job after which a test is named: `j4_2_…` is J4.2.
fn job(name: &str) -> Option<String> {
    let mut parts = name.strip_prefix('j')?.splitn(3, '_');
    let number = |part: Option<&str>| part?.parse::<u8>().ok();
    let (mission, job) = (number(parts.next())?, number(parts.next())?);
    parts.next().map(|_| format!("J{mission}.{job}"))
}

fn told(name: String, file: &str, comment: &[&str]) -> Done {
    let mut done = Done { name, file: file.to_owned(), ..Done::default() };
    let mut at = None;
    for line in comment.iter().filter(|line| !line.is_empty()) {
        let begins = PARTS.iter().position(|part| line.strip_prefix(part).is_some_and(|rest| rest.starts_with(':')));
        let text = match begins {
            Some(part) => {
                at = Some(part);
                line.split_once(':').map_or("", |(_, rest)| rest.trim())
            }
            None => line,
        };
        let into = match at.and_then(|part| done.parts.get_mut(part)) {
            Some(part) => part,
            None => &mut done.what,
        };
        if !into.is_empty() {
            into.push(' ');
        }
        into.push_str(text);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_says_which_job_it_does_and_how() {
        let text = "/// Says a need.\n/// Where: /registres/need\n/// or `record add need`.\n/// Done well: numbered.\n\
                    /// Must not: a brand.\n#[test]\nfn j4_2_express_a_need() {}\n\n/// Else.\nfn helper() {}\n";
        let [(id, done)] = &read("a.rs", text)[..] else { panic!("one test") };
        assert_eq!((id.as_str(), done.what.as_str()), ("J4.2", "Says a need."));
        assert_eq!(done.parts, ["/registres/need or `record add need`.", "numbered.", "a brand."].map(str::to_owned));
        for other in ["j4_need", "job_4_2_x", "j4_2", "k4_2_x"] {
            assert_eq!(job(other), None, "{other}");
        }
    }

    #[test]
    fn a_test_that_does_not_say_is_told_of() {
        let place = tempdir();
        fs::create_dir_all(place.join(TESTS)).unwrap();
        fs::create_dir_all(place.join("docs")).unwrap();
        fs::write(place.join("docs/jobs.csv"), "id,mission,job,issue\nJ1.1,1,Write,\nJ1.2,1,Read,surveys\n").unwrap();
        fs::write(place.join(TESTS).join("a.rs"), "/// Writes.\nfn j1_1_write() {}\n").unwrap();
        let found = faults(&place).unwrap();
        assert!(found.iter().any(|fault| fault.contains("j1_1_write")), "{found:?}");
        assert!(found.iter().any(|fault| fault.contains("docs/jobs.md")), "{found:?}");
        let whole = "/// Writes.\n/// Where: here\n/// Done well: yes\n/// Must not: no\nfn j1_1_write() {}\n";
        fs::write(place.join(TESTS).join("a.rs"), whole).unwrap();
        fs::write(page_of(&place), page(&place).unwrap()).unwrap();
        assert_eq!(faults(&place).unwrap(), Vec::<String>::new());
        let page = page(&place).unwrap();
        assert!(page.contains("1 of 2 jobs") && page.contains("Not yet: comes with surveys."), "{page}");
        fs::write(place.join(TESTS).join("b.rs"), "fn j9_9_none() {}\n").unwrap();
        assert!(super::page(&place).unwrap_err().to_string().contains("J9.9"));
        fs::remove_dir_all(&place).unwrap();
    }

    fn tempdir() -> PathBuf {
        let place = std::env::temp_dir().join(format!("beffroi-jobs-{}", std::process::id()));
        fs::create_dir_all(&place).unwrap();
        place
    }
}
