#!/usr/bin/env bash
# Every test there is, on a machine that may have nothing but Rust, Node and make. ARGS filters the Rust tests.
# Without its page the program does not build, so a page that fails ends the run; after that a failing step does not
# hide the others: all that can run is run, and the closing line counts them.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$root/scripts/needs.sh"
. "$root/scripts/web.sh"

need_build_tools
ready_page
ready_test_runner
quiet_step "fetch the packages of every platform" cargo fetch --locked || true
if [ ! -d "$TRUCELINE_DATA" ]; then
  skip "tests on real data" "no folder $TRUCELINE_DATA (set TRUCELINE_DATA)"
fi

read -r -a filter <<<"${ARGS:-}"
rust_tests() {
  if [ "$test_runner" = nextest ]; then
    cargo nextest run --workspace --locked --no-fail-fast ${filter[@]+"${filter[@]}"}
  else
    cargo test --workspace --locked --no-fail-fast --lib --bins --tests ${filter[@]+"${filter[@]}"}
  fi
}

# An S3-compatible server for the object store's tests, from an ordinary package.
ready_object_server() {
  local venv=$target_dir/tools/moto
  [ -x "$venv/bin/moto_server" ] && return 0
  python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check 'moto[server]'
}

evidence_tests() {
  local server=$target_dir/tools/moto/bin/moto_server
  if [ -x "$server" ]; then export MOTO_SERVER=$server; fi

  if [ "$test_runner" = nextest ]; then
    cargo nextest run --package truceline-evidence --all-features --locked --no-fail-fast
  else
    cargo test --package truceline-evidence --all-features --locked --no-fail-fast --lib --bins --tests
  fi
}

step "tests of the rooms and the program" rust_tests || true
if [ "${#filter[@]}" -eq 0 ]; then
  # Object stores, sealed values and time stamps are features that the auditor's program does without.
  attempt "install an object server" ready_object_server || true
  step "tests of the evidence room with all its features" evidence_tests || true
  step "examples in the documentation" cargo test --doc --workspace --locked --no-fail-fast || true
  step "tests of the page" npm --prefix web test || true
  if ! ensure_chromium; then
    if [ -n "${CI:-}" ]; then
      step "browser test" fail "no Chromium and none could be installed" || true
    else
      skip "browser test" "no Chromium (install the package chromium, or set CHROMIUM to a browser)"
    fi
  # As the tests built it, so that nothing is built twice.
  elif step "build the program" cargo test --no-run --quiet --workspace --locked; then
    step "browser test against the real program" bash "$root/scripts/browser-test.sh" || true
  fi
fi
finish "make test"
