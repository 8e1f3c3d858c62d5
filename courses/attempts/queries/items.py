"""The item report: how the questions of a quiz do, over all who were asked them, in whatever language.

Counted are attempts that count and were handed in (and marked), as long as their answers are kept: 12 months, and not
beyond the erasure of an account. The database adds up, one row for each question and answer that differ; the rest is
sums. So fifty thousand attempts are read like fifty (`make prove`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, JSONField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Ln
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.attempts.enums import AttemptState, Purpose
from courses.attempts.models import Answer, FrozenQuestion, QuizAttempt, Unanswered
from curriculum.items.enums import ItemKind
from curriculum.items.models import LearningItem
from curriculum.quizzes.enums import QuestionKind
from curriculum.quizzes.freezing import in_language
from curriculum.quizzes.grading import full_points
from curriculum.quizzes.words import write_number

from .desk import quiz_titles
from .given import (
    LISTED,
    NAMED_FROM,
    TYPED,
    Given,
    Pair,
    Tally,
    Typed,
    options_given,
    orders_given,
    pairs_given,
    typed_given,
)
from .shown import Words

# From so many attempts on anything is said, and from so many the discrimination.
REPORTED_FROM = 5
DISCRIMINATION_FROM = 10
BY_HAND = (QuestionKind.OPEN_TEXT, QuestionKind.HAND_IN)


@dataclass(frozen=True)
class QuizLine:
    """A quiz in the list of reports. The share that passed is said from five attempts on."""

    key: UUID
    title: Words
    attempts: int
    passed: int

    @property
    def pass_percent(self) -> int | None:
        """Whole per cent of the attempts that passed, rounded down; None below five attempts."""
        return self.passed * 100 // self.attempts if self.attempts >= REPORTED_FROM else None


@dataclass(frozen=True)
class Item:
    """How one question does. `given`: attempts that were asked it; `answered`: those of them that answered it.

    `difficulty` is the mean share of its points, 0 to 1 (no answer is 0). `discrimination` is the correlation of its
    points with the rest of the attempt's points, -1 to 1; None below ten attempts, or where all did alike. `seconds` is
    the typical time: the geometric mean, which a few long pauses do not move.
    """

    key: UUID
    kind: str
    text: Words
    stem: Words | None
    full: Decimal
    given: int
    answered: int
    difficulty: float
    discrimination: float | None
    seconds: int | None
    options: list[Given] = field(default_factory=list)
    orders: list[Given] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    typed: list[Given] = field(default_factory=list)

    @property
    def percent(self) -> int:
        """The difficulty in whole per cent."""
        return round(self.difficulty * 100)

    @property
    def answers(self) -> list[Given]:
        """What is listed with a bar each; none for pairs and for what a trainer marks."""
        return self.options or self.orders or self.typed

    @property
    def most_wrong(self) -> Given | None:
        """The wrong answer that was chosen most; None if nobody chose one."""
        wrong = [each for each in self.answers if not each.right and each.count]
        return max(wrong, key=lambda each: each.count, default=None)

    @property
    def hints(self) -> list[Promise]:
        """What to look at, in words."""
        right = max((each.count for each in self.answers if each.right), default=0)
        beaten = any(pair.wrong is not None and pair.wrong.count > pair.right.count for pair in self.pairs)
        beaten = beaten or (self.most_wrong is not None and self.most_wrong.count > right)
        low = self.discrimination
        found = {
            _("A wrong answer is chosen more often than the right one: look at the key."): beaten,
            _("Those who do well otherwise get this one wrong: look at the key."): low is not None and low < -0.1,
            _("Hardly tells strong from weak."): low is not None and -0.1 <= low < 0.2,
            _("Very easy: nearly everybody is right."): self.difficulty >= 0.95,
            _("Very hard: few are right."): self.difficulty <= 0.25,
            _("Many leave it out."): self.answered < 0.8 * self.given,
        }
        return [words for words, holds in found.items() if holds]


@dataclass(frozen=True)
class ItemReport:
    """A quiz's items. `handed_in` attempts count for the pass rate; the items speak of `attempts`, whose answers are
    still there. No item is shown below five."""

    key: UUID
    title: Words
    handed_in: int
    passed: int
    attempts: int
    items: list[Item]

    @property
    def line(self) -> QuizLine:
        """The quiz as the list has it."""
        return QuizLine(self.key, self.title, self.handed_in, self.passed)

    @property
    def forgotten(self) -> int:
        """Attempts whose answers are not there: older than 12 months, or of an erased account."""
        return self.handed_in - self.attempts

    @property
    def has_enough(self) -> bool:
        """Whether there are enough attempts to speak of items."""
        return self.attempts >= REPORTED_FROM


@dataclass
class _Sums:
    """Sums over the attempts that were asked one question: x its points, r the rest of the attempt's points."""

    n: int = 0
    share: float = 0
    x: float = 0
    xx: float = 0
    r: float = 0
    rr: float = 0
    xr: float = 0
    answered: int = 0
    log_seconds: float = 0
    place: int = 0
    tallies: list[Tally] = field(default_factory=list)

    def add(self, n: int, points: float, full: float, totals: float, squares: float, place: int) -> None:
        """So many attempts with the same points at this question; `totals`, `squares`: over their points as a whole."""
        self.n += n
        self.share += n * points / full if full else 0
        self.x += n * points
        self.xx += n * points * points
        self.r += totals - n * points
        self.rr += squares - 2 * points * totals + n * points * points
        self.xr += points * (totals - n * points)
        self.place = min(self.place or place, place)

    @property
    def correlation(self) -> float | None:
        """Pearson's, of x and r; None below ten attempts or where one of them does not vary."""
        spread_x = self.n * self.xx - self.x**2
        spread_r = self.n * self.rr - self.r**2
        # What is left of equal numbers after adding up floats is no spread.
        if self.n < DISCRIMINATION_FROM or min(spread_x, spread_r) < 1e-6 * self.n:
            return None
        value = (self.n * self.xr - self.x * self.r) / math.sqrt(spread_x * spread_r)
        return max(-1.0, min(1.0, value))


def quiz_lines(language: str) -> list[QuizLine]:
    """All quizzes that were handed in for the record, by title. Two queries."""
    counted = _counted().order_by().values("quiz__key", "quiz__title")
    rows = list(counted.annotate(n=Count("pk"), good=Count("pk", filter=Q(passed=True))))
    titles = quiz_titles({row["quiz__key"]: row["quiz__title"] for row in rows}, language)
    lines = [QuizLine(row["quiz__key"], titles[row["quiz__key"]], row["n"], row["good"]) for row in rows]
    return sorted(lines, key=lambda line: (line.title.text, str(line.key)))


def item_report(quiz_key: UUID, language: str) -> ItemReport | None:
    """The report of one quiz in the words of a language; None if there is no such quiz.

    Seven queries however many attempts and questions there are; one more where numbers or texts are typed, and another
    where it is not clear from the counts how many people typed them.
    """
    quiz = LearningItem.objects.filter(key=quiz_key, kind=ItemKind.QUIZ).first()
    if quiz is None:
        return None
    handed_in, passed = _counted(quiz).aggregate(n=Count("pk"), good=Count("pk", filter=Q(passed=True))).values()
    answers, left_out = _answers(quiz), _left_out(quiz)
    # Each attempt has one first question.
    attempts = sum(row["n"] for row in (*answers, *left_out) if row["number"] == 1)
    items: list[Item] = []
    if attempts >= REPORTED_FROM:
        ids = {row["question_id"] for row in (*answers, *left_out)}
        contents = dict(FrozenQuestion.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "content"))
        items = _items(quiz, contents, answers, left_out, language)
    title = quiz_titles({quiz_key: quiz.title}, language)[quiz_key]
    return ItemReport(quiz_key, title, handed_in, passed, attempts, items)


def _counted(quiz: LearningItem | None = None) -> QuerySet[QuizAttempt]:
    """Attempts that count and have their score. Uses the index attempt_reported."""
    found = QuizAttempt.objects.filter(state=AttemptState.SUBMITTED, purpose=Purpose.COUNTS)
    return found if quiz is None else found.filter(quiz=quiz)


def _of(quiz: LearningItem) -> Q:
    """The same as a condition on what belongs to an attempt."""
    return Q(attempt__quiz=quiz, attempt__state=AttemptState.SUBMITTED, attempt__purpose=Purpose.COUNTS)


_SUMS: Mapping[str, Any] = {
    "n": Count("pk"),
    "totals": Sum("attempt__points"),
    "squares": Sum(F("attempt__points") * F("attempt__points")),
}


def _answers(quiz: LearningItem) -> list[dict[str, Any]]:
    """A row for each place, question, answer and points that differ. Texts that a trainer reads are not told apart."""
    by_hand = list(FrozenQuestion.objects.filter(content__kind__in=BY_HAND).values_list("pk", flat=True))
    value: Any = F("value")
    if by_hand:
        value = Case(When(question__in=by_hand, then=Value(None, JSONField())), default=value)
    rows = Answer.objects.filter(_of(quiz), question__isnull=False).annotate(given=value).order_by()
    grouped: Any = rows.values("number", "question_id", "given", "points")
    return list(grouped.annotate(**_SUMS, logs=Sum(Ln(F("seconds") + 1))))


def _left_out(quiz: LearningItem) -> list[dict[str, Any]]:
    """A row for each place and question that was left out."""
    grouped: Any = Unanswered.objects.filter(_of(quiz)).order_by().values("number", "question_id")
    return list(grouped.annotate(**_SUMS))


def _items(
    quiz: LearningItem,
    contents: dict[int, dict[str, Any]],
    answers: list[dict[str, Any]],
    left_out: list[dict[str, Any]],
    language: str,
) -> list[Item]:
    """Forms of one question together, in the words of its newest form; in the order in which they are asked."""
    newest: dict[UUID, dict[str, Any]] = {UUID(content["key"]): content for content in contents.values()}
    sums: dict[UUID, _Sums] = {key: _Sums() for key in newest}
    for row in (*answers, *left_out):
        content = contents[row["question_id"]]
        full, points = full_points(content), row.get("points") or Decimal(0)
        own = sums[UUID(content["key"])]
        own.add(row["n"], float(points), float(full), float(row["totals"]), float(row["squares"]), row["number"])
        if "logs" in row:
            own.answered += row["n"]
            own.log_seconds += row["logs"]
            own.tallies.append(Tally(row["given"], points == full, row["n"]))
    typed = _typed(quiz, contents, newest, sums, language)
    asked = [key for key in newest if sums[key].n >= REPORTED_FROM]
    asked.sort(key=lambda key: (sums[key].place, str(key)))
    return [_item(key, newest[key], sums[key], typed.get(key, []), language) for key in asked]


def _item(key: UUID, content: dict[str, Any], own: _Sums, typed: list[Given], language: str) -> Item:
    stem = content.get("stem")
    return Item(
        key=key,
        kind=content["kind"],
        text=Words(*in_language(content["text"], language, content["language"])),
        stem=Words(*in_language(stem["text"], language, content["language"])) if stem else None,
        full=full_points(content),
        given=own.n,
        answered=own.answered,
        difficulty=own.share / own.n,
        discrimination=own.correlation,
        seconds=round(math.exp(own.log_seconds / own.answered) - 1) if own.answered else None,
        options=options_given(content, own.tallies, language),
        orders=orders_given(content, own.tallies, language),
        pairs=pairs_given(content, own.tallies, language),
        typed=typed,
    )


def _typed(
    quiz: LearningItem,
    contents: Mapping[int, dict[str, Any]],
    newest: Mapping[UUID, dict[str, Any]],
    sums: Mapping[UUID, _Sums],
    language: str,
) -> dict[UUID, list[Given]]:
    """By question: the right answers together, and the wrong ones that at least five people gave."""
    found = {
        key: typed_given(content, sums[key].tallies) for key, content in newest.items() if content["kind"] in TYPED
    }
    if not found:
        return {}
    often = {
        key: [each for each in groups if not each.right and each.count >= NAMED_FROM][:LISTED]
        for key, groups in found.items()
    }
    ids: dict[UUID, list[int]] = {}
    for pk, content in contents.items():
        ids.setdefault(UUID(content["key"]), []).append(pk)
    enough = _given_by_five(quiz, newest, ids, often)
    given: dict[UUID, list[Given]] = {}
    for key, groups in found.items():
        whole = sums[key].answered
        right: Typed = _together(each for each in groups if each.right)
        listed = [each for each in often[key] if id(each) in enough]
        given[key] = [
            Given(_mostly(each, newest[key], language), each.count, whole, each.right) for each in (right, *listed)
        ]
    return given


def _together(groups: Iterable[Typed]) -> Typed:
    """Right answers, whatever form they have, as one."""
    together = Typed(right=True)
    for each in groups:
        together.forms.update(each.forms)
    return together


def _mostly(typed: Typed, content: Mapping[str, Any], language: str) -> list[Words]:
    """The form that was typed most; a number in the notation of the page. Nothing where nobody typed anything."""
    if not typed.count:
        return []
    form = min(typed.forms, key=lambda each: (-typed.forms[each], each))
    if content["kind"] != QuestionKind.NUMERIC:
        return [Words(form, "")]
    unit, _of = in_language(content.get("unit", {}), language, content["language"])
    return [Words(f"{write_number(Decimal(form), language)} {unit}".strip(), "")]


def _given_by_five(
    quiz: LearningItem,
    newest: Mapping[UUID, dict[str, Any]],
    ids: Mapping[UUID, list[int]],
    often: Mapping[UUID, list[Typed]],
) -> set[int]:
    """`id()` of the answers that at least five people gave.

    Who tries more often may give the same wrong answer each time. Nobody tried more than `most` times, so what was
    given five times as often was given by five; only for what lies between it is looked who they were.
    """
    people = _counted(quiz).values("person").annotate(n=Count("pk")).order_by("-n")
    most = people.values_list("n", flat=True).first() or 1
    groups = [(key, each) for key, own in often.items() for each in own]
    enough = {id(each) for _key, each in groups if each.count >= NAMED_FROM * most}
    unclear = [(key, each) for key, each in groups if id(each) not in enough]
    if not unclear:
        return enough
    wanted = Q()
    for key, each in unclear:
        name = "number" if newest[key]["kind"] == QuestionKind.NUMERIC else "text"
        wrong = Q(question__in=ids[key], points__lt=full_points(newest[key]))
        wanted |= wrong & Q(**{f"value__{name}__in": list(each.forms)})
    rows = Answer.objects.filter(_of(quiz), wanted).order_by()
    who: dict[tuple[int, str], set[int]] = {}
    for pk, value, person in rows.values_list("question_id", "value", "attempt__person_id"):
        who.setdefault((pk, str(value.get("number", value.get("text")))), set()).add(person)
    for key, each in unclear:
        persons = set().union(*(who.get((pk, form), set()) for pk in ids[key] for form in each.forms))
        if len(persons) >= NAMED_FROM:
            enough.add(id(each))
    return enough
