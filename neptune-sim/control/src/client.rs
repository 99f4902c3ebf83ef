//! A typed client of the control API.

use std::fmt::Write as _;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    AddCluster, AddedCluster, AllLoads, Authentication, Availability, Cleared, ClockReading, ClusterDescription, ClusterLine,
    ClusterState, ErrorLog, ErrorLogPage, Fault, FaultReport, Instance, InstanceChange, Load, LoadExplanation, LoggedRequest,
    MoveClock, NewLoad, NewStart, Operation, Outcome, Overview, Problem, Quirk, QuirkValues, RemovedFaults, RequestFilter,
    RequestHistory, ScenarioText, Snapshot, Wait,
};

/// How long an answer may take. The control API does nothing that takes time.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a request to the simulator failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The endpoint is no URL of a simulator.
    #[error("`{0}` is not the endpoint of a simulator: write `http://127.0.0.1:8182`")]
    BadEndpoint(String),
    /// No HTTP client can be made.
    #[error("cannot make an HTTP client")]
    NoClient(#[source] reqwest::Error),
    /// There was no answer, or it broke off.
    #[error("{what}: no answer")]
    NoAnswer {
        /// The request: `GET http://127.0.0.1:8182/_sim`.
        what: String,
        /// What happened.
        #[source]
        source: reqwest::Error,
    },
    /// The simulator says what is wrong, and perhaps what to do about it.
    #[error("{what}: {status}: {} ({})", .problem.error, .problem.hint)]
    Refused {
        /// The request.
        what: String,
        /// The HTTP status.
        status: u16,
        /// Its words.
        problem: Box<Problem>,
    },
    /// The answer is none of a control API's.
    #[error("{what}: {status} with an answer that does not come from a control API: {text}")]
    Unreadable {
        /// The request.
        what: String,
        /// The HTTP status.
        status: u16,
        /// The answer.
        text: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

/// A client of one simulator's control API. Clones share their connections.
#[derive(Clone, Debug)]
pub struct ControlClient {
    http: Client,
    endpoint: Url,
}

impl ControlClient {
    /// A client of the simulator at an endpoint, `http://127.0.0.1:8182`. It uses no proxy and trusts no certificate authority; for a
    /// simulator behind TLS bring a client along with [`ControlClient::with_http`].
    ///
    /// # Errors
    /// [`ClientError::BadEndpoint`] if the endpoint is no HTTP URL.
    pub fn new(endpoint: &str) -> Result<Self, ClientError> {
        // reqwest asks for a TLS provider even if it only ever speaks HTTP. An error means that there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().tls_certs_only([]).timeout(PATIENCE).build().map_err(ClientError::NoClient)?;
        Self::with_http(endpoint, http)
    }

    /// The same with an HTTP client of one's own.
    ///
    /// # Errors
    /// As [`ControlClient::new`].
    pub fn with_http(endpoint: &str, http: Client) -> Result<Self, ClientError> {
        let url = Url::parse(endpoint).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let endpoint = url.ok_or_else(|| ClientError::BadEndpoint(endpoint.to_owned()))?;
        Ok(Self { http, endpoint })
    }

    /// The version and the clusters.
    ///
    /// # Errors
    /// [`ClientError`], as of every request here: the simulator cannot be reached, or it refuses.
    pub async fn overview(&self) -> Result<Overview, ClientError> {
        self.ask(Operation::Overview, &[]).await
    }

    /// The OpenAPI document.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn openapi(&self) -> Result<Value, ClientError> {
        self.ask(Operation::OpenApi, &[]).await
    }

    /// The clusters.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn clusters(&self) -> Result<Vec<ClusterLine>, ClientError> {
        self.ask(Operation::ListClusters, &[]).await
    }

    /// Adds a cluster from the text of a scenario.
    ///
    /// # Errors
    /// [`ClientError::Refused`] says what is wrong with the scenario, or why there can be no such cluster.
    pub async fn add_cluster(&self, scenario: impl Into<String>, how: &AddCluster) -> Result<AddedCluster, ClientError> {
        let url = with_query(self.url(Operation::AddCluster, &[]), how);
        self.send(Operation::AddCluster, url, Some(scenario.into())).await
    }

    /// One cluster. Nothing is asked yet.
    pub fn cluster(&self, name: impl Into<String>) -> ClusterClient {
        ClusterClient { control: self.clone(), name: name.into() }
    }

    async fn ask<A: DeserializeOwned>(&self, operation: Operation, path: &[&str]) -> Result<A, ClientError> {
        self.send(operation, self.url(operation, path), None).await
    }

    async fn tell<A: DeserializeOwned>(
        &self,
        operation: Operation,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<A, ClientError> {
        let body = serde_json::to_string(body).expect("a request is plain data");
        self.send(operation, self.url(operation, path), Some(body)).await
    }

    async fn send<A: DeserializeOwned>(&self, operation: Operation, url: Url, body: Option<String>) -> Result<A, ClientError> {
        let method = operation.method().as_str();
        let what = format!("{method} {url}");
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("the table has methods that HTTP knows");
        let mut request = self.http.request(method, url);
        if let Some(body) = body {
            let kind = if operation == Operation::AddCluster { "application/yaml" } else { "application/json" };
            request = request.header("Content-Type", kind).body(body);
        }
        let no_answer = |source| ClientError::NoAnswer { what: what.clone(), source };
        let response = request.send().await.map_err(no_answer)?;
        let status = response.status();
        let text = response.text().await.map_err(no_answer)?;
        let unreadable =
            |source| ClientError::Unreadable { what: what.clone(), status: status.as_u16(), text: text.clone(), source };
        if status.is_success() {
            // No content reads as null.
            return serde_json::from_str(if text.is_empty() { "null" } else { &text }).map_err(unreadable);
        }
        let problem = serde_json::from_str(&text).map_err(unreadable)?;
        Err(ClientError::Refused { what, status: status.as_u16(), problem: Box::new(problem) })
    }

    /// The URL of an operation: its path with these segments in the places of its parameters.
    fn url(&self, operation: Operation, parameters: &[&str]) -> Url {
        let mut parameters = parameters.iter();
        let mut path = String::new();
        for segment in operation.path().split('/').skip(1) {
            let value = if segment.starts_with('{') { parameters.next().copied().unwrap_or_default() } else { segment };
            let _ = write!(path, "/{}", utf8_percent_encode(value, NON_ALPHANUMERIC).to_string().replace("%5F", "_"));
        }
        let mut url = self.endpoint.clone();
        url.set_path(&path.replace("%2D", "-").replace("%2E", "."));
        url.set_query(None);
        url
    }
}

/// The control API of one cluster.
#[derive(Clone, Debug)]
pub struct ClusterClient {
    control: ControlClient,
    name: String,
}

impl ClusterClient {
    /// The cluster's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything about the cluster but its requests.
    ///
    /// # Errors
    /// [`ClientError`], as of every request here: the simulator cannot be reached, or it refuses.
    pub async fn describe(&self) -> Result<ClusterDescription, ClientError> {
        self.ask(Operation::DescribeCluster).await
    }

    /// Everything about the cluster at one moment.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn snapshot(&self) -> Result<Snapshot, ClientError> {
        self.ask(Operation::ReadSnapshot).await
    }

    /// The scenario that shows the same timeline, as YAML.
    ///
    /// # Errors
    /// [`ClientError::Refused`] of a proxy, which has no loads.
    pub async fn scenario(&self) -> Result<ScenarioText, ClientError> {
        self.ask(Operation::ExportScenario).await
    }

    /// Deletes the simulated cluster and frees its port.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if it is the first one.
    pub async fn delete(&self) -> Result<(), ClientError> {
        self.ask(Operation::DeleteCluster).await
    }

    /// The whole cluster as data.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if it is too large.
    pub async fn export(&self) -> Result<ClusterState, ClientError> {
        self.ask(Operation::ExportState).await
    }

    /// Restores the cluster from an exported state, or adds one if there is none of this name.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the state cannot be understood.
    pub async fn import(&self, state: &ClusterState) -> Result<ClusterDescription, ClientError> {
        self.tell(Operation::ImportState, state).await
    }

    /// What the clock reads.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn clock(&self) -> Result<ClockReading, ClientError> {
        self.ask(Operation::ReadClock).await
    }

    /// Lets time pass on a manual clock, whole milliseconds.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the clock runs by itself.
    pub async fn advance(&self, by: Duration) -> Result<ClockReading, ClientError> {
        self.move_clock(&MoveClock::Advance(millis(by))).await
    }

    /// Goes to the moment at which a load has ended (`finished`) or has a status.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the load never gets there.
    pub async fn wait_for(&self, load: impl Into<String>, until: impl Into<String>) -> Result<ClockReading, ClientError> {
        self.move_clock(&MoveClock::Wait(Wait::Load { load: load.into(), until: until.into() })).await
    }

    /// Goes to the moment at which every load has ended.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if one never ends.
    pub async fn wait_for_all(&self) -> Result<ClockReading, ClientError> {
        self.move_clock(&MoveClock::Wait(Wait::AllLoads(AllLoads::Finished))).await
    }

    /// Goes to the moment this long after the cluster began, unless it is past.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the clock runs by itself.
    pub async fn wait_until(&self, since_start: Duration) -> Result<ClockReading, ClientError> {
        self.move_clock(&MoveClock::Wait(Wait::At(millis(since_start)))).await
    }

    /// Changes how time passes: `real`, `scaled:60` or `manual`.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if there is no such clock.
    pub async fn set_clock(&self, kind: impl Into<String>) -> Result<ClockReading, ClientError> {
        self.move_clock(&MoveClock::Set(kind.into())).await
    }

    /// Does with the clock what is said.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if that cannot be done.
    pub async fn move_clock(&self, how: &MoveClock) -> Result<ClockReading, ClientError> {
        self.tell(Operation::MoveClock, how).await
    }

    /// Whether the cluster can be reached.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn availability(&self) -> Result<Availability, ClientError> {
        self.ask(Operation::ReadAvailability).await
    }

    /// Makes the cluster reachable or not.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if it shares its port with the control API and is to refuse connections.
    pub async fn set_availability(&self, availability: &Availability) -> Result<Availability, ClientError> {
        self.tell(Operation::SetAvailability, availability).await
    }

    /// The faults in place, and how often each fired.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn faults(&self) -> Result<Vec<FaultReport>, ClientError> {
        self.ask(Operation::ListFaults).await
    }

    /// Adds a fault, from now on. A ready-made one may have several parts.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the fault is impossible.
    pub async fn add_fault(&self, fault: &Fault) -> Result<Vec<FaultReport>, ClientError> {
        self.tell(Operation::AddFault, fault).await
    }

    /// Removes all faults.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn clear_faults(&self) -> Result<RemovedFaults, ClientError> {
        self.ask(Operation::ClearFaults).await
    }

    /// Removes a fault, or all parts of a sequence.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if there is none of this name.
    pub async fn remove_fault(&self, fault: &str) -> Result<RemovedFaults, ClientError> {
        let url = self.control.url(Operation::RemoveFault, &[&self.name, fault]);
        self.control.send(Operation::RemoveFault, url, None).await
    }

    /// Whether the cluster authenticates its clients, without secrets.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn authentication(&self) -> Result<Authentication, ClientError> {
        self.ask(Operation::ReadAuthentication).await
    }

    /// Makes the cluster authenticate its clients, or not. The answer is without secrets.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if a key is impossible.
    pub async fn set_authentication(&self, authentication: &Authentication) -> Result<Authentication, ClientError> {
        self.tell(Operation::SetAuthentication, authentication).await
    }

    /// The instance behind the cluster's endpoint.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn instance(&self) -> Result<Instance, ClientError> {
        self.ask(Operation::DescribeInstance).await
    }

    /// Makes the instance a writer or a read replica, healthy or recovering.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the change makes no sense.
    pub async fn change_instance(&self, change: &InstanceChange) -> Result<Instance, ClientError> {
        self.tell(Operation::ChangeInstance, change).await
    }

    /// Restarts the instance, as a reboot or a failover does.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn restart(&self) -> Result<Instance, ClientError> {
        self.ask(Operation::RestartInstance).await
    }

    /// Whether the cluster refuses requests that AWS SDKs never send.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn is_strict(&self) -> Result<bool, ClientError> {
        self.ask(Operation::ReadStrictness).await
    }

    /// Makes the cluster refuse requests that AWS SDKs never send, or not.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn set_strict(&self, strict: bool) -> Result<bool, ClientError> {
        self.tell(Operation::SetStrictness, &strict).await
    }

    /// The quirks with what is chosen.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn quirks(&self) -> Result<Vec<Quirk>, ClientError> {
        self.ask(Operation::ListQuirks).await
    }

    /// Changes some quirks, all of them or none.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if there is no such quirk or no such choice.
    pub async fn set_quirks(&self, values: &QuirkValues) -> Result<Vec<Quirk>, ClientError> {
        self.tell(Operation::SetQuirks, values).await
    }

    /// Every load.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn loads(&self) -> Result<Vec<Load>, ClientError> {
        self.ask(Operation::ListLoads).await
    }

    /// Cancels a load, as `DELETE /loader/{id}` does.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if it has ended, or there is none of this id.
    pub async fn cancel(&self, id: &str) -> Result<Load, ClientError> {
        self.control.ask(Operation::CancelLoad, &[&self.name, id]).await
    }

    /// Starts a load, as `POST /loader` does.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if Neptune refuses it.
    pub async fn start(&self, start: &NewStart) -> Result<Load, ClientError> {
        self.tell(Operation::StartLoad, start).await
    }

    /// Why a load is as it is, in a few sentences.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if there is none of this id.
    pub async fn explain(&self, id: &str) -> Result<LoadExplanation, ClientError> {
        self.control.ask(Operation::ExplainLoad, &[&self.name, id]).await
    }

    /// A page of a load's error log.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if there is none of this id.
    pub async fn errors(&self, id: &str, page: &ErrorLogPage) -> Result<ErrorLog, ClientError> {
        let url = with_query(self.control.url(Operation::ListErrors, &[&self.name, id]), page);
        self.control.send(Operation::ListErrors, url, None).await
    }

    /// One load.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if there is none of this id.
    pub async fn load(&self, id: &str) -> Result<Load, ClientError> {
        self.control.ask(Operation::DescribeLoad, &[&self.name, id]).await
    }

    /// Scripts a load, which begins at once.
    ///
    /// # Errors
    /// [`ClientError::Refused`] says what is wrong with it.
    pub async fn script(&self, load: &NewLoad) -> Result<Load, ClientError> {
        self.tell(Operation::ScriptLoad, load).await
    }

    /// Changes the future of a load.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if the load has ended, or cannot go there from where it is.
    pub async fn set_outcome(&self, id: &str, outcome: &Outcome) -> Result<Load, ClientError> {
        self.control.tell(Operation::SetOutcome, &[&self.name, id], outcome).await
    }

    /// The requests that came, and what was answered.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn requests(&self, which: &RequestFilter) -> Result<RequestHistory, ClientError> {
        let url = with_query(self.control.url(Operation::ListRequests, &[&self.name]), which);
        self.control.send(Operation::ListRequests, url, None).await
    }

    /// One request by its number.
    ///
    /// # Errors
    /// [`ClientError::Refused`] if it has not come yet, or is forgotten.
    pub async fn request(&self, number: u64) -> Result<LoggedRequest, ClientError> {
        self.control.ask(Operation::DescribeRequest, &[&self.name, &number.to_string()]).await
    }

    /// Clears the log of requests.
    ///
    /// # Errors
    /// [`ClientError`]
    pub async fn clear_requests(&self) -> Result<Cleared, ClientError> {
        self.ask(Operation::ClearRequests).await
    }

    async fn ask<A: DeserializeOwned>(&self, operation: Operation) -> Result<A, ClientError> {
        self.control.ask(operation, &[&self.name]).await
    }

    async fn tell<A: DeserializeOwned>(&self, operation: Operation, body: &impl Serialize) -> Result<A, ClientError> {
        self.control.tell(operation, &[&self.name], body).await
    }
}

fn millis(duration: Duration) -> String {
    format!("{}ms", duration.as_millis())
}

/// The URL with the fields of a query.
fn with_query(mut url: Url, query: &impl Serialize) -> Url {
    let fields = serde_json::to_value(query).expect("a query is plain data");
    for (name, value) in fields.as_object().into_iter().flatten() {
        url.query_pairs_mut().append_pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    url
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("domain-load", "http://127.0.0.1:8182/_sim/clusters/a.b_c/loads/domain-load")]
    #[case::a_slash("a/b", "http://127.0.0.1:8182/_sim/clusters/a.b_c/loads/a%2Fb")]
    #[case::a_question("a?b#c%d", "http://127.0.0.1:8182/_sim/clusters/a.b_c/loads/a%3Fb%23c%25d")]
    #[case::a_space("ä b", "http://127.0.0.1:8182/_sim/clusters/a.b_c/loads/%C3%A4%20b")]
    fn an_id_is_one_segment_of_a_path(#[case] id: &str, #[case] url: &str) {
        let client = ControlClient::new("http://127.0.0.1:8182/").unwrap();
        assert_eq!(client.url(Operation::DescribeLoad, &["a.b_c", id]).as_str(), url);
    }

    #[test]
    fn a_query_has_what_was_given() {
        let filter = RequestFilter { path: Some("/loader?x=1&y".into()), status: Some(200), ..RequestFilter::default() };
        let url = with_query(Url::parse("http://127.0.0.1/").unwrap(), &filter);
        assert_eq!(url.query(), Some("path=%2Floader%3Fx%3D1%26y&status=200"));
    }

    #[rstest]
    #[case::no_url("127.0.0.1:8182")]
    #[case::another_scheme("ftp://127.0.0.1/")]
    fn an_endpoint_is_an_http_url(#[case] endpoint: &str) {
        assert!(matches!(ControlClient::new(endpoint), Err(ClientError::BadEndpoint(_))));
    }

    #[tokio::test]
    async fn a_simulator_that_is_not_there_is_named() {
        let error = ControlClient::new("http://127.0.0.1:1").unwrap().overview().await.unwrap_err();
        assert_eq!(error.to_string(), "GET http://127.0.0.1:1/_sim: no answer");
    }
}
