"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .h5p.access import permissions as h5p_permissions
from .panel import exchange, gate, h5p_activities, h5p_audit, h5p_files, h5p_libraries, h5p_preview, home
from .panel.snippets import CurriculumGroup
from .web.front_page import front_page

register_snippet(CurriculumGroup)
hooks.register("construct_homepage_panels", home.add_panels)
hooks.register("register_admin_urls", exchange.urls)

# -- activities (H5P) -------------------------------------------------------------------------------------------------
hooks.register("register_admin_urls", h5p_files.urls)
hooks.register("register_admin_urls", h5p_libraries.urls)
hooks.register("register_admin_urls", h5p_preview.urls)
hooks.register("register_settings_menu_item", h5p_libraries.menu_item)
hooks.register("register_snippet_action_menu_item", h5p_activities.action_menu_item)
hooks.register("register_snippet_listing_buttons", h5p_activities.listing_buttons)
hooks.register("before_delete_snippet", h5p_activities.refuse_delete)
hooks.register("register_log_actions", h5p_audit.register_log_actions)
hooks.register("register_permissions", h5p_permissions)

# -- the gate ---------------------------------------------------------------------------------------------------------
# Before wagtail-localize's own, which would publish.
hooks.register("before_edit_page", gate.refuse_half_translated, order=-10)
hooks.register("before_edit_snippet", gate.refuse_half_translated, order=-10)

hooks.register("before_serve_page", front_page)
