# Sourced by the other scripts: sets up what they need on a fresh machine, and says what it does before it does it.
# Everything that is there already is left alone.

readonly NEEDED_NODE=20.19

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

# ensure_packages COMMAND[=PACKAGE]…: every command that is not there is installed with its package.
ensure_packages() {
  local want missing=()
  for want in "$@"; do
    command -v "${want%%=*}" >/dev/null || missing+=("${want##*=}")
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
    command -v "${want%%=*}" >/dev/null || missing+=("${want##*=}")
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

ensure_node() {
  local version
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    if command -v apt-cache >/dev/null && [ "$(id -u)" = 0 ]; then quietly apt-get update; fi
    version=$(apt-cache policy nodejs 2>/dev/null | sed -n 's/^ *Candidate: //p')
    is_new_enough "${version:-0}" || die "Node.js $NEEDED_NODE or later is needed and this system offers ${version:-none}; install it from https://nodejs.org and run this again"
    ensure_packages node=nodejs npm
  fi
  version=$(node --version)
  is_new_enough "${version#v}" || die "Node.js $NEEDED_NODE or later is needed, this is ${version#v}; install it from https://nodejs.org and run this again"
}

# is_new_enough VERSION
is_new_enough() {
  [ "$(printf '%s\n' "$NEEDED_NODE" "$1" | sort -V | head -1)" = "$NEEDED_NODE" ]
}

ensure_node_modules() {
  [ node_modules/.package-lock.json -nt package-lock.json ] && return
  say "installing the Node packages of package-lock.json"
  quietly as_owner npm ci --no-audit --no-fund
  touch node_modules/.package-lock.json
}

ensure_build() {
  [ -e dist/cli/diagnostic-main.js ] && [ -z "$(find src package.json tsconfig.json -newer dist/cli/diagnostic-main.js -print -quit)" ] && return
  say "building"
  quietly as_owner npm run --silent build
  touch dist/cli/diagnostic-main.js
}

ensure_tracefs() {
  [ -e /sys/kernel/tracing/events ] || [ -e /sys/kernel/debug/tracing/events ] && return
  need_root "mount tracefs"
  say "mounting tracefs on /sys/kernel/tracing"
  mount -t tracefs tracefs /sys/kernel/tracing || die "this kernel has no tracefs, or does not let it be mounted here (a container?)"
}

# The mirror of this machine serves every suite. Prints nothing where the machine is no Debian.
debian_mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1
}

# unpack_debian SUITE DIRECTORY PACKAGE,…: the packages and what they depend on, without running a maintainer script.
unpack_debian() {
  local mirror
  mirror=${DEBIAN_MIRROR:-$(debian_mirror)}
  mmdebstrap --quiet --variant=extract --mode=root --include="$3" \
    --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
    "$1" "$2" "${mirror:-https://deb.debian.org/debian}"
}
