//! `truceline init`: a small, commented mission that passes `check`.

use anyhow::{Context as _, bail};
use std::path::Path;

/// The files of the small mission, by path.
const FILES: &[(&str, &str)] = &[
    ("mission.toml", include_str!("../templates/mission/mission.toml")),
    ("feeds.toml", include_str!("../templates/mission/feeds.toml")),
    ("agreement/agreement.txt", include_str!("../templates/mission/agreement/agreement.txt")),
    ("agreement/rules.txt", include_str!("../templates/mission/agreement/rules.txt")),
    ("geometry/ground.geojson", include_str!("../templates/mission/geometry/ground.geojson")),
    ("sensors/sensors.csv", include_str!("../templates/mission/sensors/sensors.csv")),
    ("notified/notices.csv", include_str!("../templates/mission/notified/notices.csv")),
    ("guarantees/guarantees.toml", include_str!("../templates/mission/guarantees/guarantees.toml")),
    ("captures/NODES_20310304.csv", include_str!("../templates/mission/captures/NODES_20310304.csv")),
    ("README.md", include_str!("../templates/mission/README.md")),
];

/// Writes the mission into a new or empty folder and returns the paths written.
///
/// # Errors
/// When the folder holds anything, or the disk refuses.
pub fn write(folder: &Path) -> anyhow::Result<Vec<&'static str>> {
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty; nothing was written", folder.display());
    }
    for (path, text) in FILES {
        let full = folder.join(path);
        let parent = full.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).with_context(|| format!("couldn't make {}", parent.display()))?;
        std::fs::write(&full, text).with_context(|| format!("couldn't write {}", full.display()))?;
    }
    Ok(FILES.iter().map(|(path, _)| *path).collect())
}
