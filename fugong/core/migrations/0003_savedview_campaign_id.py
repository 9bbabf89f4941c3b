"""A shared view is shared within its campaign; those saved before are their owner's alone until saved again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="savedview",
            name="campaign_id",
            field=models.BigIntegerField(null=True),
        ),
    ]
