"""People in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from wagtail.users.views.users import UserViewSet as WagtailUserViewSet


class UserViewSet(WagtailUserViewSet):
    """Wagtail's user administration."""

    def get_form_class(self, for_update: bool = False) -> Any:
        return super().get_form_class(for_update)
