//! Bytes that nobody would write.

use super::small::ARTICLE;
use crate::*;

fn all(bytes: &[u8]) -> [Result<Reading<Law>, LegalError>; 3] {
    [read_legi_article(bytes), read_legi_json(bytes), read_akoma_ntoso(bytes)]
}

#[test]
fn nothing_at_all_is_refused() {
    for bytes in [
        &b""[..],
        b"\xff\xfe",
        b"\0",
        b"<",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b"<a/>",
        b"<ARTICLE/>",
        b"<akomaNtoso/>",
        b"<ARTICLE>",
    ] {
        for read in all(bytes) {
            assert!(read.is_err(), "{bytes:?}");
        }
    }
}

#[test]
fn a_document_type_is_refused_with_its_entities() {
    let laughs = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>";
    let text = ARTICLE.replace("<ARTICLE>", &format!("{laughs}<ARTICLE>"));
    assert_eq!(read_legi_article(text.as_bytes()), Err(LegalError::DocumentType));
    let text = format!("{laughs}<akomaNtoso><act><body><article eId='a'><p>x</p></article></body></act></akomaNtoso>");
    assert_eq!(read_akoma_ntoso(text.as_bytes()), Err(LegalError::DocumentType));
    // The twin: without the declaration it is read.
    assert!(read_akoma_ntoso(text.replace(laughs, "").as_bytes()).is_ok());
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = format!("<ARTICLE>{}", "<p>".repeat(5000));
    assert!(matches!(read_legi_article(deep.as_bytes()), Err(LegalError::Form { why, .. }) if why.contains("deep")));
    let json = "{\"children\":[".repeat(5000);
    assert!(read_legi_json(json.as_bytes()).is_err());
    let long = vec![b' '; (16 << 20) + 1];
    assert!(matches!(read_legi_article(&long), Err(LegalError::Long { .. })));
    assert!(matches!(read_akoma_ntoso(&long), Err(LegalError::Long { .. })));
    let attributes: String = (0..65).map(|n| format!(" a{n}='1'")).collect();
    assert!(matches!(read_legi_article(format!("<ARTICLE{attributes}/>").as_bytes()), Err(LegalError::Form { .. })));
    let links = ARTICLE.replace("<LIENS>", &format!("<LIENS>{}", "<LIEN/>".repeat(20_001)));
    assert!(matches!(read_legi_article(links.as_bytes()), Err(LegalError::Many { .. })));
}

#[test]
fn any_cut_and_any_flipped_byte_is_read_or_refused() {
    let bytes = ARTICLE.as_bytes();
    for length in 0..bytes.len() {
        let _ = all(&bytes[..length]);
    }
    for at in 0..bytes.len() {
        let mut other = bytes.to_vec();
        other[at] ^= 0x55;
        let _ = all(&other);
    }
}

#[test]
fn an_error_does_not_repeat_a_megabyte() {
    let long = "x".repeat(1 << 20);
    let text = ARTICLE.replace("MODIFIE", &long).replace("2010-01-01", &long);
    let read = read_legi_article(text.as_bytes()).unwrap();
    assert!(read.findings.iter().all(|finding| finding.to_string().len() < 200));
    let error = read_legi_article(format!("<{long}/>").as_bytes()).unwrap_err();
    assert!(error.to_string().len() < 200, "{}", error.to_string().len());
    let json = format!("{{\"type\":\"article\",\"id\":\"{long}\",\"articles\":7}}");
    assert!(read_legi_json(json.as_bytes()).unwrap_err().to_string().len() < 200);
}

#[test]
fn two_texts_with_nothing_in_common_are_compared_in_bounded_time() {
    let words = |stem: &str| (0..15_000).map(|n| format!("{stem}{n} ")).collect::<String>();
    let pieces = diff(&words("a"), &words("b"));
    assert_eq!(pieces.len(), 2);
}
