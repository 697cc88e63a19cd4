//! Sheets come over the wall as they were read; frames that are none are refused.

use super::*;
use beffroi_testkit::workbook::Book;
use proptest::prelude::*;

fn frames(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    parse_grid(b"", &mut &bytes[..], &mut |frame| {
        assert!(frame.len() as u64 <= grid_frames().0);
        all.push(frame.to_vec());
        Ok(())
    })
    .unwrap();
    all
}

fn taken(frames: &[Vec<u8>]) -> Result<Vec<GridSheet>, WireError> {
    let mut taken = GridFrames::default();
    for frame in frames {
        taken.put(frame)?;
    }
    taken.end()
}

#[test]
fn a_workbook_comes_over_whole() {
    let sheets = taken(&frames(&Book::of_rows(&[&["a", "b"], &["1", ""], &["", "é\u{a0}«"]]).bytes())).unwrap();
    let cell = |text: &str| GridCell::Text(text.to_owned());
    let rows = [
        GridRow { number: 1, cells: vec![(0, cell("a")), (1, cell("b"))] },
        GridRow { number: 2, cells: vec![(0, cell("1"))] },
        GridRow { number: 3, cells: vec![(1, cell("é\u{a0}«"))] },
    ];
    assert_eq!(sheets, [GridSheet { name: "Feuille".to_owned(), rows: rows.to_vec(), ..GridSheet::default() }]);
    assert!(matches!(taken(&frames(b"no workbook")), Err(WireError::File(FileError::Workbook { .. }))));
}

#[test]
fn a_child_that_lies_is_not_believed() {
    let all = frames(&Book::of_rows(&[&["a"], &["b"]]).bytes());
    assert!(taken(&all).is_ok());
    let (sheet, first, second) = (&all[0], &all[1], &all[2]);
    let end = b"E".to_vec();
    for wrong in [
        vec![sheet.clone()],
        vec![first.clone(), end.clone()],
        vec![sheet.clone(), second.clone(), first.clone(), end.clone()],
        vec![sheet.clone(), end.clone(), first.clone()],
        vec![b"X".to_vec(), end.clone()],
        vec![Vec::new(), end.clone()],
        vec![[sheet.as_slice(), b"more"].concat(), end.clone()],
        std::iter::repeat_n(sheet.clone(), SHEETS + 1).chain([end.clone()]).collect(),
    ] {
        assert!(matches!(taken(&wrong), Err(WireError::Nonsense { .. })), "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn no_frame_makes_it_panic(frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6)) {
        let _ = taken(&frames);
    }
}
