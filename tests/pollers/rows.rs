//! The pollers: who made them, what they need, and how they are run.

use std::path::Path;

/// Where a poller comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An unmodified release of this package, pinned by `requirements.txt` or `.ci/run`.
    Package(&'static str),
    /// A Lambda function of this repository.
    Ours,
    /// Our reading of public code, which this names with its version or date.
    Rebuilt(&'static str),
}

/// A poller that the page has a row for.
#[derive(Debug)]
pub(crate) struct Row {
    /// What it is called.
    pub(crate) name: &'static str,
    /// Where it comes from.
    pub(crate) origin: Origin,
    /// What it is, and what of it is ours, in a line.
    pub(crate) what: &'static str,
    /// The driver or the fixture, from this folder, whose ending says what runs it; or the function's name.
    pub(crate) file: &'static str,
    /// The packages that it imports.
    pub(crate) needs: &'static [&'static str],
    /// Options of `check-poller`.
    pub(crate) options: &'static [&'static str],
    /// Cases in which it does not end, or only after a long time. They are played with a short patience, as those without an answer are.
    pub(crate) endless: &'static [&'static str],
}

impl Row {
    /// Whether Python runs it; else Node does.
    pub(crate) fn is_in_python(&self) -> bool {
        Path::new(self.file).extension().is_some_and(|ending| ending == "py")
    }
}

const AS_LAMBDA: [&str; 3] =
    ["--success=$.status == 'SUCCESS'", "--failure=$.status == 'FAILED'", "--pending=$.status == 'PENDING'"];

/// Every poller. Those that take the longest come first among their kind.
pub(crate) const ROWS: [Row; 18] = [
    Row {
        name: "awswrangler, `neptune.bulk_load_from_files`",
        origin: Origin::Package("awswrangler"),
        what: "starts a load and waits for it; a pause of 0.1 s by its parameter; over TLS, because it knows nothing else",
        file: "packages/awswrangler_load.py",
        needs: &["awswrangler", "requests"],
        options: &["--tls"],
        endless: &[],
    },
    Row {
        name: "graph-notebook, `%load`",
        origin: Origin::Package("graph-notebook"),
        what: "starts a load and shows its status; judged by the last status that it shows; pauses of 6 s, for which it has no parameter",
        file: "packages/graph_notebook_load.py",
        needs: &["graph-notebook", "requests"],
        options: &[],
        endless: &[
            "undocumented-word",
            "undocumented-word-at-once",
            "no-overall-status",
            "null-overall-status",
            "null-load-status",
        ],
    },
    Row {
        name: "boto3, a plain loop",
        origin: Origin::Package("boto3"),
        what: "a loop of ours that knows what is pending; requests, retries and limits are the defaults, but `read_timeout` is 2 s",
        file: "packages/boto3_loop.py",
        needs: &["boto3", "botocore"],
        options: &[],
        endless: &[],
    },
    Row {
        name: "AWS SDK for JavaScript, a plain loop",
        origin: Origin::Package("@aws-sdk/client-neptunedata"),
        what: "a loop of ours that knows what is pending; requests, retries and limits are the defaults",
        file: "packages/aws_sdk_loop.mjs",
        needs: &["@aws-sdk/client-neptunedata"],
        options: &[],
        endless: &[],
    },
    Row {
        name: "`check_bulk_load_status`",
        origin: Origin::Ours,
        what: "asks for two loads, here for the same one twice, and says `SUCCESS`, `FAILED` or `PENDING`",
        file: "check_bulk_load_status",
        needs: &[],
        options: &[
            r#"--event={"domain_load_id": "{load_id}", "prov_load_id": "{load_id}", "run_id": "run-1"}"#,
            AS_LAMBDA[0],
            AS_LAMBDA[1],
            AS_LAMBDA[2],
        ],
        endless: &[],
    },
    Row {
        name: "`get_load_status`",
        origin: Origin::Ours,
        what: "answers what Neptune says; a status that is not pending is the end, and an error is a failure",
        file: "get_load_status",
        needs: &[],
        options: &[
            r#"--event={"load_job_id": "{load_id}"}"#,
            "--success=$.payload.overallStatus.status == 'LOAD_COMPLETED'",
            "--pending=$.payload.overallStatus.status == 'LOAD_IN_PROGRESS' || $.payload.overallStatus.status == 'LOAD_NOT_STARTED' || $.payload.overallStatus.status == 'LOAD_IN_QUEUE'",
        ],
        endless: &[],
    },
    Row {
        name: "neptune-python-utils, `BulkLoadStatus.wait`",
        origin: Origin::Rebuilt("amazon-neptune-tools, commit 34790d9"),
        what: "a loop",
        file: "rebuilt/neptune_python_utils.py",
        needs: &[],
        options: &[],
        endless: &[],
    },
    Row {
        name: "neo4j-to-neptune, `monitorLoadProgress`",
        origin: Origin::Rebuilt("amazon-neptune-tools, 2025"),
        what: "a loop of 300 looks; in Java there, with boto3 here",
        file: "rebuilt/neo4j_to_neptune.py",
        needs: &["boto3", "botocore"],
        options: &[],
        endless: &["no-overall-status"],
    },
    Row {
        name: "samples of the Neptune data API",
        origin: Origin::Rebuilt("amazon-neptune-samples, 2026"),
        what: "a loop, the same in Python, JavaScript and Java, here with boto3; what is a success is ours",
        file: "rebuilt/aws_sdk_samples.py",
        needs: &["boto3", "botocore"],
        options: &[],
        endless: &["null-load-status"],
    },
    Row {
        name: "GraphStorm notebook",
        origin: Origin::Rebuilt("amazon-neptune-samples, 2026"),
        what: "a loop of 60 looks",
        file: "rebuilt/graphstorm_notebook.py",
        needs: &["requests"],
        options: &[],
        endless: &[],
    },
    Row {
        name: "PheBee, `check_bulk_load_status`",
        origin: Origin::Rebuilt("phebee, commit fec7fd8"),
        what: "a function that a state machine calls until it says something else than `PENDING`",
        file: "rebuilt/phebee_check.py",
        needs: &["requests"],
        options: &AS_LAMBDA,
        endless: &["no-overall-status", "null-load-status"],
    },
    Row {
        name: "PheBee, installation of RDF/XML",
        origin: Origin::Rebuilt("phebee, commit 6b8040d"),
        what: "a state machine with `get_load_status`, as a loop",
        file: "rebuilt/phebee_install.py",
        needs: &["requests"],
        options: &[],
        endless: &[],
    },
    Row {
        name: "PheBee, later bulk import",
        origin: Origin::Rebuilt("phebee, commit 4d24d44"),
        what: "a function that a state machine calls until the load has completed or failed",
        file: "rebuilt/phebee_import.py",
        needs: &["requests"],
        options: &[
            "--success=$.status == 'LOAD_COMPLETED'",
            "--failure=$.status == 'LOAD_FAILED'",
            "--pending=$.is_pending == true",
        ],
        endless: &["lasting"],
    },
    Row {
        name: "Wellcome Collection, bulk load poller",
        origin: Origin::Rebuilt("catalogue-pipeline, commit 04e0dcd"),
        what: "a function that a state machine calls; few insert errors are a success",
        file: "rebuilt/wellcome_poller.py",
        needs: &["requests"],
        options: &[
            "--success=$.status == 'SUCCEEDED'",
            "--failure=$.status == 'FAILED'",
            "--pending=$.status == 'IN_PROGRESS'",
        ],
        endless: &[],
    },
    Row {
        name: "loader functions in Rust (crates `ekg_*`)",
        origin: Origin::Rebuilt("public code, 2026"),
        what: "a function that a state machine calls; with AWS's SDK for Rust there, with boto3 here",
        file: "rebuilt/ekg_loader.py",
        needs: &["boto3", "botocore"],
        options: &["--success=$.state == 'finished'", "--failure=$.state == 'failed'", "--pending=$.state == 'loading'"],
        endless: &[],
    },
    Row {
        name: "check of the loads of edges and nodes",
        origin: Origin::Rebuilt("public sample, 2026"),
        what: "a function that a state machine calls",
        file: "rebuilt/edge_and_node_jobs.py",
        needs: &["requests"],
        options: &[
            "--success=$.status == 'COMPLETE'",
            "--failure=$.status == 'FAILED'",
            "--pending=$.status == 'NOT_COMPLETE'",
        ],
        endless: &[],
    },
    Row {
        name: "data loader function",
        origin: Origin::Rebuilt("public sample, 2026"),
        what: "a loop within a function; what is a success is ours",
        file: "rebuilt/data_loader.py",
        needs: &["requests"],
        options: &[],
        endless: &[],
    },
    Row {
        name: "CSV workflow in TypeScript",
        origin: Origin::Rebuilt("public code, 2026"),
        what: "a function that a state machine calls, with AWS's SDK and up to five attempts",
        file: "rebuilt/csv_workflow.mjs",
        needs: &["@aws-sdk/client-neptunedata"],
        options: &["--success=$.status == 'DONE'", "--failure=$.status == 'FAILED'", "--pending=$.status == 'PENDING'"],
        endless: &["cut-body-lasting", "reset-lasting"],
    },
];
