#!/bin/sh
# Everything that can be checked without running the product's tests; every step runs, the output of the failed ones is shown.
set -u
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
scratch=$(mktemp -d /tmp/fugong-check.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
export PATH FUGONG_DATA="$scratch/data"
failed=0

# step <sentence> <command...>
step() {
    sentence=$1
    shift
    if "$@" </dev/null >"$scratch/log" 2>&1; then
        printf 'ok      %s\n' "$sentence"
    else
        failed=1
        printf 'FAILED  %s\n' "$sentence"
        sed 's/^/        /' "$scratch/log"
    fi
}

# The types take as long as all the rest: they have the other core meanwhile.
FUGONG_DATA="$scratch/data-types" mypy </dev/null >"$scratch/types" 2>&1 &
types=$!
types_checked() { wait "$types" || { cat "$scratch/types"; return 1; }; }

step "lint (ruff)" ruff check .
step "format (ruff)" ruff format --check .
step "imports go down only" lint-imports
step "Django's own checks" python manage.py check --fail-level WARNING
step "no missing migration" python manage.py makemigrations --check --dry-run
step "catalogues complete" python tools/check_catalogues.py
step "generated pages up to date" python tools/check_generated.py
step "packs valid" fugong pack check
step "types (mypy)" types_checked
exit $failed
