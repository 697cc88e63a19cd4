//! `beffroi serve`: the web application in the foreground, until Ctrl-C.

use crate::checkpoints;
use crate::config::{self, Reach};
use crate::identity;
use crate::jobs::{self, Jobs};
use crate::wiring;
use beffroi_cli::args::{Common, ServeArgs};
use beffroi_cli::fault::{Fault, Outcome, ours};
use beffroi_cli::output::print;
use beffroi_cli::{Context, DataFolder};
use beffroi_ports::Identity;
use beffroi_ports::passkeys::Passkeys;
use beffroi_web::{App, Settings, Tls};
use beffroi_wording::Lang;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;

/// The ways in, beside local accounts.
struct Doors {
    identity: Option<Arc<dyn Identity>>,
    passkeys: Option<Arc<dyn Passkeys>>,
    demo_login: Option<(String, String)>,
}

/// Serves the data folder.
pub(crate) async fn run(args: &ServeArgs, folder: &DataFolder, common: &Common, lang: Lang) -> Outcome {
    let config = config::read(&folder.configuration())?;
    let reach = config.serve.reach(folder.root(), args.port)?;
    let settings = Settings {
        hosts: config.serve.hosts,
        secure: reach.secure,
        trusted_proxies: config.serve.trusted_proxy.iter().map(|address| address.to_canonical()).collect(),
        ..Settings::default()
    };
    let doors = Doors {
        passkeys: identity::passkeys(config.passkeys, &settings.hosts, &reach)?,
        identity: config.openid.map(|openid| identity::of(openid, folder.root())).transpose()?,
        demo_login: None,
    };
    let context = wiring::context(folder.clone(), common, lang).await?;
    listen(context, reach, settings, doors).await
}

/// Serves on loopback until Ctrl-C or a termination signal.
pub(crate) async fn foreground(context: Context, port: u16, demo_login: Option<(String, String)>) -> Outcome {
    let reach = Reach { address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), tls: None, secure: false };
    let doors = Doors { passkeys: identity::passkeys(None, &[], &reach)?, identity: None, demo_login };
    listen(context, reach, Settings::default(), doors).await
}

/// Serves until Ctrl-C or a termination signal; requests under way are answered first.
async fn listen(context: Context, reach: Reach, settings: Settings, doors: Doors) -> Outcome {
    let lang = context.lang;
    let tls = match &reach.tls {
        Some((certificate, key)) => Some(Tls::open(certificate, key).map_err(|e| Fault::user(e.to_string()))?),
        None => None,
    };
    let listener = TcpListener::bind(reach.address).await.map_err(|error| {
        let port = reach.address.port().to_string();
        Fault::user(
            lang.say_with("cli-serve-busy", &[("port", (&port).into()), ("reason", (&error.to_string()).into())]),
        )
    })?;
    let bound = listener.local_addr().map_err(ours)?;
    let address = match settings.hosts.first() {
        Some(host) if tls.is_some() => format!("https://{host}:{}/", bound.port()),
        // A passkey is made for a name: 127.0.0.1 could have none.
        _ if doors.passkeys.is_some() && settings.hosts.is_empty() => format!("http://localhost:{}/", bound.port()),
        _ => format!("http://{bound}/"),
    };
    print(&format!("{}\n", lang.say_with("cli-serve-address", &[("address", (&address).into())])))?;
    checkpoints::sign_while_serving(context.store.clone(), context.clock);
    let diffusion = Arc::new(context.diffusion.settings);
    let ways = (context.diffusion.open)().unwrap_or_else(|reason| {
        tracing::error!("nothing is sent: {reason}");
        None
    });
    let work = Jobs {
        store: context.store.clone(),
        registry: context.registry.clone(),
        facts: context.facts.clone(),
        typesetter: context.typesetter.clone(),
        settings: diffusion.clone(),
        false_alarms_a_month: context.false_alarms_a_month,
        clock: context.clock,
    };
    jobs::run_while_serving(work, ways);
    let app = App {
        facts: context.facts,
        store: context.store,
        registry: context.registry,
        sandbox: context.sandbox,
        typesetter: context.typesetter,
        data: context.folder.root().to_path_buf(),
        settings: settings.into(),
        diffusion,
        grounds: context.upkeep.grounds,
        identity: doors.identity,
        passkeys: doors.passkeys,
        clock: context.clock,
        demo_login: doors.demo_login,
        version: context.version,
    };
    beffroi_web::serve(app, listener, tls, stop()).await.map_err(ours)?;
    print(&format!("{}\n", lang.say("cli-serve-stopped")))
}

/// Ends when somebody asks the program to stop.
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(terminate) => terminate,
            Err(error) => {
                tracing::warn!("no termination signal will be heard: {error}");
                let _ = interrupt.await;
                return;
            }
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = interrupt.await;
    }
}
