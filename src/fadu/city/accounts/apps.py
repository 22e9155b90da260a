from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fadu.city.accounts"
    label = "accounts"
    verbose_name = "账号"
