//! The library's requests through the port.

use beffroi_ports::{Fetch, FetchMethod, FetchRequest, FetchResponse, IdentityError, Refusal};
use openidconnect::http::{Method, Response};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::pin::Pin;
use std::time::Duration;

/// The longest answer of a provider, in bytes.
pub(crate) const LONGEST: usize = 256 * 1024;

/// The longest a provider may take for one answer.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A reading request within the bounds of a provider.
pub(crate) fn get(url: &str) -> FetchRequest {
    FetchRequest { max_bytes: LONGEST, time_limit: TIME_LIMIT, ..FetchRequest::get(url) }
}

/// Whether the answer is of that media type, parameters apart (RFC 9110, 8.3.1).
pub(crate) fn is_of_type(answer: &FetchResponse, media: &str) -> bool {
    let found = answer.header("content-type").and_then(|value| value.split(';').next());
    found.is_some_and(|found| found.trim().eq_ignore_ascii_case(media))
}

/// What an answer must hold for the library to see it.
pub(crate) type Screen<'a> = dyn Fn(&FetchResponse) -> Result<(), Refusal> + Send + Sync + 'a;

/// Makes the library's requests through the port, and shows it only the answers that the screen lets through.
pub(crate) struct Through<'a> {
    pub(crate) fetch: &'a dyn Fetch,
    pub(crate) screen: &'a Screen<'a>,
}

impl Through<'_> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, IdentityError> {
        let fault = |what| IdentityError::Provider { endpoint: "token", what };
        let method = match *request.method() {
            Method::GET => FetchMethod::Get,
            Method::POST => FetchMethod::Post,
            _ => return Err(fault("the method is not one that is sent")),
        };
        let mut headers = Vec::new();
        for (name, value) in request.headers() {
            let value = value.to_str().map_err(|_| fault("a header field is not text"))?;
            headers.push((name.to_string(), value.to_owned()));
        }
        let sent = FetchRequest { method, headers, ..get(&request.uri().to_string()) };
        let answer = self.fetch.fetch(&FetchRequest { body: request.into_body(), ..sent }).await?;
        (self.screen)(&answer)?;
        let mut response = Response::builder().status(answer.status);
        if let Some(media) = answer.header("content-type") {
            response = response.header("content-type", media);
        }
        response.body(answer.body).map_err(|_| fault("the answer has no valid status"))
    }
}

impl<'c> AsyncHttpClient<'c> for Through<'_> {
    type Error = IdentityError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, IdentityError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
