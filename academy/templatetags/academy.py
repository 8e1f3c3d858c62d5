"""Template tags that every template may use (a builtin library)."""

from __future__ import annotations

from django import template

register = template.Library()
