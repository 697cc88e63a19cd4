//! The provider on a port of this machine.

use super::answers::{TrialOptions, TrialProvider};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::io;
use std::net::Ipv4Addr;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A provider that listens. It stops when this is dropped.
pub struct TrialServer {
    /// Its issuer, `http://127.0.0.1:PORT`.
    pub issuer: String,
    /// The provider, to bend it and to ask what it was asked.
    pub provider: TrialProvider,
    serving: JoinHandle<io::Result<()>>,
}

impl Drop for TrialServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Listens on a free port of 127.0.0.1 and on nothing else. The options are made once the issuer is known.
///
/// # Errors
/// When no port can be had, or no keys can be drawn.
pub async fn serve(options: impl FnOnce(String) -> TrialOptions) -> io::Result<TrialServer> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let issuer = format!("http://{}", listener.local_addr()?);
    let provider = TrialProvider::new(options(issuer.clone()));
    let provider = provider.ok_or_else(|| io::Error::other("the system gives no chance to draw keys with"))?;
    let router = Router::new().fallback(answered).with_state(provider.clone());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(TrialServer { issuer, provider, serving })
}

async fn answered(State(provider): State<TrialProvider>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let fields = headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let fields: Vec<_> = fields.collect();
    let answer = provider.answer(uri.path(), uri.query().unwrap_or_default(), &fields, &String::from_utf8_lossy(&body));
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    for (name, value) in answer.headers {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value.parse()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
