# Sourced by both launchers at their end: finds Node.js and starts what is theirs. What is missing is said in one sentence.
# `here` is the directory of the launchers, `program` the name of theirs, `main` what it starts, `flags` words for Node.js.

# give_up SENTENCE NEXT_STEP
give_up() {
  printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
  # Netdata would start the plugin again and again.
  [ "$program" != ebpf-processes.plugin ] || echo DISABLE
  exit 1
}

# Node.js takes a path that begins with a name for a package.
case $here in /*) ;; *) here=$PWD/$here ;; esac
# In a clone: the Node.js that scripts/once brought, where the system's is too old.
node=$here/../node_modules/.bin/node
if ! [ -x "$node" ]; then
  node=$(command -v node) || give_up "$program needs Node.js, and there is no node in PATH ($PATH)" \
    "install it for every user (apt-get install nodejs from Debian 13 on), or link yours: ln -s \"\$(command -v node)\" /usr/local/bin/node"
fi
main=$here/../dist/cli/$main
[ -e "$main" ] || give_up "$program is not built: there is no $main" "build it: npm ci && npm run build, in ${here%/*}"
# shellcheck disable=SC2086
exec "$node" ${flags:-} -r "$here/check-node.cjs" "$main" "$@"
