"""Addresses of learning, below the language."""

from django.urls import include, path

from .views import activities_api, enrolment, learning, lessons

urlpatterns = [
    path("learning/", learning.my_learning, name="my_learning"),
    path("welcome/", learning.after_sign_in, name="after_sign_in"),
    path("courses/<uuid:key>/enrol/", enrolment.enrol, name="enrol"),
    path("courses/<uuid:key>/leave/", enrolment.leave, name="leave"),
    path("courses/<uuid:key>/restart/", enrolment.restart, name="restart"),
    path("courses/<uuid:key>/tell-me/", enrolment.tell_me, name="tell_me"),
    path("lessons/<uuid:key>/done/", lessons.lesson_done, name="lesson_done"),
    path("lessons/<uuid:key>/undone/", lessons.lesson_undone, name="lesson_undone"),
    path("lessons/<uuid:key>/actions/", lessons.lesson_actions, name="lesson_actions"),
    path("activity/<uuid:lesson>/<uuid:activity>/play/", activities_api.activity_play, name="activity_play"),
    path("", include("courses.web.quiz_urls")),
    path("", include("courses.web.activity_urls")),
    path("", include("courses.web.trainer_urls")),
    path("", include("courses.web.report_urls")),
    path("", include("courses.web.date_urls")),
    path("", include("courses.web.planning_urls")),
    path("", include("courses.web.attendance_urls")),
    path("", include("courses.web.calendar_urls")),
    path("", include("courses.web.seats_urls")),
    path("", include("courses.web.bundle_urls")),
    path("", include("courses.web.my_certificate_urls")),
    path("", include("courses.web.notes_urls")),
    path("", include("courses.web.outside_urls")),
    path("", include("courses.web.support_urls")),
    path("", include("courses.web.path_urls")),
    path("", include("courses.web.record_urls")),
    path("", include("courses.web.assign_urls")),
    path("", include("courses.web.evidence_urls")),
    path("", include("courses.web.visibility_urls")),
    path("", include("courses.web.figures_urls")),
    path("team/", include("courses.web.team_urls")),
]
