//! The table itself: every cell is there, what is wrong is named, and the rules that no cell may break.

use beffroi_rights::*;

const TABLE: &str = include_str!("../../policy.csv");

#[test]
fn the_table_reads() {
    if let Err(faults) = Policy::parse(TABLE) {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("policy.csv:\n{}", faults.join("\n"));
    }
}

#[test]
fn every_role_kind_and_act_is_stated_with_its_basis() {
    let mut n_cells = 0;
    for role in Role::ALL {
        for kind in Kind::ALL {
            for act in Act::ALL {
                let cell = Policy::embedded().cell(*role, *kind, *act);
                let cell = cell.unwrap_or_else(|| panic!("policy.csv has no cell for {role} × {kind} × {act}"));
                assert!(cell.basis.len() > 5, "{role} × {kind}: no basis");
                n_cells += 1;
            }
        }
    }
    assert_eq!(n_cells, Role::ALL.len() * Kind::ALL.len() * Act::ALL.len());
}

fn faults(text: &str) -> Vec<PolicyFault> {
    Policy::parse(text).unwrap_err()
}

#[test]
fn a_row_taken_out_is_named() {
    for row in TABLE.lines().skip(2) {
        let without = TABLE.replacen(&format!("{row}\n"), "", 1);
        let [PolicyFault::Missing { role, kind }] = faults(&without)[..] else { panic!("{row}") };
        assert!(row.starts_with(&format!("{role},{kind},")), "{row}");
    }
}

#[test]
fn what_is_wrong_in_a_table_is_named_with_its_line() {
    let broken = |from: &str, to: &str| {
        assert!(TABLE.contains(from), "{from}");
        faults(&TABLE.replacen(from, to, 1)).into_iter().map(|fault| fault.to_string()).collect::<Vec<_>>().join("; ")
    };
    assert!(
        broken("statistician,report,scope,scope", "statistician,report,scope,")
            .contains("line 3, column `read`: empty")
    );
    assert!(
        broken("statistician,report,scope,scope", "statistician,report,scope,all").contains("`list` and `read` differ")
    );
    assert!(broken("statistician,report,scope,scope", "statistician,report,scop,scop").contains("`scop` is no reach"));
    assert!(broken("own draft", "own drafted").contains("`drafted` is no standing"));
    assert!(broken("statistician,delivery", "statistician,report").contains("stands twice"));
    assert!(broken("statistician,report,scope", "statistics,report,scope").contains("`statistics` is no role"));
    assert!(broken("list,read", "read,list").contains("columns of the table must be"));
    assert!(broken("statistician,series,-", "statistician,series,own").contains("in no world where a `series` lives"));
    assert!(
        broken("publisher,account,self,self", "publisher,account,self four-eyes,self four-eyes").contains("exclude")
    );
    assert!(broken("statistician,report,", "statistician,report,-,").contains("cells where 18 were expected"));
}

#[test]
fn no_text_breaks_the_reader() {
    for text in ["", "\u{0}", "role", "\"", "a,b\n\"", &"x".repeat(5 << 20), &format!("{TABLE}\"unclosed")] {
        assert!(Policy::parse(text).is_err());
    }
    let doubled = format!("{TABLE}{}", TABLE.lines().skip(2).collect::<Vec<_>>().join("\n"));
    assert!(faults(&doubled).len() >= 100);
}

proptest::proptest! {
    #[test]
    fn a_table_with_a_few_characters_changed_never_panics(at in 0usize..19_000, with in "[-,|\"\n a-z]{0,6}") {
        let at = (at..).find(|at| TABLE.is_char_boundary(*at)).unwrap();
        let _ = Policy::parse(&format!("{}{with}{}", &TABLE[..at], &TABLE[at..]));
    }
}

fn allows(role: Role, kind: Kind, act: Act) -> bool {
    Policy::embedded().cell(role, kind, act).is_some_and(|cell| !cell.rules.is_empty())
}

#[test]
fn the_supervising_magistrate_reads_everything_judicial_and_changes_nothing() {
    for kind in Kind::ALL.iter().filter(|kind| kind.worlds().contains(&World::Judicial)) {
        let cell = Policy::embedded().cell(Role::SupervisingMagistrate, *kind, Act::Read).unwrap();
        assert!(cell.rules.iter().any(|rule| rule.reach == Reach::All && rule.standings.is_none()), "{kind}");
        for act in Act::ALL.iter().filter(|act| !matches!(act, Act::List | Act::Read)) {
            assert!(!allows(Role::SupervisingMagistrate, *kind, *act), "{kind} {act}");
        }
    }
}

#[test]
fn control_management_and_operation_never_see_content() {
    let roles = [Role::Manager, Role::DataProtectionOfficer, Role::Inspector, Role::SystemAdministrator];
    for role in roles {
        for kind in Kind::ALL.iter().filter(|kind| kind.is_content()) {
            for act in Act::ALL.iter().filter(|act| **act != Act::Operate) {
                assert!(!allows(role, *kind, *act), "{role} {kind} {act}");
            }
        }
    }
    for act in [Act::Grant, Act::Revoke, Act::Approve] {
        assert!(!allows(Role::SystemAdministrator, Kind::Grant, act), "{act}");
    }
}

#[test]
fn identities_take_two_persons_validation_four_eyes_and_glass_stays_out_of_the_judicial_world() {
    for role in Role::ALL {
        for kind in Kind::ALL {
            let rules =
                |act| Policy::embedded().cell(*role, *kind, act).map(|cell| cell.rules.as_slice()).unwrap_or_default();
            assert!(rules(Act::Reveal).iter().all(|rule| rule.two_persons), "{role} {kind}");
            for act in [Act::Validate, Act::Issue, Act::Approve] {
                assert!(rules(act).iter().all(|rule| rule.four_eyes), "{role} {kind} {act}");
            }
            let judicial = role.worlds().contains(&World::Judicial);
            assert!(!judicial || rules(Act::BreakGlass).is_empty(), "{role} {kind}");
        }
    }
}

#[test]
fn an_investigator_reaches_content_only_by_habilitation() {
    for kind in Kind::ALL.iter().filter(|kind| kind.is_content()) {
        for act in Act::ALL {
            let cell = Policy::embedded().cell(Role::Investigator, *kind, *act).unwrap();
            assert!(cell.rules.iter().all(|rule| rule.reach == Reach::Case), "{kind} {act}");
        }
    }
}

#[test]
fn everybody_sees_the_own_account_rights_and_consultations() {
    for role in Role::ALL {
        for kind in [Kind::Account, Kind::Grant, Kind::JournalEntry] {
            let cell = Policy::embedded().cell(*role, kind, Act::Read).unwrap();
            let own = |rule: &Rule| matches!(rule.reach, Reach::Itself | Reach::All) && rule.standings.is_none();
            assert!(cell.rules.iter().any(own), "{role} {kind}");
        }
    }
}
