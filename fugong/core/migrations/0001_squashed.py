"""The tables; and the database itself refuses to change or delete audit events; the sealer may add the chain once.

On SQLite a later change of the table's columns makes the table anew without its triggers: such a migration must end
with `protect` again (the start-up check of fugong.core.checks finds it missing).
"""

import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.db import migrations, models

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

    replaces = [('core', '0001_initial'), ('core', '0002_append_only'), ('core', '0003_taken')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Anchor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True, verbose_name='day')),
                ('sequence', models.BigIntegerField()),
                ('hash', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='Command',
            fields=[
                ('key', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('by_id', models.BigIntegerField(null=True)),
                ('path', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField()),
                ('location', models.CharField(blank=True, max_length=500)),
                ('answer', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('register', models.CharField(max_length=60)),
                ('campaign_id', models.BigIntegerField(null=True)),
                ('owner_id', models.BigIntegerField()),
                ('owner_label', models.CharField(max_length=80, verbose_name='owner')),
                ('purpose', models.CharField(max_length=200, verbose_name='purpose')),
                ('condition', models.TextField(blank=True, verbose_name='condition')),
                ('columns', models.JSONField(default=list)),
                ('rows', models.PositiveIntegerField(verbose_name='rows')),
                ('form', models.CharField(max_length=8)),
                ('stored_as', models.CharField(max_length=200)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('expires_at', models.DateTimeField(verbose_name='until')),
            ],
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='event')),
                ('target', models.CharField(max_length=60, verbose_name='target')),
                ('target_id', models.BigIntegerField(verbose_name='target number')),
                ('by_id', models.BigIntegerField(null=True, verbose_name='by')),
                ('by_label', models.CharField(blank=True, max_length=80, verbose_name='by')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('campaign_id', models.BigIntegerField(null=True, verbose_name='campaign')),
                ('changes', models.JSONField(default=dict, verbose_name='changes')),
                ('sequence', models.BigIntegerField(null=True, unique=True)),
                ('previous_hash', models.CharField(blank=True, max_length=64)),
                ('hash', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['target', 'target_id', 'at'], name='event_target'), models.Index(fields=['campaign_id', 'at'], name='event_campaign')],
            },
        ),
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('register', models.CharField(max_length=60)),
                ('campaign_id', models.BigIntegerField(null=True)),
                ('filename', models.CharField(max_length=200, verbose_name='file')),
                ('digest', models.CharField(max_length=64)),
                ('stored_as', models.CharField(max_length=200)),
                ('sheet', models.CharField(blank=True, max_length=100, verbose_name='sheet')),
                ('mapping', models.JSONField(default=dict)),
                ('options', models.JSONField(default=dict)),
                ('status', models.CharField(choices=[('mapping', 'columns to be checked'), ('checked', 'checked, ready to be taken in'), ('running', 'being taken in'), ('done', 'taken in'), ('undone', 'undone'), ('failed', 'failed')], default='mapping', max_length=10, verbose_name='status')),
                ('by_id', models.BigIntegerField(null=True)),
                ('by_label', models.CharField(blank=True, max_length=80, verbose_name='by')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('finished_at', models.DateTimeField(null=True)),
                ('total', models.PositiveIntegerField(default=0, verbose_name='rows')),
                ('cursor', models.PositiveIntegerField(default=0)),
                ('created', models.PositiveIntegerField(default=0, verbose_name='created')),
                ('updated', models.PositiveIntegerField(default=0, verbose_name='updated')),
                ('repeated', models.PositiveIntegerField(default=0, verbose_name='repeated')),
                ('refused', models.PositiveIntegerField(default=0, verbose_name='refused')),
                ('lease_until', models.DateTimeField(null=True)),
                ('fence', models.PositiveIntegerField(default=0)),
                ('problem', models.TextField(blank=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('cursor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('created'), '+', models.F('updated')), '+', models.F('repeated')), '+', models.F('refused'))), ('cursor__lte', models.F('total'))), name='import_conserves_rows')],
            },
        ),
        migrations.CreateModel(
            name='RememberedMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('register', models.CharField(max_length=60)),
                ('header', models.CharField(max_length=200)),
                ('field', models.CharField(max_length=60)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('register', 'header'), name='remembered_header')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('register', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('condition', models.TextField(blank=True, verbose_name='condition')),
                ('order', models.CharField(blank=True, max_length=60)),
                ('by_id', models.BigIntegerField(null=True)),
                ('is_shared', models.BooleanField(default=False, verbose_name='shared')),
                ('campaign_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('register', 'by_id', 'name'), name='saved_view_name')],
            },
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('task', models.CharField(max_length=120)),
                ('every_seconds', models.PositiveIntegerField(null=True)),
                ('at_time', models.TimeField(null=True)),
                ('next_at', models.DateTimeField()),
                ('last_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('at_time__isnull', True), ('every_seconds__isnull', False)), models.Q(('at_time__isnull', False), ('every_seconds__isnull', True)), _connector='OR'), name='schedule_every_or_at')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='row')),
                ('outcome', models.CharField(choices=[('created', 'created'), ('updated', 'updated'), ('repeated', 'repeated'), ('refused', 'refused')], max_length=10)),
                ('target_id', models.BigIntegerField(null=True)),
                ('cells', models.JSONField(default=dict)),
                ('before', models.JSONField(null=True)),
                ('problems', models.JSONField(default=list)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='core.import')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='import_row_once')],
            },
        ),
        migrations.CreateModel(
            name='Taken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(max_length=64)),
                ('what', models.CharField(max_length=20)),
                ('window', models.DateTimeField()),
                ('times', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('who', 'what', 'window'), name='taken_in_window_once')],
            },
        ),
        migrations.RunPython(protect, unprotect),
    ]
