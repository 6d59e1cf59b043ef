//! `README.md` of a package: for a judge, in plain words. It holds no place of anything.

use super::description::Description;
use std::fmt::Write as _;

/// The text.
pub fn text(description: &Description, key: &str) -> String {
    let mut text = head(description);
    text.push_str(&contents(description));
    text.push_str(&checking(description, key));
    text.push_str(&again(description));
    text.push_str(&proves(description));
    text
}

fn head(description: &Description) -> String {
    let Description { mission, day, from, until, exported_at, made_by, marking, .. } = description;
    let mut text = format!("# Evidence package: {mission}, {day}\n\n");
    if marking != "open" {
        let _ = writeln!(
            text,
            "**{marking}.** Captures in this package hold points of origin of fire. It belongs in the sealed room and may\nbe \
             read only by those who may enter it.\n"
        );
    }
    let _ = writeln!(
        text,
        "One day of the mission \"{mission}\": from {from} up to and without {until}.\nMade at {exported_at} by {made_by}."
    );
    if let Some(incident) = &description.incident {
        let _ = writeln!(
            text,
            "It was made for the incident `{incident}`; it holds that incident's whole day, because a day is derived as a whole."
        );
    }
    text.push('\n');
    text
}

fn contents(description: &Description) -> String {
    let n_included = description.captures.iter().filter(|capture| capture.is_included).count();
    let n_withheld = description.captures.len() - n_included;
    let mut text = format!(
        "## What is in it\n\n\
         | part of `data/` | what it is |\n|---|---|\n\
         | `result.json` | what was derived for the day: incidents, findings with their reasons, what could have been seen |\n\
         | `mission/` | the agreement, its rules, lines, sensors: everything the day was held against, as it was adopted |\n\
         | `captures/` | {n_included} captures: the data as it came, each file named by its SHA-256 |\n\
         | `custody.json` | what happened to each thing, with the number of its entry in the log |\n\
         | `proofs/` | for each entry of the log concerned: the entry, and the proof that the log holds it |\n\
         | `log.vkey` | the public key of the log |\n\
         | `contents.txt` | the SHA-256 of everything but the proofs |\n\
         | `package.json`, `ro-crate-metadata.json` | the same for programs |\n"
    );
    if !description.external.is_empty() {
        text.push_str("| `external/` | maps that the mission reads from outside its folder |\n");
    }
    if !description.earlier.is_empty() {
        text.push_str("| `earlier/` | earlier results of the same day, before late data came; nothing was deleted |\n");
    }
    text.push('\n');
    if n_withheld > 0 {
        let _ = writeln!(
            text,
            "{n_withheld} captures hold points of origin of fire and are **withheld**. Their digests and proofs are here: if they \
             are\nopened to you later, you can tell that they are the ones. They are:\n"
        );
        for capture in description.withheld() {
            let _ = writeln!(text, "- `{}` (`{}`, {} bytes)", capture.sha256, capture.name, capture.bytes);
        }
        text.push('\n');
    }
    text
}

fn checking(description: &Description, key: &str) -> String {
    let result = &description.result;
    format!(
        "## How to check it\n\n\
         The log's public key, as it lies in this package, is\n\n    {key}\n\n\
         Compare it with the key that you were given by another way, and put that one in place of `KEY` below. A key that comes\n\
         with the evidence proves only that all parts were signed by the same hand.\n\n\
         1. Everything, with the program: `truceline verify FOLDER --vkey KEY`.\n\
         2. One entry, with the small program for auditors:\n   \
         `truceline-verify --proof data/proofs/derived/{result}.tlog-proof \\\n   \
         --entry data/proofs/derived/{result}.entry --key KEY`. The entry names\n   \
         the SHA-256 of `result.json`. The same goes for every other pair of files under `data/proofs/`.\n\
         3. That the package is whole, with any BagIt validator (RFC 8493), for example `bagit.py --validate FOLDER`.\n\
         4. The same with a plain command, inside the folder:\n   \
         `sha256sum --check tagmanifest-sha256.txt manifest-sha256.txt`.\n\n\
         Ways 3 and 4 show damage, not forgery: whoever changes a file can write new lists. Ways 1 and 2 show both.\n\n"
    )
}

fn again(description: &Description) -> String {
    let mut text = String::from(
        "## How to derive it again\n\n`truceline reproduce FOLDER` reads the mission and the captures in this package, derives the day once more and compares\nit with `result.json` byte for byte.\n",
    );
    if description.withheld().next().is_some() {
        text.push_str("With this package it cannot be done, because captures are withheld.\n");
    }
    let outcome = if description.derived_again {
        "it came out **equal**"
    } else {
        "it did **not** come out equal: another version of the program had made the result, or a file outside the\nmission folder had changed"
    };
    let _ = writeln!(
        text,
        "\nWhen the package was made, the day was derived again from the {} captures listed in `package.json`; {outcome}.\n\n\
         These are all captures that can touch the day. Detections are linked to others near them in time and place, and those to\n\
         others again. A chain can reach further than a day; no fixed time around the day would be enough. So the whole\n\
         of the data was gone through, the last moment before the day and the first after it were found at which no\n\
         chain was open, and every capture with a detection between these two moments was taken, beside those that say when a\n\
         sensor could not see. Captures from other times cannot change this day.\n",
        description.captures.len()
    );
    text
}

fn proves(description: &Description) -> String {
    let mut text = String::from(
        "## What it proves, and what not\n\n\
         It proves, to whoever trusts the log's key:\n\n\
         - that mission files, captures and result are, bit for bit, those that were entered in the log;\n\
         - that they stood there when the checkpoint in `data/proofs/checkpoint` was signed;\n\
         - which captures and which text of the agreement the result was derived from",
    );
    text.push_str(if description.withheld().next().is_some() {
        ".\n"
    } else {
        ", and that anyone can derive it again.\n"
    });
    text.push_str(
        "\nIt does not prove:\n\n\
         - that a sensor measured rightly, or that a capture was true when it came: only that it has not changed since;\n\
         - when a capture came, other than by the word of whoever keeps the log;\n\
         - that nothing else was ever captured: that needs the whole log, and checkpoints that others kept;\n\
         - who fired, or whether the agreement was kept. `consistent`, `inconsistent` and `undetermined` say how an\n  \
         incident stands to one clause in one reading. To judge is for people.\n",
    );
    if !description.is_logged {
        text.push_str(
            "\nThis export is **not** an entry of the log. This text, `custody.json`, `package.json` and `external/` are therefore\nvouched for by the lists of digests alone.\n",
        );
    }
    text
}
