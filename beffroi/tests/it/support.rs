//! Running the program, reading what it printed, and asking its server for a page.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// The program, on a data folder, in English, quiet.
pub(crate) fn beffroi(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beffroi"));
    command.arg("--data").arg(data).args(["--lang", "en", "--quiet", "--as", "tester"]).stdin(Stdio::null());
    command
}

/// What a run printed.
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The JSON document on stdout.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("no JSON on stdout ({e}): {}\n{}", self.stdout, self.stderr))
    }
}

/// Runs the program with these arguments.
pub(crate) fn run(data: &Path, args: &[&str]) -> Run {
    let Output { status, stdout, stderr } = beffroi(data).args(args).output().expect("the program starts");
    Run {
        status: status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// Runs the program and insists that it ends well.
pub(crate) fn succeed(data: &Path, args: &[&str]) -> Run {
    let run = run(data, args);
    assert_eq!(run.status, 0, "beffroi {}\n{}\n{}", args.join(" "), run.stdout, run.stderr);
    run
}

/// Runs the program in a language, without a data folder, and insists that it ends well.
pub(crate) fn succeed_in(lang: &str, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beffroi"));
    let Output { status, stdout, stderr } =
        command.args(["--lang", lang]).args(args).output().expect("the program starts");
    let stderr = String::from_utf8_lossy(&stderr).into_owned();
    assert!(status.success(), "beffroi {}\n{stderr}", args.join(" "));
    Run { status: 0, stdout: String::from_utf8_lossy(&stdout).into_owned(), stderr }
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    pub(crate) address: String,
}

impl Server {
    /// Starts `beffroi serve` on a free port.
    pub(crate) fn start(data: &Path) -> Self {
        let mut child =
            beffroi(data).args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("the server prints its address");
        let address = line
            .split_whitespace()
            .find_map(|word| word.strip_prefix("http://"))
            .unwrap_or_else(|| panic!("no address in `{line}`"))
            .trim_end_matches('/')
            .to_owned();
        Self { child, stdout, address }
    }

    /// Asks it to stop as Ctrl-C does; gives back its exit status and what it printed last.
    pub(crate) fn interrupt(mut self) -> (i32, String) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill runs").success());
        let status = self.child.wait().expect("the server ends").code().unwrap_or(-1);
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).expect("stdout is text");
        (status, rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer of the server.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The cookies it sets, as a request would send them back; those that it takes away are left out.
    pub(crate) fn cookie(&self) -> Option<String> {
        let set = self.headers.iter().filter(|(name, value)| name == "set-cookie" && !value.contains("Max-Age=0"));
        let cookies: Vec<&str> = set.filter_map(|(_, value)| value.split(';').next()).collect();
        (!cookies.is_empty()).then(|| cookies.join("; "))
    }
}

/// One request over a connection of its own.
pub(crate) fn request(address: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!(
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            body.len()
        ));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).expect("the request is sent");
    stream.write_all(body.as_bytes()).expect("the body is sent");
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the answer is read");
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("an answer has a head");
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).expect("a status line");
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let raw = &bytes[end + 4..];
    let chunked = headers.iter().any(|(n, v)| n == "transfer-encoding" && v == "chunked");
    Answer { status, body: if chunked { dechunk(raw) } else { raw.to_vec() }, headers }
}

fn dechunk(mut raw: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = raw.windows(2).position(|w| w == b"\r\n") {
        let size = usize::from_str_radix(String::from_utf8_lossy(&raw[..end]).trim(), 16).unwrap_or(0);
        if size == 0 {
            break;
        }
        body.extend_from_slice(&raw[end + 2..end + 2 + size]);
        raw = &raw[end + 4 + size..];
    }
    body
}

/// A copy of a folder, for a test that writes in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    // Keys that others can reach are refused.
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), &place).unwrap();
        }
    }
}
