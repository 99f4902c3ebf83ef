//! State machines in both engines, under a virtual clock.

mod cluster;
mod differences;
mod emulated;
mod executions;
mod functions;
mod judged;
mod planned;
mod routes;
mod rows;
mod users;

use std::sync::LazyLock;

use neptune_harness::optional::skipped;
use neptune_harness::project::root;
use neptune_state_machine::{Definition, Ended, Engine, EngineKind, Tasks, Tools};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::OnceCell;

/// What the engines belong to: the runtime of a test ends with the test.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

/// An engine that all tests share, or `None` if its tools are not here: then the check is reported as skipped.
pub(crate) async fn engine(kind: EngineKind, check: &str) -> Option<&'static Engine> {
    static ENGINES: [OnceCell<Result<Engine, String>>; 2] = [const { OnceCell::const_new() }; 2];
    let start = async move || {
        let engine = RUNTIME.spawn(async move { Engine::start(kind, &tools()).await }).await.unwrap();
        engine.map_err(|error| error.to_string())
    };
    match ENGINES[usize::from(kind == EngineKind::Node)].get_or_init(start).await {
        Ok(engine) => Some(engine),
        Err(why) => {
            skipped(check, &why.replace("\nhint: ", "; "));
            None
        }
    }
}

/// CI installs a Node for this engine alone, beside an older one.
fn tools() -> Tools {
    let folder = root().join("target/ci-node22");
    let node = folder.join("node_modules/.bin/node");
    if node.exists() {
        Tools { node, node_folder: folder, ..Tools::default() }
    } else {
        Tools { node_folder: root(), ..Tools::default() }
    }
}

/// Runs a definition; `None` if the engine is not here. The virtual milliseconds that pass at the end of each jump are in the output of a failed test.
async fn run(kind: EngineKind, definition: &Value, input: &Value, tasks: &Tasks) -> Option<Ended> {
    let engine = engine(kind, "a state machine").await?;
    let definition = Definition::parse(&definition.to_string(), &tasks.names()).unwrap();
    let ended = engine.run(&definition, input, 7, tasks).await.unwrap();
    println!("{ended:#?}");
    Some(ended)
}
