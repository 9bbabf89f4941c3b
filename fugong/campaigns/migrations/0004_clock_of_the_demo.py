"""Since when the demo stands still."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0003_area_risk'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='frozen_at',
            field=models.DateTimeField(null=True),
        ),
    ]
