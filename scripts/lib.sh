# Shared by the scripts beside it; sourced, never run.
#
# A step is one line when it starts and one when it ends, with its duration. `step` shows what the command prints;
# `quiet_step` keeps it in a log and shows the end of that only when the command fails. Steps are counted, and `finish`
# closes with one line: `steps: 7 passed, 0 failed, 1 skipped`. A command given to a step runs in a subshell where a
# failing line does not end it: it must say itself when it has failed.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
target_dir=${CARGO_TARGET_DIR:-$root/target}
tools_dir=$target_dir/tools
stamps_dir=$target_dir/stamps
logs_dir=$target_dir/logs
export TRUCELINE_DATA=${TRUCELINE_DATA:-$root/../shared/data}
export PATH=$tools_dir/bin:$PATH
mkdir -p "$tools_dir" "$stamps_dir" "$logs_dir"

bold='' dim='' red='' green='' yellow='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' plain=$'\e[0m'
fi

passed=0
failed=0
skipped=0
failures=''

say() { printf '%s\n' "$*"; }
note() { printf '%s      %s%s\n' "$dim" "$*" "$plain"; }
fail() { printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

skip() { # NAME, REASON: counts a step that has nothing to work on
  skipped=$((skipped + 1))
  printf '%sskip%s  %s: skipped, %s\n' "$yellow" "$plain" "$1" "$2"
}

record() { # NAME, EXIT STATUS, SECONDS
  if [ "$2" -eq 0 ]; then
    passed=$((passed + 1))
    printf '%sok%s    %s (%s s)\n' "$green" "$plain" "$1" "$3"
  else
    failed=$((failed + 1))
    failures="$failures
  $1"
    printf '%sFAIL%s  %s (%s s, exit status %s)\n' "$red" "$plain" "$1" "$3" "$2"
  fi
}

step() { # NAME, COMMAND...: shows the output; returns the command's exit status
  local name=$1 started=$SECONDS status=0
  shift
  printf '%s..%s    %s\n' "$bold" "$plain" "$name"
  ( "$@" ) || status=$?
  record "$name" "$status" "$((SECONDS - started))"
  return "$status"
}

quiet_step() { # NAME, COMMAND...: the output goes to a log, its end is shown on failure
  local name=$1 started=$SECONDS status=0
  shift
  printf '%s..%s    %s\n' "$bold" "$plain" "$name"
  logged "$name" "$@" || status=$?
  record "$name" "$status" "$((SECONDS - started))"
  return "$status"
}

attempt() { # NAME, COMMAND...: as quiet_step, for what the run can do without: said, not counted
  local name=$1 started=$SECONDS status=0
  shift
  printf '%s..%s    %s\n' "$bold" "$plain" "$name"
  logged "$name" "$@" || status=$?
  if [ "$status" -eq 0 ]; then note "done in $((SECONDS - started)) s"; else note "did not work"; fi
  return "$status"
}

logged() { # NAME, COMMAND...: the output goes to a log named after NAME, its end is shown on failure
  local log status=0
  log=$logs_dir/$(printf '%s' "$1" | tr -c 'A-Za-z0-9' '-').log
  shift
  ( "$@" ) >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 60 "$log"
    note "all of it: $log"
  fi
  return "$status"
}

finish() { # TITLE: the closing summary; fails when a step failed
  say
  if [ "$failed" -gt 0 ]; then
    say "${red}$1 failed:${plain}$failures"
  elif [ "$passed" -eq 0 ]; then
    say "$1: nothing could be run"
  else
    say "${green}$1 passed${plain} in $SECONDS s"
  fi
  say "steps: $passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ]
}

checksum_of() { # PATH...: one number for the names and contents of files and folders
  find "$@" -type f -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 cksum | cksum
}

as_root() { # COMMAND...: as root, by sudo where that asks nothing
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_apt() {
  have apt-get && { [ "$(id -u)" -eq 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }
}

apt_install() { # PACKAGE...: three tries, because mirrors have bad minutes
  local try
  export DEBIAN_FRONTEND=noninteractive
  for try in 1 2 3; do
    if as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -q -y --no-install-recommends "$@"; then
      return 0
    fi
    [ "$try" -eq 3 ] || sleep $((try * 5))
  done
  return 1
}
