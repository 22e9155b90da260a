from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_timestamp'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='accessentry',
            index=models.Index(fields=['case_ref', 'at'], name='ledger_access_case'),
        ),
    ]
