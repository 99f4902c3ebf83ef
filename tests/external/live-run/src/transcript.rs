//! What was said to the cluster and what it answered, a line of JSON each, without names and secrets.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use neptune_live::{Profile, moment};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::Credentials;
use neptune_harness::aliases::map_texts;

/// Writes to a file, or nowhere before there is one.
#[derive(Debug)]
pub(super) struct Transcript {
    /// What must not be written, with what stands in its place. Longer texts come first.
    masks: Vec<(String, &'static str)>,
    out: Mutex<Option<File>>,
    /// The scenario that is running.
    case: Mutex<String>,
}

impl Transcript {
    /// One that knows what a profile and credentials say, and writes nothing yet.
    pub(super) fn new(profile: &Profile, credentials: &Credentials) -> Self {
        let names = [
            (profile.role.as_str(), "<role>"),
            (profile.endpoint.host(), "<cluster>"),
            (&profile.cluster.resource_id, "<resource id>"),
            (profile.bucket.as_str(), "<bucket>"),
            (&profile.account, "<account>"),
        ];
        let secrets = credentials.secrets().map(|secret| (secret, "<credential>"));
        let mut masks: Vec<_> = secrets.chain(names).map(|(text, mask)| (text.to_owned(), mask)).collect();
        masks.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Self { masks, out: Mutex::default(), case: Mutex::default() }
    }

    /// Writes to this file from now on.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn write_to(&self, file: &Path) -> io::Result<()> {
        *self.out.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(OpenOptions::new().create(true).append(true).open(file)?);
        Ok(())
    }

    /// Sets the scenario for the following lines; none, if it is empty.
    pub(super) fn set_case(&self, name: &str) {
        name.clone_into(&mut self.case.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Writes one exchange down. What cannot be written is missed: the run matters more.
    pub(super) fn note(&self, at: OffsetDateTime, asked: &Value, answered: &Value) {
        let case = self.case.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let line = json!({"at": moment(at), "scenario": case, "asked": asked, "answered": shown(answered)});
        let line = self.masked(&line);
        if let Some(out) = self.out.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            let _ = out.write_all(format!("{line}\n").as_bytes());
        }
    }

    /// A value without names and secrets.
    fn masked(&self, value: &Value) -> Value {
        let masked = |text: &str| self.masks.iter().fold(text.to_owned(), |text, (secret, mask)| text.replace(secret, mask));
        map_texts(value, &masked)
    }
}

/// An answer without irrelevant parts: of its headers only the content type, and the text only where it is not JSON.
fn shown(answered: &Value) -> Value {
    let mut answered = without_ids(answered);
    if let Some(answer) = answered.as_object_mut() {
        if let Some(headers) = answer.get_mut("headers").and_then(Value::as_object_mut) {
            headers.retain(|name, _| name == "content-type");
        }
        if answer.contains_key("body") {
            answer.remove("text");
        }
    }
    answered
}

/// The ids of requests show AWS who sent them.
fn without_ids(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entry = |(key, value): (&String, &Value)| {
                let value = if key == "requestId" { json!("<request id>") } else { without_ids(value) };
                (key.clone(), value)
            };
            Value::Object(map.iter().map(entry).collect())
        }
        Value::Array(list) => list.iter().map(without_ids).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neptune_fake_aws::profile_text;

    #[test]
    fn neither_names_nor_secrets_are_written_down() {
        let filled = Profile::parse("rehearsal.toml", &profile_text()).unwrap();
        let variable = |name: &str| Some(format!("{}-of-somebody", name.to_lowercase()));
        let credentials = Credentials::find(variable).unwrap();
        let transcript = Transcript::new(&filled, &credentials);
        let file = tempfile::NamedTempFile::new().unwrap();
        transcript.write_to(file.path()).unwrap();
        let source = format!("s3://{}/team/loads/", filled.bucket.as_str());
        let role = filled.role.clone();
        let asked = json!({"method": "POST", "body": {"source": source, "iamRoleArn": role, "key": "aws_secret_access_key-of-somebody"}});
        transcript.set_case("test_x");
        let answered = json!({
            "http": 400,
            "headers": {"content-type": "application/json", "x-amzn-requestid": "abc"},
            "text": "{\"requestId\": \"abc\"}",
            "body": {"requestId": "abc", "detailedMessage": format!("{} said no", filled.account)},
        });
        transcript.note(OffsetDateTime::UNIX_EPOCH, &asked, &answered);
        let line: Value = serde_json::from_str(&std::fs::read_to_string(file.path()).unwrap()).unwrap();
        let asked = json!({"method": "POST", "body": {"source": "s3://<bucket>/team/loads/", "iamRoleArn": "<role>", "key": "<credential>"}});
        let answered = json!({
            "http": 400,
            "headers": {"content-type": "application/json"},
            "body": {"requestId": "<request id>", "detailedMessage": "<account> said no"},
        });
        assert_eq!(line, json!({"at": "1970-01-01T00:00:00Z", "scenario": "test_x", "asked": asked, "answered": answered}));
    }
}
