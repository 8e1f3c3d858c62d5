"""The measuring of certificates works: a small round of what `make prove` runs whole."""

from __future__ import annotations

import pytest

from courses.certificates.models import CertificateFile
from tests.performance.certificates import draw, fill, wrong_in

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("site")]


def test_three_certificates_are_drawn_as_they_should_be() -> None:
    certificates = fill(3)
    assert draw(certificates) > 0
    assert wrong_in(certificates) == []
    certificates[0].holder_name = "Somebody else"
    assert wrong_in(certificates) == [f"{certificates[0].code}: 1 sheets, or another name"]
    assert CertificateFile.objects.count() == 3
