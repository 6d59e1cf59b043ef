//! From a tracking scenario as read to what the tracker takes.

use truceline_fusion::tracking::{Mover, Plot, Reading, Scan, Sensor, SensorKind, Setup, Watched};
use truceline_intake::track_scenario::{
    ScenarioPlot, ScenarioReading, ScenarioScan, ScenarioScans, ScenarioSensor, TrackScenario,
};

/// What the tracker is told before the first scan.
pub(super) fn setup_of(scenario: &TrackScenario, lag_s: f64) -> Setup {
    let mut setup = Setup::new(scenario.sensors.iter().map(sensor_of).collect(), scenario.area_m);
    setup.sea_until_east_m = scenario.sea_until_east_m;
    setup.registered = !scenario.bias_present;
    setup.lag_s = lag_s;
    setup.watched = scenario
        .watched
        .iter()
        .map(|(name, corners, closed)| Watched { name: name.clone(), corners: corners.clone(), closed: *closed })
        .collect();
    setup
}

fn sensor_of(stated: &ScenarioSensor) -> Sensor {
    let kind = match stated.kind.as_str() {
        "radar" => SensorKind::Radar,
        "pos" => SensorKind::Position,
        "rf" => SensorKind::DirectionFinder,
        "acoustic" => SensorKind::Acoustic,
        "coop" => SensorKind::Cooperative,
        _ => SensorKind::Camera,
    };
    let base = Sensor::new(&stated.name, kind);
    let [east_m, north_m, up_m] = stated.place_m;
    let or = |name: &str, otherwise: f64| stated.numbers.get(name).copied().unwrap_or(otherwise);
    let reach = or("rmax", base.clutter_reach_m);
    Sensor {
        east_m,
        north_m,
        up_m,
        period_s: or("period", base.period_s),
        sigma_azimuth_deg: or("sig_az", base.sigma_azimuth_deg),
        sigma_range_m: or("sig_rng", base.sigma_range_m),
        sigma_range_rate_mps: or("sig_rr", base.sigma_range_rate_mps),
        sigma_elevation_deg: stated.numbers.get("sig_el").copied(),
        sigma_position_m: or("sig_pos", base.sigma_position_m),
        sigma_velocity_mps: or("sig_vel", base.sigma_velocity_mps),
        p_detect: or("pd", base.p_detect).clamp(0.0, 0.999),
        clutter_per_scan: or("clutter", base.clutter_per_scan),
        clutter_reach_m: or("clutter_rmax", reach),
        reach_m: stated.reach_m.unwrap_or([reach; 4]),
        view_deg: stated.view_deg,
        notch_mps: or("mdv", 0.0),
        p_in_notch: or("pd_below_mdv", 1.0),
        sound_mps: or("sound_mps", base.sound_mps),
        carries: match stated.carries.as_str() {
            "AIS" => vec![Mover::Vessel],
            "RemoteID/ADS-B" => vec![Mover::Multirotor, Mover::FixedWing],
            "vehicle beacon" => vec![Mover::Vehicle],
            _ => Vec::new(),
        },
        ..base
    }
}

/// One look with its plots.
pub(super) fn scan_of(row: &ScenarioScan, scans: &ScenarioScans) -> Scan {
    let (first, until) = row.plots;
    let plots = scans.plots.get(first as usize..until as usize).unwrap_or_default();
    Scan {
        time_s: row.measured_s,
        number: row.number,
        sensor: row.sensor,
        from_m: row.from_m,
        plots: plots.iter().map(plot_of).collect(),
    }
}

fn plot_of(plot: &ScenarioPlot) -> Plot {
    let some = |value: f32| (!value.is_nan()).then_some(f64::from(value));
    let reading = match plot.reading {
        ScenarioReading::Polar { azimuth_deg, range_m, range_rate_mps, elevation_deg } => Reading::Polar {
            azimuth_deg,
            range_m,
            range_rate_mps: some(range_rate_mps),
            elevation_deg: some(elevation_deg),
        },
        ScenarioReading::Bearing { azimuth_deg, elevation_deg } => {
            Reading::Bearing { azimuth_deg, elevation_deg: some(elevation_deg) }
        }
        ScenarioReading::Place { east_m, north_m } => Reading::Place { east_m, north_m },
        ScenarioReading::Claim { identity, east_m, north_m, east_mps, north_mps } => {
            Reading::Claim { identity, east_m, north_m, east_mps: some(east_mps), north_mps: some(north_mps) }
        }
    };
    Plot { number: u64::from(plot.number), reading }
}
