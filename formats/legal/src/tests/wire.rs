//! What is read on one side of the wall is what comes to the other; a child that lies is not believed.

use crate::*;
use beffroi_ports::{SandboxError, Taker, Unread};

fn frames(file: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut input = file;
    parse(b"", &mut input, &mut |frame| {
        assert!(frame.len() as u64 <= task(0).max_frame_bytes);
        all.push(frame.to_vec());
        Ok(())
    })
    .unwrap();
    all
}

fn taken(frames: &[Vec<u8>]) -> Result<Brought, Unread> {
    let mut taker = LawFrames::default();
    for frame in frames {
        taker.put(frame)?;
    }
    taker.end()
}

const TREE: &str = r#"{"id":"LEGITEXT000006070719","title":"Code d’essai","nature":"CODE","articles":[
    {"id":"LEGIARTI000000000001","cid":"LEGIARTI000000000001","num":"1","etat":"VIGUEUR","dateDebut":"2020-01-01",
     "dateFin":"2999-01-01","texteHtml":"<p>Un.</p><p>Deux « é ».</p>"},
    {"id":"LEGIARTI000000000002","cid":"LEGIARTI000000000002","num":"2","etat":"INCONNU","dateDebut":"2020-13-01",
     "texteHtml":"<p>Trois.</p>"}]}"#;

#[test]
fn a_text_comes_over_as_it_was_read() {
    let reading = read_law(TREE.as_bytes()).unwrap();
    assert!(reading.value.articles.len() == 2 && !reading.findings.is_empty(), "{reading:?}");
    let brought = taken(&frames(TREE.as_bytes())).unwrap();
    assert_eq!(brought.law, reading.value);
    let told: Vec<(String, String)> =
        reading.findings.iter().map(|finding| (finding.at.clone(), finding.why.to_string())).collect();
    assert_eq!(brought.findings, told);
    for (file, why) in [("{}", "no article"), ("<!DOCTYPE a><ARTICLE/>", "document type"), ("nothing", "")] {
        assert!(matches!(taken(&frames(file.as_bytes())), Err(Unread::File(told)) if told.contains(why)), "{file}");
    }
}

#[test]
fn a_child_that_lies_is_not_believed() {
    let all = frames(TREE.as_bytes());
    let (head, first, end) = (all[0].clone(), all[1].clone(), b"E".to_vec());
    assert!(taken(&[head.clone(), first.clone(), end.clone()]).is_ok());
    let text = String::from_utf8(first.clone()).unwrap();
    let bent = |from: &str, to: &str| {
        assert!(text.contains(from), "{text}");
        text.replacen(from, to, 1).into_bytes()
    };
    for wrong in [
        vec![first.clone(), end.clone()],
        vec![head.clone(), end.clone()],
        vec![head.clone(), first.clone()],
        vec![head.clone(), head.clone(), first.clone(), end.clone()],
        vec![head.clone(), first.clone(), end.clone(), first.clone()],
        vec![head.clone(), bent("\"VIGUEUR\"", "\"ANYTHING\""), end.clone()],
        vec![head.clone(), bent("\"number\"", "\"more\":1,\"number\""), end.clone()],
        vec![head.clone(), bent("2020-01-01", "never"), end.clone()],
        vec![head.clone(), b"V".to_vec(), end.clone()],
        vec![head.clone(), b"S without a tab".to_vec(), end.clone()],
        vec![b"\xff".to_vec()],
        vec![Vec::new()],
    ] {
        let met = taken(&wrong);
        assert!(matches!(met, Err(Unread::Reader(SandboxError::Nonsense { .. }))), "{met:?}");
    }
    let escape = vec![head, bent("Un.", "Un.\\u001b[31m"), end];
    assert!(taken(&escape).unwrap().law.articles[0].text.contains("\u{fffd}[31m"));
}
