//! Files as services really send them, read by declaration through the public door: under a title, wide, in two header rows,
//! with totals and notes, in archives, in other encodings, as workbooks and as columns.

use crate::{AnyCode, Context, Declaration, Facts, FileError, Finding, Outcome, Plan, TotalsRow, read_rows};
use beffroi_testkit::archive::{Part, archive};
use beffroi_testkit::columns::Columns;
use beffroi_testkit::opendocument::{content, of_rows, row, workbook};
use beffroi_testkit::workbook::{Book, row_of, sheet};
use jiff::civil::Date;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;

const TODAY: Date = Date::constant(2026, 11, 30);

/// A source of counts: the file's table, what stands above it, and the mapping.
fn source(top: &str, file: &str, mapping: &str) -> String {
    format!(
        "id = \"essai\"\nversion = 1\ntitle = {{ fr = \"Essai\", en = \"Trial\" }}\n\
         origin = {{ publisher = \"p\", licence = \"l\" }}\nlayer = \"recorded\"\nunit = \"infraction\"\nlegal_basis = \"b\"\n{top}\n\
         [file]\n{file}\n\n[[count]]\ndefinition_version = {{ const = \"1\" }}\n{mapping}\n"
    )
}

const PLAIN: &str = "series = \"s\"\nperiod = \"p\"\nterritory = \"t\"\nvalue = \"v\"";

struct Come {
    /// `series period territory category = value`
    counts: Vec<String>,
    /// `line column rule`
    findings: Vec<String>,
    totals: Vec<TotalsRow>,
    skipped: usize,
}

fn come(source: &str, input: impl Read) -> Result<Come, FileError> {
    let declaration = Declaration::parse(source).unwrap_or_else(|error| panic!("{error}\n{source}"));
    let plan = Plan::new(&declaration, &AnyCode).unwrap();
    let context = Context { today: TODAY, vintage: TODAY, codes: &AnyCode };
    let (mut facts, mut findings, mut totals, mut skipped) = (plan.no_facts(0), Vec::<Finding>::new(), Vec::new(), 0);
    read_rows(&declaration.file, plan.columns(), input, &mut |step| {
        match step {
            Ok(row) => match plan.map(row, &context, &mut facts, &mut findings) {
                Outcome::Total => totals.push(plan.totals(row)),
                Outcome::Skipped => skipped += 1,
                Outcome::Kept | Outcome::Rejected => {}
            },
            Err(finding) => findings.push(finding),
        }
        ControlFlow::Continue(())
    })?;
    let Facts::Counts(counts) = facts else { panic!("counts") };
    let told = counts.iter().map(|c| {
        let category = c.category.as_deref().unwrap_or("-");
        format!("{} {} {} {category} = {}", c.series, c.period, c.territory, c.value)
    });
    let findings = findings
        .iter()
        .map(|f| format!("{} {} {}", f.line, f.column.as_deref().unwrap_or("-"), f.rule.code()))
        .collect();
    Ok(Come { counts: told.collect(), findings, totals, skipped })
}

fn counts(source: &str, bytes: impl AsRef<[u8]>) -> Vec<String> {
    let come = come(source, bytes.as_ref()).unwrap();
    assert_eq!(come.findings, Vec::<String>::new());
    come.counts
}

fn refused(source: &str, bytes: impl AsRef<[u8]>) -> String {
    come(source, bytes.as_ref()).err().unwrap().to_string()
}

#[test]
fn a_table_under_a_title_with_blank_lines_totals_and_notes() {
    let file = "format = \"csv\"\nseparator = \";\"\ndecimal = \",\"\nthousands = \" \"\npreamble = 3\nstop = \"^(Source|\\\\* )\"\n\
                empty = [\"\", \"nd\", \"s\", \"c\", \"-\"]\nnotes = [\"(p)\", \"%\"]";
    let text = "Un titre;;;\n\nUnité : faits\ns;p;t;v\n;;;\na;2020;01;1\u{a0}234,5\n\na;2021;01;12\u{202f}000 (p)\na;2022;01;nd\n\
                a;2023;01;12,5 %\na;2023;02;s\nEnsemble;2023;FR;13 246,5\n;;;\nSource : essai, avec un \" seul\nb;2020;01;9\n";
    let come =
        come(&source("totals = [{ column = \"s\", is = [\"Ensemble\", \"Total\"] }]", file, PLAIN), text.as_bytes())
            .unwrap();
    assert_eq!(come.counts, ["a 2020 01 - = 1234.5", "a 2021 01 - = 12000", "a 2023 01 - = 12.5"]);
    assert_eq!((come.findings.len(), come.skipped), (0, 2), "not published is not zero");
    assert_eq!(come.totals.len(), 1);
    assert_eq!((come.totals[0].line, &come.totals[0].column), (12, &None));
    assert_eq!(come.totals[0].values.last().unwrap(), &("v".to_owned(), "13 246,5".to_owned()));
    // The twin: what is not declared does not read itself.
    let bare = file.replace("stop =", "member =").replace("\"^(Source|\\\\* )\"", "\"x\"");
    assert!(come_err(&source("", &bare, PLAIN), text).contains("no zip archive"));
    let without = file.lines().filter(|line| !line.starts_with("stop")).collect::<Vec<_>>().join("\n");
    assert!(!super_come(&source("", &without, PLAIN), text).findings.is_empty(), "the note is a row that does not fit");
}

fn come_err(source: &str, text: &str) -> String {
    refused(source, text)
}

fn super_come(source: &str, text: &str) -> Come {
    come(source, text.as_bytes()).unwrap()
}

#[test]
fn a_wide_table_gives_a_row_a_column() {
    let file = "format = \"csv\"\n[file.unpivot]\ncolumns = [\"janv. 2024\", \"2024M02\", \"2024T1\"]\nheader = \"mois\"\nvalue = \"n\"";
    let mapping = "series = \"s\"\nperiod = \"mois\"\nterritory = \"t\"\nvalue = \"n\"";
    let text = "s,t,note,janv. 2024,2024M02,2024T1\na,01,x,1,2,3\nb,01,x,4,,douze\n";
    let wide = source("", file, mapping);
    let come = come(&wide, text.as_bytes()).unwrap();
    assert_eq!(come.counts, ["a 2024-01 01 - = 1", "a 2024-02 01 - = 2", "a 2024-Q1 01 - = 3", "b 2024-01 01 - = 4"]);
    assert_eq!(come.findings, ["3 2024T1 not-a-number"], "a finding names the column of the file");
    assert!(refused(&wide, "s,t,janv. 2024\n").contains("no column `2024M02`, `2024T1`"));
    assert!(refused(&wide, text.replacen("note", "2024T1", 1)).contains("as columns 3 and 6"));

    let file = "format = \"csv\"\n[file.unpivot]\npattern = \"^(?<dep>[0-9][0-9AB])-\"\nheader = \"h\"\nvalue = \"n\"";
    let mapping = "series = \"s\"\nperiod = \"p\"\nterritory = \"dep\"\nvalue = \"n\"\ncategory = \"h\"";
    assert_eq!(
        counts(&source("", file, mapping), "s,p,01-Ain,2A-Corse-du-Sud,Total\na,2020,1,2,3\n"),
        ["a 2020 01 01-Ain = 1", "a 2020 2A 2A-Corse-du-Sud = 2"]
    );
    assert!(refused(&source("", file, mapping), "s,p,x\na,2020,1\n").contains("no column"));

    let file = "format = \"csv\"\n[file.unpivot]\nexcept = [\"note\"]\nheader = \"h\"\nvalue = \"n\"";
    let mapping = "series = \"s\"\nperiod = \"h\"\nterritory = { const = \"FR\" }\nvalue = \"n\"";
    assert_eq!(
        counts(&source("", file, mapping), "s,note,2020,2021\na,x,1,2\n"),
        ["a 2020 FR - = 1", "a 2021 FR - = 2"]
    );
}

#[test]
fn a_header_of_two_rows_and_a_row_of_second_names() {
    let file = "format = \"csv\"\nheader_rows = 2\nfill = [\"s\"]\n[file.unpivot]\npattern = \"20[0-9]{2}\"\nheader = \"h\"\nvalue = \"n\"";
    let mapping = "series = \"s\"\nperiod = \"h\"\nterritory = { const = \"FR\" }\ncategory = \"c\"\nvalue = \"n\"";
    let text = ",,2023,,2024\ns,c,nov.,déc.,janv.\na,x,1,2,3\n,y,4,5,6\n";
    assert_eq!(
        counts(&source("", file, mapping), text),
        [
            "a 2023-11 FR x = 1",
            "a 2023-12 FR x = 2",
            "a 2024-01 FR x = 3",
            "a 2023-11 FR y = 4",
            "a 2023-12 FR y = 5",
            "a 2024-01 FR y = 6"
        ],
        "a group goes on to the right, a merged cell goes on below"
    );
    let file = "format = \"json\"\n[file.unpivot]\npattern = \"^[0-9]\"\nheader = \"h\"\nvalue = \"n\"\nlabel = \"l\"";
    let mapping = "series = \"s\"\nperiod = { const = \"2020\" }\nterritory = { from = \"h\", before = \".\" }\ncategory = \"l\"\nvalue = \"n\"";
    let text = "[{\"s\":\"?\",\"01\":\"BELLEY\",\"01.1\":\"GEX\"},{\"s\":\"a\",\"01\":1,\"01.1\":\"2\"},{\"s\":\"b\"}]";
    let come = come(&source("", file, mapping), text.as_bytes()).unwrap();
    assert_eq!(come.counts, ["a 2020 01 BELLEY = 1", "a 2020 01 GEX = 2"]);
    assert_eq!(come.findings, ["1 - missing-value"]);
}

#[test]
fn fields_cut_into_pieces() {
    let file = "format = \"csv\"\n[[file.split]]\ncolumn = \"mode\"\nby = \"/\"\ninto = [\"a\", \"b\"]\n\
                [[file.split]]\ncolumn = \"lieu\"\npattern = \"^(?<dep>[0-9]{2}) (?<nom_lieu>.+)$\"";
    let mapping = "series = \"a\"\ncategory = \"b\"\nperiod = \"p\"\nterritory = { from = \"dep\", default = \"NL\" }\nvalue = \"v\"";
    let top = "where = [{ column = \"b\", is_not = \"z\" }]";
    assert_eq!(
        counts(
            &source(top, file, mapping),
            "mode,lieu,p,v\nx / y / q,01 Ain,2020,1\nx/z,01 Ain,2020,2\nx/w,?,2020,3\n"
        ),
        ["x 2020 01 y / q = 1", "x 2020 NL w = 3"]
    );
}

#[test]
fn conditions_of_every_kind() {
    let text = "s,p,t,v\na1,2020,01,1\nb2,2020,01,5\nc,2020,01,10\n,2020,01,20\nd,2021,01,30\n";
    let kept = |conditions: &str| {
        let mapping = PLAIN.replace("\"s\"", "{ from = \"s\", default = \"none\" }");
        let all = counts(&source(&format!("where = [{conditions}]"), "format = \"csv\"", &mapping), text);
        all.iter().filter_map(|line| line.rsplit("= ").next()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(kept("{ column = \"s\", matches = \"^[a-z][0-9]$\" }"), "1 5");
    assert_eq!(kept("{ column = \"v\", at_least = 5, at_most = 20 }"), "5 10 20");
    assert_eq!(kept("{ column = \"v\", at_most = 4.5 }"), "1");
    assert_eq!(kept("{ column = \"s\", empty = true }"), "20");
    assert_eq!(kept("{ column = \"s\", empty = false }"), "1 5 10 30");
    assert_eq!(kept("{ any = [{ column = \"s\", is = \"c\" }, { column = \"p\", is = \"2021\" }] }"), "10 30");
    assert_eq!(kept("{ any = [{ column = \"s\", is = \"c\" }] }, { column = \"v\", at_least = 50 }"), "");
    let days = "d,s,p,t,v\n2020-05-01,a,2020,01,1\n2020-06-01,a,2021,01,2\n?,a,2022,01,3\n";
    let by_day = |bound: &str| {
        counts(&source(&format!("where = [{{ column = \"d\", {bound} }}]"), "format = \"csv\"", PLAIN), days)
    };
    assert_eq!(by_day("at_least = 2020-05-15"), ["a 2021 01 - = 2"]);
    assert_eq!(by_day("at_most = \"2020-05-15\""), ["a 2020 01 - = 1"]);
    for wrong in [
        "{ column = \"s\", is = \"a\", empty = true }",
        "{ column = \"s\" }",
        "{ column = \"s\", matches = \"(\" }",
        "{ column = \"s\", any = [{ column = \"s\", is = \"a\" }] }",
        "{ column = \"s\", at_least = \"soon\" }",
    ] {
        assert!(
            Declaration::parse(&source(&format!("where = [{wrong}]"), "format = \"csv\"", PLAIN)).is_err(),
            "{wrong}"
        );
    }
}

const ROWS: &[&[&str]] = &[&["s", "p", "t", "v"], &["a", "2020", "01", "1"], &["é & <", "2021", "2A", "2"]];
const TOLD: [&str; 2] = ["a 2020 01 - = 1", "é & < 2021 2A - = 2"];

#[test]
fn the_same_table_in_every_layout() {
    let text: String = ROWS.iter().map(|row| row.join(",") + "\n").collect();
    assert_eq!(counts(&source("", "format = \"csv\"", PLAIN), &text), TOLD);
    assert_eq!(counts(&source("", "format = \"xlsx\"", PLAIN), Book::of_rows(ROWS).bytes()), TOLD);
    assert_eq!(counts(&source("", "format = \"ods\"", PLAIN), of_rows(ROWS)), TOLD);
    assert_eq!(counts(&source("", "format = \"parquet\"", PLAIN), Columns::of_rows(ROWS).bytes()), TOLD);
    let table = Part::new("d/a.csv", text.as_bytes());
    assert_eq!(counts(&source("", "format = \"csv\"", PLAIN), archive(std::slice::from_ref(&table))), TOLD);
    let parquet = Part::new("a.parquet", &Columns::of_rows(ROWS).bytes());
    let both = archive(&[Part::stored("__MACOSX/x", b"x"), parquet, table]);
    assert_eq!(counts(&source("", "format = \"parquet\"\nmember = \"a.parquet\"", PLAIN), &both), TOLD);
    assert!(
        refused(&source("", "format = \"csv\"", PLAIN), &both)
            .contains("name one of its files as `member`: `a.parquet`, `d/a.csv`")
    );
    assert!(refused(&source("", "format = \"csv\"\nmember = \"b\"", PLAIN), &both).contains("no file `b`"));
    for (name, bytes) in [
        ("windows-1252", b"s,p,t,v\n\x80\xe9,2020,01,1\n".as_slice()),
        ("utf-8", "\u{feff}s,p,t,v\n€é,2020,01,1\n".as_bytes()),
        ("auto", b"s,p,t,v\n\x80\xe9,2020,01,1\n"),
    ] {
        let file = format!("format = \"csv\"\nencoding = \"{name}\"");
        assert_eq!(counts(&source("", &file, PLAIN), bytes), ["€é 2020 01 - = 1"], "{name}");
    }
    assert!(refused(&source("", "format = \"csv\"", PLAIN), b"\xff\xfes\0,\0").contains("UTF-16"));
}

#[test]
fn a_wide_sheet_with_merged_cells_and_types() {
    let cell = |kind: &str, value: &str, text: &str| {
        format!("<table:table-cell office:value-type=\"{kind}\" {value}><text:p>{text}</text:p></table:table-cell>")
    };
    let merged = "<table:covered-table-cell/>";
    let rows = row(&["Un titre"])
        + &row(&["s", "jour", "2020", "2021"])
        + &format!(
            "<table:table-row>{}{}{}{}</table:table-row>",
            cell("string", "", "a<text:s text:c=\"2\"/>b &amp; c"),
            cell("date", "office:date-value=\"2025-10-13T00:00:00\"", "13 oct."),
            cell("float", "office:value=\"1234.5\"", "1 234,5"),
            "<table:table-cell office:value-type=\"percentage\" office:value=\"0.12\" table:number-columns-repeated=\"1\"><office:annotation><text:p>note</text:p></office:annotation><text:p>12 %</text:p></table:table-cell>"
        )
        + &format!(
            "<table:table-row table:number-rows-repeated=\"2\">{merged}{}{}{}</table:table-row>",
            cell("string", "", "?"),
            cell("float", "office:value=\"7\"", "7"),
            cell("string", "", "8,5")
        );
    let file = "format = \"ods\"\ndecimal = \",\"\nheader_row = 2\nsheet = \"Deux\"\nfill = [\"s\"]\n[file.unpivot]\npattern = \"^20\"\nheader = \"h\"\nvalue = \"n\"";
    let mapping = "series = \"s\"\nperiod = \"h\"\nterritory = { const = \"FR\" }\ncategory = \"jour\"\nvalue = \"n\"";
    let bytes = workbook(&content(&[("Un", &row(&["autre"])), ("Deux", &rows)]));
    assert_eq!(
        counts(&source("", file, mapping), &bytes),
        [
            "a  b & c 2020 FR 2025-10-13 = 1234.5",
            "a  b & c 2021 FR 2025-10-13 = 0.12",
            "a  b & c 2020 FR ? = 7",
            "a  b & c 2021 FR ? = 8.5",
            "a  b & c 2020 FR ? = 7",
            "a  b & c 2021 FR ? = 8.5"
        ]
    );
    assert!(
        refused(&source("", &file.replace("Deux", "Trois"), mapping), &bytes)
            .contains("no sheet `Trois`; it has `Un`, `Deux`")
    );
    let two = sheet(
        &(row_of(1, &["", "2020"])
            + &row_of(2, &["s", "janv.", "févr."])
            + &row_of(3, &["a", "1", "2"])
            + &row_of(4, &["Source"])),
    );
    let file = "format = \"xlsx\"\nheader_rows = 2\nstop = \"^Source\"\n[file.unpivot]\npattern = \"2020\"\nheader = \"h\"\nvalue = \"n\"";
    let mapping = "series = \"s\"\nperiod = \"h\"\nterritory = { const = \"FR\" }\nvalue = \"n\"";
    assert_eq!(
        counts(&source("", file, mapping), Book::of_sheet(&two).bytes()),
        ["a 2020-01 FR - = 1", "a 2020-02 FR - = 2"]
    );
}

#[test]
fn what_identifies_a_person_is_refused_in_the_mapping_and_in_the_texts() {
    let named = |column: &str| {
        Declaration::parse(&source("", "format = \"csv\"", &PLAIN.replace("\"s\"", &format!("\"{column}\""))))
    };
    let error = named("Prénom").unwrap_err();
    assert!(
        error.message.contains("a first name")
            && error.message.contains("no source has that purpose")
            && error.line.is_some()
    );
    for column in ["nom_victime", "date_naissance", "adresse", "NIR", "last name"] {
        assert!(named(column).is_err(), "{column}");
    }
    // Everywhere that a column is named.
    for place in [
        source("where = [{ any = [{ column = \"prenom\", is = \"x\" }] }]", "format = \"csv\"", PLAIN),
        source("totals = [{ column = \"prenom\", is = \"x\" }]", "format = \"csv\"", PLAIN),
        source("", "format = \"csv\"\nfill = [\"prenom\"]", PLAIN),
        source("", "format = \"csv\"\n[[file.split]]\ncolumn = \"prenom\"\nby = \" \"\ninto = [\"a\", \"b\"]", PLAIN),
        source("", "format = \"csv\"\n[file.unpivot]\ncolumns = [\"prenom\"]\nheader = \"h\"\nvalue = \"n\"", PLAIN),
    ] {
        assert!(Declaration::parse(&place).unwrap_err().message.contains("a first name"), "{place}");
    }
    // The twin: the same declaration of another column passes.
    assert!(named("indicateur").is_ok());

    let text = "s,p,t,v\njean.exemple@example.fr,2020,01,1\nappeler 01 99 00 12 34,2020,01,1\nne le 31/12/1985,2020,01,1\nvols,2020,01,1\n";
    let come = come(&source("", "format = \"csv\"", PLAIN), text.as_bytes()).unwrap();
    assert_eq!(come.counts, ["vols 2020 01 - = 1"]);
    assert_eq!(come.findings, ["2 s direct-identifier", "3 s direct-identifier", "4 s direct-identifier"]);
    // The twin: a text that the declaration itself writes, or that a list holds, is no stranger's.
    let listed = PLAIN.replace("\"s\"", "{ from = \"s\", list = \"any\" }");
    assert_eq!(super_come(&source("", "format = \"csv\"", &listed), text).counts.len(), 4);
}

#[test]
fn a_finding_repeats_nothing_that_identifies_a_person() {
    let source = source("", "format = \"csv\"", PLAIN);
    let declaration = Declaration::parse(&source).unwrap();
    let plan = Plan::new(&declaration, &AnyCode).unwrap();
    let context = Context { today: TODAY, vintage: TODAY, codes: &AnyCode };
    let (mut facts, mut findings) = (plan.no_facts(0), Vec::new());
    let mut traced = Vec::new();
    read_rows(
        &declaration.file,
        plan.columns(),
        b"s,p,t,v\njean.exemple@example.fr,2020,01,1\n".as_slice(),
        &mut |step| {
            let row = step.unwrap();
            plan.map(row, &context, &mut facts, &mut findings);
            traced = plan.trace(row, &context);
            ControlFlow::Continue(())
        },
    )
    .unwrap();
    assert_eq!(findings[0].value, "…");
    assert!(!format!("{findings:?}{traced:?}").contains("exemple"));
}

/// A line of a gigabyte, made as it is read.
struct Long {
    head: Cursor<Vec<u8>>,
    left: u64,
}

impl Read for Long {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.head.read(into)?;
        if n > 0 {
            return Ok(n);
        }
        let n = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        into[..n].fill(b'x');
        self.left -= n as u64;
        Ok(n)
    }
}

fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Alone in its process, so that its memory is its own.
#[test]
fn one_line_of_a_gigabyte_costs_its_row_and_no_memory() {
    const ALONE: &str = "BEFFROI_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "tests::one_line_of_a_gigabyte_costs_its_row_and_no_memory", "--nocapture"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return;
    }
    for (file, head) in [
        ("format = \"csv\"", "s,p,t,v\na,2020,01,1\n"),
        ("format = \"csv\"", "s,p,t,v\na,2020,01,1\nb,2020,01,\"1\""),
        ("format = \"json-lines\"", "{\"s\":\"a\",\"p\":\"2020\",\"t\":\"01\",\"v\":1}\n"),
    ] {
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = status("VmRSS");
        let input = Long { head: Cursor::new(head.as_bytes().to_vec()), left: 1 << 30 };
        let come = come(&source("", file, PLAIN), input).unwrap();
        assert_eq!((come.counts.len(), come.findings.len()), (1, 1), "{:?}", come.findings);
        let over = status("VmHWM").saturating_sub(before);
        assert!(over < 16 * 1024, "{over} KiB");
    }
}
