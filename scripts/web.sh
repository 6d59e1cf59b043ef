# The page: its packages and its build, each redone only when what it is made from changed. Sourced after needs.sh.

web_packages() {
  local stamp=$stamps_dir/web-packages now
  now="$(node --version) $(checksum_of web/package.json web/package-lock.json web/.npmrc)"
  if [ -d web/node_modules ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
    note "the page's packages are as package-lock.json says"
    return 0
  fi
  rm -f "$stamp"
  quiet_step "install the page's packages" npm --prefix web ci --no-audit --no-fund
  printf '%s\n' "$now" >"$stamp"
}

# Everything in web/ that is not made by a tool: the sources of the page.
web_sources() {
  find web \( -name node_modules -o -name dist -o -name test-results -o -name .svelte-kit \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 cksum | cksum
}

web_build() {
  local stamp=$stamps_dir/web-build now
  now="$(node --version) $(web_sources)"
  if [ -f web/dist/index.html ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ]; then
    note "the page is built and its sources have not changed"
    return 0
  fi
  rm -f "$stamp"
  quiet_step "build the page" npm --prefix web run build
  [ -f web/dist/index.html ] || fail "the build of the page left no web/dist/index.html"
  # Taken again: a build may write generated sources beside the others.
  printf '%s\n' "$(node --version) $(web_sources)" >"$stamp"
}

ready_page() {
  need_node
  web_packages
  web_build
}
