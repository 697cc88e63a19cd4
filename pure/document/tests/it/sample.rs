//! A made-up document that holds every kind of block, in French and in English.

use beffroi_document::{Block, Column, Cover, Document, Figure, KeyFigure, Span, Table, Term};

/// Whether the sample is written in French; the other language is English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct French(pub(crate) bool);

impl French {
    fn say(self, fr: &str, en: &str) -> String {
        if self.0 { fr } else { en }.to_owned()
    }
}

pub(crate) fn term(term: &str, text: &str) -> Term {
    Term { term: term.to_owned(), text: text.to_owned() }
}

pub(crate) fn text(text: &str) -> Span {
    Span::Text(text.to_owned())
}

pub(crate) fn paragraph(words: &str) -> Block {
    Block::Paragraph(vec![text(words)])
}

pub(crate) fn heading(level: u8, text: &str, id: &str) -> Block {
    Block::Heading { level, text: text.to_owned(), id: id.to_owned() }
}

pub(crate) fn key_figure(value: &str, label: &str, note: &str, certificate: &str) -> KeyFigure {
    KeyFigure {
        value: value.to_owned(),
        label: label.to_owned(),
        note: note.to_owned(),
        certificate: certificate.to_owned(),
    }
}

/// A table whose first column heads the rows and whose other columns are figures.
pub(crate) fn table(
    id: &str,
    caption: &str,
    labels: &[&str],
    rows: &[&[&str]],
    total: bool,
    notes: Vec<Term>,
) -> Table {
    Table {
        id: id.to_owned(),
        caption: caption.to_owned(),
        columns: labels.iter().enumerate().map(|(i, l)| Column { label: (*l).to_owned(), numeric: i > 0 }).collect(),
        rows: rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect(),
        total,
        notes,
    }
}

/// A line over twelve months.
pub(crate) fn line_svg() -> String {
    let values = [62, 71, 75, 83, 78, 70, 66, 60, 55, 49, 45, 51];
    let points: Vec<String> =
        values.iter().enumerate().map(|(i, v)| format!("{},{}", 60 + i * 50, 240 - v * 2)).collect();
    let months: String =
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
            .iter()
            .enumerate()
            .map(|(i, m)| format!("<text x=\"{}\" y=\"262\" text-anchor=\"middle\">{m}</text>", 60 + i * 50))
            .collect();
    let grid: String = [40, 90, 140, 190, 240].iter().map(|y| format!("<path d=\"M50 {y}H640\"/>")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 660 280\" width=\"660\" height=\"280\" \
         font-family=\"sans-serif\" font-size=\"13\"><g stroke=\"#c9cdd8\" fill=\"none\">{grid}</g>\
         <polyline points=\"{}\" fill=\"none\" stroke=\"#0b3d91\" stroke-width=\"2.5\"/><g fill=\"#4a4a55\">{months}</g></svg>\n",
        points.join(" ")
    )
}

/// A report with a cover and every kind of block.
pub(crate) fn report(french: French) -> Document {
    let say = |fr: &str, en: &str| french.say(fr, en);
    let months = table(
        "fig-mois-valeurs",
        &say("Signalements par mois, 2024", "Reports by month, 2024"),
        &[&say("Mois", "Month"), &say("Signalements", "Reports")],
        &[&["2024-01", "6 200"], &["2024-02", "7 100"], &["2024-03", "7 500"]],
        false,
        vec![],
    );
    let blocks = vec![
        heading(1, &say("L’essentiel", "Key points"), "essentiel"),
        Block::Paragraph(vec![
            text(&say("En 2024, ", "In 2024, ")),
            Span::Strong(say("78 300 signalements", "78,300 reports")),
            text(&say(
                " ont été reçus, soit 4,1 % de plus qu’en 2023 ; voir ",
                " were received, 4.1% more than in 2023; see ",
            )),
            Span::Reference { text: say("l’évolution mensuelle", "the monthly course"), id: "fig-mois".to_owned() },
            text(&say(" et ", " and ")),
            Span::Reference { text: say("une annexe absente", "an absent annex"), id: "no-such-anchor".to_owned() },
            text("."),
        ]),
        Block::KeyFigures(vec![
            key_figure(
                &say("78 300", "78,300"),
                &say("signalements", "reports"),
                &say("+4,1 % sur un an", "+4.1% over a year"),
                "signalements@3/2024",
            ),
            key_figure(
                &say("11 402", "11,402"),
                &say("rançongiciels", "ransomware cases"),
                &say("−2,3 % sur un an", "−2.3% over a year"),
                "rancongiciels@1/2024",
            ),
            key_figure("72 h", &say("délai médian de prise en compte", "median time to handling"), "", ""),
        ]),
        heading(2, &say("Évolution mensuelle", "Monthly course"), "mois"),
        Block::Figure(Figure {
            id: "fig-mois".to_owned(),
            title: say("Signalements reçus chaque mois en 2024", "Reports received each month in 2024"),
            svg: line_svg(),
            alt: say(
                "Courbe : de 6 200 signalements en janvier à un maximum de 8 300 en avril, puis une baisse jusqu’à 4 500 en novembre.",
                "Line: from 6,200 reports in January to a maximum of 8,300 in April, then down to 4,500 in November.",
            ),
            notes: vec![
                term(
                    &say("Lecture", "Reading"),
                    &say(
                        "en avril 2024, 8 300 signalements ont été reçus.",
                        "in April 2024, 8,300 reports were received.",
                    ),
                ),
                term(&say("Champ", "Scope"), "France."),
                term("Source", &say("données synthétiques.", "synthetic data.")),
            ],
            table: Some(months),
        }),
        heading(2, &say("Par catégorie", "By category"), "categories"),
        Block::Table(table(
            "tab-categories",
            &say("Signalements par catégorie et par an", "Reports by category and year"),
            &[&say("Catégorie", "Category"), "2023", "2024", &say("Évolution", "Change")],
            &[
                &[
                    &say("Hameçonnage", "Phishing"),
                    &say("41 200", "41,200"),
                    &say("44 100", "44,100"),
                    &say("+7,0 %", "+7.0%"),
                ],
                &[&say("Faux ordres de virement", "Fraudulent transfer orders"), "1 204", "s", "s"],
                &["Total", &say("75 200", "75,200"), &say("78 300", "78,300"), &say("+4,1 %", "+4.1%")],
            ],
            true,
            vec![term("Note", &say("« s » : secret statistique.", "“s”: statistical secrecy."))],
        )),
        heading(1, &say("Méthode", "Method"), "methode"),
        Block::List {
            ordered: false,
            items: vec![
                vec![text(&say("une demande, un signalement ;", "one request, one report;"))],
                vec![
                    text(&say("le type ", "the type ")),
                    Span::Code("ipv4-addr".to_owned()),
                    text(&say(" vient de STIX.", " comes from STIX.")),
                ],
            ],
        },
        Block::List {
            ordered: true,
            items: vec![vec![text(&say("recueillir", "collect"))], vec![text(&say("compter", "count"))]],
        },
        heading(3, &say("Définitions", "Definitions"), "definitions"),
        Block::Terms(vec![
            term(&say("Signalement", "Report"), &say("ce qu’une personne déclare.", "what a person declares.")),
            term(&say("Unité de compte", "Unit of count"), &say("la procédure.", "the case.")),
        ]),
        Block::Frame {
            title: say("À savoir", "Good to know"),
            warning: false,
            blocks: vec![paragraph(&say(
                "Les trois couches ne s’additionnent pas.",
                "The three layers do not add up.",
            ))],
        },
        Block::Frame {
            title: say("Rupture de série", "Break in the series"),
            warning: true,
            blocks: vec![paragraph(&say("La définition a changé en 2023.", "The definition changed in 2023."))],
        },
        Block::PageBreak,
        heading(1, &say("Annexe", "Annex"), "annexe"),
        paragraph(&say("Fin du document.", "End of the document.")),
    ];
    Document {
        lang: say("fr", "en"),
        title: say("L’état de la menace en 2024", "The state of the threat in 2024"),
        author: say("Observatoire fictif", "Fictitious observatory"),
        date: say("14 janvier 2025", "14 January 2025"),
        marking: "TLP:GREEN · PAP:GREEN".to_owned(),
        banner: Some(say("Données synthétiques : aucun chiffre n’est réel", "Synthetic data: no figure is real")),
        cover: Some(Cover {
            kicker: say("Observatoire de la cybercriminalité", "Cybercrime observatory"),
            subtitle: say(
                "Signalements, plaintes et enquêtes : ce que disent les sources",
                "Reports, complaints and surveys: what the sources say",
            ),
            lines: vec![
                say("Instantané no 12 du 10 janvier 2025", "Snapshot no. 12 of 10 January 2025"),
                say("Définitions en version 3", "Definitions in version 3"),
            ],
        }),
        blocks,
    }
}

/// Text made to break out of whatever it is put into.
pub(crate) const HOSTILE: &str = "#panic(\"x\") *gras* _i_ $x^2$ `c` @ref <script>alert('1')</script> \"><img src=x onerror=alert(1)> \\ // /* */ [x] {{7*7}} & ]] -- ~ = +";

/// A document all of whose texts, identifiers included, are `text`.
pub(crate) fn filled_with(text: &str) -> Document {
    let s = || text.to_owned();
    let terms = || vec![Term { term: s(), text: s() }];
    let table = || Table {
        id: s(),
        caption: s(),
        columns: vec![Column { label: s(), numeric: false }, Column { label: s(), numeric: true }],
        rows: vec![vec![s(), s()], vec![s()], vec![s(), s(), s()]],
        total: true,
        notes: terms(),
    };
    Document {
        lang: "fr".to_owned(),
        title: s(),
        author: s(),
        date: s(),
        marking: s(),
        banner: Some(s()),
        cover: Some(Cover { kicker: s(), subtitle: s(), lines: vec![s()] }),
        blocks: vec![
            Block::Heading { level: 9, text: s(), id: s() },
            Block::Heading { level: 0, text: s(), id: s() },
            Block::Paragraph(vec![
                Span::Text(s()),
                Span::Strong(s()),
                Span::Code(s()),
                Span::Reference { text: s(), id: s() },
                Span::Reference { text: s(), id: format!("{text}?") },
            ]),
            Block::List { ordered: true, items: vec![vec![Span::Text(s())], vec![]] },
            Block::List { ordered: false, items: vec![vec![Span::Code(s())]] },
            Block::KeyFigures(vec![KeyFigure { value: s(), label: s(), note: s(), certificate: s() }]),
            Block::Figure(Figure {
                id: s(),
                title: s(),
                svg: line_svg(),
                alt: s(),
                notes: terms(),
                table: Some(table()),
            }),
            Block::Table(table()),
            Block::Terms(terms()),
            Block::Frame { title: s(), warning: true, blocks: vec![Block::Paragraph(vec![Span::Text(s())])] },
        ],
    }
}
