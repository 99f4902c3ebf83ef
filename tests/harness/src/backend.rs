//! The interface to the place where a scenario runs: one [`Backend`] for each scenario, with everything that a step can ask of it.
//!
//! The simulator ([`SimBackend`](crate::sim::SimBackend)) shows everything and holds its clock still. A container with the simulator is the
//! same, reached elsewhere. A live cluster shows little, and time there passes by itself. A backend acts and observes; it never judges.
//!
//! A new backend says where Neptune is, runs functions, sends requests and waits for loads. What it cannot do keeps the method that is
//! given: the scenario then fails with that reason, or the check is reported as not visible.
//!
//! ```
//! use std::time::Duration;
//!
//! use anyhow::{Result, bail};
//! use neptune_harness::backend::{Backend, StartDefaults, Visibility};
//! use neptune_harness::lambda::Lambda;
//! use neptune_harness::play::play;
//! use neptune_server::scenario::{Request, Scenario};
//! use serde_json::{Value, json};
//!
//! /// A Neptune that answers everything from memory.
//! struct Canned(Value);
//!
//! impl Backend for Canned {
//!     type Function = Lambda;
//!
//!     fn visibility(&self) -> Visibility {
//!         Visibility::Client
//!     }
//!
//!     fn endpoint(&self) -> &str {
//!         "memory"
//!     }
//!
//!     fn start_defaults(&self) -> StartDefaults {
//!         StartDefaults { role: "arn:aws:iam::123456789012:role/x".to_owned(), region: "us-east-1".to_owned() }
//!     }
//!
//!     fn function(&self, name: &str, _: &Scenario) -> Result<Lambda> {
//!         bail!("nothing runs `{name}` here")
//!     }
//!
//!     async fn wait(&self, _load_id: &str, _until: &str) -> Result<()> {
//!         Ok(())
//!     }
//!
//!     async fn pause(&self, _every: Duration) -> Result<()> {
//!         Ok(())
//!     }
//!
//!     async fn exchange(&self, _: &Request, _load: Option<&str>) -> Result<Value> {
//!         Ok(json!({"http": 200, "body": self.0}))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! let scenario = Scenario::parse("x.yaml", "
//! name: test_x
//! about: one request
//! action:
//!   - request: {path: /loader, expect: {it is well: {reply.body.status: 200 OK}, nothing queues: {loads: {length: 0}}}}
//! ")?;
//! let played = play(&scenario, &Canned(json!({"status": "200 OK"}))).await?;
//! assert!(played.failures.is_empty());
//! assert_eq!(played.unseen, ["nothing queues: loads"]);
//!
//! let played = play(&scenario, &Canned(json!({"status": "busy"}))).await?;
//! assert_eq!(played.failures[0].1.because, r#"reply.body.status: expected "200 OK", got "busy""#);
//! # Ok(())
//! # }
//! ```

#![expect(async_fn_in_trait, reason = "a scenario runs on one thread with a backend of a known type: no caller needs a bound")]

use std::time::Duration;

use anyhow::{Result, bail};
use neptune_control::{Fault, FaultReport};
use neptune_report::Inconclusive;
use neptune_server::Availability;
use neptune_server::scenario::{Invoke as Invocations, Request, Scenario, Step, Subject};
use serde_json::Value;

use crate::aliases::Aliases;
use crate::lambda::{Deadline, Invocation, Lambda};
use crate::under_test::{Deployed, UnderTest};

/// A Neptune cluster, as one scenario uses it, and the functions in front of it.
pub trait Backend {
    /// A function that has this Neptune.
    type Function: Invoke;

    /// How much of what happens can be observed. Checks of anything else are skipped and reported.
    fn visibility(&self) -> Visibility;

    /// What is tested, and how strictly. Unless this is overridden, this project's own functions in every respect.
    fn under_test(&self) -> &UnderTest {
        UnderTest::OURS
    }

    /// Where the functions find Neptune: `http://127.0.0.1:8182`. Snapshots hide it.
    fn endpoint(&self) -> &str;

    /// What a start request says where its scenario does not.
    fn start_defaults(&self) -> StartDefaults;

    /// The function of this name, for this scenario. It is called once for each function.
    ///
    /// # Errors
    /// The function is not built, or not deployed.
    fn function(&self, name: &str, scenario: &Scenario) -> Result<Self::Function>;

    /// Waits until a load has a status, or has ended if `until` is `finished`.
    ///
    /// # Errors
    /// The load never has it, or it cannot be observed ([`NothingSaid`]).
    async fn wait(&self, load_id: &str, until: &str) -> Result<()>;

    /// Lets time pass between two invocations of a poll.
    ///
    /// # Errors
    /// The clock cannot be moved.
    async fn pause(&self, every: Duration) -> Result<()>;

    /// Sends a request as a client would, and gives the reply: `http`, `headers`, `text` and, if the text is JSON, `body`; or `error` if no
    /// reply came. `load` is the scenario's name of the load that the request is to start, if it is to start one.
    ///
    /// # Errors
    /// Such a request cannot be sent.
    async fn exchange(&self, request: &Request, load: Option<&str>) -> Result<Value>;

    /// The steps of the scenario that run here: all of them, unless this is overridden.
    fn script<'a>(&'a self, scenario: &'a Scenario) -> Script<'a> {
        Script { setup: scenario.setup(), action: scenario.action(), cleanup: scenario.cleanup() }
    }

    /// Starts the scenario's scripted loads, and binds their names to their ids. Unless this is overridden, the id of each is its name.
    ///
    /// # Errors
    /// A load is not accepted.
    async fn prepare(&self, scenario: &Scenario, aliases: &mut Aliases) -> Result<()> {
        for id in scenario.scripted_loads() {
            aliases.bind(id.as_str(), id.as_str());
        }
        Ok(())
    }

    /// Learns which step runs next, `setup[0]`, to show it. Unless this is overridden, nothing is shown.
    fn begin(&self, _place: &str, _step: &Step, _aliases: &Aliases) {}

    /// Returns when a user has invoked the function in place of the harness, and then `true`. Unless this is overridden, the harness invokes it.
    ///
    /// # Errors
    /// The user has ended the scenario.
    async fn invoked_by_user(&self, _invoke: &Invocations, _aliases: &Aliases) -> Result<bool> {
        Ok(false)
    }

    /// Returns when the clean-up may begin. `trouble` is why a step before it could not run, if so. Unless this is overridden, that is at once.
    async fn before_cleanup(&self, _trouble: Option<&anyhow::Error>) {}

    /// The largest number of polls, where the scenario allows `at_most`.
    fn most_polls(&self, at_most: u32) -> u32 {
        at_most
    }

    /// Moves the cluster's clock.
    ///
    /// # Errors
    /// The clock cannot be moved.
    async fn advance(&self, by: Duration) -> Result<()> {
        bail!("the clock of {} cannot be moved by {} s", self.endpoint(), by.as_secs())
    }

    /// Makes Neptune reachable or not.
    ///
    /// # Errors
    /// The backend cannot do that.
    async fn set_availability(&self, availability: &Availability) -> Result<()> {
        bail!("{} cannot be made to be `{}`", self.endpoint(), availability.word())
    }

    /// Adds a fault. The load in it is an id.
    ///
    /// # Errors
    /// The backend cannot do that.
    async fn add_fault(&self, _fault: &Fault) -> Result<()> {
        bail!("{} takes no faults", self.endpoint())
    }

    /// Removes the fault of this name, or every fault.
    ///
    /// # Errors
    /// There is no fault of this name.
    async fn clear_fault(&self, _name: Option<&str>) -> Result<()> {
        bail!("{} takes no faults", self.endpoint())
    }

    /// The faults in place, and how often each was applied.
    ///
    /// # Errors
    /// The backend does not answer.
    async fn faults(&self) -> Result<Vec<FaultReport>> {
        Ok(Vec::new())
    }

    /// The cluster's time and loads. Only [`Visibility::Everything`] includes them.
    ///
    /// # Errors
    /// The backend does not answer.
    async fn state(&self) -> Result<ClusterState> {
        Ok(ClusterState::default())
    }

    /// The seconds since the cluster began, by its clock. Unless this is overridden, that cannot be seen.
    ///
    /// # Errors
    /// The backend does not answer.
    async fn now(&self) -> Result<Option<f64>> {
        Ok(None)
    }

    /// The cluster as it is now, for the page of a report: what the control API of a simulator answers as its snapshot. Unless this is
    /// overridden, nothing of it can be seen.
    ///
    /// # Errors
    /// The backend does not answer.
    async fn snapshot(&self) -> Result<Option<Value>> {
        Ok(None)
    }

    /// The number that the next request to the cluster will have.
    ///
    /// # Errors
    /// The backend does not answer.
    async fn next_request(&self) -> Result<u64> {
        Ok(0)
    }

    /// The requests that have reached the cluster, from this number on.
    ///
    /// # Errors
    /// The backend does not answer.
    async fn requests_since(&self, _since: u64) -> Result<Vec<Value>> {
        Ok(Vec::new())
    }

    /// Why a failed assertion proves nothing here, if that is so: a state that was to be observed may already be over.
    ///
    /// # Errors
    /// The backend does not answer.
    async fn excuse(&self) -> Result<Option<Inconclusive>> {
        Ok(None)
    }
}

/// A function, wherever it runs.
pub trait Invoke {
    /// Invokes it, and waits for the outcome.
    async fn invoke(&self, event: &Value) -> Invocation;
}

impl Invoke for Lambda {
    async fn invoke(&self, event: &Value) -> Invocation {
        Self::invoke(self, event, Deadline::default()).await
    }
}

impl Invoke for Deployed {
    async fn invoke(&self, event: &Value) -> Invocation {
        Self::invoke(self, event).await
    }
}

/// What a start request says where its scenario does not.
#[derive(Clone, Debug)]
pub struct StartDefaults {
    /// The ARN of the role that reads the bucket.
    pub role: String,
    /// The region of the bucket.
    pub region: String,
}

impl StartDefaults {
    /// A role and a region for a simulator. No AWS account has this role.
    pub fn made_up() -> Self {
        Self { role: "arn:aws:iam::123456789012:role/NeptuneLoadFromS3".to_owned(), region: "us-east-1".to_owned() }
    }
}

/// The steps that run.
#[derive(Clone, Copy, Debug)]
pub struct Script<'a> {
    /// What happens before the invocations.
    pub setup: &'a [Step],
    /// The invocations.
    pub action: &'a [Step],
    /// What happens afterwards, whether or not the assertions hold.
    pub cleanup: &'a [Step],
}

/// How much of what happens can be observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All of it.
    Everything,
    /// Neptune through a proxy: the requests, but not what loads do by themselves.
    Proxy,
    /// What a client of Neptune and a caller of the function see.
    Client,
    /// What a caller of a deployed function sees.
    Caller,
}

impl Visibility {
    /// Whether a check of this subject can be decided.
    pub fn includes(self, subject: &Subject) -> bool {
        match subject {
            Subject::Loads => self == Self::Everything,
            Subject::Requests | Subject::Request(_) => matches!(self, Self::Everything | Self::Proxy),
            Subject::Log | Subject::Environments => self != Self::Caller,
            Subject::Answer(..) | Subject::Answers | Subject::Raised(_) | Subject::Reply(_) | Subject::Took => true,
        }
    }
}

/// The cluster's time and loads, for assertions and reports.
#[derive(Clone, Debug, Default)]
pub struct ClusterState {
    /// The time by the cluster's clock, readable.
    pub now: String,
    /// Every load with its history, as the backend describes it.
    pub loads: Vec<Value>,
}

/// The error of a step that shows neither success nor failure. It ends the scenario as inconclusive.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {details}", .reason.as_str())]
pub struct NothingSaid {
    /// Why.
    pub reason: Inconclusive,
    /// What was observed.
    pub details: String,
}
