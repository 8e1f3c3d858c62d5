"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from courses.certificates.models import CertificateTemplate
from courses.panel import audit, certificate_templates, completion_rule, preview
from courses.web.activity_page import activity_address
from courses.web.overlays import overlay, practice_address
from courses.web.views.activities_api import play_address

hooks.register("before_serve_page", overlay)
hooks.register("practice_address", practice_address)
hooks.register("activity_address", activity_address)
hooks.register("activity_play", play_address)
hooks.register("register_log_actions", audit.register_log_actions)
hooks.register("register_snippet_action_menu_item", preview.action_menu_item)
hooks.register("register_snippet_listing_buttons", preview.listing_buttons)

register_permission_policy(CertificateTemplate, certificate_templates.POLICY)
hooks.register("register_admin_viewset", certificate_templates.CertificateTemplateViewSet)
hooks.register("register_admin_urls", certificate_templates.urls)
hooks.register("register_admin_urls", completion_rule.urls)
hooks.register("register_page_header_buttons", completion_rule.header_buttons)
hooks.register("register_page_listing_more_buttons", completion_rule.listing_buttons)
