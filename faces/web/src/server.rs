//! Serving on a listener, until told to stop.

use crate::house::House as Application;
use crate::limits::{Place, Places, block};
use crate::routes::router_of;
use crate::settings::Settings;
use crate::tls::Tls;
use crate::wire::{Progress, Wire};
use crate::{App, headers, warm};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How long requests under way may take once asked to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long one who is refused may take to hear it.
const REFUSAL: Duration = Duration::from_secs(2);
/// The rest after the system refused a connection: there are no file handles left.
const BREATH: Duration = Duration::from_secs(1);

struct House {
    router: Router,
    settings: Arc<Settings>,
    tls: Option<Tls>,
    connections: Arc<Semaphore>,
    sources: Arc<Places<IpAddr>>,
}

/// A connection's own place, given back when it ends.
struct Seat {
    _of_all: OwnedSemaphorePermit,
    _of_source: Option<Place<IpAddr>>,
}

/// Serves the application on `listener` until `shutdown` ends, over TLS when there is a certificate; requests under way
/// are answered first, within ten seconds.
///
/// # Errors
/// An address that is not loopback without TLS: sessions would travel in clear. TLS without `secure` in the settings, or
/// without host names: cookies would be sent in clear, or a foreign name be answered. Otherwise the listener's own
/// errors.
pub async fn serve(
    app: App,
    listener: TcpListener,
    tls: Option<Tls>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    let settings = app.settings.clone();
    let wrong = match &tls {
        None if !address.ip().is_loopback() => Some(format!(
            "{address} is not a loopback address: set a certificate and its key, or put a reverse proxy with TLS in \
             front of a loopback port"
        )),
        Some(_) if !settings.secure || settings.hosts.is_empty() => {
            Some("TLS needs secure cookies and the host names under which it answers".to_owned())
        }
        _ => None,
    };
    if let Some(why) = wrong {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    let limits = &settings.limits;
    let application = Application::new(app);
    let mut background = JoinSet::new();
    background.spawn(warm::keep(application.clone()));
    let house = Arc::new(House {
        connections: Arc::new(Semaphore::new(limits.connections.clamp(1, Semaphore::MAX_PERMITS))),
        sources: Places::new(limits.connections_per_source, 0),
        router: router_of(application),
        tls,
        settings: settings.clone(),
    });
    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    tasks.spawn(attend(house.clone(), stream, peer, stopping.clone()));
                }
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    tracing::error!("no connection can be taken: {error}");
                    sleep(BREATH).await;
                }
            },
            Some(_) = tasks.join_next(), if !tasks.is_empty() => {}
        }
    }
    drop(listener);
    // Nobody hears it when no connection is open.
    let _ = stop.send(true);
    let _ = timeout(GRACE, async { while tasks.join_next().await.is_some() {} }).await;
    Ok(())
}

fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

impl House {
    /// A seat for a connection, or the status that refuses it.
    fn seat(&self, peer: IpAddr) -> Result<Seat, StatusCode> {
        let of_all = self.connections.clone().try_acquire_owned().map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        let of_source = match self.settings.trusted_proxies.contains(&peer.to_canonical()) {
            true => None,
            false => Some(self.sources.enter(block(peer)).ok_or(StatusCode::TOO_MANY_REQUESTS)?),
        };
        Ok(Seat { _of_all: of_all, _of_source: of_source })
    }
}

/// One connection, from its first byte to its last.
async fn attend(house: Arc<House>, stream: TcpStream, peer: SocketAddr, stopping: watch::Receiver<bool>) {
    let limits = &house.settings.limits;
    let _seat = match house.seat(peer.ip()) {
        Ok(seat) => seat,
        // Over TLS nothing can be said without the work of a handshake.
        Err(_) if house.tls.is_some() => return,
        Err(status) => {
            let _ = timeout(REFUSAL, refuse(stream, headers::bare(status, house.settings.secure))).await;
            return;
        }
    };
    // Small answers leave at once; without it they only leave later.
    let _ = stream.set_nodelay(true);
    match &house.tls {
        None => converse(&house, stream, peer, stopping).await,
        Some(tls) => match timeout(limits.handshake_time, tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => converse(&house, stream, peer, stopping).await,
            Ok(Err(error)) => tracing::debug!("a handshake failed: {error}"),
            Err(_) => tracing::debug!("a handshake took too long"),
        },
    }
}

/// Says why, and waits for the other end to have heard it: a connection closed on unread bytes loses the answer.
async fn refuse(mut stream: TcpStream, answer: Vec<u8>) -> io::Result<()> {
    stream.write_all(&answer).await?;
    stream.shutdown().await?;
    let mut unread = [0_u8; 1024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}

/// HTTP over an open connection.
async fn converse(
    house: &House,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    mut stopping: watch::Receiver<bool>,
) {
    let limits = &house.settings.limits;
    let progress = Progress::default();
    let wire = Wire::new(stream, house.settings.secure, limits.stall_time, progress.clone());
    let pages = TowerToHyperService::new(house.router.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        progress.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answer, progress) = (pages.call(request), progress.clone());
        async move { answer.await.map(|response| response.map(|body| progress.follow(body))) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_time)
        .max_buf_size(limits.head_bytes.max(8192))
        .max_headers(64)
        .serve_connection(TokioIo::new(wire), service);
    let mut connection = pin!(connection);
    let mut life = pin!(sleep(limits.connection_time));
    let mut ending = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!("a connection broke: {error}");
                }
                return;
            }
            () = &mut life => {
                if ending {
                    return;
                }
                ending = true;
                connection.as_mut().graceful_shutdown();
                life.as_mut().reset(tokio::time::Instant::now() + limits.request_time + limits.stall_time);
            }
            // An error means that serving has ended too.
            _ = stopping.changed(), if !ending => {
                ending = true;
                connection.as_mut().graceful_shutdown();
                life.as_mut().reset(tokio::time::Instant::now() + limits.request_time + limits.stall_time);
            }
        }
    }
}
