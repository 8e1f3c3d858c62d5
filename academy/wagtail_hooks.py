"""Gathers what this package registers with Wagtail; no logic."""
