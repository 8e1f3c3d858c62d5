"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks

from .panel import branding, home, log_actions, mail_texts, staff, users
from .website.rendering import register_links

# After Wagtail's own, whose handler of page links it replaces.
hooks.register("register_rich_text_features", register_links, order=100)

hooks.register("insert_global_admin_css", branding.style_sheets)
hooks.register("construct_homepage_panels", home.add_panels)

# -- people -----------------------------------------------------------------------------------------------------------
hooks.register("register_log_actions", log_actions.register)
hooks.register("register_admin_viewset", staff.OrganisationsGroup)
hooks.register("before_delete_user", users.erase_instead_of_delete)
hooks.register("before_bulk_action", users.erase_instead_of_bulk_delete)

# -- texts of mails ---------------------------------------------------------------------------------------------------
hooks.register("register_admin_urls", mail_texts.urls)
hooks.register("register_settings_menu_item", mail_texts.menu_item)
hooks.register("register_permissions", mail_texts.permissions)
