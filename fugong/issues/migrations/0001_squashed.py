import django.db.models.deletion
import django.db.models.manager
import fugong.core.encryption
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('issues', '0001_initial'), ('issues', '0002_requests'), ('issues', '0003_province_load'), ('issues', '0004_taken_to_core')]

    initial = True

    dependencies = [
        ('access', '0001_squashed'),
        ('campaigns', '0001_squashed'),
        ('enterprises', '0001_initial'),
        ('territory', '0002_outline'),
    ]

    operations = [
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(default='problem', max_length=30, verbose_name='kind')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('detail', models.TextField(blank=True, verbose_name='detail')),
                ('article', models.CharField(blank=True, max_length=20, verbose_name='article')),
                ('key_area', models.CharField(blank=True, max_length=40, verbose_name='key area')),
                ('severity', models.CharField(choices=[('minor', 'minor'), ('serious', 'serious')], default='minor', max_length=10, verbose_name='severity')),
                ('level', models.CharField(choices=[('on-the-spot', 'on the spot'), ('department', 'health department'), ('cross-department', 'cross-department'), ('city', 'city')], default='on-the-spot', max_length=20, verbose_name='level')),
                ('status', models.CharField(choices=[('found', 'found'), ('assessed', 'assessed'), ('assigned', 'assigned'), ('solved', 'solved'), ('verified', 'verified'), ('merged', 'merged')], default='found', max_length=10, verbose_name='status')),
                ('department', models.CharField(blank=True, max_length=40, verbose_name='department')),
                ('origin', models.CharField(blank=True, max_length=40)),
                ('origin_id', models.BigIntegerField(null=True)),
                ('found_at', models.DateTimeField(verbose_name='found at')),
                ('assessed_at', models.DateTimeField(null=True, verbose_name='assessed at')),
                ('assigned_at', models.DateTimeField(null=True, verbose_name='assigned at')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
                ('solved_at', models.DateTimeField(null=True, verbose_name='solved at')),
                ('solution', models.TextField(blank=True, verbose_name='what was done')),
                ('verified_at', models.DateTimeField(null=True, verbose_name='verified at')),
                ('reopened', models.PositiveSmallIntegerField(default=0, verbose_name='times re-opened')),
                ('escalated_at', models.DateTimeField(null=True, verbose_name='escalated at')),
                ('version', models.PositiveIntegerField(default=1)),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('enterprise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise')),
                ('found_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('handler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('solved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('answers', models.JSONField(default=dict, verbose_name='details')),
                ('merged_into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='issues.issue')),
                ('secret', models.CharField(blank=True, max_length=24)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(fields=['enterprise', 'status'], name='issue_enterprise'), models.Index(fields=['campaign', 'due_at', 'id'], name='issue_list'), models.Index(fields=['handler', 'status'], name='issue_handler'), models.Index(fields=['campaign', 'status', 'due_at', 'department', 'handler', 'reopened', 'area', 'enterprise', 'merged_into'], name='issue_clock'), models.Index(fields=['campaign', 'solved_at', 'found_at', 'department', 'handler', 'area', 'enterprise', 'merged_into'], name='issue_solved'), models.Index(condition=models.Q(('merged_into__isnull', True)), fields=['campaign', 'area', 'severity', 'status', 'reopened', 'found_at', 'solved_at', 'verified_at', 'due_at', 'assessed_at', 'escalated_at', 'id'], name='issue_figures')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('solved_at__isnull', True), ('solved_by__isnull', True)), models.Q(('solved_at__isnull', False), ('solved_by__isnull', False)), _connector='OR'), name='issue_solved_by_and_at'), models.CheckConstraint(condition=models.Q(('verified_by__isnull', True), models.Q(('verified_by', models.F('solved_by')), _negated=True), _connector='OR'), name='issue_verified_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('status', 'merged')), models.Q(models.Q(('status', 'merged'), _negated=True), ('merged_into__isnull', True)), _connector='OR'), name='issue_merged_into_another')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_department', models.CharField(blank=True, max_length=40, verbose_name='from')),
                ('to_department', models.CharField(max_length=40, verbose_name='to')),
                ('offered_at', models.DateTimeField(verbose_name='offered at')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('answer', models.CharField(choices=[('waiting', 'waiting for an answer'), ('accepted', 'accepted'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='waiting', max_length=10, verbose_name='answer')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered at')),
                ('answer_reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('offered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('to_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hand_overs', to='issues.issue')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(condition=models.Q(('answer', 'waiting')), fields=['to_department', 'issue'], name='hand_over_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answer', 'waiting')), fields=('issue',), name='hand_over_waiting_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('found', 'found'), ('assessed', 'assessed'), ('assigned', 'assigned'), ('solved', 'solved'), ('verified', 'verified'), ('merged', 'merged')], max_length=10, verbose_name='status')),
                ('level', models.CharField(choices=[('on-the-spot', 'on the spot'), ('department', 'health department'), ('cross-department', 'cross-department'), ('city', 'city')], max_length=20, verbose_name='level')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='note')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='issues.issue')),
                ('due_at', models.DateTimeField(null=True, verbose_name='due')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(fields=['issue', 'at'], name='step_issue')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ApiClient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('key_digest', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended at')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('campaign', 'name'), name='api_client_once')],
            },
        ),
        migrations.CreateModel(
            name='AskBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('reply', models.CharField(choices=[('waiting', 'not answered yet'), ('yes', 'really solved'), ('no', 'not solved'), ('overtaken', 'overtaken: it was re-opened or merged before the answer')], default='waiting', max_length=10, verbose_name='answer')),
                ('replied_at', models.DateTimeField(null=True, verbose_name='answered at')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='note')),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ask_backs', to='issues.issue')),
                ('replied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(condition=models.Q(('reply', 'waiting')), fields=('issue',), name='ask_back_waiting_once'), models.CheckConstraint(condition=models.Q(models.Q(('replied_at__isnull', True), ('reply', 'waiting')), models.Q(models.Q(('reply', 'waiting'), _negated=True), ('replied_at__isnull', False)), _connector='OR'), name='ask_back_replied_at')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='IntakeLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=24, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn at')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('enterprise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='enterprises.enterprise')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(condition=models.Q(('enterprise__isnull', True), ('withdrawn_at__isnull', True)), fields=('campaign', 'area'), name='intake_link_of_area_once'), models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('enterprise',), name='intake_link_of_enterprise_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='IssueMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('moved', models.JSONField(default=dict)),
                ('undone_at', models.DateTimeField(null=True)),
                ('absorbed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('absorbed',), name='issue_merged_once'), models.CheckConstraint(condition=models.Q(('kept', models.F('absorbed')), _negated=True), name='issue_merge_of_two')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='NotSame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='issues.issue')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='issue_not_same_once')],
            },
        ),
        migrations.CreateModel(
            name='Requester',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('campaign_id', models.BigIntegerField()),
                ('name', fugong.core.encryption.SealedField(blank=True, purpose='requester', verbose_name='name')),
                ('phone', fugong.core.encryption.SealedField(blank=True, purpose='requester', verbose_name='phone')),
                ('place', fugong.core.encryption.SealedField(blank=True, purpose='requester', verbose_name='address')),
                ('client', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requesters', to='issues.apiclient')),
                ('issue', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='requester', to='issues.issue')),
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
