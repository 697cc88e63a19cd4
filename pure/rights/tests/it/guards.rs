//! One test for each guard. Each starts from something allowed and changes the one fact that the guard looks at: without
//! the guard, the answer would not change and the test would fail. Both the single answer and the filter are asked.

use crate::worlds::{TODAY, TREE, person, service, territory};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::*;
use jiff::civil::date;

const AMBER: Marking = Marking { tlp: Tlp::Amber, pap: Pap::Amber };

fn held(role: Role, world: World) -> Assignment {
    Assignment {
        role,
        world,
        service: service("gn-r53"),
        territories: Territories::of([territory("R53")]),
        clearance: AMBER,
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    }
}

fn subject(assignment: Assignment) -> Subject {
    Subject::new(person(0), [assignment], [], &TREE).unwrap()
}

fn thing(kind: Kind, world: World) -> Object {
    let mut object = Object::new("o-1".parse().unwrap(), kind, world, service("gn-35"), territory("35"));
    object.marking = AMBER;
    object.author = Some(person(1));
    object
}

/// What was lacking, the single answer and the filter agreeing.
fn why(subject: &Subject, act: Act, object: &Object) -> Option<Why> {
    let verdict = may(subject, act, object, TODAY);
    let scope = scope_of(subject, act, object.world, object.kind, TODAY);
    assert_eq!(scope.admits(object), verdict.is_allowed());
    verdict.why()
}

fn analyst() -> Subject {
    subject(held(Role::Analyst, World::Coordination))
}

fn signal() -> Object {
    thing(Kind::Signal, World::Coordination)
}

fn investigator(natures: &[DataNature], ends_on: jiff::civil::Date) -> Subject {
    let habilitation = Habilitation {
        person: person(0),
        inquiry: "inq-1".parse().unwrap(),
        natures: natures.iter().copied().collect(),
        ends_on,
    };
    Subject::new(person(0), [held(Role::Investigator, World::Judicial)], [habilitation], &TREE).unwrap()
}

fn complaint(inquiry: &str, nature: DataNature) -> Object {
    let mut object = thing(Kind::Report, World::Judicial);
    object.inquiry = Some(InquiryPart { inquiry: inquiry.parse().unwrap(), nature });
    object
}

#[test]
fn world_check_the_same_person_sees_nothing_of_another_world() {
    assert_eq!(why(&analyst(), Act::Read, &thing(Kind::Series, World::Coordination)), None);
    assert_eq!(why(&analyst(), Act::Read, &thing(Kind::Series, World::Judicial)), Some(Why::World));
}

#[test]
fn world_check_a_kind_where_it_has_no_place_is_refused() {
    let row = "inspector,figure,-,-,";
    let opened = include_str!("../../policy.csv").replacen(row, "inspector,figure,all,all,", 1);
    let opened = Policy::parse(&opened).unwrap();
    for (world, expected) in [(World::Statistics, None), (World::Judicial, Some(Why::World))] {
        let inspector = subject(held(Role::Inspector, world));
        let figure = thing(Kind::Figure, world);
        assert_eq!(opened.may(&inspector, Act::Read, &figure, TODAY).why(), expected);
        let scope = opened.scope_of(&inspector, Act::Read, world, Kind::Figure, TODAY);
        assert_eq!(scope.admits(&figure), expected.is_none());
    }
}

#[test]
fn table_check_what_is_not_written_is_refused() {
    assert_eq!(why(&analyst(), Act::Issue, &thing(Kind::Alert, World::Coordination)), Some(Why::NeverForRole));
}

#[test]
fn service_check_another_service_is_refused() {
    assert_eq!(why(&analyst(), Act::Change, &signal()), None);
    let other = Object { owner: service("gn-53"), ..signal() };
    assert_eq!(why(&analyst(), Act::Change, &other), Some(Why::Service));
    let above = Object { owner: service("gn"), ..signal() };
    assert_eq!(why(&analyst(), Act::Change, &above), Some(Why::Service));
}

#[test]
fn territory_check_another_territory_is_refused() {
    assert_eq!(why(&analyst(), Act::Read, &signal()), None);
    for elsewhere in ["53", "R52", "FR", "NL"] {
        let other = Object { territory: territory(elsewhere), ..signal() };
        assert_eq!(why(&analyst(), Act::Read, &other), Some(Why::Territory), "{elsewhere}");
        assert_eq!(why(&analyst(), Act::Change, &other), Some(Why::Territory), "{elsewhere}");
    }
}

#[test]
fn tlp_check_beyond_the_clearance_is_refused() {
    let strict = Object { marking: Marking { tlp: Tlp::AmberStrict, ..AMBER }, ..signal() };
    assert_eq!(why(&analyst(), Act::Read, &strict), Some(Why::Tlp));
}

#[test]
fn pap_check_beyond_the_clearance_is_refused() {
    let quiet = Object { marking: Marking { pap: Pap::Red, ..AMBER }, ..signal() };
    assert_eq!(why(&analyst(), Act::Read, &quiet), Some(Why::Pap));
}

#[test]
fn end_date_check_a_role_that_ended_or_has_not_started_is_refused() {
    let last_day = Assignment { until: TODAY, ..held(Role::Analyst, World::Coordination) };
    assert_eq!(why(&subject(last_day.clone()), Act::Read, &signal()), None);
    let ended = Assignment { until: TODAY.yesterday().unwrap(), ..last_day.clone() };
    assert_eq!(why(&subject(ended), Act::Read, &signal()), Some(Why::EndDate));
    let first_day = Assignment { from: TODAY, ..last_day.clone() };
    assert_eq!(why(&subject(first_day), Act::Read, &signal()), None);
    let future = Assignment { from: TODAY.tomorrow().unwrap(), until: date(2027, 1, 1), ..last_day };
    assert_eq!(why(&subject(future), Act::Read, &signal()), Some(Why::EndDate));
}

#[test]
fn habilitation_check_another_inquiry_or_none_is_refused() {
    let me = investigator(&[DataNature::ModusOperandi], TODAY);
    assert_eq!(why(&me, Act::Read, &complaint("inq-1", DataNature::ModusOperandi)), None);
    let other = complaint("inq-2", DataNature::ModusOperandi);
    assert_eq!(why(&me, Act::Read, &other), Some(Why::Habilitation));
    let outside = Object { inquiry: None, ..other };
    assert_eq!(why(&me, Act::Read, &outside), Some(Why::Habilitation));
    let unhabilitated = subject(held(Role::Investigator, World::Judicial));
    let same = complaint("inq-1", DataNature::ModusOperandi);
    assert_eq!(why(&unhabilitated, Act::Read, &same), Some(Why::Habilitation));
}

#[test]
fn habilitation_check_another_nature_of_data_is_refused() {
    let me = investigator(&[DataNature::ModusOperandi], TODAY);
    assert_eq!(why(&me, Act::Read, &complaint("inq-1", DataNature::Identities)), Some(Why::Nature));
}

#[test]
fn habilitation_check_one_that_ended_is_refused() {
    let mine = complaint("inq-1", DataNature::ModusOperandi);
    let ended = investigator(&[DataNature::ModusOperandi], TODAY.yesterday().unwrap());
    assert_eq!(why(&ended, Act::Read, &mine), Some(Why::HabilitationEnd));
}

#[test]
fn habilitation_check_somebody_elses_is_not_taken() {
    let foreign = Habilitation {
        person: person(7),
        inquiry: "inq-1".parse().unwrap(),
        natures: DataNature::ALL.iter().copied().collect(),
        ends_on: TODAY,
    };
    let taken = Subject::new(person(0), [held(Role::Investigator, World::Judicial)], [foreign], &TREE);
    assert!(matches!(taken, Err(SubjectError::NotTheirs { .. })));
}

#[test]
fn standing_check_only_what_was_submitted_is_validated() {
    let validator = subject(held(Role::Validator, World::Coordination));
    let mut alert = Object { state: State::Submitted, ..thing(Kind::Alert, World::Coordination) };
    assert_eq!(why(&validator, Act::Validate, &alert), None);
    alert.state = State::Draft;
    assert_eq!(why(&validator, Act::Validate, &alert), Some(Why::Standing));
}

#[test]
fn embargo_check_nothing_shows_before_its_date() {
    let prevention = subject(held(Role::PreventionOfficer, World::Coordination));
    let mut report = Object { state: State::Published, ..thing(Kind::AnnualReport, World::Coordination) };
    assert_eq!(why(&prevention, Act::Read, &report), None);
    report.embargo = Some(TODAY);
    assert_eq!(why(&prevention, Act::Read, &report), None);
    report.embargo = Some(TODAY.tomorrow().unwrap());
    assert_eq!(why(&prevention, Act::Read, &report), Some(Why::Embargo));
}

#[test]
fn four_eyes_check_nobody_validates_or_issues_what_is_his_own() {
    let validator = subject(held(Role::Validator, World::Coordination));
    for (act, state) in [(Act::Validate, State::Submitted), (Act::Issue, State::Approved)] {
        let theirs = Object { state, ..thing(Kind::Alert, World::Coordination) };
        assert_eq!(why(&validator, act, &theirs), None);
        let own = Object { author: Some(person(0)), ..theirs.clone() };
        assert_eq!(why(&validator, act, &own), Some(Why::FourEyes));
        let unknown = Object { author: None, ..theirs };
        assert_eq!(why(&validator, act, &unknown), Some(Why::FourEyes));
    }
}

#[test]
fn four_eyes_check_nobody_approves_a_right_for_himself() {
    let manager = subject(held(Role::Manager, World::Coordination));
    let theirs = Object { about: Some(person(2)), ..thing(Kind::Grant, World::Coordination) };
    assert_eq!(why(&manager, Act::Approve, &theirs), None);
    let own = Object { about: Some(person(0)), ..theirs };
    assert_eq!(why(&manager, Act::Approve, &own), Some(Why::FourEyes));
}

#[test]
fn two_persons_check_identities_show_only_when_another_agreed() {
    let me = investigator(&[DataNature::Identities], TODAY);
    let mut file = complaint("inq-1", DataNature::Identities);
    assert_eq!(why(&me, Act::Reveal, &file), Some(Why::TwoPersons));
    file.second = Some(person(0));
    assert_eq!(why(&me, Act::Reveal, &file), Some(Why::TwoPersons));
    file.second = Some(person(1));
    assert_eq!(why(&me, Act::Reveal, &file), None);
}

#[test]
fn self_check_only_own_consultations_are_shown() {
    let mine = Object { about: Some(person(0)), ..thing(Kind::JournalEntry, World::Coordination) };
    assert_eq!(why(&analyst(), Act::Read, &mine), None);
    let theirs = Object { about: Some(person(1)), ..mine.clone() };
    assert_eq!(why(&analyst(), Act::Read, &theirs), Some(Why::NotAboutSelf));
    let nobodys = Object { about: None, ..mine };
    assert_eq!(why(&analyst(), Act::Read, &nobodys), Some(Why::NotAboutSelf));
}

#[test]
fn administrator_check_judicial_content_stays_shut_whatever_the_table_and_the_other_roles_say() {
    let magistrate = Assignment { clearance: Marking::UNKNOWN, ..held(Role::SupervisingMagistrate, World::Judicial) };
    let file = complaint("inq-1", DataNature::Identities);
    let alone = subject(magistrate.clone());
    assert_eq!(why(&alone, Act::Read, &file), None);
    // Held at the same time, in whatever world, the role of administrator shuts it.
    let both =
        Subject::new(person(0), [held(Role::SystemAdministrator, World::Statistics), magistrate], [], &TREE).unwrap();
    assert_eq!(why(&both, Act::Read, &file), Some(Why::Administrator));

    let row = "system-administrator,report,-,-,";
    let opened = include_str!("../../policy.csv").replacen(row, "system-administrator,report,all,all,", 1);
    let opened = Policy::parse(&opened).unwrap();
    let administrator = subject(held(Role::SystemAdministrator, World::Judicial));
    assert_eq!(opened.may(&administrator, Act::Read, &file, TODAY).why(), Some(Why::Administrator));
    assert_eq!(opened.scope_of(&administrator, Act::Read, World::Judicial, Kind::Report, TODAY).branches().len(), 0);
    let counted = thing(Kind::Report, World::Statistics);
    let elsewhere = subject(held(Role::SystemAdministrator, World::Statistics));
    assert!(opened.may(&elsewhere, Act::Read, &counted, TODAY).is_allowed(), "the table did open it");
}

#[test]
fn administrator_check_a_former_administrator_is_shut_out_no_more() {
    let magistrate = Assignment { clearance: Marking::UNKNOWN, ..held(Role::SupervisingMagistrate, World::Judicial) };
    let former = Assignment { until: TODAY.yesterday().unwrap(), ..held(Role::SystemAdministrator, World::Statistics) };
    let both = Subject::new(person(0), [former, magistrate], [], &TREE).unwrap();
    assert_eq!(why(&both, Act::Read, &complaint("inq-1", DataNature::Identities)), None);
}

#[test]
fn scope_check_a_scope_admits_only_its_own_world_and_kind() {
    let scope = visible(&analyst(), World::Coordination, Kind::Series, TODAY);
    let series = thing(Kind::Series, World::Coordination);
    assert!(scope.admits(&series));
    assert!(!scope.admits(&Object { world: World::Judicial, ..series.clone() }));
    assert!(!scope.admits(&Object { kind: Kind::Signal, ..series }));
}

#[test]
fn scoped_check_nothing_outside_the_scope_is_handed_out() {
    let scope = visible(&analyst(), World::Coordination, Kind::Signal, TODAY);
    assert_eq!(scope.admit(signal()).map(Scoped::into_inner), Some(signal()));
    let far = Object { territory: territory("53"), ..signal() };
    assert_eq!(scope.admit(far.clone()), None);
    assert_eq!(scope.filter([far, signal()]).count(), 1);
}

#[test]
fn unsound_check_rights_that_cannot_stand_make_no_subject() {
    let foreign = Assignment { world: World::Judicial, ..held(Role::Analyst, World::Coordination) };
    assert!(matches!(Subject::new(person(0), [foreign], [], &TREE), Err(SubjectError::Assignment(_))));
    let nowhere = Assignment { service: service("gone"), ..held(Role::Analyst, World::Coordination) };
    assert!(matches!(Subject::new(person(0), [nowhere], [], &TREE), Err(SubjectError::UnknownService { .. })));
}
