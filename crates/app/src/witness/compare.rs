//! Two checkpoints of one log: do they agree, or do they prove that the log has two histories?
//!
//! Of equal sizes the roots alone decide. Of different sizes it takes the tiles of the larger one: the beginning of that
//! log either is the smaller one or is not. From the tiles of the smaller nothing can be shown.

use super::kept::Evidence;
use super::{FOUND, NOT_UNDERSTOOD};
use crate::files::write_whole;
use anyhow::{Context as _, bail};
use std::path::Path;
use std::process::ExitCode;
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::keys::VerifierKey;
use truceline_evidence::merkle::{consistency_proof, verify_consistency};
use truceline_evidence::split::{SplitView, SplitViewError};
use truceline_evidence::store::{TileTree, Tiles};

/// What two checkpoints say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// One log, of these sizes.
    Agree(u64, u64),
    /// Two histories, proved.
    Split(SplitView),
    /// Nothing can be told, for this reason.
    Untold(String),
}

/// Holds two signed checkpoints against each other; `tiles` are those of the larger.
///
/// # Errors
/// When one of them is not a checkpoint signed with one of `keys`, or they are of two logs.
pub fn compare<T: Tiles>(
    (one, other): (&[u8], &[u8]),
    tiles: Option<&T>,
    keys: &[VerifierKey],
) -> anyhow::Result<Comparison> {
    let open = |note: &[u8]| Checkpoint::open(note, keys).map(|signed| signed.checkpoint);
    let first = open(one).context("the first is not accepted")?;
    let second = open(other).context("the second is not accepted")?;
    if first.origin != second.origin {
        bail!("they are of two logs: {} and {}", first.origin, second.origin);
    }
    let ((small, smaller), (large, larger)) =
        if first.size <= second.size { ((one, first), (other, second)) } else { ((other, second), (one, first)) };
    let agree = Comparison::Agree(smaller.size, larger.size);
    if smaller.size == larger.size || smaller.size == 0 {
        return Ok(match SplitView::new(small, large, &[], keys) {
            Ok(split) => Comparison::Split(split),
            Err(SplitViewError::Consistent) => agree,
            Err(error) => Comparison::Untold(error.to_string()),
        });
    }
    let Some(tiles) = tiles else {
        let why = "they are of different sizes: `--tiles OUT` with the log of the larger one is needed";
        return Ok(Comparison::Untold(why.to_owned()));
    };
    match SplitView::find(tiles, (small, large), keys) {
        Ok(Some(split)) => return Ok(Comparison::Split(split)),
        Ok(None) => {}
        Err(error) => return Ok(Comparison::Untold(format!("the tiles of the larger one are not all there: {error}"))),
    }
    // No contradiction was proved; that they agree has to be shown too.
    let proof = consistency_proof(smaller.size, larger.size, &TileTree::new(tiles, larger.size));
    let holds = proof.is_ok_and(|proof| verify_consistency(&smaller.tree(), &larger.tree(), &proof).is_ok());
    Ok(if holds { agree } else { Comparison::Untold("the tiles are not those of the larger checkpoint".to_owned()) })
}

/// `truceline witness compare A B`; the proof of a contradiction goes to `write`.
///
/// # Errors
/// When a file cannot be read or written, or is no checkpoint of the log.
pub fn run(
    (one, other): (&Path, &Path),
    (out, keys): (Option<&Path>, &[VerifierKey]),
    write: &Path,
) -> anyhow::Result<ExitCode> {
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("couldn't read {}", path.display()));
    let (one, other) = (read(one)?, read(other)?);
    let evidence = out.map(Evidence::at);
    let keys = match (keys, &evidence) {
        ([], Some(evidence)) => {
            let key = evidence.own_key()?;
            anstream::println!(
                "note: the key was taken from the folder itself ({key}); compare it with one you were given"
            );
            vec![key]
        }
        ([], None) => {
            anstream::eprintln!("give the public key of the log with `--vkey`");
            return Ok(ExitCode::from(NOT_UNDERSTOOD));
        }
        (keys, _) => keys.to_vec(),
    };
    let tiles = evidence.map(|evidence| evidence.tiles());
    match compare((&one, &other), tiles.as_ref(), &keys)? {
        Comparison::Agree(small, large) => {
            anstream::println!("they agree: the log of {large} entries begins with the log of {small}");
            Ok(ExitCode::SUCCESS)
        }
        Comparison::Untold(why) => {
            anstream::eprintln!("nothing can be told: {why}");
            Ok(ExitCode::from(NOT_UNDERSTOOD))
        }
        Comparison::Split(split) => {
            let bytes = split.to_string().into_bytes();
            if write.exists() && std::fs::read(write).ok().as_ref() != Some(&bytes) {
                bail!("{} is there already and is something else; name another file with `--write`", write.display());
            }
            write_whole(write, &bytes)?;
            say(&split, &keys)?;
            anstream::println!("the proof is in {}: `truceline witness compare --proof` verifies it", write.display());
            Ok(ExitCode::from(FOUND))
        }
    }
}

/// `truceline witness compare --proof FILE`: the same exit codes as for the two checkpoints in it.
///
/// # Errors
/// When the file cannot be read.
pub fn check_proof(path: &Path, keys: &[VerifierKey]) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(path).with_context(|| format!("couldn't read {}", path.display()))?;
    let checked = SplitView::parse(&bytes).and_then(|split| split.verify(keys).map(|_| split));
    match checked {
        Ok(split) => {
            say(&split, keys)?;
            Ok(ExitCode::from(FOUND))
        }
        Err(SplitViewError::Consistent) => {
            anstream::println!("the two checkpoints in it agree: nothing is proved");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            anstream::eprintln!("nothing is proved: {error}");
            Ok(ExitCode::from(NOT_UNDERSTOOD))
        }
    }
}

fn say(split: &SplitView, keys: &[VerifierKey]) -> anyhow::Result<()> {
    let (smaller, larger) = split.verify(keys)?;
    anstream::println!(
        "\u{1b}[1;31mtwo histories\u{1b}[0m: {} signed {} entries with root {} and {} entries with root {}; {}",
        smaller.origin,
        smaller.size,
        smaller.root,
        larger.size,
        larger.root,
        if smaller.size == larger.size { "both cannot be true" } else { "the larger does not begin with the smaller" },
    );
    Ok(())
}
