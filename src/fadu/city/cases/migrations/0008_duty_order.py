from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0007_provisional'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='duty',
            name='cases_duty_organ_i_26b3ee_idx',
        ),
        migrations.RemoveIndex(
            model_name='duty',
            name='cases_duty_person__397398_idx',
        ),
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(condition=Q(person__isnull=True), fields=['organ', 'function', 'kind', 'due_legal', 'id'], name='duty_of_seat'),
        ),
        migrations.AddIndex(
            model_name='duty',
            index=models.Index(condition=Q(person__isnull=False), fields=['person', 'kind', 'due_legal', 'id'], name='duty_of_person'),
        ),
    ]
