//! `neptune-sim health`: whether a simulator answers here, for the health check of a container, which has no shell and no curl.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use neptune_server::{ControlPlace, reachable};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::addresses::Addresses;

/// How long the whole may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How an answer of the control API begins.
const GOOD_ANSWER: &[u8] = b"HTTP/1.1 200";
/// How a TLS server answers a client that speaks plain HTTP: the type of an alert, and the major version.
const TLS_ALERT: &[u8] = b"\x15\x03";

// 80 columns, as all help.
const MORE: &str = "\
Give the same addresses here as to the simulator; in a container it is best done
with NEPTUNE_SIM_LISTEN and NEPTUNE_SIM_CONTROL, which both see. An address that
stands for all of them, such as 0.0.0.0, is asked as the loopback address.

The control API is asked, so a cluster that refuses or stays silent is no sign
of bad health. Where only the address of the cluster is known, connecting to it
is enough: after `--control off`, and where the control API chose a free port
because other machines reach the cluster. It is enough, too, where the control
API shares the port of a cluster that speaks TLS.

Exit codes:
  0    a simulator answers
  1    none answers within 2 seconds; why is on stderr
  2    the command line is wrong";

/// The server to check.
#[derive(Debug, Args)]
#[command(after_help = MORE)]
pub(crate) struct HealthArguments {
    #[command(flatten)]
    addresses: Addresses,
}

/// What is to be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Question {
    /// Whether the control API answers.
    Control(SocketAddr),
    /// Whether the control API answers, or a cluster that speaks TLS, which would share its port.
    Shared(SocketAddr),
    /// Whether any server listens there.
    AnyServer(SocketAddr),
}

impl HealthArguments {
    /// Returns a line about its health, or why it is not healthy.
    pub(crate) async fn probe(&self) -> Result<String, String> {
        let question = self.question();
        let address = question.address();
        if address.port() == 0 {
            return Err("port 0 means any free port: give the simulator a fixed one, with --listen or --control".to_owned());
        }
        let answer = tokio::time::timeout(PATIENCE, question.ask()).await;
        answer.map_err(|_| format!("{address} did not answer within {} s", PATIENCE.as_secs()))?
    }

    fn question(&self) -> Question {
        let Addresses { listen, control } = self.addresses;
        match control {
            Some(ControlPlace::At(address)) => Question::Control(reachable(address)),
            Some(ControlPlace::Off) => Question::AnyServer(reachable(listen)),
            _ if ControlPlace::beside(listen) == ControlPlace::WithFirst => Question::Shared(reachable(listen)),
            _ => Question::AnyServer(reachable(listen)),
        }
    }
}

impl Question {
    fn address(self) -> SocketAddr {
        match self {
            Self::Control(address) | Self::Shared(address) | Self::AnyServer(address) => address,
        }
    }

    async fn ask(self) -> Result<String, String> {
        let address = self.address();
        let refused = |error: io::Error| format!("{address}: {error}");
        let mut stream = TcpStream::connect(address).await.map_err(refused)?;
        if matches!(self, Self::AnyServer(_)) {
            return Ok(format!("{address} takes connections"));
        }
        let request = format!("GET /_sim HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.map_err(refused)?;
        let mut begin = Vec::new();
        let end = stream.take(GOOD_ANSWER.len() as u64).read_to_end(&mut begin).await;
        match self {
            _ if begin == GOOD_ANSWER => Ok(format!("the control API answers on {address}")),
            Self::Shared(_) if begin.starts_with(TLS_ALERT) => Ok(format!("{address} speaks TLS")),
            _ => Err(end.map_or_else(refused, |_| {
                format!("{address} does not answer as the control API does: say with --control where that listens")
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use rstest::rstest;

    use super::super::addresses::parse_control;
    use super::*;

    fn question(listen: &str, control: Option<&str>) -> Question {
        let control = control.map(|text| parse_control(text).unwrap());
        HealthArguments { addresses: Addresses { listen: listen.parse().unwrap(), control } }.question()
    }

    #[rstest]
    #[case::shared("127.0.0.1:8182", None, Question::Shared(([127, 0, 0, 1], 8182).into()))]
    #[case::a_port_of_its_own("0.0.0.0:8182", Some("127.0.0.1:8183"), Question::Control(([127, 0, 0, 1], 8183).into()))]
    #[case::everywhere("127.0.0.1:8182", Some("0.0.0.0:8183"), Question::Control(([127, 0, 0, 1], 8183).into()))]
    #[case::everywhere_of_version_6("[::]:8182", Some("[::]:8183"), Question::Control("[::1]:8183".parse().unwrap()))]
    #[case::on_a_port_that_is_not_known("0.0.0.0:8182", None, Question::AnyServer(([127, 0, 0, 1], 8182).into()))]
    #[case::off("0.0.0.0:8182", Some("off"), Question::AnyServer(([127, 0, 0, 1], 8182).into()))]
    fn whoever_can_tell_is_asked(#[case] listen: &str, #[case] control: Option<&str>, #[case] expected: Question) {
        assert_eq!(question(listen, control), expected);
    }

    /// The report on a server that answers any request with these bytes and closes the connection.
    async fn reported_of(answer: &'static [u8], question: fn(SocketAddr) -> Question) -> Result<String, String> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let answering = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await.unwrap();
            stream.write_all(answer).await.unwrap();
        };
        let question = question(address);
        let (reported, ()) = tokio::join!(question.ask(), answering);
        let hidden = |text: String| text.replace(&address.to_string(), "ADDRESS");
        reported.map(hidden).map_err(hidden)
    }

    #[rstest]
    #[case::control_api(b"HTTP/1.1 200 OK\r\n\r\n", Question::Control, Ok("the control API answers on ADDRESS"))]
    #[case::tls_on_a_shared_port(b"\x15\x03\x03\0\x02\x02\x46", Question::Shared, Ok("ADDRESS speaks TLS"))]
    #[case::tls_elsewhere(
        b"\x15\x03\x03\0\x02\x02\x46",
        Question::Control,
        Err("ADDRESS does not answer as the control API does: ")
    )]
    #[case::a_cluster(
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        Question::Shared,
        Err("ADDRESS does not answer as the control API does: ")
    )]
    #[case::somebody_mute(b"", Question::Shared, Err("ADDRESS does not answer as the control API does: "))]
    #[tokio::test]
    async fn only_a_simulator_is_healthy(
        #[case] answer: &'static [u8],
        #[case] question: fn(SocketAddr) -> Question,
        #[case] expected: Result<&str, &str>,
    ) {
        match (reported_of(answer, question).await, expected) {
            (Ok(reported), Ok(expected)) => assert_eq!(reported, expected),
            (Err(reported), Err(expected)) => assert!(reported.starts_with(expected), "{reported}"),
            (reported, expected) => panic!("{reported:?} is not {expected:?}"),
        }
    }
}
