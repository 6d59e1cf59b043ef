//! The witness over HTTP (C2SP `tlog-witness`): `POST /add-checkpoint` and `GET /<sha256 of the origin>/checkpoint`.
//!
//! There is nothing to log in to: a request is believed for the signature of the log in it, and what is given out is
//! public. Limits on size and time keep one asker from holding up the others; TLS belongs in front of it.

use super::signing::Desk;
use anyhow::Context as _;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use truceline_evidence::witness::{Answer, MAX_REQUEST_BYTES};

/// How long a request may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(20);

/// Everything that is answered.
fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin}/checkpoint", get(checkpoint))
        .layer(DefaultBodyLimit::disable())
        .with_state(desk)
}

async fn add_checkpoint(State(desk): State<Arc<Desk>>, body: Body) -> Response {
    let arrived = tokio::time::timeout(ARRIVAL, axum::body::to_bytes(body, MAX_REQUEST_BYTES)).await;
    let body = match arrived {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, "the request is too large, or was cut\n").into_response(),
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, "the request did not arrive in time\n").into_response(),
    };
    answered(move || desk.add_checkpoint(&body)).await
}

async fn checkpoint(State(desk): State<Arc<Desk>>, Path(origin): Path<String>) -> Response {
    answered(move || desk.checkpoint(&origin)).await
}

/// The disk is waited for on a thread of its own.
async fn answered(work: impl FnOnce() -> Answer + Send + 'static) -> Response {
    let Ok(Answer { status, content_type, body }) = tokio::task::spawn_blocking(work).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, body).into_response()
}

/// Serves until interrupted; says its key and its address first.
///
/// # Errors
/// When the port is taken.
pub fn run(desk: Desk, address: SocketAddr) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await;
        let listener =
            listener.with_context(|| format!("couldn't listen on {address}; `--port 0` takes a free port"))?;
        let address = listener.local_addr()?;
        if !address.ip().is_loopback() {
            anstream::eprintln!(
                "\u{1b}[1;33mwarning\u{1b}[0m: {address} can be reached from other machines, without encryption: put TLS in front of it"
            );
        }
        anstream::println!("key: {}", desk.verifier());
        for log in desk.logs() {
            anstream::println!("log: {log}");
        }
        anstream::println!("witness: http://{address}/");
        let interrupted = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        let served = axum::serve(listener, router(Arc::new(desk)));
        tokio::select! {
            served = served => served.context("the service stopped"),
            () = interrupted => Ok(()),
        }
    })?;
    Ok(ExitCode::SUCCESS)
}
