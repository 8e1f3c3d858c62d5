"""For the machines that watch over the site: is it alive, can it answer. No secret, no personal data in either."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.kernel.health import CHECKS
from academy.web.access import public


@public
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """GET /health/live: this process answers. Touches nothing else, so that a slow database restarts no worker."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """GET /health/ready: database and cache can be reached and all migrations are applied; 503 says what is missing."""
    missing = {name: problem for name, check in CHECKS.items() if (problem := check())}
    if missing:
        return JsonResponse({"status": "not ready", "missing": missing}, status=503)
    return JsonResponse({"status": "ok", "checks": sorted(CHECKS)})
