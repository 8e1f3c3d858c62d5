"""Answering: each answer is kept as it is given, until the attempt is handed in or its time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT

from academy.kernel.documents import check_document, safe_name
from courses.attempts.enums import AttemptState
from courses.attempts.errors import (
    AttemptEnded,
    AttemptUnknown,
    BadAnswer,
    DocumentMissing,
    OtherQuestion,
    SubmittedAlready,
    TimeOver,
)
from courses.attempts.models import Answer, FrozenQuestion, HandedIn, QuizAttempt, Unanswered
from courses.attempts.queries import (
    ANSWERS_KEPT,
    is_running,
    left_sides,
    right_sides,
    token_of,
)
from courses.enrolments.models import Enrolment
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.reading import BadValue, read_answer

# More questions than any attempt has; what lies beyond is not looked for.
MOST_QUESTIONS = 10_000
# A pause is no time spent on a question.
LONGEST_SECONDS = 1800
# Attempts whose answers are deleted in one go: short statements, however much has piled up.
FORGET_AT_ONCE = 500


class Posted(Protocol):
    """What a form sent: a QueryDict, or anything with its getlist."""

    def getlist(self, key: str) -> list[Any]:
        """All values of a field."""
        ...


@dataclass(frozen=True)
class Saved:
    """The attempt, and the answer as it is kept now; None where it was taken back."""

    attempt: QuizAttempt
    answer: Answer | None


@transaction.atomic(savepoint=False)
def save_answer(
    *, person: Any, public_id: UUID, number: int, posted: Posted, language: str, by: Any, at: datetime
) -> Saved:
    """Keep what was answered to one question of an open attempt; `posted` is its form as typed on a page in `language`.

    Nothing chosen takes a saved answer back. Documents: see `keep_document`. Raises AttemptUnknown, SubmittedAlready,
    AttemptEnded, TimeOver, OtherQuestion, BadAnswer. Two queries.
    """
    attempt, row = _question(person, public_id, number, posted, at)
    frozen = row.content
    if frozen["kind"] == QuestionKind.HAND_IN:
        raise BadAnswer
    try:
        value = read_answer(
            frozen,
            posted,
            options=left_sides(attempt, number, frozen),
            matches=right_sides(attempt, number, frozen),
            language=language,
        )
    except BadValue as wrong:
        raise BadAnswer(wrong.field, wrong.message) from wrong
    if value is None:
        Answer.objects.filter(attempt=attempt, number=number).delete()
        return Saved(attempt, None)
    return Saved(attempt, _keep(attempt, row, number, value, at))


@dataclass(frozen=True)
class Checked:
    """A document that may be kept: its name and kind as we say them, whatever the sender said, and its bytes."""

    name: str
    kind: str
    content: bytes


def check(file: File) -> Checked:
    """Look at a document's content and size before anything is unpacked; outside of any transaction, for it takes time.

    Raises DocumentRefused (academy.kernel.documents) with words for the learner.
    """
    kind = check_document(file)
    file.seek(0)
    return Checked(safe_name(str(file.name or ""), kind), str(kind), file.read())


@transaction.atomic
def keep_document(
    *, person: Any, public_id: UUID, number: int, document: Checked | None, posted: Posted, by: Any, at: datetime
) -> Saved:
    """Keep the document that is handed in as an answer; it takes the place of one that was there.

    Raises what save_answer raises, and DocumentMissing.
    """
    attempt, row = _question(person, public_id, number, posted, at)
    if row.content["kind"] != QuestionKind.HAND_IN:
        raise BadAnswer
    if document is None:
        raise DocumentMissing
    drop_document(attempt, number)
    size = len(document.content)
    kept = HandedIn(attempt=attempt, number=number, name=document.name, size=size, kind=document.kind, uploaded_at=at)
    kept.file.save(f"{kept.public_id}", ContentFile(document.content), save=False)
    kept.save()
    value = {"file": str(kept.public_id), "name": document.name, "size": size}
    return Saved(attempt, _keep(attempt, row, number, value, at))


@transaction.atomic
def remove_document(*, person: Any, public_id: UUID, number: int, posted: Posted, by: Any, at: datetime) -> Saved:
    """Take a document back before handing in. Raises what save_answer raises."""
    attempt, row = _question(person, public_id, number, posted, at)
    if row.content["kind"] != QuestionKind.HAND_IN:
        raise BadAnswer
    drop_document(attempt, number)
    Answer.objects.filter(attempt=attempt, number=number).delete()
    return Saved(attempt, None)


def drop_document(attempt: QuizAttempt, number: int | None = None) -> None:
    """Delete documents of an attempt (all of them without a number), the files once the rows are surely gone."""
    found = HandedIn.objects.filter(attempt=attempt)
    for document in found if number is None else found.filter(number=number):
        _delete_file_later(document)
        document.delete()


@transaction.atomic
def drop_open(*, enrolment: Enrolment, by: Any, at: datetime) -> int:
    """Throw away an open attempt of an enrolment that was left: it was never submitted and says nothing. How many."""
    # Locked: an answer that is being saved is waited for, and goes too.
    found = QuizAttempt.objects.select_for_update().filter(enrolment=enrolment, state=AttemptState.OPEN)
    dropped = list(found)
    for attempt in dropped:
        drop(attempt)
    return len(dropped)


def drop(attempt: QuizAttempt) -> None:
    """Throw away an open attempt with all that was answered."""
    drop_document(attempt)
    attempt.delete()


def forget_answers(*, at: datetime) -> int:
    """Delete the answers of attempts that were handed in longer ago than ANSWERS_KEPT, as the privacy page promises.

    The attempt keeps score, pass and date. All answers of an attempt go together, so that a result is never shown with
    half of them; documents go with them. Each batch stands for itself: what was cut off is done at the next call. How
    many answers went.
    """
    over = QuizAttempt.objects.filter(
        Exists(Answer.objects.filter(attempt=OuterRef("pk"))),
        state=AttemptState.SUBMITTED,
        submitted_at__lt=at - ANSWERS_KEPT,
    ).order_by("pk")
    forgotten = 0
    while batch := list(over.values_list("pk", flat=True)[:FORGET_AT_ONCE]):
        with transaction.atomic():
            for document in HandedIn.objects.filter(attempt__in=batch):
                _delete_file_later(document)
                document.delete()
            forgotten += _deleted(Answer.objects.filter(attempt__in=batch).delete())
            Unanswered.objects.filter(attempt__in=batch).delete()
    Unanswered.objects.filter(attempt__submitted_at__lt=at - ANSWERS_KEPT).delete()
    return forgotten


def locked(person: Any, public_id: UUID, attempts: QuerySet[Any] | None = None) -> QuizAttempt:
    """The person's own open attempt of a running enrolment, nobody else writing to it meanwhile. One query.

    `attempts`: all attempts, with what else is to be read at once.
    """
    every = QuizAttempt.objects.all() if attempts is None else attempts
    found = every.select_for_update(of=("self",)).filter(person=person, public_id=public_id)
    attempt = found.select_related("enrolment", "quiz", "placement").first()
    if attempt is None:
        raise AttemptUnknown
    if attempt.state != AttemptState.OPEN:
        raise SubmittedAlready
    if not is_running(attempt):
        raise AttemptEnded
    return attempt


def _question(
    person: Any, public_id: UUID, number: int, posted: Posted, at: datetime
) -> tuple[QuizAttempt, FrozenQuestion]:
    """The attempt, locked and in time, and the question that the form is for. One query: every answer asks for it."""
    if not 1 <= number <= MOST_QUESTIONS:
        raise AttemptUnknown
    answers = Answer.objects.filter(attempt=OuterRef("pk"))
    question = FrozenQuestion.objects.filter(digest=OuterRef("digest"))
    found = QuizAttempt.objects.annotate(
        digest=KT(f"frozen__digests__{number - 1}"),
        question_id=Subquery(question.values("pk")),
        question_content=Subquery(question.values("content")),
        last_saved_at=Subquery(answers.order_by("-saved_at").values("saved_at")[:1]),
        seconds_before=Subquery(answers.filter(number=number).values("seconds")),
    )
    attempt: Any = locked(person, public_id, found)
    if attempt.is_over(at):
        raise TimeOver
    if attempt.question_id is None:
        raise AttemptUnknown
    token = (posted.getlist("question") or [""])[0]
    if token and token != token_of(attempt, number):
        raise OtherQuestion
    return attempt, FrozenQuestion(pk=attempt.question_id, digest=attempt.digest, content=attempt.question_content)


def _keep(attempt: Any, row: FrozenQuestion, number: int, value: Any, at: datetime) -> Answer:
    """Write the answer, new or in the place of the one before, in one statement; time is counted from the last save.

    `attempt` comes from `_question`, which has read the times."""
    since = max(attempt.started_at, attempt.last_saved_at or attempt.started_at)
    spent = min(max(int((at - since).total_seconds()), 0), LONGEST_SECONDS)
    answer = Answer(
        attempt=attempt,
        number=number,
        question=row,
        value=value,
        saved_at=at,
        seconds=spent + (attempt.seconds_before or 0),
    )
    Answer.objects.bulk_create(
        [answer],
        update_conflicts=True,
        unique_fields=["attempt", "number"],
        update_fields=["question", "value", "saved_at", "seconds"],
    )
    return answer


def _delete_file_later(document: HandedIn) -> None:
    file, name = document.file, str(document.file.name)
    transaction.on_commit(lambda: file.storage.delete(name))


def _deleted(counts: tuple[int, dict[str, int]]) -> int:
    return counts[1].get(Answer._meta.label, 0)
