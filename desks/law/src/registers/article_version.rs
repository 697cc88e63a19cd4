//! Articles of law by version: one record a version, from the files of the publishers. `beffroi law import` fills it.

use crate::standing;
use beffroi_register::{Field, Move, Of, Register, Sheet, State};
use beffroi_rights::Role;

/// A version of an article.
pub(crate) static REGISTER: Register = Register {
    name: "article_version",
    prefix: "ARTV",
    desk: "law",
    basis: "Décret 2023-1084, art. 3, 9°",
    title: "number",
    fields: &[
        Field::text("text_id").required().filtered(),
        Field::text("text_title").listed(),
        Field::text("article").required().filtered(),
        Field::text("version").required().filtered(),
        Field::text("number").required().listed().filtered(),
        Field::choice("legal_state", STATES).listed(),
        Field::date("from").listed(),
        Field::date("until").listed(),
        Field::text("path").many(),
        // A published text may name somebody, and is given as it was published.
        Field::long("text").between(0, 1_000_000).personal(),
        Field::long("note").between(0, 1_000_000).personal(),
        Field::date("as_of"),
    ],
    states: &[State::open("kept"), State::closed("withdrawn")],
    moves: &[Move::new("withdraw", &["kept"], "withdrawn").by(JURISTS).with_reason()],
    sheets: &[
        Sheet {
            name: "at_date",
            of: Of::Register,
            reads: &[],
            inputs: &[Field::text("article").required(), Field::date("date").required()],
            make: standing::at_date,
        },
        Sheet {
            name: "between",
            of: Of::Register,
            reads: &[],
            inputs: &[
                Field::text("article").required(),
                Field::date("date").required(),
                Field::date("date_after").required(),
            ],
            make: standing::between,
        },
    ],
    audience: beffroi_register::Audience { add: JURISTS, change: JURISTS, ..Register::COORDINATION.audience },
    example: &[
        ("text_id", "LEGITEXT000006070719"),
        ("text_title", "Code pénal"),
        ("article", "LEGIARTI000006418316"),
        ("version", "LEGIARTI000047052655"),
        ("number", "323-1"),
        ("legal_state", "VIGUEUR"),
        ("from", "2023-01-26"),
        ("path", "Livre III\nTitre II"),
        ("note", "Exemple de la maison : le texte s’apporte par un fichier de l’éditeur."),
    ],
    ..Register::COORDINATION
};

const JURISTS: &[Role] = &[Role::Analyst, Role::Coordinator];

/// The legal states of a version, as the base LEGI writes them (`beffroi_legal::State`).
const STATES: &[&str] = &[
    "VIGUEUR",
    "VIGUEUR_DIFF",
    "MODIFIE",
    "MODIFIE_MORT_NE",
    "ABROGE",
    "ABROGE_DIFF",
    "TRANSFERE",
    "PERIME",
    "ANNULE",
    "DISJOINT",
    "DEPLACE",
    "SUBSTITUE",
    "DENONCE",
    "REMPLACE",
    "VIGUEUR_ETEN",
    "VIGUEUR_NON_ETEN",
    "INITIALE",
    "SANS_ETAT",
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_state_of_the_readers_may_be_kept() {
        let known: Vec<&str> = beffroi_legal::State::ALL.iter().map(|state| state.code()).collect();
        assert_eq!(known, super::STATES);
    }
}
