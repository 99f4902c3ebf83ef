//! What of the plan was validated on a live cluster, for people.

use std::path::Path;

use anyhow::{Context, Result};
use neptune_live::{Ledger, planned_scenarios};
use time::OffsetDateTime;

use super::run::LEDGER;

/// The planned tests with what the ledger says of each today, as text.
///
/// # Errors
/// The ledger or a scenario file cannot be read.
pub fn parity(root: &Path) -> Result<String> {
    let ledger = Ledger::read(&root.join(LEDGER))?;
    let planned = planned_scenarios(root).context("cannot read the planned scenarios")?;
    Ok(ledger.parity_table(&planned, OffsetDateTime::now_utc(), neptune_report::terminal::width()))
}
