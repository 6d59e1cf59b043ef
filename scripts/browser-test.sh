#!/usr/bin/env bash
# Starts the demo on a free port in an empty folder, waits for the address it prints, and drives its page in a browser.
# The page's own script (`npm run e2e`) reads TRUCELINE_URL, TRUCELINE_SHOTS (where pictures go) and CHROMIUM.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

program=${1:-$target_dir/debug/truceline}
[ -x "$program" ] || fail "no program at $program: build it first (cargo build)"
patience_s=${TRUCELINE_START_SECONDS:-180}
home=$(mktemp -d)
log=$logs_dir/browser-test-program.log
pid=''

close() {
  local status=$? waited=0
  trap - EXIT
  if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then
    kill -TERM "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null && [ "$waited" -lt 50 ]; do sleep 0.2; waited=$((waited + 1)); done
    kill -KILL "$pid" 2>/dev/null || true
  fi
  if [ "$status" -ne 0 ]; then
    say "the program's last lines ($log):"
    tail -n 30 "$log" 2>/dev/null || true
  fi
  rm -rf "$home"
  exit "$status"
}
trap close EXIT
trap 'exit 130' INT TERM

( cd "$home" && exec env NO_COLOR=1 "$program" demo --port 0 --no-open ) >"$log" 2>&1 </dev/null &
pid=$!

address() { sed -n 's|^.*page: \(http://127\.0\.0\.1:[0-9]*/\).*$|\1|p' "$log" | head -n 1; }
url=''
for ((tick = 0; tick < patience_s * 5; tick++)); do
  url=$(address)
  [ -z "$url" ] || break
  kill -0 "$pid" 2>/dev/null || fail "the demo ended before it printed the address of its page"
  sleep 0.2
done
[ -n "$url" ] || fail "the demo printed no line 'page: http://127.0.0.1:PORT/' within $patience_s s"

export TRUCELINE_URL=$url
export TRUCELINE_SHOTS=${TRUCELINE_SHOTS:-$target_dir/screenshots}
mkdir -p "$TRUCELINE_SHOTS"
note "page at $TRUCELINE_URL, pictures in $TRUCELINE_SHOTS"
npm --prefix web run e2e
kill -0 "$pid" 2>/dev/null || fail "the demo ended while the browser test was running"
