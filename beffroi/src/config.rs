//! `beffroi.toml`, at the root of a data folder.

use crate::identity::OpenIdSection;
use crate::post::PostSection;
use beffroi_cli::fault::{Fault, Outcome};
use beffroi_retention::Term;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// What a new data folder starts with. The comments are the manual.
pub(crate) const INITIAL: &str = "\
# Configuration of this Beffroi. A line that is commented out shows the default.

[store]
# Where the registers are: an SQLite file in this folder when absent, or a PostgreSQL server.
# url = \"postgres://user@host/beffroi\"

[keys]
# The folder of the keys: `keys` in this folder when absent. Put it on another disk than the database when you can.
# folder = \"/var/lib/beffroi-keys\"
# The name of the journal, in its checkpoints: the address of this service, without blanks. Never change it.
# journal = \"beffroi.local/journal\"

[audit]
# Public keys of the witnesses of the journal, as `beffroi audit witness` shows them.
# witnesses = [\"witness.example/w+cb1393dc+BIE5dw…\"]

[backup]
# Public keys of those who may open a backup, and of those who may open the keys in it (`beffroi backup --new-identity`).
# recipients = [\"age1…\"]
# keys_recipients = [\"age1…\"]

[retention]
# The ground on which the journal is kept, and the terms that this deployment sets: see docs/retention.md.
# journal = \"journal-csi-r236-59\"
# terms = { rejects = { days = 30 }, reports-thesee = { months = 72 } }

[intake]
# Memory that the reader of one file may take, in MiB, over what the program itself takes.
# memory_mib = 256

[watch]
# False alarms that may be expected in a month, over all series. Fewer alarms are missed with more of them.
# false_alarms_a_month = 5.0

[serve]
# Port of the web application, on loopback.
# port = 8117
#
# Beyond this machine it speaks TLS only. All four together; a path that is not absolute starts at this folder, and the
# key may be read by its owner alone. A certificate that changes on the disk is served from the next connection on.
# address = \"0.0.0.0:8443\"
# certificate = \"tls/chain.pem\"
# key = \"tls/key.pem\"
# hosts = [\"beffroi.example\"]
#
# Or a reverse proxy speaks TLS in front of the port on loopback: its address, as seen from here, and the names under
# which browsers know it. Its X-Forwarded-For is believed; it must pass the Host header on as it came.
# trusted_proxy = [\"127.0.0.1\"]
# hosts = [\"beffroi.example\"]

[post]
# The SMTP server that takes flash alerts; without it nothing is sent. Beyond this machine it speaks TLS: `tls` from the
# first byte (port 465, the better one), or `starttls`; `loopback` is for a server on this machine.
# server = \"mail.example:465\"
# security = \"starttls\"
# Certificates to trust beside the system's; a file with a name and, on its second line, a password (mode 600).
# trust = \"post/ca.pem\"
# credentials_file = \"post/credentials\"
# Who the letters come from, and where what cannot be delivered comes back: a mailbox that takes `name+anything`.
# from = \"flash@beffroi.example\"
# from_name = \"Observatoire et centre d’alerte cyber\"
# returns = \"retours@beffroi.example\"
# The highest marking of which the text may stand in a mail; RED never does.
# content_up_to = \"GREEN\"
# Where recipients reach the pages, when it is not the first of `hosts`.
# address = \"https://beffroi.example\"
# Connections; letters whose end may be under way at once, which is what a kill may send twice.
# connections = 4
# at_once = 1
# Days for which a link of acknowledgement works; hours after which each reminder goes; flashes a year.
# link_days = 30
# reminders_hours = [24, 72]
# yearly_budget = 24
# The domains that the letter of one's day may go to (each person chooses it under \"My account\"); any when absent.
# digest_domains = [\"service.example\"]
# Machines of recipients that may be told; the second list is for those on our own network.
# webhooks = [\"https://direction.example\"]
# internal_webhooks = []

# [passkeys]
# Passkeys are made for a domain and lost when it changes. Without this section it is the first of `hosts` over TLS, and
# `localhost` on this machine. Origins are written as browsers do: the port only when it is not 443.
# domain = \"beffroi.example\"
# origins = [\"https://beffroi.example\"]
";

/// The configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The registers.
    pub(crate) store: StoreSection,
    /// The provider of identities; local accounts only when absent.
    pub(crate) openid: Option<OpenIdSection>,
    /// The relying party of passkeys, when it is not the first host name.
    pub(crate) passkeys: Option<PasskeysSection>,
    /// The keys.
    pub(crate) keys: KeysSection,
    /// The journal's witnesses.
    pub(crate) audit: AuditSection,
    /// Backups.
    pub(crate) backup: BackupSection,
    /// Terms.
    pub(crate) retention: RetentionSection,
    /// Files in.
    pub(crate) intake: IntakeSection,
    /// The watch.
    pub(crate) watch: WatchSection,
    /// The web application.
    pub(crate) serve: ServeSection,
    /// Flash alerts out.
    pub(crate) post: PostSection,
}

/// The journal's witnesses.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuditSection {
    /// Their verifier keys.
    pub(crate) witnesses: Vec<String>,
}

/// Backups.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BackupSection {
    /// Who may open one.
    pub(crate) recipients: Vec<String>,
    /// Who may open the keys in it.
    pub(crate) keys_recipients: Vec<String>,
}

/// The relying party of passkeys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasskeysSection {
    /// Its domain: passkeys are lost when it changes.
    pub(crate) domain: String,
    /// The origins of its pages, to the letter.
    pub(crate) origins: Vec<String>,
}

/// Terms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RetentionSection {
    /// The ground on which the journal is kept.
    pub(crate) journal: String,
    /// Terms that this deployment sets, by the code of their ground.
    pub(crate) terms: BTreeMap<String, Term>,
}

impl Default for RetentionSection {
    fn default() -> Self {
        Self { journal: "journal-csi-r236-59".to_owned(), terms: BTreeMap::new() }
    }
}

/// Files in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct IntakeSection {
    /// Memory that the reader of one file may take, in MiB.
    pub(crate) memory_mib: u64,
}

impl Default for IntakeSection {
    fn default() -> Self {
        Self { memory_mib: 256 }
    }
}

/// The watch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WatchSection {
    /// False alarms that may be expected in a month, over all series.
    pub(crate) false_alarms_a_month: f64,
}

impl Default for WatchSection {
    fn default() -> Self {
        Self { false_alarms_a_month: beffroi_desk_threat::watch::FALSE_ALARMS_A_MONTH }
    }
}

/// The keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct KeysSection {
    /// Their folder; `keys` in the data folder when absent.
    pub(crate) folder: Option<PathBuf>,
    /// The name of the journal.
    pub(crate) journal: String,
}

impl Default for KeysSection {
    fn default() -> Self {
        Self { folder: None, journal: "beffroi.local/journal".to_owned() }
    }
}

/// Where the registers are.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StoreSection {
    /// A PostgreSQL address; an SQLite file in the data folder when absent.
    pub(crate) url: Option<String>,
}

/// The web application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServeSection {
    /// Its port on loopback, when no address is given.
    pub(crate) port: u16,
    /// Where it listens.
    pub(crate) address: Option<SocketAddr>,
    /// Its chain of certificates, in PEM.
    pub(crate) certificate: Option<PathBuf>,
    /// The private key of the first of them, in PEM.
    pub(crate) key: Option<PathBuf>,
    /// The host names under which it answers; those of loopback when empty.
    pub(crate) hosts: Vec<String>,
    /// Reverse proxies that speak TLS in front of it.
    pub(crate) trusted_proxy: Vec<IpAddr>,
}

impl Default for ServeSection {
    fn default() -> Self {
        Self { port: 8117, address: None, certificate: None, key: None, hosts: Vec::new(), trusted_proxy: Vec::new() }
    }
}

/// How the web application is reached.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Certificate and key.
    pub(crate) tls: Option<(PathBuf, PathBuf)>,
    /// Whether browsers speak TLS, with us or with a proxy.
    pub(crate) secure: bool,
}

impl ServeSection {
    /// Checks that the settings go together, for a data folder. `port` is that of the command line.
    pub(crate) fn reach(&self, root: &Path, port: Option<u16>) -> Outcome<Reach> {
        let wrong = |why: &str, help: &str| Err(Fault::user(format!("[serve] {why}")).with_help(help));
        let tls = match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => Some((root.join(certificate), root.join(key))),
            (None, None) => None,
            _ => return wrong("names a certificate without its key, or a key without its certificate", "set both"),
        };
        let mut address = self.address.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(port) = port {
            address.set_port(port);
        }
        if tls.is_none() && !address.ip().is_loopback() {
            return wrong(
                &format!("address {address} is not on loopback, and there is no certificate"),
                "set `certificate` and `key`, or listen on 127.0.0.1 behind a reverse proxy with TLS (`trusted_proxy`)",
            );
        }
        let secure = tls.is_some() || !self.trusted_proxy.is_empty();
        if secure && self.hosts.is_empty() {
            return wrong("speaks TLS under no name", "set `hosts` to the names under which browsers reach it");
        }
        let is_name = |host: &String| {
            let inside = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
            host == "[::1]" || (!host.is_empty() && host.len() <= 253 && host.bytes().all(inside))
        };
        if let Some(odd) = self.hosts.iter().find(|host| !is_name(host)) {
            let odd: String = odd.chars().take(80).collect();
            return wrong(
                &format!("hosts holds `{odd}`, which is no host name"),
                "write names without scheme, port or star, as `beffroi.example`",
            );
        }
        Ok(Reach { address, tls, secure })
    }
}

/// Reads the configuration at `path`; an absent file is the default one.
pub(crate) fn read(path: &Path) -> Outcome<Config> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(error) => return Err(crate::io_fault("read", path, &error)),
    };
    parse(&text).map_err(|error| {
        Fault::user(format!("{} is not a configuration: {}", path.display(), error.message()))
            .with_source(&path.display().to_string(), text.clone(), error.span())
            .with_help("compare with the file that `beffroi init` writes")
    })
}

fn parse(text: &str) -> Result<Config, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_initial_file_is_the_default() {
        let config = parse(INITIAL).unwrap();
        assert_eq!(config.serve.port, 8117);
        assert!(config.store.url.is_none());
    }

    fn reach(text: &str) -> Result<Reach, String> {
        let config = parse(&format!("[serve]\n{text}")).map_err(|e| e.message().to_owned())?;
        config.serve.reach(Path::new("/data"), None).map_err(|fault| fault.to_string())
    }

    #[test]
    fn settings_that_go_together() {
        let plain = Reach { address: "127.0.0.1:8117".parse().unwrap(), tls: None, secure: false };
        assert_eq!(reach(""), Ok(plain));
        assert_eq!(reach("port = 1").unwrap().address.port(), 1);
        let tls = "address = \"0.0.0.0:8443\"\ncertificate = \"tls/c.pem\"\nkey = \"/k.pem\"\nhosts = [\"b.example\"]";
        let files = Some((PathBuf::from("/data/tls/c.pem"), PathBuf::from("/k.pem")));
        assert_eq!(reach(tls), Ok(Reach { address: "0.0.0.0:8443".parse().unwrap(), tls: files, secure: true }));
        let proxy = reach("trusted_proxy = [\"127.0.0.1\"]\nhosts = [\"b.example\"]").unwrap();
        assert!(proxy.secure && proxy.tls.is_none());
        let config = parse("[serve]\nport = 1").unwrap();
        assert_eq!(config.serve.reach(Path::new("/data"), Some(2)).unwrap().address.port(), 2);
    }

    #[test]
    fn settings_that_do_not_go_together() {
        let check = |text: &str, message: &str| {
            let error = reach(text).expect_err(text);
            assert!(error.contains(message), "{text}: {error}");
        };
        check("address = \"0.0.0.0:8117\"", "no certificate");
        check("address = \"192.0.2.1:8117\"\ntrusted_proxy = [\"192.0.2.2\"]\nhosts = [\"b\"]", "no certificate");
        check("certificate = \"c.pem\"", "without its key");
        check("key = \"k.pem\"", "without its key");
        check("certificate = \"c.pem\"\nkey = \"k.pem\"", "under no name");
        check("trusted_proxy = [\"127.0.0.1\"]", "under no name");
        for odd in ["https://b.example", "b.example:443", "*.example", "", "b example"] {
            check(&format!("hosts = [\"{odd}\"]"), "no host name");
        }
        check("address = \"b.example:1\"", "socket address");
    }

    #[test]
    fn terms_and_recipients_are_read() {
        let text = "[retention]\nterms = { rejects = { days = 7 } }\n[backup]\nrecipients = [\"age1x\"]\n[audit]\nwitnesses = []";
        let config = parse(text).unwrap();
        assert_eq!(config.retention.terms.get("rejects"), Some(&Term::Days(7)));
        assert_eq!((config.retention.journal.as_str(), config.backup.recipients.len()), ("journal-csi-r236-59", 1));
        assert!(parse("[retention]\nterms = { rejects = { weeks = 7 } }").is_err());
    }

    #[test]
    fn the_budget_of_the_watch_is_read() {
        assert_eq!(parse(INITIAL).unwrap().watch.false_alarms_a_month, 5.0);
        let config = parse("[watch]\nfalse_alarms_a_month = 0.5").unwrap();
        assert_eq!(config.watch.false_alarms_a_month, 0.5);
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        assert!(parse("[serve]\nprot = 1\n").is_err());
    }
}
