//! What is found and counted is the same on any number of cores, and however the stream comes.

use std::fmt::Write as _;
use std::io::{self, Read};
use std::num::NonZero;

use neptune_data::table::{Dialect, File, Options};
use neptune_data::{Finding, Graph, Stop, Totals};
use rstest::rstest;

/// Some blocks of rows of all kinds: good ones, repeated ones, and each fault that a row can have.
fn vertices() -> String {
    let mut text = "\u{feff}~id,~label,name:String(single),age:Int,ok:Bool,tags:String[]\n".to_owned();
    for row in 0..12_000 {
        let _ = match row % 1000 {
            7 => writeln!(text, "v{row},,\"a\nb\",x,true,"),
            77 => writeln!(text, "v{},a;b,other,1,True,[a]", row - 1),
            177 => writeln!(text, "v{row},,n,1,true,a,b"),
            277 => writeln!(text, "v{row}"),
            377 => writeln!(text, ",,n"),
            477 => writeln!(text, "v{row},\"\",n"),
            577 => writeln!(text, "v{row},,b \"q\" b,1"),
            _ => writeln!(text, "v{row},person,\"name, {row}\",{},true,a;b\\;c", row % 90),
        };
    }
    text
}

fn edges() -> String {
    let mut text = "~id,~from,~to,~label,weight:Double\n".to_owned();
    for row in 0..12_000 {
        let _ = writeln!(text, "e{},v{row},v{},knows,{row}.5", row % 11_000, row + 1);
    }
    text
}

/// Gives few bytes at a time, and not always as many.
struct Uneven<'a>(&'a [u8]);

impl Read for Uneven<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = 1 + self.0.len() % 4099;
        let count = most.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

/// Loads both files.
fn load(stop: Stop, cores: usize, is_uneven: bool) -> Vec<(Totals, Vec<Finding>)> {
    let mut graph = Graph::default();
    let mut load = |text: &str| {
        let input: Box<dyn Read + Send + '_> =
            if is_uneven { Box::new(Uneven(text.as_bytes())) } else { Box::new(text.as_bytes()) };
        let file = File::open(input, Dialect::Gremlin).expect("bytes can be read");
        let options = Options { stop, cores: NonZero::new(cores), ..Options::default() };
        let mut findings = Vec::new();
        let totals = file.load(options, &mut graph, &mut |found| findings.push(found.finding())).expect("bytes can be read");
        (totals, findings)
    };
    vec![load(&vertices()), load(&edges())]
}

#[rstest]
#[case::to_the_end(Stop::AtTheEnd)]
#[case::as_far_as_a_load(Stop::WithTheLoad)]
#[case::to_the_first_error(Stop::AtTheFirstError)]
fn any_number_of_cores_finds_the_same(#[case] stop: Stop) {
    let alone = load(stop, 1, false);
    assert!(alone.iter().all(|(_, findings)| !findings.is_empty()));
    for (cores, is_uneven) in [(1, true), (2, false), (2, true), (5, false)] {
        let together = load(stop, cores, is_uneven);
        assert!(together == alone, "{cores} cores: {:?}", together.iter().map(|(totals, _)| totals).collect::<Vec<_>>());
    }
}
