"""OPERATING.md says what the code does."""

from __future__ import annotations

import re

from django.core.management import get_commands

from .processes import PROJECT

TEXT = (PROJECT / "OPERATING.md").read_text(encoding="utf-8")
SETTINGS = PROJECT / "academy" / "settings"


def test_every_setting_from_the_environment_stands_in_the_table() -> None:
    read = {"DJANGO_SETTINGS_MODULE", "HOST", "PORT"}
    for name in ("base.py", "production.py"):
        source = (SETTINGS / name).read_text(encoding="utf-8")
        read |= set(re.findall(r"""(?:env(?:\.\w+)?|required)\(\s*"([A-Z_]+)\"""", source))
    table = TEXT.partition("## 3. Settings")[2].partition("## 4.")[0]
    told = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])
    }
    assert told == read


def test_every_command_exists() -> None:
    used = set(re.findall(r"^(?:\s*)academy ([a-z_]+)", TEXT, re.MULTILINE)) | set(
        re.findall(r"`(?:academy|manage\.py) ([a-z_]+)", TEXT)
    )
    assert used - set(get_commands()) == set()


def test_links_inside_the_document_lead_somewhere() -> None:
    heads = {
        re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-")
        for head in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) - heads == set()
