//! `cargo xtask clean`: removes the images, containers and networks that tests and `cargo xtask image` have made.

use std::io::Write;

use anyhow::Result;

use crate::docker::{self, Swept};
use crate::exit::Exit;
use crate::flags::Clean;
use crate::{image, reaper};

/// Runs the command.
///
/// # Errors
/// Docker does not list what there is, or refuses.
pub(crate) fn run(choice: &Clean, out: &mut dyn Write) -> Result<Exit> {
    if let (Some(run), true) = (&choice.run, choice.behind) {
        reaper::wait_and_sweep(run)?;
        return Ok(Exit::Fine);
    }
    if let Err(why) = docker::answers() {
        writeln!(out, "{why}\nStart Docker and try again, so that it can be asked what is left.")?;
        return Ok(Exit::NoDocker);
    }
    let swept = docker::sweep(choice.run.as_deref())?;
    let (images, kept) = if choice.run.is_none() { image::remove()? } else { (0, Vec::new()) };
    writeln!(out, "{}", reported(swept, images))?;
    for why in &kept {
        writeln!(out, "still there: {why}")?;
    }
    Ok(if kept.is_empty() { Exit::Fine } else { Exit::Broken })
}

fn reported(Swept { containers, networks }: Swept, images: usize) -> String {
    let counted = [(containers, "container"), (networks, "network"), (images, "image")];
    let some = counted.into_iter().filter(|(number, _)| *number > 0);
    let some: Vec<String> = some.map(|(number, what)| neptune_report::count(number as u64, what)).collect();
    if some.is_empty() { "nothing to remove".to_owned() } else { format!("removed {}", some.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_is_counted() {
        let swept = |containers, networks| Swept { containers, networks };
        assert_eq!(reported(swept(0, 0), 0), "nothing to remove");
        assert_eq!(reported(swept(1, 0), 2), "removed 1 container, 2 images");
        assert_eq!(reported(swept(3, 1), 1), "removed 3 containers, 1 network, 1 image");
    }
}
