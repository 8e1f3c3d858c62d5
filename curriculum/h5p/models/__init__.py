"""Libraries, activities and the packages that are played in them."""

from .activities import Activity
from .libraries import Library, LibraryNeed, LibraryRevision
from .packages import Package, PackageLibrary

__all__ = ["Activity", "Library", "LibraryNeed", "LibraryRevision", "Package", "PackageLibrary"]
