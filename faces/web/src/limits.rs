//! Who is inside, and how many at once: of a session, of a source address, of everybody.
//!
//! A place is taken for the time of a request, or of a connection. Places are counted by key; a key without a place
//! takes no memory, so that the map is bounded by what is open.

use crate::backoff::Attempts;
use crate::settings::{Limits, Settings};
use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Places by key.
pub(crate) struct Places<K: Ord> {
    at_once: usize,
    most: usize,
    inside: Mutex<BTreeMap<K, Inside>>,
}

struct Inside {
    n: usize,
    turns: Arc<Semaphore>,
}

/// One place, given back when dropped.
pub(crate) struct Place<K: Ord> {
    places: Arc<Places<K>>,
    key: K,
    turns: Arc<Semaphore>,
}

impl<K: Ord + Clone> Places<K> {
    /// `at_once` of a key have their turn, `waiting` more may wait.
    pub(crate) fn new(at_once: usize, waiting: usize) -> Arc<Self> {
        let most = at_once.saturating_add(waiting);
        Arc::new(Self { at_once: at_once.clamp(1, Semaphore::MAX_PERMITS), most, inside: Mutex::default() })
    }

    /// A place; none when there are too many of that key already.
    pub(crate) fn enter(self: &Arc<Self>, key: K) -> Option<Place<K>> {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Inside { n: 0, turns: Arc::new(Semaphore::new(self.at_once)) };
        let of_key = inside.entry(key.clone()).or_insert_with(new);
        if of_key.n >= self.most {
            return None;
        }
        of_key.n += 1;
        let turns = of_key.turns.clone();
        Some(Place { places: self.clone(), key, turns })
    }

    #[cfg(test)]
    fn keys(&self) -> usize {
        self.inside.lock().unwrap().len()
    }
}

impl<K: Ord> Place<K> {
    /// Waits for its turn.
    async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.turns.acquire().await.ok()
    }
}

impl<K: Ord> Drop for Place<K> {
    fn drop(&mut self) {
        let mut inside = self.places.inside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_key) = inside.get_mut(&self.key) {
            of_key.n = of_key.n.saturating_sub(1);
            if of_key.n == 0 {
                inside.remove(&self.key);
            }
        }
    }
}

/// What stands before the pages.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) settings: Arc<Settings>,
    everybody: Arc<Semaphore>,
    files: Arc<Semaphore>,
    sources: Arc<Places<IpAddr>>,
    sessions: Arc<Places<String>>,
    attempts: Arc<Attempts>,
}

/// The places of one request.
pub(crate) struct Admission {
    session: Option<Place<String>>,
    source: Place<IpAddr>,
}

/// The turns of one request: it may be worked on.
pub(crate) struct Turn<'a> {
    _held: [Option<SemaphorePermit<'a>>; 3],
}

impl Gate {
    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        let Limits {
            at_once, at_once_per_source, waiting_per_source, at_once_per_session, waiting_per_session, ..
        } = settings.limits;
        Self {
            everybody: Arc::new(Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS))),
            files: Arc::new(Semaphore::new(settings.limits.files_at_once.clamp(1, Semaphore::MAX_PERMITS))),
            sources: Places::new(at_once_per_source, waiting_per_source),
            sessions: Places::new(at_once_per_session, waiting_per_session),
            attempts: Arc::default(),
            settings,
        }
    }

    /// Places for a request of this source under this session cookie, or none when either has too many. Whether the
    /// cookie is a session's is not known yet: somebody who invents values is held by the source's own bound.
    pub(crate) fn enter(&self, source: IpAddr, session: Option<&str>) -> Option<Admission> {
        let source = self.sources.enter(source)?;
        let session = match session {
            Some(value) => Some(self.sessions.enter(value.to_owned())?),
            None => None,
        };
        Some(Admission { session, source })
    }

    /// Waits for the turn of a request: that of its session, of its source, then of everybody. None when serving ends.
    pub(crate) async fn turn<'a>(&'a self, admission: &'a Admission) -> Option<Turn<'a>> {
        let session = match &admission.session {
            Some(place) => Some(place.turn().await?),
            None => None,
        };
        let source = admission.source.turn().await?;
        Some(Turn { _held: [session, Some(source), Some(self.everybody.acquire().await.ok()?)] })
    }

    /// Waits for one of the few places of a form that brings a file: it is held in memory while it is read and worked on.
    pub(crate) async fn file(&self) -> Option<SemaphorePermit<'_>> {
        self.files.acquire().await.ok()
    }

    pub(crate) fn visitor(&self, source: IpAddr) -> Visitor {
        Visitor { source, attempts: self.attempts.clone() }
    }
}

/// Where a request comes from, for the pages that sign in.
#[derive(Clone)]
pub(crate) struct Visitor {
    source: IpAddr,
    attempts: Arc<Attempts>,
}

impl Visitor {
    /// Counts an attempt to sign in, before anything is looked at; or says until when this source must wait.
    ///
    /// # Errors
    /// The instant from which the source's next attempt is looked at.
    pub(crate) fn attempt(&self, now: Timestamp) -> Result<(), Timestamp> {
        self.attempts.reserve(self.source, now)
    }

    /// Takes back an attempt that was a right one; failures before it stay counted.
    pub(crate) fn succeeded(&self) {
        self.attempts.refund(self.source);
    }
}

/// The source of a request: the connection's other end, or the client that a trusted proxy names. An address that
/// nobody vouches for is never read from a header.
pub(crate) fn source(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    block(peer(extensions, headers, trusted))
}

/// The same to the last bit.
pub(crate) fn peer(extensions: &Extensions, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |c| c.0.ip());
    let peer = peer.to_canonical();
    if !trusted.contains(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    for text in named.iter().rev() {
        match text.parse::<IpAddr>() {
            Ok(address) if trusted.contains(&address.to_canonical()) => {}
            Ok(address) => return address.to_canonical(),
            // What a proxy did not write ends what can be believed.
            Err(_) => break,
        }
    }
    peer
}

/// Addresses that one party holds: an IPv4 address, an IPv6 /64.
pub(crate) fn block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn places_are_counted_by_key_and_given_back() {
        let places = Places::new(2, 1);
        let held: Vec<_> = (0..3).map(|_| places.enter("a").unwrap()).collect();
        assert!(places.enter("a").is_none(), "the fourth is refused");
        assert!(places.enter("b").is_some(), "another key has its own");
        drop(held);
        assert_eq!(places.keys(), 0, "an empty key takes no memory");
        assert!(places.enter("a").is_some());
    }

    #[tokio::test]
    async fn one_source_leaves_room_for_the_others() {
        let limits = Limits { at_once: 3, at_once_per_source: 2, ..Limits::default() };
        let gate = Gate::new(Arc::new(Settings { limits, ..Settings::default() }));
        let [one, two] = [1, 2].map(|n| IpAddr::V4(Ipv4Addr::new(192, 0, 2, n)));
        let admissions: Vec<_> = (0..4).map(|_| gate.enter(one, None).unwrap()).collect();
        let first = gate.turn(&admissions[0]).await.unwrap();
        let _second = gate.turn(&admissions[1]).await.unwrap();
        assert_eq!(first._held.iter().flatten().count(), 2);
        let mut third = std::pin::pin!(gate.turn(&admissions[2]));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(third.as_mut().poll(&mut context).is_pending(), "the third of one source waits");
        let admitted = gate.enter(two, Some("s")).unwrap();
        let other = gate.turn(&admitted).await.unwrap();
        assert_eq!(other._held.iter().flatten().count(), 3, "another source goes before it");
        drop((first, other));
        assert!(third.as_mut().poll(&mut context).is_ready());
    }

    #[test]
    fn a_header_names_a_source_only_through_a_trusted_proxy() {
        let check = |peer: &str, lines: &[&'static str], trusted: &[&str], expected: &str| {
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 9)));
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("x-forwarded-for", HeaderValue::from_static(line));
            }
            let trusted: Vec<IpAddr> = trusted.iter().map(|t| t.parse().unwrap()).collect();
            let expected: IpAddr = expected.parse().unwrap();
            assert_eq!(source(&extensions, &headers, &trusted), expected, "{peer} {lines:?}");
        };
        check("192.0.2.1", &["203.0.113.9"], &[], "192.0.2.1");
        check("192.0.2.1", &["203.0.113.9"], &["192.0.2.1"], "203.0.113.9");
        check("192.0.2.1", &["198.51.100.7, 203.0.113.9"], &["192.0.2.1"], "203.0.113.9");
        check("192.0.2.1", &["198.51.100.7", "203.0.113.9, 192.0.2.2"], &["192.0.2.1", "192.0.2.2"], "203.0.113.9");
        check("192.0.2.1", &["198.51.100.7, nonsense"], &["192.0.2.1"], "192.0.2.1");
        check("192.0.2.1", &[], &["192.0.2.1"], "192.0.2.1");
        check("::ffff:192.0.2.1", &["203.0.113.9"], &["192.0.2.1"], "203.0.113.9");
        check("2001:db8:1:2:aaaa::1", &[], &[], "2001:db8:1:2::");
        assert_eq!(source(&Extensions::new(), &HeaderMap::new(), &[]), IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    }
}
