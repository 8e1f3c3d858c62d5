"""All addresses of the site. Wiring only: upper packages are named by string (architecture decision 14)."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from academy.web.views import health, media, pages, theme

handler403 = "academy.web.failures.forbidden"
handler404 = "academy.web.failures.not_found"
handler429 = "academy.web.failures.too_many_requests"  # read by allauth's rate limits
handler500 = "academy.web.failures.server_error"

# Wagtail's own sign-in forms would let people with a second factor in by password alone, without rate limits: every
# sign-in goes through allauth (STACK.md, pitfall 1; tests/academy/web/test_sign_in_doors.py).
sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("cms/login/", sign_in),
    path("cms/", include(wagtailadmin_urls)),
    # Wagtail's own view answers no ranges: a video could not be wound forward.
    re_path(r"^documents/(\d+)/(.*)$", media.document, name="wagtaildocs_serve"),
    path("documents/", include(wagtaildocs_urls)),
    re_path(r"^media/(?P<path>.+)$", media.serve, name="media"),
    path("c/", include("courses.web.certificate_urls")),
    path("b/", include("courses.web.link_urls")),
    path("ics/", include("courses.web.ics_urls")),
    path("n/", include("academy.web.stop_urls")),
    path("h5p/a/", include("courses.web.activity_api_urls")),
    path("h5p/", include("curriculum.web.h5p_urls")),
    path("", include("courses.web.badge_urls")),
    path("theme/", theme.choose, name="theme"),
    path("", pages.to_language, name="front"),
]
if settings.DEBUG or settings.DEMO:
    urlpatterns += [path("_components/", include("academy.web.component_urls"))]
if settings.DEMO:
    urlpatterns += [path("demo/", include("academy.web.demo_urls"))]

urlpatterns += i18n_patterns(
    path("_util/login/", sign_in, name="wagtailcore_login"),  # Wagtail asks for it by this name
    path("account/", include("allauth.account.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("settings/", include("academy.web.urls")),
    path("notifications/", include("academy.web.notification_urls")),
    path("organisation/<slug:organisation>/import/", include("academy.web.staff_import_urls")),
    path("organisation/", include("academy.web.organisation_urls")),
    path("", include("academy.web.joining_urls")),
    path("", include("courses.web.urls")),
    path("", include("academy.web.page_urls")),
    prefix_default_language=True,
)
