"""What the spine announces to the packages above."""

from django.dispatch import Signal

# An item was withdrawn: sent with `key` and `at`, inside the transaction that withdrew it.
item_retired = Signal()

# What a course consists of may be another than before: sent with `key` of the course, after the source of a course, of
# a lesson or of an activity in it was published, or a page was moved out of it, possibly inside the transaction that
# did so.
course_changed = Signal()
