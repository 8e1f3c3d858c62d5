"""The measuring of boards works: a small round of what `make prove` runs whole."""

from __future__ import annotations

import pytest

from tests.performance.board import MOST_QUERIES, measured, one_by_one, seed

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]


def test_few_and_many_cost_the_same_with_nothing_kept_from_before() -> None:
    counted = []
    for people, units, slug in ((20, 3, "few"), (120, 25, "many")):
        organisation, manager = seed(people, units, slug)
        took, queries = measured(manager, organisation, 8)
        assert len(took) == 8
        counted.append(queries)
    assert (counted[0], max(counted[0]) <= MOST_QUERIES) == (counted[1], True)
    assert one_by_one(manager, organisation)[1] > MOST_QUERIES
