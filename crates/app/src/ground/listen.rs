//! `truceline listen`: waveforms of a SeedLink server into a folder of captures, live or what it still has.
//!
//! Each file holds whole records as they came, `STATION_SEQUENCE.mseed`, and appears under its name only when it is
//! complete and on disk; where to go on is noted after that. A run that was cut asks again for what was not noted, and a
//! file made twice has the same name. A folder feed of `truceline serve` takes the files in as they appear.

use super::FOUND;
use crate::progress::Show;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use truceline_intake::seedlink::{Client, Event, Packet, Protocol, Resume, Settings, Wanted};

/// What `truceline listen` is asked.
#[derive(clap::Args)]
pub struct ListenArgs {
    /// Server as HOST or HOST:PORT.
    server: String,
    /// Station to listen to, `NET_STA` or `NET_STA:LOC.CHA,LOC.CHA`; `*` and `?` stand for anything (may be given often).
    #[arg(long = "station", required = true, value_name = "STATION")]
    stations: Vec<String>,
    /// Folder for the files.
    #[arg(long, short)]
    out: PathBuf,
    /// File that remembers where to go on; without it `.seedlink-state` in the folder.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Seconds that one file gathers.
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    every: f64,
    /// From when, if the server still has it and nothing is remembered (RFC 3339).
    #[arg(long)]
    from: Option<jiff::Timestamp>,
    /// Until when.
    #[arg(long)]
    until: Option<jiff::Timestamp>,
    /// Take what is there and end.
    #[arg(long)]
    dial_up: bool,
    /// Speak this version only.
    #[arg(long, value_parser = protocol)]
    only: Option<Protocol>,
    /// End when the connection breaks, instead of trying again.
    #[arg(long)]
    once: bool,
}

fn protocol(text: &str) -> Result<Protocol, String> {
    [Protocol::V3, Protocol::V4].into_iter().find(|known| known.word() == text).ok_or_else(|| "3.1 or 4.0".to_owned())
}

/// The port of SeedLink.
const PORT: u16 = 18_000;
/// Silence after which a sign of life is asked for.
const QUIET: Duration = Duration::from_secs(30);
/// Silence after which the connection counts as broken.
const DEAD: Duration = Duration::from_secs(90);
/// How long a connection or a write may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// First and longest wait before the next try.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// A file is closed when it has this many bytes, however young it is.
const FILE_BYTES: usize = 8 << 20;

/// How a session ended.
enum End {
    /// As it should.
    Over,
    /// The connection broke, with the reason, after so many packets.
    Broken(String, u64),
}

/// Runs the command.
///
/// # Errors
/// When the folder cannot be written, or the server refuses what is asked.
pub fn run(args: &ListenArgs, show: Show) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(&args.out).with_context(|| format!("couldn't make {}", args.out.display()))?;
    let state = args.state.clone().unwrap_or_else(|| args.out.join(".seedlink-state"));
    let mut kept = Kept::open(&args.out, &state)?;
    let mut wait = WAITS.0;
    loop {
        let end = match session(args, &mut kept) {
            Ok(end) => end,
            Err(error) => End::Broken(format!("{error:#}"), 0),
        };
        kept.flush()?;
        match end {
            End::Over => {
                if show == Show::Auto {
                    anstream::println!("{} records in {} files", kept.n_records, kept.n_files);
                }
                return Ok(if kept.n_refused > 0 { ExitCode::from(FOUND) } else { ExitCode::SUCCESS });
            }
            End::Broken(reason, n_packets) => {
                tracing::warn!(server = %args.server, ?reason, "the connection ended");
                if args.once {
                    anyhow::bail!("{}: {}", args.server, reason.escape_debug());
                }
                wait = if n_packets > 0 { WAITS.0 } else { wait };
                std::thread::sleep(wait);
                wait = (wait * 2).min(WAITS.1);
            }
        }
    }
}

fn session(args: &ListenArgs, kept: &mut Kept) -> anyhow::Result<End> {
    let settings = Settings {
        wanted: args.stations.iter().map(|text| wanted(text, args)).collect(),
        resume: kept.resume.clone(),
        only: args.only,
        dial_up: args.dial_up,
        user_agent: concat!("truceline/", env!("CARGO_PKG_VERSION")).to_owned(),
        auth: std::env::var("TRUCELINE_SEEDLINK_AUTH").unwrap_or_default(),
    };
    let mut client = Client::new(settings).map_err(|problem| anyhow::anyhow!("{}", problem.message))?;
    let mut stream = connect(&args.server)?;
    let every = Duration::try_from_secs_f64(args.every.clamp(0.1, 86_400.0)).unwrap_or(Duration::from_secs(60));
    let (mut heard_at, mut n_packets) = (Instant::now(), 0);
    let mut bytes = vec![0; 1 << 16];
    loop {
        let outgoing = client.outgoing();
        stream.write_all(&outgoing).context("couldn't write")?;
        if client.is_over() {
            return Ok(End::Over);
        }
        let events = match stream.read(&mut bytes) {
            Ok(0) => client.closed(),
            Ok(n) => {
                heard_at = Instant::now();
                client.feed(bytes.get(..n).unwrap_or_default())
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                if heard_at.elapsed() > DEAD {
                    return Ok(End::Broken("nothing was heard from the server".to_owned(), n_packets));
                }
                if heard_at.elapsed() > QUIET {
                    client.keep_alive();
                }
                Vec::new()
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Vec::new(),
            Err(error) => return Ok(End::Broken(error.to_string(), n_packets)),
        };
        for event in events {
            match event {
                Event::Packet(packet) => {
                    n_packets += 1;
                    kept.take(packet)?;
                }
                Event::Ready { protocol, software, organization } => {
                    tracing::info!(version = protocol.word(), ?software, ?organization, "connected");
                }
                Event::Refused { command, reason } => {
                    kept.n_refused += 1;
                    tracing::warn!(?command, ?reason, "the server refused");
                }
                Event::Info { .. } => {}
                Event::Failed { code, message } => return Ok(End::Broken(format!("{message} ({code})"), n_packets)),
                Event::Ended => return Ok(End::Over),
            }
        }
        kept.flush_older_than(every)?;
    }
}

fn wanted(text: &str, args: &ListenArgs) -> Wanted {
    let (station, channels) = text.split_once(':').unwrap_or((text, ""));
    let channels: Vec<&str> = channels.split(',').filter(|channel| !channel.is_empty()).collect();
    Wanted { from: args.from, until: args.until, ..Wanted::new(station, &channels) }
}

fn connect(server: &str) -> anyhow::Result<TcpStream> {
    let has_port = server.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    let address = if has_port { server.to_owned() } else { format!("{server}:{PORT}") };
    let mut refused = anyhow::anyhow!("{address} has no address");
    for address in address.to_socket_addrs().with_context(|| format!("couldn't find {address}"))? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                stream.set_read_timeout(Some(Duration::from_millis(500)))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                return Ok(stream);
            }
            Err(error) => refused = anyhow::anyhow!("couldn't reach {address}: {error}"),
        }
    }
    Err(refused)
}

/// Records on their way to disk, and where to go on.
struct Kept {
    folder: PathBuf,
    state: PathBuf,
    resume: Resume,
    /// What is not yet on disk, by station.
    open: BTreeMap<String, Gathered>,
    n_records: u64,
    n_files: u64,
    n_refused: u64,
}

/// The records of one station that are not yet on disk.
struct Gathered {
    since: Instant,
    first: u64,
    bytes: Vec<u8>,
    last: Packet,
}

impl Kept {
    fn open(folder: &Path, state: &Path) -> anyhow::Result<Self> {
        let name = state.display().to_string();
        let text = match std::fs::read_to_string(state) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("couldn't read {name}")),
        };
        let (resume, problems) = Resume::read(&text, &name);
        for problem in problems.into_vec() {
            tracing::warn!(file = %problem.file, line = problem.line, "{}", problem.message);
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            state: state.to_path_buf(),
            resume,
            open: BTreeMap::new(),
            n_records: 0,
            n_files: 0,
            n_refused: 0,
        })
    }

    fn take(&mut self, packet: Packet) -> anyhow::Result<()> {
        if !matches!(packet.format, '2' | '3') || packet.station.is_empty() {
            return Ok(());
        }
        self.n_records += 1;
        let station = packet.station.clone();
        let gathered = self.open.entry(station.clone()).or_insert_with(|| Gathered {
            since: Instant::now(),
            first: packet.sequence,
            bytes: Vec::new(),
            last: packet.clone(),
        });
        gathered.bytes.extend_from_slice(&packet.payload);
        gathered.last = Packet { payload: Vec::new(), ..packet };
        if gathered.bytes.len() >= FILE_BYTES { self.close(&station) } else { Ok(()) }
    }

    fn flush_older_than(&mut self, age: Duration) -> anyhow::Result<()> {
        let old: Vec<String> = self
            .open
            .iter()
            .filter(|(_, open)| open.since.elapsed() >= age)
            .map(|(station, _)| station.clone())
            .collect();
        old.iter().try_for_each(|station| self.close(station))
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        self.flush_older_than(Duration::ZERO)
    }

    /// Puts a station's records on disk, then notes where to go on.
    fn close(&mut self, station: &str) -> anyhow::Result<()> {
        let Some(gathered) = self.open.remove(station) else { return Ok(()) };
        let safe: String = station.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let path = self.folder.join(format!("{safe}_{:016}.mseed", gathered.first));
        write_synced(&path, &gathered.bytes)?;
        self.n_files += 1;
        self.resume.stored(&gathered.last);
        write_synced(&self.state, self.resume.write().as_bytes())
    }
}

/// Writes a file as a whole and makes sure of it; while it is written its name begins with a dot, which no feed reads.
fn write_synced(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let unfinished = path.with_file_name(format!(".{}.part", name.trim_start_matches('.')));
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, path)?;
        match path.parent().map(std::fs::File::open) {
            Some(folder) => folder?.sync_all(),
            None => Ok(()),
        }
    };
    write().with_context(|| format!("couldn't write {}", path.display()))
}
