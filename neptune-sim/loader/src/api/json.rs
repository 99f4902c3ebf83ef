//! The layout of loader bodies.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// Writes a loader body as Neptune does: four spaces an indent and `"key" : value` (observed).
///
/// # Panics
/// Never for the types of this crate: their keys are texts and they are written to memory.
pub fn to_loader_json(body: &impl Serialize) -> String {
    // Room for the answer to a poll, so that it does not grow in steps.
    let mut text = Vec::with_capacity(1024);
    let layout = LoaderLayout { pretty: PrettyFormatter::with_indent(b"    ") };
    body.serialize(&mut Serializer::with_formatter(&mut text, layout)).expect("a reply body is plain data");
    String::from_utf8(text).expect("serde_json writes UTF-8")
}

/// `serde_json`'s pretty layout with a space before the colon.
struct LoaderLayout {
    pretty: PrettyFormatter<'static>,
}

impl Formatter for LoaderLayout {
    fn begin_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_array(writer)
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_array_value(writer, first)
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(writer)
    }

    fn begin_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object(writer)
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_object_key(writer, first)
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b" : ")
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
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
