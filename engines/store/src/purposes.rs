//! Purposes stated and consultations made. The words of a purpose are sealed; the journal keeps them with each
//! consultation, the register only that they were said for a file and a working day.

use crate::columns::{Place, instant};
use crate::people::beffroi_journal_text;
use crate::write::{By, Done};
use crate::{Store, StoreError, objects};
use beffroi_journal::{Act, from_base64, to_base64};
use beffroi_ports::Sealed;
use beffroi_rights::{Consultation, FileRef, Kind, Object, PersonId, Purpose, StatedPurpose, WorkingDay};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sha2::{Digest, Sha256};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "purposes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub file: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: String,
        pub sealed: String,
        pub wrapped: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

fn file_text(file: &FileRef) -> String {
    match file {
        FileRef::Inquiry(inquiry) => format!("inquiry {inquiry}"),
        FileRef::Object(object) => format!("object {object}"),
    }
}

/// The name under which a purpose is sealed.
pub(crate) fn seal_name(person: &str, file: &str, day: &str) -> String {
    format!("purpose/{day}/{:x}", Sha256::digest(format!("{person}\n{file}")))
}

impl Store {
    /// Keeps that a purpose was stated; a later one for the same file and day takes its place.
    ///
    /// # Errors
    /// [`StoreError::Keys`]; the engine's.
    pub async fn purpose_state(&self, stated: &StatedPurpose, by: &By) -> Result<(), StoreError> {
        let (person, file, day) =
            (stated.person.to_string(), file_text(&stated.file), stated.day.first_day().to_string());
        let words = format!("{}\n{}", stated.purpose.motive(), stated.purpose.reference());
        let sealed = self.core.keys.seal(&seal_name(&person, &file, &day), words.as_bytes())?;
        let content = format!("{person} {file} {day} {words}");
        self.write(by, "purpose-state", content, move |tx| {
            Box::pin(async move {
                let row = entity::ActiveModel {
                    person: Set(person),
                    file: Set(file),
                    day: Set(day),
                    sealed: Set(to_base64(&sealed.ciphertext)),
                    wrapped: Set(to_base64(&sealed.wrapped)),
                };
                let replace = OnConflict::columns([entity::Column::Person, entity::Column::File, entity::Column::Day])
                    .update_columns([entity::Column::Sealed, entity::Column::Wrapped])
                    .to_owned();
                entity::Entity::insert(row)
                    .on_conflict(replace)
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine("keep a purpose"))?;
                Ok(Done::default())
            })
        })
        .await
        .map(|_| ())
    }

    /// What `person` stated for `file` on `day`.
    ///
    /// # Errors
    /// [`StoreError::Keys`]; the engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn purpose_stated(
        &self,
        person: &PersonId,
        file: &FileRef,
        day: WorkingDay,
    ) -> Result<Option<StatedPurpose>, StoreError> {
        let (name, text, on) = (person.to_string(), file_text(file), day.first_day().to_string());
        let row = entity::Entity::find_by_id((name.clone(), text.clone(), on.clone()))
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read a purpose"))?;
        let Some(row) = row else { return Ok(None) };
        let place = Place { table: "purposes", row: &on };
        let sealed = Sealed {
            wrapped: from_base64(&row.wrapped).ok_or_else(|| place.wrong("wrapped"))?,
            ciphertext: from_base64(&row.sealed).ok_or_else(|| place.wrong("sealed"))?,
        };
        let words = self.core.keys.open(&seal_name(&name, &text, &on), &sealed)?;
        let words = std::str::from_utf8(&words).map_err(|_| place.wrong("sealed"))?;
        let (motive, reference) = words.rsplit_once('\n').ok_or_else(|| place.wrong("sealed"))?;
        let purpose = Purpose::new(motive, reference).map_err(|_| place.wrong("sealed"))?;
        Ok(Some(StatedPurpose { person: person.clone(), file: file.clone(), purpose, day }))
    }

    /// Journals a consultation that was let through. Nothing of the object may be shown before this has come back.
    ///
    /// # Errors
    /// The engine's: then nothing may be shown.
    pub async fn consulted(&self, kind: Kind, consultation: &Consultation, by: &By) -> Result<(), StoreError> {
        let by = match &consultation.purpose {
            Some(purpose) => by.clone().for_purpose(beffroi_journal::Purpose {
                why: beffroi_journal_text(purpose.motive()),
                reference: Some(beffroi_journal_text(purpose.reference())),
            }),
            None => by.clone(),
        };
        let entry = by.entry(Act::Consult, kind.code(), consultation.object.as_str());
        let content = format!("{} {}", consultation.object, instant(by.at));
        self.write(&by, "consult", content, move |_| Box::pin(async move { Ok(Done::with(entry)) })).await.map(|_| ())
    }

    /// Journals that an act was asked for and refused.
    ///
    /// # Errors
    /// The engine's.
    pub async fn refused(&self, kind: Kind, id: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Refuse, kind.code(), &beffroi_journal_text(id));
        let content = format!("{kind:?} {id}");
        self.write(by, "refuse", content, move |_| Box::pin(async move { Ok(Done::with(entry)) })).await.map(|_| ())
    }

    /// The facts of one object, whoever asks: for those who check a right, never for those who show.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn object(&self, kind: Kind, id: &str) -> Result<Option<Object>, StoreError> {
        objects::find(&self.core.db, kind, id).await
    }
}
