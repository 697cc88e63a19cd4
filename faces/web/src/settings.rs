//! How the face stands towards the outside: under which names, behind what, and how much it takes on.

use std::net::IpAddr;
use std::time::Duration;

/// What the configuration says of the web face. The default is plain HTTP on loopback.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The host names under which it answers, without port. Empty: the names of loopback.
    pub hosts: Vec<String>,
    /// Whether browsers reach it over TLS, ours or a reverse proxy's: cookies are then `Secure` and named `__Host-…`,
    /// and browsers are told to come back over TLS only.
    pub secure: bool,
    /// Reverse proxies whose `X-Forwarded-For` is believed; from anybody else that header is ignored.
    pub trusted_proxies: Vec<IpAddr>,
    /// How much is taken on at once, and for how long.
    pub limits: Limits,
}

/// Bounds. Sizes are in bytes.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Requests worked on at once; the others wait.
    pub at_once: usize,
    /// … of which for one source address (an IPv6 /64 is one source).
    pub at_once_per_source: usize,
    /// Requests of one source that may wait; one more is refused with 429.
    pub waiting_per_source: usize,
    /// Requests of one session worked on at once.
    pub at_once_per_session: usize,
    /// Requests of one session that may wait; one more is refused with 429.
    pub waiting_per_session: usize,
    /// Open connections; one more is refused with 503.
    pub connections: usize,
    /// … of which from one source address, trusted proxies apart; one more is refused with 429.
    pub connections_per_source: usize,
    /// The largest form.
    pub body_bytes: usize,
    /// The largest form that brings a file, sent within a session to a page that takes files.
    pub file_bytes: usize,
    /// Such forms read at once.
    pub files_at_once: usize,
    /// The longest path with its query.
    pub uri_bytes: usize,
    /// The largest head of a request; not under 8192.
    pub head_bytes: usize,
    /// The time to shake hands in TLS.
    pub handshake_time: Duration,
    /// The time to send a head, counted from the connection or the answer before: an idle connection ends there too.
    pub head_time: Duration,
    /// The time to send a body. Nothing is held for the sender meanwhile but the connection.
    pub body_time: Duration,
    /// The time to send a form that brings a file.
    pub file_time: Duration,
    /// The time of a request from its last byte to its answer, waiting included.
    pub request_time: Duration,
    /// The time without a byte after which a reader of an answer is given up.
    pub stall_time: Duration,
    /// The life of a connection; it ends after the answer under way.
    pub connection_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            at_once: 32,
            at_once_per_source: 16,
            waiting_per_source: 112,
            at_once_per_session: 6,
            waiting_per_session: 18,
            connections: 1024,
            connections_per_source: 256,
            body_bytes: 64 * 1024,
            file_bytes: 5 * 1024 * 1024,
            files_at_once: 4,
            uri_bytes: 8 * 1024,
            head_bytes: 16 * 1024,
            handshake_time: Duration::from_secs(10),
            head_time: Duration::from_secs(15),
            body_time: Duration::from_secs(10),
            file_time: Duration::from_secs(60),
            request_time: Duration::from_secs(30),
            stall_time: Duration::from_secs(30),
            connection_time: Duration::from_secs(3600),
        }
    }
}
