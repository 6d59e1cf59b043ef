#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS. A fuzz package is a folder named fuzz, at the root or in a room.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/scripts/needs.sh"

seconds=${FUZZ_SECONDS:-60}
need_build_tools
missing=''
have cargo-fuzz || missing="cargo-fuzz (cargo install cargo-fuzz)"
cargo +nightly --version >/dev/null 2>&1 || missing="${missing:+$missing and }a nightly toolchain (rustup toolchain install nightly)"
if [ -n "$missing" ]; then
  skip "fuzzing" "missing: $missing"
  finish "make fuzz"
  exit 0
fi

found=no
for dir in fuzz crates/*/fuzz; do
  [ -f "$dir/Cargo.toml" ] || continue
  while read -r name; do
    [ -n "$name" ] || continue
    found=yes
    step "fuzz $dir $name for $seconds s" \
      cargo +nightly fuzz run --fuzz-dir "$dir" "$name" -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 || true
  done <<<"$(cargo +nightly fuzz list --fuzz-dir "$dir")"
done
[ "$found" = yes ] || skip "fuzzing" "no fuzz package (a folder named fuzz with a Cargo.toml)"
finish "make fuzz"
