//! Why a state machine cannot be run, and what helps.

use neptune_state_machine::{DefinitionError, DefinitionProblem, EngineError};

/// Why a state machine cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// Its definition cannot be used.
    #[error("{0}{hint}", hint = hint(&.0.problem).map(|hint| format!("\nhint: {hint}")).unwrap_or_default())]
    Definition(#[from] DefinitionError),
    /// The engine cannot run it.
    #[error("{0}")]
    Engine(#[from] EngineError),
}

/// What helps, where the problem does not say it itself.
fn hint(problem: &DefinitionProblem) -> Option<String> {
    Some(match problem {
        DefinitionProblem::UnknownFunction { function, .. } => {
            format!("give it the command that runs it: --function '{function}=COMMAND'")
        }
        DefinitionProblem::UnknownResource { .. } => {
            "judge the loop round the status alone, as a definition of its own, or replace that Task by a Pass".to_owned()
        }
        DefinitionProblem::Refused(_) => "AWS refuses such a definition when the state machine is made".to_owned(),
        DefinitionProblem::Unreadable(_) => return None,
        _ => "--state-machine takes a definition in Amazon States Language, as JSON or YAML, or a template of SAM or CloudFormation"
            .to_owned(),
    })
}
