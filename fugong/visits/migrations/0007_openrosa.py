"""Filled forms from field-data apps, and answers of the last visit that a checklist offers again."""

import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0002_device_keys'),
        ('campaigns', '0002_closing'),
        ('territory', '0002_outline'),
        ('visits', '0006_phone_rounds'),
    ]

    operations = [
        migrations.AddField(
            model_name='checklist',
            name='kept',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='Received',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True)),
                ('form_id', models.CharField(max_length=120, verbose_name='form')),
                ('form_version', models.CharField(blank=True, max_length=60, verbose_name='version')),
                ('xml', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('status', models.CharField(choices=[('waiting', 'files are missing'), ('refused', 'not taken in'), ('taken', 'taken in as a visit'), ('set-aside', 'set aside')], default='waiting', max_length=10, verbose_name='status')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='reason')),
                ('missing', models.JSONField(default=list)),
                ('received_at', models.DateTimeField(verbose_name='came in at')),
                ('clock_ahead', models.FloatField(default=0)),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled')),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('checklist', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.checklist')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('visit', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.visit')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ReceivedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('stored_as', models.CharField(max_length=40, unique=True)),
                ('size', models.PositiveIntegerField()),
                ('received', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='visits.received')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name='received',
            index=models.Index(fields=['status', 'received_at'], name='received_open'),
        ),
        migrations.AddConstraint(
            model_name='received',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'taken'), _negated=True), ('visit__isnull', False), _connector='OR'), name='received_taken_is_a_visit'),
        ),
        migrations.AddConstraint(
            model_name='receivedfile',
            constraint=models.UniqueConstraint(fields=('received', 'name'), name='received_file_once'),
        ),
    ]
