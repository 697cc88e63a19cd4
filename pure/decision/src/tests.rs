//! The tree of the house walked to all its ends, and trees that cannot stand.

use crate::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn tree() -> Tree {
    orientation().unwrap()
}

/// Every walk to an end, with its sheet.
fn all(tree: &Tree) -> Vec<(String, Sheet<'_>)> {
    let mut ends = Vec::new();
    let mut todo = vec![tree.begin()];
    while let Some(walk) = todo.pop() {
        match tree.walk(&walk).unwrap() {
            Step::Ask(question) => {
                todo.extend((0..question.answers.len()).map(|place| tree.after(&walk, place).unwrap()))
            }
            Step::End(sheet) => ends.push((walk, sheet)),
        }
    }
    ends
}

/// The sheet at the end of these answers.
fn sheet<'a>(tree: &'a Tree, answers: &[&str]) -> Sheet<'a> {
    let mut walk = tree.begin();
    for answer in answers {
        let Step::Ask(question) = tree.walk(&walk).unwrap() else { panic!("ended before `{answer}`") };
        let place = question.answers.iter().position(|known| known.code == *answer);
        walk = tree.after(&walk, place.unwrap_or_else(|| panic!("`{}` has no `{answer}`", question.code))).unwrap();
    }
    match tree.walk(&walk).unwrap() {
        Step::End(sheet) => sheet,
        Step::Ask(question) => panic!("asks `{}`", question.code),
    }
}

fn first<'a>(sheet: &Sheet<'a>) -> &'a str {
    &sheet.channels[0].code
}

fn told(sheet: &Sheet<'_>, code: &str) -> bool {
    sheet.todo.iter().chain(&sheet.keep).any(|advice| advice.code == code)
}

#[test]
fn the_right_channel_at_the_first_try() {
    let tree = tree();
    for (answers, channel) in [
        (&["yes"][..], "police-17"),
        (&["no", "adult", "card", "held-blocked"], "perceval"),
        (&["no", "adult", "card", "held-open"], "perceval"),
        (&["no", "adult", "card", "lost"], "bank"),
        (&["no", "adult", "scam", "recent", "unknown"], "thesee"),
        (&["no", "adult", "scam", "older", "known"], "unit"),
        (&["no", "adult", "blackmail", "unknown"], "thesee"),
        (&["no", "adult", "account", "no"], "cyber17"),
        (&["no", "adult", "person"], "unit"),
        (&["no", "adult", "message"], "cyber17"),
        (&["no", "minor", "images"], "line-3018"),
        (&["no", "minor", "scam"], "unit"),
        (&["no", "company", "transfer", "no"], "bank"),
        (&["no", "public", "locked", "yes", "yes"], "cyber17"),
    ] {
        assert_eq!(first(&sheet(&tree, answers)), channel, "{answers:?}");
    }
}

#[test]
fn channels_are_only_for_those_who_may_use_them() {
    for (walk, sheet) in all(&tree()) {
        let codes: BTreeSet<&str> = sheet.channels.iter().map(|channel| channel.code.as_str()).collect();
        let letters = walk.split_once('.').unwrap().1.as_bytes().to_vec();
        let Some(who) = letters.get(1) else { continue };
        // The online complaint is for adults, for themselves; PERCEVAL for holders of a card.
        assert!(!codes.contains("thesee") || *who == b'a', "{walk}");
        assert!(!codes.contains("perceval") || (*who == b'a' && letters.get(2) == Some(&b'a')), "{walk}");
        assert!(*who != b'b' || codes.contains("line-3018"), "{walk}: a minor is always told of 3018");
    }
}

#[test]
fn the_72_hours_are_told_to_those_they_bind_and_to_nobody_else() {
    let tree = tree();
    for kind in ["locked", "intrusion", "site", "leak"] {
        assert_eq!(sheet(&tree, &["no", "company", kind, "no", "no"]).todo[0].deadline, "insurance", "{kind}");
    }
    assert!(told(&sheet(&tree, &["no", "company", "transfer", "yes", "no", "no"]), "insurance"));
    // No system was entered: the article does not speak of it.
    assert!(!told(&sheet(&tree, &["no", "company", "transfer", "no"]), "insurance"));
    for (walk, sheet) in all(&tree) {
        // It is for legal persons, and for natural ones in their trade (C. assur. L12-10-1).
        assert!(!told(&sheet, "insurance") || walk.as_bytes()[3] >= b'c', "{walk}");
    }
    assert!(told(&sheet(&tree, &["no", "company", "leak", "yes", "no"]), "breach"));
    assert!(told(&sheet(&tree, &["no", "public", "leak", "no", "yes"]), "anssi"));
}

#[test]
fn every_path_is_short_and_ends_on_a_sheet_that_says_what_to_keep() {
    let tree = tree();
    let ends = all(&tree);
    println!("{} ways to {} outcomes", ends.len(), tree.outcomes.len());
    assert!(ends.len() > 50);
    for (walk, sheet) in ends {
        assert!(walk.len() - 2 <= 6, "{walk}");
        assert!(!sheet.channels.is_empty());
        assert!(!sheet.keep.is_empty() || sheet.outcome.code == "emergency", "{walk}");
        let codes: Vec<&str> = sheet.todo.iter().chain(&sheet.keep).map(|advice| advice.code.as_str()).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len(), "{walk}: nothing twice");
    }
}

#[test]
fn every_page_is_worded_in_both_languages_and_promises_nothing() {
    let promises: [(beffroi_wording::Lang, &[&str]); 2] = [
        (
            beffroi_wording::Lang::Fr,
            &[
                "sera rembours",
                "serez rembours",
                "garanti",
                "récupérerez",
                "sera arrêté",
                "sera condamné",
                "nous retrouv",
                "vous obtiendrez",
            ],
        ),
        (
            beffroi_wording::Lang::En,
            &[
                "will be refunded",
                "will be reimbursed",
                "guarantee",
                "get your money back",
                "will be arrested",
                "will be convicted",
            ],
        ),
    ];
    for (lang, promises) in promises {
        for key in tree().keys() {
            assert!(lang.knows(&key), "{key} in {lang:?}");
            let text = lang.say(&key).to_lowercase();
            for promise in promises {
                assert!(!text.contains(promise), "{key} promises: {text}");
            }
        }
    }
}

#[test]
fn every_deadline_that_a_sheet_tells_is_one_of_the_law() {
    let deadlines = beffroi_clocks::Deadlines::house().unwrap();
    for advice in tree().advice.iter().filter(|advice| !advice.deadline.is_empty()) {
        assert!(deadlines.get(&advice.deadline).is_some(), "{}", advice.deadline);
    }
}

#[test]
fn a_walk_goes_back_and_begins_again() {
    let tree = tree();
    assert_eq!(tree.walk(""), tree.walk(&tree.begin()));
    assert_eq!(tree.back("1."), None);
    assert_eq!(tree.back("1.ba"), Some("1.b"));
    assert_eq!(tree.after("1.b", 12), None);
    assert_eq!(tree.walk("2.b"), Err(WalkError::Edition), "an older link does not mean something else");
    for wrong in ["b", ".b", "x.b", "1.z", "1.B", "1.aa", "1.é", "1.b ", "-1.b", "+1.b", "1.1.b"] {
        assert_eq!(tree.walk(wrong), Err(WalkError::Answers), "{wrong}");
    }
    assert!(tree.walk(&format!("1.{}", "b".repeat(100_000))).is_err());
}

const SMALL: &str = r#"
name = "t"
edition = 1
start = "one"
[[question]]
code = "one"
[[question.answer]]
code = "a"
to = "two"
adds = ["do"]
[[question.answer]]
code = "b"
to = "end"
[[question]]
code = "two"
[[question.answer]]
code = "a"
to = "end"
[[question.answer]]
code = "b"
to = "end"
[[outcome]]
code = "end"
channels = ["c"]
[[channel]]
code = "c"
call = "17"
source = "s"
confirmed = true
[[advice]]
code = "do"
"#;

#[test]
fn a_tree_that_leaves_somebody_on_the_way_is_refused() {
    Tree::from_toml(SMALL).unwrap();
    let refused = |from: &str, to: &str| {
        let text = SMALL.replacen(from, to, 1);
        assert_ne!(text, SMALL);
        Tree::from_toml(&text).unwrap_err()
    };
    let missing = |at: &str, to: &str| TreeError::Missing { at: at.to_owned(), to: to.to_owned() };
    assert_eq!(refused("to = \"two\"", "to = \"three\""), missing("one", "three"));
    assert_eq!(refused("start = \"one\"", "start = \"end\""), missing("start", "end"));
    assert_eq!(refused("adds = [\"do\"]", "adds = [\"else\"]"), missing("one", "else"));
    assert_eq!(refused("channels = [\"c\"]", "channels = [\"d\"]"), missing("end", "d"));
    assert_eq!(refused("channels = [\"c\"]", "channels = []"), TreeError::Nowhere("end".to_owned()));
    assert_eq!(refused("to = \"two\"", "to = \"end\""), TreeError::Unreachable("two".to_owned()));
    assert_eq!(refused("adds = [\"do\"]", ""), TreeError::Unreachable("do".to_owned()));
    assert_eq!(
        refused("code = \"b\"\nto = \"end\"\n[[question]]", "code = \"a\"\nto = \"end\"\n[[question]]"),
        TreeError::Twice("a".to_owned())
    );
    assert_eq!(
        refused("[[question.answer]]\ncode = \"b\"\nto = \"end\"\n[[question]]", "[[question]]"),
        TreeError::Answers("one".to_owned(), 1)
    );
    assert_eq!(refused("code = \"c\"", "code = \"C d\""), TreeError::Code("C d".to_owned()));
    assert_eq!(refused("call = \"17\"", "call = \"dix-sept\""), TreeError::Channel("c".to_owned()));
    assert_eq!(refused("call = \"17\"", "web = \"javascript:x\""), TreeError::Channel("c".to_owned()));
    assert_eq!(refused("source = \"s\"", "source = \"\""), TreeError::Channel("c".to_owned()));
    assert!(matches!(refused("edition = 1", "edition = 1\nother = 2"), TreeError::Form(_)));
    let back = SMALL.replace("code = \"a\"\nto = \"end\"", "code = \"a\"\nto = \"one\"");
    assert!(matches!(Tree::from_toml(&back), Err(TreeError::Loop(_))));
}

#[test]
fn a_path_that_nobody_would_finish_is_refused() {
    let chain = |length: usize| {
        let mut text = String::from("name = \"t\"\nedition = 1\nstart = \"q0\"\nadvice = []\n");
        for number in 0..length {
            let next = if number + 1 == length { "end".to_owned() } else { format!("q{}", number + 1) };
            text += &format!(
                "[[question]]\ncode = \"q{number}\"\n[[question.answer]]\ncode = \"a\"\nto = \"{next}\"\n[[question.answer]]\ncode = \"b\"\nto = \"end\"\n"
            );
        }
        text + "[[outcome]]\ncode = \"end\"\nchannels = [\"c\"]\n[[channel]]\ncode = \"c\"\nsource = \"s\"\nconfirmed = true\n"
    };
    assert!(Tree::from_toml(&chain(7)).is_ok());
    assert_eq!(Tree::from_toml(&chain(8)), Err(TreeError::Long(7)));
}

proptest! {
    /// Any address shows a question, a sheet, or asks to begin again.
    #[test]
    fn any_address_is_answered(walk in "(1\\.[a-m]{0,8}|[0-9]{0,3}\\.?[a-z]{0,4}|.{0,12})") {
        let _ = tree().walk(&walk);
    }

    /// Any text is a tree that holds, or is refused.
    #[test]
    fn any_declaration_is_read_or_refused(cut in 0_usize..700, with in ".{0,6}") {
        let at = cut.min(SMALL.len());
        let _ = Tree::from_toml(&format!("{}{with}{}", &SMALL[..at], &SMALL[at..]));
    }
}
