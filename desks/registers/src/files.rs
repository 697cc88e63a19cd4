//! Files: what is attached to a record, and many records at once.

use crate::act::Adding;
use crate::writing::Writing;
use crate::{Actor, RegisterError};
use beffroi_register::{Aside, Record, Refusal, Register, RowFinding, RowRead, read_rows};
use beffroi_store::{Attaching, RecordBatch};

/// The longest file attached, in bytes.
pub const MOST_ATTACHED: usize = 4 << 20;

/// Kinds of files that may be attached: ending, media type, first bytes (none: a text).
const KINDS: [(&str, &str, &[u8]); 10] = [
    ("pdf", "application/pdf", b"%PDF-"),
    ("png", "image/png", b"\x89PNG\r\n\x1a\n"),
    ("jpg", "image/jpeg", b"\xff\xd8\xff"),
    ("jpeg", "image/jpeg", b"\xff\xd8\xff"),
    ("odt", "application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", b"PK\x03\x04"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ("csv", "text/csv", b""),
    ("txt", "text/plain", b""),
];

/// What a file of records comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Import {
    /// Rows that may stand.
    pub n_fine: usize,
    /// What is wrong with the others; row 0 is the file itself.
    pub findings: Vec<RowFinding>,
    /// References of the records added; none for a preview.
    pub added: Vec<String>,
    /// Columns of the file that are not brought in.
    pub aside: Vec<Aside>,
}

impl Actor<'_> {
    /// Attaches a file to a record. Its kind is told by its name and by its first bytes.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when who acts may not write the record; [`RegisterError::Refused`]; the store's.
    pub async fn attach(&self, reference: &str, name: &str, bytes: &[u8]) -> Result<(), RegisterError> {
        let (register, row) = self.fetch(reference).await?;
        if !self.may_set(register, &row) {
            return Err(RegisterError::NotFound);
        }
        let refused = |what: &str, args| RegisterError::refused(register, what, args);
        if bytes.len() > MOST_ATTACHED {
            return Err(refused("attachment-size", vec![("most", (MOST_ATTACHED >> 20).to_string())]));
        }
        let attached = self.store.record_attachments(reference).await?;
        if attached.len() >= usize::from(register.attachments) {
            return Err(refused("attachment-many", vec![("most", register.attachments.to_string())]));
        }
        let name: String =
            name.chars().filter(|c| !c.is_control() && !matches!(c, '/' | '\\' | '"')).take(120).collect();
        let media = media(&name, bytes).ok_or_else(|| refused("attachment-kind", Vec::new()))?;
        let file = Attaching {
            reference: reference.to_owned(),
            name,
            media,
            bytes: bytes.to_vec(),
            most: register.attachments,
        };
        Ok(self.store.record_attach(&file, &self.by).await?)
    }

    /// The bytes of a file attached to a record, with its name and kind.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`]; the store's.
    pub async fn attachment(&self, reference: &str, id: &str) -> Result<(String, String, Vec<u8>), RegisterError> {
        self.fetch(reference).await?;
        let attached = self.store.record_attachments(reference).await?.into_iter().find(|attached| attached.id == id);
        let attached = attached.ok_or(RegisterError::NotFound)?;
        let bytes = self.store.record_attachment(reference, id).await?.ok_or(RegisterError::NotFound)?;
        Ok((attached.name, attached.media, bytes))
    }

    /// Reads a file of records and says what it comes to; writes nothing.
    ///
    /// # Errors
    /// [`RegisterError::NotFound`] when who acts may not add; the store's.
    pub async fn preview(&self, register: &'static Register, text: &str) -> Result<Import, RegisterError> {
        self.preview_read(register, read_rows(register, text)).await
    }

    /// As [`Actor::preview`], of a file that was read ([`crate::read_file`]).
    ///
    /// # Errors
    /// As [`Actor::preview`].
    pub async fn preview_read(&self, register: &'static Register, read: RowRead) -> Result<Import, RegisterError> {
        self.taken(register, read).await.map(|(import, _)| import)
    }

    /// Adds the records of a file: all of them or none, unless `partly`, which leaves out those that may not stand.
    ///
    /// # Errors
    /// As [`Actor::preview`].
    pub async fn import(&self, register: &'static Register, text: &str, partly: bool) -> Result<Import, RegisterError> {
        let request = format!("import {} {text}", register.name);
        self.take_in(register, read_rows(register, text), &request, partly).await
    }

    /// As [`Actor::import`], of a file that was read ([`crate::read_file`]).
    ///
    /// # Errors
    /// As [`Actor::preview`].
    pub async fn import_read(
        &self,
        register: &'static Register,
        read: RowRead,
        partly: bool,
    ) -> Result<Import, RegisterError> {
        let request = format!("import {} {}", register.name, read.to_json());
        self.take_in(register, read, &request, partly).await
    }

    async fn take_in(
        &self,
        register: &'static Register,
        read: RowRead,
        request: &str,
        partly: bool,
    ) -> Result<Import, RegisterError> {
        let (mut import, batch) = self.taken(register, read).await?;
        if import.n_fine > 0 && (partly || import.findings.is_empty()) {
            import.added = self.store.records_write(request, batch, &self.by).await?;
        }
        Ok(import)
    }

    async fn taken(&self, register: &'static Register, read: RowRead) -> Result<(Import, RecordBatch), RegisterError> {
        if !self.may_add(register) {
            return Err(RegisterError::NotFound);
        }
        let mut import = Import { findings: read.findings, aside: read.aside, ..Import::default() };
        let mut batch = RecordBatch::default();
        for (row, values) in read.rows {
            let (n_puts, n_tasks) = (batch.puts.len(), batch.tasks.len());
            let around = read.around.get(&row).cloned().unwrap_or_default();
            let adding = Adding { typed: values, synthetic: around.synthetic };
            let put = match self.is_there(register, &around.reference).await {
                Ok(()) => match self.new_record(register, &adding, &format!("@{n_puts}")) {
                    Ok(mut after) => {
                        // What a file says to be narrower stays so; it widens nothing.
                        after.marking = around.marking.map_or(after.marking, |told| after.marking.merge(told));
                        self.put_new(&mut batch, register, after).await
                    }
                    Err(error) => Err(error),
                },
                Err(error) => Err(error),
            };
            if put.is_err() {
                batch.puts.truncate(n_puts);
                batch.tasks.truncate(n_tasks);
            }
            match put {
                Ok(()) => import.n_fine += 1,
                Err(RegisterError::Refused { refusals, .. }) => {
                    import.findings.extend(refusals.into_iter().map(|refusal| RowFinding { row, refusal }));
                }
                Err(RegisterError::NotFound) => {
                    let refusal = Refusal { key: "register-fault-row-guard".to_owned(), field: None, args: Vec::new() };
                    import.findings.push(RowFinding { row, refusal });
                }
                Err(error) => return Err(error),
            }
        }
        import.findings.sort_by_key(|finding| finding.row);
        Ok((import, batch))
    }
}

impl Actor<'_> {
    /// Refuses a row that bears the reference of a record of the register that is open to who acts: a file that was taken
    /// out adds nothing twice. A reference of elsewhere, or of what is not open, says nothing.
    async fn is_there(&self, register: &'static Register, reference: &str) -> Result<(), RegisterError> {
        if reference.is_empty() {
            return Ok(());
        }
        match self.fetch(reference).await {
            Ok((of, _)) if of.name == register.name => {
                Err(RegisterError::refused(register, "row-there", vec![("reference", reference.to_owned())]))
            }
            Ok(_) | Err(RegisterError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Puts a new record into a batch, unless it is there already.
    pub(crate) async fn put_new(
        &self,
        batch: &mut RecordBatch,
        register: &'static Register,
        after: Record,
    ) -> Result<(), RegisterError> {
        self.not_alike(register, &after, batch).await?;
        self.put_in(batch, Writing { register, before: None, after, by: None, reason: None }).await
    }
}

/// The media type of a file whose name and first bytes say the same.
fn media(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let (_, media, first) = KINDS.iter().find(|(known, ..)| *known == ending)?;
    let is_text = || std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    let fits = if first.is_empty() { is_text() } else { bytes.starts_with(first) };
    fits.then_some(*media)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_name_and_its_bytes_say() {
        assert_eq!(media("a.PDF", b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(media("a.txt", "é".as_bytes()), Some("text/plain"));
        for (name, bytes) in
            [("a.pdf", &b"MZ"[..]), ("a.exe", b"%PDF-"), ("a", b"x"), ("a.txt", b"\xff\x00"), ("a.csv", b"a\0")]
        {
            assert_eq!(media(name, bytes), None, "{name}");
        }
    }
}
