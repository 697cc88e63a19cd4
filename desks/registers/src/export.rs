//! Records on their way out: CSV, JSON, iCalendar.

use crate::board::Due;
use crate::{Actor, RegisterError};
use beffroi_icalendar::{Alarm, Event, Start};
use beffroi_register::{Entry, Record, Register, words, write_csv};
use beffroi_rights::Act;
use beffroi_store::Seen;
use beffroi_wording::Lang;
use serde_json::{Value, json};

/// Most records of one file.
const MOST: usize = 50_000;
/// Records read at once.
const PART: u64 = 1000;

impl Actor<'_> {
    /// The records of a register that who acts may take out and that have all of `filters`, the last written first.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when nothing may be taken out; the store's.
    pub async fn taken_out(
        &self,
        register: &'static Register,
        filters: &[Entry],
    ) -> Result<Vec<Record>, RegisterError> {
        let scope = register.scope(self.subject, Act::Export, register.audience.read, self.today());
        if scope.branches().len() == 0 {
            return Err(RegisterError::NotFound);
        }
        let seen = Seen { register: register.name, scope };
        let (mut records, mut after) = (Vec::new(), None);
        loop {
            let part = self.store.record_list(&seen, filters, after.as_ref(), PART).await?;
            records.extend(part.rows.into_iter().map(|row| row.record));
            after = part.next;
            if after.is_none() || records.len() >= MOST {
                return Ok(records);
            }
        }
    }
}

/// Records as CSV.
pub fn csv(register: &Register, records: &[Record]) -> String {
    write_csv(register, records)
}

/// Records as JSON texts, one each.
pub fn json(register: &Register, records: &[Record]) -> Vec<String> {
    records.iter().map(|record| record.to_json(register).to_string()).collect()
}

/// The end of a clock as a JSON object, as the command line and the API give it.
pub fn deadline(due: &Due) -> Value {
    json!({
        "reference": due.row.record.reference,
        "register": due.register.name,
        "title": due.row.title,
        "clock": due.clock,
        "due": due.at.to_string(),
        "late": due.late,
    })
}

/// Ends of clocks as a calendar. `base` is the address of this site, without a slash at its end; the texts are titles and
/// references only.
pub fn calendar(name: &str, lines: &[Due], base: Option<&str>, t: Lang) -> String {
    let event = |due: &Due| {
        let reference = &due.row.record.reference;
        Event {
            uid: format!("{reference}-{}@beffroi", due.clock),
            summary: format!("{reference} – {} ({})", due.row.title, words::clock(due.register, &due.clock, t)),
            description: words::name(due.register, t),
            start: Start::At(due.at),
            stamp: due.row.record.updated_at,
            url: base.map(|base| format!("{base}/registres/{}/{reference}", due.register.name)),
            alarms: vec![Alarm { minutes_before: 60 }],
        }
    };
    beffroi_icalendar::calendar(name, &lines.iter().map(event).collect::<Vec<_>>())
}
