"""The site's addresses and, as a yardstick, a view that only reads request.user."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from academy import urls as academy_urls

handler403, handler404, handler500 = academy_urls.handler403, academy_urls.handler404, academy_urls.handler500


def only_the_user(request: HttpRequest) -> HttpResponse:
    """What signing in alone costs: session, person, middleware."""
    return HttpResponse(str(request.user.pk))


urlpatterns = [path("_measure/user", only_the_user), *academy_urls.urlpatterns]
