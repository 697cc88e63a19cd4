//! What the demo persons may do: one works, another validates, both manage, a third controls and reads no content, a
//! fourth habilitates for the judicial world, a fifth operates without reading.

use super::fill::{FIFTH_LOGIN, FOURTH_LOGIN, LOGIN, SECOND_LOGIN, THIRD_LOGIN};
use beffroi_cli::Context;
use beffroi_cli::fault::{Outcome, ours};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Assignment, PersonId, Role, ServiceId, Territories, World};
use jiff::ToSpan;

/// Up to where the demo persons are cleared: they see the whole of a folder that is theirs.
const CLEARANCE: Marking = Marking { tlp: Tlp::Red, pap: Pap::Red };

/// Gives the first rights of a demo folder, for a year.
pub(super) async fn give(context: &Context) -> Outcome {
    use Role::{
        Analyst, Coordinator, DataProtectionOfficer, DutyOfficer, Inspector, Manager, Prosecutor, Publisher,
        Statistician, SystemAdministrator, Validator,
    };
    use World::{Coordination, Judicial, Statistics};
    let from = context.today();
    let until = from.saturating_add(365.days());
    let mut given = Vec::new();
    for (login, roles) in [
        (LOGIN, &[(Statistician, Statistics), (Analyst, Coordination), (Coordinator, Coordination)][..]),
        (LOGIN, &[(Manager, Statistics), (Manager, Coordination)]),
        (SECOND_LOGIN, &[(Publisher, Statistics), (Validator, Coordination), (DutyOfficer, Coordination)]),
        (SECOND_LOGIN, &[(Analyst, Coordination), (Manager, Statistics), (Manager, Coordination)]),
        (THIRD_LOGIN, &[(DataProtectionOfficer, Statistics), (DataProtectionOfficer, Coordination)]),
        (THIRD_LOGIN, &[(Inspector, Coordination)]),
        (FOURTH_LOGIN, &[(Prosecutor, Judicial)]),
        (FIFTH_LOGIN, &[(SystemAdministrator, Coordination), (SystemAdministrator, Statistics)]),
    ] {
        let person: PersonId = login.parse().map_err(ours)?;
        for (role, world) in roles {
            let assignment = Assignment {
                role: *role,
                world: *world,
                service: ServiceId::house(),
                territories: Territories::Everywhere,
                clearance: CLEARANCE,
                from,
                until,
            };
            given.push((person.clone(), assignment));
        }
    }
    context.store.grant_first(given, &context.by()).await.map_err(ours)
}
