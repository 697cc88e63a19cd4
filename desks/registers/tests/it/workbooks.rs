//! Workbooks of records: what goes out comes back, and what a person made is read behind the wall.

use super::declared::{LACK, ORDER, Trial, adding, subject};
use beffroi_desk_registers::{PARSER, RegisterError, read_file, set_aside, workbook};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_ports::doubles::InProcess;
use beffroi_ports::{Frames, Protections, Sandbox, SandboxError, Task};
use beffroi_register::*;
use beffroi_rights::Role;
use beffroi_testkit::hostile::{Form, files};
use beffroi_testkit::workbook::{Book, row_of, sheet, workbook as workbook_of};
use beffroi_wording::Lang;
use std::io::Read;

/// A field of every kind.
static ALL: Register = Register {
    name: "all",
    prefix: "ALL",
    desk: "trial",
    basis: "a text",
    fields: &[
        Field::text("title").required(),
        Field::long("description"),
        Field::identifier("number"),
        Field::number("count"),
        Field::decimal("share", 6),
        Field::money("amount"),
        Field::date("due"),
        Field::instant("at"),
        Field::choice("source", &["a", "b"]),
        Field::choice("kinds", &["a", "b", "c"]).many(),
        Field::code("sector", "sectors"),
        Field::flag("urgent"),
        Field::person("pilot"),
        Field::unit("service"),
        Field::territory("where").many(),
        Field::reference("need", "order").many(),
        Field::period("over"),
        Field::text("lines").many(),
        Field::text("outcome").by_move(),
    ],
    states: &[State::open("open")],
    example: &[("title", "A title")],
    ..Register::COORDINATION
};

fn sandbox() -> InProcess {
    InProcess { parser: PARSER.1 }
}

fn record(number: usize, values: &[(&str, &str)]) -> Record {
    let values = values.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Record { reference: format!("ALL-2026-{number:04}"), values, ..ALL.example_record() }
}

/// The key of what is wrong with a file as a whole, or with its first row.
fn wrong(register: &'static Register, bytes: &[u8]) -> String {
    let read = read_file(register, bytes, &sandbox()).unwrap();
    let found = read.findings.first().unwrap_or_else(|| panic!("{read:?}"));
    found.refusal.key.replace("register-fault-", "")
}

#[test]
fn what_goes_out_comes_back_in_either_language() {
    let records = [
        record(
            1,
            &[
                ("title", "=1+1"),
                ("description", "«\u{a0}Un\u{a0}»\n\n- deux, _x0041_; \u{fffe}\n@trois"),
                ("number", "0001/2"),
                ("count", "-12"),
                ("share", "123456789012.123456"),
                ("amount", "1234.50"),
                ("due", "2026-01-14"),
                ("at", "2026-10-25T01:30:59Z"),
                ("source", "b"),
                ("kinds", "a\nc"),
                ("sector", "K"),
                ("urgent", "no"),
                ("pilot", "alix"),
                ("service", "unit-35"),
                ("where", "01\n2A\n35"),
                ("need", "ORD-2026-0001\nORD-2026-0002"),
                ("over", "2026-01-01/2026-06-30"),
                ("lines", "007\n+33\ntrue"),
                ("outcome", "by a move"),
            ],
        ),
        record(2, &[("title", "01"), ("at", "2026-01-13T23:00:00Z"), ("due", "1899-12-31"), ("share", "0.1")]),
        Record { synthetic: true, marking: Marking { tlp: Tlp::Red, pap: Pap::Red }, ..record(3, &[("title", "'x")]) },
    ];
    for t in Lang::ALL {
        let bytes = workbook(&ALL, &records, t).unwrap();
        assert_eq!(bytes, workbook(&ALL, &records, t).unwrap(), "the same bytes");
        let read = read_file(&ALL, &bytes, &sandbox()).unwrap();
        assert_eq!(read.findings, []);
        for (record, (row, values)) in records.iter().zip(&read.rows) {
            let mut expected = record.values.clone();
            expected.remove("outcome");
            assert_eq!(*values, expected, "{t:?}");
            let around = &read.around[row];
            assert_eq!((&around.reference, around.synthetic), (&record.reference, record.synthetic));
            assert_eq!(around.marking, Some(record.marking));
        }
        assert_eq!(read.rows.len(), records.len());
        assert!(set_aside(&ALL, &read.aside, t).is_some());
    }
}

#[test]
fn a_text_that_no_cell_takes_is_refused_with_its_record() {
    let long = "x".repeat(299);
    let most = vec![long.as_str(); 110].join("\n");
    let error = workbook(&ALL, &[record(7, &[("title", "A"), ("lines", &most)])], Lang::Fr).unwrap_err();
    let said = error.sentences(Lang::Fr).join(" ");
    assert!(said.contains("ALL-2026-0007") && error.is_user_fault(), "{said}");
    assert!(workbook(&ALL, &[record(7, &[("title", "A"), ("lines", &most[..32_000])])], Lang::Fr).is_ok());
}

/// A workbook with sheets of those names, all of the same rows; `state` of the last.
fn several(names: &[&str], state: &str) -> Vec<u8> {
    let list = workbook_of(names);
    let at = list.rfind("<sheet ").unwrap();
    let list = format!("{}<sheet {state}{}", &list[..at], &list[at + 7..]);
    Book::of_rows(&[&["title"], &["One"]]).with("xl/workbook.xml", list.as_bytes()).bytes()
}

#[test]
fn a_workbook_that_a_person_made_is_read_or_told_why_not() {
    let book = |rows: &[&[&str]]| Book::of_rows(rows).bytes();
    let read = read_file(&ALL, &book(&[&["Intitulé", "urgent"], &["One", "OUI"], &["Two", "no"]]), &sandbox()).unwrap();
    assert_eq!((read.findings.len(), read.rows.len()), (0, 2));
    assert_eq!(read.rows[0].1["urgent"], "yes");
    // The dictionary that we write ourselves is not in the way, in whatever language.
    for t in Lang::ALL {
        let name = t.say("register-workbook-dictionary");
        assert_eq!(read_file(&ALL, &several(&["Besoins", &name], ""), &sandbox()).unwrap().rows.len(), 1);
    }
    assert_eq!(wrong(&ALL, &several(&["Une", "Deux"], "")), "sheet-several");
    assert_eq!(wrong(&ALL, &several(&["Une"], "state=\"hidden\" ")), "sheet-hidden");
    assert_eq!(wrong(&ALL, &several(&["Une"], "state=\"veryHidden\" ")), "sheet-hidden");
    assert_eq!(wrong(&ALL, &book(&[])), "sheet-none");
    let rows = row_of(1, &["title", "due"]) + &row_of(2, &["One"]);
    let merged =
        sheet(&rows).replace("</sheetData>", "</sheetData><mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells>");
    assert_eq!(wrong(&ALL, &Book::of_sheet(&merged).bytes()), "sheet-merged");
    let formula = |value: &str| {
        let cells = format!("<row r=\"2\"><c r=\"A2\" t=\"str\"><f>B1&amp;\"\"</f>{value}</c></row>");
        Book::of_sheet(&sheet(&(row_of(1, &["title"]) + &cells))).bytes()
    };
    assert_eq!(wrong(&ALL, &formula("")), "cell-formula");
    assert_eq!(read_file(&ALL, &formula("<v>saved</v>"), &sandbox()).unwrap().rows[0].1["title"], "saved");
    assert_eq!(wrong(&ALL, &book(&[&["title", "title"], &["One", "Two"]])), "sheet-twice");
    assert_eq!(wrong(&ALL, &book(&[&["nothing", "known"], &["One", "Two"]])), "sheet-heads");
    let wide: String = (0..300).map(|n| format!("<c r=\"{}1\"><v>1</v></c>", letters(n))).collect();
    assert_eq!(wrong(&ALL, &Book::of_sheet(&sheet(&format!("<row r=\"1\">{wide}</row>"))).bytes()), "book");
    assert_eq!(wrong(&ALL, b"\xd0\xcf\x11\xe0 an old workbook"), "book");
    assert_eq!(wrong(&ALL, &vec![b'P'; 9 << 20]), "file-long", "a text as ever");
}

fn letters(column: u32) -> String {
    let one = |n: u32| char::from(b'A' + u8::try_from(n % 26).unwrap());
    if column < 26 { one(column).to_string() } else { format!("{}{}", one(column / 26 - 1), one(column)) }
}

#[test]
fn a_hostile_workbook_is_one_finding() {
    let mut n = 0;
    for file in files().into_iter().filter(|file| file.form == Form::Xlsx && file.bytes.starts_with(b"PK")) {
        let read = read_file(&ALL, &file.bytes, &sandbox()).unwrap();
        // What the container lets pass has headings of another table.
        assert_eq!((read.findings.len(), read.findings[0].row), (1, 0), "{}: {:?}", file.name, read.findings);
        n += 1;
    }
    assert!(n >= 50, "{n}");
    let told = |register, bytes: &[u8]| {
        let read = read_file(register, bytes, &sandbox()).unwrap();
        read.findings[0].refusal.say(register, Lang::Fr)
    };
    let cut = Book::of_rows(&[&["title"], &["One"]]).bytes();
    let said = told(&ALL, &cut[..cut.len() / 2]);
    assert!(said.contains("cut short") && said.contains(".xlsx"), "{said}");
}

/// A sandbox that dies in one way.
struct Dies(SandboxError);

impl Sandbox for Dies {
    fn read(&self, _: Task, _: Box<dyn Read + Send>) -> Result<Box<dyn Frames>, SandboxError> {
        Err(self.0.clone())
    }

    fn protections(&self) -> Result<Protections, SandboxError> {
        Ok(Protections::default())
    }
}

#[test]
fn a_workbook_is_read_behind_the_wall_and_nowhere_else() {
    let book = Book::of_rows(&[&["title"], &["One"]]).bytes();
    assert_eq!(read_file(&ALL, &book, &sandbox()).unwrap().rows.len(), 1);
    // The same file where nothing can be read: what was read above was read behind the wall.
    let died = read_file(&ALL, &book, &Dies(SandboxError::Forbidden)).unwrap();
    assert_eq!((died.rows.len(), died.findings[0].refusal.key.as_str()), (0, "register-fault-book"));
    let start = SandboxError::Start { reason: "no process".to_owned() };
    assert!(matches!(read_file(&ALL, &book, &Dies(start)), Err(RegisterError::Reader(_))), "no fault of the file's");
    let lies = InProcess { parser: |_, _, give| give(b"E").and_then(|()| give(b"E")) };
    assert_eq!(read_file(&ALL, &book, &lies).unwrap().findings[0].refusal.key, "register-fault-book");
    // A text needs no wall.
    assert_eq!(read_file(&ALL, b"title\nOne\n", &Dies(SandboxError::Forbidden)).unwrap().rows.len(), 1);
}

#[tokio::test]
async fn what_comes_back_is_added_whole_or_not_at_all_and_nothing_twice() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let made = [("title", "An order"), ("urgent", "yes"), ("source", "a\nb"), ("due", "2026-01-15")];
    let order = trial.actor(&chief, 0).add(&ORDER, adding(&made)).await.unwrap();
    trial.actor(&chief, 1).add(&ORDER, adding(&[("title", "Another")])).await.unwrap();
    let mut records = trial.actor(&chief, 2).taken_out(&ORDER, &[]).await.unwrap();
    let read =
        |records: &[Record]| read_file(&ORDER, &workbook(&ORDER, records, Lang::En).unwrap(), &sandbox()).unwrap();
    // The same house has them all, and says which.
    let again = trial.actor(&chief, 3).import_read(&ORDER, read(&records), false).await.unwrap();
    assert_eq!((again.n_fine, again.added.len(), again.findings.len()), (0, 0, 2));
    assert!(again.findings.iter().all(|finding| finding.refusal.key == "register-fault-row-there"));
    // One row without a reference, made up, and to go less far than the register's.
    let narrow = Marking { tlp: Tlp::Amber, pap: Pap::Amber };
    records.push(Record { reference: String::new(), synthetic: true, marking: narrow, ..records[0].clone() });
    records[2].values.insert("title".to_owned(), "A third".to_owned());
    let preview = trial.actor(&chief, 4).preview_read(&ORDER, read(&records)).await.unwrap();
    assert_eq!((preview.n_fine, preview.findings.len(), preview.added.len()), (1, 2, 0));
    assert!(trial.actor(&chief, 5).import_read(&ORDER, read(&records), false).await.unwrap().added.is_empty());
    let partly = trial.actor(&chief, 6).import_read(&ORDER, read(&records), true).await.unwrap();
    let [added] = partly.added.as_slice() else { panic!("{partly:?}") };
    let added = trial.actor(&chief, 7).fetch(added).await.unwrap().1.record;
    assert!(added.synthetic && added.marking == narrow, "{added:?}");
    // Another house takes them all, and each is as it was.
    let other = Trial::new().await;
    let taken = other.actor(&chief, 0).import_read(&ORDER, read(&records[..2]), false).await.unwrap();
    assert_eq!((taken.added.len(), taken.findings.len()), (2, 0), "{taken:?}");
    let back = other.actor(&chief, 1).taken_out(&ORDER, &[]).await.unwrap();
    let first = records.iter().find(|record| record.reference == order).unwrap();
    assert!(back.iter().any(|record| record.values == first.values));
    // A wide marking widens nothing.
    let wide = Record { marking: Marking { tlp: Tlp::Clear, pap: Pap::Clear }, ..records[2].clone() };
    let wide = Record { values: Values::from([("title".to_owned(), "A fourth".to_owned())]), ..wide };
    let added = trial.actor(&chief, 8).import_read(&ORDER, read(&[wide]), false).await.unwrap().added;
    assert_eq!(trial.actor(&chief, 9).fetch(&added[0]).await.unwrap().1.record.marking, ORDER.marking);
    // To whom a register is not there, nothing is.
    let unit = subject("alix", Role::Correspondent, "unit-35", "35");
    let lack = RowRead { rows: vec![(1, Values::from([("title".to_owned(), "x".to_owned())]))], ..RowRead::default() };
    assert!(matches!(trial.actor(&unit, 0).import_read(&LACK, lack, false).await, Err(RegisterError::NotFound)));
}
