//! A right as it is typed in a form.

use beffroi_model::{Marking, Territory};
use beffroi_rights::{Assignment, Role, Territories, World};
use jiff::civil::Date;

/// The field of a form that is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// World and role.
    Right,
    /// The service.
    Service,
    /// The territories.
    Territories,
    /// TLP and PAP.
    Clearance,
    /// The first day.
    From,
    /// The last day.
    Until,
}

/// The most territories one right names; the code list is shorter.
const MOST_TERRITORIES: usize = 200;

/// A right as it is typed.
#[derive(Debug, Clone, Copy)]
pub struct RightForm<'a> {
    /// World and role, `coordination/analyst`.
    pub right: &'a str,
    /// The service.
    pub service: &'a str,
    /// Codes of territories, between blanks or commas; `FR` for the whole country.
    pub territories: &'a str,
    /// Label of the TLP.
    pub tlp: &'a str,
    /// Label of the PAP.
    pub pap: &'a str,
    /// First day, `2026-01-14`.
    pub from: &'a str,
    /// Last day.
    pub until: &'a str,
}

impl RightForm<'_> {
    /// What it means.
    ///
    /// # Errors
    /// The first field that says nothing known.
    pub fn read(&self) -> Result<Assignment, Field> {
        let (world, role) = self.right.split_once('/').ok_or(Field::Right)?;
        let (world, role): (World, Role) =
            (world.parse().map_err(|_| Field::Right)?, role.parse().map_err(|_| Field::Right)?);
        let service = self.service.parse().map_err(|_| Field::Service)?;
        let codes = self.territories.split(|c: char| c == ',' || c == ';' || c.is_whitespace());
        let codes: Vec<&str> = codes.filter(|code| !code.is_empty()).take(MOST_TERRITORIES + 1).collect();
        if codes.is_empty() || codes.len() > MOST_TERRITORIES {
            return Err(Field::Territories);
        }
        let codes: Result<Vec<Territory>, _> = codes.iter().map(|code| code.to_uppercase().parse()).collect();
        Ok(Assignment {
            role,
            world,
            service,
            territories: Territories::of(codes.map_err(|_| Field::Territories)?),
            clearance: Marking {
                tlp: self.tlp.parse().map_err(|_| Field::Clearance)?,
                pap: self.pap.parse().map_err(|_| Field::Clearance)?,
            },
            from: day(self.from).ok_or(Field::From)?,
            until: day(self.until).ok_or(Field::Until)?,
        })
    }
}

/// A day in its one form.
pub(crate) fn day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: RightForm<'static> = RightForm {
        right: "coordination/analyst",
        service: "command",
        territories: "53, 2a;R84",
        tlp: "AMBER",
        pap: "GREEN",
        from: "2026-01-14",
        until: "2026-12-31",
    };

    #[test]
    fn a_form_says_what_it_means() {
        let right = FORM.read().unwrap();
        assert_eq!((right.role, right.world), (Role::Analyst, World::Coordination));
        assert!(right.territories.contains(&"2A".parse().unwrap()));
        assert!(right.territories.contains(&"69".parse().unwrap()), "a region brings its departments");
        assert!(!right.territories.contains(&"75".parse().unwrap()));
        let national = RightForm { territories: "fr", ..FORM };
        assert_eq!(national.read().unwrap().territories, Territories::Everywhere);
    }

    #[test]
    fn the_field_at_fault_is_named() {
        for (form, field) in [
            (RightForm { right: "analyst", ..FORM }, Field::Right),
            (RightForm { right: "coordination/chief", ..FORM }, Field::Right),
            (RightForm { service: "", ..FORM }, Field::Service),
            (RightForm { service: "a b", ..FORM }, Field::Service),
            (RightForm { territories: " , ", ..FORM }, Field::Territories),
            (RightForm { territories: "Mayenne", ..FORM }, Field::Territories),
            (RightForm { tlp: "PINK", ..FORM }, Field::Clearance),
            (RightForm { pap: "", ..FORM }, Field::Clearance),
            (RightForm { from: "14/01/2026", ..FORM }, Field::From),
            (RightForm { until: "2026-02-30", ..FORM }, Field::Until),
            (RightForm { until: "2026-12-31T00:00", ..FORM }, Field::Until),
        ] {
            assert_eq!(form.read().unwrap_err(), field, "{form:?}");
        }
    }
}
