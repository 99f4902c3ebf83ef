//! Runs one scenario: its steps against a target, its invocations through the real handler binaries.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use neptune_control::{Fault, FaultReport};
use neptune_report::Inconclusive;
use neptune_server::scenario::{Body, Claim, Invoke, Pace, Request, Scenario, Start, Step, Subject};
use neptune_text::count;
use serde_json::{Value, json};

use crate::aliases::Aliases;
use crate::backend::{Backend, ClusterState, Invoke as _, NothingSaid, Script, Visibility};
use crate::judge::{Ending, Evidence, Failure, holds, judge};
use crate::lambda::Invocation;
use crate::question::{Seen, seen, unlike_simulated};
use crate::timeline::Course;
use crate::verdict::about_verdicts;

/// The result of a scenario.
#[derive(Debug)]
pub struct Played {
    /// Assertions that do not hold, with their step.
    pub failures: Vec<(String, Failure)>,
    /// Assertions that hold, in the plan's words.
    pub held: Vec<String>,
    /// Why a step could not run at all: trouble of the harness or of the scenario, not an assertion that fails. The steps after
    /// it were left out, but for the clean-up.
    pub trouble: Option<String>,
    /// Why the result is inconclusive, if it is. Only on a live cluster.
    pub inconclusive: Option<Inconclusive>,
    /// Checks that were not made, as `assertion: subject`: the backend cannot see it, or only verdicts are judged. None for this project's own
    /// functions on a simulator.
    pub unseen: Vec<String>,
    /// The answers of each step that expects something, names instead of ids.
    pub answers: Vec<StepAnswers>,
    /// What it asks of Neptune, and which answers were seen. Empty if it is no question, or if the step that asks did not run.
    pub seen: Vec<Seen>,
    /// For the report: the cluster at the end, names instead of ids.
    pub state: ClusterState,
    /// For the report: the faults, and how often each fired.
    pub faults: Vec<FaultReport>,
    /// For the report: every request that reached Neptune, names instead of ids.
    pub requests: Vec<Value>,
    /// For the report: what the functions logged, names instead of ids.
    pub log: Vec<String>,
    /// For the report: what happened when, names instead of ids.
    pub timeline: Value,
    /// Where the cluster was.
    pub endpoint: String,
    /// What was measured, if a check is about a time.
    pub note: Option<String>,
}

/// What came back in one step.
#[derive(Debug)]
pub struct StepAnswers {
    /// `action[0]`
    pub step: String,
    /// The answers.
    pub heard: Heard,
}

/// The answers of a step, by their source.
#[derive(Debug)]
pub enum Heard {
    /// From a function: how each invocation ended.
    Function(String, Vec<Ending>),
    /// From Neptune, to requests of the scenario's own such as `GET /loader`: the replies, each as [`Evidence::replies`] has them.
    Neptune(String, Vec<Value>),
}

/// Runs the scenario on a backend that is there for it alone.
///
/// The clean-up runs whether or not the assertions hold.
///
/// # Errors
/// The backend does not describe the cluster at the end.
pub async fn play<B: Backend>(scenario: &Scenario, backend: &B) -> Result<Played> {
    let mut player = Player::new(scenario, backend);
    let trouble = player.sections().await.err();
    let (mut cluster, requests) = (backend.state().await?, backend.requests_since(0).await?);
    let timeline = player.timeline().await?;
    let Player { mut failures, held, mut faults, mut unseen, answers, seen, log, note, aliases, .. } = player;
    cluster.loads = cluster.loads.iter().map(|load| aliases.to_names(load)).collect();
    let requests = requests.iter().map(|request| aliases.to_names(request)).collect();
    let log = log.iter().map(|line| aliases.text_to_names(line)).collect();
    faults.extend(backend.faults().await?);
    // Steps that did not run could have sent requests that match.
    if trouble.is_none() && backend.under_test().is_given() {
        // A function may come to its verdict without the request that a fault was for.
        unseen.extend(idle(&faults).map(|failure| failure.because));
    } else if trouble.is_none() {
        failures.extend(idle(&faults).map(|failure| ("faults".to_owned(), failure)));
    }
    let mut inconclusive = trouble.as_ref().and_then(|error| error.downcast_ref::<NothingSaid>()).map(|said| said.reason);
    if inconclusive.is_none() && !failures.is_empty() {
        inconclusive = backend.excuse().await?;
    }
    let trouble = trouble.map(|error| aliases.text_to_names(&format!("{error:#}")));
    let endpoint = backend.endpoint().to_owned();
    Ok(Played {
        failures,
        held,
        trouble,
        inconclusive,
        unseen,
        answers,
        seen,
        state: cluster,
        faults,
        requests,
        log,
        timeline,
        endpoint,
        note,
    })
}

/// The faults that never fired. Such a scenario does not test what it seems to test.
fn idle(faults: &[FaultReport]) -> impl Iterator<Item = Failure> {
    let idle = faults.iter().filter(|report| report.fired == 0 && !report.fault.optional);
    idle.map(|report| {
        let because = match report.matched {
            0 => format!("`{}` never fired: no request came that it is for, or its time did not come", report.name),
            matched => {
                format!("`{}` never fired: it was for {} and let all of them pass", report.name, count(matched, "request"))
            }
        };
        Failure::unsaid("(a fault that is not `optional` never fired)", because)
    })
}

struct Player<'a, B: Backend> {
    scenario: &'a Scenario,
    backend: &'a B,
    aliases: Aliases,
    /// Loads whose start was refused, where that was to be expected.
    refused: BTreeSet<String>,
    functions: BTreeMap<String, B::Function>,
    failures: Vec<(String, Failure)>,
    held: Vec<String>,
    unseen: Vec<String>,
    /// Faults that were taken away, as they were then.
    faults: Vec<FaultReport>,
    answers: Vec<StepAnswers>,
    /// What the newest step got that sent requests and expects something.
    heard: Evidence,
    seen: Vec<Seen>,
    log: Vec<String>,
    note: Option<String>,
    /// When it began: what time there is where the backend has none.
    began: Instant,
    course: RefCell<Course>,
}

/// A function, and what the scenario calls it.
type Named<'a, B> = (&'a str, &'a <B as Backend>::Function);

impl<'a, B: Backend> Player<'a, B> {
    fn new(scenario: &'a Scenario, backend: &'a B) -> Self {
        let (aliases, refused, functions, failures, held, unseen, faults) = Default::default();
        let (answers, heard, seen, log, note) = Default::default();
        let (began, course) = (Instant::now(), Course::default());
        Self {
            scenario,
            backend,
            aliases,
            refused,
            functions,
            failures,
            held,
            unseen,
            faults,
            answers,
            heard,
            seen,
            log,
            note,
            began,
            course: RefCell::new(course),
        }
    }

    async fn sections(&mut self) -> Result<()> {
        let Script { setup, action, cleanup } = self.backend.script(self.scenario);
        let mut outcome = self.backend.prepare(self.scenario, &mut self.aliases).await;
        for (name, steps) in [("setup", setup), ("action", action)] {
            if outcome.is_ok() {
                outcome = self.steps(name, steps).await;
            }
        }
        if outcome.is_ok() {
            self.look_for_answers();
        }
        self.backend.before_cleanup(outcome.as_ref().err()).await;
        outcome.and(self.steps("cleanup", cleanup).await)
    }

    /// What the action has asked of Neptune is answered by its last step that expects something.
    fn look_for_answers(&mut self) {
        let Some(questions) = self.scenario.question() else { return };
        self.seen = seen(questions, &self.heard);
        if self.backend.visibility() == Visibility::Everything {
            let unlike = unlike_simulated(questions, &self.seen);
            self.failures.extend(unlike.map(|failure| ("question".to_owned(), failure)));
        }
    }

    async fn steps(&mut self, section: &str, steps: &[Step]) -> Result<()> {
        for (index, step) in steps.iter().enumerate() {
            let name = format!("{section}[{index}]");
            self.step(&name, step).await.with_context(|| format!("step {name} could not run"))?;
        }
        Ok(())
    }

    async fn step(&mut self, name: &str, step: &Step) -> Result<()> {
        self.backend.begin(name, step, &self.aliases);
        match step {
            // The start of this load was refused, so there is nothing to wait for or to cancel.
            Step::Wait { load, .. } | Step::Cancel(load) if self.refused.contains(load) => Ok(()),
            Step::Wait { load, until } => self.backend.wait(self.aliases.id(load), until).await,
            Step::Advance(by) => self.backend.advance(*by).await,
            Step::Cancel(load) => self.send(name, &Request::to("DELETE", format!("/loader/{load}")), None).await,
            Step::Neptune(availability) => self.backend.set_availability(availability).await,
            Step::Fault(fault) => self.backend.add_fault(&self.aimed(fault)).await,
            Step::ClearFault(name) => self.clear_fault(name.as_deref()).await,
            Step::Start(start) => self.send(name, &self.start_request(start), start.load.as_deref()).await,
            Step::Request(request) => self.send(name, request, None).await,
            Step::Invoke(invoke) => self.invoke(name, invoke).await,
        }
    }

    /// A fault with the id of the load that it names.
    fn aimed(&self, fault: &Fault) -> Fault {
        let mut fault = fault.clone();
        fault.on.load = fault.on.load.map(|load| self.aliases.id(&load).to_owned());
        fault
    }

    async fn clear_fault(&mut self, name: Option<&str>) -> Result<()> {
        let before = self.backend.faults().await?;
        self.backend.clear_fault(name).await?;
        let after = self.backend.faults().await?;
        self.faults.extend(before.into_iter().filter(|fault| !after.iter().any(|left| left.name == fault.name)));
        Ok(())
    }

    /// The time by the cluster's clock, in seconds; by our own since the scenario began, where that of the cluster cannot be seen.
    async fn now(&self) -> Result<f64> {
        Ok(self.backend.now().await?.unwrap_or_else(|| self.began.elapsed().as_secs_f64()))
    }

    async fn timeline(&self) -> Result<Value> {
        let (snapshot, now) = (self.backend.snapshot().await?, self.now().await?);
        Ok(self.course.borrow().timeline(snapshot, now, &self.aliases))
    }

    /// `POST /loader` as a client in the cluster's region would send it.
    fn start_request(&self, start: &Start) -> Request {
        let defaults = self.backend.start_defaults();
        let mut body = json!({
            "source": start.source,
            "format": start.format,
            "iamRoleArn": defaults.role,
            "region": self.scenario.region().unwrap_or(&defaults.region),
            "queueRequest": if start.queue { "TRUE" } else { "FALSE" },
            "dependencies": start.depends_on,
        });
        for (name, value) in &start.parameters {
            body[name] = value.clone();
        }
        let Start { query, headers, times, expect, .. } = start.clone();
        Request { query, headers, body: Body::Json(body), times, expect, ..Request::to("POST", "/loader") }
    }

    /// Sends a request, as often as it says. A load that it starts gets a name.
    async fn send(&mut self, name: &str, request: &Request, load: Option<&str>) -> Result<()> {
        let before = self.moment().await?;
        let (replies, slowest) = self.replies(request, load).await?;
        if let Some(load) = load {
            match replies[0]["body"]["payload"]["loadId"].as_str() {
                Some(id) => self.aliases.bind(load, id),
                None if request.expect.is_empty() => bail!("Neptune started no load: {}", replies[0]),
                None => drop(self.refused.insert(load.to_owned())),
            }
        }
        if request.expect.is_empty() {
            return replies.iter().try_for_each(must_succeed);
        }
        let replies: Vec<Value> = replies.iter().map(|reply| self.aliases.to_names(reply)).collect();
        let heard = Evidence { replies: replies.clone(), slowest, ..Evidence::default() };
        self.heard = heard.clone();
        self.judge(name, &request.expect, &self.since(before, heard).await?);
        let what = format!("{} {}", request.method, request.path);
        self.answers.push(StepAnswers { step: name.to_owned(), heard: Heard::Neptune(what, replies) });
        Ok(())
    }

    async fn replies(&self, request: &Request, load: Option<&str>) -> Result<(Vec<Value>, Duration)> {
        let request = self.with_ids(request);
        let (mut replies, mut slowest) = (Vec::new(), Duration::ZERO);
        for _ in 0..request.times {
            let started = Instant::now();
            replies.push(self.backend.exchange(&request, load).await?);
            slowest = slowest.max(started.elapsed());
        }
        Ok((replies, slowest))
    }

    fn with_ids(&self, request: &Request) -> Request {
        let segments: Vec<&str> = request.path.split('/').map(|segment| self.aliases.id(segment)).collect();
        let query = request.query.iter().map(|(name, value)| (name.clone(), self.aliases.id(value).to_owned()));
        let body = match &request.body {
            Body::Json(json) => Body::Json(self.aliases.to_ids(json)),
            other => other.clone(),
        };
        Request { path: segments.join("/"), query: query.collect(), body, ..request.clone() }
    }

    async fn invoke(&mut self, name: &str, invoke: &Invoke) -> Result<()> {
        if self.backend.invoked_by_user(invoke, &self.aliases).await? {
            return Ok(());
        }
        if !self.backend.under_test().has(&invoke.function) {
            self.unseen.push(format!("{name}: no command was given for {}", invoke.function));
            return Ok(());
        }
        let before = self.moment().await?;
        self.function(&invoke.function)?;
        let function = &self.functions[&invoke.function];
        let function = (invoke.function.as_str(), function);
        let invocations = match &invoke.pace {
            Pace::InTurn(events) => self.in_turn(function, events).await?,
            Pace::AtOnce(events) => self.at_once(function, events).await?,
            Pace::Poll { event, every, until, at_most } => {
                self.poll(function, event, *every, *at_most, |ending| holds(until, ending)).await?
            }
        };
        let heard = self.heard(&invocations);
        let endings = heard.endings.clone();
        let claims = self.claims(invoke);
        self.judge(name, &claims, &self.since(before, heard).await?);
        self.log.extend(invocations.into_iter().flat_map(|invocation| invocation.log));
        self.answers.push(StepAnswers { step: name.to_owned(), heard: Heard::Function(invoke.function.clone(), endings) });
        Ok(())
    }

    fn judge(&mut self, name: &str, claims: &[Claim], evidence: &Evidence) {
        if claims.iter().flat_map(|claim| &claim.checks).any(|check| check.subject == Subject::Took) {
            self.note = Some(format!("the slowest answer took {:.1} ms", evidence.slowest.as_secs_f64() * 1000.0));
        }
        let (claims, unseen) = in_view(claims, self.backend.visibility());
        self.unseen.extend(unseen);
        let failures = judge(&claims, evidence);
        let holds = |claim: &&Claim| !claim.checks.is_empty() && !failures.iter().any(|failure| failure.words == claim.words);
        for claim in claims.iter().filter(holds) {
            if !self.held.contains(&claim.words) {
                self.held.push(claim.words.clone());
            }
        }
        self.failures.extend(failures.into_iter().map(|failure| (name.to_owned(), failure)));
    }

    /// How Neptune stands before a step.
    async fn moment(&self) -> Result<Moment> {
        Ok(Moment { loads: self.backend.state().await?.loads, next_request: self.backend.next_request().await? })
    }

    /// What was heard, with what has happened at Neptune since.
    async fn since(&self, before: Moment, heard: Evidence) -> Result<Evidence> {
        let requests = self.backend.requests_since(before.next_request).await?;
        Ok(Evidence { requests, loads_before: before.loads, loads_after: self.backend.state().await?.loads, ..heard })
    }

    /// Makes the function ready, if this is its first use.
    fn function(&mut self, name: &str) -> Result<()> {
        if !self.functions.contains_key(name) {
            self.functions.insert(name.to_owned(), self.backend.function(name, self.scenario)?);
        }
        Ok(())
    }

    async fn in_turn(&self, function: Named<'_, B>, events: &[Value]) -> Result<Vec<Invocation>> {
        let mut invocations = Vec::new();
        for event in events {
            invocations.push(self.call(function, event).await?);
        }
        Ok(invocations)
    }

    async fn at_once(&self, function: Named<'_, B>, events: &[Value]) -> Result<Vec<Invocation>> {
        futures::future::try_join_all(events.iter().map(|event| self.call(function, event))).await
    }

    /// Invokes a function, and notes when that was and what came out.
    async fn call(&self, (name, function): Named<'_, B>, event: &Value) -> Result<Invocation> {
        let from = self.now().await?;
        let invocation = function.invoke(&self.aliases.to_ids(event)).await;
        let until = self.now().await?;
        self.course.borrow_mut().invoked(name, from, until, &self.ending(&invocation));
        Ok(invocation)
    }

    async fn poll(
        &self,
        function: Named<'_, B>,
        event: &Value,
        every: Duration,
        at_most: u32,
        is_last: impl Fn(&Evidence) -> bool,
    ) -> Result<Vec<Invocation>> {
        let at_most = self.backend.most_polls(at_most);
        let mut invocations = Vec::new();
        for _ in 0..at_most {
            let invocation = self.call(function, event).await?;
            let newest = Evidence { endings: vec![self.ending(&invocation)], ..Evidence::default() };
            invocations.push(invocation);
            if is_last(&newest) {
                return Ok(invocations);
            }
            self.backend.pause(every).await?;
        }
        let newest = invocations.last().map(|invocation| format!("; at last {}", self.ending(invocation))).unwrap_or_default();
        bail!("polled {}, and what to poll for did not come{newest}", neptune_report::count(at_most.into(), "time"))
    }

    fn heard(&self, invocations: &[Invocation]) -> Evidence {
        let lines = invocations.iter().flat_map(|invocation| &invocation.log);
        Evidence {
            endings: invocations.iter().map(|invocation| self.ending(invocation)).collect(),
            log: lines.filter_map(|line| serde_json::from_str(&self.aliases.text_to_names(line)).ok()).collect(),
            environments: invocations.iter().map(|invocation| invocation.environment).collect(),
            slowest: invocations.iter().map(|invocation| invocation.took).max().unwrap_or_default(),
            ..Evidence::default()
        }
    }

    fn ending(&self, invocation: &Invocation) -> Ending {
        match Ending::from(invocation) {
            Ending::Answered(answer) => Ending::Answered(self.aliases.to_names(&answer)),
            Ending::Raised(error) => Ending::Raised(self.aliases.to_names(&error)),
            broken @ Ending::Broken(_) => broken,
        }
    }

    /// What is expected here: on a live cluster some claims have another form, and perhaps only verdicts are judged.
    fn claims(&mut self, invoke: &Invoke) -> Vec<Claim> {
        let claims = claims_for(invoke, self.backend.visibility() != Visibility::Everything);
        if !self.backend.under_test().verdicts_only() {
            return claims;
        }
        let (claims, left_out) = about_verdicts(&invoke.function, &claims);
        self.unseen.extend(left_out);
        claims
    }
}

/// The checks that the backend can see, and the others in words.
fn in_view(claims: &[Claim], visibility: Visibility) -> (Vec<Claim>, Vec<String>) {
    let mut unseen = Vec::new();
    let seen = claims.iter().map(|claim| {
        let (checks, hidden): (Vec<_>, Vec<_>) =
            claim.checks.iter().cloned().partition(|check| visibility.includes(&check.subject));
        unseen.extend(hidden.iter().map(|check| format!("{}: {}", claim.words, check.spelling)));
        Claim { words: claim.words.clone(), checks }
    });
    (seen.collect(), unseen)
}

/// Whether any expectation of these steps can be checked on a live cluster.
pub fn shows_anything(action: &[Step], visibility: Visibility) -> bool {
    let shows =
        |claims: &[Claim]| claims.iter().flat_map(|claim| &claim.checks).any(|check| visibility.includes(&check.subject));
    action.iter().any(|step| match step {
        Step::Invoke(invoke) => shows(&claims_for(invoke, true)),
        other => shows(other.expect()),
    })
}

/// How Neptune stands at one moment.
struct Moment {
    loads: Vec<Value>,
    next_request: u64,
}

/// A request that nothing is expected of is there for its effect.
fn must_succeed(reply: &Value) -> Result<()> {
    match reply["http"].as_u64() {
        Some(200..=299) => Ok(()),
        _ => bail!("nothing is expected of the reply, and it is no success: {reply}"),
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
