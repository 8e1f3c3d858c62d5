"""The front page with its three ways in: the ground draws it, the paths behind its doors are the curriculum's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from academy.website.models import HomePage


def front_page(page: Any, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Hook `before_serve_page`: the front page with the paths filled in; nothing for any other page."""
    if not isinstance(page, HomePage):
        return None
    return TemplateResponse(request, "curriculum/home.html", page.get_context(request))
