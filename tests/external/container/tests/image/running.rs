//! A container of the image that goes when the test does.

use std::io::{self, BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use neptune_control::{ClusterClient, ControlClient};

use crate::docker::docker;
use crate::image::IMAGE;

/// How `cargo xtask clean` finds what a killed test leaves.
pub(super) const LABEL: &str = "neptune-it.run=image";

/// How long Docker may take to find a container healthy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A container of the image; it goes with this value, whatever state it is in.
pub(super) struct Container {
    name: String,
}

impl Container {
    /// Starts one with options of `docker run` and arguments for the simulator, and waits until it listens.
    pub(super) fn start(options: &[&str], arguments: &[&str]) -> Self {
        // For the clients that ask it: reqwest wants one even if it only ever speaks HTTP. An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let container = Self::unstarted();
        let run = ["run", "--detach", "--name", &container.name, "--label", LABEL];
        let ports = ["--publish", "127.0.0.1::8182", "--publish", "127.0.0.1::8183"];
        docker(&[&run[..], &ports, options, &[IMAGE], arguments].concat()).expect("docker starts a container");
        container.wait_until_it_listens();
        container
    }

    /// A name that no container has. Dropping this value removes the container that got it.
    pub(super) fn unstarted() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self { name: format!("neptune-it-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)) }
    }

    /// A container that other code has started, by its id or name. Dropping this value removes it, too.
    pub(super) fn of(name: String) -> Self {
        Self { name }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Reads what the simulator says until it says that it listens. If it ends instead, so does its output.
    pub(super) fn wait_until_it_listens(&self) {
        let said = Self::follow(&["logs", "--follow", &self.name], "listens on");
        said.unwrap_or_else(|said| panic!("{} does not listen: {said}", self.name));
    }

    /// Waits until Docker has found it healthy.
    pub(super) fn wait_until_it_is_healthy(&self) {
        let of_this = format!("container={}", self.name);
        // From its beginning on, so that nothing can happen between looking and waiting; and not for ever.
        let since = self.inspect("{{.Created}}");
        let until = (SystemTime::now() + PATIENCE).duration_since(SystemTime::UNIX_EPOCH).expect("1970 is over").as_secs();
        let period = ["--since", &since, "--until", &until.to_string()];
        let filters = ["--filter", &of_this, "--filter", "event=health_status", "--format", "{{json .}}"];
        let said = Self::follow(&[&["events"], &period[..], &filters].concat(), "health_status: healthy");
        said.unwrap_or_else(|said| panic!("{} is not healthy: {said}", self.name));
    }

    /// Runs a docker command until it prints a line with this text, or gives all that it has printed.
    fn follow(arguments: &[&str], text: &str) -> Result<(), String> {
        let (output, input) = io::pipe().expect("the system has pipes");
        // Both streams go into one, which ends with the process: nothing here keeps the pipe's other end.
        let mut process = {
            let mut command = Command::new("docker");
            let errors = input.try_clone().expect("the system has pipes");
            command.args(arguments).stdin(Stdio::null()).stdout(input).stderr(errors).spawn().expect("docker runs")
        };
        let (mut output, mut said) = (BufReader::new(output), String::new());
        let found = loop {
            let begin = said.len();
            match output.read_line(&mut said) {
                Ok(0) | Err(_) => break Err(said),
                Ok(_) if said[begin..].contains(text) => break Ok(()),
                Ok(_) => {}
            }
        };
        let _ = process.kill();
        let _ = process.wait();
        found
    }

    /// Where a port of it is published: `http://127.0.0.1:32768`.
    pub(super) fn published(&self, port: u16) -> String {
        format!("http://{}", docker(&["port", &self.name, &format!("{port}/tcp")]).expect("the port is published"))
    }

    /// Its own address, without port.
    pub(super) fn address(&self) -> String {
        self.inspect("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}")
    }

    /// Asks Docker about it.
    pub(super) fn inspect(&self, format: &str) -> String {
        docker(&["inspect", "--format", format, &self.name]).expect("docker knows the container")
    }

    /// The control API, for one of its clusters.
    pub(super) fn cluster(&self, name: &str) -> ClusterClient {
        ControlClient::new(&self.published(8183)).expect("the address is one of a simulator").cluster(name)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        // Without one, this fails, and that is as good.
        let _ = docker(&["rm", "--force", "--volumes", &self.name]);
    }
}
