#!/bin/sh
# The tests: on SQLite, on PostgreSQL, then the journeys in Chromium. Ends with one line each; fails when one failed.
# Usage: tools/run_tests.sh [all|journeys|night] [arguments of pytest]
set -u
cd "$(dirname "$0")/.."
what=${1:-all}
[ $# -eq 0 ] || shift
scratch=$(mktemp -d /tmp/fugong-test.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
# A place of its own: tests never touch the data of a demo or an installation.
FUGONG_DATA=$scratch/data
export FUGONG_DATA
unset FUGONG_DATABASE_URL FUGONG_DEMO FUGONG_DEBUG 2>/dev/null
# What asks no database says the same on both: it runs once, with SQLite (marker `database`, tests/conftest.py).
failed=0
summary=""
py=.venv/bin/python

# leg <name> <command...>: shows the output, keeps the closing line of pytest for the summary.
leg() {
    name=$1
    shift
    printf '\n--- %s ---\n' "$name"
    { "$@" </dev/null 2>&1; echo $? >"$scratch/status"; } | tee "$scratch/log"
    status=$(cat "$scratch/status")
    closing=$(grep -E '[0-9]+ (passed|failed|error|skipped)|no tests ran' "$scratch/log" | tail -n 1 | tr -d '=')
    mark=ok
    [ "$status" = 0 ] || { mark=FAILED; failed=1; }
    summary="$summary$(printf '%-12s %-7s %s' "$name" "$mark" "${closing:-ended with status $status}")
"
}

journeys() {
    # Playwright keeps an event loop in the main thread; Django must not take the tests for asynchronous code.
    leg journeys env DJANGO_ALLOW_ASYNC_UNSAFE=true "$py" -m pytest -q tests/journeys "$@"
}

case $what in
journeys) journeys "$@" ;;
night)
    # How much the gates try stands in tests/gates/amount.py; NIGHT_SHARE=0.01 tries a hundredth of it.
    HYPOTHESIS_PROFILE=night
    export HYPOTHESIS_PROFILE
    leg SQLite "$py" -m pytest -q -n 2 --dist worksteal --ignore=tests/journeys "$@"
    leg PostgreSQL tools/with_postgres.sh "$py" -m pytest -q -n 2 --dist worksteal -m database --ignore=tests/journeys "$@"
    journeys "$@"
    ;;
all)
    leg SQLite "$py" -m pytest -q -n 2 --dist worksteal -m "not slow" --ignore=tests/journeys "$@"
    leg PostgreSQL tools/with_postgres.sh "$py" -m pytest -q -n 2 --dist worksteal -m "database and not slow" --ignore=tests/journeys "$@"
    journeys "$@"
    ;;
*) echo "tools/run_tests.sh knows all, journeys and night, not $what." >&2; exit 2 ;;
esac

printf '\n%s' "$summary"
exit $failed
