#!/usr/bin/env bash
# Removes everything built. Sources, recorded data and mission folders are not touched.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for built in "$target_dir" web/dist web/node_modules web/test-results; do
  [ -e "$built" ] || continue
  say "removing $built ($(du -sh "$built" 2>/dev/null | cut -f 1))"
  rm -rf "$built"
done
say "clean"
