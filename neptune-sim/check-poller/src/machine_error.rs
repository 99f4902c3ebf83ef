//! Why a state machine cannot be run, and what helps.

use neptune_state_machine::{DefinitionError, DefinitionProblem, EngineError, EngineKind};

/// Why a state machine cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// Its definition cannot be used.
    #[error("{0}{hints}", hints = hints(.0))]
    Definition(#[from] DefinitionError),
    /// The engine cannot run it.
    #[error("{0}{other}", other = other_engine(.0))]
    Engine(#[from] EngineError),
}

/// The engine that runs what the other one refuses.
fn other_engine(error: &EngineError) -> &'static str {
    match error {
        EngineError::Refused { kind: EngineKind::Node, .. } => "\nhint: `--engine moto` knows JSONata and Assign",
        _ => "",
    }
}

/// What helps, where the problems do not say it themselves, each once.
fn hints(error: &DefinitionError) -> String {
    let problems = || error.faults.iter().map(|fault| &fault.problem);
    let functions: Vec<_> = problems()
        .filter_map(|problem| match problem {
            DefinitionProblem::UnknownFunction { function, .. } => Some(format!("--function '{function}=COMMAND'")),
            _ => None,
        })
        .collect();
    let mut hints: Vec<String> = Vec::new();
    match &functions[..] {
        [] => {}
        [function] => hints.push(format!("give the function the command that runs it: {function}")),
        functions => hints.push(format!("give the functions the commands that run them: {}", functions.join(" "))),
    }
    for hint in problems().filter_map(hint) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    let gap = if error.faults.len() > 1 { "\n" } else { "" };
    hints.iter().fold(gap.to_owned(), |said, hint| said + "\nhint: " + hint)
}

/// What helps for one problem, but for a function that is not given.
fn hint(problem: &DefinitionProblem) -> Option<String> {
    Some(match problem {
        DefinitionProblem::UnknownFunction { .. } | DefinitionProblem::Unreadable(_) => return None,
        DefinitionProblem::UnknownResource { .. } => {
            "a Task may have the resource arn:aws:states:::lambda:invoke or arn:aws:states:::events:putEvents, or the ARN of a function: judge the loop \
             round the status alone, as a definition of its own, or replace any other Task by a Pass"
                .to_owned()
        }
        DefinitionProblem::Refused(_) => "AWS refuses such a definition when the state machine is made".to_owned(),
        _ => "--state-machine takes a definition in Amazon States Language, as JSON or YAML, or a template of SAM or CloudFormation"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_node_refuses_is_left_to_moto() {
        let said = |kind| MachineError::from(EngineError::Refused { kind, why: "it ignores Assign".to_owned() }).to_string();
        assert!(said(EngineKind::Node).ends_with("\nhint: `--engine moto` knows JSONata and Assign"));
        assert!(!said(EngineKind::Moto).contains("--engine"));
    }
}
