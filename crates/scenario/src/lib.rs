//! Made-up missions with known truth.

mod clauses;
mod cursor;
mod deliver;
mod emit;
mod expectation;
mod noise;
mod observe;
mod parse;
mod physics;
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
    Clutter, Delay, Fire, Ground, Happening, HappeningKind, Notice, Pass, Report, Said, Scenario, Voyage, Weather,
};
pub use simulate::{Stage, simulate};
pub use truth::{Content, Forgery, Simulated, SimulatedCapture, TrueEvent};
