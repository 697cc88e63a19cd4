//! Makes one report: an ordinary one, or one that was planted.

use crate::delays;
use crate::identifiers::{Names, Phones};
use crate::phenomena::Phenomenon;
use crate::places::Places;
use crate::planting::Planted;
use crate::random::{Random, Weighted};
use crate::row::{Author, Classes, File, Row};
use crate::truth::Hub;
use beffroi_model::VictimKind;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Sectors of companies, by NAF section, with their weights: ours.
const SECTORS: [(u64, &str); 14] = [
    (4, "A"),
    (14, "C"),
    (11, "F"),
    (20, "G"),
    (6, "H"),
    (9, "I"),
    (6, "J"),
    (4, "K"),
    (4, "L"),
    (10, "M"),
    (5, "N"),
    (2, "P"),
    (3, "Q"),
    (2, "S"),
];

/// Age bands of victims with their weights: ours.
const AGE_BANDS: [(u64, &str); 8] =
    [(2, "0-14"), (4, "15-17"), (12, "18-24"), (20, "25-34"), (19, "35-44"), (17, "45-54"), (13, "55-64"), (13, "65+")];

/// Size bands of companies and public bodies with their weights: ours.
const SIZES: [(u64, &str); 4] = [(55, "0-9"), (14, "10-19"), (22, "20-249"), (9, "250+")];

/// Sectors of public bodies.
const PUBLIC_SECTORS: [(u64, &str); 3] = [(60, "O"), (20, "P"), (20, "Q")];

const MARKETPLACE: &str = "place-des-occasions.example";
const DISPOSABLE: &str = "courriel-jetable.example";

/// The shared values that link nobody, and how often each was used.
struct Hubs {
    bank_phone: Option<String>,
    bank: u64,
    marketplace: u64,
    disposable: u64,
}

/// Makes reports.
pub(crate) struct Emission {
    pub(crate) places: Places,
    pub(crate) phones: Phones,
    pub(crate) names: Names,
    random: Random,
    hubs: Hubs,
    companies: Weighted<&'static str>,
    public: Weighted<&'static str>,
    ages: Weighted<&'static str>,
    sizes: Weighted<&'static str>,
    /// A stream of its own: what else is made does not depend on these classes.
    classes: Random,
    serials: BTreeMap<File, u64>,
    /// Number of the last victim who wrote it in the wrong column.
    last_role_error: Option<String>,
}

impl Emission {
    pub(crate) fn new(places: Places, mut phones: Phones, names: Names, random: Random, classes: Random) -> Self {
        let bank_phone = phones.planted();
        Self {
            places,
            phones,
            names,
            random,
            hubs: Hubs { bank_phone, bank: 0, marketplace: 0, disposable: 0 },
            companies: Weighted::new(SECTORS),
            public: Weighted::new(PUBLIC_SECTORS),
            ages: Weighted::new(AGE_BANDS),
            sizes: Weighted::new(SIZES),
            classes,
            serials: BTreeMap::new(),
            last_role_error: None,
        }
    }

    /// The hubs with their counts.
    pub(crate) fn hubs(&self) -> Vec<Hub> {
        let hub = |kind: &str, value: &str, what: &str, reports| Hub {
            kind: kind.to_owned(),
            value: value.to_owned(),
            what: what.to_owned(),
            reports,
        };
        let mut hubs = Vec::new();
        if let Some(phone) = &self.hubs.bank_phone {
            hubs.push(hub("phone-number", phone, "bank-customer-service", self.hubs.bank));
        }
        hubs.push(hub("domain-name", MARKETPLACE, "marketplace", self.hubs.marketplace));
        hubs.push(hub("email-domain", DISPOSABLE, "disposable-mail", self.hubs.disposable));
        hubs
    }

    /// An ordinary report, and whether the victim's number stands in the author's column.
    pub(crate) fn background<'t>(&mut self, file: File, reported: Date, phenomenon: &'t Phenomenon) -> (Row<'t>, bool) {
        let author = self.author(file, phenomenon);
        let department = self.places.draw(file, reported.year(), &mut self.random);
        let mut row = self.row(file, reported, phenomenon, department, author);
        let wrong_role = file == File::Unites && row.victim_phone.is_some() && self.random.chance(20);
        if wrong_role {
            // One in five comes a second time.
            if self.last_role_error.is_some() && self.random.chance(200) {
                row.victim_phone.clone_from(&self.last_role_error);
            }
            if row.author.phone == self.hubs.bank_phone && row.author.phone.is_some() {
                self.hubs.bank -= 1;
            }
            row.author.phone.clone_from(&row.victim_phone);
            self.last_role_error.clone_from(&row.victim_phone);
        }
        (row, wrong_role)
    }

    /// A planted report.
    pub(crate) fn planted<'t>(&mut self, planted: &Planted<'t>) -> Row<'t> {
        let drawn = self.places.draw(planted.file, planted.reported.year(), &mut self.random);
        let department = planted.department.unwrap_or(drawn);
        let mut row = self.row(planted.file, planted.reported, planted.phenomenon, department, planted.author.clone());
        if planted.file != File::Cyber17 {
            row.occurred = planted.occurred.or(row.occurred);
        }
        row.loss_cents = planted.loss_cents.or(row.loss_cents);
        if planted.loss_cents.is_some() {
            row.victim = VictimKind::Individual;
            row.sector = None;
            row.classes.size = None;
        }
        if let Some(sector) = planted.sector {
            let is_public = PUBLIC_SECTORS.iter().any(|(_, own)| *own == sector);
            row.victim = if is_public { VictimKind::Public } else { VictimKind::Company };
            row.sector = Some(sector);
            (row.classes.sex, row.classes.age_band) = (None, None);
        }
        row
    }

    fn row<'t>(
        &mut self,
        file: File,
        reported: Date,
        phenomenon: &'t Phenomenon,
        department: &'static str,
        author: Author,
    ) -> Row<'t> {
        let random = &mut self.random;
        let delay = delays::draw(file, random);
        let known = file == File::Thesee || file == File::Perceval || (file == File::Unites && !random.chance(20));
        let victim = phenomenon.victim(file, random);
        let sector = match victim {
            VictimKind::Individual => None,
            VictimKind::Company => self.companies.pick(random).filter(|_| !random.chance(80)),
            VictimKind::Public => self.public.pick(random),
        };
        let classes = self.classes(file, victim);
        let random = &mut self.random;
        let has_phone = match (file, victim) {
            (File::Unites, VictimKind::Individual) => random.chance(600),
            (File::Thesee, _) => random.chance(700),
            _ => false,
        };
        let serial = self.serials.entry(file).or_default();
        *serial += 1;
        Row {
            file,
            id: format!("{}-{serial:08}", file.id_prefix()),
            occurred: known.then(|| reported.saturating_sub(delay.days())),
            reported,
            department,
            category: phenomenon.category,
            phenomenon: &phenomenon.code,
            astad: phenomenon.astad,
            victim,
            classes,
            sector,
            loss_cents: if file == File::Cyber17 { None } else { phenomenon.loss_cents(file, random) },
            author,
            victim_phone: if has_phone { self.phones.victim(random) } else { None },
        }
    }

    /// What complaints note of the victim; the platforms note none of it.
    fn classes(&mut self, file: File, victim: VictimKind) -> Classes {
        let random = &mut self.classes;
        match (file, victim) {
            (File::Perceval | File::Cyber17, _) => Classes::default(),
            (_, VictimKind::Individual) => {
                let sex = if random.chance(540) { "female" } else { "male" };
                let age_band = self.ages.pick(random);
                Classes { sex: Some(sex), age_band: age_band.filter(|_| !random.chance(60)), size: None }
            }
            (_, VictimKind::Company | VictimKind::Public) => {
                let size = self.sizes.pick(random);
                Classes { size: size.filter(|_| !random.chance(250)), ..Classes::default() }
            }
        }
    }

    /// What an ordinary report says of the author: values of its own, or one of the hubs.
    fn author(&mut self, file: File, phenomenon: &Phenomenon) -> Author {
        let random = &mut self.random;
        let mut named = |per_cent: u64| random.below(100) < per_cent;
        let site = named(phenomenon.site);
        let phone = file != File::Perceval && named(phenomenon.phone);
        let complaint = matches!(file, File::Unites | File::Thesee);
        let email = complaint && named(phenomenon.email);
        let iban = complaint && named(phenomenon.iban);
        let code = phenomenon.code.as_str();
        let mut author = Author::default();
        if matches!(code, "fake_shop" | "card_fraud") && random.chance(36) {
            author.domain = Some(MARKETPLACE.to_owned());
            self.hubs.marketplace += 1;
        } else if site {
            author.domain = Some(self.names.domain(random));
        }
        let of_a_bank = matches!(code, "fake_bank_adviser" | "phishing" | "card_fraud");
        if file != File::Perceval && of_a_bank && self.hubs.bank_phone.is_some() && random.chance(60) {
            author.phone.clone_from(&self.hubs.bank_phone);
            self.hubs.bank += 1;
        } else if phone {
            author.phone = self.phones.background(random);
        }
        if email {
            author.email = if random.chance(110) {
                self.hubs.disposable += 1;
                Some(self.names.email_at(DISPOSABLE, random))
            } else {
                Some(self.names.email(random))
            };
        }
        if iban {
            author.iban = Some(self.names.iban());
        }
        author
    }
}
