//! Records of one channel, in the order of their times, become recordings; what does not fit becomes problems.

use super::Wrong;
use super::header::Header;
use super::samples::Decoded;
use crate::{Context, Record};
use truceline_domain::{Name, Outage, Problem, Problems, Recording, Samples, Severity, Span, Timestamp};

/// The most stretches that stand open side by side.
const MAX_OPEN: usize = 8;
/// Steps of time up to this long can be the setting of a clock; longer ones are gaps or overlaps alone.
const LONGEST_CLOCK_STEP_S: f64 = 1.0;
/// Rates that differ by less are the same.
const SAME_RATE: f64 = 1e-4;

/// One channel of a file while its records are put together.
pub(super) struct Channel<'a> {
    sensor: Name,
    context: &'a Context<'a>,
    /// True when any of its records says something about the clock.
    speaks_of_clock: bool,
    open: Vec<Stretch>,
    /// The latest end of any record so far, ns.
    covered_until_ns: Option<i64>,
    /// A span of doubtful time that may go on.
    doubtful_ns: Option<(i64, i64)>,
    /// A span of samples that came again, which may go on, and how many of them.
    repeated_ns: Option<((i64, i64), usize)>,
}

/// Samples that follow each other without a gap.
struct Stretch {
    from_ns: i64,
    rate_hz: f64,
    publication: u8,
    values: Vec<f32>,
    last: Option<i32>,
    clock_sigma_s: f64,
}

impl Stretch {
    fn period_ns(&self) -> f64 {
        1e9 / self.rate_hz
    }

    /// When sample `n` is taken, by even spacing.
    fn at_ns(&self, n: usize) -> i64 {
        self.from_ns.saturating_add((n as f64 * self.period_ns()).round() as i64)
    }

    fn end_ns(&self) -> i64 {
        self.at_ns(self.values.len())
    }

    fn has_rate_of(&self, header: &Header) -> bool {
        (self.rate_hz / header.rate_hz - 1.0).abs() < SAME_RATE
    }

    /// True when the record begins where this ends, to half a sample.
    fn is_continued_by(&self, header: &Header) -> bool {
        let off_ns = header.start_ns.saturating_sub(self.end_ns()).saturating_abs();
        self.has_rate_of(header) && off_ns as f64 <= 0.5 * self.period_ns()
    }

    /// How many samples from the first of the record on are here already, the same ones.
    fn n_the_same(&self, header: &Header, samples: &Decoded) -> Option<usize> {
        let place = (header.start_ns.saturating_sub(self.from_ns) as f64 / self.period_ns()).round();
        if !self.has_rate_of(header) || place < 0.0 || place >= self.values.len() as f64 {
            return None;
        }
        let here = self.values.get(place as usize..).unwrap_or_default();
        let n = here.len().min(samples.values.len());
        (n > 0 && here.get(..n) == samples.values.get(..n)).then_some(n)
    }

    /// Puts the samples of a record behind, without the first `n_known`.
    fn append(&mut self, header: &Header, samples: &Decoded, n_known: usize) {
        let new = samples.values.get(n_known..).unwrap_or_default();
        if n_known == 0 {
            let drift_s = header.start_ns.saturating_sub(self.end_ns()).saturating_abs() as f64 * 1e-9;
            self.clock_sigma_s = self.clock_sigma_s.max(drift_s);
        }
        if !new.is_empty() {
            self.values.extend_from_slice(new);
            self.last = samples.last;
        }
    }
}

impl<'a> Channel<'a> {
    pub(super) fn new(sensor: Name, headers: &[Header], context: &'a Context<'a>) -> Self {
        let speaks_of_clock = headers.iter().any(|header| header.clock.speaks());
        Self {
            sensor,
            context,
            speaks_of_clock,
            open: Vec::new(),
            covered_until_ns: None,
            doubtful_ns: None,
            repeated_ns: None,
        }
    }

    /// Takes the next record; recordings that it closes and outages before it go into `sink`.
    pub(super) fn take(
        &mut self,
        header: &Header,
        samples: &Decoded,
        problems: &mut Problems,
        sink: &mut dyn FnMut(Record),
    ) {
        self.tell_of_record(header, samples, problems);
        let sigma_s = header.clock.sigma_s(self.speaks_of_clock);
        if let Some(stretch) = continued(&mut self.open, header) {
            stretch.append(header, samples, 0);
            stretch.clock_sigma_s = stretch.clock_sigma_s.max(sigma_s);
        } else if let Some((stretch, n)) = holding(&mut self.open, header, samples) {
            stretch.append(header, samples, n);
            self.note_repeated(header, n, problems);
        } else {
            let step_sigma_s = self.tell_of_step(header, samples, problems, sink);
            self.open.push(Stretch {
                from_ns: header.start_ns,
                rate_hz: header.rate_hz,
                publication: header.publication,
                values: samples.values.clone(),
                last: samples.last,
                clock_sigma_s: sigma_s.max(step_sigma_s),
            });
        }
        let end_ns = end_ns(header);
        self.covered_until_ns = Some(self.covered_until_ns.map_or(end_ns, |until| until.max(end_ns)));
        self.close(header.start_ns, sink);
    }

    /// Hands out what is left.
    pub(super) fn finish(&mut self, problems: &mut Problems, sink: &mut dyn FnMut(Record)) {
        self.tell_of_doubt(problems);
        self.tell_of_repeated(problems);
        self.close(i64::MAX, sink);
    }

    /// A problem of a record with its extent.
    pub(super) fn problem(&self, header: &Header, wrong: Wrong) -> Problem {
        let problem = self.warning(wrong.code, (header.start_ns, end_ns(header)), wrong.message);
        let severity = if wrong.costs_samples { Severity::Error } else { Severity::Warning };
        Problem { severity, ..problem }
    }

    fn warning(&self, code: &'static str, (from_ns, until_ns): (i64, i64), message: String) -> Problem {
        let extent = format!("{} {}..{}", self.sensor, instant(from_ns), instant(until_ns));
        Problem::warning(self.context.name, code, message).with_text(&extent)
    }

    /// What is odd about a record by itself.
    fn tell_of_record(&mut self, header: &Header, samples: &Decoded, problems: &mut Problems) {
        let mut odd = |code, message: &str| problems.push(self.problem(header, Wrong::odd(code, message)));
        if let Some((code, message)) = header.odd {
            odd(code, message);
        }
        if samples.last_is_wrong {
            odd(
                "bad_last_sample",
                "the last sample is not the one that the record states; some of its samples are wrong",
            );
        }
        if samples.n_not_finite > 0 {
            odd("not_finite", &format!("{} samples are not finite and were set to 0", samples.n_not_finite));
        }
        if header.in_leap_second {
            odd("leap_second", "the record begins in a leap second; it was placed in the second after it");
        }
        if self.speaks_of_clock && header.clock.is_doubtful() {
            let (from, until) = (header.start_ns, end_ns(header));
            let goes_on = |end: i64| from.saturating_sub(end) as f64 <= header.period_ns();
            match self.doubtful_ns {
                Some((begin, end)) if goes_on(end) => self.doubtful_ns = Some((begin, end.max(until))),
                _ => {
                    self.tell_of_doubt(problems);
                    self.doubtful_ns = Some((from, until));
                }
            }
        }
    }

    /// Samples of a record came again: one problem for a span of such records.
    fn note_repeated(&mut self, header: &Header, n: usize, problems: &mut Problems) {
        let from = header.start_ns;
        let until = from.saturating_add((n as f64 * header.period_ns()).round() as i64);
        match self.repeated_ns {
            Some(((begin, end), sum)) if from.saturating_sub(end) as f64 <= header.period_ns() => {
                self.repeated_ns = Some(((begin, end.max(until)), sum + n));
            }
            _ => {
                self.tell_of_repeated(problems);
                self.repeated_ns = Some(((from, until), n));
            }
        }
    }

    fn tell_of_repeated(&mut self, problems: &mut Problems) {
        if let Some((extent, n)) = self.repeated_ns.take() {
            let message = format!("{n} samples of {} come again, the same; they were dropped", self.sensor);
            problems.push(self.warning("overlap", extent, message));
        }
    }

    fn tell_of_doubt(&mut self, problems: &mut Problems) {
        if let Some(extent) = self.doubtful_ns.take() {
            let message = format!("the clock of {} was not locked, or its time is marked as questionable", self.sensor);
            let problem = self.warning("questionable_time", extent, message);
            problems.push(problem.with_hint("times in this span are taken to be good to 0.1 s"));
        }
    }

    /// What lies between a record that continues nothing and what came before it. Gives what it does to the error of the
    /// clock, s.
    fn tell_of_step(
        &mut self,
        header: &Header,
        samples: &Decoded,
        problems: &mut Problems,
        sink: &mut dyn FnMut(Record),
    ) -> f64 {
        let (Some(until_ns), Some(newest)) = (self.covered_until_ns, newest(&self.open)) else { return 0.0 };
        let step_s = header.start_ns.saturating_sub(until_ns) as f64 * 1e-9;
        let n_samples_off = step_s * header.rate_hz;
        let extent = (until_ns.min(header.start_ns), until_ns.max(header.start_ns));
        let sensor = &self.sensor;
        let is_same_rate = newest.has_rate_of(header);
        if !is_same_rate {
            let message = format!("the rate of {sensor} goes from {} to {} Hz", newest.rate_hz, header.rate_hz);
            problems.push(self.warning("rate_change", extent, message));
        }
        let follows = samples.before_first.is_some() && samples.before_first == newest.last;
        let step = Step { step_s, n_samples: n_samples_off, until_ns, is_same_rate, follows };
        let told = step.told(sensor);
        let blames_clock = matches!(told, Some(("clock_step", _)));
        if let Some((code, message)) = told {
            problems.push(self.warning(code, extent, message));
        }
        if n_samples_off >= 1.0 {
            sink(self.outage(until_ns, header.start_ns));
        }
        if blames_clock { self.blame_clock(header, step_s) } else { 0.0 }
    }

    /// One of the two clocks is wrong by a step: the one that was less sure, or both.
    fn blame_clock(&mut self, header: &Header, step_s: f64) -> f64 {
        let sigma_s = header.clock.sigma_s(self.speaks_of_clock);
        let newest = self.open.iter_mut().max_by_key(|stretch| stretch.end_ns());
        let Some(before) = newest else { return 0.0 };
        let blamed_s = if sigma_s >= before.clock_sigma_s { step_s.abs() } else { 0.0 };
        if before.clock_sigma_s >= sigma_s {
            before.clock_sigma_s = before.clock_sigma_s.max(step_s.abs());
        }
        blamed_s
    }

    fn outage(&self, from_ns: i64, until_ns: i64) -> Record {
        let span = Span { from: instant(from_ns), until: instant(until_ns) };
        Record::Outage(Outage {
            sensor: self.sensor.clone(),
            span,
            pd_factor: 0.0,
            cause: "gap in the samples".to_owned(),
        })
    }

    /// Hands out the stretches that no record from `now_ns` on can continue, and the oldest when too many stand open.
    fn close(&mut self, now_ns: i64, sink: &mut dyn FnMut(Record)) {
        let newest_ns = newest(&self.open).map_or(i64::MIN, Stretch::end_ns);
        let mut n_open = self.open.len();
        let (sensor, capture) = (&self.sensor, self.context.capture);
        self.open.retain_mut(|stretch| {
            let is_over = stretch.end_ns().saturating_add(stretch.period_ns() as i64) < now_ns;
            // The newest stays until the end: the next record is measured by it.
            let stays = now_ns != i64::MAX && (stretch.end_ns() == newest_ns || !(is_over || n_open > MAX_OPEN));
            if !stays {
                n_open -= 1;
                sink(Record::Recording(Recording {
                    capture,
                    sensor: sensor.clone(),
                    from: instant(stretch.from_ns),
                    clock_sigma_s: stretch.clock_sigma_s,
                    samples: Samples { rate_hz: stretch.rate_hz, values: std::mem::take(&mut stretch.values) },
                }));
            }
            stays
        });
    }
}

/// How a record that continues nothing lies to what came before it.
struct Step {
    /// From the end of everything before to its begin, s.
    step_s: f64,
    /// The same in samples.
    n_samples: f64,
    /// The end of everything before, ns.
    until_ns: i64,
    is_same_rate: bool,
    /// By Steim's first difference no sample is missing.
    follows: bool,
}

impl Step {
    /// True when time jumped and samples did not: none is missing, or none would fit.
    fn is_of_clock(&self) -> bool {
        let is_short = self.step_s.abs() <= LONGEST_CLOCK_STEP_S && self.n_samples.abs() > 0.5;
        self.is_same_rate && is_short && (self.follows || self.n_samples.abs() < 1.0)
    }

    /// The code and the message of its problem.
    fn told(&self, sensor: &Name) -> Option<(&'static str, String)> {
        let step_s = self.step_s;
        Some(if is_after_leap_second(step_s, self.until_ns) {
            ("leap_second", format!("{sensor} went through a leap second; the recording is parted there"))
        } else if self.is_of_clock() {
            ("clock_step", format!("the clock of {sensor} jumped by {step_s:.6} s while samples went on"))
        } else if self.n_samples >= 1.0 {
            ("gap", format!("no samples of {sensor} for {step_s:.6} s"))
        } else if self.n_samples < -0.5 {
            ("overlap", format!("{sensor} has other samples for {:.6} s that it has already; both are kept", -step_s))
        } else if self.is_same_rate {
            let message = "have drifted from its rate by half a sample; it is parted there";
            ("clock_drift", format!("the times of {sensor} {message}"))
        } else {
            return None;
        })
    }
}

/// The stretch that a record continues, one of the same publication first.
fn continued<'s>(open: &'s mut [Stretch], header: &Header) -> Option<&'s mut Stretch> {
    let fitting = open.iter_mut().filter(|stretch| stretch.is_continued_by(header));
    fitting.min_by_key(|stretch| stretch.publication.abs_diff(header.publication))
}

/// The stretch that holds the first samples of a record already, and how many of them.
fn holding<'s>(open: &'s mut [Stretch], header: &Header, samples: &Decoded) -> Option<(&'s mut Stretch, usize)> {
    open.iter_mut().find_map(|stretch| stretch.n_the_same(header, samples).map(|n| (stretch, n)))
}

fn newest(open: &[Stretch]) -> Option<&Stretch> {
    open.iter().max_by_key(|stretch| stretch.end_ns())
}

/// True for a step back by one second shortly after a midnight that ends June or December.
fn is_after_leap_second(step_s: f64, until_ns: i64) -> bool {
    let midnight = instant(until_ns).to_zoned(jiff::tz::TimeZone::UTC);
    let is_half_year = matches!((midnight.month(), midnight.day()), (1 | 7, 1));
    (step_s + 1.0).abs() < 0.01 && is_half_year && midnight.hour() < 1
}

pub(super) fn end_ns(header: &Header) -> i64 {
    if header.rate_hz > 0.0 && header.rate_hz.is_finite() {
        let length_ns = (f64::from(header.n_samples) * header.period_ns()).round();
        header.start_ns.saturating_add(length_ns as i64)
    } else {
        header.start_ns
    }
}

pub(super) fn instant(ns: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(ns)).unwrap_or(Timestamp::MAX)
}
