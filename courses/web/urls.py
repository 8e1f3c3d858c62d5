"""Addresses of learning, below the language."""

from django.urls import include, path

from .views import enrolment, learning, lessons, team, workshops

urlpatterns = [
    path("learning/", learning.my_learning, name="my_learning"),
    path("welcome/", learning.after_sign_in, name="after_sign_in"),
    path("certificates/", learning.my_certificates, name="my_certificates"),
    path("courses/<uuid:key>/enrol/", enrolment.enrol, name="enrol"),
    path("courses/<uuid:key>/leave/", enrolment.leave, name="leave"),
    path("courses/<uuid:key>/restart/", enrolment.restart, name="restart"),
    path("courses/<uuid:key>/tell-me/", enrolment.tell_me, name="tell_me"),
    path("lessons/<uuid:key>/done/", lessons.lesson_done, name="lesson_done"),
    path("lessons/<uuid:key>/undone/", lessons.lesson_undone, name="lesson_undone"),
    path("", include("courses.web.quiz_urls")),
    path("", include("courses.web.trainer_urls")),
    path("", include("courses.web.report_urls")),
    path("team/", team.my_team, name="my_team"),
    path("my-workshops/", workshops.my_workshops, name="my_workshops"),
]
