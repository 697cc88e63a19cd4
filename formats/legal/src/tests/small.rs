//! Small files of each form, and what is asked of them.

use crate::*;
use jiff::civil::date;
use proptest::prelude::*;

/// An invented article in three versions, of which this is the second.
pub(crate) const ARTICLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ARTICLE>
<META><META_COMMUN><ID>LEGIARTI000000000002</ID><NATURE>Article</NATURE></META_COMMUN>
<META_SPEC><META_ARTICLE><NUM>X1-2</NUM><ETAT>MODIFIE</ETAT><DATE_DEBUT>2010-01-01</DATE_DEBUT><DATE_FIN>2020-07-01</DATE_FIN></META_ARTICLE></META_SPEC></META>
<CONTEXTE><TEXTE cid="LEGITEXT000000000009" nature="CODE"><TITRE_TXT>Code d&#39;essai</TITRE_TXT>
<TM><TITRE_TM>Livre Ier</TITRE_TM><TM><TITRE_TM>Titre &amp; chapitre</TITRE_TM></TM></TM></TEXTE></CONTEXTE>
<VERSIONS>
<VERSION etat="MODIFIE"><LIEN_ART debut="2000-01-01" etat="MODIFIE" fin="2010-01-01" id="LEGIARTI000000000001" num="X1-2"/></VERSION>
<VERSION etat="VIGUEUR"><LIEN_ART debut="2020-07-01" etat="VIGUEUR" fin="2999-01-01" id="LEGIARTI000000000003" num="X1-2"/></VERSION>
<VERSION etat="MODIFIE"><LIEN_ART debut="2010-01-01" etat="MODIFIE" fin="2020-07-01" id="LEGIARTI000000000002" num="X1-2"/></VERSION>
<VERSION etat="MODIFIE_MORT_NE"><LIEN_ART debut="2222-02-22" etat="MODIFIE_MORT_NE" fin="2222-02-22" id="LEGIARTI000000000004" num="X1-2"/></VERSION>
</VERSIONS>
<NOTA><CONTENU><p>Une note.</p></CONTENU></NOTA>
<BLOC_TEXTUEL><CONTENU><p>Le premier alinéa, puni de deux ans
 d'emprisonnement.<br/>Le second.</p><table><tr><td>A</td><td>B</td></tr></table></CONTENU></BLOC_TEXTUEL>
<LIENS><LIEN cidtexte="JORFTEXT000000000005" datesignatexte="2009-12-01" num="14" sens="cible" typelien="MODIFIE">LOI n°1 - art. 14</LIEN></LIENS>
</ARTICLE>"#;

fn article(text: &str) -> Version {
    read_legi_article(text.as_bytes()).unwrap().value.articles.remove(0)
}

#[test]
fn an_article_of_the_base_legi_is_read_whole() {
    let read = read_legi_article(ARTICLE.as_bytes()).unwrap();
    assert_eq!(read.findings, []);
    let law = read.value;
    assert_eq!(
        (law.id.as_str(), law.title.as_str(), law.nature.as_str()),
        ("LEGITEXT000000000009", "Code d'essai", "CODE")
    );
    let version = &law.articles[0];
    assert_eq!((version.id.as_str(), version.article.as_str()), ("LEGIARTI000000000002", "LEGIARTI000000000001"));
    assert_eq!((version.number.as_str(), version.state), ("X1-2", Some(State::Amended)));
    assert_eq!((version.from, version.until), (Some(date(2010, 1, 1)), Some(date(2020, 7, 1))));
    assert_eq!(version.text, "Le premier alinéa, puni de deux ans d'emprisonnement.\nLe second.\nA B");
    assert_eq!(
        (version.note.as_str(), &version.path[..]),
        ("Une note.", &["Livre Ier".to_owned(), "Titre & chapitre".to_owned()][..])
    );
    assert_eq!(version.others.len(), 4);
    assert_eq!((version.links[0].kind.as_str(), version.links[0].signed), ("MODIFIE", Some(date(2009, 12, 1))));
}

#[test]
fn the_version_of_the_day_of_the_facts() {
    let mut history = History::new();
    history.add(read_legi_article(ARTICLE.as_bytes()).unwrap().value);
    let article = history.numbered("X1-2")[0].to_owned();
    let at = |day| history.at(&article, day);
    assert!(matches!(at(date(2010, 1, 1)), At::One(version) if version.id.ends_with('2')), "the first day counts");
    assert!(matches!(at(date(2020, 6, 30)), At::One(_)), "the day before the end counts");
    // The day of the end is that of the next version, which is not here: the one before is not given for it.
    assert!(matches!(at(date(2020, 7, 1)), At::Absent(other) if other.id.ends_with('3')));
    assert!(matches!(at(date(2009, 12, 31)), At::Absent(other) if other.id.ends_with('1')));
    assert_eq!(at(date(1999, 12, 31)), At::None { ended: None, begins: Some(date(2000, 1, 1)) });
    assert_eq!(history.at("LEGIARTI999999999999", date(2015, 1, 1)), At::Unknown);
    // Once it is brought, it answers; the stillborn one never does.
    let newest = ARTICLE
        .replace("<ID>LEGIARTI000000000002", "<ID>LEGIARTI000000000003")
        .replace("<ETAT>MODIFIE", "<ETAT>VIGUEUR")
        .replace(
            "<DATE_DEBUT>2010-01-01</DATE_DEBUT><DATE_FIN>2020-07-01",
            "<DATE_DEBUT>2020-07-01</DATE_DEBUT><DATE_FIN>2999-01-01",
        )
        .replace("deux ans", "trois ans");
    history.add(read_legi_article(newest.as_bytes()).unwrap().value);
    for day in [date(2020, 7, 1), date(2222, 2, 22), date(2998, 1, 1)] {
        assert!(matches!(history.at(&article, day), At::One(version) if version.id.ends_with('3')), "{day}");
    }
    let changes = history.between(date(2019, 1, 1), date(2021, 1, 1));
    assert_eq!(changes.len(), 1);
    let pieces = diff(&changes[0].before.unwrap().text, &changes[0].after.unwrap().text);
    assert!(
        pieces.contains(&Piece::Removed("deux".to_owned())) && pieces.contains(&Piece::Added("trois".to_owned())),
        "{pieces:?}"
    );
    assert!(history.between(date(2011, 1, 1), date(2012, 1, 1)).is_empty());
    assert_eq!(history.days_to_come(date(2015, 1, 1)), [date(2020, 7, 1)]);
}

#[test]
fn two_versions_that_overlap_are_not_chosen_between() {
    let mut history = History::new();
    history.add(read_legi_article(ARTICLE.as_bytes()).unwrap().value);
    let other = ARTICLE.replace("<ID>LEGIARTI000000000002", "<ID>LEGIARTI000000000007");
    history.add(read_legi_article(other.as_bytes()).unwrap().value);
    assert!(matches!(history.at("LEGIARTI000000000001", date(2015, 1, 1)), At::Several(two) if two.len() == 2));
    // The twin: an annulled one has never held.
    let annulled = other.replace("<ETAT>MODIFIE", "<ETAT>ANNULE");
    history.add(read_legi_article(annulled.as_bytes()).unwrap().value);
    assert!(matches!(history.at("LEGIARTI000000000001", date(2015, 1, 1)), At::One(_)));
}

#[test]
fn a_newer_file_ends_a_version_read_from_an_older_one() {
    let node = |until: &str, others: &str| {
        format!(
            r#"{{"type":"article","data":{{"id":"LEGIARTI000000000001","cid":"LEGIARTI000000000001","num":"1","texte":"a","etat":"VIGUEUR",
            "dateDebut":"2000-01-01","dateFin":"{until}","articleVersions":[{others}]}}}}"#
        )
    };
    let mut history = History::new();
    history.add(read_legi_json(node("2999-01-01", "").as_bytes()).unwrap().value);
    assert!(matches!(history.at("LEGIARTI000000000001", date(2024, 1, 1)), At::One(_)));
    let newer = r#"{"type":"article","data":{"id":"LEGIARTI000000000002","cid":"LEGIARTI000000000001","num":"1","texte":"b","etat":"VIGUEUR",
        "dateDebut":"2023-01-01","dateFin":"2999-01-01","articleVersions":[
        {"id":"LEGIARTI000000000001","etat":"MODIFIE","dateDebut":"2000-01-01","dateFin":"2023-01-01"}]}}"#;
    history.add(read_legi_json(newer.as_bytes()).unwrap().value);
    assert!(matches!(history.at("LEGIARTI000000000001", date(2024, 1, 1)), At::One(version) if version.text == "b"));
    assert!(matches!(history.at("LEGIARTI000000000001", date(2022, 1, 1)), At::One(version) if version.text == "a"));
}

#[test]
fn both_trees_of_json_say_the_same() {
    let article = r#"{"id":"LEGIARTI000000000001","cid":"LEGIARTI000000000001","type":"AUTONOME","num":"1","texte":"x","texteHtml":"<p>a &amp; b<br/>c < d</p>","etat":"VIGUEUR","dateDebut":1451606400000,"dateFin":32472144000000,"nota":null}"#;
    let first = format!(
        r#"{{"id":"LEGITEXT000000000001","title":"Code","type":"code","sections":[{{"title":"Livre","sections":[{{"title":"Titre","articles":[{article}],"sections":null}}]}}]}}"#
    );
    let second = format!(
        r#"{{"children":[{{"children":[{{"children":[{{"type":"article","data":{article}}}],"data":{{"title":"Titre"}},"type":"section"}}],"data":{{"title":"Livre"}},"type":"section"}}],"data":{{"id":"LEGITEXT000000000001","title":"Code"}},"type":"code"}}"#
    );
    let read = |text: &str| read_legi_json(text.as_bytes()).unwrap();
    let (first, second) = (read(&first), read(&second));
    assert_eq!(first.findings, []);
    assert_eq!(first.value.articles, second.value.articles);
    assert_eq!(first.value.articles[0].path, ["Code", "Livre", "Titre"]);
    assert_eq!(
        (first.value.articles[0].text.as_str(), first.value.articles[0].from),
        ("a & b\nc < d", Some(date(2016, 1, 1)))
    );
    assert_eq!(first.value.articles[0].until, None);
}

#[test]
fn an_akoma_ntoso_document_tells_the_time_of_its_articles_or_none() {
    let text = r##"<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="loi"><meta>
        <identification><FRBRWork><FRBRuri value="/akn/fr/act/2023-01-24/2023-22"/></FRBRWork>
        <FRBRExpression><FRBRdate date="2023-01-24" name="x"/></FRBRExpression></identification>
        <lifecycle><eventRef eId="e1" date="2023-01-26" type="generation"/><eventRef eId="e2" date="2024-05-01" type="repeal"/></lifecycle>
        <temporalData><temporalGroup eId="t1"><timeInterval start="#e1" end="#e2"/></temporalGroup></temporalData></meta>
        <preface><p><docTitle>Loi d'essai</docTitle></p></preface>
        <body><chapter period="#t1"><article eId="art_1"><num>Article 1er</num><heading>Objet</heading>
          <paragraph><num>I.</num><content><p>Un <b>mot</b> et <mod><quotedStructure><article eId="cité"><num>9</num><content><p>cité</p></content></article></quotedStructure></mod></p></content></paragraph></article></chapter>
        <article eId="art_2"><num>Article 2</num><content><p>Deux.</p></content></article>
        <article eId="art_3" status="removed"><num>Article 3</num></article></body></act></akomaNtoso>"##;
    let read = read_akoma_ntoso(text.as_bytes()).unwrap();
    assert_eq!(read.findings, [Finding { at: "art_3".to_owned(), why: Why::Removed }]);
    let law = read.value;
    assert_eq!(
        (law.id.as_str(), law.title.as_str(), law.nature.as_str()),
        ("/akn/fr/act/2023-01-24/2023-22", "Loi d'essai", "act")
    );
    assert_eq!(law.as_of, Some(date(2023, 1, 24)));
    assert_eq!(law.articles.len(), 2, "what is quoted is no article of this text");
    let first = &law.articles[0];
    assert_eq!((first.number.as_str(), &first.path[..]), ("Article 1er", &["Objet".to_owned()][..]));
    assert_eq!(first.text, "I.\nUn mot et\n9\ncité");
    assert_eq!((first.from, first.until), (Some(date(2023, 1, 26)), Some(date(2024, 5, 1))));
    assert_eq!((law.articles[1].from, law.articles[1].in_force(date(2023, 6, 1))), (None, false), "no time is made up");
}

#[test]
fn what_cannot_be_read_of_an_article_is_told() {
    let odd = ARTICLE
        .replace("<ETAT>MODIFIE", "<ETAT>PEUT_ETRE")
        .replace("<DATE_FIN>2020-07-01", "<DATE_FIN>demain")
        .replace("Le second.", "&inconnue;");
    let read = read_legi_article(odd.as_bytes()).unwrap();
    let why: Vec<&Why> = read.findings.iter().map(|finding| &finding.why).collect();
    assert_eq!(
        why,
        [&Why::Entity("inconnue".to_owned()), &Why::State("PEUT_ETRE".to_owned()), &Why::Date("demain".to_owned())]
    );
    assert_eq!(article(&odd).state, None);
    let backwards = ARTICLE.replace("<DATE_FIN>2020-07-01", "<DATE_FIN>2001-01-01");
    assert_eq!(read_legi_article(backwards.as_bytes()).unwrap().findings[0].why, Why::Backwards);
    assert!(!article(&backwards).in_force(date(2015, 1, 1)));
}

proptest! {
    /// The pieces give back both texts.
    #[test]
    fn a_diff_gives_both_texts_back(before in "[a-c é\n]{0,60}", after in "[a-c é\n]{0,60}") {
        let pieces = diff(&before, &after);
        let join = |pick: fn(&Piece) -> Option<&String>| pieces.iter().filter_map(pick).cloned().collect::<String>();
        prop_assert_eq!(join(|piece| match piece { Piece::Kept(t) | Piece::Removed(t) => Some(t), Piece::Added(_) => None }), before.clone());
        prop_assert_eq!(join(|piece| match piece { Piece::Kept(t) | Piece::Added(t) => Some(t), Piece::Removed(_) => None }), after.clone());
        for pair in pieces.windows(2) {
            prop_assert_ne!(std::mem::discriminant(&pair[0]), std::mem::discriminant(&pair[1]));
            prop_assert!(!matches!(pair, [Piece::Added(_), Piece::Removed(_)]));
        }
        if before == after { prop_assert!(pieces.iter().all(|piece| matches!(piece, Piece::Kept(_)))); }
    }
}
