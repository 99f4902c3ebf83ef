//! Runs a state machine of AWS Step Functions in an engine on this machine, with functions of the caller's behind its tasks, and a virtual
//! clock.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use neptune_state_machine::{Definition, Engine, EngineKind, Reply, Tasks, Tools};
//! use serde_json::json;
//!
//! let engine = Engine::start(EngineKind::Moto, &Tools::default()).await?;
//! let tasks = Tasks::default()
//!     .function("check", |_event| async { Reply::answer(json!({"status": "SUCCESS"})) })
//!     .on_time(|passed| async move { println!("{passed:?} pass") })
//!     .reply_to_call("check", 1, Reply::throttled());
//! let definition = Definition::read("machine.asl.json".as_ref(), &tasks.names())?;
//! let ended = engine.run(&definition, &json!({"load_id": "people"}), 7, &tasks).await?;
//! println!("{:?} after {:?}, {} events", ended.status, ended.passed, ended.events);
//! # Ok(())
//! # }
//! ```
//!
//! No time passes for a Wait, the interval of a Retry or a `TimeoutSeconds`: the clock of the execution jumps, and `on_time` is told how far. A call
//! takes no virtual time unless its [`Reply`] says so. `ENGINES.md` lists where the engines differ from AWS.
//!
//! | module | content |
//! |---|---|
//! | `engine` | [`Engine`]: a process that runs executions |
//! | `tools` | what an engine needs on this machine, and how it is started |
//! | `host` | the HTTP API that an engine calls for tasks and for time |
//! | `tasks` | [`Tasks`]: what stands behind the tasks |
//! | `reply` | [`Reply`]: how a call ends |
//! | `definition`, `problem` | [`Definition`]: a definition whose functions are known, and why a file is none |
//! | `functions` | which function a definition means |
//! | `template`, `names` | a machine in a template of SAM or CloudFormation, and what names stand for there |
//! | `tree`, `json`, `yaml` | the values of a file with their lines, and JSON and YAML as they are read |
//! | `checks` | what AWS refuses |
//! | `warnings` | what AWS takes, and what surprises |
//! | `ended` | [`Ended`]: how an execution ended |
//!
//! The engines themselves are driven by the files in `moto/` and `node/`.

mod checks;
mod definition;
mod ended;
mod engine;
mod functions;
mod host;
mod json;
mod names;
mod problem;
mod reply;
mod tasks;
mod template;
mod tools;
mod tree;
mod warnings;
mod yaml;

pub use definition::Definition;
pub use ended::{Ended, Status};
pub use engine::{Engine, EngineError};
pub use problem::{DefinitionError, DefinitionFault, DefinitionProblem};
pub use reply::{Reply, ReplyKind};
pub use tasks::{Call, LastCall, Progress, Tasks};
pub use tools::{EngineKind, Tools};

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");
