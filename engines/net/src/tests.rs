//! The client against listeners of this machine.

mod bounds;
mod forbidden;

use crate::origins::{AllowedOrigin, parsed};
use crate::resolver::Lookup;
use crate::{Net, NetError};
use beffroi_ports::{Answer, Fetch, FetchError, FetchRequest, FetchResponse};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A listener that counts connections, keeps what it was sent and answers each with the same bytes. An empty answer
/// leaves the connection open without a word.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (connections, heard) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (answer, counted, kept) = (answer.into(), Arc::clone(&connections), Arc::clone(&heard));
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                if answer.is_empty() {
                    open.push(stream);
                    continue;
                }
                let mut buffer = vec![0; 4096];
                let read = stream.read(&mut buffer).await.unwrap_or(0);
                kept.lock().unwrap().push(String::from_utf8_lossy(&buffer[..read]).into_owned());
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, connections, heard }
    }

    async fn saying(body: &str) -> Self {
        Self::answering(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A resolver that gives every name the addresses of the list, one set a question, the last for ever.
struct Written {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Written {
    fn to(answers: &[&[&str]]) -> Arc<Self> {
        let set = |set: &&[&str]| set.iter().map(|text| text.parse().unwrap()).collect();
        Arc::new(Self { answers: answers.iter().map(set).collect(), asked: AtomicUsize::new(0) })
    }
}

impl Lookup for Written {
    fn lookup(&self, _host: String) -> Answer<'static, io::Result<Vec<IpAddr>>> {
        let n = self.asked.fetch_add(1, Ordering::SeqCst);
        let found = self.answers[n.min(self.answers.len() - 1)].clone();
        Box::pin(std::future::ready(Ok(found)))
    }
}

/// A client whose list holds that very address, as an outside or an internal host.
fn net(url: &str, internal: bool, lookup: &Arc<Written>, filter: bool) -> Result<Net, NetError> {
    let entry = parsed(url).ok().and_then(|url| AllowedOrigin::of(&url, internal));
    let lookup: Arc<dyn Lookup> = Arc::<Written>::clone(lookup);
    Net::with(entry.into_iter().collect(), lookup, filter)
}

/// Fetches from a server of this machine that was declared as internal.
async fn inside(server: &Server, change: impl FnOnce(&mut FetchRequest)) -> Result<FetchResponse, FetchError> {
    let url = format!("http://127.0.0.1:{}/canary-path?code=canary", server.port);
    let mut request = FetchRequest::get(&url);
    change(&mut request);
    net(&url, true, &Written::to(&[&[]]), true).unwrap().fetch(&request).await
}
