"""A hundred path certificates drawn one after another, badge, logo and signature in each, on PostgreSQL: seconds.

`python -m tests.performance.certificates` makes a database of its own. Each badge is signed, each sheet drawn and
stored, and afterwards each document is read back: one sheet, the right name, the badge as it was signed. The control
draws each sheet in a process of its own: a hundred of these must take too long, or the measuring measures nothing.
CI draws three (test_certificates.py) and judges no seconds.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from time import monotonic
from typing import Any

from tests.performance import proofs

LIMIT_SECONDS = 30
NAMES = ["Łukasz Ősz-Țîră", "Αθηνά Ξένου Παπαδοπούλου", "Щерьо Жечков Юлиянов", "Maria-Magdalena von und zu Hohenlohe"]


def fill(count: int) -> list[Any]:
    """So many certificates for a path, none of them drawn."""
    from courses.certificates.editing import keep_picture  # noqa: PLC0415  models need Django to be set up
    from courses.certificates.models import Certificate  # noqa: PLC0415  the same
    from curriculum.items.models import LearningItem  # noqa: PLC0415  the same
    from tests.factories.certificates import full_certificate, make_holder, png  # noqa: PLC0415  the same

    item = LearningItem.objects.create(
        key="00000000-0000-0000-0000-000000000001", kind="path", code="P1", title="Circular buyer"
    )
    pictures = {"logo": keep_picture(png(1600, 500)).sha256, "signature": keep_picture(png(900, 300)).sha256}
    facts: dict[str, Any] = {
        "outcomes": ["Rank the ten strategies"],
        "criteria": "Completed everything that was asked for.",
    }
    facts |= {"competences": [{"code": "PC5", "level": 1, "name": {"en": "Sustainable procurement"}}], "minutes": 960}
    made = []
    for number in range(count):
        certificate: Certificate = full_certificate(f"{NAMES[number % len(NAMES)]} {number}")
        certificate.item, certificate.person = item, make_holder(f"Holder {number}", language="en")
        certificate.frozen |= {**pictures, **facts}
        certificate.save()
        made.append(certificate)
    return made


def draw(certificates: list[Any]) -> float:
    """Sign, draw and store each. The seconds that all of them took."""
    from courses.certificates import rules  # noqa: PLC0415  the same

    begun = monotonic()
    for certificate in certificates:
        rules.pdf_file(certificate=certificate, language="en")
    return monotonic() - begun


def draw_apart(certificates: list[Any]) -> float:
    """The control: each sheet in a process of its own, with nothing read before. Not stored. The seconds of all."""
    from courses.certificates.document import document_data  # noqa: PLC0415  the same

    code = (
        "import django, json, sys; django.setup(); from courses.certificates.document import render_pdf;"
        "sys.stdout.buffer.write(render_pdf(json.load(sys.stdin)))"
    )
    begun = monotonic()
    for certificate in certificates:
        data = json.dumps(document_data(certificate, "en", credential="{}"))
        subprocess.run([sys.executable, "-c", code], input=data.encode(), capture_output=True, check=True)
    return monotonic() - begun


def wrong_in(certificates: list[Any]) -> list[str]:
    """What is not as it should be in the stored documents."""
    import pypdf  # noqa: PLC0415  with the others

    from courses.badges.models import SignedCredential  # noqa: PLC0415  the same
    from courses.certificates.models import CertificateFile  # noqa: PLC0415  the same

    found = []
    for certificate in certificates:
        with CertificateFile.objects.get(certificate=certificate).file.open("rb") as file:
            reader = pypdf.PdfReader(io.BytesIO(file.read()))
        text = "".join("".join(page.extract_text() for page in reader.pages).split())
        signed = SignedCredential.objects.get(code=certificate.code).credential
        if len(reader.pages) != 1 or "".join(certificate.holder_name.split()) not in text:
            found.append(f"{certificate.code}: {len(reader.pages)} sheets, or another name")
        if dict(reader.attachments) != {"badge.json": [signed.encode()]}:
            found.append(f"{certificate.code}: the badge is not the one that was signed")
    return found


def main() -> int:
    """Draw, judge, print, and write the figures into RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    proofs.add_arguments(parser)
    options = parser.parse_args()
    with proofs.database("certificates", options.server) as machine:
        certificates = fill(options.count)
        seconds = draw(certificates)
        few = certificates[:2]
        apart = draw_apart(few)
        wrong = wrong_in(certificates)
    each, each_apart = seconds / len(certificates), apart / len(few)
    if options.count >= 100 and seconds >= LIMIT_SECONDS:
        wrong.append(f"{options.count} certificates take {seconds:.1f} s")
    if each_apart * 100 < LIMIT_SECONDS:
        wrong.append(f"a process for each takes only {each_apart:.2f} s")
    table = "\n".join(
        [
            "| way | certificates | seconds | ms each |",
            "|---|---|---|---|",
            f"| as built: signed, drawn, stored | {len(certificates)} | {seconds:.1f} | {each * 1000:.0f} |",
            f"| control: a process for each | {len(few)} | {apart:.1f} | {each_apart * 1000:.0f} |",
        ]
    )
    text = (
        f"{machine}; one process; certificates for a path with badge, logo and signature, names in three scripts. Read "
        f"back, each is one sheet with its name and its badge. It must take less than {LIMIT_SECONDS} s for a hundred, "
        "which a hundred of the control must not."
    )
    return proofs.end(options, "Certificates drawn", text, table, wrong)


if __name__ == "__main__":
    sys.exit(main())
