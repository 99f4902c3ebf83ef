//! The least that a container with a server can be: `cargo xtask image --measure` starts it beside the simulator's image.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;

/// Makes cargo build this anew for another checkout in the same target folder: see `.cargo/config.toml`.
const _: Option<&str> = option_env!("NEPTUNE_CHECKOUT");

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let address = std::env::args().nth(1).and_then(|text| text.parse::<SocketAddr>().ok()).expect("an address to listen on");
    let listener = tokio::net::TcpListener::bind(address).await.expect("the address is free");
    let app = Router::<()>::new().route("/status", get(async || Ok::<_, Infallible>("well")));
    axum::serve(listener, app).await.expect("it serves until it is killed");
}
