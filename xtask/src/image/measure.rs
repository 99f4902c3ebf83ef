//! `cargo xtask image --measure`: how soon a container of the image answers, beside the least that a container with a server can be.
//!
//! Both programs are built alike and start by turns in the same run, on this machine's own network, so that a free port is all they
//! need and the figures are about programs, not about bridges.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use neptune_report::{Table, terminal};

use super::make::{build, make};
use super::names::{BARE_TAG, IMAGE_LABEL, NAME};
use crate::docker::{RUN_LABEL, docker, sweep};
use crate::exit::Exit;
use crate::static_program::{platform, static_program};

/// How often each is started.
const ROUNDS: usize = 11;
/// How soon the simulator's image has to answer after its process began.
const BOUND: Duration = Duration::from_millis(300);
/// How long a container may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(20);
/// The context of the bare server, from the workspace's root.
const BARE_CONTEXT: &str = "target/docker-bare";
/// The system counts the time of processes in these.
const TICK: Duration = Duration::from_millis(10);

/// Runs the command.
///
/// # Errors
/// Docker refuses, or a container does not answer.
pub(super) fn run(root: &Path, out: &mut dyn Write) -> Result<Exit> {
    let made = make(root, out)?;
    if made != Exit::Fine {
        return Ok(made);
    }
    let bare = ["--package", NAME, "--example", BARE_TAG];
    let Some(program) = static_program(root, &platform()?, BARE_TAG, &bare)? else {
        return Ok(Exit::BuildFailed);
    };
    lay_out_bare(root, &program)?;
    build(root, BARE_CONTEXT, &[BARE_TAG])?;
    let run = format!("measure-{}", std::process::id());
    let measured = by_turns(&run);
    sweep(Some(&run))?;
    let [ours, bare] = measured?;
    writeln!(out, "\nfrom the start of a container to its first answer, medians of {ROUNDS}:\n\n{}", table(ours, bare))?;
    let verdict = if ours.process <= BOUND { "within" } else { "over" };
    writeln!(out, "{verdict} the bound of {} ms after the process began", BOUND.as_millis())?;
    Ok(if ours.process <= BOUND { Exit::Fine } else { Exit::TestsFailed })
}

fn lay_out_bare(root: &Path, program: &Path) -> Result<()> {
    let folder = root.join(BARE_CONTEXT);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {BARE_CONTEXT}"))?;
    fs::copy(program, folder.join(BARE_TAG)).context("cannot copy the bare server")?;
    let dockerfile = format!("FROM scratch\nCOPY {BARE_TAG} /\nENTRYPOINT [\"/{BARE_TAG}\"]\nLABEL {IMAGE_LABEL}=\"bare\"\n");
    fs::write(folder.join("Dockerfile"), dockerfile).with_context(|| format!("cannot write into {BARE_CONTEXT}"))
}

/// How long one start took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Taken {
    /// Since Docker received the order to start it.
    whole: Duration,
    /// Since the container's process began, in ticks of 10 ms.
    process: Duration,
}

/// The medians of the simulator's image and of the bare server's.
fn by_turns(run: &str) -> Result<[Taken; 2]> {
    let mut taken = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        let address = free_address()?;
        let text = address.to_string();
        taken[0].push(start(run, address, &[NAME, "--listen", &text, "--control", "off"])?);
        taken[1].push(start(run, address, &[&format!("{NAME}:{BARE_TAG}"), &text])?);
    }
    Ok(taken.map(|taken| median(&taken)))
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Starts a container and waits for an answer. Asks while Docker is still at it, because Docker takes longer to come back than a server
/// to answer.
fn start(run: &str, address: SocketAddr, image_and_arguments: &[&str]) -> Result<Taken> {
    let label = format!("{RUN_LABEL}={run}");
    let create = ["create", "--network", "host", "--label", &label];
    let id = docker(create.iter().chain(image_and_arguments))?;
    let begun = Instant::now();
    let answered = thread::spawn(move || first_answer(address));
    docker(["start", &id])?;
    let (answered, uptime) = answered.join().expect("asking does not panic")?;
    let process = uptime.saturating_sub(began_at(&docker(["inspect", "--format", "{{.State.Pid}}", &id])?)?);
    docker(["rm", "--force", &id])?;
    Ok(Taken { whole: answered.duration_since(begun), process })
}

/// When a server answered, by two clocks: one that can be subtracted, and the time since the machine started.
fn first_answer(address: SocketAddr) -> Result<(Instant, Duration)> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if is_answered(address).unwrap_or(false) {
            return Ok((Instant::now(), uptime()?));
        }
        thread::sleep(Duration::from_millis(1));
    }
    bail!("no answer from {address} after {} s", PATIENCE.as_secs())
}

fn is_answered(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    Ok(&answer == b"HTTP/1.1 200")
}

fn uptime() -> Result<Duration> {
    let text = fs::read_to_string("/proc/uptime").context("cannot read /proc/uptime")?;
    let secs = text.split_whitespace().next().and_then(|secs| secs.parse::<f64>().ok());
    secs.map(Duration::from_secs_f64).context("/proc/uptime holds no time")
}

/// When a process began, since the machine started: the 22nd field of its line.
fn began_at(pid: &str) -> Result<Duration> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).with_context(|| format!("the process {pid} is gone"))?;
    began_ticks(&line).map(|ticks| TICK * ticks).with_context(|| format!("/proc/{pid}/stat holds no time"))
}

/// The name of the program, the second field, is in brackets and may hold anything.
fn began_ticks(line: &str) -> Option<u32> {
    line.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

/// Each time by itself: the two medians need not be of one start.
fn median(taken: &[Taken]) -> Taken {
    let middle = |time: fn(&Taken) -> Duration| {
        let mut times: Vec<Duration> = taken.iter().map(time).collect();
        times.sort_unstable();
        times[times.len() / 2]
    };
    Taken { whole: middle(|taken| taken.whole), process: middle(|taken| taken.process) }
}

fn table(ours: Taken, bare: Taken) -> String {
    let millis = |time: Duration| format!("{:.0}", time.as_secs_f64() * 1000.0);
    let mut table = Table::new(["image", "ms since its process began", "ms since Docker was asked"], 1);
    for (name, taken) in [(NAME, ours), ("a bare axum server", bare)] {
        table.row([name.to_owned(), millis(taken.process), millis(taken.whole)]);
    }
    table.render(terminal::width())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_process_is_read_behind_any_name() {
        let fields: Vec<String> = (3..=52).map(|field| field.to_string()).collect();
        for name in ["neptune-sim", "a) b (c"] {
            assert_eq!(began_ticks(&format!("17 ({name}) {}", fields.join(" "))), Some(22));
        }
        assert_eq!(began_ticks("17 (half a line) S 1"), None);
    }

    #[test]
    fn each_time_has_its_own_median() {
        let taken = |whole, process| Taken { whole: Duration::from_millis(whole), process: Duration::from_millis(process) };
        assert_eq!(median(&[taken(9, 1), taken(5, 3), taken(7, 2)]), taken(7, 2));
    }

    #[test]
    fn the_figures_stand_under_their_names() {
        let taken = |whole, process| Taken { whole: Duration::from_millis(whole), process: Duration::from_millis(process) };
        let expected = "\x20image               ms since its process began  ms since Docker was asked
 neptune-sim                                 20                        310
 a bare axum server                          10                        300
";
        assert_eq!(table(taken(310, 20), taken(300, 10)), expected);
    }
}
