"""Outlines move out of the areas into a table of their own."""

import django.db.models.deletion
from django.db import migrations, models

OUT = (
    "INSERT INTO territory_outline (area_id, geometry)"
    " SELECT id, boundary FROM territory_area WHERE boundary IS NOT NULL"
)
BACK = (
    "UPDATE territory_area SET boundary ="
    " (SELECT geometry FROM territory_outline WHERE territory_outline.area_id = territory_area.id)"
)


class Migration(migrations.Migration):
    dependencies = [("territory", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Outline",
            fields=[
                (
                    "area",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="outline",
                        serialize=False,
                        to="territory.area",
                    ),
                ),
                ("geometry", models.JSONField(verbose_name="boundary")),
            ],
        ),
        migrations.RunSQL(OUT, BACK),
        migrations.RemoveField(model_name="area", name="boundary"),
    ]
