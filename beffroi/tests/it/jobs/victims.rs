//! Jobs of the desk: victims.

use super::hand::House;
use crate::support::{Answer, Server, request};

/// The pages of one walk, as an agent at the desk reads them aloud.
struct Desk<'a> {
    server: &'a Server,
    read: usize,
}

impl Desk<'_> {
    fn page(&mut self, path: &str) -> String {
        self.read += 1;
        let page: Answer = request(&self.server.address, "GET", path, &[], "");
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("set-cookie"), None, "{path}: nothing is left in the browser");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        let text = page.text();
        for asked in ["<form", "<input", "<script"] {
            assert!(!text.contains(asked), "{path}: {asked}");
        }
        text
    }

    /// The sheet at the end of these answers, each by words of its text.
    fn sheet(&mut self, answers: &[&str]) -> String {
        self.read = 0;
        let mut page = self.page("/orientation?lang=en");
        for answer in answers {
            let links: Vec<&str> = page.split("<li><a href=\"").skip(1).collect();
            let link = links.iter().find(|link| link.split("</a>").next().unwrap().contains(answer));
            let link = link.unwrap_or_else(|| panic!("no answer `{answer}` in {page}"));
            let path = link.split('"').next().unwrap().replace("&#38;", "&");
            page = self.page(&path);
        }
        assert!(page.contains("class=\"turns\""), "the walk has ended: {page}");
        assert!(self.read <= 7, "{} pages", self.read);
        page
    }
}

/// The name of the first channel of a sheet.
fn first(sheet: &str) -> &str {
    sheet.split("<li class=\"card\"><h3>").nth(1).unwrap().split(['<', '&']).next().unwrap().trim()
}

/// Orient a victim: one question a page leads to the right channel, with what to keep and until when.
///
/// Where: the page /orientation, without an account
/// Done well: the sheet names the right channel first for facts as they are told at a desk; seven pages at most; the 72 hours of the insurance are told to those they bind, and what to keep to all.
/// Must not: promise an outcome (each sheet says that it does not); keep what a victim answers – no account, no cookie, no form, and nothing of it is written to the folder of the house.
#[test]
fn j7_5_orient_a_victim() {
    let house = House::new();
    let server = Server::start(house.path());
    let mut desk = Desk { server: &server, read: 0 };
    let unknown = ["No", "adult", "deceived for money", "48 hours", "No"];
    for (answers, channel) in [
        (&["Yes"][..], "17"),
        (&["No", "adult", "card", "blocked already"], "PERCEVAL"),
        (&unknown, "THESEE"),
        (&["No", "under 18", "images"], "3018"),
    ] {
        let sheet = desk.sheet(answers);
        assert!(first(&sheet).contains(channel), "{answers:?}: {}", first(&sheet));
        assert!(sheet.contains("promises no outcome"), "{answers:?}");
        assert!(sheet.contains("Nothing is kept"), "{answers:?}");
    }
    let sheet = desk.sheet(&unknown);
    assert!(sheet.contains("To keep") && sheet.contains("Proofs of payment"), "{sheet}");
    assert!(!sheet.contains("72 hours"), "the insurance of a trade binds no private person");
    let company = desk.sheet(&["No", "company", "ransom", "No", "No"]);
    assert!(first(&company).contains("17Cyber"), "{}", first(&company));
    assert!(company.contains("72 hours") && company.contains("Counted from this sheet: until"), "{company}");
    for promise in ["will be refunded", "will be reimbursed", "get your money back", "will be arrested"] {
        assert!(!company.contains(promise), "{promise}");
    }
    // Nothing of a walk is in the folder of the house: neither the store, nor the journal, nor a log.
    assert_eq!(server.interrupt().0, 0);
    let walk = "1.bcaab";
    let mut folders = vec![house.path().to_path_buf()];
    let mut n_files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            n_files += 1;
            for kept in [walk, "r=1.b"] {
                let found = bytes.windows(kept.len()).any(|part| part == kept.as_bytes());
                assert!(!found, "{kept} in {}", path.display());
            }
        }
    }
    assert!(n_files > 0, "the test sees the folder");
}
