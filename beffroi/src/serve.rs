//! `beffroi serve`: the web application in the foreground, until Ctrl-C.

use crate::{config, wiring};
use beffroi_cli::args::{Common, ServeArgs};
use beffroi_cli::fault::{Fault, Outcome, ours};
use beffroi_cli::output::print;
use beffroi_cli::{Context, DataFolder};
use beffroi_web::App;
use beffroi_wording::Lang;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Serves the data folder.
pub(crate) async fn run(args: &ServeArgs, folder: &DataFolder, common: &Common, lang: Lang) -> Outcome {
    let config = config::read(&folder.configuration())?;
    let port = args.port.unwrap_or(config.serve.port);
    let context = wiring::context(folder.clone(), common, lang).await?;
    foreground(context, port, None).await
}

/// Serves until Ctrl-C or a termination signal; requests under way are answered first.
pub(crate) async fn foreground(context: Context, port: u16, demo_login: Option<(String, String)>) -> Outcome {
    let lang = context.lang;
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await.map_err(|error| {
        let port = port.to_string();
        Fault::user(
            lang.say_with("cli-serve-busy", &[("port", (&port).into()), ("reason", (&error.to_string()).into())]),
        )
    })?;
    let address = format!("http://{}/", listener.local_addr().map_err(ours)?);
    print(&format!("{}\n", lang.say_with("cli-serve-address", &[("address", (&address).into())])))?;
    let app = App {
        facts: context.facts,
        store: context.store,
        typesetter: context.typesetter,
        data: context.folder.root().to_path_buf(),
        clock: context.clock,
        demo_login,
        version: context.version,
    };
    beffroi_web::serve(app, listener, stop()).await.map_err(ours)?;
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
