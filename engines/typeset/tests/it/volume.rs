//! A made-up report as long as a real one: chapters, a large map, tables.

use crate::reading::Pdf;
use crate::sample::{French, heading, key_figure, line_svg, paragraph, report, table, term, text};
use beffroi_document::{Block, Document, Figure, Span};
use beffroi_ports::Typesetter;
use beffroi_typeset::TypstTypesetter;

const SENTENCES: &str = "Les services ont reçu plus de signalements au printemps qu’à l’automne, et la hausse tient pour moitié à une seule campagne. \
    Les plaintes suivent avec un retard de trois semaines en médiane, qui s’allonge dans les territoires où l’accueil est saturé. \
    La part des entreprises reste stable ; celle des collectivités double, à partir d’un niveau faible. \
    L’enquête auprès des ménages compte huit fois plus de faits que les plaintes : les deux mesures ne s’additionnent pas et ne se remplacent pas.";

/// A drawing of about 60 kB: a hundred areas of forty points.
pub(crate) fn map_svg() -> String {
    let shades = ["#e3ecf8", "#c3d8f0", "#9cc1e6", "#6fa4d8", "#3a74b4", "#1f5596", "#0b3067"];
    let areas: String = (0..100_u32)
        .map(|area| {
            let (x, y) = (f64::from(area % 10) * 60.0 + 40.0, f64::from(area / 10) * 56.0 + 40.0);
            let points: Vec<String> = (0..40_u32)
                .map(|i| {
                    let angle = f64::from(i) / 40.0 * std::f64::consts::TAU;
                    let radius = 26.0 + 5.0 * (angle * 3.0 + f64::from(area)).sin() + 2.0 * (angle * 7.0).cos();
                    format!("{:.2},{:.2}", x + radius * angle.cos(), y + radius * angle.sin())
                })
                .collect();
            let shade = shades[(area as usize * 37 / 11) % shades.len()];
            format!(
                "<path d=\"M{}Z\" fill=\"{shade}\" stroke=\"#fff\"/><text x=\"{x}\" y=\"{y}\" font-size=\"9\" text-anchor=\"middle\" fill=\"#1b1b1f\">{area:02}</text>",
                points.join("L")
            )
        })
        .collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 600\" width=\"640\" height=\"600\" font-family=\"Noto Sans\">{areas}</svg>"
    )
}

fn drawing(id: &str, title: &str, svg: String) -> Block {
    Block::Figure(Figure {
        id: id.to_owned(),
        title: title.to_owned(),
        svg,
        alt: format!("{title} : la valeur la plus haute est 8 300, la plus basse 4 500."),
        notes: vec![
            term("Lecture", "en avril 2024, 8 300 signalements ont été reçus, contre 6 200 en janvier."),
            term("Champ", "France métropolitaine et départements d’outre-mer."),
            term("Source", "données synthétiques, instantané no 12."),
        ],
        table: None,
    })
}

/// A report of a dozen pages.
pub(crate) fn long_report() -> Document {
    let territories =
        ["Aube-fictive", "Bocage-fictif", "Combe-fictive", "Dune-fictive", "Estuaire-fictif", "Falaise-fictive"];
    let mut blocks = vec![heading(1, "L’essentiel", "essentiel"), paragraph(SENTENCES)];
    blocks.push(Block::KeyFigures(vec![
        key_figure("78 300", "signalements reçus", "+4,1 % sur un an", "signalements@3/2024"),
        key_figure("11 402", "rançongiciels", "−2,3 % sur un an", "rancongiciels@1/2024"),
        key_figure("72 h", "délai médian de prise en compte", "stable", "delai@2/2024"),
        key_figure("10", "territoires sous secret statistique", "seuil : 5 faits", "secret@1/2024"),
    ]));
    blocks.push(Block::Frame {
        title: "Rupture de série en 2023".to_owned(),
        warning: true,
        blocks: vec![paragraph("La définition compte désormais les plaintes en ligne. Les évolutions sont calculées sous une seule définition.")],
    });
    for chapter in 1..=4 {
        blocks.push(heading(
            1,
            &format!("Chapitre {chapter} : ce que disent les signalements"),
            &format!("chapitre-{chapter}"),
        ));
        blocks.push(paragraph(SENTENCES));
        blocks.push(heading(2, "Évolution", &format!("evolution-{chapter}")));
        blocks.push(Block::Paragraph(vec![
            text("La "),
            Span::Reference { text: "figure de ce chapitre".to_owned(), id: format!("figure-{chapter}") },
            text(" montre "),
            Span::Strong("un maximum au printemps".to_owned()),
            text(". "),
            text(SENTENCES),
        ]));
        let svg = if chapter % 2 == 0 { map_svg() } else { line_svg() };
        blocks.push(drawing(
            &format!("figure-{chapter}"),
            "Signalements pour cent mille habitants, par territoire et par mois",
            svg,
        ));
        blocks.push(paragraph(SENTENCES));
        blocks.push(heading(2, "Territoires", &format!("territoires-{chapter}")));
        let rows: Vec<[String; 5]> = (0..22_usize)
            .map(|i| {
                let name = if i == 21 { "Ensemble".to_owned() } else { format!("{} {}", territories[i % 6], i + 1) };
                [
                    name,
                    format!("{}", 1800 - i * 37),
                    format!("{}", 1750 - i * 31),
                    format!("{},{}", 90 - i, i % 10),
                    format!("+{},{} %", i % 7, i % 10),
                ]
            })
            .collect();
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        blocks.push(Block::Table(table(
            &format!("tableau-{chapter}"),
            "Signalements par territoire",
            &["Territoire", "2024", "2023", "Pour 100 000 hab.", "Évolution"],
            &rows,
            true,
            vec![term("Champ", "France."), term("Source", "données synthétiques.")],
        )));
        blocks.push(heading(3, "Précautions", &format!("precautions-{chapter}")));
        blocks.push(Block::List {
            ordered: chapter % 2 == 0,
            items: (0..3).map(|_| vec![text("une précaution de lecture, dite en une phrase assez longue pour tenir sur deux lignes de la page, au moins le plus souvent ;")]).collect(),
        });
        blocks.push(Block::PageBreak);
    }
    let sample = report(French(true));
    blocks.extend(sample.blocks.iter().filter(|block| matches!(block, Block::Terms(_) | Block::Frame { .. })).cloned());
    Document { title: "L’état de la menace liée au numérique en 2024".to_owned(), blocks, ..sample }
}

#[test]
fn a_long_report_with_maps_is_set_whole() {
    let document = long_report();
    assert!(map_svg().len() > 60_000);
    let pdf = Pdf::read(TypstTypesetter::new().pdf(&document, jiff::Timestamp::UNIX_EPOCH).expect("a PDF"));
    pdf.keep("long-report");
    assert!((10..20).contains(&pdf.pages()), "{}", pdf.pages());
    assert_eq!(pdf.count("Figure"), 4);
    assert_eq!(pdf.count("Table"), 4);
}
