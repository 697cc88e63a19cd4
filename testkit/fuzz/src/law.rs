//! Targets of texts of law, legal deadlines, cooperation, the orientation of victims and results of training.

use crate::readers::{round, seeds, text};
use beffroi_clocks::Deadlines;
use beffroi_cooperation::{Parties, Routes, Safeguards, StateCode};
use beffroi_decision::{Step, Tree, orientation};
use beffroi_dsn::ReportFrame;
use beffroi_elearning::{StatementFrames, read_statements};
use beffroi_legal::{
    Celex, DilaId, Ecli, EliFrance, EliUnion, History, Identifier, Law, LawFrames, LegalError, Nor, Piece, Reading,
    State, diff, read_akoma_ntoso, read_law, read_legi_article, read_legi_json,
};
use beffroi_ports::{Give, Parser, Taker, Unread};
use jiff::civil::Date;

/// What was read is asked for a day, and each version compared with the next.
fn asked(read: Result<Reading<Law>, LegalError>) {
    let Ok(Reading { value: law, findings }) = read else { return };
    assert!(findings.len() <= 100 && !law.articles.is_empty());
    for pair in law.articles.windows(2).take(4) {
        if let [before, after] = pair {
            let kept = diff(&before.text, &after.text).into_iter().filter_map(|piece| match piece {
                Piece::Kept(text) | Piece::Removed(text) => Some(text),
                Piece::Added(_) => None,
            });
            assert_eq!(kept.collect::<String>(), before.text);
        }
    }
    let mut history = History::new();
    history.add(law);
    let articles: Vec<String> = history.articles().map(str::to_owned).collect();
    for article in articles {
        let _ = history.at(&article, Date::constant(2020, 1, 1));
    }
}

pub(crate) fn article(bytes: &[u8]) {
    asked(read_legi_article(bytes));
}

pub(crate) fn article_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "<ARTICLE><META><META_COMMUN><ID>LEGIARTI000000000002</ID></META_COMMUN><META_SPEC><META_ARTICLE><NUM>1</NUM>\
         <ETAT>VIGUEUR</ETAT><DATE_DEBUT>2010-01-01</DATE_DEBUT><DATE_FIN>2999-01-01</DATE_FIN></META_ARTICLE></META_SPEC>\
         </META><VERSIONS><VERSION><LIEN_ART debut=\"2000-01-01\" fin=\"2010-01-01\" etat=\"MODIFIE\" id=\"LEGIARTI000000000001\"/>\
         </VERSION></VERSIONS><BLOC_TEXTUEL><CONTENU><p>Un &amp; <br/>deux</p></CONTENU></BLOC_TEXTUEL></ARTICLE>",
        "<!DOCTYPE ARTICLE [<!ENTITY a \"b\">]><ARTICLE>&a;</ARTICLE>",
    ])
}

pub(crate) fn tree_of_text(bytes: &[u8]) {
    asked(read_legi_json(bytes));
}

pub(crate) fn tree_of_text_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        r#"{"id":"LEGITEXT000000000001","title":"Code","sections":[{"title":"I","articles":[{"id":"LEGIARTI000000000001","num":"1","texteHtml":"<p>a</p>","etat":"VIGUEUR","dateDebut":1451606400000,"dateFin":32472144000000},{"id":"LEGIARTI000000000002","texte":"b"}]}]}"#,
        r#"{"type":"code","data":{"title":"Code"},"children":[{"type":"article","data":{"id":"x","cid":"y","articleVersions":[{"id":"z","dateDebut":"2020-01-01"}],"lienModifications":null}}]}"#,
    ])
}

pub(crate) fn akoma(bytes: &[u8]) {
    asked(read_akoma_ntoso(bytes));
}

pub(crate) fn akoma_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "<akomaNtoso><act><meta><lifecycle><eventRef eId=\"e\" date=\"2023-01-26\"/></lifecycle><temporalGroup eId=\"t\">\
         <timeInterval start=\"#e\"/></temporalGroup></meta><body><article eId=\"a\" period=\"#t\"><num>1</num><heading>h</heading>\
         <p>x</p></article><article eId=\"b\"><mod><quotedStructure><article/></quotedStructure></mod></article></body></act></akomaNtoso>",
        "<akomaNtoso><bill><section id=\"s\"><num>2</num></section></bill></akomaNtoso>",
    ])
}

pub(crate) fn identifiers(bytes: &[u8]) {
    round::<Identifier>(bytes);
    round::<DilaId>(bytes);
    round::<Nor>(bytes);
    round::<EliFrance>(bytes);
    round::<EliUnion>(bytes);
    round::<Celex>(bytes);
    round::<Ecli>(bytes);
    round::<State>(bytes);
    round::<StateCode>(bytes);
}

pub(crate) fn identifiers_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "LEGIARTI000048462058",
        "IOMJ2325904D",
        "/eli/decret/2023/11/23/IOMJ2325904D/lc/20240101/article_3",
        "http://data.europa.eu/eli/reg/2023/1543/oj",
        "02016R0679-20160504",
        "ECLI:FR:CCASS:2018:CR01953",
        "MODIFIE_MORT_NE",
        "FR",
    ])
}

/// The tables that the house declares, with anything in them.
pub(crate) fn tables(bytes: &[u8]) {
    let table = text(bytes);
    let _ =
        (Deadlines::from_csv(table), Parties::from_csv(table), Routes::from_csv(table), Safeguards::from_csv(table));
}

pub(crate) fn tables_seeds() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../../pure/clocks/deadlines.csv").to_vec(),
        include_bytes!("../../../pure/cooperation/parties.csv").to_vec(),
        include_bytes!("../../../pure/cooperation/routes.csv").to_vec(),
        include_bytes!("../../../pure/cooperation/safeguards.csv").to_vec(),
    ]
}

/// A declared tree that was accepted is walked to an end by the first answers, and by the last.
pub(crate) fn decision_tree(bytes: &[u8]) {
    let Ok(tree) = Tree::from_toml(text(bytes)) else { return };
    for last in [false, true] {
        let mut walk = tree.begin();
        for _ in 0..20 {
            match tree.walk(&walk) {
                Ok(Step::Ask(question)) => {
                    let place = if last { question.answers.len() - 1 } else { 0 };
                    walk = tree.after(&walk, place).unwrap_or_default();
                }
                Ok(Step::End(_)) => break,
                Err(error) => assert!(walk.is_empty(), "`{walk}`: {error}"),
            }
        }
        assert!(matches!(tree.walk(&walk), Ok(Step::End(_))), "a walk does not end");
    }
}

pub(crate) fn decision_tree_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "name = \"t\"\nedition = 1\nstart = \"q\"\nadvice = []\n[[question]]\ncode = \"q\"\n[[question.answer]]\ncode = \"a\"\nto = \"e\"\n\
             [[question.answer]]\ncode = \"b\"\nto = \"e\"\n[[outcome]]\ncode = \"e\"\nchannels = [\"c\"]\n[[channel]]\ncode = \"c\"\n\
             source = \"s\"\nconfirmed = true\n",
    ])
}

/// An address of the guided diagnosis, which anybody may write.
pub(crate) fn walk(bytes: &[u8]) {
    if let Ok(tree) = orientation()
        && let Ok(Step::End(sheet)) = tree.walk(text(bytes))
    {
        assert!(!sheet.channels.is_empty(), "a sheet sends somewhere");
    }
}

pub(crate) fn walk_seeds() -> Vec<Vec<u8>> {
    seeds(&["", "1.", "1.a", "1.baab", "1.bcabb", "2.b"])
}

/// What a parser gives is what is taken; frames are within their bound.
fn over<T: Taker>(parser: Parser, most: u64, bytes: &[u8], mut taker: T) -> Result<T::Taken, Unread> {
    let mut frames: Vec<Vec<u8>> = Vec::new();
    let give: &mut Give<'_> = &mut |frame| {
        assert!(frame.len() as u64 <= most);
        frames.push(frame.to_vec());
        Ok(())
    };
    assert!(parser(b"", &mut &bytes[..], give).is_ok());
    for frame in frames {
        taker.put(&frame)?;
    }
    taker.end()
}

/// Bytes as frames, a separator between two.
fn frames<T: Taker>(bytes: &[u8], mut taker: T) -> Option<T::Taken> {
    bytes.split(|byte| *byte == b'\x1e').all(|frame| taker.put(frame).is_ok()).then(|| taker.end().ok()).flatten()
}

/// A file of law of whatever form, over the wall.
#[expect(clippy::panic, reason = "a target panics when what must hold does not")]
pub(crate) fn law_file(bytes: &[u8]) {
    let brought = over(beffroi_legal::parse, beffroi_legal::task(0).max_frame_bytes, bytes, LawFrames::default());
    match (read_law(bytes), brought) {
        (Ok(reading), Ok(brought)) => assert_eq!(reading.value.articles.len(), brought.law.articles.len()),
        (Err(_), Err(Unread::File(_))) => {}
        (read, brought) => panic!("{read:?} and {brought:?}"),
    }
}

pub(crate) fn law_file_seeds() -> Vec<Vec<u8>> {
    [article_seeds(), tree_of_text_seeds(), akoma_seeds()].concat()
}

pub(crate) fn law_frames(bytes: &[u8]) {
    if let Some(brought) = frames(bytes, LawFrames::default()) {
        assert!(!brought.law.articles.is_empty());
    }
}

pub(crate) fn law_frames_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "H{\"id\":\"a\",\"title\":\"b\",\"nature\":\"CODE\",\"as_of\":\"2026-01-14\"}\u{1e}V{\"id\":\"a\",\"article\":\"a\",\
         \"number\":\"1\",\"state\":\"VIGUEUR\",\"from\":\"2020-01-01\",\"until\":null,\"path\":[\"c\"],\"text\":\"d\",\
         \"note\":\"\",\"links\":[{\"kind\":\"\",\"way\":\"\",\"text\":\"\",\"number\":\"\",\"title\":\"\",\"signed\":null}],\
         \"others\":[[\"e\",\"ABROGE\",null,null]]}\u{1e}Sx\twhy\u{1e}E",
        "Fno file of law",
    ])
}

/// A message that came back, over the wall.
#[expect(clippy::panic, reason = "a target panics when what must hold does not")]
pub(crate) fn bounce(bytes: &[u8]) {
    let brought = over(beffroi_dsn::parse, beffroi_dsn::task(0).max_frame_bytes, bytes, ReportFrame::default());
    match (beffroi_dsn::read(bytes), brought) {
        (Ok(read), Ok(brought)) => assert_eq!(read, brought),
        (Err(_), Err(Unread::File(_))) => {}
        (read, brought) => panic!("{read:?} and {brought:?}"),
    }
}

pub(crate) fn bounce_frames(bytes: &[u8]) {
    let _ = frames(bytes, ReportFrame::default());
}

pub(crate) fn bounce_frames_seeds() -> Vec<Vec<u8>> {
    seeds(&["Rf5.1.1\n0123456789abcdef0123456789abcdef", "Rd4.4.1\n", "Fno report"])
}

pub(crate) fn statement_frames(bytes: &[u8]) {
    if let Some(brought) = frames(bytes, StatementFrames::default()) {
        assert!(brought.findings.len() <= 100);
    }
}

pub(crate) fn statement_frames_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "S,,,\n{\"actor\":{\"mbox_sha1sum\":\"0123456789abcdef0123456789abcdef01234567\"},\"verb\":{\"id\":\"x:y\"},\
         \"object\":{\"id\":\"x:y\"},\"timestamp\":\"2026-03-02T10:00:00Z\"}\u{1e}A2\twhy\u{1e}N1\u{1e}E",
        "Fno statements",
    ])
}

pub(crate) fn statements(bytes: &[u8]) {
    let most = beffroi_elearning::task(0).max_frame_bytes;
    let brought = over(beffroi_elearning::parse, most, bytes, StatementFrames::default());
    let Ok(reading) = read_statements(bytes) else {
        assert!(matches!(brought, Err(Unread::File(_))));
        return;
    };
    let brought = brought.ok().map(|brought| (brought.statements, brought.aside));
    assert_eq!(brought, Some((reading.statements.clone(), reading.aside)));
    assert!(reading.findings.len() <= 100);
    for statement in reading.statements {
        let scaled = statement.score.and_then(|score| score.scaled);
        assert!(scaled.is_none_or(|scaled| (-1.0..=1.0).contains(&scaled)));
    }
}

pub(crate) fn statements_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        r#"[{"id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee","actor":{"account":{"homePage":"https://a.example","name":"u"}},"verb":{"id":"http://adlnet.gov/expapi/verbs/passed"},"object":{"id":"https://a.example/c"},"result":{"score":{"scaled":0.9,"raw":9,"min":0,"max":10},"success":true,"duration":"PT1H2.5S"},"timestamp":"2026-03-02T10:00:00Z"}]"#,
        r#"{"statements":[{"actor":{"mbox":"mailto:a@b.example"},"verb":{"id":"x:y"},"object":{"id":"x:y"},"timestamp":"2026-03-02T10:00:00+01:00"}],"more":""}"#,
    ])
}
