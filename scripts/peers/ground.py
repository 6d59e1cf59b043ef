#!/usr/bin/env python3
"""Ours beside PyOcto on one folder of stations and picks, started by `make bench` where PyOcto is installed.

usage: ground.py PROGRAM FOLDER [--runs 3] [--without-peer]

Both get the thresholds of config.json. Prints one line: events, share of the reference catalogues found, F1 by shared
picks where the table of picks holds the truth, error of the epicentre, CPU seconds (user and system, median of the runs).
Ours is the whole program with reading and writing; PyOcto's figure is its association alone, the data already in memory.
"""
import argparse, json, os, resource, statistics, subprocess, sys, tempfile
import numpy as np, pandas as pd

EPOCH = pd.Timestamp("1970-01-01", tz="UTC")


def seconds(column):
    return (pd.to_datetime(column, format="ISO8601", utc=True) - EPOCH).dt.total_seconds()


def placed(table, cfg):
    table["x"] = (table.lon - cfg["lon0"]) * 111.32 * np.cos(np.radians(cfg["lat0"]))
    table["y"] = (table.lat - cfg["lat0"]) * 111.19
    return table


def cpu(who):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def ours(program, folder, runs):
    times, peak = [], 0
    with tempfile.TemporaryDirectory() as out:
        events, arrivals = os.path.join(out, "e.csv"), os.path.join(out, "a.csv")
        for _ in range(runs):
            before = cpu(resource.RUSAGE_CHILDREN)
            subprocess.run([program, "--quiet", "locate", folder, "--events", events, "--arrivals", arrivals], check=True)
            times.append(cpu(resource.RUSAGE_CHILDREN) - before)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        found, assigned = pd.read_csv(events), pd.read_csv(arrivals)
    found["t"] = seconds(found.time)
    return found, assigned, statistics.median(times), peak


def peer(folder, cfg, picks, runs):
    import pyocto

    stations = placed(pd.read_csv(f"{folder}/stations.csv"), cfg)
    model = pyocto.VelocityModel0D(p_velocity=cfg["vp"], s_velocity=cfg["vs"], tolerance=cfg["tol"])
    times = []
    for _ in range(runs):
        associator = pyocto.OctoAssociator(
            xlim=tuple(cfg["x"]), ylim=tuple(cfg["y"]), zlim=tuple(cfg["z"]), velocity_model=model,
            time_before=300 if cfg["vp"] > 1 else 120, n_picks=cfg["n_picks"], n_p_picks=cfg["n_p"],
            n_s_picks=cfg["n_s"], n_p_and_s_picks=cfg["n_ps"], pick_match_tolerance=cfg["tol"], n_threads=2)
        given = pd.DataFrame(dict(station=picks.station, phase=picks.phase.replace("A", "P"), time=picks.t, probability=picks.prob))
        posts = pd.DataFrame(dict(id=stations.station, x=stations.x, y=stations.y, z=-stations.elev_m / 1000))
        before = cpu(resource.RUSAGE_SELF)
        found, assigned = associator.associate(given, posts)
        times.append(cpu(resource.RUSAGE_SELF) - before)
    found = found.rename(columns={"idx": "event_idx", "time": "t"})
    return found, assigned, statistics.median(times)


def matched(reference, found, cfg):
    """One to one, nearest first, within the window and distance of config.json."""
    order = np.argsort(found.t.to_numpy())
    times = found.t.to_numpy()[order]
    pairs = []
    for i, (t, x, y) in enumerate(reference[["t", "x", "y"]].to_numpy()):
        low, high = np.searchsorted(times, [t - cfg["match_s"], t + cfg["match_s"]])
        for j in order[low:high]:
            d = np.hypot(found.x.iat[j] - x, found.y.iat[j] - y)
            if d <= cfg["match_km"]:
                pairs.append((abs(found.t.iat[j] - t) / cfg["match_s"] + d / cfg["match_km"], i, j, d))
    used_i, used_j, errors = set(), set(), []
    for _, i, j, d in sorted(pairs):
        if i not in used_i and j not in used_j:
            used_i.add(i), used_j.add(j), errors.append(d)
    return np.array(errors)


def f1(picks, found, assigned):
    truth = picks.event.to_numpy()
    sizes = pd.Series(truth[truth >= 0]).value_counts()
    hit = set()
    for _, group in assigned.groupby("event_idx"):
        true = truth[group.pick_idx.to_numpy(int)]
        values, counts = np.unique(true[true >= 0], return_counts=True)
        if len(values):
            k = counts.argmax()
            if counts[k] / max(len(group), sizes[values[k]]) >= 0.6:
                hit.add(values[k])
    precision, recall = len(hit) / max(len(found), 1), len(hit) / max(len(sizes), 1)
    return 2 * precision * recall / (precision + recall) if hit else 0.0


def line(name, folder, cfg, picks, result):
    found, assigned, used = result[:3]
    if "x" not in found:
        placed(found, cfg)
    text = f"  {name:7s} {len(found):5d} events, CPU {used:8.3f} s"
    for file, word in (("catalog", "catalogue"), ("catalog_dense", "dense catalogue")):
        path = f"{folder}/{file}.csv"
        if os.path.exists(path):
            reference = placed(pd.read_csv(path), cfg)
            reference["t"] = seconds(reference.time)
            errors = matched(reference, found, cfg)
            middle, tail = (np.percentile(errors, [50, 90]) * 1000).round() if len(errors) else (float("nan"),) * 2
            text += f", {word} {len(errors)}/{len(reference)}, error {middle:.0f}/{tail:.0f} m (50/90 %)"
    if "event" in picks:
        text += f", F1 {f1(picks, found, assigned):.4f}"
    print(text + (f", peak {result[3]:.0f} MiB" if len(result) > 3 else ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program"), parser.add_argument("folder")
    parser.add_argument("--runs", type=int, default=3), parser.add_argument("--without-peer", action="store_true")
    args = parser.parse_args()
    cfg = json.load(open(f"{args.folder}/config.json"))
    picks = pd.read_csv(f"{args.folder}/picks.csv")
    picks["t"] = seconds(picks.time)
    print(f"{cfg['name']}: {len(picks)} picks")
    mine = ours(args.program, args.folder, args.runs)
    line("ours", args.folder, cfg, picks, mine)
    if not args.without_peer:
        theirs = peer(args.folder, cfg, picks, min(args.runs, 1 if len(picks) > 20_000 or cfg["vp"] < 1 else 3))
        line("PyOcto", args.folder, cfg, picks, theirs)
        print(f"  PyOcto's CPU over ours: {theirs[2] / max(mine[2], 1e-9):.1f}")


if __name__ == "__main__":
    sys.exit(main())
