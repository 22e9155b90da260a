from django.db import migrations, models


class Migration(migrations.Migration):
    """The time-stamp of a package."""

    dependencies = [("archives", "0001_first")]
    operations = [
        migrations.AddField("package", "stamp", models.BinaryField(null=True, verbose_name="时间戳")),
        migrations.AddField(
            "package", "stamped_at", models.DateTimeField(null=True, verbose_name="时间戳的时间")
        ),
    ]
