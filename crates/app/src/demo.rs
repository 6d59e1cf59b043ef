//! `truceline demo`: a made-up week on a made-up line, replayed at speed, with its page.
//!
//! Mission and scenario are part of the program; nothing is fetched. The week's captures come in in the order in which
//! they would have arrived, late ones late, and go through the whole house.

use crate::drill::{Drill, DrillCapture};
use crate::live::{Delivery, Engine};
use crate::seal::{self, Seal};
use crate::serve::{self, Ask, Shared};
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use truceline_domain::{SignedDuration, Span, Timestamp};

/// How the demo runs.
pub struct Options {
    /// Port on the loopback address; 0 takes a free one.
    pub port: u16,
    /// Made-up seconds in one second.
    pub speed: f64,
    /// Where it keeps its mission and evidence.
    pub folder: PathBuf,
    /// Whether to open a browser.
    pub open_page: bool,
}

/// The made-up mission, part of the program.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../missions/orr-line"]
struct MissionFiles;

const WEEK: &str = include_str!("../../../scenarios/demo-week.scenario");

/// How often the state moves on.
const TICK: Duration = Duration::from_millis(500);

/// Runs the demo until interrupted.
///
/// # Errors
/// When its folder cannot be written or the port is taken.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(options.speed.is_finite() && options.speed > 0.0, "`--speed` must be more than zero");
    let drill: &'static Drill = Box::leak(Box::new(unpack(&options.folder)?));
    anyhow::ensure!(
        !crate::mission::has_errors(&drill.problems),
        "the demo's own mission has problems: {:?}",
        drill.problems.first()
    );
    let key = demo_key(&options.folder)?;
    let seal = Seal::open(&options.folder.join("evidence"), key)?;
    let span = drill.scenario.span;
    let mut engine = Engine::new(&drill.mission, (options.folder.clone(), seal), span.from);
    engine.adopt()?;
    let (asks, asked) = channel();
    let shared = Arc::new(Shared::new(&drill.mission, span, Some(asks)));
    let mut player = Player::new(drill.captures(), span, options.speed);
    player.show(&mut engine, &shared)?;
    let published = Arc::clone(&shared);
    std::thread::spawn(move || {
        if let Err(error) = player.play(&mut engine, &published, &asked) {
            anstream::eprintln!("the demo stopped: {error:#}");
        }
    });
    serve::serve(shared, options.port, |address| announce(address, options))?;
    Ok(ExitCode::SUCCESS)
}

fn announce(address: std::net::SocketAddr, options: &Options) {
    let page = format!("http://{address}/");
    anstream::println!("A made-up week on the Orr line, {} times as fast. Ctrl-C stops it.", options.speed);
    anstream::println!("evidence: {}", options.folder.join("evidence").display());
    anstream::println!("page: {page}");
    if options.open_page && std::env::var_os("DISPLAY").or(std::env::var_os("WAYLAND_DISPLAY")).is_some() {
        // Opening is a convenience: the address is printed either way.
        let _ = std::process::Command::new("xdg-open").arg(&page).spawn();
    }
}

/// Writes the made-up mission into the folder and plays the week on it.
fn unpack(folder: &Path) -> anyhow::Result<Drill> {
    let missions = folder.join("missions");
    for path in MissionFiles::iter() {
        let Some(file) = MissionFiles::get(&path) else { continue };
        crate::files::write_whole(&missions.join("orr-line").join(path.as_ref()), &file.data)?;
    }
    Ok(Drill::of("demo-week.scenario", (WEEK, &missions), None))
}

/// The demo's own key: it signs nothing but the demo.
fn demo_key(folder: &Path) -> anyhow::Result<truceline_evidence::keys::SignerKey> {
    let path = folder.join("demo.key");
    if !path.exists() {
        seal::new_key(&path, "demo.truceline.local/evidence")?;
    }
    seal::signing_key(Some(&path)).context("couldn't read the demo's key")
}

/// Plays captures in the order of their arrival.
struct Player {
    captures: Vec<DrillCapture>,
    next: usize,
    span: Span,
    speed: f64,
    is_playing: bool,
}

impl Player {
    fn new(mut captures: Vec<DrillCapture>, span: Span, speed: f64) -> Self {
        captures.sort_by(|a, b| (a.received_at, &a.file.name).cmp(&(b.received_at, &b.file.name)));
        Self { captures, next: 0, span, speed, is_playing: true }
    }

    fn show(&mut self, engine: &mut Engine<'_>, shared: &Shared) -> anyhow::Result<()> {
        self.go_to(engine, engine.now())?;
        shared.publish(engine, (self.is_playing, self.speed));
        Ok(())
    }

    /// Until the other end hangs up.
    fn play(&mut self, engine: &mut Engine<'_>, shared: &Shared, asked: &Receiver<Ask>) -> anyhow::Result<()> {
        let mut last = Instant::now();
        loop {
            match asked.recv_timeout(TICK) {
                Ok(Ask::Play) => {
                    if engine.now() >= self.span.until {
                        self.go_to(engine, self.span.from)?;
                    }
                    self.is_playing = true;
                }
                Ok(Ask::Pause) => self.is_playing = false,
                Ok(Ask::Seek(at)) => self.go_to(engine, at)?,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) if !self.is_playing => {
                    last = Instant::now();
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {
                    let passed_s = last.elapsed().as_secs_f64() * self.speed;
                    let passed = SignedDuration::try_from_secs_f64(passed_s).unwrap_or(SignedDuration::ZERO);
                    self.go_to(engine, engine.now().checked_add(passed).unwrap_or(self.span.until))?;
                    self.is_playing = engine.now() < self.span.until;
                }
            }
            last = Instant::now();
            shared.publish(engine, (self.is_playing, self.speed));
        }
    }

    /// Takes in everything that arrived until then; going back starts over.
    fn go_to(&mut self, engine: &mut Engine<'_>, at: Timestamp) -> anyhow::Result<()> {
        let at = at.clamp(self.span.from, self.span.until);
        if at < engine.now() {
            engine.rewind(at);
            self.next = 0;
        }
        let arrived = self.captures.iter().skip(self.next).take_while(|capture| capture.received_at <= at);
        let deliveries: Vec<Delivery> = arrived
            .map(|capture| Delivery {
                file: capture.file.clone(),
                bytes: capture.bytes.clone(),
                received_at: capture.received_at,
            })
            .collect();
        self.next += deliveries.len();
        engine.advance(deliveries, at)
    }
}
