//! How flash alerts leave: `[post]` of the configuration, and the engines it asks for.

use beffroi_cli::fault::{Fault, Outcome};
use beffroi_cli::{DataFolder, Diffusion, Ways};
use beffroi_desk_threat::diffusion::DiffusionSettings;
use beffroi_mail::{MailSettings, Security, SmtpPost};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_net::{AllowedOrigin, Net};
use beffroi_ports::Fetch;
use jiff::SignedDuration;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `[post]` in `beffroi.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PostSection {
    /// Where recipients reach the pages; made of `[serve]` when absent.
    address: Option<String>,
    /// Host and port of the SMTP server; nothing is sent without it.
    server: Option<String>,
    /// `tls`, `starttls`, or `loopback` for a server on this machine.
    security: String,
    /// Certificates to trust beside the system's, in PEM.
    trust: Option<PathBuf>,
    /// A file with a name and, on its second line, a password.
    credentials_file: Option<PathBuf>,
    /// The address that letters come from.
    from: Option<String>,
    /// The name beside it.
    from_name: String,
    /// Where what cannot be delivered comes back.
    returns: Option<String>,
    /// Connections at once.
    connections: usize,
    /// Letters whose end may be under way at once.
    at_once: usize,
    /// The highest marking of which the text may stand in a mail.
    content_up_to: String,
    /// For how many days a link of acknowledgement works.
    link_days: u16,
    /// After how many hours each reminder goes.
    reminders_hours: Vec<u16>,
    /// Flashes a year that keep their readers attentive.
    yearly_budget: u32,
    /// The domains that letters of one's day go to; any when empty.
    digest_domains: Vec<String>,
    /// Origins of the machines of recipients: those that are not here hear nothing.
    webhooks: Vec<String>,
    /// The same on the house's own network.
    internal_webhooks: Vec<String>,
}

impl Default for PostSection {
    fn default() -> Self {
        Self {
            address: None,
            server: None,
            security: "starttls".to_owned(),
            trust: None,
            credentials_file: None,
            from: None,
            from_name: String::new(),
            returns: None,
            connections: 4,
            at_once: 1,
            content_up_to: "GREEN".to_owned(),
            link_days: 30,
            reminders_hours: vec![24, 72],
            yearly_budget: 24,
            digest_domains: Vec::new(),
            webhooks: Vec::new(),
            internal_webhooks: Vec::new(),
        }
    }
}

fn wrong(what: impl std::fmt::Display) -> Fault {
    Fault::user(format!("[post] {what}"))
}

/// What the commands of diffusion need; `address`: where the pages answer.
pub(crate) fn of(section: &PostSection, folder: &DataFolder, address: &str) -> Outcome<Diffusion> {
    let address = section.address.clone().unwrap_or_else(|| address.to_owned());
    let address = address.trim_end_matches('/').to_owned();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ":/.-_[]".contains(c);
    if !(address.starts_with("https://") || address.starts_with("http://")) || !address.chars().all(is_plain) {
        return Err(wrong("address: write it as https://beffroi.example"));
    }
    let tlp: Tlp = section.content_up_to.parse().map_err(|error| wrong(format!("content_up_to: {error}")))?;
    let is_domain =
        |name: &String| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    if !section.digest_domains.iter().all(is_domain) {
        return Err(wrong("digest_domains: write each as service.example"));
    }
    let settings = DiffusionSettings {
        address,
        mail_ceiling: Marking { tlp, pap: Pap::Red },
        link_life: SignedDuration::from_hours(24 * i64::from(section.link_days)),
        reminders: section.reminders_hours.iter().map(|hours| SignedDuration::from_hours(i64::from(*hours))).collect(),
        yearly_budget: section.yearly_budget,
        digest_domains: section.digest_domains.clone(),
    };
    let (section, root) = (section.clone(), folder.root().to_path_buf());
    let open = Box::new(move || ways(&section, &root).map_err(|fault| fault.to_string()));
    Ok(Diffusion { settings, open })
}

/// Opens the ways out; nothing where no server is configured.
fn ways(section: &PostSection, root: &Path) -> Outcome<Option<Ways>> {
    let Some(mail) = mail(section, root)? else { return Ok(None) };
    let post = SmtpPost::open(mail, &root.join("post").join("gone")).map_err(wrong)?;
    let internal = section.internal_webhooks.iter().map(|origin| AllowedOrigin::new(origin, true));
    let outside = section.webhooks.iter().map(|origin| AllowedOrigin::new(origin, false));
    let allowed = outside.chain(internal).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    let fetch: Option<Arc<dyn Fetch>> = match allowed.is_empty() {
        true => None,
        false => Some(Arc::new(Net::new(allowed).map_err(wrong)?)),
    };
    Ok(Some(Ways { post: Arc::new(post), fetch }))
}

/// The settings of mail; nothing where no server is configured.
fn mail(section: &PostSection, root: &Path) -> Outcome<Option<MailSettings>> {
    let Some(server) = &section.server else { return Ok(None) };
    let (host, port) =
        server.rsplit_once(':').ok_or_else(|| wrong("server: write host and port, as mail.example:587"))?;
    let port = port.parse().map_err(|_| wrong("server: the port is no number"))?;
    let security = match section.security.as_str() {
        "tls" => Security::Tls,
        "starttls" => Security::StartTls,
        "loopback" => Security::Loopback,
        _ => return Err(wrong("security: is `tls`, `starttls` or `loopback`")),
    };
    let read = |path: &PathBuf| {
        let path = root.join(path);
        std::fs::read(&path).map_err(|error| wrong(format!("{}: {error}", path.display())))
    };
    Ok(Some(MailSettings {
        host: host.trim_matches(['[', ']']).to_owned(),
        port,
        security,
        roots: section.trust.as_ref().map(read).transpose()?,
        credentials: section.credentials_file.as_ref().map(|path| credentials(&root.join(path))).transpose()?,
        from: section.from.clone().ok_or_else(|| wrong("from: an address of mail is needed"))?,
        from_name: section.from_name.clone(),
        returns: section.returns.clone(),
        connections: section.connections,
        at_once: section.at_once,
    }))
}

/// Name and password, of a file that nobody but its owner reads.
fn credentials(path: &Path) -> Outcome<(String, String)> {
    let at = |why: &dyn std::fmt::Display| wrong(format!("credentials_file {}: {why}", path.display()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(|error| at(&error))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(at(&format!("others can reach it (mode {:04o}): chmod 600", mode & 0o7777)));
        }
    }
    let text = std::fs::read_to_string(path).map_err(|error| at(&error))?;
    let mut lines = text.lines();
    match (lines.next().map(str::trim), lines.next()) {
        (Some(name), Some(password)) if !name.is_empty() && !password.is_empty() => {
            Ok((name.to_owned(), password.to_owned()))
        }
        _ => Err(at(&"a name, and a password on the second line, are needed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> Result<bool, String> {
        let place = tempfile::tempdir().unwrap();
        std::fs::write(place.path().join("open"), "name\nword\n").unwrap();
        let section: PostSection = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let diffusion =
            of(&section, &DataFolder::new(place.path()), "http://127.0.0.1:8117").map_err(|e| e.to_string())?;
        (diffusion.open)().map(|ways| ways.is_some())
    }

    #[test]
    fn without_a_server_nothing_leaves_and_with_one_settings_must_go_together() {
        assert_eq!(opened(""), Ok(false));
        let local = "server = \"127.0.0.1:25\"\nfrom = \"flash@beffroi.example\"\n";
        assert_eq!(opened(&format!("{local}security = \"loopback\"")), Ok(true));
        assert_eq!(opened(local), Ok(true));
        for (text, expected) in [
            ("server = \"mail.example\"\nfrom = \"a@b.example\"", "host and port"),
            ("server = \"mail.example:25\"\nfrom = \"a@b.example\"\nsecurity = \"loopback\"", "in clear"),
            ("server = \"mail.example:25\"\nfrom = \"a@b.example\"\nsecurity = \"none\"", "security"),
            ("server = \"mail.example:25\"", "from"),
            ("content_up_to = \"PINK\"", "content_up_to"),
            ("address = \"beffroi.example\"", "address"),
            ("address = \"https://b.example/\\\"onclick\"", "address"),
            ("digest_domains = [\"@service.example\"]", "digest_domains"),
            ("sever = \"x\"", "unknown field"),
            (&format!("{local}credentials_file = \"open\""), "chmod 600"),
            (&format!("{local}credentials_file = \"absent\""), "absent"),
            (&format!("{local}webhooks = [\"http://x.example\"]"), "https"),
            (&format!("{local}at_once = 9"), "at_once"),
        ] {
            let refused = opened(text).expect_err(text);
            assert!(refused.contains(expected), "{text}: {refused}");
        }
    }
}
