#!/usr/bin/env bash
# Measures the release build on real data. Each measure runs BENCH_RUNS times (default 3); the median goes to the table
# and every run to target/bench/runs.csv: wall and processor seconds, peak memory, as the operating system counts them.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/scripts/needs.sh"
. "$root/scripts/web.sh"

runs=${BENCH_RUNS:-3}
bench_dir=$target_dir/bench
runs_csv=$bench_dir/runs.csv
program=$target_dir/release/truceline
# Where replays write; emptied before each run, so that nothing is kept from the one before.
out=$bench_dir/out

# The measuring command: GNU time, which also knows the peak memory.
need_gnu_time() {
  if ! /usr/bin/time --version >/dev/null 2>&1; then
    if can_apt; then
      quiet_step "install GNU time" apt_install time
    else
      fail "GNU time is missing: install the package time"
    fi
  fi
}

# NAME, COMMAND...: runs the command $runs times and appends name,run,wall_s,user_s,system_s,peak_mib to runs.csv.
measure() {
  local name=$1 run log=$bench_dir/last-run.log figures=$bench_dir/last-figures
  shift
  for ((run = 1; run <= runs; run++)); do
    rm -rf "$out"
    if ! /usr/bin/time --output "$figures" --format '%e,%U,%S,%M' "$@" >"$log" 2>&1; then
      tail -n 20 "$log"
      return 1
    fi
    awk -F, -v name="$name" -v run="$run" '{ printf "%s,%d,%s,%s,%s,%.1f\n", name, run, $1, $2, $3, $4 / 1024 }' \
      "$figures" >>"$runs_csv"
  done
  median "$name"
}

# NAME: one line with the median of each figure over the runs of this measure.
median() {
  local column value line=''
  for column in 3 4 5 6; do
    value=$(awk -F, -v name="$1" -v c="$column" '$1 == name { print $c }' "$runs_csv" | sort -n |
      awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }')
    line="$line $value"
  done
  # shellcheck disable=SC2086
  printf '      %-28s wall %s s, user %s s, system %s s, peak %s MiB (median of %s)\n' "$1" $line "$runs"
}

# One year of satellite fire detections through the whole house, offline: to findings and reports. Promised: under 5 s on two
# cores and under 500 MB.
bench_firms_year() {
  local mission=$root/missions/thermal-2022 captures=$TRUCELINE_DATA/firms-ukraine/firms_ua_2022.csv.gz
  if [ ! -f "$captures" ]; then skip "replay of one year" "no $captures"; return 0; fi
  step "replay of one year (133,979 rows)" measure "replay 1 year" "$program" replay "$mission" "$captures" --out "$out" || true
}

# The same rows in a thousand captures: memory must not grow with their number.
bench_many_captures() {
  local mission=$root/missions/thermal-2022 captures=$TRUCELINE_DATA/firms-ukraine/firms_ua_2022.csv.gz split=$bench_dir/split
  if [ ! -f "$captures" ]; then skip "a thousand captures" "no $captures"; return 0; fi
  rm -rf "$split" && mkdir -p "$split"
  gzip -dc "$captures" | awk -v folder="$split" 'NR == 1 { head = $0; next }
    { file = sprintf("%s/firms_%04d.csv", folder, NR % 1000); if (!(file in seen)) { print head > file; seen[file] } print > file }'
  step "replay of 1,000 captures" measure "replay 1000 captures" "$program" replay "$mission" "$split" --out "$out" || true
}

# Every year at hand, without a stated time: 768,728 rows.
bench_all_years() {
  local mission=$bench_dir/all-years
  if [ ! -d "$TRUCELINE_DATA/firms-ukraine" ]; then skip "replay of all years" "no data"; return 0; fi
  rm -rf "$mission" && cp -r "$root/missions/thermal-2022" "$mission"
  sed -i '/^from /d; /^until /d' "$mission/mission.toml"
  runs=1 step "replay of all years" measure "replay all years" \
    "$program" replay "$mission" "$TRUCELINE_DATA"/firms-ukraine/firms_ua_*.csv.gz --out "$out" || true
  rm -rf "$out"
}

# The evidence room beside a plain append of the same bytes.
bench_evidence() {
  if [ ! -f "$root/crates/evidence/examples/evidence-bench.rs" ]; then return 0; fi
  step "evidence" cargo run --release --quiet --locked --package truceline-evidence --example evidence-bench || true
}

# Ground sensors beside PyOcto and ObsPy, where a Python that has them is named: TRUCELINE_PEER_PYTHON=/path/to/python.
bench_ground() {
  local python=${TRUCELINE_PEER_PYTHON:-} folder peer=()
  if [ -z "$python" ]; then skip "ground sensors beside their peers" "TRUCELINE_PEER_PYTHON names no Python"; return 0; fi
  if ! "$python" -c 'import numpy, pandas' 2>/dev/null; then skip "ground sensors" "$python lacks numpy and pandas"; return 0; fi
  if ! "$python" -c 'import pyocto' 2>/dev/null; then peer=(--without-peer); fi
  for folder in "$TRUCELINE_DATA"/assoc/italy-* "$TRUCELINE_DATA"/assoc/synthetic/* ${TRUCELINE_BENCH_DAYS:-}; do
    if [ ! -f "$folder/picks.csv" ]; then skip "$(basename "$folder")" "no picks"; continue; fi
    step "locate $(basename "$folder")" "$python" -B "$root/scripts/peers/ground.py" "$program" "$folder" --runs "$runs" "${peer[@]}" || true
  done
}

need_build_tools
need_gnu_time
ready_page
step "build the program (release)" cargo build --release --locked --package truceline
mkdir -p "$bench_dir"
printf 'name,run,wall_s,user_s,system_s,peak_mib\n' >"$runs_csv"
note "$(getconf _NPROCESSORS_ONLN) processors, $(uname -sm), $(rustc --version)"
bench_firms_year
bench_many_captures
bench_all_years
bench_evidence
bench_ground
finish "make bench"
