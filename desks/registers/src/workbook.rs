//! Records as a workbook, made to come back: labels for people, names for the program below them, what may be chosen, and
//! a second sheet that says what each column takes.

use crate::RegisterError;
use beffroi_model::Marking;
use beffroi_register::{Aside, CellValue, Cells, Field, FieldKind, Own, Record, Refusal, Register, asked, kind, words};
use beffroi_wording::Lang;
use beffroi_workbook::{Book, BookError, Cell, Choices, Column, Sheet, sheet_name, write};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The column of the words of codes in the second sheet.
const WORDS: u16 = 5;
/// Most codes of a field that the second sheet lists.
const CODES: usize = 300;

/// A column of the sheet of records.
enum Held {
    Own(Own),
    Field(&'static Field),
}

/// Records as a workbook (`.xlsx`): the same records in the same language give the same bytes.
///
/// # Errors
/// [`RegisterError::Refused`] names the record and the field whose text no cell takes; [`RegisterError::Written`].
pub fn workbook(register: &'static Register, records: &[Record], t: Lang) -> Result<Vec<u8>, RegisterError> {
    let cells = Cells::new(register, t);
    let dictionary = dictionary(register, &cells, t);
    let held: Vec<Held> = std::iter::once(Held::Own(Own::Reference))
        .chain(register.fields.iter().map(Held::Field))
        .chain(Own::ALL.into_iter().filter(|own| *own != Own::Reference).map(Held::Own))
        .collect();
    let rows = records.iter().map(|record| row(register, record, &held, &cells, t));
    let marking = records.iter().fold(register.marking, |all: Marking, record| all.merge(record.marking));
    let synthetic = records.iter().any(|record| record.synthetic);
    let about = about(marking, synthetic, t);
    let records_sheet = Sheet {
        name: sheet_name(&words::name(register, t)),
        notice: vec![format!("{about} – {}", words::name(register, t)), t.say("register-workbook-how")],
        columns: held.iter().map(|held| column(register, held, &dictionary.choices, t)).collect(),
        rows: rows.collect::<Result<_, _>>()?,
    };
    let made = records.iter().map(|record| record.updated_at).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let book = Book { title: words::name(register, t), about, made, sheets: vec![records_sheet, dictionary.sheet] };
    write(&book).map_err(|error: BookError| RegisterError::Written(error.to_string()))
}

/// How far it may go, and whether any of it is made up.
fn about(marking: Marking, synthetic: bool, t: Lang) -> String {
    if synthetic { format!("{marking} – {}", t.say("web-synthetic")) } else { marking.to_string() }
}

fn row(
    register: &'static Register,
    record: &Record,
    held: &[Held],
    cells: &Cells,
    t: Lang,
) -> Result<Vec<Cell>, RegisterError> {
    held.iter()
        .map(|held| match held {
            Held::Own(own) => Ok(Cell::Text(own.text(register, record, t))),
            Held::Field(field) => match cells.cell(field, record.value(field.name)) {
                CellValue::Empty => Ok(Cell::Empty),
                CellValue::Number(number, decimals) => Ok(Cell::Number(number, decimals)),
                CellValue::Day(day) => Ok(Cell::Day(day)),
                CellValue::Moment(at) => Ok(Cell::Moment(at)),
                CellValue::Text(text) if Cell::takes(&text) => Ok(Cell::Text(text)),
                CellValue::Text(_) => {
                    let refusal = Refusal::of("cell-long").at(field.name).with("reference", &record.reference);
                    Err(RegisterError::Refused { register, refusals: vec![refusal] })
                }
            },
        })
        .collect()
}

fn column(register: &Register, held: &Held, choices: &BTreeMap<&'static str, Choices>, t: Lang) -> Column {
    match held {
        Held::Own(own) => Column {
            label: own.label(t),
            name: own.name().to_owned(),
            width: 18,
            aside: !own.is_read(),
            text: true,
            choices: None,
        },
        Held::Field(field) => {
            let typed = matches!(
                field.kind,
                FieldKind::Number { .. } | FieldKind::Money | FieldKind::Date | FieldKind::Instant
            );
            let label = words::field(register, field, t);
            Column {
                label: if field.required { format!("{label} *") } else { label },
                name: field.name.to_owned(),
                width: match field.kind {
                    FieldKind::LongText => 48,
                    FieldKind::Text => 32,
                    _ => 18,
                },
                aside: field.by_move,
                text: !typed || field.many,
                choices: choices.get(field.name).filter(|_| !field.many && !field.by_move).cloned(),
            }
        }
    }
}

/// The second sheet, and where the words to choose from stand in it.
struct Dictionary {
    sheet: Sheet,
    choices: BTreeMap<&'static str, Choices>,
}

/// The name of the second sheet.
pub(crate) fn dictionary_name(t: Lang) -> String {
    sheet_name(&t.say("register-workbook-dictionary"))
}

fn dictionary(register: &'static Register, cells: &Cells, t: Lang) -> Dictionary {
    let heads = ["field", "name", "kind", "asked", "code", "words", "help"];
    let column = |(head, width): (&str, u8)| Column {
        label: t.say(&format!("register-workbook-{head}")),
        width,
        text: true,
        ..Column::default()
    };
    let mut sheet = Sheet {
        name: dictionary_name(t),
        columns: heads.into_iter().zip([32, 24, 24, 18, 24, 40, 60]).map(column).collect(),
        ..Sheet::default()
    };
    let mut choices = BTreeMap::new();
    let text = |texts: [String; 7]| texts.map(Cell::Text).to_vec();
    let nothing = String::new;
    for field in register.fields {
        let offered = Some(cells.offered(field)).filter(|all| all.len() <= CODES).unwrap_or_default();
        let kind = match field.kind {
            FieldKind::Choice(_) if field.many => {
                format!("{} ({})", t.say("register-kind-choice"), t.say("register-kind-many"))
            }
            FieldKind::Choice(_) => t.say("register-kind-choice"),
            _ => kind(register, field, t).replace('`', ""),
        };
        let aside = field.by_move.then(|| t.say("register-workbook-by-move"));
        let help: Vec<String> = words::help(register, field, t).into_iter().chain(aside).collect();
        let (label, name) = (words::field(register, field, t), field.name.to_owned());
        let asked = asked(register, field, t);
        sheet.rows.push(text([label.clone(), name.clone(), kind, asked, nothing(), nothing(), help.join(" ")]));
        // Rows count from 1, and those of the table begin below the heading.
        let row = |index: usize| u32::try_from(sheet.head() + index).unwrap_or(u32::MAX);
        let rows = (row(sheet.rows.len() + 1), row(sheet.rows.len() + offered.len()));
        if !offered.is_empty() {
            choices.insert(field.name, Choices { sheet: sheet.name.clone(), column: WORDS, rows });
        }
        for (code, words) in offered {
            sheet.rows.push(text([label.clone(), name.clone(), nothing(), nothing(), code, words, nothing()]));
        }
    }
    for own in Own::ALL {
        let kind = t.say(if own.is_read() { "register-workbook-own-read" } else { "register-workbook-own" });
        let name = own.name().to_owned();
        sheet.rows.push(text([own.label(t), name, nothing(), nothing(), nothing(), nothing(), kind]));
    }
    Dictionary { sheet, choices }
}

/// The columns that were not brought in, as one text; nothing when all were.
pub fn set_aside(register: &Register, aside: &[Aside], t: Lang) -> Option<String> {
    let labels: Vec<String> = aside.iter().map(|one| one.label(register, t)).collect();
    (!labels.is_empty()).then(|| labels.join(", "))
}
