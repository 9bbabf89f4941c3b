import django.db.models.deletion
import django.db.models.manager
import fugong.core.encryption
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_squashed'),
        ('campaigns', '0001_squashed'),
        ('territory', '0002_outline'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enterprise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('normalised_name', models.CharField(db_index=True, max_length=120)),
                ('credit_code', models.CharField(blank=True, max_length=18, null=True, verbose_name='credit code')),
                ('industry_code', models.CharField(blank=True, max_length=5, verbose_name='industry code')),
                ('industry_edition', models.CharField(blank=True, max_length=12, verbose_name='industry edition')),
                ('industry', models.CharField(blank=True, max_length=60, verbose_name='industry')),
                ('size', models.CharField(choices=[('above-scale', 'above-scale (industry)'), ('above-quota', 'above-quota (trade and services)'), ('small', 'small')], default='small', max_length=12, verbose_name='size class')),
                ('is_key', models.BooleanField(default=False, verbose_name='key enterprise')),
                ('headcount', models.PositiveIntegerField(null=True, verbose_name='head count')),
                ('staff_from_affected_areas', models.PositiveIntegerField(null=True, verbose_name='staff from affected areas')),
                ('staff_with_symptoms', models.PositiveIntegerField(null=True, verbose_name='staff with fever or cough')),
                ('dormitory_people', models.PositiveIntegerField(null=True, verbose_name='people in dormitories')),
                ('dormitory_places', models.PositiveIntegerField(null=True, verbose_name='dormitory places')),
                ('origins', models.PositiveIntegerField(null=True, verbose_name='provinces the staff come from')),
                ('mask_days', models.PositiveIntegerField(null=True, verbose_name='days of masks in stock')),
                ('is_enclosed', models.BooleanField(null=True, verbose_name='enclosed premises')),
                ('has_constant_temperature', models.BooleanField(null=True, verbose_name='constant-temperature workshop')),
                ('has_emergency_plan', models.BooleanField(null=True, verbose_name='emergency plan in place')),
                ('has_named_lead', models.BooleanField(null=True, verbose_name='named person in charge of prevention')),
                ('measures_in_force', models.CharField(blank=True, max_length=200, verbose_name='measures in force')),
                ('resumption_planned_on', models.DateField(null=True, verbose_name='planned resumption')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('longitude', models.FloatField(null=True, verbose_name='longitude')),
                ('latitude', models.FloatField(null=True, verbose_name='latitude')),
                ('coordinates_given', models.CharField(blank=True, choices=[('wgs84', 'WGS-84 / CGCS2000'), ('gcj02', 'GCJ-02 (map vendors)'), ('bd09', 'BD-09 (Baidu)')], max_length=6, verbose_name='coordinates given in')),
                ('position_source', models.CharField(choices=[('none', 'not placed'), ('imported', 'from the ledger'), ('street', 'from the street'), ('placed', 'placed by a person'), ('phone', 'from a phone at a visit')], default='none', max_length=10, verbose_name='position')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(verbose_name='entered at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area', verbose_name='area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='enterprises.enterprise')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(fields=['campaign', 'area'], name='enterprise_area'), models.Index(fields=['campaign', 'name'], name='enterprise_name')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('merged_into__isnull', True)), fields=('campaign', 'credit_code'), name='enterprise_code_once'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='enterprise_position_whole')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('duty', models.CharField(blank=True, max_length=40, verbose_name='duty')),
                ('phone', fugong.core.encryption.SealedField(blank=True, purpose='contact', verbose_name='phone')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('from_import', models.BigIntegerField(null=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='access.user')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='enterprises.enterprise')),
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
            name='Listing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('risk_list', models.CharField(max_length=40, verbose_name='risk list')),
                ('source', models.CharField(choices=[('condition', 'by condition'), ('person', 'by a person')], max_length=10, verbose_name='listed')),
                ('reason', models.CharField(max_length=400, verbose_name='reason')),
                ('entered_at', models.DateTimeField(verbose_name='entered at')),
                ('left_at', models.DateTimeField(null=True, verbose_name='left at')),
                ('left_reason', models.CharField(blank=True, max_length=400, verbose_name='reason for leaving')),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listings', to='enterprises.enterprise')),
                ('left_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('enterprise', 'risk_list'), name='listing_in_force_once'), models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('left_at__gte', models.F('entered_at')), _connector='OR'), name='listing_in_order')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('moved', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('absorbed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('absorbed',), name='merged_once'), models.CheckConstraint(condition=models.Q(('kept', models.F('absorbed')), _negated=True), name='merge_of_two')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='NotDuplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='not_duplicate_once')],
            },
        ),
        migrations.CreateModel(
            name='Premises',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('workshop', 'workshop'), ('dormitory', 'dormitory'), ('canteen', 'canteen'), ('office', 'office'), ('store', 'store')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('capacity', models.PositiveIntegerField(null=True, verbose_name='capacity')),
                ('people', models.PositiveIntegerField(null=True, verbose_name='people')),
                ('rooms', models.PositiveIntegerField(null=True, verbose_name='rooms')),
                ('floor_area', models.FloatField(null=True, verbose_name='floor area (m²)')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='premises', to='enterprises.enterprise')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'kind', 'name'), name='premises_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Street',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='street')),
                ('longitude', models.FloatField(null=True)),
                ('latitude', models.FloatField(null=True)),
                ('times', models.PositiveIntegerField(default=1)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'name', 'area'), name='street_once')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
    ]
