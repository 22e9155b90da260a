from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fadu.city.cases"
    label = "cases"
    verbose_name = "案件"
