//! Columns that identify a person directly, told by their names: no purpose of the system needs them, so that no mapping
//! may read them.
//!
//! A name says what a column holds only so far as whoever named it was plain. What hides behind another name is looked for
//! in the texts themselves, when they are read.

use super::{Condition, Declaration, Field};
use crate::fold::words;

/// What a column says it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Name,
    FirstName,
    Birth,
    Address,
    SocialSecurity,
}

impl Named {
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Name => "a person's name",
            Self::FirstName => "a first name",
            Self::Birth => "a day or place of birth",
            Self::Address => "a postal address",
            Self::SocialSecurity => "a social security number",
        }
    }
}

/// Whose name, address or birth: beside these a `nom` or a `name` is a person's.
const PERSONS: &[&str] = &[
    "auteur",
    "author",
    "beneficiaire",
    "claimant",
    "client",
    "complainant",
    "conjoint",
    "contact",
    "customer",
    "declarant",
    "defendant",
    "employe",
    "employee",
    "enqueteur",
    "epouse",
    "famille",
    "family",
    "father",
    "full",
    "gerant",
    "holder",
    "last",
    "legal",
    "maiden",
    "marital",
    "mere",
    "mother",
    "naissance",
    "owner",
    "patronymique",
    "pere",
    "person",
    "personne",
    "plaignant",
    "plaignante",
    "proprietaire",
    "requerant",
    "suspect",
    "suspecte",
    "temoin",
    "titulaire",
    "usage",
    "usuel",
    "victim",
    "victime",
    "victimes",
    "witness",
];

/// What else an address may be of.
const PLACES_OF_NETWORKS: &[&str] = &[
    "bitcoin",
    "btc",
    "courriel",
    "crypto",
    "domaine",
    "domain",
    "electronique",
    "email",
    "eth",
    "ethereum",
    "internet",
    "ip",
    "ipv4",
    "ipv6",
    "mac",
    "mail",
    "mails",
    "network",
    "portefeuille",
    "reseau",
    "site",
    "smtp",
    "url",
    "wallet",
    "web",
];

/// What the name of a column says that it holds, when that identifies a person. `persons` tells that a row is about one
/// person: a bare `nom` is then a person's, whereas in a published table it is that of an offence or a place.
pub(crate) fn identifier(column: &str, persons: bool) -> Option<Named> {
    let words = words(column);
    let has = |word: &str| words.iter().any(|known| known == word);
    let any = |list: &[&str]| list.iter().any(|word| has(word));
    let pair =
        |first: &str, second: &str| words.windows(2).any(|two| matches!(two, [a, b] if a == first && b == second));
    if any(&["nir", "ssn", "nss", "numss", "numsecu"])
        || pair("securite", "sociale")
        || pair("social", "security")
        || pair("num", "secu")
        || pair("numero", "secu")
    {
        return Some(Named::SocialSecurity);
    }
    if any(&["prenom", "prenoms", "firstname", "forename", "forenames"])
        || pair("first", "name")
        || pair("given", "name")
        || pair("given", "names")
        || pair("middle", "name")
    {
        return Some(Named::FirstName);
    }
    if any(&["surname", "surnames", "lastname", "fullname", "patronyme", "nomprenom"]) {
        return Some(Named::Name);
    }
    if any(&["nom", "noms", "name", "names"]) && (any(PERSONS) || (persons && words.len() == 1)) {
        return Some(Named::Name);
    }
    if any(&["naissance", "naiss", "birth", "birthday", "birthdate", "birthplace", "dob", "ddn", "datenaissance"])
        || pair("ne", "le")
        || pair("nee", "le")
    {
        return Some(Named::Birth);
    }
    let street = pair("num", "voie") || pair("numero", "voie") || pair("libelle", "voie") || pair("type", "voie");
    let address = any(&["adresse", "adresses", "address", "addresses"]) && !any(PLACES_OF_NETWORKS);
    if address || street || any(&["rue", "street", "domicile"]) {
        return Some(Named::Address);
    }
    None
}

/// The first column of the mapping that identifies a person: the keys that lead to where it is named, and what it is.
pub(super) fn named(declaration: &Declaration) -> Option<(Vec<String>, String, Named)> {
    let persons = declaration.report.is_some();
    let mut places: Vec<(Vec<String>, &str)> = Vec::new();
    let shape = &declaration.file;
    places.extend(shape.fill.iter().map(|column| (path(&["file", "fill"]), column.as_str())));
    if let Some(unpivot) = &shape.unpivot {
        let columns = unpivot.columns.iter().map(String::as_str).chain(unpivot.made());
        places.extend(columns.map(|column| (path(&["file", "unpivot"]), column)));
    }
    for (index, split) in shape.splits.iter().enumerate() {
        let columns = std::iter::once(split.column.as_str()).chain(split.made());
        places.extend(columns.map(|column| (path(&["file", "split", &index.to_string()]), column)));
    }
    for (name, list) in [("where", &declaration.conditions), ("totals", &declaration.totals)] {
        conditions(list, &[name], &mut places);
    }
    if let Some(report) = &declaration.report {
        for (name, field) in report.fields() {
            fields(field, &["report", name], &mut places);
        }
        for (index, observable) in report.observables.iter().enumerate() {
            let index = index.to_string();
            places.push((path(&["report", "observables", &index, "from"]), &observable.from));
            conditions(&observable.conditions, &["report", "observables", &index, "where"], &mut places);
        }
    }
    for (index, count) in declaration.counts.iter().enumerate() {
        let index = index.to_string();
        for (name, field) in count.fields() {
            fields(field, &["count", &index, name], &mut places);
        }
        conditions(&count.conditions, &["count", &index, "where"], &mut places);
    }
    places
        .into_iter()
        .find_map(|(path, column)| identifier(column, persons).map(|named| (path, column.to_owned(), named)))
}

fn path(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

fn fields<'a>(field: &'a Field, keys: &[&str], places: &mut Vec<(Vec<String>, &'a str)>) {
    for column in field.from.iter().chain(&field.digest) {
        places.push((path(keys), column));
    }
}

fn conditions<'a>(list: &'a [Condition], keys: &[&str], places: &mut Vec<(Vec<String>, &'a str)>) {
    for (index, condition) in list.iter().enumerate() {
        let mut keys = path(keys);
        keys.push(index.to_string());
        places.push((keys.clone(), &condition.column));
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        conditions(&condition.any, &keys, places);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_identifies_a_person_is_told_in_both_languages() {
        for (column, expected) in [
            ("Prénom", Named::FirstName),
            ("PRENOMS_VICTIME", Named::FirstName),
            ("firstName", Named::FirstName),
            ("given-name", Named::FirstName),
            ("nom_de_famille", Named::Name),
            ("Nom usuel", Named::Name),
            ("victim.name", Named::Name),
            ("/author/full name", Named::Name),
            ("surname", Named::Name),
            ("Date de naissance", Named::Birth),
            ("date_naiss", Named::Birth),
            ("né le", Named::Birth),
            ("DOB", Named::Birth),
            ("Adresse", Named::Address),
            ("postal address", Named::Address),
            ("Libellé voie", Named::Address),
            ("rue", Named::Address),
            ("NIR", Named::SocialSecurity),
            ("N° sécurité sociale", Named::SocialSecurity),
            ("ssn", Named::SocialSecurity),
        ] {
            assert_eq!(identifier(column, false), Some(expected), "{column}");
        }
        assert_eq!(identifier("Nom", true), Some(Named::Name), "a row about one person");
    }

    #[test]
    fn what_names_something_else_passes() {
        for column in [
            "nom de domaine",
            "domain_name",
            "nom_commune",
            "filename",
            "Adresse IP",
            "adresse mail",
            "eth_address",
            "email address",
            "voie publique",
            "code_postal",
            "departement",
            "annee",
            "insee_pop",
            "username",
            "nombre",
            "age",
            "sexe",
            "adresse_site",
            "prenommé",
            "author.phones",
            "nom_groupe",
        ] {
            assert_eq!(identifier(column, true), None, "{column}");
        }
        assert_eq!(identifier("nom", false), None, "a published table names offences");
    }
}
