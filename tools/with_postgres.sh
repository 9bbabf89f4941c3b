#!/bin/sh
# Runs a command with a throw-away PostgreSQL: tools/with_postgres.sh <command> [arguments]
# The cluster lives in a new folder under /tmp, listens on a socket there and on no port, and is deleted afterwards.
# The command finds it in FUGONG_DATABASE_URL. As root the server runs as the user postgres.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed: run tools/setup.sh --test." >&2; exit 1; }
place=$(mktemp -d /tmp/fugong-pg.XXXXXX)

as_server() {
    if [ "$(id -u)" = 0 ]; then (cd "$place" && runuser -u postgres -- "$@"); else "$@"; fi
}
remove() {
    as_server "$bin/pg_ctl" -D "$place/data" -m immediate -s stop >/dev/null 2>&1 || true
    rm -rf "$place"
}
trap remove EXIT
trap 'exit 130' INT TERM HUP

[ "$(id -u)" != 0 ] || chown postgres "$place"
chmod 755 "$place"
as_server "$bin/initdb" -D "$place/data" -U fugong --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync >"$place/log" 2>&1 ||
    { cat "$place/log" >&2; exit 1; }
# Nothing here outlives the run: no need to wait for the disk.
as_server "$bin/pg_ctl" -D "$place/data" -l "$place/server.log" -s -w -t 60 \
    -o "-k $place -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=200" start >/dev/null ||
    { cat "$place/server.log" >&2; exit 1; }
FUGONG_DATABASE_URL="postgres://fugong@/fugong?host=$place"
export FUGONG_DATABASE_URL
status=0
"$@" || status=$?
exit "$status"
