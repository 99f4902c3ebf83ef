//! The exit codes of the program, besides 0.

/// A scenario failed.
pub(crate) const EXIT_TEST_FAILED: u8 = 1;
/// A step of the scenario could not be played.
pub(crate) const EXIT_STEP_FAILED: u8 = 1;
/// The command line is wrong: clap's own code.
pub(crate) const EXIT_USAGE: u8 = 2;
/// No simulator answers.
pub(crate) const EXIT_UNHEALTHY: u8 = 1;
/// The simulator cannot listen on the address.
pub(crate) const EXIT_CANNOT_LISTEN: u8 = 102;
/// The scenario cannot be read or is wrong.
pub(crate) const EXIT_BAD_SCENARIO: u8 = 103;
/// A file for TLS cannot be used.
pub(crate) const EXIT_BAD_TLS: u8 = 104;
/// A recording cannot be written.
pub(crate) const EXIT_CANNOT_RECORD: u8 = 105;
