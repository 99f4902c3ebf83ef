//! The command line of the program, which `cargo xtask` calls. People read the help of `cargo xtask`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(bin_name = "live")]
pub(crate) struct Flags {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    #[command(flatten)]
    OnCluster(OnCluster),
    /// Show what was validated
    Parity,
    /// Do all of it against a fake AWS
    Rehearse {
        /// Only cases whose name contains TEXT
        #[arg(long, value_name = "TEXT")]
        filter: Option<String>,
    },
}

/// What asks a cluster, or a fake AWS.
#[derive(Debug, Subcommand)]
pub(crate) enum OnCluster {
    /// Run scenarios
    Run(Run),
    /// Look whether a run would be let past the guards
    Doctor(Place),
    /// Remove what runs have left behind
    Sweep(Sweep),
}

impl OnCluster {
    /// Which cluster it is about.
    pub(crate) fn place(&self) -> &Place {
        match self {
            Self::Run(Run { place, .. }) | Self::Doctor(place) | Self::Sweep(Sweep { place, .. }) => place,
        }
    }
}

/// Which cluster, and how it is asked.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    /// The name of a profile
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: String,
    /// How the cluster is asked
    #[arg(long, value_enum, default_value_t = Via::Direct)]
    pub(crate) via: Via,
    /// A rehearsal: the addresses of the fake AWS, as JSON. The profile is then the path of a file
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) fake_aws: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) place: Place,
    /// How far the run goes
    #[arg(long, value_enum, default_value_t = Tier::Standard)]
    pub(crate) tier: Tier,
    /// Only scenarios whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Option<String>,
    /// Only show the plan
    #[arg(long)]
    pub(crate) plan: bool,
    /// Take less time than the profile allows
    #[arg(long, value_name = "TIME", value_parser = neptune_live::duration)]
    pub(crate) budget: Option<Duration>,
    /// The cluster's resource id, in full
    #[arg(long, value_name = "RESOURCE_ID")]
    pub(crate) yes: Option<String>,
    /// Open report.html in a browser at the end
    #[arg(long, conflicts_with = "plan")]
    pub(crate) open: bool,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) place: Place,
    /// Only show what would be removed
    #[arg(long)]
    pub(crate) plan: bool,
    /// The cluster's resource id, in full
    #[arg(long, value_name = "RESOURCE_ID")]
    pub(crate) yes: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Via {
    Direct,
    Tunnel,
    Lambda,
}

impl From<Via> for neptune_live::Via {
    fn from(via: Via) -> Self {
        match via {
            Via::Direct => Self::Direct,
            Via::Tunnel => Self::Tunnel,
            Via::Lambda => Self::Lambda,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tier {
    Probe,
    Standard,
    Faults,
}

impl From<Tier> for neptune_live::Tier {
    fn from(tier: Tier) -> Self {
        match tier {
            Tier::Probe => Self::Probe,
            Tier::Standard => Self::Standard,
            Tier::Faults => Self::Faults,
        }
    }
}
