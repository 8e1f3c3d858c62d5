"""News about people, for the packages above."""

from django.dispatch import Signal

# Somebody joined or left a unit, or the tree changed: sent with `organisation_id`, within the transaction.
staff_changed = Signal()

# Somebody is away, or back sooner or later than thought: sent with `person`, `organisation` and `at`.
pauses_changed = Signal()
