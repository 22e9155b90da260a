import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_first'),
    ]

    operations = [
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('acts', models.PositiveIntegerField(verbose_name='步数')),
                ('made_at', models.DateTimeField(verbose_name='形成时间')),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField(verbose_name='字节数')),
                ('report', models.JSONField(verbose_name='四性检测')),
                ('leaf', models.CharField(max_length=64, verbose_name='痕迹')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='packages', to='cases.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'acts'), name='package_once_for_acts')],
            },
        ),
    ]
