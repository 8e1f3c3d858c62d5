"""The living page of components draws every component with every state."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from academy.templatetags.academy import dashed
from academy.web.views.components import COLOURS, STATES, components

pytestmark = pytest.mark.one_database


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_all_states_and_colours_are_drawn(rf: RequestFactory, language: str) -> None:
    request = rf.get(f"/_components/?lang={language}")
    request.user = AnonymousUser()
    page = components(request).content.decode()
    drawn = {state for state in STATES if f'class="status is-{dashed(state)}">' in page}
    assert drawn == set(STATES)
    assert all(f"var(--{colour})" in page for colour in COLOURS)
