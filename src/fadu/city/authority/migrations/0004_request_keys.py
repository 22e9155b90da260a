"""The unique index of a request begins with its person, who needs no index of his own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_contact_claim'),
        ('authority', '0003_clock_landed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='request',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='accounts.person'),
        ),
    ]
