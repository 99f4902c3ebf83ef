//! However a cluster's time is moved, and however often its state is read meanwhile, the result is the same as passing every instant in
//! turn.

use std::time::Duration;

use neptune_control::Fault;
use neptune_loader::{Engine, EngineState, Lifecycle, Load, LoadStatus, Plan, Role, Script, Settings, SimTime, StartRequest};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use serde_json::json;

use super::Cluster;
use crate::{ClockKind, ClusterSpec, StartClock, WaitFor, WaitUntil};

/// Far beyond everything that is ever due in these tests, in seconds.
const HORIZON: u64 = 1000;

/// The kinds of trouble that only time decides about.
const TROUBLES: [&str; 3] = ["restart", "refuse", "unreachable"];

const QUIRKS: [(&str, &str); 5] = [
    ("restart_running", "LOAD_FAILED"),
    ("restart_running", "LOAD_UNEXPECTED_ERROR"),
    ("restart_running", "goes_on"),
    ("restart_queue", "kept"),
    ("restart_queue", "lost"),
];

#[derive(Clone, Debug)]
enum Command {
    Start,
    Script(u64, u64),
    Cancel(Index),
    Outcome(Index, u64),
    /// By this many seconds, at once.
    Advance(u64),
    /// By this many seconds, one by one.
    Walk(u64),
    /// To this many seconds from now.
    WaitAt(u64),
    WaitLoad(Index, &'static str),
    WaitAll,
    AddFault {
        does: &'static str,
        from: u64,
        lasts: Option<u64>,
    },
    RemoveFault(Index),
    ClearFaults,
    Quirk(&'static str, &'static str),
    SetClock,
    Restart,
    ChangeRole(Role),
    Export,
    Import,
}

fn any_command() -> impl Strategy<Value = Command> {
    let seconds = || 0..12_u64;
    prop_oneof![
        6 => Just(Command::Start),
        2 => (1..9_u64, 1..9_u64).prop_map(|(waits, runs)| Command::Script(waits, runs)),
        1 => any::<Index>().prop_map(Command::Cancel),
        1 => (any::<Index>(), 1..9_u64).prop_map(|(load, runs)| Command::Outcome(load, runs)),
        5 => seconds().prop_map(Command::Advance),
        2 => seconds().prop_map(Command::Walk),
        2 => seconds().prop_map(Command::WaitAt),
        4 => (any::<Index>(), select(&["finished", "LOAD_IN_PROGRESS", "LOAD_COMPLETED", "LOAD_FAILED"][..]))
            .prop_map(|(load, until)| Command::WaitLoad(load, until)),
        2 => Just(Command::WaitAll),
        6 => (select(&TROUBLES[..]), seconds(), prop::option::of(1..9_u64))
            .prop_map(|(does, from, lasts)| Command::AddFault { does, from, lasts }),
        2 => any::<Index>().prop_map(Command::RemoveFault),
        1 => Just(Command::ClearFaults),
        2 => select(&QUIRKS[..]).prop_map(|(quirk, choice)| Command::Quirk(quirk, choice)),
        1 => Just(Command::SetClock),
        1 => Just(Command::Restart),
        1 => select(&[Role::Writer, Role::Reader][..]).prop_map(Command::ChangeRole),
        1 => Just(Command::Export),
        1 => Just(Command::Import),
    ]
}

fn after(seconds: u64) -> SimTime {
    SimTime::after(Duration::from_secs(seconds))
}

fn request() -> StartRequest {
    let written = json!({"source": "s3://b/", "format": "csv", "iamRoleArn": "r", "region": "us-east-1", "queueRequest": true});
    StartRequest::from_parameters(written.as_object().unwrap()).unwrap()
}

fn script(waits: u64, runs: u64) -> Script {
    let stage = |status, seconds| (status, Some(Duration::from_secs(seconds)));
    let stages = vec![stage(LoadStatus::InQueue, waits), stage(LoadStatus::InProgress, runs), (LoadStatus::Completed, None)];
    Script::new("s3://b/", Lifecycle::new(stages).unwrap())
}

/// A fault of the port, as the reference knows it.
#[derive(Clone, Debug)]
struct Trouble {
    name: String,
    does: &'static str,
    from: u64,
    until: Option<u64>,
    fired: u64,
    last_at: Option<u64>,
}

impl Trouble {
    fn is_on(&self, second: u64) -> bool {
        self.from <= second && self.until.is_none_or(|until| second < until)
    }

    fn fire(&mut self, second: u64) {
        self.fired += 1;
        self.last_at = Some(second);
    }
}

/// A cluster that knows one way to move: from one second to the next, with all that is due then.
#[derive(Clone, Debug)]
struct Reference {
    engine: Engine,
    now: u64,
    troubles: Vec<Trouble>,
}

impl Reference {
    fn walk(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now += 1;
            self.engine.advance_to(after(self.now));
            let now = self.now;
            let due = || self.troubles.iter().filter(|trouble| trouble.from == now);
            if due().any(|trouble| trouble.does == "restart") {
                self.engine.restart();
            }
            self.troubles.iter_mut().filter(|trouble| trouble.from == now).for_each(|trouble| trouble.fire(now));
        }
    }

    /// Goes on until that is so. If it never is, nothing happens.
    fn walk_until(&mut self, is_reached: impl Fn(&Engine) -> bool) -> bool {
        let mut walking = self.clone();
        while !is_reached(&walking.engine) {
            if walking.now > HORIZON {
                return false;
            }
            walking.walk(1);
        }
        *self = walking;
        true
    }

    fn add(&mut self, name: String, does: &'static str, from: u64, lasts: Option<u64>) {
        let from = self.now + from;
        let until = lasts.map(|lasts| from + lasts);
        let mut trouble = Trouble { name, does, from, until, fired: 0, last_at: None };
        if from == self.now {
            trouble.fire(from);
            if does == "restart" {
                self.engine.restart();
            }
        }
        self.troubles.push(trouble);
    }

    /// Another loader at its own time: what is due later than that happens when its time comes.
    fn import(&mut self, engine: Engine) {
        let before = self.now;
        self.now = engine.now().since_start().as_secs();
        self.engine = engine;
        for trouble in &mut self.troubles {
            if trouble.is_on(self.now) && !trouble.is_on(before) {
                trouble.fire(self.now);
            }
        }
    }
}

/// A cluster and its reference, which receive the same commands.
struct Pair {
    cluster: Cluster,
    reference: Reference,
    saved: Option<EngineState>,
}

impl Pair {
    fn new() -> Self {
        let settings = Settings { default_plan: Plan::completing_after(Duration::from_secs(6)), ..Settings::default() };
        let spec = ClusterSpec { settings: settings.clone(), ..ClusterSpec::new("test", ClockKind::Manual) };
        let cluster = Cluster::without_port(spec).unwrap();
        Self { cluster, reference: Reference { engine: Engine::new(settings), now: 0, troubles: Vec::new() }, saved: None }
    }

    fn play(&mut self, command: &Command, number: usize) {
        let Self { cluster, reference, saved } = self;
        match command {
            Command::Advance(seconds) => {
                cluster.advance(Duration::from_secs(*seconds)).unwrap();
                reference.walk(*seconds);
            }
            Command::Walk(seconds) => {
                for _ in 0..*seconds {
                    cluster.advance(Duration::from_secs(1)).unwrap();
                }
                reference.walk(*seconds);
            }
            Command::WaitAt(seconds) => {
                cluster.wait(&WaitFor::At(after(reference.now + seconds))).unwrap();
                reference.walk(*seconds);
            }
            Command::WaitLoad(which, until) => self.wait_for_one(*which, until),
            Command::WaitAll => self.wait_for_all(),
            Command::AddFault { does, from, lasts } => {
                let name = format!("fault {number}");
                let until = lasts.map(|lasts| format!("{}s", from + lasts));
                let written = json!({"name": name, "does": does, "from": format!("{from}s"), "until": until});
                cluster.add_fault(&serde_json::from_value::<Fault>(written).unwrap()).unwrap();
                reference.add(name, does, *from, *lasts);
            }
            Command::RemoveFault(which) => {
                if !reference.troubles.is_empty() {
                    let trouble = reference.troubles.remove(which.index(reference.troubles.len()));
                    assert_eq!(cluster.remove_fault(&trouble.name), 1);
                }
            }
            Command::ClearFaults => {
                assert_eq!(cluster.clear_faults(), reference.troubles.len());
                reference.troubles.clear();
            }
            Command::SetClock => cluster.set_clock_kind(ClockKind::Manual),
            Command::Export => *saved = Some(cluster.export().2),
            Command::Import => {
                if let Some(state) = saved.clone() {
                    cluster.import(ClockKind::Manual, StartClock::AtOnce, Engine::import(state.clone()).unwrap());
                    reference.import(Engine::import(state).unwrap());
                }
            }
            _ => self.tell(command, number),
        }
    }

    fn wait_for_all(&mut self) {
        let come = self.cluster.wait(&WaitFor::AllEnded);
        let reached = self.reference.walk_until(|engine| engine.loads().all(Load::is_ended));
        assert_eq!(come.is_ok(), reached, "{come:?}");
    }

    fn wait_for_one(&mut self, which: Index, until: &str) {
        let loads: Vec<&Load> = self.reference.engine.loads().collect();
        if loads.is_empty() {
            return;
        }
        let (id, until) = (which.get(&loads).id().clone(), until.parse::<WaitUntil>().unwrap());
        let come = self.cluster.wait(&WaitFor::Load(id.clone(), until.clone()));
        let reached = self.reference.walk_until(|engine| {
            engine.load(&id).is_some_and(|load| match &until {
                WaitUntil::Finished => load.is_ended(),
                WaitUntil::Status(status) => load.status() == status,
            })
        });
        assert_eq!(come.is_ok(), reached, "{come:?}");
    }

    /// The commands that go to the loader itself.
    fn tell(&mut self, command: &Command, number: usize) {
        let Self { cluster, reference, .. } = self;
        let pick = |which: &Index| {
            let ids: Vec<_> = reference.engine.loads().map(|load| load.id().clone()).collect();
            (!ids.is_empty()).then(|| which.get(&ids).clone())
        };
        match command {
            Command::Start => {
                let started = cluster.engine().start_listed(&request(), None);
                assert_eq!(started, reference.engine.start(&request()));
            }
            Command::Script(waits, runs) => {
                let id = format!("load {number}").as_str().into();
                cluster.script(&id, script(*waits, *runs)).unwrap();
                reference.engine.script(id, script(*waits, *runs)).unwrap();
            }
            Command::Cancel(which) => {
                if let Some(id) = pick(which) {
                    let cancelled = cluster.engine().cancel(&id);
                    assert_eq!(cancelled, reference.engine.cancel(&id));
                }
            }
            Command::Outcome(which, runs) => {
                if let Some(id) = pick(which) {
                    let plan = Plan::completing_after(Duration::from_secs(*runs));
                    let changed = cluster.rescript(&id, |_| Ok::<_, neptune_loader::RescriptError>(plan.clone()));
                    assert_eq!(changed.map(drop), reference.engine.rescript(&id, plan));
                }
            }
            Command::Quirk(quirk, choice) => {
                let quirks = cluster.set_quirks([(*quirk, (*choice).to_owned())]).unwrap();
                reference.engine.set_quirks(quirks);
            }
            Command::Restart => {
                cluster.restart();
                reference.engine.restart();
            }
            Command::ChangeRole(role) => {
                cluster.set_role(*role);
                reference.engine.set_role(*role);
            }
            _ => unreachable!("{command:?} moves time or is about faults"),
        }
    }

    fn compare(&self) {
        let Self { cluster, reference, .. } = self;
        let loads: Vec<String> = cluster.timeline().iter().map(|load| format!("{}: {load}", load.id)).collect();
        let shown = |load| crate::LoadTimeline::of(load, reference.engine.now());
        let expected: Vec<String> = reference.engine.loads().map(shown).map(|load| format!("{}: {load}", load.id)).collect();
        assert_eq!(loads, expected);
        assert_eq!(cluster.now(), after(reference.now));
        let instance = cluster.instance();
        assert_eq!((instance.up_since, instance.role), (reference.engine.up_since(), reference.engine.role()));
        let reports: Vec<_> =
            cluster.fault_reports().into_iter().map(|report| (report.name, report.fired, report.last_at)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
        let reported = |trouble: &Trouble| (trouble.name.clone(), trouble.fired, trouble.last_at.map(|second| second as f64));
        assert_eq!(reports, reference.troubles.iter().map(reported).collect::<Vec<_>>());
    }
}

fn cases(count: u32) -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, cases: count, ..ProptestConfig::default() };
    if let RngSeed::Fixed(seed) = config.rng_seed {
        eprintln!("PROPTEST_RNG_SEED={seed}");
    }
    config.max_shrink_iters = 2000;
    config
}

#[test]
fn every_way_through_time_comes_to_the_same() {
    let step = (any_command(), any::<bool>());
    proptest!(cases(256), |(steps in prop::collection::vec(step, 1..30))| {
        let mut pair = Pair::new();
        for (number, (command, looks)) in steps.iter().enumerate() {
            pair.play(command, number);
            if *looks {
                pair.compare();
            }
        }
        pair.compare();
    });
}
