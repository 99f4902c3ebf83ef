//! Programs of others that read the same file.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use crate::cost::Cost;

/// Where Debian's `librdf4j-java` puts its classes.
const JARS: &str = "/usr/share/java";

/// Prints the ratio of what reading a text costs here to what each program takes, or that it is not there.
pub(crate) fn compare(format: &str, text: &str, ours: &Cost) {
    let folder = env::temp_dir().join(format!("neptune-data-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("there is a folder for files that go away");
    let file = folder.join(format!("statements.{format}"));
    fs::write(&file, text).expect("the file can be written");
    report(format, "serdi", "CPU 1.5", serdi(format, &file), ours);
    report(format, "RDF4J", "CPU 0.2", rdf4j(format, &file, &folder), ours);
    fs::remove_dir_all(&folder).expect("the folder can be removed");
}

fn report(format: &str, name: &str, asked: &str, theirs: Result<Duration, &str>, ours: &Cost) {
    match theirs {
        Ok(theirs) => {
            let ratio = ours.cpu.as_secs_f64() / theirs.as_secs_f64();
            println!("{:<64} {ratio:>10.2} {:>11}  {asked}", format!("{format}, beside {name}"), "");
        }
        Err(missing) => println!("{format}, beside {name}: not measured, because {missing} (asked: {asked})"),
    }
}

fn serdi(format: &str, file: &Path) -> Result<Duration, &'static str> {
    let file = file.display();
    cpu_of(&format!("serdi -i {format} -o {format} '{file}'")).ok_or("serdi is not on PATH (Debian: serdi)")
}

/// Counts statements. The start of Java is part of it.
fn rdf4j(format: &str, file: &Path, folder: &Path) -> Result<Duration, &'static str> {
    let source = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this")).join("benches/read/Count.java");
    let classes = format!("{JARS}/*:{}", folder.display());
    let mut compile = Command::new("javac");
    compile.args(["-cp", &classes, "-d"]).arg(folder).arg(source).stderr(Stdio::null());
    if !compile.status().is_ok_and(|status| status.success()) {
        return Err("javac or librdf4j-java is not installed");
    }
    cpu_of(&format!("java -cp '{classes}' Count {format} '{}'", file.display())).ok_or("RDF4J has failed")
}

/// The CPU that a command of the shell takes, best of three; `None` if it fails. Its output is thrown away.
fn cpu_of(command: &str) -> Option<Duration> {
    (0..3).map(|_| cpu_once(command)).min()?
}

fn cpu_once(command: &str) -> Option<Duration> {
    let script = format!("{command} >/dev/null 2>&1 || exit 1; times");
    let output = Command::new("sh").args(["-c", &script]).output().ok().filter(|output| output.status.success())?;
    // The second line is that of the commands: `0m0.370s 0m0.010s`, of the program and of the system.
    let times = String::from_utf8(output.stdout).ok()?;
    times.lines().nth(1)?.split(' ').map(duration).sum()
}

fn duration(text: &str) -> Option<Duration> {
    let (minutes, seconds) = text.trim_end_matches('s').split_once('m')?;
    Some(Duration::from_secs_f64(60.0 * minutes.parse::<f64>().ok()? + seconds.parse::<f64>().ok()?))
}
