"""Which passwords nobody may choose."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class RefusedPasswordValidator:
    """Refuses what REFUSED_PASSWORDS names: in production, the password that the demo prints on the screen."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        if password in settings.REFUSED_PASSWORDS:
            raise ValidationError(_("Everybody knows this password. Choose another one."), code="password_known")

    def get_help_text(self) -> str:
        """Nothing to say beforehand: nobody chooses it by chance."""
        return ""
