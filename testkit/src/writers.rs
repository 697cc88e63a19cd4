//! Writes each report as its service writes it.

use crate::arrivals::Arrival;
use crate::generate::GenerateError;
use crate::identifiers::{written_iban, written_name, written_phone};
use crate::random::Random;
use crate::row::{Author, File, Row};
use crate::truth::Rejected;
use beffroi_model::VictimKind;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

const UNITES_HEADER: &str = "NUMERO;DATE_FAITS;DATE_PLAINTE;DEPT;CATEGORIE;PHENOMENE;STAD;VICTIME;SECTEUR;PREJUDICE_EUR;\
    TELEPHONE_AUTEUR;SITE;COURRIEL;IBAN;TELEPHONE_VICTIME;SEXE;TRANCHE_AGE;TAILLE";
const PERCEVAL_HEADER: &str = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon";
const CYBER17_HEADER: &str = "\u{feff}id\tdate\tdepartement\tphenomene\tpublic\tsite\ttelephone";

/// Rows of `synth-unites` that no reader may take, with the column at fault and why.
pub(crate) const WRONG_ROWS: [(&str, &str, &str); 12] = [
    (";01/02/2023;31/02/2023;59;AN-BIENS;phishing;N;particulier;;;;;;;;;;", "DATE_PLAINTE", "no such day"),
    (";01/02/2024;12/13/2024;13;AN-BIENS;fake_shop;N;particulier;;120,00;;;;;;;;", "DATE_PLAINTE", "no such month"),
    (";01/02/2022;;69;AN-PERS;harassment;N;particulier;;;;;;;;;;", "DATE_PLAINTE", "missing"),
    (
        ";10/05/2023;2023-05-12;33;AN-BIENS;card_fraud;N;particulier;;80,50;;;;;;;;",
        "DATE_PLAINTE",
        "another form of date",
    ),
    (";03/03/2021;04/03/2021;99;AN-BIENS;phishing;N;particulier;;;;;;;;;;", "DEPT", "no such department"),
    (";03/03/2021;04/03/2021;20;AN-PERS;threats;N;particulier;;;;;;;;;;", "DEPT", "department that no longer exists"),
    (";03/03/2025;04/03/2025;2C;AN-BIENS;romance;N;particulier;;900,00;;;;;;;;", "DEPT", "no such department"),
    (";07/07/2024;08/07/2024;44;AN-BIENS;intrusion;X;entreprise;J;;;;;;;;;", "STAD", "neither O nor N"),
    (";07/07/2024;08/07/2024;35;AN-BIENS;phishing;N;voisin;;;;;;;;;;", "VICTIME", "no such class of victim"),
    (";09/09/2022;10/09/2022;31;AN-BIENS;investment;N;particulier;;douze mille;;;;;;;;", "PREJUDICE_EUR", "no amount"),
    (
        ";09/09/2022;10/09/2022;06;AN-BIENS;investment;N;particulier;;12,5,0;;;;;;;;",
        "PREJUDICE_EUR",
        "two decimal commas",
    ),
    (";11/11/2023;12/11/2023;75;AN-BIENS;phishing", "STAD", "the row ends too early"),
];

/// The four files, and those of later deliveries, open.
pub(crate) struct Writers {
    dir: PathBuf,
    outputs: BTreeMap<(Arrival, File), Output>,
    line: String,
    unites_lines: u64,
    wrong_rows: u64,
}

struct Output {
    path: PathBuf,
    file: BufWriter<std::fs::File>,
    /// Valid rows.
    rows: u64,
}

impl Output {
    /// Creates a file with its header.
    fn create(dir: &Path, (arrival, file): (Arrival, File)) -> Result<Self, GenerateError> {
        let folder = arrival.folder().map_or_else(|| dir.to_owned(), |folder| dir.join(folder));
        let path = folder.join(file.name());
        let made = std::fs::create_dir_all(&folder).and_then(|()| std::fs::File::create(&path));
        let mut output = match made {
            Ok(file) => Self { path, file: BufWriter::with_capacity(1 << 16, file), rows: 0 },
            Err(source) => return Err(GenerateError::Write { path, source }),
        };
        let header = match file {
            File::Unites => UNITES_HEADER,
            File::Perceval => PERCEVAL_HEADER,
            File::Cyber17 => CYBER17_HEADER,
            File::Thesee => return Ok(output),
        };
        output.put(header.as_bytes())?;
        Ok(output)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), GenerateError> {
        self.file
            .write_all(bytes)
            .and_then(|()| self.file.write_all(b"\n"))
            .map_err(|source| GenerateError::Write { path: self.path.clone(), source })
    }

    fn finish(mut self) -> Result<(), GenerateError> {
        self.file.flush().map_err(|source| GenerateError::Write { path: self.path, source })
    }
}

/// The JSON of one THESEE complaint.
#[derive(Serialize)]
struct TheseeRow<'a> {
    id: &'a str,
    facts_on: Date,
    reported_on: Date,
    department: &'a str,
    category: &'a str,
    phenomenon: &'a str,
    stad: bool,
    victim: &'a str,
    sex: Option<&'a str>,
    age_band: Option<&'a str>,
    loss_eur: Option<f64>,
    author: TheseeAuthor,
    victim_phone: Option<String>,
}

/// Each list holds none or one.
#[derive(Serialize)]
struct TheseeAuthor {
    phones: Vec<String>,
    domains: Vec<String>,
    emails: Vec<String>,
    ibans: Vec<String>,
}

impl Writers {
    /// Creates the files of the set with their headers.
    pub(crate) fn create(dir: &Path) -> Result<Self, GenerateError> {
        let mut outputs = BTreeMap::new();
        for file in File::ALL {
            outputs.insert((Arrival::First, file), Output::create(dir, (Arrival::First, file))?);
        }
        Ok(Self { dir: dir.to_owned(), outputs, line: String::new(), unites_lines: 1, wrong_rows: 0 })
    }

    /// Writes a line to the file of an arrival, which is made when there is none.
    fn put(&mut self, place: (Arrival, File), bytes: &[u8]) -> Result<&mut Output, GenerateError> {
        let output = match self.outputs.entry(place) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert(Output::create(&self.dir, place)?),
        };
        output.put(bytes)?;
        Ok(output)
    }

    /// Writes one report into the file with which it arrives.
    pub(crate) fn write(&mut self, row: &Row<'_>, arrival: Arrival, random: &mut Random) -> Result<(), GenerateError> {
        let mut line = std::mem::take(&mut self.line);
        line.clear();
        let author = written(&row.author, random);
        let victim_phone = row.victim_phone.as_ref().map(|phone| written_phone(phone, random));
        let place = (arrival, row.file);
        let output = match row.file {
            File::Unites => {
                unites(&mut line, row, &author, victim_phone.as_deref());
                if arrival == Arrival::First {
                    self.unites_lines += 1;
                }
                self.put(place, &windows_1252(&line))?
            }
            File::Thesee => {
                let json = thesee(row, author, victim_phone).map_err(|source| GenerateError::Json { source })?;
                self.put(place, json.as_bytes())?
            }
            File::Perceval => {
                perceval(&mut line, row, &author);
                self.put(place, line.as_bytes())?
            }
            File::Cyber17 => {
                cyber17(&mut line, row, &author);
                self.put(place, line.as_bytes())?
            }
        };
        output.rows += 1;
        self.line = line;
        Ok(())
    }

    /// Writes one row that must be refused.
    pub(crate) fn write_wrong(
        &mut self,
        (cells, column, reason): (&str, &str, &str),
    ) -> Result<Rejected, GenerateError> {
        self.wrong_rows += 1;
        self.unites_lines += 1;
        let line = format!("SYN-X-{:08}{cells}", self.wrong_rows);
        self.put((Arrival::First, File::Unites), &windows_1252(&line))?;
        Ok(Rejected { line: self.unites_lines, column: column.to_owned(), reason: reason.to_owned() })
    }

    /// Makes sure everything is written; gives the valid rows of each file.
    pub(crate) fn finish(self) -> Result<BTreeMap<(Arrival, File), u64>, GenerateError> {
        let mut rows = BTreeMap::new();
        for (place, output) in self.outputs {
            rows.insert(place, output.rows);
            output.finish()?;
        }
        Ok(rows)
    }
}

fn written(author: &Author, random: &mut Random) -> Author {
    Author {
        phone: author.phone.as_ref().map(|phone| written_phone(phone, random)),
        domain: author.domain.as_ref().map(|domain| written_name(domain, random)),
        email: author.email.as_ref().map(|email| written_name(email, random)),
        iban: author.iban.as_ref().map(|iban| written_iban(iban, random)),
    }
}

fn victim_fr(victim: VictimKind) -> &'static str {
    match victim {
        VictimKind::Individual => "particulier",
        VictimKind::Company => "entreprise",
        VictimKind::Public => "collectivité",
    }
}

// Writing to a String cannot fail: the results of `write!` are dropped on purpose.
fn unites(line: &mut String, row: &Row<'_>, author: &Author, victim_phone: Option<&str>) {
    let day = |line: &mut String, day: Date| {
        let _ = write!(line, "{:02}/{:02}/{:04}", day.day(), day.month(), day.year());
    };
    let _ = write!(line, "{};", row.id);
    if let Some(occurred) = row.occurred {
        day(line, occurred);
    }
    line.push(';');
    day(line, row.reported);
    let stad = if row.astad { 'O' } else { 'N' };
    let victim = victim_fr(row.victim);
    let _ = write!(line, ";{};{};{};{stad};{victim};", row.department, row.category.code(), row.phenomenon);
    line.push_str(row.sector.unwrap_or(""));
    line.push(';');
    if let Some(cents) = row.loss_cents {
        let _ = write!(line, "{},{:02}", cents / 100, cents % 100);
    }
    for cell in [&author.phone, &author.domain, &author.email, &author.iban] {
        line.push(';');
        line.push_str(cell.as_deref().unwrap_or(""));
    }
    line.push(';');
    line.push_str(victim_phone.unwrap_or(""));
    let sex = row.classes.sex.map(|sex| if sex == "female" { "F" } else { "M" });
    for cell in [sex, row.classes.age_band, row.classes.size] {
        line.push(';');
        line.push_str(cell.unwrap_or(""));
    }
}

fn thesee(row: &Row<'_>, author: Author, victim_phone: Option<String>) -> Result<String, serde_json::Error> {
    serde_json::to_string(&TheseeRow {
        id: &row.id,
        facts_on: row.occurred.unwrap_or(row.reported),
        reported_on: row.reported,
        department: row.department,
        category: row.category.code(),
        phenomenon: row.phenomenon,
        stad: row.astad,
        victim: row.victim.code(),
        sex: row.classes.sex,
        age_band: row.classes.age_band,
        loss_eur: row.loss_cents.map(euros),
        author: TheseeAuthor {
            phones: author.phone.into_iter().collect(),
            domains: author.domain.into_iter().collect(),
            emails: author.email.into_iter().collect(),
            ibans: author.iban.into_iter().collect(),
        },
        victim_phone,
    })
}

#[expect(clippy::cast_precision_loss, reason = "amounts are far below 2^53 cents")]
fn euros(cents: i64) -> f64 {
    cents as f64 / 100.0
}

fn perceval(line: &mut String, row: &Row<'_>, author: &Author) {
    let _ = write!(line, "{},{},{},{},", row.id, row.reported, row.occurred.unwrap_or(row.reported), row.department);
    if let Some(cents) = row.loss_cents {
        let _ = write!(line, "{}.{:02}", cents / 100, cents % 100);
    }
    let _ = write!(line, ",{},{}", author.domain.as_deref().unwrap_or(""), row.phenomenon);
}

fn cyber17(line: &mut String, row: &Row<'_>, author: &Author) {
    let _ =
        write!(line, "{}\t{}\t{}\t{}\t{}", row.id, row.reported, row.department, row.phenomenon, victim_fr(row.victim));
    let _ = write!(line, "\t{}\t{}", author.domain.as_deref().unwrap_or(""), author.phone.as_deref().unwrap_or(""));
}

/// Windows-1252 of a text whose characters all lie in Latin 1 (its accents do); anything else becomes `?`.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}
