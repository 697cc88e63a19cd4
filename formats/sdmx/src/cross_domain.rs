//! The code lists that all domains share, as SDMX publishes them; the file `cross_domain.csv` holds the codes used here.
//!
//! Source: SDMX cross-domain code lists `CL_FREQ` 2.1, `CL_OBS_STATUS` 2.2 and `CL_CONF_STATUS` 1.3 (SDMX, Statistical
//! Working Group); English labels are theirs as agencies reprint them, French ones are ours. Lists are marked partial.
//! The numbers of the versions were not compared with the registry.

use crate::structure::{Code, Codelist, Text};
use crate::{ArtefactRef, SdmxError};

/// Identifier of the dimension of frequency.
pub const FREQ: &str = "FREQ";
/// Identifier of the attribute for the status of an observation.
pub const OBS_STATUS: &str = "OBS_STATUS";
/// Identifier of the attribute for its confidentiality.
pub const CONF_STATUS: &str = "CONF_STATUS";

/// Free for publication.
pub(crate) const FREE: &str = "F";
/// Confidential statistical information.
pub(crate) const CONFIDENTIAL: &str = "C";
/// Missing value; suppressed.
pub(crate) const SUPPRESSED: &str = "Q";
/// Statuses under which a value may be missing.
pub(crate) const MISSING: [&str; 6] = ["K", "L", "M", "O", "Q", "S"];
/// Owner of the lists.
pub(crate) const AGENCY: &str = "SDMX";

const FILE: &str = include_str!("../cross_domain.csv");

/// Frequencies: year, half-year, quarter, month, week, day.
///
/// # Errors
/// When the file of the project is broken: never in a build that passes its tests.
pub fn freq_list() -> Result<Codelist, SdmxError> {
    list("CL_FREQ")
}

/// Statuses of an observation.
///
/// # Errors
/// As [`freq_list`].
pub fn obs_status_list() -> Result<Codelist, SdmxError> {
    list("CL_OBS_STATUS")
}

/// Statuses of confidentiality.
///
/// # Errors
/// As [`freq_list`].
pub fn conf_status_list() -> Result<Codelist, SdmxError> {
    list("CL_CONF_STATUS")
}

fn list(id: &str) -> Result<Codelist, SdmxError> {
    let broken = || SdmxError::Rule("the file of cross-domain lists is broken");
    let (mut head, mut codes) = (None, Vec::new());
    for row in csv::Reader::from_reader(FILE.as_bytes()).into_records() {
        let row = row.map_err(|_| broken())?;
        let mut cells = row.iter();
        let (Some(list), Some(version), Some(code), Some(fr), Some(en)) =
            (cells.next(), cells.next(), cells.next(), cells.next(), cells.next())
        else {
            return Err(broken());
        };
        if list != id {
            continue;
        }
        if code.is_empty() {
            head = Some((ArtefactRef::new(AGENCY, id, version)?, Text::new(fr, en)));
        } else {
            codes.push(Code { id: code.to_owned(), name: Text::new(fr, en), description: None, parent: None });
        }
    }
    let (artefact, name) = head.ok_or_else(broken)?;
    Ok(Codelist { artefact, name, partial: true, codes })
}
