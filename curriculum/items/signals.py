"""What the spine announces to the packages above."""

from django.dispatch import Signal

# An item was withdrawn: sent with `key` and `at`, inside the transaction that withdrew it.
item_retired = Signal()
