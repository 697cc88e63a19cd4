//! Workbooks of every register of the house.

use super::registers::registry;
use beffroi_desk_registers::{PARSER, read_file, workbook};
use beffroi_ports::doubles::InProcess;
use beffroi_register::{Cells, Field, FieldKind, Record, Values, canonical};
use beffroi_wording::Lang;

/// Something for a field, as hard to carry over as its kind allows.
fn something(cells: &Cells, field: &Field) -> Option<String> {
    let typed = match field.kind {
        FieldKind::Text => "=SOMME(A1) _x0041_",
        FieldKind::LongText => "«\u{a0}Un\u{a0}»\n\n- 007",
        FieldKind::Identifier => "0012/3",
        FieldKind::Number { decimals: 0 } => "7",
        FieldKind::Number { .. } => "1.25",
        FieldKind::Money => "1234.50",
        FieldKind::Date => "2026-01-14",
        FieldKind::Instant => "2026-10-25T01:30:00Z",
        FieldKind::Choice(_) | FieldKind::Code(_) | FieldKind::Flag => &cells.offered(field).pop()?.0,
        FieldKind::Person => "alix",
        FieldKind::Unit => "unit-35",
        FieldKind::Territory => "01",
        FieldKind::Reference(_) => "REF-2026-0001",
        FieldKind::Period => "2026-01-01/2026-06-30",
    };
    canonical(field, typed).ok().filter(|text| !text.is_empty())
}

/// What a workbook of any register holds comes back to the letter, in either language: its example, and a record with
/// something in each field.
#[test]
fn the_records_of_each_register_come_back_from_a_workbook() {
    let sandbox = InProcess { parser: PARSER.1 };
    let (mut lost, mut filled) = (Vec::new(), 0);
    let house = registry();
    for register in house.all() {
        let example = Record { values: register.example_values(), ..register.example_record() };
        let cells = Cells::new(register, Lang::Fr);
        let of = |field: &Field| Some((field.name.to_owned(), something(&cells, field)?));
        let values: Values = register.fields.iter().filter_map(of).collect();
        filled += values.len();
        let records = [example.clone(), Record { values, ..example }];
        for t in Lang::ALL {
            let read = read_file(register, &workbook(register, &records, t).unwrap(), &sandbox).unwrap();
            let said = read.findings.iter().map(|finding| finding.refusal.say(register, Lang::En));
            lost.extend(said.map(|sentence| format!("{} {t:?}: {sentence}", register.name)));
            let back: Vec<&Values> = read.rows.iter().map(|(_, values)| values).collect();
            for (at, record) in records.iter().enumerate() {
                let mut written = record.values.clone();
                written.retain(|name, _| register.field(name).is_some_and(|field| !field.by_move));
                if back.get(at) != Some(&&written) {
                    lost.push(format!("{} {t:?}, row {at}: {:?} is not {written:?}", register.name, back.get(at)));
                }
            }
        }
    }
    assert_eq!(lost, Vec::<String>::new());
    assert!(filled > 300, "{filled}");
}
