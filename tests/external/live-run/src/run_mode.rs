//! The mode of a run: on a real cluster, or as a rehearsal on this machine. Each mode reaches its own endpoints only.

use std::marker::PhantomData;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::{Context, Result};
use neptune_live::guard::{Live, Rehearsal, RunPermit};
use neptune_live::{Finding, Ledger, LedgerError, Profile, Via};

use neptune_fake_aws::Services;

/// A mode of runs.
pub trait RunMode: Sized {
    /// What answers the run, for its report.
    const KIND: neptune_live::report::RunKind;

    /// Writes down that a scenario was validated, if this mode validates anything.
    ///
    /// # Errors
    /// The ledger cannot be written.
    fn validated(permit: &RunPermit<Self>, ledger: &mut Ledger, finding: Finding) -> Result<(), LedgerError>;
}

impl RunMode for Live {
    const KIND: neptune_live::report::RunKind = neptune_live::report::RunKind::Live;

    fn validated(permit: &RunPermit<Self>, ledger: &mut Ledger, finding: Finding) -> Result<(), LedgerError> {
        ledger.record(permit, finding)
    }
}

/// A rehearsal says nothing about Neptune.
impl RunMode for Rehearsal {
    const KIND: neptune_live::report::RunKind = neptune_live::report::RunKind::Rehearsal;

    fn validated(_: &RunPermit<Self>, _: &mut Ledger, _: Finding) -> Result<(), LedgerError> {
        Ok(())
    }
}

/// What is around a run. Those of a live run are AWS's own, whatever any file or variable says; those of a rehearsal are on this machine.
#[derive(Clone, Debug)]
pub struct AwsEndpoints<O> {
    services: Option<Services>,
    mode: PhantomData<O>,
}

impl AwsEndpoints<Live> {
    /// AWS. Only Amazon's own roots are trusted.
    pub fn aws() -> Self {
        Self { services: None, mode: PhantomData }
    }
}

impl AwsEndpoints<Rehearsal> {
    /// A fake AWS, whose addresses a file holds.
    ///
    /// # Errors
    /// The file cannot be read, or an address is not on this machine.
    pub fn fake_aws(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let services: Services =
            serde_json::from_str(&text).with_context(|| format!("{} names no fake AWS", file.display()))?;
        services.are_here()?;
        Ok(Self { services: Some(services), mode: PhantomData })
    }
}

impl<O> AwsEndpoints<O> {
    /// The fake AWS, if there is one.
    pub(super) fn services(&self) -> Option<&Services> {
        self.services.as_ref()
    }

    /// Where the cluster is connected to, if not where its name leads.
    ///
    /// # Errors
    /// A tunnel is asked for, and the profile has none.
    pub(super) fn connect_to(&self, profile: &Profile, via: Via) -> Result<Option<SocketAddr>> {
        match (&self.services, via) {
            (Some(services), _) => Ok(Some(services.cluster)),
            (None, Via::Direct) => Ok(None),
            (None, Via::Tunnel) => {
                let remedy =
                    "`--via tunnel` needs `tunnel = \"127.0.0.1:PORT\"` in the profile: the address where the tunnel listens";
                profile.tunnel.map(Some).context(remedy)
            }
            // Deployed functions start no loads. What does goes the way that the profile has.
            (None, Via::Lambda) => Ok(profile.tunnel),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;
    use neptune_fake_aws::profile_text;

    fn fake_aws(change: impl FnOnce(&mut Value)) -> Result<AwsEndpoints<Rehearsal>> {
        let mut services = json!({
            "cluster": "127.0.0.1:8182",
            "sts": "https://localhost:1/",
            "neptune": "https://127.0.0.1:2/",
            "s3": "https://[::1]:3/",
            "lambda": "https://localhost:4/",
            "ca_file": "ca.pem",
        });
        change(&mut services);
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), services.to_string())?;
        AwsEndpoints::fake_aws(file.path())
    }

    #[test]
    fn a_rehearsal_reaches_what_is_on_this_machine() {
        assert!(fake_aws(|_| ()).unwrap().services().is_some());
    }

    #[rstest]
    #[case::a_cluster("cluster", "10.0.0.7:8182", "10.0.0.7:8182 is not on this machine")]
    #[case::a_real_s3(
        "s3",
        "https://s3.eu-west-1.amazonaws.com/",
        "https://s3.eu-west-1.amazonaws.com/ is not on this machine"
    )]
    #[case::a_name_that_looks_like_it("sts", "https://localhost.example/", "https://localhost.example/ is not on this machine")]
    fn a_rehearsal_reaches_this_machine_only(#[case] key: &str, #[case] address: &str, #[case] complaint: &str) {
        let error = fake_aws(|services| services[key] = address.into()).unwrap_err().to_string();
        assert!(error.starts_with(complaint), "{error}");
    }

    #[test]
    fn a_live_run_has_no_fake_aws_whatever_anybody_says() {
        assert!(AwsEndpoints::<Live>::aws().services().is_none());
    }

    #[rstest]
    #[case::direct(Via::Direct, None)]
    #[case::tunnel(Via::Tunnel, Some("127.0.0.1:8182"))]
    #[case::deployed_functions(Via::Lambda, Some("127.0.0.1:8182"))]
    fn a_live_run_goes_the_way_that_is_chosen(#[case] via: Via, #[case] address: Option<&str>) {
        let profile = profile_text().replace("# tunnel =", "tunnel =");
        let profile = Profile::parse("sandbox.toml", &profile).unwrap();
        let expected = address.map(|address| address.parse().unwrap());
        assert_eq!(AwsEndpoints::aws().connect_to(&profile, via).unwrap(), expected);
    }

    #[test]
    fn a_tunnel_that_the_profile_does_not_have_says_what_to_write() {
        let profile = Profile::parse("sandbox.toml", &profile_text()).unwrap();
        let error = AwsEndpoints::aws().connect_to(&profile, Via::Tunnel).unwrap_err().to_string();
        assert!(error.starts_with("`--via tunnel` needs `tunnel = \"127.0.0.1:PORT\"` in the profile"), "{error}");
    }
}
