import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('campaigns', '0001_initial'), ('campaigns', '0002_closing'), ('campaigns', '0003_area_risk'), ('campaigns', '0004_clock_of_the_demo')]

    initial = True

    dependencies = [
        ('access', '0001_squashed'),
        ('territory', '0002_outline'),
    ]

    operations = [
        migrations.CreateModel(
            name='PackRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, verbose_name='pack')),
                ('version', models.CharField(max_length=20, verbose_name='version')),
                ('digest', models.CharField(max_length=64)),
                ('content', models.JSONField()),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('slug', 'digest'), name='pack_release_once')],
            },
        ),
        migrations.CreateModel(
            name='Campaign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('starts_on', models.DateField(verbose_name='starts on')),
                ('ends_on', models.DateField(null=True, verbose_name='ends on')),
                ('status', models.CharField(choices=[('preparing', 'being prepared'), ('running', 'running'), ('closed', 'closed')], default='preparing', max_length=10, verbose_name='status')),
                ('frozen_on', models.DateField(null=True)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='campaigns', to='campaigns.packrelease')),
                ('frozen_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Closing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('closed_at', models.DateTimeField(verbose_name='closed at')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='reason')),
                ('left', models.JSONField(default=list)),
                ('figures', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('keep_until', models.DateField(null=True, verbose_name='kept until')),
                ('erased_at', models.DateTimeField(null=True, verbose_name='erased at')),
                ('counts', models.JSONField(default=dict)),
                ('key_id', models.CharField(blank=True, max_length=20)),
                ('finished_at', models.DateTimeField(null=True)),
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='closing', to='campaigns.campaign')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('erased_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('finished_at__isnull', True), ('erased_at__isnull', False), _connector='OR'), name='closing_erased_before_finished')],
            },
        ),
        migrations.CreateModel(
            name='AreaRisk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(max_length=20, verbose_name='risk level')),
                ('from_on', models.DateField(verbose_name='from')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='area_risks', to='campaigns.campaign')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'area', 'from_on'], name='area_risk_from')],
            },
        ),
    ]
