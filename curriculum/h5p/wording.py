"""The words that H5P core itself shows in the player, in the active language. Names are core's; none may be missing."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

# Names of licences, and words of windows that are switched off here (embedding, reuse): core reads them when it starts
# and shows them to nobody.
_NEVER_SHOWN = {
    "advancedHelp": "",
    "copyrights": "Rights of use",
    "copyrightsDescription": "",
    "download": "Download",
    "downloadDescription": "",
    "embed": "Embed",
    "embedDescription": "",
    "h5pDescription": "",
    "hideAdvanced": "Hide advanced",
    "reuse": "Reuse",
    "reuseContent": "Reuse content",
    "reuseDescription": "",
    "showAdvanced": "Show advanced",
    "contentCopied": "Content is copied to the clipboard",
    "licenseCCBY": "Attribution",
    "licenseCCBYNC": "Attribution-NonCommercial",
    "licenseCCBYNCND": "Attribution-NonCommercial-NoDerivs",
    "licenseCCBYNCSA": "Attribution-NonCommercial-ShareAlike",
    "licenseCCBYND": "Attribution-NoDerivs",
    "licenseCCBYSA": "Attribution-ShareAlike",
    "licenseCC010": "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication",
    "licenseCC10": "1.0 Generic",
    "licenseCC20": "2.0 Generic",
    "licenseCC25": "2.5 Generic",
    "licenseCC30": "3.0 Unported",
    "licenseCC40": "4.0 International",
    "licenseGPL": "General Public License",
    "licensePDM": "Public Domain Mark",
    "licenseV1": "Version 1",
    "licenseV2": "Version 2",
    "licenseV3": "Version 3",
}


def player_words() -> dict[str, str]:
    """By the names that core asks for (`H5P.t`)."""
    return {
        **_NEVER_SHOWN,
        "author": _("Author"),
        "by": pgettext("made by", "by"),
        "cancelLabel": _("Cancel"),
        "changes": _("Changes"),
        "close": _("Close"),
        "confirmDialogBody": _("Please confirm that you want to go on. This cannot be undone."),
        "confirmDialogHeader": _("Confirm"),
        "confirmLabel": _("Confirm"),
        "connectionLost": _("The connection is lost. Your results are kept and sent when it is back."),
        "connectionReestablished": _("The connection is back."),
        "contentChanged": _("This activity has changed since you last used it."),
        "contentType": _("Content type"),
        "copyrightInformation": _("Rights of use"),
        "disableFullscreen": _("Leave full screen"),
        "fullscreen": _("Full screen"),
        "license": _("Licence"),
        "licenseC": _("Copyright"),
        "licenseExtras": _("More about the licence"),
        "licensePD": _("Public domain"),
        "licenseU": _("Not stated"),
        "noCopyrights": _("Nothing is known about the rights of use."),
        "offlineDialogBody": _("Your results could not be sent. Check your internet connection."),
        "offlineDialogHeader": _("The connection is lost"),
        "offlineDialogRetryButtonLabel": _("Try again now"),
        # Translators: keep ":num" as it is; a number of seconds takes its place.
        "offlineDialogRetryMessage": _("Trying again in :num …"),
        "offlineSuccessfulSubmit": _("The results are sent."),
        "resubmitScores": _("Kept results are being sent."),
        "showLess": _("Show less"),
        "showMore": _("Show more"),
        "size": _("Size"),
        "source": pgettext("of a work", "Source"),
        "startingOver": _("You start afresh."),
        "subLevel": _("Part"),
        "thumbnail": _("Preview picture"),
        "title": _("Title"),
        "width": _("Width"),
        "year": _("Year"),
    }
