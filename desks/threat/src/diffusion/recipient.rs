//! Those who receive: a closed list by direction and service, kept by those with the right.

use crate::alerts::Format;
use crate::diffusion::{DiffusionError, Way};
use beffroi_model::{Marking, Tlp};
use beffroi_store::{By, RecipientRow, Store};
use beffroi_wording::Lang;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The longest name.
const NAME_MOST: usize = 120;

/// The fields of a recipient.
const FIELDS: [&str; 17] = [
    "id",
    "name",
    "direction",
    "service",
    "kind",
    "mail",
    "webhook",
    "channels",
    "account",
    "tlp",
    "pap",
    "vocabulary",
    "lang",
    "since",
    "until",
    "exercise",
    "forms",
];

/// What may be attached besides the page.
const ATTACHED: [Format; 5] = [Format::Cap, Format::Stix, Format::Misp, Format::Json, Format::Annex];

/// Which words for the audience of a flash a recipient's systems know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    /// TLP 1: no AMBER+STRICT.
    Tlp1,
    /// TLP 2.0.
    Tlp2,
}

impl Vocabulary {
    /// The labels it has.
    pub fn tlps(self) -> &'static [Tlp] {
        match self {
            Self::Tlp1 => &[Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::Red],
            Self::Tlp2 => &Tlp::ALL,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Tlp1 => "tlp1",
            Self::Tlp2 => "tlp2",
        }
    }
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Its short name in the register: lower-case letters, digits, `.` and `-`.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The direction it belongs to.
    pub direction: String,
    /// The service.
    pub service: String,
    /// A person, rather than the mailbox of a function.
    pub is_person: bool,
    /// Its address of mail.
    pub mail: Option<String>,
    /// Where its machine listens, by `https`.
    pub webhook: Option<String>,
    /// The channels it takes.
    pub ways: BTreeSet<Way>,
    /// The account that reads on its behalf.
    pub account: Option<String>,
    /// The highest marking it may receive.
    pub ceiling: Marking,
    /// The words its systems know.
    pub vocabulary: Vocabulary,
    /// Its language.
    pub lang: Lang,
    /// Its first day on the list.
    pub since: Date,
    /// Its last day.
    pub until: Option<Date>,
    /// It takes part in exercises, and receives nothing else.
    pub exercise: bool,
    /// The forms that it wants attached to its letters, besides the page.
    pub forms: BTreeSet<Format>,
    /// Mail no longer reaches it.
    pub unreachable: bool,
}

impl Recipient {
    /// Reads the fields of a recipient by name, as a table of them has it: `id`, `name`, `direction`, `service`, `kind`
    /// (`person`, `mailbox`), `mail`, `webhook`, `channels` (words with blanks between), `account`, `tlp`, `pap`,
    /// `vocabulary` (`tlp1`, `tlp2`), `lang`, `since`, `until`, `exercise` (`yes`, `no`), `forms` (words among
    /// `cap`, `stix`, `misp`, `json`, `annex`). Absent and empty are the same:
    /// then a mailbox, channels as addresses are given, TLP 2, French, `today`, no exercise; a ceiling must be given.
    ///
    /// # Errors
    /// [`DiffusionError::Recipient`] naming the first field at fault.
    pub fn read(fields: &BTreeMap<String, String>, today: Date) -> Result<Self, DiffusionError> {
        let get = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let id = get("id").unwrap_or_default().to_owned();
        let wrong = |field, reason: &str| DiffusionError::Recipient {
            id: id.chars().filter(|c| !c.is_control()).take(60).collect(),
            field,
            reason: reason.to_owned(),
        };
        let is_id = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-';
        if id.is_empty() || id.len() > 60 || !id.bytes().all(is_id) {
            return Err(wrong("id", "needs 1 to 60 lower-case letters, digits, `.` or `-`"));
        }
        let named = |field| -> Result<String, DiffusionError> {
            let text = get(field).unwrap_or_default();
            let is_good = !text.is_empty() && text.chars().count() <= NAME_MOST && !text.contains(char::is_control);
            if is_good { Ok(text.to_owned()) } else { Err(wrong(field, "needs one line of 1 to 120 characters")) }
        };
        let day = |field| {
            get(field).map(|text| text.parse().map_err(|_| wrong(field, "needs a day, as 2026-01-31"))).transpose()
        };
        let (mail, webhook) = (get("mail").map(str::to_owned), get("webhook").map(str::to_owned));
        if mail.as_deref().is_some_and(|mail| !is_address(mail)) {
            return Err(wrong("mail", "needs one address in ASCII, as service@direction.example"));
        }
        let is_https = |url: &str| url.starts_with("https://") && !url.contains(|c: char| c.is_control() || c == ' ');
        if webhook.as_deref().is_some_and(|url| !is_https(url)) {
            return Err(wrong("webhook", "needs an address that starts with https://"));
        }
        let mut ways = BTreeSet::new();
        for word in get("channels").unwrap_or_default().split_whitespace() {
            let way = Way::ALL.into_iter().find(|way| way.code() == word);
            ways.insert(way.ok_or_else(|| wrong("channels", "are words among mail, webhook, feed, web"))?);
        }
        let mut forms = BTreeSet::new();
        for word in get("forms").unwrap_or_default().split_whitespace() {
            let form = ATTACHED.into_iter().find(|form| form.code() == word);
            forms.insert(form.ok_or_else(|| wrong("forms", "are words among cap, stix, misp, json, annex"))?);
        }
        if ways.is_empty() {
            ways.insert(Way::Web);
            ways.extend(mail.as_ref().map(|_| Way::Mail));
            ways.extend(webhook.as_ref().map(|_| Way::Webhook));
        }
        if ways.contains(&Way::Mail) && mail.is_none() || ways.contains(&Way::Webhook) && webhook.is_none() {
            return Err(wrong("channels", "names mail or webhook without its address"));
        }
        let marking = |field| get(field).ok_or_else(|| wrong(field, "must be given: the highest it may receive"));
        let one_of = |field, yes: &str, no: &str| match get(field) {
            None => Ok(false),
            Some(text) if text == no => Ok(false),
            Some(text) if text == yes => Ok(true),
            Some(_) => Err(wrong(field, &format!("is `{yes}` or `{no}`"))),
        };
        let read = Self {
            name: named("name")?,
            direction: named("direction")?,
            service: named("service")?,
            is_person: one_of("kind", "person", "mailbox")?,
            ceiling: Marking {
                tlp: marking("tlp")?.parse().map_err(|_| wrong("tlp", "is no TLP marking"))?,
                pap: marking("pap")?.parse().map_err(|_| wrong("pap", "is no PAP marking"))?,
            },
            vocabulary: if one_of("vocabulary", "tlp1", "tlp2")? { Vocabulary::Tlp1 } else { Vocabulary::Tlp2 },
            lang: get("lang").map_or(Ok(Lang::Fr), str::parse).map_err(|_| wrong("lang", "is `fr` or `en`"))?,
            since: day("since")?.unwrap_or(today),
            until: day("until")?,
            exercise: one_of("exercise", "yes", "no")?,
            forms,
            unreachable: false,
            account: get("account").map(str::to_owned),
            mail,
            webhook,
            ways,
            id: id.clone(),
        };
        if read.until.is_some_and(|until| until < read.since) {
            return Err(wrong("until", "comes before `since`"));
        }
        Ok(read)
    }

    fn row(self) -> RecipientRow {
        RecipientRow {
            kind: if self.is_person { "person" } else { "mailbox" }.to_owned(),
            channels: self.ways.iter().map(|way| way.code()).collect::<Vec<_>>().join(" "),
            vocabulary: self.vocabulary.code().to_owned(),
            lang: self.lang.code().to_owned(),
            unreachable: self.unreachable.then(|| "bounced".to_owned()),
            id: self.id,
            name: self.name,
            direction: self.direction,
            service: self.service,
            mail: self.mail,
            webhook: self.webhook,
            account: self.account,
            ceiling: self.ceiling,
            since: self.since,
            until: self.until,
            exercise: self.exercise,
            forms: self.forms.iter().map(|form| form.code()).collect::<Vec<_>>().join(" "),
        }
    }

    pub(crate) fn of(row: RecipientRow) -> Self {
        Self {
            is_person: row.kind == "person",
            // A word that nobody knows any more is no channel.
            ways: row
                .channels
                .split(' ')
                .filter_map(|word| Way::ALL.into_iter().find(|way| way.code() == word))
                .collect(),
            vocabulary: if row.vocabulary == "tlp2" { Vocabulary::Tlp2 } else { Vocabulary::Tlp1 },
            lang: row.lang.parse().unwrap_or_default(),
            unreachable: row.unreachable.is_some(),
            id: row.id,
            name: row.name,
            direction: row.direction,
            service: row.service,
            mail: row.mail,
            webhook: row.webhook,
            account: row.account,
            ceiling: row.ceiling,
            since: row.since,
            until: row.until,
            exercise: row.exercise,
            forms: row.forms.split(' ').filter_map(|word| word.parse().ok()).collect(),
        }
    }
}

/// Reads a table of recipients: CSV in UTF-8 with a header row that names the fields of [`Recipient::read`].
///
/// # Errors
/// [`DiffusionError::Table`] with the line at fault.
pub fn read_table(table: impl std::io::Read, today: Date) -> Result<Vec<Recipient>, DiffusionError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table);
    let wrong = |line: u64, reason: String| DiffusionError::Table { line, reason };
    let header = reader.headers().map_err(|error| wrong(1, error.to_string()))?.clone();
    if let Some(odd) = header.iter().find(|name| !FIELDS.contains(name)) {
        let odd: String = odd.chars().filter(|c| !c.is_control()).take(40).collect();
        return Err(wrong(1, format!("no field is called `{odd}`; they are {}", FIELDS.join(", "))));
    }
    let mut all = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| wrong(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let fields = header.iter().zip(row.iter()).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        all.push(Recipient::read(&fields, today).map_err(|error| wrong(line, error.to_string()))?);
    }
    Ok(all)
}

/// One plain address: what an envelope takes without quoting.
fn is_address(text: &str) -> bool {
    let is_local = |b: u8| b.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&b);
    let is_domain = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
    text.len() <= 254
        && text.split_once('@').is_some_and(|(local, domain)| {
            let full = |part: &str| !part.is_empty() && !part.split('.').any(str::is_empty);
            full(local) && full(domain) && local.bytes().all(is_local) && domain.bytes().all(is_domain)
        })
}

/// Everyone there is, or was, on the list.
///
/// # Errors
/// The store's.
pub async fn recipients(store: &Store) -> Result<Vec<Recipient>, DiffusionError> {
    Ok(store.recipients().await?.into_iter().map(Recipient::of).collect())
}

/// Puts recipients on the list, over those of the same short names: whoever was flagged as unreachable is tried again.
///
/// # Errors
/// [`DiffusionError::Recipient`] for a short name that comes twice; the store's.
pub async fn import(store: &Store, all: Vec<Recipient>, by: &By) -> Result<(), DiffusionError> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = all.iter().find(|one| !seen.insert(one.id.as_str())) {
        let reason = "comes twice".to_owned();
        return Err(DiffusionError::Recipient { id: twice.id.clone(), field: "id", reason });
    }
    Ok(store.recipients_put(all.into_iter().map(Recipient::row).collect(), by).await?)
}

/// Gives a recipient its last day on the list.
///
/// # Errors
/// [`DiffusionError::Recipient`] when there is no such recipient, or the day is before its first; the store's.
pub async fn end(store: &Store, id: &str, last: Date, by: &By) -> Result<(), DiffusionError> {
    let wrong = |field, reason: &str| DiffusionError::Recipient {
        id: id.chars().filter(|c| !c.is_control()).take(60).collect(),
        field,
        reason: reason.to_owned(),
    };
    let mut row = store.recipient(id).await?.ok_or_else(|| wrong("id", "is not on the list"))?;
    if last < row.since {
        return Err(wrong("until", "comes before `since`"));
    }
    row.until = Some(last);
    Ok(store.recipients_put(vec![row], by).await?)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use jiff::civil::date;

    /// A recipient who may have everything by every channel.
    pub(crate) fn recipient(id: &str) -> Recipient {
        Recipient {
            id: id.to_owned(),
            name: format!("Bureau {id}"),
            direction: "direction-a".to_owned(),
            service: "bureau".to_owned(),
            is_person: false,
            mail: Some(format!("{id}@direction.example")),
            webhook: Some("https://direction.example/flash".to_owned()),
            ways: Way::ALL.into(),
            account: None,
            ceiling: Marking::UNKNOWN,
            vocabulary: Vocabulary::Tlp2,
            lang: Lang::Fr,
            since: date(2026, 1, 1),
            until: None,
            exercise: false,
            forms: BTreeSet::new(),
            unreachable: false,
        }
    }

    fn fields(changes: &[(&str, &str)]) -> BTreeMap<String, String> {
        let base = [
            ("id", "dgx-bureau"),
            ("name", "Bureau d’essai"),
            ("direction", "DGX"),
            ("service", "Bureau"),
            ("mail", "bureau@dgx.example"),
            ("tlp", "AMBER"),
            ("pap", "GREEN"),
        ];
        base.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_recipient_is_read_and_comes_back_from_its_row() {
        let read = Recipient::read(&fields(&[("exercise", "yes")]), date(2026, 1, 14)).unwrap();
        assert_eq!(read.ways, [Way::Mail, Way::Web].into());
        assert!(read.exercise && !read.is_person && read.since == date(2026, 1, 14));
        assert_eq!(Recipient::of(read.clone().row()), read);
    }

    #[test]
    fn a_table_is_read_and_its_faults_have_lines() {
        let day = date(2026, 1, 14);
        let table = "id,name,direction,service,mail,tlp,pap\na,A,D,S,a@b.example,GREEN,GREEN\n";
        assert_eq!(read_table(table.as_bytes(), day).unwrap().len(), 1);
        for (table, line) in [
            ("id,nom\n", 1),
            (&*format!("{table}b,B,D,S,not-an-address,GREEN,GREEN\n"), 3),
            (&*format!("{table}b,B\n"), 3),
        ] {
            let refused = read_table(table.as_bytes(), day).unwrap_err();
            assert!(matches!(refused, DiffusionError::Table { line: found, .. } if found == line), "{refused}");
        }
    }

    #[test]
    fn what_a_recipient_cannot_be() {
        for (field, value, named) in [
            ("id", "Über", "id"),
            ("mail", "a@b\r\nBcc: x@y.example", "mail"),
            ("mail", "a b@c.example", "mail"),
            ("mail", "a@b@c.example", "mail"),
            ("webhook", "http://x.example/", "webhook"),
            ("channels", "mail pigeon", "channels"),
            ("channels", "webhook", "channels"),
            ("tlp", "", "tlp"),
            ("tlp", "ORANGE", "tlp"),
            ("until", "2025-01-01", "until"),
            ("since", "yesterday", "since"),
            ("exercise", "maybe", "exercise"),
            ("forms", "cap pdf", "forms"),
            ("name", "a\nb", "name"),
        ] {
            let refused = Recipient::read(&fields(&[(field, value)]), date(2026, 1, 14));
            let refused = refused.expect_err(&format!("{field}={value}"));
            assert!(matches!(&refused, DiffusionError::Recipient { field, .. } if *field == named), "{refused}");
        }
    }
}
