from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_name', models.CharField(max_length=20, verbose_name='核查')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('total', models.PositiveIntegerField(verbose_name='核查数')),
                ('count', models.PositiveIntegerField(verbose_name='问题数')),
                ('wrong', models.JSONField(default=list, verbose_name='问题')),
                ('leaf', models.CharField(max_length=64, verbose_name='痕迹')),
            ],
            options={
                'indexes': [models.Index(fields=['check_name', '-at'], name='supervision_check_n_idx')],
            },
        ),
    ]
