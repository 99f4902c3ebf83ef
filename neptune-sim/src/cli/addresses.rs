//! Where everybody listens: what can be said about it on the command line and in the environment.

use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;
use neptune_sim::{ClusterSpec, ControlPlace};

/// Where everybody is to listen. What the command line says beats the environment.
#[derive(Debug, Args)]
pub(crate) struct Addresses {
    /// The address that clients ask. Port 0 takes any free one
    #[arg(
        long,
        value_name = "IP:PORT",
        default_value = "127.0.0.1:8182",
        value_parser = parse_listen,
        env = "NEPTUNE_SIM_LISTEN",
        hide_env_values = true
    )]
    pub(crate) listen: SocketAddr,
    /// Where the control API (/_sim) listens, over plain HTTP, or `off` [default: on the same port if only this machine reaches that
    /// and no fault takes it away, otherwise on a free one of 127.0.0.1]
    #[arg(
        long,
        value_name = "IP:PORT|off",
        value_parser = parse_control,
        env = "NEPTUNE_SIM_CONTROL",
        hide_env_values = true
    )]
    pub(crate) control: Option<ControlPlace>,
}

impl Addresses {
    /// Where everybody listens. The control API has a port of its own, unless it is told otherwise, if the cluster may shut the one that
    /// they would share.
    pub(crate) fn places(&self, spec: &ClusterSpec) -> Places {
        let unasked = || match ControlPlace::beside(self.listen) {
            ControlPlace::WithFirst if spec.may_shut_its_port() => ControlPlace::At((Ipv4Addr::LOCALHOST, 0).into()),
            place => place,
        };
        Places { listen: self.listen, control: self.control.unwrap_or_else(unasked) }
    }
}

/// Where everybody listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    pub(crate) listen: SocketAddr,
    pub(crate) control: ControlPlace,
}

fn parse_listen(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write an IP address and a port, `127.0.0.1:8182`, here or in NEPTUNE_SIM_LISTEN")
}

pub(super) fn parse_control(text: &str) -> Result<ControlPlace, String> {
    if text == "off" {
        return Ok(ControlPlace::Off);
    }
    let address = text.parse();
    let address = address.map_err(|_| "write an address such as `127.0.0.1:8183`, or `off`, here or in NEPTUNE_SIM_CONTROL")?;
    Ok(ControlPlace::At(address))
}
