from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    name = "fadu.city.registries"
    label = "registries"
    verbose_name = "登记簿"
