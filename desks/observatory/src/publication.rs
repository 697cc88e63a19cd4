//! Figures on their way out of the house, in the forms that statistical offices exchange: CSV, SDMX-CSV and SDMX-JSON with
//! their data structure definition, a data package.
//!
//! There is one way: a [`Publication`] of protected figures asks the policy of diffusion for its channel
//! ([`Publication::leave`]); what may go is a [`Leaving`], and only that can be written. Structure, code lists and
//! observations are made from the card and the figures alone, so that page, API and command line give the same bytes.

mod code;
mod lists;
mod observations;
mod package;
mod structure;

pub use structure::open_dimensions;

use crate::indicators::{Card, Figures, Request, to_csv, to_json};
use beffroi_datapackage::{Files, PackageError};
use beffroi_model::{Channel, Marking, Pap, Tlp};
use beffroi_sdmx::{Header, SdmxError, Structures, write_csv, write_data, write_structure};
use lists::Met;
use serde_json::Value;

/// The marking of protected figures: for the community, until their publisher releases them.
pub const MARKING: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };

/// Who sends the messages, and the agency of the artefacts that are the house's own.
const AGENCY: &str = "BEFFROI";

/// Protected figures of one request, before the policy was asked.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a> {
    /// The indicator.
    pub card: &'a Card,
    /// What was asked for.
    pub request: &'a Request,
    /// The figures, protected.
    pub figures: &'a Figures,
    /// To whom they may go: [`MARKING`].
    pub marking: Marking,
}

/// Figures that may leave by the channel they were asked for.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'a> {
    of: Publication<'a>,
}

/// Why figures do not leave, or not in that form.
#[derive(Debug, thiserror::Error)]
pub enum PublicationError {
    /// The policy of diffusion keeps them.
    #[error("figures marked {marking} do not leave by `{channel}` for who is cleared up to {ceiling}")]
    Withheld {
        /// Their marking.
        marking: Marking,
        /// The channel asked for.
        channel: Channel,
        /// What its far end is cleared for.
        ceiling: Marking,
    },
    /// They were not protected.
    #[error("the figures of `{indicator}` were not protected: some are under its threshold of statistical secrecy")]
    Raw {
        /// The indicator.
        indicator: String,
    },
    /// There is nothing to write.
    #[error("indicator `{indicator}` has no figure for this request: widen `from`, `to` or `where`")]
    Empty {
        /// The indicator.
        indicator: String,
    },
    /// Nothing dates the observations.
    #[error("SDMX dates each observation: ask `{indicator}` by one of {grains}, or from a period to the same period")]
    NoPeriod {
        /// The indicator.
        indicator: String,
        /// By what it may be dated.
        grains: String,
    },
    /// Two things date the observations.
    #[error("SDMX dates each observation once: ask `{indicator}` by one period only, not by {asked}")]
    Periods {
        /// The indicator.
        indicator: String,
        /// The dimensions of time asked for.
        asked: String,
    },
    /// A sum over several codes has no code.
    #[error("SDMX has no code for a sum over several values of `{dimension}`: break down by it, or ask for one value")]
    Codes {
        /// The dimension.
        dimension: &'static str,
    },
    /// The message does not hold together.
    #[error(transparent)]
    Sdmx(#[from] SdmxError),
    /// The package does not hold together.
    #[error(transparent)]
    Package(#[from] PackageError),
}

impl PublicationError {
    /// Whether the request is at fault rather than the house.
    pub fn is_user_fault(&self) -> bool {
        !matches!(self, Self::Raw { .. } | Self::Sdmx(_) | Self::Package(_))
    }
}

impl<'a> Publication<'a> {
    /// Asks whether the figures may leave by `channel`, whose far end is cleared up to `ceiling`.
    ///
    /// # Errors
    /// [`PublicationError::Withheld`] when the policy keeps them ([`Marking::may_leave`]), [`PublicationError::Raw`] when
    /// nobody protected them.
    pub fn leave(self, channel: Channel, ceiling: Marking) -> Result<Leaving<'a>, PublicationError> {
        if !self.marking.may_leave(channel, ceiling) {
            return Err(PublicationError::Withheld { marking: self.marking, channel, ceiling });
        }
        if self.figures.rows.iter().any(|row| row.small) {
            return Err(PublicationError::Raw { indicator: self.figures.indicator.clone() });
        }
        Ok(Leaving { of: self })
    }
}

impl Leaving<'_> {
    /// The figures as plain CSV ([`to_csv`]).
    pub fn csv(&self) -> String {
        to_csv(self.of.figures)
    }

    /// The figures and their birth certificate as one JSON document ([`to_json`]).
    pub fn json(&self) -> Value {
        to_json(self.of.figures)
    }

    /// The birth certificate alone.
    pub fn certificate(&self) -> Value {
        serde_json::json!(self.of.figures.certificate)
    }

    /// SDMX-CSV 2.0.
    ///
    /// # Errors
    /// [`PublicationError`] when SDMX cannot say the request, or there is no figure.
    pub fn sdmx_csv(&self) -> Result<String, PublicationError> {
        let structures = self.structures()?;
        Ok(write_csv(&[observations::of(&self.of)?], &structures)?)
    }

    /// SDMX-JSON 2.0, data message.
    ///
    /// # Errors
    /// As [`Leaving::sdmx_csv`].
    pub fn sdmx_json(&self) -> Result<String, PublicationError> {
        let structures = self.structures()?;
        let data_sets = vec![observations::of(&self.of)?];
        let message = beffroi_sdmx::DataMessage { header: self.header("DATA"), data_sets };
        Ok(write_data(&message, &structures)?)
    }

    /// SDMX-JSON 2.0, structure message: the data structure definition of the card, its code lists and its dataflow.
    ///
    /// # Errors
    /// [`PublicationError::Sdmx`] when the card's texts make no structure.
    pub fn structure(&self) -> Result<String, PublicationError> {
        let structures = self.structures()?;
        Ok(write_structure(&self.header("STRUCTURE"), &structures)?)
    }

    /// The data package: descriptor, CSV, dictionary.
    ///
    /// # Errors
    /// [`PublicationError::Package`] when a text does not fit.
    pub fn package(&self) -> Result<Files, PublicationError> {
        Ok(beffroi_datapackage::write(&package::of(&self.of)?)?)
    }

    /// Every file of an export by its name: data package, birth certificate, data structure definition.
    ///
    /// # Errors
    /// As [`Leaving::package`] and [`Leaving::structure`].
    pub fn files(&self) -> Result<Vec<(String, String)>, PublicationError> {
        let files = self.package()?;
        let certificate = format!("{:#}\n", self.certificate());
        Ok(vec![
            (beffroi_datapackage::DESCRIPTOR.to_owned(), files.descriptor),
            (files.csv_name, files.csv),
            (files.dictionary_name, files.dictionary),
            ("certificate.json".to_owned(), certificate),
            ("structure.json".to_owned(), self.structure()?),
        ])
    }

    /// The same files in one ZIP archive; the same files give the same bytes.
    ///
    /// # Errors
    /// As [`Leaving::files`].
    pub fn zip(&self) -> Result<Vec<u8>, PublicationError> {
        Ok(beffroi_datapackage::zip(&self.files()?)?)
    }

    fn structures(&self) -> Result<Structures, PublicationError> {
        let met = Met { figures: &[self.of.figures], filters: &self.of.request.filters };
        Ok(structure::of(self.of.card, &met)?)
    }

    /// The head of a message: the same figures have the same one, but for the instant at which they were computed.
    fn header(&self, kind: &str) -> Header {
        let certificate = &self.of.figures.certificate;
        let name = code::artefact(&self.of.card.code);
        Header {
            id: format!("{kind}-{name}-{}", certificate.id),
            prepared: certificate.computed_at,
            sender: AGENCY.to_owned(),
            test: certificate.synthetic,
        }
    }
}

/// The structure message of a card before any figure: `figures` only tell codes of the dimensions that no list names in
/// full ([`open_dimensions`]).
///
/// # Errors
/// [`PublicationError::Sdmx`] when the card's texts make no structure.
pub fn structure_message(
    card: &Card,
    figures: &[&Figures],
    prepared: jiff::Timestamp,
) -> Result<String, PublicationError> {
    let structures = structure::of(card, &Met { figures, filters: &[] })?;
    let id = format!("STRUCTURE-{}", code::artefact(&card.code));
    let test = figures.iter().any(|figures| figures.certificate.synthetic);
    Ok(write_structure(&Header { id, prepared, sender: AGENCY.to_owned(), test }, &structures)?)
}

#[cfg(test)]
mod tests;
