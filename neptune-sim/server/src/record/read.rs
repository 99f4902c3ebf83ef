//! Reads recordings.

use serde::Deserialize;

use super::line::{Exchange, FORMAT, Title};

/// A recording, from one start of the proxy on.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    /// Its title.
    pub title: Title,
    /// The exchanges, in the order in which their requests came.
    pub exchanges: Vec<Exchange>,
    /// How many lines could not be read: the last one, if the proxy was killed, or some from a full disk.
    pub unreadable: u64,
    /// How many recordings stand before it in the file. They are left out.
    pub earlier: u64,
}

/// A text is no recording.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    /// It does not begin with a title.
    #[error("this is no recording: it does not begin with a line such as `{{\"recording\": 1, ...}}`")]
    NoTitle,
    /// It has a newer format.
    #[error("the recording has the format {0}, and this program reads format {FORMAT}: take a newer one")]
    Newer(u32),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Title(Title),
    Exchange(Box<Exchange>),
}

impl Recording {
    /// Whether a text begins as a recording does.
    pub fn is_one(text: &str) -> bool {
        matches!(first_line(text), Some(Line::Title(_)))
    }

    /// Reads the last recording of a text.
    ///
    /// # Errors
    /// [`RecordingError`] if it is none.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let mut found: Option<Self> = None;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match (serde_json::from_str(line), &mut found) {
                (Ok(Line::Title(title)), _) if title.recording != FORMAT => return Err(RecordingError::Newer(title.recording)),
                (Ok(Line::Title(title)), before) => {
                    let earlier = before.as_ref().map_or(0, |before| before.earlier + 1);
                    found = Some(Self { title, exchanges: Vec::new(), unreadable: 0, earlier });
                }
                (_, None) => return Err(RecordingError::NoTitle),
                (Ok(Line::Exchange(exchange)), Some(found)) => found.exchanges.push(*exchange),
                (Err(_), Some(found)) => found.unreadable += 1,
            }
        }
        let mut found = found.ok_or(RecordingError::NoTitle)?;
        found.exchanges.sort_by_key(|exchange| exchange.number);
        Ok(found)
    }
}

fn first_line(text: &str) -> Option<Line> {
    serde_json::from_str(text.lines().find(|line| !line.trim().is_empty())?).ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const TITLE: &str =
        r#"{"recording":1,"by":"neptune-sim 0.1.0","time":"2026-11-22T10:00:00.000Z","upstream":"https://host-1:8182"}"#;

    fn line(number: u64) -> String {
        format!(
            r#"{{"number":{number},"at":1.5,"time":"2026-11-22T10:00:01.500Z","took":0.002,"method":"GET","target":"/loader"}}"#
        )
    }

    #[test]
    fn exchanges_come_in_the_order_of_their_requests_and_unreadable_lines_are_counted() {
        let text = format!("{TITLE}\n{}\n{}\n\n{{\"number\":1,\n", line(2), line(0));
        let recording = Recording::parse(&text).unwrap();
        assert_eq!(recording.exchanges.iter().map(|exchange| exchange.number).collect::<Vec<_>>(), [0, 2]);
        assert_eq!((recording.unreadable, recording.earlier), (1, 0));
    }

    #[test]
    fn the_last_recording_of_a_file_is_taken() {
        let text = format!("{TITLE}\n{}\n{TITLE}\n{}\n", line(0), line(5));
        let recording = Recording::parse(&text).unwrap();
        assert_eq!((recording.exchanges.len(), recording.exchanges[0].number, recording.earlier), (1, 5, 1));
    }

    #[rstest]
    #[case::nothing("", RecordingError::NoTitle)]
    #[case::no_title(&line(0), RecordingError::NoTitle)]
    #[case::a_status(r#"{"status": "200 OK"}"#, RecordingError::NoTitle)]
    #[case::newer(r#"{"recording":2,"by":"b","time":"t","upstream":"u"}"#, RecordingError::Newer(2))]
    fn what_is_no_recording_says_so(#[case] text: &str, #[case] error: RecordingError) {
        assert_eq!(Recording::parse(text), Err(error));
    }
}
