//! One area and register made ready, to be asked for many windows.

use crate::Request;
use crate::cells::{Cell, cells_of};
use crate::timeline::{Loss, State, Stretches, hour_after, hour_before};
use crate::watch::{Watch, problems, watches};
use crate::wording::{Summary, missed_upper_95, wording};
use std::collections::BTreeMap;
use std::rc::Rc;
use truceline_domain::{Area, CoverageGap, CoverageStatement, EventClass, Outage, Problem, Sensor, SensorId, Span};

/// Most hours that [`Prepared::hourly`] gives: a little over eleven years.
pub const MAX_HOURS: usize = 100_000;

/// Most states of the register whose cell-by-cell probabilities are kept while one class is computed.
const MAX_KEPT_STATES: usize = 256;

/// One hour (or the part of it inside the window) of one class, for drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hour {
    /// The hour.
    pub span: Span,
    /// Share of cells with a probability of detection of at least 0.9.
    pub share_pd90: f64,
    /// Mean probability of detection over the cells.
    pub mean_pd: f64,
    /// Lowest probability of detection of any cell.
    pub worst_pd: f64,
}

/// An area and a register made ready: cells found, distances measured. What remains for each window is time.
#[derive(Clone, Debug)]
pub struct Prepared<'a> {
    cells: Vec<Cell>,
    sensors: Vec<&'a Sensor>,
    watches: BTreeMap<EventClass, Watch>,
    problems: Vec<Problem>,
}

impl<'a> Prepared<'a> {
    /// Cuts the area into cells and finds who sees which. The order of the sensors does not matter; a sensor that
    /// stands there twice, equal in everything, counts once.
    pub fn new(sensors: &'a [Sensor], area: &Area) -> Self {
        let mut sensors: Vec<&Sensor> = sensors.iter().collect();
        sensors.sort_by_key(|sensor| order(sensor));
        sensors.dedup();
        let cells = cells_of(area);
        let watches = watches(&sensors, &cells);
        let problems = problems(&sensors);
        Self { cells, sensors, watches, problems }
    }

    /// The cells of the area, in the order of their indexes.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Declared reaches that could not be used; they count for nothing.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// One statement for each class of the request, in its order. The order of the outages does not matter.
    pub fn statements(&self, outages: &[Outage], request: &Request<'_>) -> Vec<CoverageStatement> {
        let outages = outages_in(outages, request.window);
        request.classes.iter().map(|class| self.statement(&outages, request, *class)).collect()
    }

    fn statement(&self, outages: &[&Outage], request: &Request<'_>, class: EventClass) -> CoverageStatement {
        let window = request.window;
        let n_detected = request.detected.get(&class).copied().unwrap_or(0);
        let watch = self.watches.get(&class);
        let parts = watch.map(|watch| self.parts(watch, outages, window)).unwrap_or_default();
        let seen = Summary::over_time(parts.iter().map(|(span, summary)| (span.seconds(), *summary)));
        let monitored = watch.is_some_and(|watch| self.is_monitored(watch, window));
        CoverageStatement {
            class,
            area: request.area_name.clone(),
            window,
            share_pd90: seen.share_pd90,
            mean_pd: seen.mean_pd,
            worst_pd: seen.worst_pd,
            n_detected,
            missed_upper_95: missed_upper_95(n_detected, &seen),
            gaps: watch.map(|watch| self.gaps(watch, outages, window)).unwrap_or_default(),
            wording: wording(n_detected, monitored, &seen),
        }
    }

    /// The window hour by hour (hours of UTC, the first and last cut to the window), at most [`MAX_HOURS`] of them. A
    /// class that nobody watches has all its hours at zero; an empty window or area has none.
    pub fn hourly(&self, outages: &[Outage], window: Span, class: EventClass) -> Vec<Hour> {
        let outages = outages_in(outages, window);
        let parts = match self.watches.get(&class) {
            Some(watch) => self.parts(watch, &outages, window),
            None if self.cells.is_empty() => Vec::new(),
            None => vec![(window, Summary::default())],
        };
        let hours = |(span, summary): (Span, Summary)| hours_of(span).map(move |hour| (hour, summary));
        let hour = |(span, Summary { share_pd90, mean_pd, worst_pd })| Hour { span, share_pd90, mean_pd, worst_pd };
        parts.into_iter().flat_map(hours).map(hour).take(MAX_HOURS).collect()
    }

    fn is_monitored(&self, watch: &Watch, window: Span) -> bool {
        let valid = |number: &usize| self.sensors.get(*number).is_some_and(|s| s.valid.overlap(&window).is_some());
        watch.watchers.iter().any(valid)
    }

    /// The window in parts, each either one hour in which something changes or a run of hours that are all alike.
    fn parts(&self, watch: &Watch, outages: &[&Outage], window: Span) -> Vec<(Span, Summary)> {
        let mut parts = Parts { watch, kept: BTreeMap::new(), window, open: None, done: Vec::new() };
        for (span, state) in Stretches::new(window, &self.losses(watch, outages, window)) {
            parts.push(span, state);
        }
        parts.done
    }

    /// Every time in the window in which less than all is left of a watcher: outages, and not yet or no longer in the
    /// register.
    fn losses(&self, watch: &Watch, outages: &[&Outage], window: Span) -> Vec<Loss> {
        let mut losses = Vec::new();
        for (watcher, sensor) in self.watchers(watch) {
            let lost = |from, until| Span::new(from, until).map(|span| Loss { watcher, span, factor: 0.0 });
            losses.extend(lost(window.from, sensor.valid.from.min(window.until)));
            losses.extend(lost(sensor.valid.until.max(window.from), window.until));
        }
        let by_id = self.watchers_by_id(watch);
        for outage in outages {
            for (watcher, _) in by_id.get(&outage.sensor).into_iter().flatten() {
                losses.push(Loss { watcher: *watcher, span: outage.span, factor: factor_of(outage) });
            }
        }
        losses
    }

    fn watchers(&self, watch: &Watch) -> impl Iterator<Item = (usize, &'a Sensor)> {
        let sensor = |(watcher, number): (usize, &usize)| Some((watcher, *self.sensors.get(*number)?));
        watch.watchers.iter().enumerate().filter_map(sensor)
    }

    fn watchers_by_id(&self, watch: &Watch) -> BTreeMap<&'a SensorId, Vec<(usize, &'a Sensor)>> {
        let mut by_id: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (watcher, sensor) in self.watchers(watch) {
            by_id.entry(&sensor.id).or_default().push((watcher, sensor));
        }
        by_id
    }

    /// The outages that lowered what could be seen: cut to the window and to the sensor's time in the register, those
    /// of one sensor and cause that touch joined, in the order of their begin.
    fn gaps(&self, watch: &Watch, outages: &[&Outage], window: Span) -> Vec<CoverageGap> {
        let by_id = self.watchers_by_id(watch);
        let mut gaps: Vec<CoverageGap> = Vec::new();
        for outage in outages {
            for (_, sensor) in by_id.get(&outage.sensor).into_iter().flatten() {
                let span = outage.span.overlap(&window).and_then(|span| span.overlap(&sensor.valid));
                gaps.extend(span.map(|span| CoverageGap {
                    sensor: sensor.id.clone(),
                    span,
                    cause: outage.cause.clone(),
                }));
            }
        }
        gaps.sort_by(|a, b| (&a.sensor, &a.cause, a.span).cmp(&(&b.sensor, &b.cause, b.span)));
        let mut joined = joined(gaps);
        joined.sort_by(|a, b| {
            (a.span.from, &a.sensor, a.span.until, &a.cause).cmp(&(b.span.from, &b.sensor, b.span.until, &b.cause))
        });
        joined
    }
}

/// A total order of sensors, so that the order of the register cannot show in the last digit of a product.
fn order(sensor: &Sensor) -> impl Ord + '_ {
    let place = sensor.place.map(|place| (place.lat_deg().to_bits(), place.lon_deg().to_bits()));
    let reach: Vec<_> = sensor.reach.iter().map(|r| (r.class, r.range_m.to_bits(), r.pd.to_bits())).collect();
    (&sensor.id, sensor.valid, place, reach)
}

/// Joins gaps (sorted by sensor, cause and time) that touch.
fn joined(gaps: Vec<CoverageGap>) -> Vec<CoverageGap> {
    let mut joined: Vec<CoverageGap> = Vec::new();
    for gap in gaps {
        match joined.last_mut() {
            Some(last) if last.sensor == gap.sensor && last.cause == gap.cause && gap.span.from <= last.span.until => {
                last.span.until = last.span.until.max(gap.span.until);
            }
            _ => joined.push(gap),
        }
    }
    joined
}

/// What an outage leaves, 0…1; a factor that is no number leaves nothing.
fn factor_of(outage: &Outage) -> f64 {
    // Adding zero turns -0 into +0, so that the bits sort as the numbers do.
    if outage.pd_factor.is_nan() { 0.0 } else { outage.pd_factor.clamp(0.0, 1.0) + 0.0 }
}

fn outages_in(outages: &[Outage], window: Span) -> Vec<&Outage> {
    outages.iter().filter(|o| factor_of(o) < 1.0 && o.span.overlap(&window).is_some()).collect()
}

fn hours_of(span: Span) -> impl Iterator<Item = Span> {
    let mut from = span.from;
    std::iter::from_fn(move || {
        let until = hour_after(from).min(span.until);
        let hour = (from < until).then_some(Span { from, until })?;
        from = until;
        Some(hour)
    })
}

/// Collects stretches into parts.
struct Parts<'a> {
    watch: &'a Watch,
    kept: BTreeMap<State, Rc<(Vec<f64>, Summary)>>,
    window: Span,
    open: Option<OpenHour>,
    done: Vec<(Span, Summary)>,
}

/// An hour in which something changes, until its end is reached.
struct OpenHour {
    span: Span,
    /// Probability times seconds, by patch.
    pd_s: Vec<f64>,
}

impl Parts<'_> {
    fn push(&mut self, span: Span, state: State) {
        let seen = self.seen(state);
        let Span { from: mut cursor, until: end } = span;
        if let Some(mut hour) = self.open.take() {
            let until = hour.span.until.min(end);
            hour.add(Span { from: cursor, until }, &seen.0);
            cursor = until;
            if until == hour.span.until { self.close(&hour) } else { self.open = Some(hour) }
        }
        let alike_until = if end == self.window.until { end } else { hour_before(end).max(cursor) };
        if cursor < alike_until {
            self.done.push((Span { from: cursor, until: alike_until }, seen.1));
            cursor = alike_until;
        }
        if cursor < end {
            let whole = Span { from: cursor, until: hour_after(cursor).min(self.window.until) };
            let mut hour = OpenHour { span: whole, pd_s: vec![0.0; seen.0.len()] };
            hour.add(Span { from: cursor, until: end }, &seen.0);
            self.open = Some(hour);
        }
    }

    fn close(&mut self, hour: &OpenHour) {
        let seconds = hour.span.seconds();
        let pd: Vec<f64> = hour.pd_s.iter().map(|pd_s| pd_s / seconds).collect();
        self.done.push((hour.span, self.watch.summary(&pd)));
    }

    fn seen(&mut self, state: State) -> Rc<(Vec<f64>, Summary)> {
        if let Some(seen) = self.kept.get(&state) {
            return Rc::clone(seen);
        }
        let pd = self.watch.pd(&state);
        let summary = self.watch.summary(&pd);
        let seen = Rc::new((pd, summary));
        if self.kept.len() < MAX_KEPT_STATES {
            self.kept.insert(state, Rc::clone(&seen));
        }
        seen
    }
}

impl OpenHour {
    fn add(&mut self, part: Span, pd: &[f64]) {
        let seconds = part.seconds();
        for (pd_s, pd) in self.pd_s.iter_mut().zip(pd) {
            *pd_s += seconds * pd;
        }
    }
}
