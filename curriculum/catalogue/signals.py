"""What the catalogue announces."""

from django.dispatch import Signal

# A course or path is about to be kept with the rules that it has now (`page`). Whoever knows more about rules refuses
# them by raising ValidationError with the fields' names.
rules_composed = Signal()
