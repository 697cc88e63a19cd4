//! What the server does by itself: it hands over what is queued, looks at the new data once a day, reminds who has not
//! read, and closes what has expired. When each is due stands in the registers: a stop forgets none, and two servers do none twice.

use beffroi_cli::{Ways, digest_settings};
use beffroi_desk_registers::digest::{self, DigestSettings, Mailing};
use beffroi_desk_registers::{self as registers, Registry};
use beffroi_desk_threat::alerts;
use beffroi_desk_threat::diffusion::{self, DiffusionSettings, Engines};
use beffroi_desk_threat::watch::{self, WatchOptions};
use beffroi_ports::{Facts, Typesetter};
use beffroi_store::{By, Job, Store, StoreError};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often it is asked whether something waits to be handed over.
const POST_EVERY: Duration = Duration::from_secs(1);
/// How long it waits after the way out failed as a whole.
const POST_AFTER_FAULT: Duration = Duration::from_secs(30);
/// How often it is asked whether a job is due.
const JOBS_EVERY: Duration = Duration::from_secs(20);
/// For how long a job is taken.
const LEASE: SignedDuration = SignedDuration::from_hours(2);
/// The hour in France at which the day's data are looked at.
const WATCH_HOUR: i8 = 5;
/// The hour in France at which what no longer holds is closed: as soon as its last day is over.
const EXPIRY_HOUR: i8 = 0;
/// How often reminders are looked for.
const REMIND_EVERY: SignedDuration = SignedDuration::from_mins(15);
/// How long a job that failed waits, doubled each time, and at most.
const AGAIN: SignedDuration = SignedDuration::from_mins(5);
const AGAIN_MOST: SignedDuration = SignedDuration::from_hours(4);

/// What jobs work with.
#[derive(Clone)]
pub(crate) struct Jobs {
    pub(crate) store: Store,
    pub(crate) registry: Arc<Registry>,
    pub(crate) facts: Arc<dyn Facts>,
    pub(crate) typesetter: Arc<dyn Typesetter>,
    pub(crate) settings: Arc<DiffusionSettings>,
    /// False alarms that the watch may give in a month.
    pub(crate) false_alarms_a_month: f64,
    pub(crate) clock: fn() -> Timestamp,
}

/// The jobs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Watch,
    Reminders,
    Expiry,
    Deadlines,
    Digest,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Watch, Self::Reminders, Self::Expiry, Self::Deadlines, Self::Digest];

    /// Those of a server. An exercise is played by who directs it: a watch that looked by itself would tell what is still
    /// to come.
    fn of(is_exercise: bool) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |kind| !is_exercise || *kind != Self::Watch)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Reminders => "reminders",
            Self::Expiry => "expiry",
            Self::Deadlines => "deadlines",
            Self::Digest => "digest",
        }
    }

    /// When it is due next, at `now`.
    fn next(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Watch => next_at(WATCH_HOUR, now),
            Self::Expiry => next_at(EXPIRY_HOUR, now),
            Self::Reminders | Self::Deadlines => now.checked_add(REMIND_EVERY).unwrap_or(now),
            Self::Digest => next_hour(now),
        }
    }
}

/// The next time that it is that hour in France.
fn next_at(hour: i8, now: Timestamp) -> Timestamp {
    let here = now.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    let on = |day: jiff::civil::Date| day.at(hour, 0, 0, 0).to_zoned(here.time_zone().clone()).map(|at| at.timestamp());
    let today = on(here.date()).ok().filter(|at| *at > now);
    let tomorrow = || here.date().checked_add(1.day()).and_then(on).ok();
    today.or_else(tomorrow).unwrap_or(now)
}

/// The next full hour, which is one in France too.
fn next_hour(now: Timestamp) -> Timestamp {
    let hour = now.as_second().div_euclid(3600).saturating_add(1);
    Timestamp::from_second(hour.saturating_mul(3600)).unwrap_or(now)
}

/// Runs until the program ends; what fails is told and tried again.
pub(crate) fn run_while_serving(jobs: Jobs, ways: Option<Ways>) {
    if let Some(ways) = ways {
        tokio::spawn(post(jobs.clone(), ways));
    }
    tokio::spawn(by_themselves(jobs));
}

/// Hands over what is queued.
async fn post(jobs: Jobs, ways: Ways) {
    let of_digests = digest_settings(&jobs.settings);
    loop {
        let engines = Engines {
            store: &jobs.store,
            post: ways.post.as_ref(),
            fetch: ways.fetch.as_deref(),
            typesetter: jobs.typesetter.as_ref(),
            clock: jobs.clock,
        };
        let wait = match hand_over(&engines, &jobs, &of_digests).await {
            Ok((pass, told)) => {
                if pass != diffusion::Pass::default() {
                    tracing::info!(delivered = pass.delivered, later = pass.later, "post");
                }
                if told != digest::Pass::default() {
                    tracing::info!(
                        delivered = told.delivered,
                        empty = told.empty,
                        later = told.later,
                        "letters of the day"
                    );
                }
                POST_EVERY
            }
            Err(error) => {
                tracing::error!("the post stopped: {error}");
                POST_AFTER_FAULT
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// One pass: the marks of this machine are read for the letters of the day before the diffusion of flashes clears them, and
/// those letters go after it.
async fn hand_over(
    engines: &Engines<'_>,
    jobs: &Jobs,
    of_digests: &DigestSettings,
) -> Result<(diffusion::Pass, digest::Pass), String> {
    let mailing = Mailing {
        registry: &jobs.registry,
        store: engines.store,
        post: engines.post,
        settings: of_digests,
        clock: engines.clock,
    };
    let read = digest::recover(&mailing).await.map_err(|error| error.to_string())?;
    let pass = diffusion::deliver(engines, &jobs.settings).await.map_err(|error| error.to_string())?;
    let told = digest::deliver(&mailing, read).await.map_err(|error| error.to_string())?;
    Ok((pass, told))
}

async fn by_themselves(jobs: Jobs) {
    let worker = Uuid::now_v7().to_string();
    loop {
        if let Err(error) = round(&jobs, &worker).await {
            tracing::error!("jobs cannot be looked at: {error}");
        }
        tokio::time::sleep(JOBS_EVERY).await;
    }
}

/// Does what is due, once.
async fn round(jobs: &Jobs, worker: &str) -> Result<(), StoreError> {
    let by = || By::new("jobs", (jobs.clock)());
    let known = jobs.store.jobs().await?;
    for kind in Kind::of(jobs.store.is_exercise()) {
        let now = (jobs.clock)();
        match known.iter().find(|job| job.name == kind.name()) {
            // The first time is the next: nothing is done because a server starts.
            None => jobs.store.job_make(kind.name(), kind.next(now), &by()).await?,
            Some(job) if job.due_at > now => {}
            Some(_) => {
                let until = now.checked_add(LEASE).unwrap_or(now);
                let Some(job) = jobs.store.job_take(kind.name(), worker, until, &by()).await? else { continue };
                let done = carry_out(kind, jobs).await;
                let now = (jobs.clock)();
                if let Err(why) = &done {
                    tracing::error!("the job {} failed: {why}", kind.name());
                }
                let next = if done.is_ok() { kind.next(now) } else { again(&job, kind, now) };
                jobs.store.job_end(kind.name(), worker, next, done.err().as_deref(), &by()).await?;
            }
        }
    }
    Ok(())
}

/// When a job that failed is tried again: no later than it would be due anyway.
fn again(job: &Job, kind: Kind, now: Timestamp) -> Timestamp {
    let doubled = AGAIN.as_secs().saturating_mul(1 << job.attempts.min(10));
    let wait = SignedDuration::from_secs(doubled).min(AGAIN_MOST);
    now.checked_add(wait).unwrap_or(now).min(kind.next(now))
}

async fn carry_out(kind: Kind, jobs: &Jobs) -> Result<(), String> {
    let now = (jobs.clock)();
    match kind {
        Kind::Watch => {
            let last = watch::last_day_of_data(jobs.facts.as_ref(), None).await.map_err(|error| error.to_string())?;
            let Some(on) = last else { return Ok(()) };
            let options =
                WatchOptions { on, snapshot: None, budget: jobs.false_alarms_a_month, by: By::new("watch", now) };
            let looked = watch::run(jobs.facts.as_ref(), &jobs.store, options).await;
            looked.map(|_| ()).map_err(|error| error.to_string())
        }
        Kind::Reminders => {
            let reminded = diffusion::remind(&jobs.store, &jobs.settings, &By::new("reminders", now)).await;
            reminded.map(|_| ()).map_err(|error| error.to_string())
        }
        Kind::Expiry => {
            let closed = alerts::close_expired(&jobs.store, &By::new("expiry", now)).await;
            closed.map(|_| ()).map_err(|error| error.to_string())
        }
        Kind::Deadlines => {
            let told = registers::remind(&jobs.registry, &jobs.store, &By::new("deadlines", now)).await;
            told.map(|_| ()).map_err(|error| error.to_string())
        }
        Kind::Digest => {
            let queued = digest::queue(&jobs.store, &By::new("digest", now)).await;
            queued.map(|_| ()).map_err(|error| error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_ports::doubles::{KeysInMemory, MemoryFacts, NullTypesetter};
    use std::sync::atomic::{AtomicI64, Ordering};

    static SECONDS: AtomicI64 = AtomicI64::new(0);

    fn clock() -> Timestamp {
        Timestamp::from_second(SECONDS.load(Ordering::Relaxed)).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn five_in_the_morning_in_france_whatever_the_season() {
        for (now, next) in [
            ("2026-01-14T03:59:59Z", "2026-01-14T04:00:00Z"),
            ("2026-01-14T04:00:00Z", "2026-01-15T04:00:00Z"),
            ("2026-07-14T12:00:00Z", "2026-07-15T03:00:00Z"),
            ("2026-03-28T12:00:00Z", "2026-03-29T03:00:00Z"),
        ] {
            assert_eq!(next_at(5, at(now)), at(next), "{now}");
        }
    }

    #[test]
    fn the_letters_of_the_day_are_looked_at_on_the_hour() {
        for (now, next) in [
            ("2026-01-14T05:59:59Z", "2026-01-14T06:00:00Z"),
            ("2026-01-14T06:00:00Z", "2026-01-14T07:00:00Z"),
            ("1969-12-31T23:30:00Z", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(Kind::Digest.next(at(now)), at(next), "{now}");
        }
    }

    #[tokio::test]
    async fn a_job_is_done_when_due_once_and_taken_up_after_its_worker_died() {
        let store = Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap();
        let jobs = Jobs {
            store: store.clone(),
            registry: Arc::new(crate::registers::all()),
            facts: Arc::new(MemoryFacts::holding(Vec::new(), Vec::new())),
            typesetter: Arc::new(NullTypesetter),
            settings: Arc::new(DiffusionSettings::default()),
            false_alarms_a_month: 5.0,
            clock,
        };
        let go = |text: &str| SECONDS.store(at(text).as_second(), Ordering::Relaxed);
        let job = async |name: &str| store.jobs().await.unwrap().into_iter().find(|job| job.name == name).unwrap();
        go("2026-01-14T12:00:00Z");
        round(&jobs, "w1").await.unwrap();
        assert_eq!(job("watch").await.due_at, at("2026-01-15T04:00:00Z"));
        assert_eq!(job("reminders").await.done_at, None);
        go("2026-01-14T12:15:00Z");
        round(&jobs, "w1").await.unwrap();
        let done = job("reminders").await;
        assert_eq!((done.done_at, done.due_at), (Some(clock()), at("2026-01-14T12:30:00Z")));
        assert_eq!(job("deadlines").await.done_at, Some(clock()));
        // Another takes it, and dies.
        go("2026-01-14T12:30:00Z");
        let by = || By::new("jobs", clock());
        let until = at("2026-01-14T12:40:00Z");
        assert!(store.job_take("reminders", "dead", until, &by()).await.unwrap().is_some());
        assert!(store.job_take("reminders", "w1", until, &by()).await.unwrap().is_none(), "taken twice");
        round(&jobs, "w1").await.unwrap();
        assert_eq!(job("reminders").await.done_at, Some(at("2026-01-14T12:15:00Z")));
        go("2026-01-14T12:41:00Z");
        round(&jobs, "w1").await.unwrap();
        assert_eq!(job("reminders").await.done_at, Some(clock()));
        // Whoever comes back from the dead has nothing more to say.
        store.job_end("reminders", "dead", at("2027-01-01T00:00:00Z"), None, &by()).await.unwrap();
        assert_eq!(job("reminders").await.due_at, at("2026-01-14T12:56:00Z"));
    }

    #[test]
    fn the_watch_of_an_exercise_does_not_look_by_itself() {
        assert!(Kind::of(false).any(|kind| kind == Kind::Watch));
        let of_exercise: Vec<Kind> = Kind::of(true).collect();
        assert_eq!(of_exercise, [Kind::Reminders, Kind::Expiry, Kind::Deadlines, Kind::Digest]);
    }

    #[test]
    fn what_failed_waits_longer_each_time() {
        let job = |attempts| Job {
            name: "watch".to_owned(),
            due_at: Timestamp::UNIX_EPOCH,
            lease_until: None,
            attempts,
            done_at: None,
            fault: None,
        };
        let now = at("2026-01-14T12:00:00Z");
        let wait = |attempts| again(&job(attempts), Kind::Watch, now).duration_since(now).as_mins();
        assert_eq!([wait(0), wait(1), wait(3), wait(40)], [5, 10, 40, 240]);
        assert_eq!(again(&job(9), Kind::Reminders, now), Kind::Reminders.next(now));
    }
}
