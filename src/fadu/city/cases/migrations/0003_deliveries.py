import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_first"), ("cases", "0002_reminders")]

    operations = [
        migrations.DeleteModel("Delivery"),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=60, verbose_name="步骤")),
                ("recipient", models.CharField(max_length=120, verbose_name="受送达人")),
                ("method", models.CharField(max_length=20, verbose_name="方式")),
                ("served_on", models.DateField(verbose_name="送达日期")),
                ("noticed_on", models.DateField(null=True, verbose_name="公告日期")),
                ("seq", models.PositiveIntegerField(verbose_name="办理序号")),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="cases.case")),
                ("document", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="cases.document")),
                ("person", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="accounts.person")),
                ("proof", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.file")),
            ],
            options={
                "indexes": [models.Index(fields=["person", "-served_on"], name="cases_deliv_person__98a139_idx")],
                "constraints": [models.UniqueConstraint(fields=("case", "seq"), name="delivery_once")],
            },
        ),
    ]
