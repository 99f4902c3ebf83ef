//! A live cluster as the backend of one scenario: its loads are real, and faults happen in a proxy in front of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use neptune_control::{Fault, FaultReport};
use neptune_live::{DataFormat, Folder, RunPrefix, Via, files};
use neptune_report::Inconclusive;
use neptune_server::Proxy;
use neptune_server::scenario::{self, Body, LiveLoad, OnNeptune, Request, Scenario};
use neptune_server::upstream::{HostHeader, Upstream, UpstreamOptions};
use neptune_server::{Availability, ClockKind, ClusterSetup, ClusterSpec};
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::time::sleep;

use super::Credentials;
use super::dataset::dataset;
use super::deployed::{Deployed, LiveFunction};
use super::preflight::LoadSeen;
use super::progress::{Progress, is_transient, progress};
use super::run_resources::RunResources;
use neptune_harness::aliases::{Aliases, map_texts};
use neptune_harness::backend::{Backend, ClusterState, NothingSaid, Script, StartDefaults, Visibility};
use neptune_harness::binaries::handler_binary;
use neptune_harness::lambda::{Function, Lambda};
use neptune_harness::sim::SimBackend;

/// The backend of one scenario.
#[derive(Debug)]
pub(super) struct LiveBackend<'a, O> {
    resources: &'a RunResources<O>,
    form: OnNeptune,
    /// What each load reads.
    folders: Vec<(LiveLoad, Folder)>,
    /// What a start reads that is to be refused, in a scenario that has no data: nothing is ever put there.
    nothing: Folder,
    route: &'a Route,
    /// What stands between the functions and the cluster, if something is to go wrong there.
    proxy: Option<SimBackend>,
    /// What loads are to be seen as, by their ids: the status that was waited for, or any before the end. It may be over too soon.
    transient: Mutex<BTreeMap<String, Transient>>,
}

/// What a load is to be seen as while it lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Transient {
    /// Anything but completed: a large load is there for that.
    Unfinished,
    /// This status.
    Status(String),
}

/// How functions get to the cluster.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) via: Via,
    /// Where a connection is opened, if not where the cluster's name leads.
    pub(super) connect_to: Option<SocketAddr>,
    pub(super) credentials: Credentials,
}

impl<'a, O> LiveBackend<'a, O> {
    /// A backend for a scenario in its live form. Only the proxy is created at once, if the form needs one.
    ///
    /// # Errors
    /// A name cannot stand in a key, or the proxy cannot listen.
    pub(super) async fn new(
        resources: &'a RunResources<O>,
        route: &'a Route,
        scenario: &Scenario,
        form: OnNeptune,
    ) -> Result<Self> {
        let client = &resources.client;
        let prefix = RunPrefix::of(client.permit.run(), &client.permit.profile().prefix);
        // Loads of one source read one folder: whether a load is taken up again depends on its source.
        let namesake = |load: &LiveLoad| {
            form.loads.iter().find(|other| other.source == load.source).map_or(&load.name, |first| &first.name).clone()
        };
        let folder = |load: &LiveLoad| -> Result<(LiveLoad, Folder)> {
            Ok((load.clone(), prefix.folder(scenario.name(), &namesake(load), dataset(load.dataset))?))
        };
        let folders = form.loads.iter().map(folder).collect::<Result<_>>()?;
        let proxy =
            if scenario.needs_fault_proxy() { Some(proxy(client.connection.upstream(), scenario).await?) } else { None };
        let nothing = prefix.folder(scenario.name(), "nothing", neptune_live::Dataset::Valid)?;
        Ok(Self { resources, form, folders, nothing, route, proxy, transient: Mutex::default() })
    }

    /// Ends the proxy, if there is one, and puts what went through it into the transcript.
    pub(super) async fn end(self) -> Result<()> {
        let Some(proxy) = self.proxy else { return Ok(()) };
        for request in proxy.requests_since(0).await? {
            let transcript = &self.resources.client.connection.transcript;
            transcript.note(OffsetDateTime::now_utc(), &json!({"through": "the fault proxy"}), &request);
        }
        proxy.end().await
    }

    async fn upload(&self, load: &LiveLoad, folder: &Folder) -> Result<()> {
        let client = &self.resources.client;
        let format =
            DataFormat::from_word(&load.format).with_context(|| format!("there is no data in the format `{}`", load.format))?;
        let large = client.permit.profile().large_vertices;
        for file in files(dataset(load.dataset), format, client.permit.run(), large) {
            self.resources.upload(folder.key(file.name)?, file.bytes).await?;
        }
        Ok(())
    }

    /// A text as the cluster gets it: sources of the scenario become those of the data that was uploaded for them.
    fn with_own_sources(&self, text: &str) -> String {
        let own = |(load, folder): &(LiveLoad, Folder)| {
            text.strip_prefix(&load.source).map(|rest| format!("{}{rest}", self.resources.client.source(folder)))
        };
        self.folders.iter().find_map(own).unwrap_or_else(|| text.to_owned())
    }

    /// Starts a load, with the sources of the data that was uploaded and the parameters of its live form.
    async fn start(&self, request: &Request, load: Option<&str>) -> Result<Value> {
        let named = self.folders.iter().find(|(candidate, _)| load.is_some_and(|name| candidate.name == name));
        let any = named.or(self.folders.first());
        let folder = any.map_or(&self.nothing, |(_, folder)| folder);
        let mut request = request.clone();
        for (_, value) in &mut request.query {
            *value = self.with_own_sources(value);
        }
        if let Body::Json(body) = &mut request.body {
            for (name, value) in named.iter().flat_map(|(live, _)| &live.parameters) {
                body[name] = value.clone();
            }
            *body = map_texts(body, &|text| self.with_own_sources(text));
        }
        let reply = self.resources.start(folder.clone(), &request).await?;
        if named.is_some_and(|(live, _)| live.dataset == scenario::Dataset::Large)
            && let Some(id) = reply.pointer("/body/payload/loadId").and_then(Value::as_str)
        {
            locked(&self.transient).insert(id.to_owned(), Transient::Unfinished);
        }
        Ok(reply)
    }

    /// Whether a state is over that was to be looked at.
    async fn has_passed(&self) -> Result<Option<Inconclusive>> {
        let transient = locked(&self.transient).clone();
        for (id, wanted) in transient {
            let Some(seen) = self.resources.client.load(&id).await? else { continue };
            let has_passed = match wanted {
                Transient::Unfinished => seen.status == "LOAD_COMPLETED",
                Transient::Status(wanted) => seen.status != wanted,
            };
            if has_passed {
                return Ok(Some(Inconclusive::PassedTooQuickly));
            }
        }
        Ok(None)
    }

    fn proxied(&self) -> Result<&SimBackend> {
        self.proxy.as_ref().context("on a live cluster, something can go wrong only in a proxy, and this scenario has none")
    }

    /// What a function gets to know about its Neptune.
    fn environment(&self) -> Vec<(String, String)> {
        let profile = self.resources.client.permit.profile();
        let named = |name: &str, value: String| (name.to_owned(), value);
        let mut variables = vec![named("AWS_REGION", profile.region.clone())];
        if let Some(proxy) = &self.proxy {
            // The proxy signs.
            variables
                .extend([named("NEPTUNE_ENDPOINT", proxy.endpoint().to_owned()), named("NEPTUNE_IAM_AUTH", "off".to_owned())]);
            return variables;
        }
        variables.extend([named("NEPTUNE_ENDPOINT", profile.endpoint.to_string()), named("NEPTUNE_IAM_AUTH", "on".to_owned())]);
        variables.extend(self.route.connect_to.map(|address| named("NEPTUNE_CONNECT_TO", address.to_string())));
        let ca_file = self.resources.client.connection.ca_file();
        variables.extend(ca_file.map(|file| named("NEPTUNE_CA_FILE", file.display().to_string())));
        variables.extend(self.route.credentials.variables());
        variables
    }
}

/// What a live run can observe of a scenario.
pub(super) fn visibility(via: Via, has_proxy: bool) -> Visibility {
    match (via, has_proxy) {
        (Via::Lambda, _) => Visibility::Caller,
        (Via::Direct | Via::Tunnel, true) => Visibility::Proxy,
        (Via::Direct | Via::Tunnel, false) => Visibility::Client,
    }
}

impl<O> Backend for LiveBackend<'_, O> {
    type Function = LiveFunction;

    fn visibility(&self) -> Visibility {
        visibility(self.route.via, self.proxy.is_some())
    }

    fn endpoint(&self) -> &str {
        self.proxy.as_ref().map_or(self.resources.client.endpoint(), SimBackend::endpoint)
    }

    fn start_defaults(&self) -> StartDefaults {
        let profile = self.resources.client.permit.profile();
        StartDefaults { role: profile.role.clone(), region: profile.region.clone() }
    }

    /// No `cleanup` step runs here: the run removes everything that it has made anyway.
    fn script<'a>(&'a self, _: &'a Scenario) -> Script<'a> {
        Script { setup: &self.form.setup, action: &self.form.action, cleanup: &[] }
    }

    /// Uploads all data first, so that one load follows the other closely.
    async fn prepare(&self, _: &Scenario, aliases: &mut Aliases) -> Result<()> {
        let mut uploaded: Vec<&Folder> = Vec::new();
        for (load, folder) in &self.folders {
            if !uploaded.contains(&folder) {
                self.upload(load, folder).await.map_err(|error| disconnected(&error))?;
                aliases.bind(&load.source, &self.resources.client.source(folder));
                uploaded.push(folder);
            }
        }
        let defaults = self.start_defaults();
        for (load, _) in self.folders.iter().filter(|(load, _)| load.scripted) {
            let body = json!({
                "source": load.source,
                "format": load.format,
                "iamRoleArn": defaults.role,
                "region": defaults.region,
                "queueRequest": "TRUE",
            });
            let reply =
                self.start(&Request { body: Body::Json(body), ..Request::to("POST", "/loader") }, Some(&load.name)).await?;
            if let Some(error) = reply["error"].as_str() {
                return Err(disconnected(&anyhow::anyhow!("{error}")));
            }
            let id = reply.pointer("/body/payload/loadId").and_then(Value::as_str);
            aliases.bind(&load.name, id.with_context(|| format!("Neptune does not start `{}`: {reply}", load.name))?);
        }
        Ok(())
    }

    fn function(&self, name: &str, scenario: &Scenario) -> Result<LiveFunction> {
        if self.route.via == Via::Lambda {
            let deployed = self.resources.client.permit.profile().functions.as_ref();
            let deployed =
                deployed.context("`--via lambda` needs `[functions]` in the profile: the names of the deployed functions")?;
            let deployed = if name == "get_load_status" { &deployed.get_load_status } else { &deployed.check_bulk_load_status };
            return Ok(LiveFunction::Deployed(Deployed::new(Arc::clone(&self.resources.client.aws), deployed.clone())));
        }
        let environment = self.environment().into_iter().chain(scenario.environment().iter().cloned()).collect();
        let function = Function { name: name.to_owned(), program: handler_binary(name)?.into(), environment };
        Ok(LiveFunction::Here(Lambda::new(function, scenario.seed())))
    }

    /// Polls without an end of its own. The scenario as a whole has a deadline.
    async fn wait(&self, load_id: &str, until: &str) -> Result<()> {
        loop {
            let seen = self.resources.client.load(load_id).await.map_err(|error| disconnected(&error))?;
            // A load that has just been accepted may not be listed yet (observed: a client waits a second for it).
            let Some(LoadSeen { status, .. }) = seen else {
                sleep(self.resources.client.pace).await;
                continue;
            };
            match progress(&status, until) {
                Progress::There => break,
                Progress::OnTheWay => sleep(self.resources.client.pace).await,
                Progress::Past => {
                    let details = format!("the load is {status}, and was to be seen as {until}");
                    return Err(NothingSaid { reason: Inconclusive::PassedTooQuickly, details }.into());
                }
                Progress::Elsewhere => bail!("the load has ended as {status}, and never becomes {until}"),
            }
        }
        let mut transient = locked(&self.transient);
        if is_transient(until) {
            transient.insert(load_id.to_owned(), Transient::Status(until.to_owned()));
        } else {
            // From here on its end is what is wanted.
            transient.remove(load_id);
        }
        Ok(())
    }

    async fn advance(&self, by: Duration) -> Result<()> {
        bail!("no step can let {} s pass on a live cluster", by.as_secs())
    }

    /// Real time passes, however long the scenario would wait: nothing depends on how often is asked.
    async fn pause(&self, _: Duration) -> Result<()> {
        // A poll waits for the end.
        locked(&self.transient).clear();
        sleep(self.resources.client.pace).await;
        Ok(())
    }

    /// The scenario's deadline ends it: how many polls a real load takes is not known.
    fn most_polls(&self, _: u32) -> u32 {
        u32::MAX
    }

    async fn exchange(&self, request: &Request, load: Option<&str>) -> Result<Value> {
        match request.method.as_str() {
            "GET" => self.resources.client.connection.exchange(request).await,
            "POST" if request.path.trim_end_matches('/') == "/loader" => self.start(request, load).await,
            "DELETE" => {
                let id = request.path.strip_prefix("/loader/").unwrap_or_default();
                let is_foreign = self.resources.client.load(id).await?.is_some() && !self.resources.has_load(id);
                ensure!(!is_foreign, "the load {id} is not this run's: nothing else is ever cancelled");
                locked(&self.transient).remove(id);
                self.resources.client.connection.exchange(request).await
            }
            _ => bail!("a live run asks, starts and cancels loads, and sends no `{} {}`", request.method, request.path),
        }
    }

    async fn set_availability(&self, availability: &Availability) -> Result<()> {
        self.proxied()?.set_availability(availability).await
    }

    async fn add_fault(&self, fault: &Fault) -> Result<()> {
        self.proxied()?.add_fault(fault).await
    }

    async fn clear_fault(&self, name: Option<&str>) -> Result<()> {
        self.proxied()?.clear_fault(name).await
    }

    async fn faults(&self) -> Result<Vec<FaultReport>> {
        match &self.proxy {
            Some(proxy) => proxy.faults().await,
            None => Ok(Vec::new()),
        }
    }

    /// Only the simulator knows what its loads are about to do.
    async fn state(&self) -> Result<ClusterState> {
        Ok(ClusterState::default())
    }

    async fn next_request(&self) -> Result<u64> {
        match &self.proxy {
            Some(proxy) => proxy.next_request().await,
            None => Ok(0),
        }
    }

    async fn requests_since(&self, since: u64) -> Result<Vec<Value>> {
        match &self.proxy {
            Some(proxy) => proxy.requests_since(since).await,
            None => Ok(Vec::new()),
        }
    }

    async fn excuse(&self) -> Result<Option<Inconclusive>> {
        let seen = async {
            self.resources.client.is_there().await?;
            self.has_passed().await
        };
        // A cluster that does not answer any more is why nothing holds.
        Ok(seen.await.unwrap_or(Some(Inconclusive::Disconnected)))
    }
}

/// A proxy in front of the cluster that signs with the run's own credentials, with the faults of the scenario.
async fn proxy(cluster: &Upstream, scenario: &Scenario) -> Result<SimBackend> {
    let options = UpstreamOptions { host: HostHeader::Upstreams, ..cluster.options().clone() };
    let given = scenario.cluster_spec(ClockKind::Real);
    let spec =
        ClusterSpec { availability: given.availability, faults: given.faults, ..ClusterSpec::new("proxy", ClockKind::Real) };
    let proxy = Some(Proxy { upstream: Upstream::new(options)?, recorder: None });
    SimBackend::serve(ClusterSetup { proxy, ..spec.into() }).await
}

/// A cluster that does not answer any more says nothing about the scenario.
fn disconnected(error: &anyhow::Error) -> anyhow::Error {
    NothingSaid { reason: Inconclusive::Disconnected, details: format!("{error:#}") }.into()
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
