"""What the audit trail says about files of activities and about H5P libraries, with which file or patch it was."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

from curriculum.h5p.rules import noting

# By action: its name in filters, and the sentence about one entry, which may use what stands in the entry's data.
ACTIONS = {
    noting.UPLOAD: (gettext_lazy("Upload a file"), gettext_lazy("File %(number)s uploaded: %(file)s")),
    noting.READY: (gettext_lazy("File ready"), gettext_lazy("File %(number)s is ready: %(file)s")),
    noting.REFUSED: (gettext_lazy("File refused"), gettext_lazy("File %(number)s was refused: %(file)s")),
    noting.ALLOW: (
        gettext_lazy("Allow libraries"),
        gettext_lazy("Libraries of file %(number)s allowed: %(libraries)s"),
    ),
    noting.USE: (gettext_lazy("Use a file again"), gettext_lazy("File %(number)s is played again: %(file)s")),
    noting.DELETE: (gettext_lazy("Delete a file"), gettext_lazy("File %(number)s deleted: %(file)s")),
    noting.INSTALL: (gettext_lazy("Install a library"), gettext_lazy("Patch %(patch)s installed")),
    noting.ROLL_BACK: (gettext_lazy("Go back to a patch"), gettext_lazy("Went back to patch %(patch)s")),
    noting.RELEASE: (
        gettext_lazy("Use the highest patch"),
        gettext_lazy("Patch %(patch)s, the highest, is used again"),
    ),
}


class H5PFormatter(LogFormatter):
    """One of ACTIONS, as it is registered."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.label = ACTIONS[action][0]

    def format_message(self, log_entry: Any) -> str:
        """The sentence; of an entry that lacks what it needs, and of a deleted library, the name of the action."""
        facts = dict(log_entry.data or {})
        if self.action == noting.DELETE and "library" in facts:
            return _("Deleted")
        if isinstance(facts.get("libraries"), list):
            facts["libraries"] = ", ".join(facts["libraries"])
        try:
            return str(ACTIONS[self.action][1]) % facts
        except KeyError:
            return str(self.label)


def register_log_actions(actions: Any) -> None:
    """Hook `register_log_actions`."""
    for action in ACTIONS:
        actions.register_action(action)(partial(H5PFormatter, action))
