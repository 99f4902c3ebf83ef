//! The management API of Neptune, as far as it describes a cluster. There is nothing here that would change one.

use axum::http::StatusCode;
use axum::response::Response;

use super::facts::{Facts, Shared};
use super::query::{Call, answer, error, escaped, unknown_action};

/// The namespace of its answers: it shares its API with RDS.
pub(super) const NAMESPACE: &str = "http://rds.amazonaws.com/doc/2014-10-31/";

/// Answers a call whose signature holds, in a region.
pub(super) fn answered(facts: &Shared, region: &str, body: &[u8]) -> Response {
    let call = Call::read(body);
    let facts = facts.now();
    match call.action() {
        "DescribeDBClusters" => described(&facts, region, &call),
        "ListTagsForResource" => tags(&facts, region, &call),
        _ => unknown_action(NAMESPACE, &call),
    }
}

fn described(facts: &Facts, region: &str, call: &Call) -> Response {
    if facts.is_description_denied {
        return denied(facts, call);
    }
    let cluster = &facts.cluster;
    if call.parameter("DBClusterIdentifier").is_some_and(|name| name != cluster.name) {
        return not_found(call.parameter("DBClusterIdentifier"));
    }
    let role =
        |role: &String| format!("<DBClusterRole><RoleArn>{}</RoleArn><Status>ACTIVE</Status></DBClusterRole>", escaped(role));
    let roles = cluster.roles.iter().map(role).collect::<Vec<_>>().concat();
    let [name, resource_id, host] = [&cluster.name, &cluster.resource_id, &cluster.host].map(|text| escaped(text));
    let arn = escaped(&arn(facts, region));
    let description = format!(
        "<DBClusters><DBCluster><DBClusterIdentifier>{name}</DBClusterIdentifier><DbClusterResourceId>{resource_id}</DbClusterResourceId>\
         <DBClusterArn>{arn}</DBClusterArn><Endpoint>{host}</Endpoint><Port>8182</Port><Engine>neptune</Engine><Status>available</Status>\
         <ClusterCreateTime>2026-01-01T00:00:00Z</ClusterCreateTime><AssociatedRoles>{roles}</AssociatedRoles></DBCluster></DBClusters>"
    );
    answer(NAMESPACE, call.action(), &description)
}

fn tags(facts: &Facts, region: &str, call: &Call) -> Response {
    if facts.are_tags_denied {
        return denied(facts, call);
    }
    let resource = call.parameter("ResourceName");
    if resource != Some(&arn(facts, region)) {
        return not_found(resource);
    }
    // Clusters have other tags as well.
    let tags = [("team", Some("graph")), ("neptune-harness", facts.tag.as_deref())];
    let tags = tags.into_iter().filter_map(|(key, value)| Some((key, escaped(value?))));
    let tags = tags.map(|(key, value)| format!("<Tag><Key>{key}</Key><Value>{value}</Value></Tag>")).collect::<Vec<_>>();
    answer(NAMESPACE, call.action(), &format!("<TagList>{}</TagList>", tags.concat()))
}

fn arn(facts: &Facts, region: &str) -> String {
    format!("arn:aws:rds:{region}:{}:cluster:{}", facts.account, facts.cluster.name)
}

fn denied(facts: &Facts, call: &Call) -> Response {
    let (account, action) = (&facts.account, call.action());
    let message = format!("User: arn:aws:iam::{account}:user/tester is not authorized to perform: rds:{action}");
    error(StatusCode::FORBIDDEN, NAMESPACE, "AccessDenied", &message)
}

fn not_found(name: Option<&str>) -> Response {
    let message = format!("DBCluster {} not found.", name.unwrap_or_default());
    error(StatusCode::NOT_FOUND, NAMESPACE, "DBClusterNotFoundFault", &message)
}
