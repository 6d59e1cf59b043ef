//! Files that the present checkpoint does not need.

use super::{Fault, FaultKind, MAX_FAULTS, Stray, StrayKind, Verification};
use crate::store::{Listing, Tiles};
use crate::tile::{Bundle, Content, TileId};

/// Looks at every listed file that a walk over `size` entries did not read.
pub fn verify<T: Tiles + Listing>(tiles: &T, size: u64, found: &mut Verification) {
    let listed = tiles.for_each_path(&mut |path| {
        let kind = TileId::parse(path).map_or(Some(StrayKind::Unknown), |id| stray_kind(tiles, size, id));
        if let Some(kind) = kind.filter(|_| found.strays.len() < MAX_FAULTS) {
            found.strays.push(Stray { place: path.to_owned(), kind });
        }
    });
    if let Err(error) = listed {
        let (kind, place) = (FaultKind::Unreadable, "tile".to_owned());
        found.add(Fault { kind, place, entries: 0..0, message: error.to_string() });
    }
}

/// What kind of stray a tile is; `None`: it belongs to the log, now or at an earlier checkpoint.
fn stray_kind<T: Tiles>(tiles: &T, size: u64, id: TileId) -> Option<StrayKind> {
    match TileId::in_log(id.content(), id.index(), size) {
        Some(current) if current == id => None,
        Some(current) if id.width() < current.width() => {
            let earlier = is_start_of(tiles, id, current).unwrap_or(false);
            (!earlier).then_some(StrayKind::Differs)
        }
        _ => Some(StrayKind::Beyond),
    }
}

/// Whether a smaller tile is the beginning of a larger one; `None` when one of them cannot be read.
fn is_start_of<T: Tiles>(tiles: &T, small: TileId, large: TileId) -> Option<bool> {
    let (start, (_, whole)) = (tiles.get(small).ok()??, crate::store::fetch(tiles, large).ok()?);
    let is_whole = match small.content() {
        Content::Entries => Bundle::new(&start).count() == usize::from(small.width()),
        Content::Hashes(_) => start.len() == small.max_bytes(),
    };
    Some(is_whole && whole.starts_with(&start))
}
