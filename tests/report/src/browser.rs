//! Opens a report in a browser.
//!
//! With the program that the system has for that, started as a process: a crate would do the same, and xtask builds whatever is named here first.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// Opens a file in the user's browser, and says so in a line for people. Where there is no browser to be seen, as on a CI server, the line says where
/// the file is.
///
/// It does not wait for the browser.
pub fn open_in_browser(file: &Path) -> String {
    let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let opens = program(std::env::consts::OS, |name| std::env::var_os(name)).is_some_and(|program| start(program, &whole));
    said(opens, &whole)
}

fn said(opens: bool, file: &Path) -> String {
    let file = file.display();
    if opens { format!("opened {file}") } else { format!("there is no browser to open: the report is {file}") }
}

fn start(program: &str, file: &Path) -> bool {
    let quiet = Stdio::null;
    Command::new(program).arg(file).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn().is_ok()
}

/// What opens files on this system; `None` if nobody would see it.
fn program(system: &str, variable: impl Fn(&str) -> Option<OsString>) -> Option<&'static str> {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    match system {
        _ if is_set("CI") => None,
        "macos" => Some("open"),
        "windows" => Some("explorer"),
        _ => (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")).then_some("xdg-open"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_desktop("linux", &["DISPLAY"], Some("xdg-open"))]
    #[case::wayland("freebsd", &["WAYLAND_DISPLAY"], Some("xdg-open"))]
    #[case::no_display("linux", &[], None)]
    #[case::a_mac("macos", &[], Some("open"))]
    #[case::a_ci_server("macos", &["CI"], None)]
    fn a_browser_is_opened_where_somebody_sees_it(#[case] system: &str, #[case] set: &[&str], #[case] expected: Option<&str>) {
        assert_eq!(program(system, |name| set.contains(&name).then(|| ":0".into())), expected);
    }

    #[test]
    fn without_a_browser_the_line_says_where_the_report_is() {
        assert_eq!(said(false, Path::new("/r/report.html")), "there is no browser to open: the report is /r/report.html");
        assert!(!start("/nonexistent/xdg-open", Path::new("/r/report.html")));
    }
}
