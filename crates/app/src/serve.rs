//! The service on the loopback address: the page from embedded files, the API it reads, and live changes.
//!
//! What it never does: listen on any other address, answer a request that was made for another host (a page elsewhere
//! that points its name here), or send a sealed value.

use crate::live::{Delivery, Engine};
use crate::mission::Mission;
use crate::seal::Seal;
use crate::{ingest, wire};
use anyhow::Context as _;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path as FilePath, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::WatchStream;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use truceline_domain::{Span, Timestamp};
use truceline_evidence::keys::SignerKey;

/// The page as it was built; empty when the program was built without it.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Page;

/// What the page may do and load. MapLibre sets styles on elements and runs its worker from a blob.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self' blob:; child-src blob:; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What changed last.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Revision of the state.
    pub revision: u64,
    /// Where the mission stands in time.
    pub now: Timestamp,
}

/// What a person may ask of a demo's replay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ask {
    /// Go on.
    Play,
    /// Stop.
    Pause,
    /// Go to an instant.
    Seek(Timestamp),
}

/// What the handlers share.
pub struct Shared {
    /// The mission as the page gets it, made once.
    mission: Value,
    geometry: Value,
    /// The newest state, whole.
    state: Mutex<Arc<Value>>,
    changes: watch::Sender<Change>,
    /// Set for a demo: where wishes go.
    asks: Option<Mutex<std::sync::mpsc::Sender<Ask>>>,
}

impl Shared {
    /// Ready to serve a mission; `asks` is for demos.
    pub fn new(mission: &Mission, span: Span, asks: Option<std::sync::mpsc::Sender<Ask>>) -> Self {
        let (changes, _) = watch::channel(Change { revision: 0, now: span.from });
        Self {
            mission: wire::mission(mission, span),
            geometry: wire::geometry(mission),
            state: Mutex::new(Arc::new(Value::Null)),
            changes,
            asks: asks.map(Mutex::new),
        }
    }

    /// Publishes the engine's state.
    pub fn publish(&self, engine: &Engine<'_>, play: (bool, f64)) {
        let state = Arc::new(engine.state(play));
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
        self.changes.send_replace(Change { revision: engine.revision(), now: engine.now() });
    }
}

/// Everything that is answered.
fn router(shared: Arc<Shared>) -> Router {
    // Event streams are not compressed: a compressor would hold them back.
    let worth_it = SizeAbove::new(1_024).and(NotForContentType::new("text/event-stream"));
    Router::new()
        .route("/api/v1/mission", get(|State(s): State<Arc<Shared>>| async move { Json(s.mission.clone()) }))
        .route("/api/v1/geometry", get(geometry))
        .route("/api/v1/state", get(state))
        .route("/api/v1/events", get(events))
        .route("/api/v1/replay", post(replay))
        .route("/api/{*rest}", get(|| async { problem(StatusCode::NOT_FOUND, "there is nothing at this address") }))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/", get(|| async { asset("index.html") }))
        .route("/{*path}", get(|Path(path): Path<String>| async move { asset(&path) }))
        .layer(CompressionLayer::new().compress_when(worth_it))
        .layer(middleware::from_fn(only_this_host))
        .with_state(shared)
}

async fn geometry(State(shared): State<Arc<Shared>>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/geo+json")];
    (headers, shared.geometry.to_string()).into_response()
}

async fn state(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let state = Arc::clone(&shared.state.lock().unwrap_or_else(PoisonError::into_inner));
    Json(Value::clone(&state))
}

async fn events(State(shared): State<Arc<Shared>>) -> Sse<impl tokio_stream::Stream<Item = Result<Event, Infallible>>> {
    let changes = WatchStream::new(shared.changes.subscribe()).map(|change| {
        let data = json!({"revision": change.revision, "now": change.now.to_string()}).to_string();
        Ok(Event::default().event("changed").id(change.revision.to_string()).data(data))
    });
    Sse::new(changes).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

async fn replay(State(shared): State<Arc<Shared>>, headers: HeaderMap, Json(asked): Json<Value>) -> Response {
    let Some(asks) = &shared.asks else { return problem(StatusCode::NOT_FOUND, "only a demo can be replayed") };
    // Only the page itself may ask: browsers say from where a request was made.
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return problem(StatusCode::FORBIDDEN, "this was asked from another page");
    }
    let at = asked.get("at").and_then(Value::as_str).and_then(|at| at.parse().ok());
    let ask = match (asked.get("action").and_then(Value::as_str), at) {
        (Some("play"), _) => Ask::Play,
        (Some("pause"), _) => Ask::Pause,
        (Some("seek"), Some(at)) => Ask::Seek(at),
        _ => return problem(StatusCode::BAD_REQUEST, "`action` must be play, pause or seek, the last with `at`"),
    };
    match asks.lock().unwrap_or_else(PoisonError::into_inner).send(ask) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(_) => problem(StatusCode::SERVICE_UNAVAILABLE, "the demo is stopping"),
    }
}

/// An error as RFC 9457 wants it.
fn problem(status: StatusCode, detail: &str) -> Response {
    let body =
        json!({"type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(), "detail": detail});
    let headers = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, headers, body.to_string()).into_response()
}

fn asset(path: &str) -> Response {
    let Some(file) = Page::get(path) else {
        if path == "index.html" {
            let text = "The page was not built into this program: run `make run`, or `npm run build` in web/ before building.\n";
            return (StatusCode::NOT_FOUND, text).into_response();
        }
        return problem(StatusCode::NOT_FOUND, "there is nothing at this address");
    };
    // Built files carry a digest in their names; the page itself must be asked for again.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let media_type =
        HeaderValue::from_str(file.metadata.mimetype()).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, HeaderValue::from_static(cache))];
    (headers, file.data.into_owned()).into_response()
}

/// Refuses requests that were made for another host, and adds the headers that every answer carries.
async fn only_this_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let mut response = if matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
        next.run(request).await
    } else {
        problem(StatusCode::MISDIRECTED_REQUEST, "this service answers for this machine only")
    };
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Serves until interrupted. Calls `ready` with the address once it can be asked.
///
/// # Errors
/// When the port is taken.
pub fn serve(shared: Arc<Shared>, port: u16, ready: impl FnOnce(SocketAddr)) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = tokio::net::TcpListener::bind(address).await;
        let listener =
            listener.with_context(|| format!("couldn't listen on {address}; `--port 0` takes a free port"))?;
        ready(listener.local_addr()?);
        let interrupted = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        tokio::select! {
            served = axum::serve(listener, router(shared)) => served.context("the service stopped"),
            () = interrupted => Ok(()),
        }
    })
}

/// How often the folders of feeds are looked at.
const POLL: Duration = Duration::from_secs(1);

/// `truceline serve`: feeds of the mission's folders, live.
///
/// # Errors
/// When evidence cannot be written or the port is taken.
pub fn run(mission: Mission, (folder, key): (&FilePath, SignerKey), port: u16) -> anyhow::Result<ExitCode> {
    let span = mission.settings.span.unwrap_or(mission.day_of(Timestamp::now()));
    let mission: &'static Mission = Box::leak(Box::new(mission));
    // A mission that is over stands at its end.
    let end = mission.span().until;
    let now = Timestamp::now().min(end);
    let seal = Seal::open(&folder.join("evidence"), key)?;
    let mut engine = Engine::new(mission, (folder.to_path_buf(), seal), now);
    engine.adopt()?;
    let shared = Arc::new(Shared::new(mission, span, None));
    let published = Arc::clone(&shared);
    std::thread::spawn(move || {
        let (mut seen, mut waiting) = (FileStates::new(), FileStates::new());
        loop {
            let deliveries = new_files(mission, (&mut seen, &mut waiting));
            if !deliveries.is_empty() || engine.revision() == 0 {
                if let Err(error) = engine.advance(deliveries, Timestamp::now().min(end)) {
                    tracing::error!(error = %format!("{error:#}"), "couldn't take captures in");
                }
                published.publish(&engine, (true, 1.0));
            }
            std::thread::sleep(POLL);
        }
    });
    serve(shared, port, |address| anstream::println!("page: http://{address}/"))?;
    Ok(ExitCode::SUCCESS)
}

/// Length and time of the last change of files, by path.
type FileStates = std::collections::BTreeMap<PathBuf, (u64, Option<std::time::SystemTime>)>;

/// Files of the feeds that are new, or changed, since they were taken in, and stand still.
fn new_files(mission: &Mission, (seen, waiting): (&mut FileStates, &mut FileStates)) -> Vec<Delivery> {
    let (files, _) = ingest::feed_captures(mission);
    let mut deliveries = Vec::new();
    for file in files {
        let Ok(data) = std::fs::metadata(&file.path) else { continue };
        let state = (data.len(), data.modified().ok());
        // Still being written: it is taken in once it stands still between two looks.
        let is_settled = waiting.insert(file.path.clone(), state) == Some(state);
        if !is_settled || seen.get(&file.path) == Some(&state) {
            continue;
        }
        seen.insert(file.path.clone(), state);
        match ingest::read_capture(&file) {
            Ok(bytes) => deliveries.push(Delivery { file, bytes, received_at: Timestamp::now() }),
            Err(problem) => tracing::warn!(file = problem.file, message = problem.message, "couldn't read a capture"),
        }
    }
    deliveries
}
