import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('access', '0001_initial'), ('access', '0002_device_keys')]

    initial = True

    dependencies = [
        ('territory', '0002_outline'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('login', models.CharField(max_length=40, unique=True, verbose_name='login or phone')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('department', models.CharField(blank=True, max_length=80, verbose_name='department')),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('is_administrator', models.BooleanField(default=False, verbose_name='administrator')),
                ('failed_logins', models.PositiveSmallIntegerField(default=0)),
                ('locked_until', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('commander', 'Commander'), ('clerk', 'Statistics clerk'), ('grid_lead', 'Grid lead'), ('instructor', 'Health instructor'), ('service_officer', 'Service officer'), ('inspector', 'Inspector'), ('emergency_officer', 'Emergency officer'), ('presenter', 'Presenter'), ('liaison', 'Liaison officer'), ('department_officer', 'Department officer'), ('enterprise_contact', 'Enterprise contact'), ('administrator', 'Administrator'), ('privacy_officer', 'Privacy officer')], max_length=20, verbose_name='role')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(null=True, verbose_name='to')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='postings', to='access.user')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='posting_days_in_order'), models.UniqueConstraint(fields=('user', 'role', 'area', 'from_on'), name='posting_once')],
            },
        ),
        migrations.CreateModel(
            name='Reveal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(max_length=60)),
                ('target_id', models.BigIntegerField()),
                ('target_label', models.CharField(max_length=120)),
                ('field', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('campaign_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'indexes': [models.Index(fields=['by', 'at'], name='reveal_by')],
            },
        ),
        migrations.CreateModel(
            name='DeviceKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='which phone')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('hint', models.CharField(max_length=4)),
                ('mark', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('used_at', models.DateTimeField(null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='revoked at')),
                ('minute_at', models.DateTimeField(null=True)),
                ('minute_requests', models.PositiveIntegerField(default=0)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='device_keys', to='access.user')),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'made_at'], name='device_key_user')],
            },
        ),
    ]
