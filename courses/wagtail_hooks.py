"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks

from courses.web.overlays import overlay

hooks.register("before_serve_page", overlay)
