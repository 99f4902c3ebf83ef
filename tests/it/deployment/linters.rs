//! The linters that the field uses find nothing in the definitions and the templates, and do find a fault of each kind that they know.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use neptune_harness::optional::skipped;
use neptune_harness::project::root;
use rstest::rstest;

use super::TEMPLATES;

/// Where `.ci/run` puts linters that get along with no other tool, from the root.
const FOLDERS: [&str; 2] = ["target/ci-linters/bin", "target/ci-node/node_modules/.bin"];

/// A linter, with what stands before the file on its command line.
#[derive(Clone, Copy, Debug)]
enum Linter {
    Statelint,
    AslValidator,
    CfnLint,
    Sam,
}

impl Linter {
    fn command(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Statelint => ("statelint", &[]),
            Self::AslValidator => ("asl-validator", &["--json-path"]),
            Self::CfnLint => ("cfn-lint", &["--"]),
            Self::Sam => ("sam", &["validate", "--lint", "--template"]),
        }
    }

    /// What it says about a file, without what is accepted; `None` if it is not installed, which is reported.
    fn judge(self, file: &Path) -> Option<Vec<String>> {
        let (name, arguments) = self.command();
        let installed = FOLDERS.iter().map(|folder| root().join(folder).join(name)).find(|program| program.exists());
        let program = installed.unwrap_or_else(|| PathBuf::from(name));
        let mut command = Command::new(program);
        command.args(arguments).arg(file).stdin(Stdio::null()).current_dir(root());
        // sam asks for a region even where it sends nothing, and would report its use.
        command.envs([("AWS_DEFAULT_REGION", "eu-west-1"), ("SAM_CLI_TELEMETRY", "0")]);
        let Ok(output) = command.output() else {
            skipped(&format!("{name} over {}", file.display()), "it is not installed; .ci/run installs it");
            return None;
        };
        if output.status.success() {
            return Some(Vec::new());
        }
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        let lines = said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.ends_with("error:"));
        Some(lines.filter(|line| !ACCEPTED.iter().any(|accepted| line.ends_with(accepted))).map(str::to_owned).collect())
    }
}

/// What linters say of valid input. AWS documents JSONata in `Seconds` of a Wait; statelint 3.1.0 knows numbers only.
const ACCEPTED: [&str; 1] = [r#".Seconds is "{% $wait %}" but should be an Integer"#];

const DEFINITIONS: [&str; 5] = ["bulk_import", "bulk_import.jsonata", "load_status", "load_status.jsonata", "check_load_files"];

fn definition(name: &str) -> PathBuf {
    root().join(format!("handlers/statemachine/{name}.asl.json"))
}

#[test]
fn every_definition_is_in_the_list() {
    let files = fs::read_dir(root().join("handlers/statemachine")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(files.filter(|name| name.to_str().unwrap().ends_with(".asl.json")).count(), DEFINITIONS.len());
}

#[rstest]
fn definitions_are_clean(#[values(Linter::Statelint, Linter::AslValidator)] linter: Linter) {
    for name in DEFINITIONS {
        let Some(found) = linter.judge(&definition(name)) else { return };
        assert!(found.is_empty(), "{linter:?}, {name}: {found:#?}");
    }
}

#[rstest]
fn templates_are_clean(#[values(Linter::CfnLint, Linter::Sam)] linter: Linter) {
    for name in TEMPLATES {
        let Some(found) = linter.judge(&root().join("handlers").join(name).with_extension("yaml")) else { return };
        assert!(found.is_empty(), "{linter:?}, {name}: {found:#?}");
    }
}

/// A file with one text replaced, in a folder of its own.
fn spoilt(file: &Path, text: &str, by: &str) -> (tempfile::TempDir, PathBuf) {
    let whole = fs::read_to_string(file).unwrap();
    assert!(whole.contains(text), "{} has no {text}", file.display());
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(file.file_name().unwrap());
    fs::write(&copy, whole.replacen(text, by, 1)).unwrap();
    (folder, copy)
}

#[rstest]
#[case::no_such_state(
    Linter::Statelint,
    r#""Next": "AskAgain""#,
    r#""Next": "AskAgian""#,
    r#"No state found named "AskAgian""#
)]
#[case::misspelt_comparison(Linter::Statelint, "NumericLessThan", "NumericLesser", r#"Field "NumericLesser" not allowed"#)]
#[case::two_ways_to_wait(Linter::Statelint, r#""Seconds": 60"#, r#""Seconds": 60, "SecondsPath": "$.wait""#, "only one of")]
#[case::negative_attempts(Linter::Statelint, r#""MaxAttempts": 3"#, r#""MaxAttempts": -1"#, "MaxAttempts is -1")]
#[case::misspelt_intrinsic(Linter::Statelint, "States.MathAdd(", "States.MathsAdd(", "not a JSONPath or intrinsic function")]
#[case::broken_path(Linter::AslValidator, r#""$.wait","#, r#""$.wait[","#, "must match format")]
#[case::no_end(
    Linter::AslValidator,
    r#""Seconds": 60, "Next": "CheckBulkLoadStatus""#,
    r#""Seconds": 60"#,
    "TERMINAL_STATE_WITH_NEXT"
)]
fn a_fault_in_a_definition_is_found(#[case] linter: Linter, #[case] text: &str, #[case] by: &str, #[case] wanted: &str) {
    let (_folder, copy) = spoilt(&definition("bulk_import"), text, by);
    let Some(found) = linter.judge(&copy) else { return };
    assert!(found.iter().any(|line| line.contains(wanted)), "{found:#?}");
}

#[rstest]
#[case::no_such_parameter(Linter::CfnLint, "{Ref: VpcId}", "{Ref: VpcIdd}", "'VpcIdd' is not")]
#[case::no_such_property(Linter::CfnLint, "RetentionInDays:", "RetentionDays:", "'RetentionDays' was unexpected")]
#[case::no_such_resource(Linter::Sam, "[StartBulkLoadRole, Arn]", "[StartRole, Arn]", "'StartRole' is not")]
fn a_fault_in_the_template_is_found(#[case] linter: Linter, #[case] text: &str, #[case] by: &str, #[case] wanted: &str) {
    let (_folder, copy) = spoilt(&root().join("handlers/template.yaml"), text, by);
    let Some(found) = linter.judge(&copy) else { return };
    assert!(found.iter().any(|line| line.contains(wanted)), "{found:#?}");
}
