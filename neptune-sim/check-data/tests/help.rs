//! What `--help` says, as people see it.

use clap::{Args, Command};
use neptune_check_data::Arguments;

fn command() -> Command {
    Arguments::augment_args(Command::new("check-data")).term_width(80)
}

#[test]
fn the_short_help_fits_on_a_screen() {
    let help = command().render_help().to_string();
    assert!(help.lines().count() <= 24, "{help}");
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
}

#[test]
fn the_long_help_has_every_option_in_its_group() {
    let help = command().render_long_help().to_string();
    let places =
        ["Options:", "--format", "Reports:", "--max-errors", "--rejects", "How the load is started:", "--generated-edge-ids"];
    let found = places.map(|part| help.find(part).unwrap_or_else(|| panic!("no {part}: {help}")));
    assert!(found.is_sorted(), "{help}");
}
