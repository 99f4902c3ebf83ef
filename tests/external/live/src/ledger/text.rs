//! The ledger as text: a line for the README, and a table for `cargo xtask parity`.

use neptune_report::Table;
use time::OffsetDateTime;

use crate::moment::moment;

use super::{Age, Ledger, PlannedScenario, Record, Standing};

impl Ledger {
    /// What stands in the README: how many of the planned tests are validated.
    ///
    /// It is worked out for the day of the last validation, and names it, so that the line is right for as long as the ledger stays as it
    /// is, and a later reader can see how old it is.
    pub fn readme_line(&self, planned: &[PlannedScenario]) -> String {
        match self.records.values().map(Record::validated_at).max() {
            None => self.standing_of(planned, OffsetDateTime::UNIX_EPOCH).to_string(),
            Some(last) => format!("{}, the last of them on {}", self.standing_of(planned, last), last.date()),
        }
    }

    /// One row for each planned test, with what its record says today, and the standing in the last line; `width` columns wide.
    /// A record of another version of the test is called `changed`, and counts as `never`.
    pub fn parity_table(&self, planned: &[PlannedScenario], now: OffsetDateTime, width: usize) -> String {
        let newest = self.newest_engine();
        let mut table = Table::new(["plan", "test", "live", "engine", "validated at", "via"], 6);
        for scenario in planned {
            let PlannedScenario { plan, name, hash } = scenario;
            let record = self.find(name);
            let age = match self.age(name, hash, newest, now) {
                // What was validated was another version, which is worth knowing and worth nothing.
                Age::Never if record.is_some() => "changed",
                age => age.as_str(),
            };
            let [engine, at, via] = match record {
                Some(record) => {
                    [record.engine_version().to_owned(), moment(record.validated_at()), record.via().as_str().to_owned()]
                }
                None => ["-"; 3].map(str::to_owned),
            };
            table.row([plan.clone(), name.clone(), age.to_owned(), engine, at, via]);
        }
        format!("{}\n{}\n", table.render(width), self.standing_of(planned, now))
    }

    fn standing_of(&self, planned: &[PlannedScenario], now: OffsetDateTime) -> Standing {
        self.standing(planned.iter().map(|scenario| (scenario.name.as_str(), scenario.hash.as_str())), now)
    }
}
