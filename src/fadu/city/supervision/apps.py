from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "fadu.city.supervision"
    label = "supervision"
    verbose_name = "监督"
