"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks

from .panel.gate import refuse_half_translated

# Before wagtail-localize's own, which would publish.
hooks.register("before_edit_page", refuse_half_translated, order=-10)
hooks.register("before_edit_snippet", refuse_half_translated, order=-10)
