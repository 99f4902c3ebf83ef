//! A live run in the words of [`neptune_report`].

use neptune_report::{Conclusion, Run, Section, TestResult, count, duration};
use serde_json::{Value, json};

use super::{QuestionAnswer, RunKind, RunReport, ScenarioReport};
use neptune_report::Inconclusive;

use crate::{NotRun, Outcome};

impl RunReport {
    /// The run with its results, for every report that is made of them.
    pub fn run(&self) -> Run {
        let verdict = self.verdict();
        Run {
            took: self.took,
            properties: self.properties(),
            context: self.context(),
            results: self.scenarios.iter().map(|scenario| self.result(scenario)).collect(),
            errors: self.left.iter().map(|left| format!("still there: {left}")).collect(),
            remarks: self.remarks(),
            sections: [self.answered(), Some(self.cost()), Some(self.ledger())].into_iter().flatten().collect(),
            conclusion: Some(Conclusion { word: verdict.as_str(), meaning: verdict.meaning(), exit_code: verdict.exit_code() }),
            ..Run::new(self.title(), self.started_at.into())
        }
    }

    fn title(&self) -> &'static str {
        match self.kind {
            RunKind::Live => "cargo xtask it --target neptune",
            RunKind::Rehearsal => "Rehearsal against a fake AWS (it says nothing about Neptune)",
        }
    }

    fn context(&self) -> String {
        let Self { run, cluster_name, engine_version, region, via, tier, .. } = self;
        let by = format!("`--via {}`, `--tier {}`", via.as_str(), tier.as_str());
        let cluster = match self.kind {
            RunKind::Live => format!("live on {cluster_name}, engine {engine_version}, {region}"),
            RunKind::Rehearsal => "a rehearsal against a fake AWS: it says nothing about Neptune".to_owned(),
        };
        format!("run {run}, {cluster}, {by}")
    }

    fn properties(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("target", "neptune".into()),
            ("kind", json!(self.kind)),
            ("run", json!(self.run)),
            ("cluster", self.cluster_name.clone().into()),
            ("engine_version", self.engine_version.clone().into()),
            ("region", self.region.clone().into()),
            ("via", json!(self.via)),
            ("tier", json!(self.tier)),
            ("made", json!(self.made)),
            ("left", json!(self.left)),
            ("answers", json!(self.answers)),
            ("standing", json!(self.standing)),
        ]
    }

    /// What has to be done.
    fn remarks(&self) -> Vec<String> {
        let sweep = format!(
            "Remove what is still there with `cargo xtask sweep --profile {}`: it removes what the journal lists, and nothing else.",
            self.profile
        );
        let drift = match self.kind {
            RunKind::Live => {
                "Drift: the whole answers are in `pending/`. No run accepts one: check whether Neptune or the accepted answer is right. \
                 If Neptune is, the simulator has to be corrected."
            }
            RunKind::Rehearsal => "Drift: the fake cluster and the accepted answer differ, and one of them is wrong.",
        };
        let has_drifted = self.scenarios.iter().any(|scenario| !scenario.drift.is_empty());
        let remarks = [(!self.left.is_empty()).then_some(sweep), has_drifted.then(|| drift.to_owned())];
        remarks.into_iter().flatten().collect()
    }

    fn result(&self, scenario: &ScenarioReport) -> TestResult {
        let ScenarioReport { name, file, about, plan, form, outcome, took, seen, drift, failures, unseen, shown } = scenario;
        let has_failed = *outcome == Outcome::Fail;
        TestResult {
            name: name.clone(),
            number: scenario.number(),
            plan: plan.clone(),
            about: Some(about.clone()),
            form: Some(form.as_str().to_owned()),
            verdict: outcome.verdict(),
            required: outcome.is_open(),
            millis: took.as_secs_f64() * 1000.0,
            file: Some(file.clone()),
            failure: (has_failed && !failures.is_empty()).then(|| failures.join("\n")),
            reason: outcome.reason().map(str::to_owned),
            remedy: self.remedy(*outcome),
            notes: seen.clone(),
            differences: drift.clone(),
            unchecked: unseen.clone(),
            held: shown.held.clone(),
            unmet: shown.unmet.clone(),
            timeline: shown.timeline.clone(),
            ..TestResult::default()
        }
    }

    /// What to do, with the command that checks the connection as it would be typed.
    fn remedy(&self, outcome: Outcome) -> Option<String> {
        let remedy = match outcome {
            Outcome::Pass | Outcome::Fail | Outcome::Drift => return None,
            Outcome::Inconclusive(reason) => Inconclusive::remedy(reason),
            Outcome::NotRun(reason) => NotRun::remedy(reason),
        };
        let doctor = format!("`cargo xtask doctor --profile {}`", self.profile);
        Some(remedy.replace("`cargo xtask doctor`", &doctor))
    }

    fn answered(&self) -> Option<Section> {
        if self.answers.is_empty() {
            return None;
        }
        let rows: String = self.answers.iter().map(answer_row).collect();
        let end = match self.kind {
            RunKind::Live => "`scenarios/QUIRKS.md` and `scenarios/OPEN_QUESTIONS.md` describe the questions.",
            RunKind::Rehearsal => "The fake cluster was set to answer so: that settles no question.",
        };
        let body = format!("| question | answer | to do |\n|---|---|---|\n{rows}\n{end}");
        Some(Section { heading: "Questions answered".into(), body })
    }

    fn cost(&self) -> Section {
        let (loads, objects, bytes) =
            (count(self.made.loads.into(), "load"), count(self.made.objects.into(), "object"), count(self.made.bytes, "byte"));
        let took = duration(self.took);
        let left = match (self.left.is_empty(), self.made.loads) {
            (true, 0) => " Nothing is left behind.",
            (true, _) => " Nothing is left behind but the loads in the cluster's own list, which cannot be cleared.",
            (false, _) => "",
        };
        Section {
            heading: "Cost and time".into(),
            body: format!("{took}; {loads}; {objects} in S3 with {bytes} in all.{left}"),
        }
    }

    fn ledger(&self) -> Section {
        let validates = match self.kind {
            RunKind::Live => "",
            RunKind::Rehearsal => " A rehearsal validates nothing.",
        };
        Section { heading: "Ledger".into(), body: format!("{}.{validates}", self.standing) }
    }
}

impl ScenarioReport {
    /// Its number as people say it, `check 5`; `None` beyond the plans.
    fn number(&self) -> Option<String> {
        let (plan, number) = self.plan.as_deref()?.split_once('/')?;
        Some(format!("{} {number}", plan.split('_').next().unwrap_or(plan)))
    }
}

fn answer_row(answer: &QuestionAnswer) -> String {
    let QuestionAnswer { question, choice, simulator_default, is_quirk } = answer;
    let to_do = match (choice, simulator_default) {
        (None, _) => "an unforeseen answer: see the transcript, and add it to the question".to_owned(),
        (Some(_), None) => "write it down: the simulator takes no reading of it".to_owned(),
        (Some(choice), Some(default)) if choice == default => "nothing: the simulator does so".to_owned(),
        (Some(_), Some(reading)) if !is_quirk => {
            format!("correct the simulator, which takes the reading `{reading}`: see `scenarios/OPEN_QUESTIONS.md`")
        }
        (Some(choice), Some(default)) => {
            format!("set the quirk `{question}: {choice}`; the simulator's default is `{default}`")
        }
    };
    let choice = choice.as_deref().map_or_else(|| "something else".to_owned(), |choice| format!("`{choice}`"));
    format!("| `{question}` | {choice} | {to_do} |\n")
}
