"""Writing imported questions into the bank."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex
from wagtail.utils.file import hash_filelike

from academy.people.models import User
from academy.website.models import AcademyImage
from curriculum.quizzes.models import Choice, Question

from .building import Row, build
from .items import Parsed, Picture, Skipped


@dataclass(frozen=True)
class Imported:
    """The new questions in the order of the file, and what was not taken."""

    questions: tuple[Question, ...]
    skipped: tuple[Skipped, ...]


def import_questions(parsed: Parsed, *, topic: str = "", by: User, at: datetime) -> Imported:
    """All questions of a file that can be given, in one transaction; the others stay out whole and are reported.

    Source is the site's default language; `topic` takes the place of the topics in the file.
    """
    saved: list[AcademyImage] = []
    try:
        with transaction.atomic():
            built = build(parsed, topic=topic)
            _add_pictures(built.rows, saved, by=by, at=at)
            _add(built.rows, by=by, at=at)
    except BaseException:
        # The database takes back its rows, not the files.
        for image in saved:
            image.file.storage.delete(image.file.name)
        raise
    return Imported(tuple(row.question for row in built.rows), built.skipped)


def _add_pictures(rows: Iterable[Row], saved: list[AcademyImage], *, by: User, at: datetime) -> None:
    """A picture that several questions show is stored once."""
    known: dict[str, AcademyImage] = {}
    for row in rows:
        if row.picture is None:
            continue
        digest = hashlib.sha256(row.picture.content).hexdigest()
        if digest not in known:
            known[digest] = _add_picture(row.picture, by=by)
            saved.append(known[digest])
            log(instance=known[digest], action="wagtail.create", user=by, timestamp=at)
        row.question.image = known[digest]


def _add_picture(picture: Picture, *, by: User) -> AcademyImage:
    content = BytesIO(picture.content)
    image = AcademyImage(
        title=picture.name,
        file=ImageFile(content, name=picture.name),
        file_size=len(picture.content),
        file_hash=hash_filelike(content),
        uploaded_by_user=by,
    )
    image.save()
    return image


def _add(rows: Iterable[Row], *, by: User, at: datetime) -> None:
    questions = Question.objects.bulk_create([row.question for row in rows])
    for row in rows:
        for choice in row.choices:
            choice.question = row.question
    Choice.objects.bulk_create([choice for row in rows for choice in row.choices])
    for question in questions:
        if question.image_id or question.competence_id:
            # As saving one by one would: what is in use is not deleted.
            ReferenceIndex.create_or_update_for_object(question)
        log(instance=question, action="wagtail.create", user=by, timestamp=at)
