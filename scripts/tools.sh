#!/usr/bin/env bash
# Builds the optional checkers into target/tools, where the other scripts find them.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/scripts/needs.sh"

need_build_tools
for tool in nextest machete deny; do
  if have "cargo-$tool"; then
    note "cargo-$tool is there: $(command -v "cargo-$tool")"
  else
    step "build cargo-$tool" cargo_tool "$tool" || true
  fi
done
finish "make tools"
