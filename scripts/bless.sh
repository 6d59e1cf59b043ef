#!/usr/bin/env bash
# Renews the golden files from what the code gives now. TRUCELINE_BLESS=1 tells the project's own golden tests, the
# INSTA variables tell the snapshot tests. What changed is listed at the end: it is to be read before it is committed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/scripts/needs.sh"
. "$root/scripts/web.sh"

need_build_tools
ready_page
read -r -a filter <<<"${ARGS:-}"
bless() {
  TRUCELINE_BLESS=1 INSTA_UPDATE=always INSTA_FORCE_PASS=1 \
    cargo test --workspace --locked --no-fail-fast --lib --bins --tests ${filter[@]+"${filter[@]}"}
}
step "renew the golden files" bless || true
if have git && git rev-parse --git-dir >/dev/null 2>&1; then
  say
  say "changed or new; read them with git diff:"
  git status --short
fi
finish "make bless"
