//! A PostgreSQL of our own for the length of a test run: in a temporary folder, on a socket, gone at the end.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct Server {
    folder: PathBuf,
    bin: PathBuf,
}

/// Starts a server, installing the package when we are root and it is missing. `None`, with one line that says why,
/// when there is no PostgreSQL and we may not install it: the tests that need it then say that they were skipped.
pub(crate) fn start() -> Result<Option<Server>, Box<dyn Error>> {
    let Some(bin) = binaries().or_else(install) else {
        println!("ci: PostgreSQL tests skipped: no server found (install the package `postgresql` and run again)");
        return Ok(None);
    };
    let folder = std::env::temp_dir().join(format!("beffroi-postgres-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let server = Server { folder, bin };
    server.prepare()?;
    Ok(Some(server))
}

impl Server {
    /// The address for the tests.
    pub(crate) fn url(&self) -> String {
        format!("postgres://beffroi@localhost:{}/beffroi", self.port())
    }

    /// A port of our own, out of the way of a server that may already run.
    fn port(&self) -> u32 {
        20_000 + std::process::id() % 20_000
    }

    fn prepare(&self) -> Result<(), Box<dyn Error>> {
        // PostgreSQL refuses to run as root: the folder goes to the package's own user.
        if is_root() {
            check(Command::new("chown").arg("postgres").arg(&self.folder))?;
        }
        let data = self.folder.join("data");
        self.run(
            "initdb",
            &["--auth=trust", "--username=beffroi", "--encoding=UTF8", "--no-sync", "-D", &text(&data)],
        )?;
        let options = format!(
            "-p {} -c listen_addresses=localhost -c unix_socket_directories={}",
            self.port(),
            text(&self.folder)
        );
        let log = text(&self.folder.join("log"));
        self.run("pg_ctl", &["-D", &text(&data), "-o", &options, "-l", &log, "-w", "start"])?;
        let port = self.port().to_string();
        self.run("createdb", &["-h", "localhost", "-p", &port, "-U", "beffroi", "beffroi"])?;
        Ok(())
    }

    fn run(&self, program: &str, args: &[&str]) -> Result<(), Box<dyn Error>> {
        let path = self.bin.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        check(command.args(args).current_dir(&self.folder))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = text(&self.folder.join("data"));
        if let Err(error) = self.run("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]) {
            eprintln!("ci: PostgreSQL did not stop: {error}");
        }
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("ci: {} could not be removed: {error}", self.folder.display());
        }
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn check(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let output =
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?.wait_with_output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{:?}: {}", command.get_program(), String::from_utf8_lossy(&output.stderr).trim()).into())
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

/// The folder of the newest server's programs.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    })
}

fn install() -> Option<PathBuf> {
    if !is_root() || Command::new("apt-get").arg("--version").output().is_err() {
        return None;
    }
    println!("ci: installing PostgreSQL for its tests");
    let quiet = |args: &[&str]| {
        Command::new("apt-get")
            .args(args)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    let args = ["install", "-y", "--no-install-recommends", "postgresql"];
    if quiet(&args) || (quiet(&["update"]) && quiet(&args)) { binaries() } else { None }
}
