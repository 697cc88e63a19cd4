//! A record of a request as `beffroi-cooperation` asks of it: to which State, for which data, for which offence.

use beffroi_codes::Article;
use beffroi_cooperation::{
    Ask, Asked, DataKind, Offence, Parties, Proposal, Routes, StateCode, TableError, Urgency, propose,
};
use beffroi_register::{Record, items};
use jiff::civil::Date;

/// The highest penalty of the offence, as its text stood on the day of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Penalty {
    /// So many months, which somebody read in the text that the request names.
    Read(u16),
    /// So many months, by a row of the house that was verified in the text.
    Listed(u16),
    /// The house knows a figure that nobody has verified: it decides nothing.
    Unverified(u32),
    /// Nothing is known: the text is to be read.
    Unknown,
}

impl Penalty {
    /// What may be relied on.
    pub(crate) fn months(self) -> Option<u16> {
        match self {
            Self::Read(months) | Self::Listed(months) => Some(months),
            Self::Unverified(_) | Self::Unknown => None,
        }
    }
}

/// The penalty of a request: never today's for facts of another day.
pub(crate) fn penalty(request: &Record) -> Penalty {
    if let Ok(months) = request.value("months").parse() {
        return Penalty::Read(months);
    }
    let article: Option<Article> = request.value("article").parse().ok();
    let facts: Option<Date> = request.value("facts_on").parse().ok();
    let listed = article.zip(facts).and_then(|(article, facts)| beffroi_codes::offence(&article, facts));
    match listed {
        Some(offence) if offence.verified => u16::try_from(offence.months).map_or(Penalty::Unknown, Penalty::Listed),
        Some(offence) => Penalty::Unverified(offence.months),
        None => Penalty::Unknown,
    }
}

/// What a request asks, were it sent on `on`; nothing while it does not say enough.
pub(crate) fn asked(request: &Record, on: Date) -> Option<Asked> {
    Some(Asked {
        state: request.value("requested_state").parse().ok()?,
        ask: match request.value("ask") {
            "preserve" => Ask::Preserve,
            "produce" => Ask::Produce,
            _ => return None,
        },
        data: kind(request.value("data"))?,
        urgency: match request.value("urgency") {
            "ordinary" => Urgency::Ordinary,
            "evidence" => Urgency::Evidence,
            "life" => Urgency::Life,
            _ => return None,
        },
        offence: Offence {
            months: penalty(request).months(),
            online: request.value("online") == "yes",
            facts: request.value("facts_on").parse().ok()?,
        },
        on,
    })
}

/// A kind of data by its code.
pub(crate) fn kind(code: &str) -> Option<DataKind> {
    match code {
        "subscriber" => Some(DataKind::Subscriber),
        "identification" => Some(DataKind::Identification),
        "traffic" => Some(DataKind::Traffic),
        "content" => Some(DataKind::Content),
        _ => None,
    }
}

/// What may be sought, and of which kind it is (Regulation (EU) 2023/1543, art. 3; Budapest Convention, art. 1(d) and 18(3)).
pub(crate) const SOUGHT: &[(&str, DataKind)] = &[
    ("account_holder", DataKind::Subscriber),
    ("contact_details", DataKind::Subscriber),
    ("payment_means", DataKind::Subscriber),
    ("access_address", DataKind::Identification),
    ("connections", DataKind::Traffic),
    ("correspondents", DataKind::Traffic),
    ("location", DataKind::Traffic),
    ("messages", DataKind::Content),
    ("files", DataKind::Content),
];

/// The most intrusive kind of what is sought.
pub(crate) fn sought(request: &Record) -> Option<DataKind> {
    let kinds = items(request.value("sought")).filter_map(|item| SOUGHT.iter().find(|(code, _)| *code == item));
    kinds.map(|(_, kind)| *kind).max()
}

/// The code of a kind of data.
pub(crate) fn kind_code(kind: DataKind) -> &'static str {
    match kind {
        DataKind::Subscriber => "subscriber",
        DataKind::Identification => "identification",
        DataKind::Traffic => "traffic",
        DataKind::Content => "content",
    }
}

/// The tables by which a request is sent.
pub(crate) struct Tables {
    pub(crate) routes: Routes,
    parties: Parties,
}

impl Tables {
    /// Those of the house.
    ///
    /// # Errors
    /// [`TableError`] when one is at fault, which a test of the tables excludes.
    pub(crate) fn house() -> Result<Self, TableError> {
        Ok(Self { routes: Routes::house()?, parties: Parties::house()? })
    }

    /// Every way for what is asked, and whether it is open.
    pub(crate) fn ways(&self, asked: Asked) -> Vec<Proposal<'_>> {
        let france: Result<StateCode, _> = "FR".parse();
        france.map(|france| propose(asked, france, &self.routes, &self.parties)).unwrap_or_default()
    }
}
