//! Where everybody listens: what can be said about it on the command line and in the environment. What the one says beats the other.

use std::net::{Ipv4Addr, SocketAddr};

use clap::Args;
use neptune_sim::{ClusterSpec, ControlPlace, PortRange};

/// Where a simulator is to listen.
#[derive(Debug, Args)]
pub(crate) struct Listening {
    #[command(flatten)]
    pub(crate) addresses: Addresses,
    /// Which ports clusters take that the control API adds, each the first that is free: `8200-8215`. A container publishes these [default:
    /// any]
    #[arg(long, value_name = "FIRST-LAST", env = "NEPTUNE_SIM_CLUSTER_PORTS", hide_env_values = true)]
    cluster_ports: Option<PortRange>,
}

/// Where cluster and control API listen.
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

impl Listening {
    /// Where everybody listens. The control API has a port of its own, unless it is told otherwise, if the cluster may shut the one that
    /// they would share.
    pub(crate) fn places(&self, spec: &ClusterSpec) -> Places {
        let Addresses { listen, control } = self.addresses;
        let unasked = || match ControlPlace::beside(listen) {
            ControlPlace::WithFirst if spec.may_shut_its_port() => ControlPlace::At((Ipv4Addr::LOCALHOST, 0).into()),
            place => place,
        };
        Places { listen, control: control.unwrap_or_else(unasked), cluster_ports: self.cluster_ports }
    }
}

/// Where everybody listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places {
    pub(crate) listen: SocketAddr,
    pub(crate) control: ControlPlace,
    pub(crate) cluster_ports: Option<PortRange>,
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
