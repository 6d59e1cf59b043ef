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

# One year of satellite fire detections through the whole house, offline.
bench_firms_year() {
  local year=2022 mission=${TRUCELINE_BENCH_MISSION:-$root/examples/firms-year}
  local captures=$TRUCELINE_DATA/firms-ukraine/firms_ua_$year.csv.gz
  if [ ! -f "$captures" ]; then skip "firms year" "no $captures"; return 0; fi
  if [ ! -d "$mission" ]; then skip "firms year" "no mission folder $mission (set TRUCELINE_BENCH_MISSION)"; return 0; fi
  step "firms year" measure "replay firms $year" \
    "$program" replay "$mission" "$captures" --out "$bench_dir/firms-$year" || true
}

need_build_tools
need_gnu_time
ready_page
step "build the program (release)" cargo build --release --locked --package truceline
mkdir -p "$bench_dir"
printf 'name,run,wall_s,user_s,system_s,peak_mib\n' >"$runs_csv"
note "$(getconf _NPROCESSORS_ONLN) processors, $(uname -sm), $(rustc --version)"
bench_firms_year
finish "make bench"
