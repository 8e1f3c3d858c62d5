"""Findings as sentences for whoever uploaded the package: plain words, with the name of the file."""

from __future__ import annotations

from collections import defaultdict

from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .findings import Finding, FindingCode

__all__ = ["sentence"]

_SENTENCES: dict[FindingCode, Promise | str] = {
    FindingCode.NOT_A_ZIP: gettext_lazy("This is not an H5P package: it is no zip archive."),
    FindingCode.CUT_SHORT: gettext_lazy("The end of the file is missing. Download or export it again."),
    FindingCode.SPLIT: gettext_lazy("The archive is one part of several. Export it as one file."),
    FindingCode.HIDDEN_DATA: gettext_lazy(
        "The archive holds data that belong to none of its files, so that programs can read it in different ways. "
        "Export it again."
    ),
    FindingCode.DAMAGED: gettext_lazy("“%(file)s” is damaged: its content is not what the archive says."),
    FindingCode.OVERLAPPING: gettext_lazy("“%(file)s” shares its data with another file of the archive."),
    FindingCode.UPLOAD_TOO_LARGE: gettext_lazy("The file is larger than %(limit)s."),
    FindingCode.UNPACKED_TOO_LARGE: gettext_lazy("The package holds more than %(limit)s of files when it is unpacked."),
    FindingCode.FILE_TOO_LARGE: gettext_lazy("“%(file)s” is larger than %(limit)s."),
    FindingCode.TOO_MANY_FILES: gettext_lazy("The package holds more than %(limit)s files."),
    FindingCode.BOMB: gettext_lazy(
        "“%(file)s” would grow to more than %(limit)s times its packed size, as in an attack."
    ),
    FindingCode.OUTSIDE: gettext_lazy("“%(file)s” would be written outside of the package’s own folder."),
    FindingCode.BACKSLASH: gettext_lazy("The name “%(file)s” holds a backslash. Folders are divided by “/”."),
    FindingCode.BAD_NAME: gettext_lazy("The name “%(file)s” holds characters that cannot be used."),
    FindingCode.PATH_TOO_LONG: gettext_lazy("The name “%(file)s” is longer than %(limit)s characters."),
    FindingCode.PATH_TOO_DEEP: gettext_lazy("“%(file)s” lies deeper than %(limit)s folders."),
    FindingCode.LINK: gettext_lazy("“%(file)s” is a link to another file."),
    FindingCode.SPECIAL_FILE: gettext_lazy("“%(file)s” is no ordinary file."),
    FindingCode.DUPLICATE: gettext_lazy("“%(file)s” is in the archive twice."),
    FindingCode.COLLISION: gettext_lazy("“%(file)s” and “%(other)s” would be one file on some computers."),
    FindingCode.ENCRYPTED: gettext_lazy("“%(file)s” is encrypted. Export the package without a password."),
    FindingCode.METHOD: gettext_lazy("“%(file)s” is compressed in a way that is not used in H5P packages."),
    FindingCode.NESTED_ARCHIVE: gettext_lazy("“%(file)s” is an archive. A package must not hold others."),
    FindingCode.MISSING_FILE: gettext_lazy("“%(file)s” is missing."),
    FindingCode.IN_A_FOLDER: gettext_lazy(
        "There is a folder around the package’s files: “%(file)s”. Pack the files, not the folder."
    ),
    FindingCode.EXTENSION: gettext_lazy("“%(file)s” is of a kind that is not allowed there."),
    FindingCode.OTHER_CONTENT: gettext_lazy("What “%(file)s” holds is not what its name says (%(extension)s)."),
    FindingCode.JSON_INVALID: gettext_lazy("“%(file)s” cannot be read: there is an error in line %(line)s."),
    FindingCode.JSON_ENCODING: gettext_lazy("“%(file)s” cannot be read: it is not written in UTF-8."),
    FindingCode.JSON_CHARACTERS: gettext_lazy("“%(file)s” holds characters that cannot be kept."),
    FindingCode.JSON_NOT_FINITE: gettext_lazy("“%(file)s” holds something that is no number, where one should be."),
    FindingCode.JSON_TOO_DEEP: gettext_lazy("“%(file)s” is nested too deeply."),
    FindingCode.JSON_TOO_LARGE: gettext_lazy("“%(file)s” holds too much text."),
    FindingCode.JSON_KIND: gettext_lazy("“%(file)s” is not built as H5P describes it."),
    FindingCode.FIELD_MISSING: gettext_lazy("“%(file)s” does not say “%(field)s”."),
    FindingCode.FIELD_INVALID: gettext_lazy("What “%(file)s” says for “%(field)s” is not allowed."),
    FindingCode.MAIN_NOT_NAMED: gettext_lazy(
        "“%(file)s” names %(library)s as main library, but not among the libraries that it needs."
    ),
    FindingCode.MAIN_NOT_RUNNABLE: gettext_lazy("The main library, %(library)s, is none that can be played by itself."),
    FindingCode.CORE_TOO_NEW: gettext_lazy(
        "“%(file)s” needs H5P %(needs)s. This academy plays packages up to H5P %(has)s."
    ),
    FindingCode.TOO_MANY_LIBRARIES: gettext_lazy("The package holds more than %(limit)s libraries."),
    FindingCode.LIBRARY_FOLDER: gettext_lazy("The folder “%(file)s” is not named after the library in it."),
    FindingCode.LIBRARY_TWICE: gettext_lazy("%(library)s is in the package twice: “%(file)s” is the second."),
    FindingCode.LIBRARY_FILE_MISSING: gettext_lazy("“%(file)s” asks for “%(path)s”, which is missing."),
    FindingCode.LIBRARY_PATH: gettext_lazy("“%(file)s” asks for “%(path)s”, which cannot be loaded as “%(field)s”."),
    FindingCode.LANGUAGE_NAME: gettext_lazy("“%(file)s” is not named after a language."),
    FindingCode.LIBRARY_MISSING: gettext_lazy("The library %(library)s is neither in the package nor installed."),
    FindingCode.NO_ROOM: gettext_lazy(
        "There is no room left on the academy’s disk. Tell whoever runs it, then upload the file again."
    ),
    FindingCode.DISK: gettext_lazy(
        "The academy could not write to its disk. Tell whoever runs it, then upload the file again."
    ),
    FindingCode.GIVEN_UP: gettext_lazy(
        "The work on this file was broken off several times before it was done. Upload it again; if that happens "
        "once more, tell whoever runs the academy."
    ),
    FindingCode.NOT_UNDERSTOOD: gettext_lazy(
        "Something in this file could not be dealt with. Tell whoever runs the academy."
    ),
}
_IN_BYTES = (FindingCode.UPLOAD_TOO_LARGE, FindingCode.UNPACKED_TOO_LARGE, FindingCode.FILE_TOO_LARGE)


def sentence(finding: Finding) -> str:
    """The finding in the active language. Not HTML: names of files come from strangers."""
    facts: defaultdict[str, str | int] = defaultdict(lambda: "?", finding.detail)
    # What is wrong with the archive as a whole has no file's name.
    facts["file"] = finding.file or _("The archive")
    if finding.code in _IN_BYTES:
        facts["limit"] = filesizeformat(facts["limit"])
    return str(_SENTENCES[finding.code]) % facts
