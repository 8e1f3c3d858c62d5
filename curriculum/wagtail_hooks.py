"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .panel import exchange, gate, home
from .panel.snippets import CurriculumGroup
from .web.front_page import front_page

register_snippet(CurriculumGroup)
hooks.register("construct_homepage_panels", home.add_panels)
hooks.register("register_admin_urls", exchange.urls)

# Before wagtail-localize's own, which would publish.
hooks.register("before_edit_page", gate.refuse_half_translated, order=-10)
hooks.register("before_edit_snippet", gate.refuse_half_translated, order=-10)

hooks.register("before_serve_page", front_page)
