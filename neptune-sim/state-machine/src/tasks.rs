//! What stands behind the tasks of a state machine: functions, an event bus, other services, and whoever follows the clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, future};

use futures::future::BoxFuture;
use neptune_harness::lambda::{Deadline, Lambda};
use serde_json::Value;
use tokio::sync::watch;

use crate::reply::{Reply, ReplyKind};

/// How many calls are kept, from the first: more than an execution of 25,000 events can have.
const KEPT_CALLS: usize = 10_000;
/// How many bytes of an event or an answer are kept: what Step Functions passes on at most.
const KEPT_BYTES: usize = 256 * 1024;

type Closure = dyn Fn(Value) -> BoxFuture<'static, Reply> + Send + Sync;
type OnTime = dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync;

/// How far an execution has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many functions it has called.
    pub calls: u64,
    /// When the last of these calls began, in real time.
    pub last_call: Option<Instant>,
    /// How many events its history had at the last call, or when time passed last.
    pub events: u64,
}

/// What stands behind the tasks of an execution. Clones share what was called.
#[derive(Clone, Default)]
pub struct Tasks {
    functions: BTreeMap<String, Function>,
    replies: BTreeMap<(String, u64), Reply>,
    failing_events: Vec<u64>,
    services: BTreeMap<String, String>,
    on_time: Option<Arc<OnTime>>,
    takes_real_time: bool,
    /// Received by each open call that may be ended.
    hanging: watch::Sender<()>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Clone)]
enum Function {
    Closure(Arc<Closure>),
    Lambda(Arc<Lambda>, Duration),
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name of the function.
    pub function: String,
    /// Its event; `null` if it is larger than 256 KiB.
    pub event: Value,
    /// How it ended. An answer that is larger than 256 KiB is `null` here.
    pub reply: Reply,
}

/// The call of a function that says most of where an execution is, or how it has ended.
#[derive(Clone, Debug, PartialEq)]
pub enum LastCall {
    /// It has not ended. Of several, the one that began first.
    Open {
        /// The name of the function.
        function: String,
        /// How long it runs already, in real time.
        runs: Duration,
    },
    /// It was the last that has ended, and none is open.
    Ended {
        /// The name of the function; of one that is not there, how the task named it.
        function: String,
        /// How it ended. An answer that is larger than 256 KiB is `null` here.
        reply: Reply,
    },
}

#[derive(Debug, Default)]
struct Seen {
    calls: Vec<Call>,
    /// Those that have not ended, by their numbers.
    open: BTreeMap<u64, (String, Instant)>,
    last: Option<(String, Reply)>,
    counts: BTreeMap<String, u64>,
    put_events: Vec<Value>,
    puts: u64,
    progress: Progress,
    log: Vec<String>,
}

impl Seen {
    fn last_end(&self) -> Option<LastCall> {
        self.last.clone().map(|(function, reply)| LastCall::Ended { function, reply })
    }
}

impl Tasks {
    /// With a function, by its name. It is given the event of each call.
    #[must_use]
    pub fn function<F>(mut self, name: &str, function: impl Fn(Value) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        let closure = move |event| -> BoxFuture<'static, Reply> { Box::pin(function(event)) };
        self.functions.insert(name.to_owned(), Function::Closure(Arc::new(closure)));
        self
    }

    /// With a function whose processes run here, by its name. Each call has this time limit, in real time.
    #[must_use]
    pub fn lambda(mut self, name: &str, lambda: Arc<Lambda>, limit: Duration) -> Self {
        self.functions.insert(name.to_owned(), Function::Lambda(lambda, limit));
        self
    }

    /// Lets a call of a function that has processes here take the virtual time that it really takes, in whole seconds. Default: none.
    ///
    /// A call that really takes as long as the `TimeoutSeconds` of its task is ended, and the task fails with `States.Timeout`.
    #[must_use]
    pub fn in_real_time(mut self) -> Self {
        self.takes_real_time = true;
        self
    }

    /// With a reply to a call of a function, counted from 1, which then does not reach the function.
    #[must_use]
    pub fn reply_to_call(mut self, name: &str, number: u64, reply: Reply) -> Self {
        self.replies.insert((name.to_owned(), number), reply);
        self
    }

    /// Lets a call of `events:putEvents` fail, counted from 1: the event bus takes none of its entries.
    #[must_use]
    pub fn fail_events(mut self, number: u64) -> Self {
        self.failing_events.push(number);
        self
    }

    /// With another service of AWS, by its name in AWS's SDKs, at this URL. Only [`EngineKind::Moto`](crate::EngineKind::Moto) calls any.
    #[must_use]
    pub fn service(mut self, name: &str, url: &str) -> Self {
        self.services.insert(name.to_owned(), url.to_owned());
        self
    }

    /// Follows the clock: called with each time that passes, in whole milliseconds. The execution goes on when the future ends.
    #[must_use]
    pub fn on_time<F>(mut self, on_time: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.on_time = Some(Arc::new(move |passed| -> BoxFuture<'static, ()> { Box::pin(on_time(passed)) }));
        self
    }

    /// The names of the functions.
    pub fn names(&self) -> Vec<&str> {
        self.functions.keys().map(String::as_str).collect()
    }

    /// The calls of functions so far, in the order of their ends; the first 10,000.
    pub fn calls(&self) -> Vec<Call> {
        self.seen().calls.clone()
    }

    /// The call that is open, or else the last that has ended; `None` before the first.
    pub fn last_call(&self) -> Option<LastCall> {
        let seen = self.seen();
        let open = seen.open.values().next().cloned();
        let open = open.map(|(function, began)| LastCall::Open { function, runs: began.elapsed() });
        open.or_else(|| seen.last_end())
    }

    /// The last call that has ended, whether or not another is open.
    pub fn last_end(&self) -> Option<LastCall> {
        self.seen().last_end()
    }

    /// How often a function was called so far.
    pub fn count(&self, function: &str) -> u64 {
        self.seen().counts.get(function).copied().unwrap_or_default()
    }

    /// How far the execution has come.
    pub fn progress(&self) -> Progress {
        self.seen().progress
    }

    /// Ends the open calls whose task has a `TimeoutSeconds` that is shorter than the time limit of the function, as if the whole of it had
    /// passed: the clock jumps there, and the task fails with `States.Timeout`. Returns whether there was any.
    pub fn end_hanging_calls(&self) -> bool {
        self.hanging.send(()).is_ok()
    }

    /// The entries that `events:putEvents` has put on a bus so far, as the service gets them.
    pub fn put_events(&self) -> Vec<Value> {
        self.seen().put_events.clone()
    }

    /// What the process wrote to its log in the last call of a function that has processes here.
    pub fn last_log(&self) -> Vec<String> {
        self.seen().log.clone()
    }

    pub(crate) fn services(&self) -> &BTreeMap<String, String> {
        &self.services
    }

    /// The history of the execution has so many events.
    pub(crate) fn note_events(&self, events: u64) {
        self.seen().progress.events = events;
    }

    pub(crate) async fn pass(&self, time: Duration) {
        if let Some(on_time) = &self.on_time {
            on_time(time).await;
        }
    }

    /// Calls a function, for a task that has this virtual time left; `None` if there is none of this name.
    pub(crate) async fn call(&self, name: &str, event: Value, task: Option<Duration>) -> Option<Reply> {
        let function = self.functions.get(name)?;
        let (call, number) = {
            let (mut seen, now) = (self.seen(), Instant::now());
            seen.progress.calls += 1;
            seen.progress.last_call = Some(now);
            let call = seen.progress.calls;
            seen.open.insert(call, (name.to_owned(), now));
            let count = seen.counts.entry(name.to_owned()).or_default();
            *count += 1;
            (call, *count)
        };
        let reply = match (self.replies.get(&(name.to_owned(), number)), function) {
            (Some(reply), _) => reply.clone(),
            (None, Function::Closure(closure)) => closure(event.clone()).await,
            (None, Function::Lambda(lambda, limit)) => self.invoke(lambda, &event, *limit, task).await,
        };
        self.seen().open.remove(&call);
        self.keep(name, event, reply.clone());
        Some(reply)
    }

    /// Invokes a function that has this time limit, unless the time of its task is over before.
    async fn invoke(&self, lambda: &Lambda, event: &Value, limit: Duration, task: Option<Duration>) -> Reply {
        let mut ended_by_task = None;
        let task_ends = async {
            match task.filter(|task| *task < limit) {
                Some(task) => {
                    self.end_of_task(task).await;
                    ended_by_task = Some(task);
                }
                None => future::pending().await,
            }
        };
        let invocation = lambda.invoke_until(event, Deadline::In(limit), task_ends).await;
        self.seen().log = invocation.log;
        match ended_by_task {
            Some(task) => Reply::timed_out(task),
            None if self.takes_real_time => {
                Reply::of(invocation.outcome, limit).taking(Duration::from_secs(invocation.took.as_secs()))
            }
            None => Reply::of(invocation.outcome, limit),
        }
    }

    /// Returns when a task has no time left, or its call is taken to hang.
    async fn end_of_task(&self, left: Duration) {
        let mut hanging = self.hanging.subscribe();
        let passes = async { if self.takes_real_time { tokio::time::sleep(left).await } else { future::pending().await } };
        tokio::select! {
            () = passes => {}
            _ = hanging.changed() => {}
        }
    }

    fn keep(&self, name: &str, event: Value, mut reply: Reply) {
        let mut seen = self.seen();
        if let ReplyKind::Answer(answer) = &mut reply.kind {
            *answer = small(std::mem::take(answer));
        }
        seen.last = Some((name.to_owned(), reply.clone()));
        if seen.calls.len() < KEPT_CALLS {
            seen.calls.push(Call { function: name.to_owned(), event: small(event), reply });
        }
    }

    /// Notes a call of a function that is not there.
    pub(crate) fn note_refusal(&self, name: &str, reply: &Reply) {
        self.seen().last = Some((name.to_owned(), reply.clone()));
    }

    /// Puts entries on the bus; returns whether it took them.
    pub(crate) fn put(&self, entries: Vec<Value>) -> bool {
        let mut seen = self.seen();
        seen.puts += 1;
        let takes = !self.failing_events.contains(&seen.puts);
        if takes && seen.put_events.len() < KEPT_CALLS {
            seen.put_events.extend(entries);
        }
        takes
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn small(value: Value) -> Value {
    if value.to_string().len() > KEPT_BYTES { Value::Null } else { value }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("functions", &self.names()).field("services", &self.services).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn the_last_call_is_the_open_one_and_then_the_one_that_ended() {
        let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let receiver = Arc::new(tokio::sync::Mutex::new(Some(receiver)));
        let tasks = Tasks::default().function("quick", async |_| Reply::killed()).function("slow", move |_| {
            let receiver = Arc::clone(&receiver);
            async move {
                let _ = receiver.lock().await.take().unwrap().await;
                Reply::answer(json!(1))
            }
        });
        assert_eq!(tasks.last_call(), None);
        let slow = tokio::spawn({
            let tasks = tasks.clone();
            async move { tasks.call("slow", Value::Null, None).await }
        });
        while tasks.last_call().is_none() {
            tokio::task::yield_now().await;
        }
        tasks.call("quick", Value::Null, None).await.unwrap();
        assert!(matches!(tasks.last_call(), Some(LastCall::Open { function, .. }) if function == "slow"));
        let quick = LastCall::Ended { function: "quick".into(), reply: Reply::killed() };
        assert_eq!(tasks.last_end(), Some(quick));
        sender.send(()).unwrap();
        slow.await.unwrap().unwrap();
        let ended = LastCall::Ended { function: "slow".into(), reply: Reply::answer(json!(1)) };
        assert_eq!((tasks.last_call(), tasks.last_end()), (Some(ended.clone()), Some(ended)));
    }

    #[tokio::test]
    async fn no_more_calls_are_kept_than_a_history_has_and_no_large_ones() {
        let tasks = Tasks::default().function("f", async |event| Reply::answer(event));
        tasks.call("f", json!("x".repeat(KEPT_BYTES)), None).await.unwrap();
        for _ in 0..KEPT_CALLS {
            tasks.call("f", Value::Null, None).await.unwrap();
        }
        let calls = tasks.calls();
        assert_eq!((calls.len(), tasks.count("f")), (KEPT_CALLS, KEPT_CALLS as u64 + 1));
        assert_eq!((&calls[0].event, &calls[0].reply), (&Value::Null, &Reply::answer(Value::Null)));
    }
}
