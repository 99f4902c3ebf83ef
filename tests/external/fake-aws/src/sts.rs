//! STS, as far as it says whose credentials these are.

use axum::response::Response;

use super::facts::Shared;
use super::query::{Call, answer, escaped, unknown_action};

/// The namespace of its answers.
pub(super) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Answers a call whose signature holds.
pub(super) fn answered(facts: &Shared, body: &[u8]) -> Response {
    let call = Call::read(body);
    if call.action() != "GetCallerIdentity" {
        return unknown_action(NAMESPACE, &call);
    }
    let account = escaped(&facts.now().account);
    let identity =
        format!("<Arn>arn:aws:iam::{account}:user/tester</Arn><UserId>AIDAEXAMPLE</UserId><Account>{account}</Account>");
    answer(NAMESPACE, call.action(), &identity)
}
