"""Who may what: every address with every role, GET and a valid POST, held against matrix.yaml.

The matrix is data that a person reads and signs off: `UPDATE_ACCESS_MATRIX=1 pytest tests/access` writes it anew, the
review of its diff is the decision. What must hold whatever the matrix says stands below as rules.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from django.conf import settings
from django.contrib.sessions.backends import cached_db
from django.core.cache import cache
from django.db import transaction
from django.template import Template
from django.test import Client

from academy.people.enums import Role
from academy.people.models import RoleGrant, Unit, User
from courses.management.demo.cast import TOWN_SLUG

from . import samples
from .walk import Json, Route, address, routes

MATRIX = Path(__file__).with_name("matrix.yaml")
# Roles that nobody in the demo's cast has by name: what they are for stands in the town, or above it.
IN_THE_TOWN = {
    "deputy": Role.DEPUTY,
    "coordinator": Role.TRAINING_COORDINATOR,
    "auditor": Role.AUDITOR,
    "administrator": Role.ORGANISATION_ADMIN,
}
ROLES = (
    "stranger", "learner", "other", "trainer", "manager", *IN_THE_TOWN, "programme", "editor", "translator", "admin",
)  # fmt: skip
STAFF = {"editor", "translator", "admin"}
# Open to people who are not signed in, because signing in or out, or drawing the sign-in page, needs them.
CMS_OPEN = {
    "cms/login/", "cms/logout/", "cms/password_reset/", "cms/password_reset/done/", "cms/jsi18n/", "cms/sprite/",
    "cms/password_reset/confirm/<uidb64>/<token>/", "cms/password_reset/complete/", "cms/test404/",
}  # fmt: skip
# Wagtail answers an empty post with an error here, to people who may post: forms within forms are missing.
EMPTY = {
    "cms/pages/add/<slug:content_type_app_name>/<slug:content_type_model_name>/<int:parent_page_id>/",
    "cms/pages/<int:page_id>/edit/",
    "cms/pages/<int:page_id>/copy/",
    "cms/pages/<int:page_id>/revisions/<int:revision_id>/revert/",
    "cms/choose-external-link/",
    "cms/localize/translate/<int:translation_id>/pofile/upload/",
    "cms/redirects/import/process/",
    "cms/snippets/choose/curriculum/activity/create/",
    "cms/snippets/choose/curriculum/quiz/create/",
    "cms/snippets/choose/curriculum/question/create/",
    "cms/snippets/choose/curriculum/glossaryterm/create/",
    "cms/snippets/choose/curriculum/competence/create/",
    "cms/snippets/choose/curriculum/rubric/create/",
    "cms/failwhale/",
}
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.one_database,
    # wagtail-localize's report of translations has no order of its own.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
    # Wagtail leaves a rendition's temporary file to the garbage collector when its request ends in an error.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Undo(Exception):
    """Takes back what a request changed."""


def outcome(client: Client, method: str, url: str, data: dict[str, Any]) -> str:
    """One word for the answer: yes, sign-in, no (403 or sent back), none (404), method (405), bad (400), error."""
    answers: list[str] = []
    try:
        block = transaction.atomic()
        # As Django's own TestCase marks its block: the flows may open their durable one inside.
        block._from_testcase = True  # type: ignore[attr-defined]  # Django sets it the same way
        with block:
            form = {"content_type": "application/json"} if isinstance(data, Json) else {}
            posted = {"data": data, "headers": {"origin": "http://testserver"}, **form}
            response = client.get(url) if method == "GET" else client.post(url, **posted)
            answers.append(_word(response.status_code, response.headers.get("Location", ""), url))
            if getattr(response, "streaming", False):
                b"".join(response.streaming_content)
            raise Undo
    except Undo:
        pass
    if method == "POST" and answers[0] not in ("sign-in", "no", "none", "method"):
        cache.clear()  # what was taken back may have been cached
    return answers[0]


def _word(status: int, location: str, url: str) -> str:
    if status in (301, 302, 303):
        if "/account/login/" in location or location.startswith("/cms/login/"):
            return "sign-in"
        if url.startswith("/cms/") and location in ("/cms/", "/"):
            return "no"
        return "yes"
    return {403: "no", 404: "none", 405: "method", 400: "bad", 429: "no"}.get(
        status, "yes" if status < 400 else "error"
    )


def people() -> dict[str, User | None]:
    """One person for each role, from the demo's cast; `other` works for another organisation."""
    made = {"stranger", "other", *IN_THE_TOWN}
    found: dict[str, User | None] = {
        role: User.objects.get(email=f"{role}@demo.example") for role in ROLES if role not in made
    }
    town = Unit.objects.get(parent=None, organisation__slug=TOWN_SLUG)
    for name, role in IN_THE_TOWN.items():
        person = User.objects.create_user(f"{name}@town.example", display_name=name.title())
        found[name] = person
        RoleGrant.objects.create(person=person, role=role, unit=town, from_day=date(2020, 1, 1))
    return found | {
        "stranger": None,
        "other": User.objects.create_user("other@elsewhere.example", display_name="Other"),
    }


def sign_in(person: User | None) -> str:
    """The key of a session in which the person is signed in; signing in anew for each request is half of its cost."""
    if person is None:
        return ""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies[settings.SESSION_COOKIE_NAME].value


# Django's tests keep a copy of what each template was given. Nobody asks for it here, and it is a quarter of the cost.
@mock.patch.object(Template, "_render", lambda self, context: self.nodelist.render(context))
def walk(role: str) -> dict[str, dict[str, str]]:
    """What this role gets at every address, by pattern and method."""
    cast = people()
    learner = cast["learner"]
    assert learner is not None
    values, data = samples.samples(learner), samples.form_data(learner)
    session = sign_in(cast[role])
    result = {}
    for route in routes():
        url = address(route, values)
        word = {}
        for method in ("GET", "POST"):
            client = Client(raise_request_exception=False)
            if session:
                # What the request before did to the session was taken back in the database; here it is forgotten.
                cache.delete(cached_db.KEY_PREFIX + session)
                client.cookies[settings.SESSION_COOKIE_NAME] = session
            word[method] = outcome(client, method, url, data.get(route.pattern, {}))
        result[route.pattern] = word
    return result


@pytest.fixture(scope="module")
def matrix() -> dict[str, dict[str, dict[str, str]]]:
    """Pattern -> method -> word -> roles, as the file has it, turned to pattern -> method -> role -> word."""
    if not MATRIX.exists():
        return {}
    loaded = yaml.safe_load(MATRIX.read_text(encoding="utf-8")) or {}
    return {
        pattern: {
            method: {role: word for word, roles in words.items() for role in roles.split()}
            for method, words in methods.items()
        }
        for pattern, methods in loaded.items()
    }


def write(role: str, seen: dict[str, dict[str, str]]) -> None:
    """Put one role's words into the file."""
    loaded = (yaml.safe_load(MATRIX.read_text(encoding="utf-8")) if MATRIX.exists() else None) or {}
    fresh: dict[str, Any] = {}
    for pattern, methods in seen.items():
        fresh[pattern] = {}
        for method, word in methods.items():
            words = {
                w: [r for r in rs.split() if r != role] for w, rs in loaded.get(pattern, {}).get(method, {}).items()
            }
            words.setdefault(word, []).append(role)
            fresh[pattern][method] = {w: " ".join(r for r in ROLES if r in rs) for w, rs in sorted(words.items()) if rs}
    head = "# Who may what. Written by UPDATE_ACCESS_MATRIX=1 pytest tests/access -n0, read by a person.\n"
    MATRIX.write_text(head + yaml.safe_dump(fresh, sort_keys=False, width=120), encoding="utf-8")


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_each_role_as_the_matrix_says(
    demo: None, role: str, matrix: dict[str, dict[str, dict[str, str]]]
) -> None:
    seen = walk(role)
    if os.environ.get("UPDATE_ACCESS_MATRIX"):
        write(role, seen)
        return
    expected = {
        pattern: {method: matrix.get(pattern, {}).get(method, {}).get(role, "not in the matrix") for method in methods}
        for pattern, methods in seen.items()
    }
    assert seen == expected
    hold_the_rules(role, seen)


def hold_the_rules(role: str, seen: dict[str, dict[str, str]]) -> None:
    """What must hold whatever the matrix says."""
    # An empty post is no valid one to Wagtail's editors, which miss their management forms; failwhale exists to fail.
    failing = {pattern for pattern, methods in seen.items() if methods["GET"] == "error"}
    failing |= {p for p, methods in seen.items() if methods["POST"] == "error" and not (role in STAFF and p in EMPTY)}
    assert failing - {"cms/failwhale/"} == set()
    cms = {
        pattern: methods for pattern, methods in seen.items() if pattern.startswith("cms/") and pattern not in CMS_OPEN
    }
    if role == "stranger":
        let_in = {
            pattern for pattern, methods in cms.items() if set(methods.values()) - {"sign-in", "no", "none", "method"}
        }
        assert let_in == set()
    elif role not in STAFF:
        let_in = {pattern for pattern, methods in cms.items() if set(methods.values()) & {"yes", "bad"}}
        assert let_in == set()
    if role != "learner":
        own = ("<language>/quiz/<uuid:attempt>/", "h5p/a/<uuid:attempt>/")
        of_the_learner = {p: m for p, m in seen.items() if p.startswith(own)}
        assert of_the_learner
        assert {word for methods in of_the_learner.values() for word in methods.values()} <= {
            "none",
            "sign-in",
            "method",
            *(["no"] if role == "stranger" else []),
        }


def test_every_view_of_our_own_says_who_may() -> None:
    ours = [
        route
        for route in routes()
        if route.view.split(".")[0] in ("academy", "curriculum", "courses") and not route.pattern.startswith("cms/")
    ]
    assert ours
    assert [route.pattern for route in ours if not hasattr(route.callback, "access")] == []


def test_the_matrix_names_no_address_that_is_gone(matrix: dict[str, Any]) -> None:
    assert sorted(set(matrix) - {route.pattern for route in routes()}) == []


def test_a_pattern_with_an_unknown_argument_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        address(Route("things/<int:unheard_of>/", "x.y", None), {"": {}})
