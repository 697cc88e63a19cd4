//! Parquet files that lie about themselves.

use super::Fate::{Findings, Refused};
use super::{Fate, Form, HEADER, Hostile};
use crate::columns::{Columns, with_footer};

fn file(name: &'static str, fate: Fate, bytes: impl Into<Vec<u8>>) -> Hostile {
    super::file(Form::Parquet, name, fate, bytes)
}

fn plain() -> Columns {
    Columns::of_rows(&[&HEADER, &["1", "2025-01-05", "x", "1"], &["2", "never", "x", "1"]])
}

pub(super) fn files() -> Vec<Hostile> {
    let bytes = plain().bytes();
    let cut = |n: usize| bytes.get(..n).unwrap_or_default().to_vec();
    let lie = |name, told, alter: fn(&mut Columns)| {
        let mut columns = plain();
        alter(&mut columns);
        file(name, Refused(told), columns.bytes())
    };
    vec![
        file("a Parquet file with a bad row", Findings("not-a-date"), bytes.clone()),
        file("a Parquet file without its end", Refused("cut short"), cut(bytes.len() - 4)),
        file("half a Parquet file", Refused("cut short"), cut(bytes.len() / 2)),
        file("a Parquet file of its first sign", Refused("cut short"), b"PAR1".to_vec()),
        file("no Parquet file", Refused("no Parquet"), b"id,day\n".to_vec()),
        file("nothing, for Parquet", Refused("empty"), Vec::new()),
        file("an encrypted Parquet file", Refused("encrypted"), [cut(bytes.len() - 4), b"PARE".to_vec()].concat()),
        file(
            "metadata longer than the file",
            Refused("cut short"),
            [cut(bytes.len() - 8), vec![0xff; 4], b"PAR1".to_vec()].concat(),
        ),
        file("metadata of nothing", Refused("metadata are damaged"), with_footer(b"PAR1".to_vec(), &[])),
        file(
            "metadata nested without end",
            Refused("metadata are damaged"),
            with_footer(b"PAR1".to_vec(), &[0x1c; 4000]),
        ),
        file(
            "a list of four billion row groups",
            Refused("metadata are damaged"),
            with_footer(b"PAR1".to_vec(), &[0x15, 2, 0x39, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
        ),
        file(
            "a name of four gibibytes",
            Refused("metadata are damaged"),
            with_footer(b"PAR1".to_vec(), &[0x15, 2, 0x58, 0xff, 0xff, 0xff, 0xff, 0x0f, b'x', 0]),
        ),
        file("metadata spoilt in the middle", Refused("damaged"), {
            let mut all = bytes.clone();
            let at = all.len() - 60;
            all.iter_mut().skip(at).take(20).for_each(|byte| *byte = 0xff);
            all
        }),
        lie("pages of two gibibytes", "a page is damaged", |c| c.unpacked = Some(i32::MAX)),
        lie("pages of less than nothing", "a page is damaged", |c| c.unpacked = Some(-1)),
        lie("pages longer than the file", "a page is damaged", |c| c.packed = Some(i32::MAX)),
        lie("columns that begin outside", "a page is damaged", |c| c.offset = Some(1 << 40)),
        lie("columns that begin before the file", "damaged", |c| c.offset = Some(-5)),
        lie("columns longer than the file", "a page is damaged", |c| c.length = Some(1 << 40)),
        lie("columns shorter than a page", "a page is damaged", |c| c.length = Some(3)),
        lie("columns packed by a program of few", "compressed otherwise", |c| c.codec = 4),
        lie("a bomb of gzip in a page", "a page is damaged", |c| {
            c.codec = 2;
            c.page = Some(super::text::gzip(&vec![0; 40 << 20]));
            c.unpacked = Some(1000);
        }),
        lie("pages that are not what they are packed by", "damaged", |c| {
            c.codec = 1;
            c.page = Some(vec![0xff; 100]);
            c.unpacked = Some(100);
        }),
        lie("values that are not there", "broke down", |c| {
            c.values = Some(1_000_000);
            c.count = Some(1_000_000);
        }),
        lie("texts longer than their page", "damaged", |c| c.page = Some(vec![0xff, 0xff, 0xff, 0x7f, b'x'])),
        lie("a column twice", "stands twice", |c| {
            c.names = ["id", "day", "subject", "loss", "id"].map(str::to_owned).to_vec()
        }),
        lie("a column that is not there", "no column `loss`", |c| c.names.truncate(3)),
        lie("five thousand columns", "4096", |c| {
            c.names = (0..5000).map(|n| format!("c{n}")).collect();
            c.rows.clear();
        }),
    ]
}
