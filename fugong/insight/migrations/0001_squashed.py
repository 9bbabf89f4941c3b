import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('insight', '0001_initial'), ('insight', '0002_digests')]

    initial = True

    dependencies = [
        ('access', '0001_squashed'),
        ('campaigns', '0001_squashed'),
        ('issues', '0001_squashed'),
        ('territory', '0002_outline'),
    ]

    operations = [
        migrations.CreateModel(
            name='Brief',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='day')),
                ('as_of', models.DateTimeField(verbose_name='as of')),
                ('printed', models.JSONField(default=dict)),
                ('anchor', models.CharField(blank=True, max_length=64)),
                ('stored_as', models.CharField(max_length=200)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
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
            name='Digest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='day')),
                ('as_of', models.DateTimeField(verbose_name='as of')),
                ('content', models.JSONField(default=dict)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(fields=('campaign', 'area', 'on'), name='digest_once_a_day')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('point', models.CharField(max_length=60)),
                ('text', models.CharField(max_length=400, verbose_name='decision')),
                ('department', models.CharField(blank=True, max_length=40, verbose_name='department')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('decided_by', models.CharField(max_length=80, verbose_name='decided by')),
                ('written_at', models.DateTimeField(verbose_name='written at')),
                ('issue', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='issues.issue')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('digest', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='insight.digest')),
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
    ]
