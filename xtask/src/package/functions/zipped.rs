//! A zip file with one program.

use std::io::{Cursor, Write};

use anyhow::{Context, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// What Lambda starts.
const PROGRAM: &str = "bootstrap";

/// One more than deflate's own levels: Zopfli, with the fewest iterations. More of them take much longer and save a thousandth.
const LEVEL: i64 = 10;

/// Packs a program as Lambda takes it. The same program makes the same bytes.
pub(super) fn zipped(program: &[u8]) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        // 1980-01-01, the first time that a zip file knows.
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(PROGRAM, options).context("cannot begin a zip file")?;
    zip.write_all(program).context("cannot pack the program")?;
    Ok(zip.finish().context("cannot end the zip file")?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::DeflateDecoder;
    use zip::ZipArchive;

    use super::*;

    #[test]
    fn lambda_finds_a_program_that_it_may_start() {
        let program = b"a program ".repeat(1000);
        let zip = zipped(&program).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(&zip)).unwrap();
        assert_eq!(archive.len(), 1);
        let mut file = archive.by_index_raw(0).unwrap();
        assert_eq!((file.name(), file.unix_mode()), ("bootstrap", Some(0o100_755)));
        assert_eq!(file.last_modified(), Some(DateTime::default()));
        let (mut packed, mut unpacked) = (Vec::new(), Vec::new());
        file.read_to_end(&mut packed).unwrap();
        DeflateDecoder::new(&*packed).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == program && packed.len() < 100);
    }

    #[test]
    fn the_same_program_makes_the_same_bytes() {
        assert_eq!(zipped(b"a program").unwrap(), zipped(b"a program").unwrap());
    }
}
