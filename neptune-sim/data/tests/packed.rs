//! Compressed files: what is unpacked, what is refused, and how much is read.

use std::io::{self, Read, Write as _};

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use neptune_data::rdf::{Format, Options, load};
use neptune_data::{Graph, NoText, Packing, Problem, What, unpacked};
use rstest::rstest;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).expect("bytes can be read and written");
    encoder.finish().expect("bytes can be read and written")
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(text).expect("bytes can be read and written");
    encoder.finish().expect("bytes can be read and written")
}

fn text(bytes: &[u8], name: Option<&str>) -> Result<String, NoText> {
    let mut text = String::new();
    match unpacked(bytes, name).and_then(|mut unpacked| unpacked.read_to_string(&mut text)) {
        Ok(_) => Ok(text),
        Err(error) => Err(*error.get_ref().and_then(|error| error.downcast_ref::<NoText>()).expect("the file is at fault")),
    }
}

/// So long that it is not read at once.
fn long() -> String {
    let numbers: Vec<String> = (0..20_000).map(|number| format!("<e:a> <e:p> \"{number}\" .\n")).collect();
    numbers.concat()
}

/// The first bytes of a tar archive with one file.
fn tar() -> Vec<u8> {
    let mut header = vec![0; 1024];
    header[..5].copy_from_slice(b"a.csv");
    header[257..262].copy_from_slice(b"ustar");
    header
}

#[rstest]
#[case::plain(long().into_bytes(), Some("a.nt"))]
#[case::gzip(gzip(long().as_bytes()), Some("a.nt.gz"))]
#[case::bzip2(bzip2(long().as_bytes()), Some("a.nt.bz2"))]
#[case::gzip_without_a_name(gzip(long().as_bytes()), None)]
#[case::several_members_of_gzip(long().as_bytes().chunks(1000).flat_map(gzip).collect(), Some("a.gz"))]
#[case::several_streams_of_bzip2(long().as_bytes().chunks(100_000).flat_map(bzip2).collect(), Some("a.bz2"))]
fn a_text_is_unpacked(#[case] bytes: Vec<u8>, #[case] name: Option<&str>) {
    assert!(text(&bytes, name) == Ok(long()));
}

#[rstest]
#[case::another_name(gzip(b"x"), Some("a.csv"), NoText::OtherName(Packing::Gzip))]
#[case::the_ending_of_the_other(bzip2(b"x"), Some("a.csv.gz"), NoText::OtherName(Packing::Bzip2))]
#[case::a_name_that_says_too_much(b"~id\n".to_vec(), Some("a.csv.gz"), NoText::NotPacked(Packing::Gzip))]
#[case::nothing(Vec::new(), Some("a.csv.bz2"), NoText::NotPacked(Packing::Bzip2))]
#[case::cut_off(gzip(long().as_bytes())[..5000].to_vec(), Some("a.gz"), NoText::Damaged(Packing::Gzip))]
#[case::cut_off_in_the_head(gzip(b"x")[..5].to_vec(), Some("a.gz"), NoText::Damaged(Packing::Gzip))]
#[case::cut_off_before_the_sum(gzip(b"x")[..20].to_vec(), None, NoText::Damaged(Packing::Gzip))]
#[case::cut_off_bzip2(bzip2(long().as_bytes())[..5000].to_vec(), Some("a.bz2"), NoText::Damaged(Packing::Bzip2))]
#[case::something_else_behind([gzip(b"x"), b"more".to_vec()].concat(), Some("a.gz"), NoText::Damaged(Packing::Gzip))]
fn what_a_load_cannot_unpack_is_refused(#[case] bytes: Vec<u8>, #[case] name: Option<&str>, #[case] expected: NoText) {
    assert_eq!(text(&bytes, name), Err(expected));
}

#[rstest]
#[case::tar(tar(), "a.csv", "a tar archive")]
#[case::packed_tar(gzip(&tar()), "a.csv.gz", "a tar archive")]
#[case::tgz(gzip(&tar()), "a.tgz", "a tar archive by its name")]
#[case::zip(b"PK\x03\x04...".to_vec(), "a.zip", "a zip archive")]
#[case::a_workbook(b"PK\x03\x04...[Content_Types].xml".to_vec(), "a.xlsx", "a document of Office, such as a workbook of Excel")]
#[case::twice(gzip(&gzip(b"x")), "a.gz", "compressed twice")]
#[case::parquet(b"PAR1\x15\0...".to_vec(), "part-0.parquet", "a Parquet file")]
#[case::orc(b"ORC\n\x1F\x08...".to_vec(), "part-0.orc", "an ORC file")]
#[case::avro(b"Obj\x01\x04".to_vec(), "a.avro", "an Avro file")]
#[case::hdt(b"$HDT\x01<http://purl.org/HDT/hdt#HDTv1>\0".to_vec(), "a.hdt", "an HDT file")]
#[case::neo4j(b"DZV1\x28\xB5\x2F\xFD".to_vec(), "neo4j.dump", "a dump of Neo4j")]
#[case::lzo(b"\x89LZO\0\r\n\x1A\n".to_vec(), "a.csv", "compressed with LZO")]
#[case::feather(b"FEA1\0\0".to_vec(), "a.csv", "a Feather file")]
#[case::hdf5(b"\x89HDF\r\n\x1A\n".to_vec(), "a.csv", "an HDF5 file")]
#[case::duckdb(b"\0\x01\x02\x03\0\0\0\0DUCK\x40\0".to_vec(), "a.csv", "a database of DuckDB")]
#[case::numpy(b"\x93NUMPY\x01\0v\0{".to_vec(), "a.csv", "an array of NumPy")]
#[case::a_pickle(b"\x80\x04\x95\x10\0\0\0".to_vec(), "a.csv", "a pickle of Python")]
#[case::ion(b"\xE0\x01\x00\xEA\xEE".to_vec(), "a.csv", "a file of Amazon Ion")]
#[case::a_picture(b"\x89PNG\r\n\x1A\n".to_vec(), "a.csv", "a picture")]
#[case::lz4(b"\x04\x22\x4D\x18\x64\x40".to_vec(), "a.csv.lz4", "compressed with lz4")]
#[case::snappy(b"\xFF\x06\0\0sNaPpY".to_vec(), "a.csv.sz", "compressed with Snappy")]
#[case::snappy_of_hadoop(b"\0\0\x01\0\0\0\x08x".to_vec(), "part-0.snappy", "compressed with Snappy by its name")]
fn what_no_load_takes_is_refused_with_its_kind(#[case] bytes: Vec<u8>, #[case] name: &str, #[case] expected: &str) {
    let Err(NoText::OtherKind(kind, _)) = text(&bytes, Some(name)) else { panic!("it is taken") };
    assert_eq!(kind, expected);
}

/// Letters with which a file of another kind begins may begin a text.
#[rstest]
#[case::parquet("PAR1,~id\n", "a.csv")]
#[case::orc("ORCID:String,~id\n", "a.csv")]
#[case::a_text_with_a_name("~id\n", "a.csv.snappy")]
#[case::cells_of_hive("ORC\u{1}~id\n", "000000_0")]
#[case::a_character_that_is_cut_off(&format!("PAR1{}é", "x".repeat(507)), "a.csv")]
fn a_text_with_the_letters_of_another_kind_is_taken(#[case] expected: &str, #[case] name: &str) {
    assert_eq!(text(expected.as_bytes(), Some(name)).as_deref(), Ok(expected));
}

#[test]
fn a_flipped_bit_is_found() {
    for packed in [gzip(long().as_bytes()), bzip2(long().as_bytes())] {
        for at in [20, packed.len() / 2, packed.len() - 5] {
            let mut bytes = packed.clone();
            bytes[at] ^= 1;
            assert!(matches!(text(&bytes, None), Err(NoText::Damaged(_))), "{at}");
        }
    }
}

#[test]
fn an_error_of_the_stream_stays_what_it_is() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let packed = gzip(long().as_bytes());
    let mut input = unpacked(packed[..5000].chain(Broken), None).expect("bytes can be read and written");
    assert_eq!(io::copy(&mut input, &mut io::sink()).expect_err("the stream breaks").kind(), io::ErrorKind::ConnectionReset);
}

/// A few kilobytes that become 64 MiB without a line end: reading ends at the bound of a record.
#[test]
fn a_bomb_is_not_unpacked_to_its_end() {
    let mut bomb = GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..64 {
        bomb.write_all(&vec![b'x'; 1024 * 1024]).expect("bytes can be read and written");
    }
    let bomb = bomb.finish().expect("bytes can be read and written");
    let mut rest = &bomb[..];
    let mut problems = Vec::new();
    let text = unpacked(&mut rest, None).expect("bytes can be read and written");
    load(text, Format::NTriples, &Options::default(), &mut Graph::default(), &mut |found| problems.push(found.what().clone()))
        .expect("bytes can be read and written");
    assert_eq!(problems, [What::Error(Problem::RecordTooLong)]);
    assert!(rest.len() > bomb.len() / 2, "{} of {}", rest.len(), bomb.len());
}
