#!/usr/bin/env bash
# What a change must pass before review. Goes on after a failing step, and closes with what failed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/scripts/needs.sh"
. "$root/scripts/web.sh"

typos_version='1.52.0'

# The spelling checker from a virtual environment under target/tools; prints its path.
find_typos() {
  local venv=$tools_dir/typos
  if have typos; then command -v typos; return; fi
  if [ ! -x "$venv/bin/typos" ]; then
    have python3 || return 1
    if ! python3 -c 'import ensurepip' 2>/dev/null && can_apt; then apt_install python3-venv >&2 || return 1; fi
    rm -rf "$venv"
    python3 -m venv "$venv" >&2 && "$venv/bin/pip" install --quiet --disable-pip-version-check "typos==$typos_version" >&2 || return 1
  fi
  printf '%s' "$venv/bin/typos"
}

docs() { RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked; }

need_build_tools
ready_page
step "format" cargo fmt --all -- --check || true
step "lints" cargo clippy --workspace --all-targets --locked -- -D warnings || true
step "documentation" docs || true
if cargo_tool machete; then
  step "unused dependencies" cargo machete || true
else
  skip "unused dependencies" "cargo-machete could not be built"
fi
quiet_step "fetch the packages of every platform" cargo fetch --locked || true
step "tidy (rooms, map, headers, words, licences, paths)" \
  cargo test --quiet --locked --package truceline --test it -- tidy:: || true
if have cargo-deny; then
  step "licences, forbidden packages, sources" cargo deny --offline check bans licenses sources || true
else
  skip "cargo-deny" "not installed (make tools builds it); tidy has checked licences, forbidden packages and sources"
fi
if typos=$(find_typos 2>"$logs_dir/typos.log"); then
  step "spelling" "$typos" || true
else
  skip "spelling" "the checker could not be installed ($logs_dir/typos.log); python3 with venv is what it needs"
fi
step "page: types and templates" npm --prefix web run check || true
finish "make check"
