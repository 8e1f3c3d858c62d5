"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks

from courses.panel import audit, preview
from courses.web.overlays import overlay, practice_address

hooks.register("before_serve_page", overlay)
hooks.register("practice_address", practice_address)
hooks.register("register_log_actions", audit.register_log_actions)
hooks.register("register_snippet_action_menu_item", preview.action_menu_item)
hooks.register("register_snippet_listing_buttons", preview.listing_buttons)
