//! Every file made to harm meets its fate: refused as a whole, or read with findings; and nothing panics.

use crate::{AnyCode, Context, Declaration, FileError, FrameRows, Plan, Row, Step, WireError, frame_bytes, parse};
use beffroi_testkit::hostile::{Fate, Hostile, files};
use jiff::civil::Date;
use std::collections::BTreeSet;

const TODAY: Date = Date::constant(2026, 11, 30);

/// The rules of the findings, as the desk would see them.
fn read(file: &Hostile) -> Result<BTreeSet<&'static str>, FileError> {
    let source = file.form.source();
    let declaration = Declaration::parse(&source).unwrap();
    let plan = Plan::new(&declaration, &AnyCode).unwrap();
    let mut frames = Vec::new();
    let bound = frame_bytes(&declaration.file);
    parse(source.as_bytes(), &mut file.bytes.as_slice(), &mut |frame| {
        assert!(frame.len() as u64 <= bound, "{}", file.name);
        frames.push(frame.to_vec());
        Ok(())
    })
    .unwrap();
    let mut frames = frames.into_iter();
    let mut rows = FrameRows::new(&declaration.file, plan.columns().len());
    let (mut row, mut facts, mut findings) = (Row::default(), plan.no_facts(0), Vec::new());
    let context = Context { today: TODAY, vintage: TODAY, codes: &AnyCode };
    loop {
        match rows.next(&mut row) {
            Ok(Some(Step::Row)) => {
                plan.map(&row, &context, &mut facts, &mut findings);
            }
            Ok(Some(Step::Bad(finding))) => findings.push(finding),
            Ok(Some(Step::End)) => return Ok(findings.iter().map(|finding| finding.rule.code()).collect()),
            Ok(None) => rows.put(frames.next().expect("frames end with an end")),
            Err(WireError::File(error)) => return Err(error),
            Err(nonsense) => panic!("{}: {nonsense}", file.name),
        }
    }
}

#[test]
fn every_hostile_file_meets_its_fate() {
    let all = files();
    assert!(all.len() >= 120, "{}", all.len());
    let mut wrong = Vec::new();
    for file in &all {
        let met = read(file);
        let fine = match (&met, file.fate) {
            (Err(error), Fate::Refused(told)) => error.to_string().contains(told) && error.is_files_fault(),
            (Ok(rules), Fate::Findings(rule)) => rules.contains(rule),
            _ => false,
        };
        if !fine {
            wrong.push(format!("{} ({:?}): {:?}, met {met:?}", file.name, file.form, file.fate));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
