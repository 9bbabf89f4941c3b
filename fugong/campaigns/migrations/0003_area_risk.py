"""Dated ratings of areas."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0002_device_keys'),
        ('campaigns', '0002_closing'),
        ('territory', '0002_outline'),
    ]

    operations = [
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
