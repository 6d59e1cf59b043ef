//! Made-up missions with known truth: a short text that reads like a stage direction, and what sensors would report of it.
//!
//! What comes in: the text of a scenario, the ground of a mission (its sensors, areas and parties), a seed. What goes out:
//! captures as they would arrive, announced activities, outages, what truly happened, what the machine is expected to
//! make of it, and every problem of the text at once with file, line, column and a hint. What never happens here: input
//! or output, clocks, noise that the seed does not decide, and points of origin of fire that are not sealed.
//!
//! # The language
//!
//! One statement on each line; a line that begins with white space continues the one above; `#` begins a comment; words
//! in `"..."` are one word; lists are written with `;`; places are `latitude,longitude`; times are `02:14`, `02:14:30` on
//! the day that the last `day N` named, or RFC 3339; stretches are `10:00..14:00`. The whole language with an example of
//! each statement stands in `docs/scenarios.md`.
//!
//! # What is simulated, and how well
//!
//! - Sound travels at 331.3 + 0.606 T m/s plus the wind along its way. Nodes of an acoustic network (`AC.01`, `AC.02`, ...)
//!   that hear it have timing errors; three or more yield **one** located detection under the network's name (`AC`), with
//!   the covariance of their geometry and the estimated time of the *event*, not of an arrival. Fewer than three yield one
//!   detection each, which says no more than "within my range".
//! - Whether a sensor detects something is drawn with the probability that the register declares for the class within the
//!   declared range, times what an outage leaves of it.
//! - Stated errors are the ones that were drawn: 90 % ellipses hold the truth nine times in ten (tested).
//! - Cameras tell directions, radars places with sealed origins, seismic stations places with large errors, satellites and
//!   the mission's aircraft what is there when they pass.
//! - The curvature of the ground, terrain and vegetation are not simulated: the declared range stands for them.
//!
//! # Example
//!
//! ```
//! use truceline_scenario::{Content, Stage, parse, simulate};
//!
//! let text = r#"
//! scenario one-round
//! mission  nowhere
//! from     2031-03-04T00:00:00+02:00
//! until    2031-03-05T00:00:00+02:00
//! sensor   R1 radar owner norland at 12.55,-37.00 sees shelling 20 km 1
//! at 02:14 fire 1 round mortar from 12.52,-37.03 to 12.48,-37.03 by A
//! expect   incidents 1 shelling
//! "#;
//! let (scenario, problems) = parse("one-round.scenario", text);
//! assert!(problems.is_empty());
//! let parties = ["A".into(), "B".into()];
//! let stage = Stage { parties: &parties, sensors: &[], areas: &[], lines: &[] };
//! let simulated = simulate(&scenario, &stage, 1);
//! let Content::Detections(found) = &simulated.captures[0].content else { panic!() };
//! assert_eq!(found[0].sensor.as_str(), "R1");
//! assert!(found[0].origin.is_some(), "known to the radar, sealed for everyone else");
//! assert_eq!(simulated.truth[0].rounds, 1);
//! ```

mod clauses;
mod cursor;
mod deliver;
mod emit;
mod expectation;
mod noise;
mod observe;
mod parse;
mod physics;
mod record;
mod scenario;
mod signal;
mod simulate;
mod truth;
mod words;
mod world;

pub use expectation::{CountKind, CountRange, Expectation, ExpectationKind};
pub use parse::parse;
pub use physics::{flight_s, sound_speed_mps, sound_travel_s};
pub use scenario::{
    Clutter, Delay, Fire, Ground, Happening, HappeningKind, Notice, Pass, Record, Report, Said, Scenario, Voyage,
    Weather,
};
pub use simulate::{Stage, simulate};
pub use truth::{Content, Forgery, Simulated, SimulatedCapture, TrueEvent};
