"""Uploaded files, served by Django: pictures to everyone, documents to those who may see them.

Videos must be seekable, so ranges are answered (RFC 9110, section 14). Where nginx stands in front it can do the
sending: set MEDIA_ACCEL_PREFIX to its internal location (OPERATING.md).
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.http import content_disposition_header, http_date
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents.models import document_served

from academy.web.access import public
from academy.website.models import AcademyDocument

# Renditions are public, like the pages they stand on. Everything else in MEDIA_ROOT (documents above all, which have
# restrictions of their own, and originals) is never handed out by path.
PUBLIC_FOLDERS = ("images/", "avatar_images/", "logos/")
CHUNK = 64 * 1024
# Python refuses to read a number of thousands of digits; no file is longer than these say.
_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$", re.ASCII)


@dataclass(frozen=True)
class Part:
    """A part of a file: first and last byte, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.last - self.first + 1


class UnreachableRange(Exception):
    """The part that was asked for lies outside the file."""


def wanted_part(header: str, size: int) -> Part | None:
    """The single part that a Range header asks for in a file of `size` bytes; None: the whole file.

    Several ranges at once or a header that cannot be read are answered with the whole file, as RFC 9110 allows.
    Raises UnreachableRange.
    """
    match = _RANGE.match(header.strip())
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        part = Part(max(0, size - int(last)), size - 1)
    else:
        part = Part(int(first), min(int(last), size - 1) if last else size - 1)
        if last and int(last) < int(first):
            return None
    if part.first >= size or part.length <= 0:
        raise UnreachableRange
    return part


def _read(path: Path, part: Part) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(part.first)
        left = part.length
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def send(
    request: HttpRequest, path: Path, *, name: str, content_type: str = "", attachment: bool = False
) -> HttpResponseBase:
    """The file as an answer: whole, the part asked for (206), not changed (304) or no such part (416).

    `name` is what the browser saves it as.
    """
    stat = path.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    modified = http_date(stat.st_mtime)
    response: HttpResponseBase
    if etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    elif (prefix := settings.MEDIA_ACCEL_PREFIX) and path.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        # Other folders than that one nginx does not know.
        response = HttpResponse()
        inner = path.resolve().relative_to(Path(settings.MEDIA_ROOT).resolve()).as_posix()
        response["X-Accel-Redirect"] = prefix + quote(inner)
    else:
        response = _whole_or_part(request, path, stat.st_size, unchanged=(etag, modified))
    response["ETag"] = etag
    response["Last-Modified"] = modified
    response["Accept-Ranges"] = "bytes"
    if response.status_code in (200, 206):
        response["Content-Type"] = content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        disposition = content_disposition_header(attachment, name)
        if disposition:
            response["Content-Disposition"] = disposition
    # Whatever was uploaded cannot run anything in the site's name, an SVG or an HTML file least of all.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _whole_or_part(request: HttpRequest, path: Path, size: int, *, unchanged: tuple[str, str]) -> HttpResponseBase:
    part = None
    # If-Range: a part of another version would not fit to what the browser has.
    if request.headers.get("If-Range", unchanged[0]) in unchanged:
        try:
            part = wanted_part(request.headers.get("Range", ""), size)
        except UnreachableRange:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        if request.method == "HEAD":
            return HttpResponse(headers={"Content-Length": str(size)})
        return FileResponse(path.open("rb"), headers={"Content-Length": str(size)})
    headers = {"Content-Range": f"bytes {part.first}-{part.last}/{size}", "Content-Length": str(part.length)}
    if request.method == "HEAD":
        return HttpResponse(status=206, headers=headers)
    return StreamingHttpResponse(_read(path, part), status=206, headers=headers)


def _path_of(name: str) -> Path:
    """Where a stored file lies. Raises Http404 for what is not there or outside the folder."""
    if not isinstance(default_storage, FileSystemStorage):
        raise Http404("media are not files here")
    try:
        path = Path(default_storage.path(name))
    except (SuspiciousFileOperation, ValueError) as error:
        raise Http404("no such file") from error
    if not path.is_file():
        raise Http404("no such file")
    return path


@public
@require_safe
def serve(request: HttpRequest, path: str) -> HttpResponseBase:
    """GET /media/<path>: pictures in the sizes that pages show. Open to everyone."""
    if ".." in path or not path.startswith(PUBLIC_FOLDERS):
        raise Http404("no such file")
    file = _path_of(path)
    response = send(request, file, name=file.name)
    # A rendition's name changes with what it shows.
    patch_cache_control(response, public=True, max_age=7 * 24 * 3600)
    return response


@public
@require_safe
def document(request: HttpRequest, document_id: str, document_filename: str) -> HttpResponseBase:
    """GET /documents/<id>/<name>: a document or video, after Wagtail's restrictions on its collection have agreed.

    Wagtail's own view does the same but cannot answer ranges.
    """
    found = get_object_or_404(AcademyDocument, id=document_id)
    if found.filename != document_filename:
        raise Http404("no such document")
    for hook in hooks.get_hooks("before_serve_document"):
        answer = hook(found, request)
        if isinstance(answer, HttpResponse):
            return answer
    document_served.send(sender=AcademyDocument, instance=found, request=request)
    response = send(
        request,
        _path_of(found.file.name),
        name=found.filename,
        content_type=found.content_type,
        attachment=found.content_disposition != "inline",
    )
    if found.collection.get_view_restrictions():
        add_never_cache_headers(response)
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, max_age=3600)
    return response
