//! A server on this machine that speaks TLS, for one service each.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// A server on a free port. Dropping it ends it, and every connection with it.
#[derive(Debug)]
pub(super) struct Front {
    address: SocketAddr,
    _server: JoinSet<()>,
}

impl Front {
    /// Serves these routes.
    ///
    /// # Errors
    /// There is no free port.
    pub(super) async fn serve(tls: TlsAcceptor, routes: Router) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("there is no free port")?;
        let address = listener.local_addr()?;
        let mut server = JoinSet::new();
        server.spawn(accept(listener, tls, routes));
        Ok(Self { address, _server: server })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is: `https://127.0.0.1:12345`.
    pub(super) fn url(&self) -> String {
        format!("https://{}", self.address)
    }
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, routes: Router) {
    // The connections end with the server.
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        connections.spawn(talk(stream, tls.clone(), routes.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// Serves one client until it leaves. An error on the connection is not reported: the client is gone.
async fn talk(stream: TcpStream, tls: TlsAcceptor, routes: Router) {
    if let Ok(stream) = tls.accept(stream).await {
        let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes)).await;
    }
}
