//! A document without a cover: a made-up flash alert.

use crate::reading::Pdf;
use crate::sample::{heading, paragraph, table, term, text};
use beffroi_document::{Block, Document, Span};
use beffroi_ports::Typesetter;
use beffroi_typeset::TypstTypesetter;

fn items(entries: &[&str]) -> Vec<Vec<Span>> {
    entries.iter().map(|entry| vec![text(entry)]).collect()
}

/// A flash alert of fourteen short blocks.
pub(crate) fn flash() -> Document {
    let mut observables = table(
        "tab-observables",
        "Observables (désarmés)",
        &["Type", "Valeur", "Vu le"],
        &[
            &["domain-name", "amende-antai[.]exemple[.]invalid", "2025-01-12"],
            &[
                "url",
                "hxxps[://]amende-antai[.]exemple[.]invalid/paiement/etape-2/carte-bancaire?dossier=20250112",
                "2025-01-12",
            ],
            &["ipv4-addr", "198[.]51[.]100[.]23", "2025-01-13"],
            &["file:hashes.SHA-256", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "2025-01-13"],
            &["email-addr", "contact[@]exemple[.]invalid", "2025-01-13"],
        ],
        false,
        vec![],
    );
    observables.columns.iter_mut().for_each(|column| column.numeric = false);
    Document {
        lang: "fr".to_owned(),
        title: "Hameçonnage par SMS « amende impayée » : variante à fausse application".to_owned(),
        author: "Centre d’alerte fictif".to_owned(),
        date: "14 janvier 2025 à 9 h 30".to_owned(),
        marking: "TLP:GREEN · PAP:GREEN".to_owned(),
        banner: Some("Données synthétiques : exercice".to_owned()),
        cover: None,
        blocks: vec![
            Block::Terms(vec![
                term("Référence", "FLASH-2025-0007, version 1"),
                term("Diffusion", "unités, CSIRT territoriaux, opérateurs"),
                term("Fiabilité", "B2 : source habituellement sûre, information probable"),
                term("Validité", "jusqu’au 28 janvier 2025"),
            ]),
            Block::Frame {
                title: "À retenir".to_owned(),
                warning: true,
                blocks: vec![paragraph(
                    "Depuis le 9 janvier, un SMS imitant l’administration mène à une fausse page de paiement, puis propose une application \
                     malveillante qui lit les SMS de la banque. 312 signalements en cinq jours, contre 41 attendus.",
                )],
            },
            heading(1, "Faits", "faits"),
            paragraph(
                "Le message annonce une amende de 35 euros majorée sous 48 heures. La page demande la carte bancaire, puis un « certificat de sécurité » \
                 à installer, qui est un paquet Android. Les débits observés vont de 180 à 2 400 euros.",
            ),
            Block::List {
                ordered: false,
                items: items(&[
                    "personnes visées : tous publics, numéros mobiles français ;",
                    "infrastructure : domaines créés moins de 72 heures avant l’envoi ;",
                    "pertes déclarées : 214 000 euros pour 187 plaintes.",
                ]),
            },
            heading(1, "Observables", "observables"),
            Block::Table(observables),
            Block::Paragraph(vec![
                text("Technique principale : "),
                Span::Code("T1660".to_owned()),
                text(" (hameçonnage mobile). Le paquet est signé sous le nom "),
                Span::Code("com.exemple.certificat".to_owned()),
                text("."),
            ]),
            heading(1, "À faire", "a-faire"),
            Block::List {
                ordered: true,
                items: items(&[
                    "orienter les victimes vers l’opposition bancaire, puis vers la plainte en ligne ;",
                    "relever le numéro émetteur et l’adresse complète de la page, sans l’ouvrir ;",
                    "rattacher les procédures à la série SERIE-2025-0031 ;",
                    "signaler tout nouveau domaine au point de contact.",
                ]),
            },
            heading(1, "Prévention", "prevention"),
            paragraph(
                "Une administration n’envoie jamais de lien de paiement par SMS. Aucune application n’est à installer pour régler une amende.",
            ),
            Block::Frame {
                title: "Contact".to_owned(),
                warning: false,
                blocks: vec![paragraph(
                    "Permanence fictive, 24 heures sur 24 : permanence[@]exemple[.]invalid. Accusé de réception attendu sous 24 heures.",
                )],
            },
        ],
    }
}

#[test]
fn a_flash_of_fourteen_short_blocks_stays_on_one_page() {
    let bytes = TypstTypesetter::new().pdf(&flash(), jiff::Timestamp::UNIX_EPOCH).expect("a PDF");
    let pdf = Pdf::read(bytes);
    pdf.keep("flash");
    assert_eq!(pdf.pages(), 1);
    assert_eq!(pdf.info("Title").as_deref(), Some(flash().title.as_str()));
}

#[test]
fn the_marking_and_the_banner_are_read_out_once_and_long_observables_stay_whole() {
    let pdf = Pdf::read(TypstTypesetter::new().pdf(&flash(), jiff::Timestamp::UNIX_EPOCH).expect("a PDF"));
    let Some(text) = pdf.text("flash-text") else { return };
    assert_eq!(text.matches("TLP:GREEN · PAP:GREEN").count(), 1, "{text}");
    assert_eq!(text.matches("Données synthétiques : exercice").count(), 1);
    assert!(
        text.replace(' ', "").contains("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
        "{text}"
    );
    assert!(!text.contains('\u{200B}'));
}

/// A head of several lines makes room for itself: the text begins lower, and does not stand under it.
#[test]
fn a_long_banner_moves_the_text_down() {
    let line = |n: usize| paragraph(&format!("Ligne {n}."));
    let pages = |banner: &str, n: usize| {
        let document =
            Document { banner: Some(banner.to_owned()), blocks: (0..n).map(line).collect(), ..flash() };
        Pdf::read(TypstTypesetter::new().pdf(&document, jiff::Timestamp::UNIX_EPOCH).expect("a PDF")).pages()
    };
    let full = (1..200).take_while(|n| pages("Exercice", *n) == 1).last().expect("a line");
    assert!(full > 20, "{full}");
    assert_eq!(pages(&"Exercice, données synthétiques, projet. ".repeat(6), full), 2);
}
