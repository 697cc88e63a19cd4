//! What lies between a connection and the HTTP library: gives up a reader who takes nothing, and dresses the answers
//! that the library makes by itself.
//!
//! A head that is no HTTP, too long, or with too many fields never reaches the pages: the library answers with a bare
//! status line. Such an answer is recognised when nothing of the pages' is on its way (every answer of theirs has been
//! written out), and is replaced by the same status with all security headers. Bytes of a page are never looked at.

use crate::headers;
use axum::body::{Body, HttpBody};
use axum::http::StatusCode;
use hyper::body::{Bytes, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Nothing of the pages' is on its way.
const QUIET: u8 = 0;
/// A request is worked on, or its answer is being read.
const ANSWERING: u8 = 1;
/// The answer was handed over whole; it is written out at the next flush.
const HANDED_OVER: u8 = 2;

/// Whether an answer of the pages is on its way.
#[derive(Clone, Default)]
pub(crate) struct Progress(Arc<AtomicU8>);

impl Progress {
    /// A request has come in: its answer is on its way from now on.
    pub(crate) fn begin(&self) {
        self.0.store(ANSWERING, Ordering::SeqCst);
    }

    /// The body of its answer; once it is dropped, the answer was handed over.
    pub(crate) fn follow(&self, body: Body) -> Followed {
        Followed { body, progress: self.clone() }
    }

    fn flushed(&self) {
        // Nothing to do when an answer is still being read.
        let _ = self.0.compare_exchange(HANDED_OVER, QUIET, Ordering::SeqCst, Ordering::SeqCst);
    }

    fn is_quiet(&self) -> bool {
        self.0.load(Ordering::SeqCst) == QUIET
    }
}

/// A body that tells when it ends.
pub(crate) struct Followed {
    body: Body,
    progress: Progress,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.progress.0.store(HANDED_OVER, Ordering::SeqCst);
    }
}

impl HttpBody for Followed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A connection, in clear.
pub(crate) struct Wire<S> {
    inner: S,
    secure: bool,
    progress: Progress,
    stall: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    /// What is written in the place of a bare answer, and how much of it is out.
    instead: Vec<u8>,
    written: usize,
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    /// Around a connection on which whoever reads nothing for `stall` is given up.
    pub(crate) fn new(inner: S, secure: bool, stall: Duration, progress: Progress) -> Self {
        Self { inner, secure, progress, stall, timer: None, instead: Vec::new(), written: 0 }
    }

    /// Writes out what was put in the place of a bare answer.
    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(rest) = self.instead.get(self.written..).filter(|rest| !rest.is_empty()) {
            match Pin::new(&mut self.inner).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(n)) => {
                    self.written = self.written.saturating_add(n);
                    self.timer = None;
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return self.stalled(cx),
            }
        }
        self.instead.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }

    /// The other end takes nothing now: waits, but not for ever.
    fn stalled<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let stall = self.stall;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(stall)));
        ready!(timer.as_mut().poll(cx));
        timer.as_mut().reset(Instant::now() + stall);
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the reader takes nothing")))
    }

    fn settle<T>(&mut self, polled: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        match polled {
            Poll::Pending => self.stalled(cx),
            ready => {
                self.timer = None;
                ready
            }
        }
    }
}

/// The status of an answer that the library made by itself: a head with a client's error and an empty body.
fn bare_status(bytes: &[u8]) -> Option<StatusCode> {
    let head = std::str::from_utf8(bytes).ok().filter(|head| head.len() < 300 && head.starts_with("HTTP/1."))?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse::<StatusCode>().ok())?;
    let whole = head.find("\r\n\r\n").is_some_and(|at| at + 4 == head.len());
    (whole && status.is_client_error() && head.contains("\r\ncontent-length: 0\r\n")).then_some(status)
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        ready!(this.poll_instead(cx))?;
        if this.progress.is_quiet()
            && let Some(status) = bare_status(buf)
        {
            this.instead = headers::bare(status, this.secure);
            return Poll::Ready(Ok(buf.len()));
        }
        let polled = Pin::new(&mut this.inner).poll_write(cx, buf);
        this.settle(polled, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        // The library flushes once its own buffer is empty: all that was handed over is out.
        this.progress.flushed();
        ready!(this.poll_instead(cx))?;
        let polled = Pin::new(&mut this.inner).poll_flush(cx);
        this.settle(polled, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_instead(cx))?;
        let polled = Pin::new(&mut this.inner).poll_shutdown(cx);
        this.settle(polled, cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const BARE: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: x\r\n\r\n";

    async fn through(progress: Progress, bytes: &[u8]) -> String {
        let (near, mut far) = tokio::io::duplex(8192);
        let mut wire = Wire::new(near, false, Duration::from_secs(30), progress);
        wire.write_all(bytes).await.unwrap();
        wire.shutdown().await.unwrap();
        let mut out = String::new();
        far.read_to_string(&mut out).await.unwrap();
        out
    }

    #[tokio::test]
    async fn a_bare_answer_is_dressed_and_a_page_is_not_looked_at() {
        assert!(through(Progress::default(), BARE).await.contains("\r\ncontent-security-policy: default-src 'none'"));
        // The same bytes in the middle of an answer are somebody's data.
        let progress = Progress::default();
        progress.begin();
        assert_eq!(through(progress.clone(), BARE).await.as_bytes(), BARE);
        drop(progress.follow(Body::empty()));
        assert!(!progress.is_quiet(), "not before it is written out");
        progress.flushed();
        assert!(progress.is_quiet());
        for other in [&b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"[..], b"HTTP/1.1 100 Continue\r\n\r\n", b"x"] {
            assert_eq!(through(Progress::default(), other).await.as_bytes(), other);
        }
    }

    #[tokio::test]
    async fn a_reader_who_takes_nothing_is_given_up() {
        let (near, _far) = tokio::io::duplex(16);
        let mut wire = Wire::new(near, false, Duration::from_millis(5), Progress::default());
        let error = wire.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
