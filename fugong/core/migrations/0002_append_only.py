"""The database itself refuses to change or delete audit events; the sealer may add the chain once.

On SQLite a later change of the table's columns makes the table anew without its triggers: such a migration must end
with `protect` again (the start-up check of fugong.core.checks finds it missing).
"""

from django.db import migrations

CONTENT = ("id", "name", "target", "target_id", "by_id", "by_label", "at", "campaign_id", "changes")
SEALS = ("sequence", "previous_hash", "hash")
REFUSED = "audit events are never changed or deleted"

SQLITE_CONTENT = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in CONTENT)
# fugong_purging() is a function of our own backend, true only while Django's `flush` empties all tables.
SQLITE = [
    f"""CREATE TRIGGER event_keeps_content BEFORE UPDATE ON core_event
        WHEN OLD.sequence IS NOT NULL OR {SQLITE_CONTENT}
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER event_stays BEFORE DELETE ON core_event WHEN NOT fugong_purging()
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER anchor_keeps_content BEFORE UPDATE ON core_anchor
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER anchor_stays BEFORE DELETE ON core_anchor WHEN NOT fugong_purging()
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
]
SQLITE_BACK = [
    f"DROP TRIGGER IF EXISTS {name}"
    for name in ("event_keeps_content", "event_stays", "anchor_keeps_content", "anchor_stays")
]

POSTGRES_CONTENT = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in CONTENT)
POSTGRES = [
    f"""CREATE FUNCTION fugong_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE TRIGGER event_keeps_content BEFORE UPDATE ON core_event FOR EACH ROW
        WHEN (OLD.sequence IS NOT NULL OR {POSTGRES_CONTENT}) EXECUTE FUNCTION fugong_append_only()""",
    """CREATE TRIGGER event_stays BEFORE DELETE ON core_event FOR EACH ROW
        EXECUTE FUNCTION fugong_append_only()""",
    """CREATE TRIGGER anchor_keeps_content BEFORE UPDATE ON core_anchor FOR EACH ROW
        EXECUTE FUNCTION fugong_append_only()""",
    """CREATE TRIGGER anchor_stays BEFORE DELETE ON core_anchor FOR EACH ROW
        EXECUTE FUNCTION fugong_append_only()""",
]
POSTGRES_BACK = [
    "DROP TRIGGER IF EXISTS event_keeps_content ON core_event",
    "DROP TRIGGER IF EXISTS event_stays ON core_event",
    "DROP TRIGGER IF EXISTS anchor_keeps_content ON core_anchor",
    "DROP TRIGGER IF EXISTS anchor_stays ON core_anchor",
    "DROP FUNCTION IF EXISTS fugong_append_only()",
]


def protect(apps, schema_editor):
    run(schema_editor, SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES)


def unprotect(apps, schema_editor):
    run(schema_editor, SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRES_BACK)


def run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
