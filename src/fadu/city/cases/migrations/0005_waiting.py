from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_matter_code'),
    ]

    operations = [
        migrations.AddField(
            model_name='duty',
            name='waiting',
            field=models.BooleanField(default=False),
        ),
    ]
