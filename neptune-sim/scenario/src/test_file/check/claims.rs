//! The expectations: every assertion checks something, and every word in it exists.

use indexmap::IndexMap;
use serde_json::Value;

use super::checker::TestCheck;
use crate::document::{KeyPath, Problem, one_of};
use crate::test_file::claim::{Check, Claim, ClaimError, Matcher, Subject, ValueMatcher};

impl TestCheck<'_> {
    pub(super) fn claims(&self, path: &KeyPath, claims: &IndexMap<String, IndexMap<String, Value>>) -> Vec<Claim> {
        let claim = |(words, checks): (&String, &IndexMap<String, Value>)| Claim {
            words: words.clone(),
            checks: self.checks(&path.key(words), checks),
        };
        claims.iter().map(claim).collect()
    }

    pub(super) fn checks(&self, path: &KeyPath, checks: &IndexMap<String, Value>) -> Vec<Check> {
        if checks.is_empty() {
            let help = "add a check: `answer.status: PENDING`".to_owned();
            self.findings.add(self.findings.wrong(path, "this assertion checks nothing", Some(help)));
        }
        checks.iter().filter_map(|(spelling, value)| self.check(&path.key(spelling), spelling, value)).collect()
    }

    fn check(&self, path: &KeyPath, spelling: &str, value: &Value) -> Option<Check> {
        let subject = Subject::parse(spelling).map_err(|error| self.unreadable(path, error));
        let subject = self.findings.keep(subject);
        let matchers = Matcher::parse_all(value).into_iter().filter_map(|(name, matcher)| {
            let place = name.map_or_else(|| path.clone(), |name| path.key(name));
            let matcher = matcher.map_err(|error| self.unreadable(&place, error));
            self.findings.keep(matcher).inspect(|matcher| self.matcher_words(path, matcher))
        });
        let matchers = matchers.collect();
        Some(Check { spelling: spelling.to_owned(), subject: subject?, matchers, line: self.findings.line(path) })
    }

    fn unreadable(&self, path: &KeyPath, error: ClaimError) -> Problem {
        let given = error.message.split('`').nth(1).unwrap_or_default().to_owned();
        let help = one_of(&given, &error.known, "words");
        self.findings.wrong_key(path, error.message, help)
    }

    /// A status word in an expectation must be one that Neptune has, or one that the file declares: a typing error would otherwise
    /// make a check that can never hold, or never fail.
    fn matcher_words(&self, path: &KeyPath, matcher: &Matcher) {
        let values: &[Value] = match matcher {
            Matcher::Each(ValueMatcher::Equals(value)) => std::slice::from_ref(value),
            Matcher::Each(ValueMatcher::OneOf(values)) | Matcher::InOrder(values) => values,
            _ => &[],
        };
        for word in values.iter().filter_map(Value::as_str).filter(|word| word.starts_with("LOAD_")) {
            self.findings.keep(self.known.status(self.findings, path, word));
        }
    }
}
