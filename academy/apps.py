"""Django app of the ground."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig

from . import celery  # noqa: F401  every process that queues work must know the broker, not only the worker


class AcademyConfig(AppConfig):
    """People, mail, jobs and the site's frame."""

    name = "academy"
    default = True
    verbose_name = _("Academy")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Start listening; by name, because models can be imported only now."""
        import_module("academy.receivers")


class AcademyUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration with our person's fields."""

    user_viewset = "academy.panel.users.UserViewSet"
