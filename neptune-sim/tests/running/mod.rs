//! The program as a process: what it prints, how it is asked, how it ends.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

/// Where the program is. Cargo sets it when the test runs, so that a moved target folder is no reason to test an old program.
pub(crate) fn executable() -> OsString {
    std::env::var_os("CARGO_BIN_EXE_neptune-sim").expect("cargo runs this test")
}

/// The program, without the variables in the tests' environment that would change it.
pub(crate) fn program() -> Command {
    let mut command = Command::new(executable());
    for name in [
        "RUST_LOG",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "NEPTUNE_SIM_LISTEN",
        "NEPTUNE_SIM_CONTROL",
        "NEPTUNE_SIM_CLUSTER_PORTS",
        "NEPTUNE_SIM_ALLOW_REMOTE_S3",
    ] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A running simulator or proxy, and what it printed at the start. It ends with this value.
pub(crate) struct Running {
    pub(crate) child: Child,
    pub(crate) greeting: String,
}

impl Running {
    /// Starts it, and reads until it is ready.
    pub(crate) fn start(mut command: Command, arguments: &[&str]) -> Self {
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut greeting = String::new();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        while !greeting.contains("See what goes on") {
            let Some(line) = lines.next() else { break };
            greeting += &line.unwrap();
            greeting.push('\n');
        }
        Self { child, greeting }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        let line = self.greeting.lines().next().unwrap_or_default();
        line.rsplit("http://").next().unwrap().parse().unwrap_or_else(|_| panic!("no address in {:?}", self.greeting))
    }

    /// Sends the head of a request and reads the whole answer.
    pub(crate) fn ask(&self, head: &str) -> String {
        self.ask_with(head, "")
    }

    /// The same with a body. Its length stands in the head.
    pub(crate) fn ask_with(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let request = format!("{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Ends it with a signal; returns its exit code and its stderr.
    pub(crate) fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        let mut stderr = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        (self.child.wait().unwrap().code(), stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has usually ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
