"""The gate in wagtail-localize's editor: what lacks words is not published (architecture decision 4)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import ngettext
from wagtail_localize.models import Translation

from curriculum.translation.queries import progress


def refuse_half_translated(request: HttpRequest, thing: Any) -> HttpResponse | None:
    """Hook before a page or snippet is edited: "publish" of a translation waits until all segments have words."""
    if request.method != "POST" or request.POST.get("action") != "publish" or not hasattr(thing, "translation_key"):
        return None
    translation = Translation.objects.filter(
        source__object_id=thing.translation_key, target_locale_id=thing.locale_id, enabled=True
    ).first()
    if translation is None:
        return None
    done, total = progress(translation)
    if done == total:
        return None
    messages.error(
        request,
        ngettext(
            "%(count)s segment is not translated yet. "
            "Readers keep seeing what is published; translate it, then publish.",
            "%(count)s segments are not translated yet. "
            "Readers keep seeing what is published; translate them, then publish.",
            total - done,
        )
        % {"count": total - done},
    )
    return HttpResponseRedirect(request.path)
