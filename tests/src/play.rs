//! Plays one scenario: its steps against a target, its invocations through the real handler binaries.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use neptune_sim::scenario::{Claim, Invoke, Pace, Scenario, Step, Subject};
use serde_json::Value;

use crate::aliases::Aliases;
use crate::binaries::handler_binary;
use crate::judge::{Ending, Evidence, Failure, holds, judge};
use crate::lambda::{Deadline, Function, Invocation, Lambda};
use crate::target::{ClusterState, SimTarget, TargetKind};

/// What came of a scenario.
#[derive(Debug)]
pub struct Played {
    /// Assertions that do not hold, with the step they belong to.
    pub failures: Vec<(String, Failure)>,
    /// Why a step could not be played at all: trouble of the harness or of the scenario, not an assertion that fails. The steps after
    /// it were left out, but for the clean-up.
    pub trouble: Option<String>,
    /// The answers of each invocation step, names instead of ids.
    pub answers: Vec<StepAnswers>,
    /// For the report: the cluster at the end.
    pub state: ClusterState,
    /// For the report: every request that reached Neptune.
    pub requests: Vec<Value>,
    /// For the report: what the functions logged.
    pub log: Vec<String>,
    /// Where the cluster was.
    pub endpoint: String,
    /// What was measured, if a check looks at a time.
    pub note: Option<String>,
}

/// The answers of one invocation step.
#[derive(Debug)]
pub struct StepAnswers {
    /// `action[0]`
    pub step: String,
    /// The function.
    pub function: String,
    /// How each invocation ended.
    pub endings: Vec<Ending>,
}

/// Plays the scenario whose text this is.
///
/// The clean-up is played whether or not the assertions hold.
///
/// # Errors
/// The target cannot be started, or does not tell how it stands at the end.
pub async fn play(scenario: &Scenario, text: &str, kind: TargetKind) -> Result<Played> {
    let target = match kind {
        TargetKind::Sim => SimTarget::start(text).await?,
    };
    let mut scene = Player::new(scenario, &target, kind);
    let trouble = scene.sections().await.err().map(|error| format!("{error:#}"));
    let (state, requests) = (target.state().await?, target.requests().await?);
    let Player { failures, answers, log, note, .. } = scene;
    Ok(Played { failures, trouble, answers, state, requests, log, endpoint: target.endpoint().to_owned(), note })
}

struct Player<'a> {
    scenario: &'a Scenario,
    target: &'a SimTarget,
    kind: TargetKind,
    aliases: Aliases,
    functions: BTreeMap<String, Lambda>,
    failures: Vec<(String, Failure)>,
    answers: Vec<StepAnswers>,
    log: Vec<String>,
    note: Option<String>,
}

impl<'a> Player<'a> {
    fn new(scenario: &'a Scenario, target: &'a SimTarget, kind: TargetKind) -> Self {
        let mut aliases = Aliases::default();
        for id in scenario.scripted_loads() {
            aliases.bind(id.as_str(), id.as_str());
        }
        let (functions, failures, answers, log, note) = Default::default();
        Self { scenario, target, kind, aliases, functions, failures, answers, log, note }
    }

    async fn sections(&mut self) -> Result<()> {
        let scenario = self.scenario;
        let mut outcome = Ok(());
        for (name, steps) in [("setup", scenario.setup()), ("action", scenario.action())] {
            if outcome.is_ok() {
                outcome = self.steps(name, steps).await;
            }
        }
        outcome.and(self.steps("cleanup", scenario.cleanup()).await)
    }

    async fn steps(&mut self, section: &str, steps: &[Step]) -> Result<()> {
        for (index, step) in steps.iter().enumerate() {
            let name = format!("{section}[{index}]");
            self.step(&name, step).await.with_context(|| format!("step {name} could not be played"))?;
        }
        Ok(())
    }

    async fn step(&mut self, name: &str, step: &Step) -> Result<()> {
        match step {
            Step::Wait { load, until } => self.target.wait(self.aliases.id(load), until).await,
            Step::Advance(by) => self.target.advance(*by).await,
            Step::Cancel(load) => self.target.cancel_load(self.aliases.id(load)).await,
            Step::Neptune(availability) => self.target.set_availability(availability).await,
            Step::Start(start) => {
                let dependencies: Vec<String> = start.depends_on.iter().map(|load| self.aliases.id(load).to_owned()).collect();
                let region = self.scenario.region().unwrap_or("us-east-1");
                let id = self.target.start_load(start, region, &dependencies).await?;
                self.aliases.bind(&start.load, &id);
                Ok(())
            }
            Step::Invoke(invoke) => self.invoke(name, invoke).await,
        }
    }

    async fn invoke(&mut self, name: &str, invoke: &Invoke) -> Result<()> {
        let before = self.target.state().await?;
        let requests_before = self.target.requests().await?.len();
        self.function(&invoke.function)?;
        let function = &self.functions[&invoke.function];
        let invocations = match &invoke.pace {
            Pace::InTurn(events) => self.in_turn(function, events).await,
            Pace::AtOnce(events) => self.at_once(function, events).await,
            Pace::Poll { event, every, until, at_most } => {
                self.poll(function, event, *every, *at_most, |ending| holds(until, ending)).await?
            }
        };
        let after = self.target.state().await?;
        let requests = self.target.requests().await?.split_off(requests_before);
        let evidence = self.evidence(&invocations, requests, before, after);
        let claims = self.claims(invoke);
        if claims.iter().flat_map(|claim| &claim.checks).any(|check| check.subject == Subject::Took) {
            self.note = Some(format!("the slowest answer took {:.1} ms", evidence.slowest.as_secs_f64() * 1000.0));
        }
        self.failures.extend(judge(&claims, &evidence).into_iter().map(|failure| (name.to_owned(), failure)));
        self.log.extend(invocations.into_iter().flat_map(|invocation| invocation.log));
        let endings = evidence.endings;
        self.answers.push(StepAnswers { step: name.to_owned(), function: invoke.function.clone(), endings });
        Ok(())
    }

    /// Makes the function ready, if this is its first use.
    fn function(&mut self, name: &str) -> Result<()> {
        if !self.functions.contains_key(name) {
            let endpoint = ("NEPTUNE_ENDPOINT".to_owned(), self.target.endpoint().to_owned());
            let environment = [endpoint].into_iter().chain(self.scenario.environment().iter().cloned()).collect();
            let function = Function { name: name.to_owned(), binary: handler_binary(name)?, environment };
            self.functions.insert(name.to_owned(), Lambda::new(function, self.scenario.seed()));
        }
        Ok(())
    }

    async fn in_turn(&self, function: &Lambda, events: &[Value]) -> Vec<Invocation> {
        let mut invocations = Vec::new();
        for event in events {
            invocations.push(function.invoke(&self.aliases.to_ids(event), Deadline::default()).await);
        }
        invocations
    }

    async fn at_once(&self, function: &Lambda, events: &[Value]) -> Vec<Invocation> {
        let events: Vec<Value> = events.iter().map(|event| self.aliases.to_ids(event)).collect();
        futures::future::join_all(events.iter().map(|event| function.invoke(event, Deadline::default()))).await
    }

    async fn poll(
        &self,
        function: &Lambda,
        event: &Value,
        every: Duration,
        at_most: u32,
        is_last: impl Fn(&Evidence) -> bool,
    ) -> Result<Vec<Invocation>> {
        let event = self.aliases.to_ids(event);
        let mut invocations = Vec::new();
        for _ in 0..at_most {
            let invocation = function.invoke(&event, Deadline::default()).await;
            let newest = Evidence { endings: vec![self.ending(&invocation)], ..Evidence::default() };
            invocations.push(invocation);
            if is_last(&newest) {
                return Ok(invocations);
            }
            self.target.advance(every).await?;
        }
        let newest = invocations.last().map(|invocation| self.ending(invocation));
        bail!("polled {at_most} times, and what to poll for did not come; the newest ending is {newest:?}")
    }

    fn evidence(
        &self,
        invocations: &[Invocation],
        requests: Vec<Value>,
        before: ClusterState,
        after: ClusterState,
    ) -> Evidence {
        let lines = invocations.iter().flat_map(|invocation| &invocation.log);
        Evidence {
            endings: invocations.iter().map(|invocation| self.ending(invocation)).collect(),
            log: lines.filter_map(|line| serde_json::from_str(&self.aliases.text_to_names(line)).ok()).collect(),
            requests,
            loads_before: before.loads,
            loads_after: after.loads,
            environments: invocations.iter().map(|invocation| invocation.environment).collect(),
            slowest: invocations.iter().map(|invocation| invocation.took).max().unwrap_or_default(),
        }
    }

    fn ending(&self, invocation: &Invocation) -> Ending {
        match Ending::from(invocation) {
            Ending::Answered(answer) => Ending::Answered(self.aliases.to_names(&answer)),
            Ending::Raised(error) => Ending::Raised(self.aliases.to_names(&error)),
            broken @ Ending::Broken(_) => broken,
        }
    }

    /// What is expected here: on a live cluster some claims have another form.
    fn claims(&self, invoke: &Invoke) -> Vec<Claim> {
        claims_for(invoke, self.kind.is_live())
    }
}

fn claims_for(invoke: &Invoke, live: bool) -> Vec<Claim> {
    let here = |claim: &Claim| {
        let other = invoke.on_neptune.iter().find(|other| live && other.words == claim.words);
        other.unwrap_or(claim).clone()
    };
    invoke.expect.iter().map(here).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_cluster_is_judged_by_the_live_form_of_a_claim_and_by_all_others() {
        let claim = |words: &str, check: &str| format!("{words}: {{answer.status: {check}}}");
        let text = format!(
            "name: test_x\nabout: x\naction:\n  - invoke:\n      function: get_load_status\n      event: {{}}\n      expect:\n        {}\n        {}\n      on_neptune:\n        {}\n",
            claim("a", "ONE"),
            claim("b", "TWO"),
            claim("b", "LIVE"),
        );
        let scenario = Scenario::parse("x.yaml", &text).unwrap();
        let Step::Invoke(invoke) = &scenario.action()[0] else { panic!("an invocation") };
        let wanted = |live| {
            claims_for(invoke, live).into_iter().map(|claim| format!("{:?}", claim.checks[0].matchers)).collect::<Vec<_>>()
        };
        assert!(wanted(false)[1].contains("TWO"));
        assert!(wanted(true)[0].contains("ONE") && wanted(true)[1].contains("LIVE"));
    }
}
