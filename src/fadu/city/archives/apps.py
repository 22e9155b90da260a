from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "fadu.city.archives"
    label = "archives"
    verbose_name = "档案"
