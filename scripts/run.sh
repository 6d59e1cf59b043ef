#!/usr/bin/env bash
# Builds the page and the program, then becomes the demo. ARGS goes to the program.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/scripts/needs.sh"
. "$root/scripts/web.sh"

need_build_tools
ready_page
step "build the program (release; minutes the first time)" cargo build --release --locked --package truceline
say
read -r -a args <<<"${ARGS:-}"
exec "$target_dir/release/truceline" demo ${args[@]+"${args[@]}"}
