//! Until when data are kept by another State or a provider, and by when assistance must have left to arrive in time.

use beffroi_clocks::{Deadlines, Due, Event, Zone};
use beffroi_cooperation::{Follow, Routes, follow_up};
use beffroi_register::Record;
use jiff::Timestamp;
use jiff::civil::Date;

/// Days that a request for assistance takes to arrive, signed, translated and sent: a rule of the house.
pub(crate) const TRANSIT: u16 = 15;

/// The period of preservation of a request, as it stands at `now`: from the day on which preservation was made, prolonged as
/// often as it was, ended by the assistance. Nothing for a way that sets no period.
pub(crate) fn period(request: &Record, now: Timestamp) -> Option<Due> {
    let (routes, deadlines) = (Routes::house().ok()?, Deadlines::house().ok()?);
    let route = routes.all().find(|route| route.code == request.value("route"))?;
    let clock = deadlines.get(&route.deadline)?.clock.clone()?;
    let start = |field: &str| {
        let day: Date = request.value(field).parse().ok()?;
        day.at(0, 0, 0, 0).to_zoned(Zone::Utc.zone()).ok().map(|at| at.timestamp())
    };
    let mut events: Vec<(Timestamp, Event)> = start("preserved_on").map(|at| (at, Event::Start)).into_iter().collect();
    events.extend(request.path.iter().filter(|step| step.by == "prolong").map(|step| (step.at, Event::Extend)));
    events.extend(start("assistance_on").map(|at| (at, Event::Stop)));
    Some(clock.due(&events, now))
}

/// How assistance stands to the end of preservation.
pub(crate) fn standing(request: &Record, now: Timestamp) -> Follow {
    period(request, now).map_or(Follow::NoEnd, |due| follow_up(&due, TRANSIT, Zone::Paris, now))
}

/// The last day of preservation, assistance left aside.
pub(crate) fn last_day(request: &Record, now: Timestamp) -> Option<Date> {
    let mut kept = request.clone();
    kept.values.remove("assistance_on");
    period(&kept, now)?.at.map(|at| Zone::Utc.day(at))
}
