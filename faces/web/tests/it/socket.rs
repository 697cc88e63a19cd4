//! The face behind a real socket.

use super::client::Answer;
use super::sample;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use beffroi_web::{App, Settings, Tls};
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that runs until it is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) app: App,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<std::io::Result<()>>,
    _folder: tempfile::TempDir,
}

impl Served {
    /// Serves the sample on a free port of loopback.
    pub(crate) async fn with(settings: Settings, tls: Option<Tls>) -> Self {
        Self::changed(settings, tls, |_| {}).await
    }

    /// … changed in some way.
    pub(crate) async fn changed(settings: Settings, tls: Option<Tls>, change: impl FnOnce(&mut App)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut app = sample::app(folder.path()).await;
        app.settings = settings.into();
        change(&mut app);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let ended = tokio::spawn(beffroi_web::serve(app.clone(), listener, tls, shutdown));
        Self { address, app, stop: Some(stop), ended, _folder: folder }
    }

    /// A connection.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Says something and gives back all that is answered until the connection is closed.
    pub(crate) async fn say(&self, bytes: &[u8]) -> String {
        say(self.connect().await, bytes).await
    }

    /// Stops it, and tells how it ended.
    pub(crate) async fn stop(mut self) -> std::io::Result<()> {
        let _ = self.stop.take().unwrap().send(());
        (&mut self.ended).await.unwrap()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.ended.abort();
    }
}

/// Says something over an open connection and gives back all that is answered until it is closed.
pub(crate) async fn say(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> String {
    // A server that refuses at the first bytes may close on the last ones.
    let _ = stream.write_all(bytes).await;
    let mut out = Vec::new();
    let _ = stream.read_to_end(&mut out).await;
    String::from_utf8_lossy(&out).into_owned()
}

/// One answer, with what follows its head as its body.
pub(crate) fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer in {text:?}"));
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    Answer { status: StatusCode::from_u16(status).unwrap(), headers, bytes: body.as_bytes().to_vec() }
}
