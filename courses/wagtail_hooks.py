"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks

from courses.panel import audit
from courses.web.overlays import overlay

hooks.register("before_serve_page", overlay)
hooks.register("register_log_actions", audit.register_log_actions)
