from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    name = "fadu.city.authority"
    label = "authority"
    verbose_name = "机构与职权"
