from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "fadu.city.planning"
    label = "planning"
    verbose_name = "工作方案"
