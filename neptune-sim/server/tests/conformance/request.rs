//! A call as a client would send it, member by member.

use serde_json::{Map, Value, json};

use crate::cases::{Model, Operation, Place};
use crate::client::{Answer, ask_with};
use neptune_server::Cluster;

/// The load that every cluster here has from the beginning.
pub(crate) const LOAD: &str = "a-load";
/// The region of every cluster here, unless a case is about another.
pub(crate) const REGION: &str = "us-east-1";

/// A call that is being put together.
pub(crate) struct Request<'a> {
    operation: &'a Operation,
    path: Map<String, Value>,
    query: Map<String, Value>,
    body: Map<String, Value>,
}

impl<'a> Request<'a> {
    /// A call with what it cannot go without, and nothing else.
    pub(crate) fn with_required(model: &'a Model, operation: &str) -> Self {
        let mut request = Self { operation: model.operation(operation), path: Map::new(), query: Map::new(), body: Map::new() };
        for (member, at) in model.required(operation) {
            request.set(member, at, sample(member));
        }
        request
    }

    /// Gives a member a value, and whatever a member needs at its side to count.
    pub(crate) fn set(&mut self, member: &str, at: Place, value: Value) {
        if matches!(member, "page" | "errorsPerPage") {
            self.query.insert("errors".to_owned(), json!("true"));
        }
        self.members(at).insert(member.to_owned(), value);
    }

    /// Leaves a member out.
    pub(crate) fn remove(&mut self, member: &str, at: Place) {
        self.members(at).remove(member).expect("a request begins with all that is required");
    }

    fn members(&mut self, at: Place) -> &mut Map<String, Value> {
        match at {
            Place::Body => &mut self.body,
            Place::Query => &mut self.query,
            Place::Path => &mut self.path,
        }
    }

    pub(crate) async fn send(&self, cluster: &Cluster) -> Answer {
        let body = if self.operation.method == "POST" { Value::from(self.body.clone()).to_string() } else { String::new() };
        let headers = [("Content-Type", "application/json")];
        ask_with(cluster.address(), &self.operation.method, &self.target(), &headers, &body).await
    }

    /// A path member that is left out leaves an empty segment, as with boto3.
    fn target(&self) -> String {
        let segment = |segment: &str| match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => self.path.get(name).and_then(Value::as_str).unwrap_or_default().to_owned(),
            None => segment.to_owned(),
        };
        let path: Vec<_> = self.operation.path.split('/').map(segment).collect();
        let query = self.query.iter().map(|(name, value)| (name, value.as_str().expect("a query is text")));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("{}?{query}", path.join("/"))
    }
}

/// A value for a member of which the model has nothing but the type. A new member needs one, and fails until it has.
pub(crate) fn sample(member: &str) -> Value {
    match member {
        "source" => json!("s3://bucket/people/"),
        "format" => json!("csv"),
        "region" => json!(REGION),
        "iamRoleArn" => json!("arn:aws:iam::123456789012:role/NeptuneLoadFromS3"),
        "parserConfiguration" => json!({"namedGraphUri": "http://example.org/graph", "allowEmptyStrings": "true"}),
        "dependencies" => json!([LOAD]),
        "loadId" => json!(LOAD),
        _ => panic!("the model has a new member {member}: say here what a client would send"),
    }
}
