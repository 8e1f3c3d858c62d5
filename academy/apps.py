"""Django app of the ground."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AcademyConfig(AppConfig):
    """People, mail, jobs and the site's frame."""

    name = "academy"
    default = True
    verbose_name = _("Academy")
    default_auto_field = "django.db.models.BigAutoField"


class AcademyUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration with our person's fields."""

    user_viewset = "academy.panel.users.UserViewSet"
