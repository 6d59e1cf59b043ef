//! A detection made ready for linking: windows, feet, stories; points of origin sealed.

use crate::Parameters;
use crate::gate::Window;
use crate::linkage::{Family, Stories, Style, is_origin, is_public, is_text, range_max_m, speed_max_mps, spread_m};
use crate::moments::{Fix, Sym2};
use crate::parameters::TIME_SIGMAS;
use crate::ray::{RAY_MAX_M, bearing_misfit, ray};
use truceline_domain::{
    Bearing, Detection, DetectionId, LocalFrame, Name, NotKnownReason, Phenomenon, PlaceEstimate, RoomKey, Sealed,
    Wgs84, Where,
};

/// One of the two places a happening can have: where it came down, or where it came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Foot {
    pub(crate) centre: Wgs84,
    pub(crate) frame: LocalFrame,
    /// Covariance with the phenomenon's own spread.
    pub(crate) covariance: Sym2,
}

impl Foot {
    fn new(place: &PlaceEstimate, spread_m: f64) -> Option<Self> {
        let covariance = Sym2::covariance(place, spread_m)?;
        Some(Self { centre: place.centre, frame: LocalFrame::about(place.centre), covariance })
    }

    pub(crate) fn fix(&self, weight: f64) -> Fix {
        Fix::new(self.frame, self.covariance, weight)
    }
}

/// Where the linking looks for the neighbours of a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Neighbourhood {
    /// By place.
    Ground,
    /// By a word: a named area, or a claimed identity.
    Named(Name),
    /// None: it stands alone.
    Alone,
}

/// What a node is to nodes of other families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing in particular.
    Plain,
    /// A plume at a known place and time: it goes with a bang or with a fire, which is settled when its group closes.
    Smoke,
    /// A hot spot at a known time.
    HotSpot,
    /// Something that moves, seen by an instrument.
    Seen,
    /// Something that moves, told by itself.
    Told,
}

/// How two nodes hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// They may speak of one happening.
    Kin,
    /// They must be looked at together: one decides what the other is.
    Context,
}

/// What a text says of one place: the text, and the place it names.
pub(crate) type TextPlace = (Name, (u64, u64));

/// One detection, or several that say the same to the bit, ready for linking.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) first: Detection,
    /// More detections of the same content, from the same or other sources, in the order of their ids.
    pub(crate) twins: Vec<Detection>,
    pub(crate) family: Family,
    pub(crate) style: Style,
    pub(crate) reach_s: f64,
    pub(crate) stories: Stories,
    pub(crate) window: Window,
    pub(crate) impact: Option<Foot>,
    pub(crate) origin: Option<Foot>,
    /// A direction without a range, when that is all there is.
    pub(crate) ray: Option<Bearing>,
    pub(crate) range_max_m: f64,
    pub(crate) neighbourhood: Neighbourhood,
    pub(crate) text_place: Option<TextPlace>,
    pub(crate) role: Role,
}

impl Node {
    /// A node for a detection; the detection itself comes back when nothing tells where it happened.
    #[expect(clippy::result_large_err, reason = "the detection moves on either way, never through many frames")]
    pub(crate) fn new(detection: Detection, parameters: &Parameters) -> Result<Self, Detection> {
        let family = Family::of(&detection);
        let (style, reach_s) = family.linkage(parameters);
        let text_place = text_place(&detection);
        let (impact, origin) = feet(&detection);
        let ray = ray(&detection).filter(|_| family == Family::Fire && impact.is_none() && origin.is_none());
        let vague = |foot: &Option<Foot>| foot.is_some_and(|f| f.covariance.sigma_major_m() > parameters.sigma_max_m);
        let neighbourhood = match (&detection.place, &detection.claimed_identity, style) {
            (_, Some(identity), Style::Identity) => Neighbourhood::Named(identity.clone()),
            (_, None, Style::Identity) => Neighbourhood::Alone,
            (Where::Area(name), _, _) if origin.is_none() => Neighbourhood::Named(name.clone()),
            _ if ray.is_some() => Neighbourhood::Ground,
            _ if impact.is_none() && origin.is_none() => return Err(without_origin(detection)),
            _ if vague(&impact) || vague(&origin) => Neighbourhood::Alone,
            _ => Neighbourhood::Ground,
        };
        let window = Window::of(&detection.time, reach_s, parameters.sigma_max_s);
        let is_fine = impact.is_some() && !window.coarse;
        let role = match (family, style, &neighbourhood) {
            _ if !is_fine => Role::Plain,
            (Family::Fire, _, Neighbourhood::Ground) if detection.phenomenon == Phenomenon::Plume => Role::Smoke,
            (Family::HotSpot, _, Neighbourhood::Ground) => Role::HotSpot,
            (_, Style::Moving(_), Neighbourhood::Ground) => Role::Seen,
            (_, Style::Identity, Neighbourhood::Named(_)) => Role::Told,
            _ => Role::Plain,
        };
        Ok(Self {
            role,
            family,
            style,
            reach_s,
            stories: Stories::of(detection.phenomenon),
            window,
            impact,
            origin,
            ray,
            range_max_m: range_max_m(detection.weapon.value().copied()),
            neighbourhood,
            text_place,
            first: without_origin(detection),
            twins: Vec::new(),
        })
    }

    pub(crate) fn n_detections(&self) -> usize {
        1 + self.twins.len()
    }

    pub(crate) fn detections(&self) -> impl Iterator<Item = &Detection> {
        std::iter::once(&self.first).chain(&self.twins)
    }

    pub(crate) fn into_detections(self) -> impl Iterator<Item = Detection> {
        std::iter::once(self.first).chain(self.twins)
    }

    /// Order of the work: by time, then id.
    pub(crate) fn order(&self) -> (truceline_domain::Timestamp, DetectionId) {
        (self.first.time.from, self.first.id)
    }

    /// The last `from` (µs) that a later detection may have to link with this one.
    pub(crate) fn open_until_us(&self, parameters: &Parameters) -> i64 {
        let reach_s = match self.role {
            Role::Smoke => parameters.smoke_gap_s,
            // A coarse time links only with what shares time with it.
            _ if self.window.coarse => 0.0,
            _ => self.reach_s,
        };
        let more_s = reach_s + TIME_SIGMAS * (self.window.sigma_s + parameters.sigma_max_s) + 1.0;
        self.window.until_us.saturating_add((more_s * 1e6) as i64)
    }

    /// How far around each foot the linking must look, m.
    fn search_m(&self, foot: &Foot, parameters: &Parameters) -> f64 {
        let errors_m = parameters.place_sigmas() * foot.covariance.sigma_major_m();
        let style_m = match self.style {
            Style::Episode if self.impact.is_none() => self.range_max_m,
            Style::Episode if self.role == Role::Smoke => parameters.hot_spot_link_m,
            Style::Episode | Style::Identity => 0.0,
            Style::SingleLink(metres) => metres,
            Style::Moving(speed_mps) => speed_mps * (self.reach_s + TIME_SIGMAS * self.window.sigma_s),
        };
        errors_m + style_m
    }

    /// Where the linking finds this node and how far around it looks, m: at its feet, or at the eye of its ray.
    pub(crate) fn posts(&self, parameters: &Parameters) -> impl Iterator<Item = (Wgs84, f64)> {
        let feet = self.impact.iter().chain(&self.origin);
        let feet: Vec<_> = feet.map(|foot| (foot.centre, self.search_m(foot, parameters))).collect();
        feet.into_iter().chain(self.ray.map(|ray| (ray.from, RAY_MAX_M)))
    }

    /// How well a placed node fits this ray: the squared difference in direction against its error, `None` beyond the
    /// gate or when the silence between them is longer than `gap_s`.
    pub(crate) fn ray_misfit(&self, placed: &Self, gap_s: f64) -> Option<f64> {
        let ray = self.ray.as_ref()?;
        let blur_s = TIME_SIGMAS * self.window.sigma_s.hypot(placed.window.sigma_s);
        self.window.gap_s(&placed.window, self.reach_s).filter(|gap| *gap <= gap_s + blur_s)?;
        let impact = placed.impact.filter(|_| !is_origin(self.first.phenomenon));
        let origin = placed.origin.filter(|_| self.first.phenomenon != Phenomenon::Impact);
        impact.iter().chain(&origin).filter_map(|foot| bearing_misfit(ray, foot)).min_by(f64::total_cmp)
    }

    /// True when the two may speak of the same happening.
    pub(crate) fn links(&self, other: &Self, parameters: &Parameters) -> bool {
        if self.family != other.family || self.stories.both(other.stories).is_none() || self.contradicts(other) {
            return false;
        }
        let Some(gap_s) = self.window.gap_s(&other.window, self.reach_s) else { return false };
        if self.ray.is_some() || other.ray.is_some() {
            let misfit = self.ray_misfit(other, parameters.flight_max_s);
            return misfit.or_else(|| other.ray_misfit(self, parameters.flight_max_s)).is_some();
        }
        match self.style {
            Style::Identity => self.is_carried(other, gap_s),
            Style::Episode => self.near(other, gap_s, parameters),
            Style::SingleLink(metres) => self.within_m(other, metres, 1.0),
            Style::Moving(speed_mps) => {
                let blur_s = TIME_SIGMAS * self.window.sigma_s.hypot(other.window.sigma_s);
                let own_s = [self.window, other.window].iter().filter(|w| !w.coarse).map(Window::width_s).sum::<f64>();
                self.within_m(other, speed_mps * (gap_s + blur_s + own_s), parameters.place_sigmas())
            }
        }
    }

    /// How the two hang together, this one the later, if at all.
    pub(crate) fn link(&self, earlier: &Self, parameters: &Parameters) -> Option<Link> {
        match (self.role, earlier.role) {
            (Role::Smoke | Role::HotSpot, Role::Smoke) | (Role::Smoke, Role::HotSpot) => {
                self.burns_with(earlier, parameters).then_some(Link::Context)
            }
            (Role::Plain, Role::Smoke | Role::HotSpot) if self.may_cook_off() => {
                let is_linked = self.burns_with(earlier, parameters) || self.links(earlier, parameters);
                is_linked.then_some(Link::Context)
            }
            (Role::Smoke, _) | (_, Role::Smoke) => self.links(earlier, parameters).then_some(Link::Context),
            (Role::Told, Role::Seen) | (Role::Seen, Role::Told) => {
                self.is_told_of(earlier, parameters).then_some(Link::Context)
            }
            _ => self.links(earlier, parameters).then_some(Link::Kin),
        }
    }

    /// An explosion of which no one says what it was, at a known time: heat may have set it off.
    pub(crate) fn may_cook_off(&self) -> bool {
        self.first.phenomenon == Phenomenon::Explosion && self.family == Family::Fire && !self.window.coarse
    }

    /// Near enough, in place and time, to smoke or a hot spot that was there before to be of or beside the same fire.
    pub(crate) fn burns_with(&self, earlier: &Self, parameters: &Parameters) -> bool {
        let gap_max_s = if earlier.role == Role::Smoke { parameters.smoke_gap_s } else { parameters.hot_spot_gap_s };
        let blur_s = TIME_SIGMAS * self.window.sigma_s.hypot(earlier.window.sigma_s);
        let gap_us =
            self.window.from_us.max(earlier.window.from_us) - self.window.until_us.min(earlier.window.until_us);
        crate::gate::seconds(gap_us) <= gap_max_s + blur_s && self.within_m(earlier, parameters.hot_spot_link_m, 1.0)
    }

    /// Whether what one tells of itself and what is seen can be one thing: the place told, carried on by its own motion,
    /// is where it is seen within both errors and a tenth of the fastest course, and not two minutes lie between.
    pub(crate) fn is_told_of(&self, other: &Self, parameters: &Parameters) -> bool {
        if self.first.phenomenon != other.first.phenomenon {
            return false;
        }
        let Some(gap_s) = self.window.gap_s(&other.window, 120.0) else { return false };
        let (told, seen) = if self.role == Role::Told { (self, other) } else { (other, self) };
        let speed_mps = speed_max_mps(told.first.phenomenon);
        let Some(off_m) = told.miss_m(seen) else { return false };
        let sigma_m = |node: &Self| node.impact.map_or(0.0, |foot| foot.covariance.sigma_major_m());
        off_m <= parameters.place_sigmas() * sigma_m(told).hypot(sigma_m(seen)) + 0.1 * speed_mps * gap_s
    }

    /// How far the other lies from where this one's own motion carries it, m.
    pub(crate) fn miss_m(&self, other: &Self) -> Option<f64> {
        let (from, to) = self.impact.zip(other.impact)?;
        let (x, y) = from.frame.enu_from_wgs84(to.centre);
        let (vx, vy) = self.velocity_mps().unwrap_or((0.0, 0.0));
        let seconds = other.middle_s() - self.middle_s();
        Some((x - vx * seconds).hypot(y - vy * seconds))
    }

    /// Metres a second east and north, as told with the detection.
    fn velocity_mps(&self) -> Option<(f64, f64)> {
        let motion = self.first.motion.filter(|m| m.speed_mps.is_finite() && m.course_deg.is_finite())?;
        let (sin, cos) = motion.course_deg.to_radians().sin_cos();
        Some((motion.speed_mps * sin, motion.speed_mps * cos))
    }

    pub(crate) fn middle_s(&self) -> f64 {
        0.5 * (crate::gate::seconds(self.window.from_us) + crate::gate::seconds(self.window.until_us))
    }

    /// Whether one thing can have carried an identity from one place to the other: within its fastest course. A speed
    /// told beyond that is nothing's own; such positions go with each other only.
    fn is_carried(&self, other: &Self, gap_s: f64) -> bool {
        let fastest_mps = speed_max_mps(self.first.phenomenon);
        let told_mps = |node: &Self| node.first.motion.map_or(0.0, |motion| motion.speed_mps);
        let (a, b) = (told_mps(self), told_mps(other));
        let bound_mps = match (a > fastest_mps, b > fastest_mps) {
            (false, false) => fastest_mps,
            (true, true) => 1.5 * a.max(b),
            _ => return false,
        };
        let blur_s = TIME_SIGMAS * self.window.sigma_s.hypot(other.window.sigma_s);
        self.impact.is_none() || other.impact.is_none() || self.within_m(other, bound_mps * (gap_s + blur_s + 1.0), 3.0)
    }

    /// One text that names two places speaks of two happenings; two claimed identities are two things.
    fn contradicts(&self, other: &Self) -> bool {
        let texts = matches!((&self.text_place, &other.text_place), (Some(a), Some(b)) if a.0 == b.0 && a.1 != b.1);
        texts || (self.family != Family::Fire && self.first.claimed_identity != other.first.claimed_identity)
    }

    fn near(&self, other: &Self, gap_s: f64, parameters: &Parameters) -> bool {
        let limit = parameters.place_limit(2);
        let within = |a: &Foot, b: &Foot| a.fix(1.0).distance2(&b.fix(1.0)) <= limit;
        match (self.impact.zip(other.impact), self.origin.zip(other.origin)) {
            (None, None) => self.shot_reaches(other, gap_s, parameters),
            (impact, origin) => {
                impact.is_none_or(|(a, b)| within(&a, &b)) && origin.is_none_or(|(a, b)| within(&a, &b))
            }
        }
    }

    /// One tells only where it came from, the other only where it came down (or both only a named area).
    fn shot_reaches(&self, other: &Self, gap_s: f64, parameters: &Parameters) -> bool {
        let (from, to, range_m) = match (self.origin, other.origin) {
            (Some(from), None) => (from, other.impact, self.range_max_m),
            (None, Some(from)) => (from, self.impact, other.range_max_m),
            _ => return self.neighbourhood == other.neighbourhood && self.first.phenomenon == other.first.phenomenon,
        };
        to.is_some_and(|to| {
            let (x, y) = from.frame.enu_from_wgs84(to.centre);
            x.hypot(y) <= range_m && gap_s <= self.flight_s(other, parameters)
        })
    }

    /// Longest gap between a launch and its impact, with the errors of both clocks, s.
    fn flight_s(&self, other: &Self, parameters: &Parameters) -> f64 {
        parameters.flight_max_s + TIME_SIGMAS * self.window.sigma_s.hypot(other.window.sigma_s)
    }

    pub(crate) fn within_m(&self, other: &Self, metres: f64, sigmas: f64) -> bool {
        let Some((a, b)) = self.impact.zip(other.impact) else { return false };
        let (x, y) = a.frame.enu_from_wgs84(b.centre);
        // The plain distance first: it settles most pairs.
        let distance_m = x.hypot(y);
        distance_m <= metres
            || distance_m <= metres + sigmas * (a.covariance.sigma_major_m() + b.covariance.sigma_major_m())
    }
}

fn text_place(detection: &Detection) -> Option<TextPlace> {
    let text = detection.dependence.as_ref().filter(|_| is_text(detection.modality))?;
    let Where::Estimate(place) = &detection.place else { return None };
    Some((text.clone(), (place.centre.lat_deg().to_bits(), place.centre.lon_deg().to_bits())))
}

/// Where it came down and where it came from, as far as the detection tells.
fn feet(detection: &Detection) -> (Option<Foot>, Option<Foot>) {
    let key = RoomKey::for_computation_inside_the_house();
    let spread_m = spread_m(detection.phenomenon);
    let sealed = detection.origin.as_ref().and_then(|origin| Foot::new(origin.open(&key), 100.0));
    let stated = detection.estimate().and_then(|place| Foot::new(&place, spread_m));
    if is_origin(detection.phenomenon) { (None, sealed.or(stated)) } else { (stated, sealed) }
}

/// The detection with its place sealed when that place is a point of origin of fire that no public source states:
/// nothing that leaves the room carries it.
fn without_origin(mut detection: Detection) -> Detection {
    if is_origin(detection.phenomenon)
        && !is_public(detection.modality)
        && !matches!(detection.place, Where::NotKnown(_))
    {
        detection.origin = detection.origin.or_else(|| detection.estimate().map(Sealed::new));
        detection.place = Where::NotKnown(NotKnownReason::Withheld);
        // The source's own words may name the place.
        detection.note = None;
    }
    detection
}
