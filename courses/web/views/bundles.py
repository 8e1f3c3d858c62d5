"""Certificates of many people in one archive: ask for it, see how far it is, fetch it."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from academy.people.models import Unit
from academy.web import parking
from academy.web.access import View, person_of, signed_in
from courses.certificates import bundles
from courses.certificates.access import bundles_for, can_bundle
from courses.certificates.models import CertificateBundle
from courses.web.bundle_forms import BundleForm


def for_administrators(view: View) -> View:
    """For who may ask for a bundle; to others the pages are not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_bundle(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@signed_in
@never_cache
@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def certificate_bundles(request: HttpRequest) -> HttpResponse:
    """The form, and the bundles that one asked for."""
    posted = request.POST if request.method == "POST" else None
    form = BundleForm(posted or parking.kept(request) or None, user=request.user)
    if posted is not None and form.is_valid():
        parking.forget(request)
        asked = form.cleaned_data
        made = bundles.ask(
            unit=asked["unit"],
            items=[item.pk for item in asked["items"]],
            from_day=asked["from_day"],
            until_day=asked["until_day"],
            by=person_of(request),
            at=timezone.now(),
        )
        return redirect("certificate_bundle", made.public_id)
    mine = list(bundles_for(request.user).filter(expires_at__gte=timezone.now()))
    units = Unit.objects.in_bulk([bundle.scope["unit"] for bundle in mine if bundle.scope["unit"]])
    context = {"form": form, "bundles": [(bundle, units.get(bundle.scope["unit"])) for bundle in mine]}
    return render(request, "courses/bundles/bundles.html", context, status=422 if posted is not None else 200)


@signed_in
@never_cache
@for_administrators
@require_safe
def certificate_bundle(request: HttpRequest, bundle: UUID) -> HttpResponse:
    """How far it is, then the way to fetch it."""
    found = _own(request, bundle)
    percent, failed = bundles.progress_of(found)
    unit = Unit.objects.filter(pk=found.scope["unit"]).first() if found.scope["unit"] else None
    context = {"bundle": found, "unit": unit, "percent": percent, "failed": failed}
    return render(request, "courses/bundles/bundle.html", context)


@signed_in
@never_cache
@for_administrators
@require_safe
def certificate_bundle_file(request: HttpRequest, bundle: UUID) -> HttpResponseBase:
    """The archive."""
    found = _own(request, bundle)
    if not found.is_ready or not found.file.storage.exists(str(found.file.name)):
        raise Http404
    name = f"certificates-{found.asked_at:%Y-%m-%d}.zip"
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _own(request: HttpRequest, bundle: UUID) -> CertificateBundle:
    """The bundle, as long as it is kept and its person may still have it."""
    mine = bundles_for(request.user).filter(expires_at__gte=timezone.now())
    return get_object_or_404(mine, public_id=bundle)
