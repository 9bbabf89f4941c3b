import django.db.models.deletion
import django.db.models.manager
import fugong.core.encryption
import uuid
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
            name='Robot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('dingtalk', 'DingTalk'), ('wecom', 'WeCom'), ('feishu', 'Feishu')], max_length=10, verbose_name='service')),
                ('name', models.CharField(max_length=60, verbose_name='name of the group')),
                ('address', fugong.core.encryption.SealedField(purpose='robot', verbose_name='address')),
                ('secret', fugong.core.encryption.SealedField(blank=True, purpose='robot', verbose_name='signing secret')),
                ('is_active', models.BooleanField(default=True, verbose_name='switched on')),
                ('refusals', models.PositiveSmallIntegerField(default=0)),
                ('rests_until', models.DateTimeField(null=True, verbose_name='rests until')),
                ('problem', models.CharField(blank=True, max_length=200, verbose_name='problem')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='territory.area', verbose_name='area')),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'constraints': [models.UniqueConstraint(fields=('campaign', 'name'), name='robot_name_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('text', models.TextField(verbose_name='text')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('outcome', models.CharField(blank=True, max_length=12, verbose_name='outcome')),
                ('words', models.CharField(blank=True, max_length=200, verbose_name='answer of the service')),
                ('robot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outreach.robot')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(fields=['robot', 'at'], name='delivery_robot')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Reader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.BigIntegerField(default=0)),
                ('campaign', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='campaigns.campaign')),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.BigIntegerField(null=True)),
                ('text', models.CharField(max_length=600, verbose_name='text')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('expires_at', models.DateTimeField(verbose_name='worthless after')),
                ('status', models.CharField(choices=[('waiting', 'to be sent'), ('sending', 'being sent'), ('sent', 'sent'), ('unknown', 'sent or not: unknown'), ('failed', 'abandoned'), ('expired', 'too late')], default='waiting', max_length=10, verbose_name='status')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_at', models.DateTimeField(verbose_name='next try')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='sent or ended at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.user')),
                ('delivery', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outreach.delivery')),
                ('robot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='outreach.robot', verbose_name='group')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'rows',
                'default_manager_name': 'rows',
                'indexes': [models.Index(condition=models.Q(('status', 'waiting')), fields=['robot', 'next_at'], name='notice_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('event__isnull', False)), fields=('robot', 'event'), name='notice_once')],
            },
            managers=[
                ('rows', django.db.models.manager.Manager()),
            ],
        ),
    ]
