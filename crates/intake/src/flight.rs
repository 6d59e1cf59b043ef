//! The mission's own flights and what their cameras saw: plain values that `mavlink` and `klv` give.
//!
//! An [`OwnFlight`] says where the mission's own aircraft was; with it a track can be told to be our own. A [`Footprint`]
//! is the patch of ground in one picture; with it a square can be told to have been looked at. [`project`] makes a footprint
//! from where a camera was and how it was turned, on ground whose height the caller knows.
//!
//! ```
//! use truceline_domain::Wgs84;
//! use truceline_intake::flight::{Attitude, Camera, Errors, project};
//!
//! let camera = Camera {
//!     place: Wgs84::new(48.0, 37.5).unwrap(),
//!     height_m: 600.0,
//!     platform: Attitude { heading_deg: 90.0, pitch_deg: 0.0, roll_deg: 0.0 },
//!     gimbal: Attitude { heading_deg: 0.0, pitch_deg: -90.0, roll_deg: 0.0 },
//!     field_of_view_deg: (20.0, 15.0),
//! };
//! let seen = project(&camera, &|_| Some(100.0), Errors::default()).unwrap();
//! // Straight down from 500 m: 500 m × tan 10° to each side.
//! assert!((seen.width_m - 176.3).abs() < 0.5);
//! ```

use truceline_domain::{Area, LocalFrame, Timestamp, Wgs84};

/// Where one of the mission's own aircraft was.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnFlight {
    /// Which aircraft, such as `mavlink 1` or the tail number.
    pub vehicle: String,
    /// When.
    pub at: Timestamp,
    /// Error of that, one standard deviation, s.
    pub time_sigma_s: f64,
    /// Where.
    pub place: Wgs84,
    /// Standard deviation along each axis, m.
    pub sigma_m: f64,
    /// Height above mean sea level, m.
    pub height_msl_m: Option<f64>,
    /// Height above the WGS 84 ellipsoid, m. Never mixed with the other: they differ by tens of metres.
    pub height_ellipsoid_m: Option<f64>,
    /// Height above the place of take-off, m.
    pub height_above_takeoff_m: Option<f64>,
    /// Where the nose points, and how it is tilted.
    pub attitude: Option<Attitude>,
    /// Speed over ground, m/s, and course, degrees.
    pub motion: Option<truceline_domain::Motion>,
    /// How the camera points relative to the platform, if there is one that says so.
    pub gimbal: Option<Attitude>,
    /// Horizontal and vertical field of view, degrees.
    pub field_of_view_deg: Option<(f64, f64)>,
    /// False when it is known to stand on the ground.
    pub is_in_air: bool,
}

/// Directions of a body: first turned by the heading, then tilted by the pitch, then rolled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attitude {
    /// Clockwise from true north, or from the nose for a camera, degrees.
    pub heading_deg: f64,
    /// Nose up, degrees; for a camera negative is down.
    pub pitch_deg: f64,
    /// Right side down, degrees.
    pub roll_deg: f64,
}

/// Where a footprint comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The sender stated the corners.
    Stated,
    /// The sender stated the corners relative to the middle of the picture.
    Offsets,
    /// Projected here.
    Projected,
}

/// The ground in one picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// When; `None` for a projection that was asked for without a time.
    pub at: Option<Timestamp>,
    /// Corners in the order upper left, upper right, lower right, lower left of the picture.
    pub corners: [Wgs84; 4],
    /// The middle of the picture on the ground.
    pub centre: Wgs84,
    /// Where the camera was.
    pub camera: Wgs84,
    /// Length of the ground between the middles of the left and the right side, m.
    pub width_m: f64,
    /// From the camera to the middle, m.
    pub slant_range_m: f64,
    /// Standard deviation of the worst corner along its worst direction, m.
    pub sigma_m: f64,
    /// Where it comes from.
    pub origin: Origin,
}

/// A camera in the air. Its height and the ground's must be above the same surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Where it is.
    pub place: Wgs84,
    /// How high, m.
    pub height_m: f64,
    /// How the aircraft lies.
    pub platform: Attitude,
    /// How the camera points relative to the aircraft.
    pub gimbal: Attitude,
    /// Horizontal and vertical field of view, degrees.
    pub field_of_view_deg: (f64, f64),
}

/// Standard deviations of what a footprint is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors {
    /// The camera's place, m.
    pub place_m: f64,
    /// The camera's direction, degrees.
    pub pointing_deg: f64,
    /// Height of the camera above the ground, m.
    pub height_m: f64,
}

impl Default for Errors {
    /// 10 m for satellite navigation, 0.5° for small gimbals, 10 m for a barometric height over a terrain model.
    fn default() -> Self {
        Self { place_m: 10.0, pointing_deg: 0.5, height_m: 10.0 }
    }
}

/// Why there is no footprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoFootprint {
    /// Something that it takes is not stated.
    NotStated,
    /// A corner looks at the sky, or at ground farther than 100 km.
    Horizon,
    /// The corners do not make a simple four-sided figure.
    Crossed,
    /// The height of the ground is not known where the camera looks, or lies above the camera.
    NoGround,
}

impl NoFootprint {
    /// The reason as a word for counters.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotStated => "footprint_not_stated",
            Self::Horizon => "footprint_horizon",
            Self::Crossed => "footprint_crossed",
            Self::NoGround => "footprint_no_ground",
        }
    }
}

/// The farthest ground that counts as seen, m.
pub const MAX_RANGE_M: f64 = 100_000.0;
/// Radius of a sphere with the curvature of the earth, m.
const EARTH_M: f64 = 6_371_000.0;
/// The first and the largest step along a ray, m.
const STEP_M: (f64, f64) = (5.0, 100.0);

impl Footprint {
    /// The patch as an area.
    pub fn area(&self) -> Area {
        Area::from_rings([self.corners.iter().map(|corner| (corner.lon_deg(), corner.lat_deg())).collect::<Vec<_>>()])
    }
}

/// What a camera sees of the ground, whose height (m, above the same surface as the camera's) `height_at` tells; `None`
/// where it is not known. Rays are straight over a curved earth, without refraction; along each ray the ground is sought in
/// steps that grow from 5 m to 100 m with the range, so that a ridge narrower than that can be missed.
///
/// # Errors
/// When a corner meets no ground.
pub fn project(
    camera: &Camera,
    height_at: &dyn Fn(Wgs84) -> Option<f64>,
    errors: Errors,
) -> Result<Footprint, NoFootprint> {
    let frame = LocalFrame::about(camera.place);
    let (width, height) = camera.field_of_view_deg;
    let is_view = |deg: f64| deg > 0.0 && deg < 180.0;
    if !is_view(width) || !is_view(height) || !camera.height_m.is_finite() {
        return Err(NoFootprint::NotStated);
    }
    let (right, down) = ((width / 2.0).to_radians().tan(), (height / 2.0).to_radians().tan());
    let hit = |right: f64, down: f64| {
        let ray = turned(camera.platform, turned(camera.gimbal, [1.0, right, down]));
        ground(&frame, camera.height_m, ray, height_at)
    };
    let corners = [hit(-right, -down)?, hit(right, -down)?, hit(right, down)?, hit(-right, down)?];
    let (centre, left_side, right_side) = (hit(0.0, 0.0)?, hit(-right, 0.0)?, hit(right, 0.0)?);
    let sigma_m = corners.iter().map(|corner| corner.sigma_m(errors)).fold(0.0, f64::max);
    let flat = corners.map(|corner| corner.enu_m);
    if !is_simple(flat) {
        return Err(NoFootprint::Crossed);
    }
    Ok(Footprint {
        at: None,
        corners: flat.map(|enu_m| frame.wgs84_from_enu(enu_m)),
        centre: frame.wgs84_from_enu(centre.enu_m),
        camera: camera.place,
        width_m: (left_side.enu_m.0 - right_side.enu_m.0).hypot(left_side.enu_m.1 - right_side.enu_m.1),
        slant_range_m: centre.slant_m(),
        sigma_m,
        origin: Origin::Projected,
    })
}

/// A vector of a body (forward, right, down) in the frame that the body is turned in (north, east, down).
fn turned(attitude: Attitude, [x, y, z]: [f64; 3]) -> [f64; 3] {
    let (sin_roll, cos_roll) = attitude.roll_deg.to_radians().sin_cos();
    let (y, z) = (y * cos_roll - z * sin_roll, y * sin_roll + z * cos_roll);
    let (sin_pitch, cos_pitch) = attitude.pitch_deg.to_radians().sin_cos();
    let (x, z) = (x * cos_pitch + z * sin_pitch, -x * sin_pitch + z * cos_pitch);
    let (sin, cos) = attitude.heading_deg.to_radians().sin_cos();
    [x * cos - y * sin, x * sin + y * cos, z]
}

/// Where a ray meets the ground.
#[derive(Clone, Copy)]
struct Hit {
    enu_m: (f64, f64),
    below_m: f64,
    /// How fast the distance over ground grows when the ray is tilted up, over the slant range: 1 / sin of the angle
    /// between the ray and the ground.
    stretch: f64,
}

impl Hit {
    fn slant_m(&self) -> f64 {
        self.enu_m.0.hypot(self.enu_m.1).hypot(self.below_m)
    }

    fn sigma_m(&self, errors: Errors) -> f64 {
        let pointing_m = errors.pointing_deg.to_radians() * self.slant_m() * self.stretch;
        let height_m = errors.height_m * (self.stretch * self.stretch - 1.0).max(0.0).sqrt();
        errors.place_m.hypot(pointing_m).hypot(height_m)
    }
}

fn ground(
    frame: &LocalFrame,
    height_m: f64,
    [north, east, down]: [f64; 3],
    height_at: &dyn Fn(Wgs84) -> Option<f64>,
) -> Result<Hit, NoFootprint> {
    let length = north.hypot(east).hypot(down);
    let [north, east, down] = [north / length, east / length, down / length];
    let over_ground = north.hypot(east);
    // How far the ray is above the ground after s metres.
    let above = |s: f64| -> Option<f64> {
        let (d, enu_m) = (s * over_ground, (s * east, s * north));
        let ray_m = height_m - s * down + d * d / (2.0 * EARTH_M);
        Some(ray_m - height_at(frame.wgs84_from_enu(enu_m)).filter(|height| height.is_finite())?)
    };
    if above(0.0).ok_or(NoFootprint::NoGround)? <= 0.0 {
        return Err(NoFootprint::NoGround);
    }
    let (mut near, mut step) = (0.0, STEP_M.0);
    let mut far = loop {
        let far = near + step;
        if far > MAX_RANGE_M {
            return Err(NoFootprint::Horizon);
        }
        if above(far).ok_or(NoFootprint::NoGround)? <= 0.0 {
            break far;
        }
        near = far;
        step = (far * 0.02).clamp(STEP_M.0, STEP_M.1);
    };
    for _ in 0..40 {
        let middle = 0.5 * (near + far);
        if above(middle).ok_or(NoFootprint::NoGround)? <= 0.0 {
            far = middle;
        } else {
            near = middle;
        }
    }
    // The slope of the ground under the ray, over a metre, tells how flat they meet.
    let slope = above(far + 1.0).zip(above(far - 1.0)).map_or(down, |(behind, before)| 0.5 * (before - behind));
    let stretch = 1.0 / slope.clamp(0.01, 1.0);
    Ok(Hit { enu_m: (far * east, far * north), below_m: far * down, stretch })
}

/// True when no two opposite sides cross and there is some area.
pub(crate) fn is_simple([a, b, c, d]: [(f64, f64); 4]) -> bool {
    let side = |p: (f64, f64), q: (f64, f64), r: (f64, f64)| (q.0 - p.0) * (r.1 - p.1) - (q.1 - p.1) * (r.0 - p.0);
    let cross = |p, q, r, s| side(p, q, r) * side(p, q, s) < 0.0 && side(r, s, p) * side(r, s, q) < 0.0;
    let area = side(a, b, c) + side(a, c, d);
    !cross(a, b, c, d) && !cross(b, c, d, a) && area.abs() > 1e-6
}

#[cfg(test)]
#[path = "flight_tests.rs"]
mod tests;
