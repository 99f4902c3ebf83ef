//! The layout of loader bodies.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

/// Writes a loader body as Neptune does: four spaces an indent and `"key" : value` (observed).
///
/// # Panics
/// Never for the types of this crate: their keys are texts and they are written to memory.
pub fn to_loader_json(body: &impl Serialize) -> String {
    // Room for the answer to a poll, so that it does not grow in steps.
    let mut text = Vec::with_capacity(1024);
    body.serialize(&mut Serializer::with_formatter(&mut text, LoaderLayout::default())).expect("a reply body is plain data");
    String::from_utf8(text).expect("serde_json writes UTF-8")
}

/// The layout as `serde_json` writes it. Its own pretty layout writes each level of an indent by itself, which a poll would pay for.
#[derive(Debug, Default)]
struct LoaderLayout {
    depth: usize,
    /// Whether the array or object that is being written has something in it.
    has_value: bool,
}

impl LoaderLayout {
    fn open<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_value = false;
        writer.write_all(bracket)
    }

    fn close<W: io::Write + ?Sized>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.has_value {
            self.break_line(writer)?;
        }
        writer.write_all(bracket)
    }

    fn begin_value<W: io::Write + ?Sized>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.break_line(writer)
    }

    fn break_line<W: io::Write + ?Sized>(&self, writer: &mut W) -> io::Result<()> {
        /// Deeper than any answer is.
        const INDENT: &[u8] = &[b' '; 4 * 16];
        writer.write_all(b"\n")?;
        writer.write_all(&INDENT[..INDENT.len().min(4 * self.depth)])
    }
}

impl Formatter for LoaderLayout {
    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin_value(writer, first)
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin_value(writer, first)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b" : ")
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_value = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::reply::{Reply, StartedLoad};

    #[test]
    fn the_layout_is_neptunes() {
        let body = to_loader_json(&Reply::ok(StartedLoad { load_id: "x".into() }));
        assert_eq!(
            body,
            r#"{
    "status" : "200 OK",
    "payload" : {
        "loadId" : "x"
    }
}"#
        );
    }
}
