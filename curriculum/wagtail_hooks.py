"""Gathers what this package registers with Wagtail; no logic."""

from wagtail import hooks

from .web.front_page import front_page

hooks.register("before_serve_page", front_page)
