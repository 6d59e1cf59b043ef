//! Progress on the terminal: one bar for each step, plain lines when the output is no terminal, nothing with `--quiet`.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::Instant;

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// A bar on a terminal, a line for each step elsewhere.
    Auto,
    /// Nothing.
    Quiet,
}

/// Shows how far a long run has come.
pub struct Progress {
    show: Show,
    current: Mutex<Option<(ProgressBar, String, Instant)>>,
}

impl Progress {
    /// Ready to show.
    pub fn new(show: Show) -> Self {
        Self { show, current: Mutex::new(None) }
    }

    /// Begins a step of `total` units.
    pub fn start(&self, what: &str, total: u64) {
        let target = match self.show {
            Show::Auto if std::io::stderr().is_terminal() => ProgressDrawTarget::stderr(),
            _ => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        if let Ok(style) =
            ProgressStyle::with_template("{msg:<18} {bar:32} {human_pos}/{human_len}  {elapsed} (left {eta})")
        {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        if let Ok(mut current) = self.current.lock() {
            *current = Some((bar, what.to_owned(), Instant::now()));
        }
    }

    /// So many more units are done.
    pub fn step(&self, n: u64) {
        if let Ok(current) = self.current.lock()
            && let Some((bar, _, _)) = current.as_ref()
        {
            bar.inc(n);
        }
    }

    /// The step is done.
    pub fn finish(&self) {
        let Ok(mut current) = self.current.lock() else { return };
        let Some((bar, what, since)) = current.take() else { return };
        bar.finish_and_clear();
        if self.show == Show::Auto {
            anstream::eprintln!(
                "{what}: {} in {:.1} s",
                bar.length().unwrap_or_default(),
                since.elapsed().as_secs_f64()
            );
        }
    }
}
