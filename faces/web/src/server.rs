//! Serving on a listener, until told to stop.

use crate::{App, router};
use std::future::Future;
use std::io;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long requests under way may take once asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves the application on `listener` until `shutdown` ends; requests under way are answered first, within ten
/// seconds.
///
/// # Errors
/// An address that is not loopback is refused: sessions travel in clear, so beyond this machine a reverse proxy with
/// TLS must stand in front. Otherwise the listener's own errors.
pub async fn serve(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        let why =
            format!("{address} is not a loopback address; put a reverse proxy with TLS in front of a loopback port");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let (told, stopping) = oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        // Nobody waits any more when serving has already ended.
        let _ = told.send(());
    };
    let serving = axum::serve(listener, router(app)).with_graceful_shutdown(shutdown).into_future();
    let too_late = async {
        match stopping.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = serving => ended,
        () = too_late => Ok(()),
    }
}
