import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_squashed'),
        ('enterprises', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign_id', models.BigIntegerField()),
                ('on', models.DateField(verbose_name='day')),
                ('staff', models.PositiveIntegerField(verbose_name='staff')),
                ('on_duty', models.PositiveIntegerField(verbose_name='on duty')),
                ('capacity_percent', models.PositiveSmallIntegerField(null=True, verbose_name='capacity reached (%)')),
                ('with_symptoms', models.PositiveIntegerField(default=0, verbose_name='with fever or cough')),
                ('mask_days', models.PositiveIntegerField(null=True, verbose_name='days of masks in stock')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(fields=['campaign_id', 'on'], name='daily_report_day')],
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'on'), name='daily_report_once'), models.CheckConstraint(condition=models.Q(('on_duty__lte', models.F('staff'))), name='daily_report_duty_in_staff')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Period',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('stopped', 'not resumed'), ('resumed', 'resumed')], max_length=10, verbose_name='state')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('enterprise',), name='period_open_once'), models.UniqueConstraint(fields=('enterprise', 'from_on'), name='period_starts_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
    ]
