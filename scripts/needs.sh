# What the build needs from the machine: found, installed where that is allowed, or named. Sourced after lib.sh.

node_wanted='20.19'

need_build_tools() {
  have cargo || fail "cargo is missing: install Rust (https://rustup.rs), then run this again"
  if ! have cc && ! have gcc && ! have clang; then
    if can_apt; then
      quiet_step "install the linker" apt_install gcc libc6-dev
    else
      fail "no C compiler, and Rust links with one: install gcc and libc6-dev (Debian, Ubuntu) or the Xcode command line tools"
    fi
  fi
  if have apt-get && [ ! -e /etc/ssl/certs/ca-certificates.crt ]; then
    if can_apt; then
      quiet_step "install the certificate authorities" apt_install ca-certificates
    else
      note "no certificate authorities found: if downloads fail, install the package ca-certificates"
    fi
  fi
}

need_node() {
  have node || fail "node is missing: install Node.js $node_wanted or newer (https://nodejs.org), then run this again"
  have npm || fail "npm is missing: it comes with Node.js; on Debian it is the package npm"
  node -e '
    const [wanted, found] = [process.argv[1], process.versions.node].map((v) => v.split(".").map(Number));
    process.exit(found[0] > wanted[0] || (found[0] === wanted[0] && found[1] >= wanted[1]) ? 0 : 1);
  ' "$node_wanted" || fail "Node.js $(node --version) is too old: the page is built with $node_wanted or newer"
}

# Chromium under whichever name the machine has it; empty when it has none.
find_chromium() {
  local name
  if [ -n "${CHROMIUM:-}" ]; then printf '%s' "$CHROMIUM"; return; fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if have "$name"; then command -v "$name"; return; fi
  done
}

# Sets CHROMIUM for the browser test, installing the browser where that needs nobody's answer.
ensure_chromium() {
  CHROMIUM=$(find_chromium)
  if [ -z "$CHROMIUM" ] && can_apt; then
    attempt "install Chromium" apt_install chromium || true
    hash -r
    CHROMIUM=$(find_chromium)
  fi
  export CHROMIUM
  [ -n "$CHROMIUM" ]
}

cargo_tool() { # NAME: finds cargo-NAME or builds it into target/tools; false when neither works
  have "cargo-$1" && return 0
  attempt "build cargo-$1 into target/tools (once; minutes)" \
    cargo install --locked --quiet --root "$tools_dir" "cargo-$1" || return 1
  hash -r
}

# Makes the test runner ready: nextest where it is there or can be built, else cargo's own, which runs the same tests.
# Sets test_runner; NEXTEST=no asks for cargo's own.
ready_test_runner() {
  test_runner=cargo
  if [ "${NEXTEST:-yes}" != no ] && cargo_tool nextest; then test_runner=nextest; fi
  note "tests are run by $test_runner"
}
