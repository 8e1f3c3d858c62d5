"""An activity tried as a learner, in the admin: the same player in the same closed frame, and nothing is recorded."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from curriculum.h5p.models import Activity, Package
from curriculum.h5p.queries import ShownActivity
from curriculum.h5p.tokens import frame_token

from . import h5p_shown as shown
from .h5p_files import ActivityView, PackageView


class ActivityPreviewView(ActivityView):
    """Leads to the preview of the file that readers of this activity's language get."""

    page_title = _("Preview as learner")

    def get(self, request: HttpRequest, activity_id: int) -> HttpResponse:
        """To the file; to the list of files if none can be played."""
        own = Activity.objects.values_list("locale_id", flat=True).get(pk=activity_id)
        played = {each.locale_id: each for each in Package.objects.filter(activity=self.source, is_current=True)}
        package = played.get(own) or played.get(self.source.locale_id) or next(iter(played.values()), None)
        if package is None:
            messages.warning(request, _("There is no file yet that can be played. Upload one."))
            return redirect("h5p_files", activity_id=self.source.pk)
        return redirect("h5p_package_preview", package=package.public_id)


class PreviewView(PackageView):
    """What learners read above the player, the player, and what they read instead of it: as a page of the site."""

    page_title = _("Preview")
    template_name = "curriculum/panel/h5p/preview.html"

    def get(self, request: HttpRequest, package: UUID) -> HttpResponse:
        """Only of a file that can be played."""
        if not self.package.is_ready:
            messages.warning(request, _("The file cannot be played: it is not ready."))
            return redirect("h5p_package", package=package)
        language = shown.language_of(self.package)
        # In the words of its readers, whatever the admin speaks.
        with override(language):
            return render(
                request,
                self.template_name,
                {
                    "package": self.package,
                    "language": language,
                    "shown": self._shown(),
                    "play": reverse("h5p_package_play", args=[package]),
                    "others": self._others(),
                    "files_url": self.files_url,
                },
            )

    def _others(self) -> list[tuple[str, str]]:
        """The other languages' files that are played now: language and address."""
        found = Package.objects.filter(activity=self.package.activity_id, is_current=True)
        rows = found.exclude(locale=self.package.locale_id).defer(*shown.JSON).order_by("locale")
        return [(shown.language_of(row), reverse("h5p_package_preview", args=[row.public_id])) for row in rows]

    def _shown(self) -> ShownActivity:
        """The activity with its words as they were saved last, in the language of the file if they are translated."""
        source = self.package.activity
        own = Activity.objects.filter(translation_key=source.translation_key, locale=self.package.locale_id).first()
        words = (own or source).get_latest_revision_as_object()
        quiz = source.alternative_quiz
        return ShownActivity(
            key=source.translation_key,
            item_id=0,
            code=source.code,
            title=words.title,
            about=words.about,
            alternative=words.alternative,
            language=words.locale.language_code,
            rule=source.rule,
            pass_mark=source.pass_mark,
            counts=source.counts,
            minutes=source.minutes,
            trusts_player=source.trusts_player,
            quiz=quiz.translation_key if quiz is not None else None,
            package=self.package.pk,
            package_language=shown.language_of(self.package),
        )


class PlayView(PackageView):
    """What the script in the page asks for: an address for the frame, and nowhere to send statements to."""

    page_title = _("Preview")

    def get(self, request: HttpRequest, package: UUID) -> HttpResponse:
        """As `activity_play` answers somebody who does not learn here."""
        if not self.package.is_ready:
            return JsonResponse({"note": str(_("The file cannot be played: it is not ready."))}, status=409)
        token = frame_token(self.package.public_id, "", timezone.now())
        answer: dict[str, Any] = {
            "frame": reverse("h5p_frame", args=[token]),
            "nonce": secrets.token_urlsafe(16),
            "attempt": None,
            "statements": "",
            "state_url": "",
            "state": {},
            "language": shown.language_of(self.package),
            "best": None,
            "done": False,
            "note": str(_("This is a preview: nothing is recorded.")),
        }
        return JsonResponse(answer, headers={"Cache-Control": "private, no-store"})


def urls() -> list[URLPattern]:
    """For the hook `register_admin_urls`."""
    return [
        path("h5p/activities/<int:activity_id>/preview/", ActivityPreviewView.as_view(), name="h5p_activity_preview"),
        path("h5p/packages/<uuid:package>/preview/", PreviewView.as_view(), name="h5p_package_preview"),
        path("h5p/packages/<uuid:package>/play/", PlayView.as_view(), name="h5p_package_play"),
    ]
