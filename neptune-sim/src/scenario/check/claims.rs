//! The expectations: every assertion checks something, and every word in it exists.

use indexmap::IndexMap;
use serde_json::Value;

use super::Checker;
use crate::scenario::claim::{Check, Claim, ClaimError, Matcher, Subject, ValueMatcher};
use crate::scenario::yaml::{KeyPath, Problem, one_of};

impl Checker<'_> {
    pub(super) fn claims(
        &self,
        path: &KeyPath,
        claims: &IndexMap<String, IndexMap<String, Value>>,
    ) -> Result<Vec<Claim>, Problem> {
        let claim = |(words, checks): (&String, &IndexMap<String, Value>)| {
            Ok(Claim { words: words.clone(), checks: self.checks(&path.key(words), checks)? })
        };
        claims.iter().map(claim).collect()
    }

    pub(super) fn checks(&self, path: &KeyPath, checks: &IndexMap<String, Value>) -> Result<Vec<Check>, Problem> {
        if checks.is_empty() {
            return Err(self.wrong(
                path,
                "this assertion checks nothing",
                Some("add a check: `answer.status: PENDING`".into()),
            ));
        }
        checks.iter().map(|(spelling, value)| self.check(&path.key(spelling), spelling, value)).collect()
    }

    pub(super) fn check(&self, path: &KeyPath, spelling: &str, value: &Value) -> Result<Check, Problem> {
        let unreadable = |error: ClaimError| {
            let given = error.message.split('`').nth(1).unwrap_or_default().to_owned();
            let help = one_of(&given, &error.known, "words");
            self.wrong(path, error.message, help)
        };
        let subject = Subject::parse(spelling).map_err(unreadable)?;
        let matchers = Matcher::parse_all(value).map_err(unreadable)?;
        for matcher in &matchers {
            self.matcher_words(path, matcher)?;
        }
        Ok(Check { spelling: spelling.to_owned(), subject, matchers })
    }

    /// A status word in an expectation must be one that Neptune has, or one that the file declares: a typing error would otherwise
    /// make a check that can never hold, or never fail.
    pub(super) fn matcher_words(&self, path: &KeyPath, matcher: &Matcher) -> Result<(), Problem> {
        let values: &[Value] = match matcher {
            Matcher::Each(ValueMatcher::Equals(value)) => std::slice::from_ref(value),
            Matcher::Each(ValueMatcher::OneOf(values)) | Matcher::InOrder(values) => values,
            _ => &[],
        };
        for word in values.iter().filter_map(Value::as_str).filter(|word| word.starts_with("LOAD_")) {
            self.status(path, word)?;
        }
        Ok(())
    }
}
