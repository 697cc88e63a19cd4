//! The pages over the synthetic rows of the tests, on a loopback port given as argument: for looking at them without
//! building the lake.

#[path = "../tests/it/sample.rs"]
mod sample;
#[path = "../tests/it/watch.rs"]
mod watch;

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "8118".to_owned());
    let folder = tempfile::tempdir()?;
    let mut app = sample::app(folder.path()).await;
    app.demo_login = Some((sample::LOGIN.to_owned(), sample::PASSWORD.to_owned()));
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("http://{}/", listener.local_addr()?);
    beffroi_web::serve(app, listener, async {
        // Without Ctrl-C the example runs until it is ended otherwise.
        let _ = tokio::signal::ctrl_c().await;
    })
    .await
}
