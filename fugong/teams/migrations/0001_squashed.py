import django.db.models.deletion
import django.db.models.manager
import fugong.core.encryption
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('teams', '0001_initial'), ('teams', '0002_teams'), ('teams', '0003_calling_off')]

    initial = True

    dependencies = [
        ('access', '0001_squashed'),
        ('campaigns', '0001_squashed'),
        ('enterprises', '0001_initial'),
        ('territory', '0002_outline'),
    ]

    operations = [
        migrations.CreateModel(
            name='GridTeam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(fields=('campaign', 'area'), name='grid_team_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('commander', 'Commander'), ('clerk', 'Statistics clerk'), ('grid_lead', 'Grid lead'), ('instructor', 'Health instructor'), ('service_officer', 'Service officer'), ('inspector', 'Inspector'), ('emergency_officer', 'Emergency officer'), ('presenter', 'Presenter'), ('liaison', 'Liaison officer'), ('department_officer', 'Department officer'), ('enterprise_contact', 'Enterprise contact'), ('administrator', 'Administrator'), ('privacy_officer', 'Privacy officer')], max_length=20, verbose_name='role')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='teams.gridteam')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('team', 'user', 'role'), name='member_in_role_once')],
            },
        ),
        migrations.CreateModel(
            name='TaskGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('duties', models.TextField(blank=True, verbose_name='duties')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('stands_from', models.DateField(null=True, verbose_name='stands from')),
                ('stands_to', models.DateField(null=True, verbose_name='stands to')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'key'), name='task_group_once')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('duties', models.TextField(blank=True, verbose_name='duties')),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.campaign')),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='teams.taskgroup')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('campaign', 'key'), name='post_once')],
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='teams.post')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('post',), name='post_held_once')],
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('liaison', 'liaison officer'), ('instructor', 'health instructor')], max_length=10, verbose_name='kind')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(fields=['officer', 'to_on'], name='charge_officer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('enterprise', 'kind'), name='charge_in_force_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ChargeProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('liaison', 'liaison officer'), ('instructor', 'health instructor')], max_length=10, verbose_name='kind')),
                ('distance_km', models.FloatField(null=True, verbose_name='distance (km)')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='access.user')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(fields=('enterprise', 'kind'), name='charge_proposed_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Household',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, verbose_name='household number')),
                ('address', models.CharField(max_length=160, verbose_name='address')),
                ('label', fugong.core.encryption.SealedField(blank=True, purpose='household', verbose_name='label')),
                ('phone', fugong.core.encryption.SealedField(blank=True, purpose='household', verbose_name='phone')),
                ('people', models.PositiveSmallIntegerField(default=1, verbose_name='people')),
                ('watched_until', models.DateField(blank=True, null=True, verbose_name='watched until')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('closed_on', models.DateField(null=True, verbose_name='no longer counted from')),
                ('created_at', models.DateTimeField(verbose_name='entered at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area', verbose_name='area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'verbose_name': 'household',
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(fields=('campaign', 'code'), name='household_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='HouseholdCharge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='charges', to='teams.household')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(fields=['officer', 'to_on'], name='household_charge_officer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('household',), name='household_charge_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='kind of work')),
                ('place', models.CharField(max_length=80, verbose_name='place')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='to')),
                ('needed', models.PositiveSmallIntegerField(default=1, verbose_name='people needed')),
                ('skill', models.CharField(blank=True, max_length=40, verbose_name='skill')),
                ('cancelled_at', models.DateTimeField(null=True, verbose_name='cancelled at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area', verbose_name='area')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(fields=['campaign', 'starts_at'], name='shift_begins')],
                'constraints': [models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='shift_in_order'), models.CheckConstraint(condition=models.Q(('needed__gte', 1)), name='shift_needs_somebody')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Station',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('enterprise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('officer',), name='stationed_at_one_place'), models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='station_days_in_order')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('service', 'service team'), ('joint', 'joint team'), ('key', 'key-enterprise group')], max_length=10, verbose_name='kind')),
                ('key', models.SlugField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(fields=('campaign', 'kind', 'name'), name='team_name_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('leader', 'leads it'), ('member', 'member'), ('village', 'for the village'), ('enterprise', 'for the enterprise'), ('department', 'for the department')], default='member', max_length=12, verbose_name='part')),
                ('organisation', models.CharField(blank=True, max_length=80, verbose_name='organisation')),
                ('level', models.CharField(blank=True, choices=[('province', 'province'), ('city', 'city'), ('county', 'county'), ('town', 'town'), ('village', 'village'), ('park', 'development park'), ('grid', 'grid'), ('building', 'building')], max_length=10, verbose_name='level')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.contact')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='teams.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('part', 'leader'), ('to_on__isnull', True)), fields=('team',), name='team_led_once'), models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('team', 'user', 'part'), name='team_member_once'), models.CheckConstraint(condition=models.Q(models.Q(('contact__isnull', False), ('user__isnull', True)), models.Q(('contact__isnull', True), ('user__isnull', False)), _connector='OR'), name='team_member_is_one_person')],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('service', 'service team'), ('joint', 'joint team'), ('key', 'key-enterprise group')], max_length=10, verbose_name='kind')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('area', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('enterprise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='enterprises.enterprise')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='teams.team')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('enterprise', 'kind'), name='duty_for_enterprise_once'), models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('team', 'area'), name='duty_for_area_once'), models.CheckConstraint(condition=models.Q(models.Q(('area__isnull', False), ('enterprise__isnull', True)), models.Q(('area__isnull', True), ('enterprise__isnull', False)), _connector='OR'), name='duty_for_one_thing')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Volunteer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=40, verbose_name='volunteer')),
                ('phone', fugong.core.encryption.SealedField(blank=True, purpose='volunteer', verbose_name='phone')),
                ('skills', models.JSONField(default=list, verbose_name='skills')),
                ('weekdays', models.JSONField(default=list, verbose_name='days of the week')),
                ('from_time', models.TimeField(verbose_name='available from')),
                ('to_time', models.TimeField(verbose_name='available until')),
                ('may_be_called', models.BooleanField(default=False, verbose_name='agreed to be called')),
                ('left_on', models.DateField(null=True, verbose_name='left on')),
                ('created_at', models.DateTimeField(verbose_name='entered at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area', verbose_name='area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.CheckConstraint(condition=models.Q(('from_time__lt', models.F('to_time'))), name='volunteer_hours_in_order')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('has_come', models.BooleanField(null=True, verbose_name='came')),
                ('hours', models.FloatField(null=True, verbose_name='hours')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='turns', to='teams.shift')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='teams.volunteer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shift', 'volunteer'), name='turn_once'), models.CheckConstraint(condition=models.Q(models.Q(('has_come__isnull', True), ('hours__isnull', True)), models.Q(('has_come__isnull', False), ('hours__gte', 0)), _connector='OR'), name='turn_hours_when_noted')],
            },
        ),
        migrations.CreateModel(
            name='TimeAway',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(verbose_name='to')),
                ('note', models.CharField(blank=True, max_length=100, verbose_name='note')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='times_away', to='teams.volunteer')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on__gte', models.F('from_on'))), name='time_away_in_order')],
            },
        ),
        migrations.CreateModel(
            name='CalledOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('shift', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='called_off', to='teams.shift')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='called_off', to='teams.volunteer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shift', 'volunteer'), name='called_off_once')],
            },
        ),
    ]
