"""Gathers what a certificate says at issue, in all languages at once (architecture rule 2). Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import formats, translation
from django.utils.text import capfirst
from django.utils.translation import get_language_info, gettext, ngettext, pgettext

from academy.templatetags.academy import duration, percent
from courses.attempts.enums import Purpose
from courses.attempts.models import Mark, QuizAttempt
from courses.attempts.queries import title_in
from courses.booking.enums import SeatMode
from courses.booking.models import Booking, WorkshopSession
from courses.booking.queries.sessions import minutes_of, title_of, with_all
from courses.enrolments.models import Enrolment
from courses.enrolments.queries import rule_of
from curriculum.catalogue.models import CoursePage
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import SCORED
from curriculum.items.enums import ItemKind

from .enums import CertificateKind
from .models import CertificateTemplate
from .pieces import Done, done_of_all
from .taught import Part, QuizTitles, Taught, competence_data, competences, outcomes, parts, quiz_titles, read_all
from .templates import frozen_template, quality, said, sentence_for, template_for

VERSION = 2


@dataclass(frozen=True)
class Completed:
    """An enrolment that is completed, with all that its certificate speaks of."""

    enrolment: Enrolment
    done: Done
    taught: Taught | None
    template: CertificateTemplate | None
    issuer: dict[str, Any]
    issued_on: date
    languages: tuple[str, ...]  # the holder's first

    @cached_property
    def quizzes(self) -> QuizTitles:
        """Titles of what was passed beside the courses."""
        return quiz_titles(self.done)

    @cached_property
    def best_attempt(self) -> QuizAttempt | None:
        """The best attempt in this cycle at what a course asked for, `is_marked` if a trainer marked answers of it."""
        rule = rule_of(self.enrolment)
        passed = QuizAttempt.objects.filter(
            person=self.enrolment.person,
            quiz__key__in=[part.key for part in rule.parts if part.kind in SCORED],
            passed=True,
            purpose=Purpose.COUNTS,
        )
        if rule.since is not None:
            # As attempts are counted (attempts_in_window): an earlier cycle had its own pass mark.
            passed = passed.filter(started_at__gte=rule.since)
        marked = Exists(Mark.objects.filter(answer__attempt=OuterRef("pk")))
        return passed.annotate(is_marked=marked).order_by("-points").first()

    @property
    def is_short(self) -> bool:
        """Whether it was the short route: attended, not assessed."""
        return str(self.enrolment.route) == Route.SHORT

    @property
    def is_path(self) -> bool:
        """Whether it is a path and not a course."""
        return self.enrolment.item.kind == ItemKind.PATH

    @property
    def kind(self) -> CertificateKind:
        """What is issued for it."""
        return CertificateKind.PARTICIPATION if self.is_short else CertificateKind.COMPLETION


def completed_by(enrolments: list[Enrolment], *, language: str, time_zone: str, at: datetime) -> dict[int, Completed]:
    """What the certificates of completed enrolments of one person speak of, by primary key: read once for them all.

    `language` is the holder's, `time_zone` (IANA) decides on which day they are issued.
    """
    if not enrolments:
        return {}
    issued_on = at.astimezone(ZoneInfo(time_zone)).date()
    finished = done_of_all(enrolments, at)
    taught = read_all([(each.item.key, finished[each.pk]) for each in enrolments])
    template = template_for(enrolments[0].person, issued_on)
    issuer = frozen_template(template)
    languages = tuple(languages_from(language))
    return {
        each.pk: Completed(each, finished[each.pk], pages, template, issuer, issued_on, languages)
        for each, pages in zip(enrolments, taught, strict=True)
    }


def freeze(completed: Completed, *, code: str, valid_until: date | None = None) -> dict[str, Any]:
    """Everything that the certificate says besides its holder's name, as JSON: {"texts": {"en": ...}, ...}.

    A course or path that has gone meanwhile is called by its learning item's title, and what is not known is left
    empty. `valid_until` is put into words here.

    Beside the texts stand facts without words, from which the badge is made: "competences" (a list of {"code", "level",
    "name": {language: name}}, all there are, codes as given), "minutes", "item_kind", "route", "valid_until"; and two
    texts in the holder's language, since a badge has one: "outcomes" (a list of sentences, empty for participation) and
    "criteria" (what was asked for, as a paragraph). Version 1 has none of these.
    """
    enrolment, language = completed.enrolment, completed.languages[0]
    page = completed.taught.page if completed.taught else None
    words = {each: texts(each, completed, valid_until) for each in completed.languages}
    assessed = completed.taught if not completed.is_short else None
    return stamp(code, completed.issued_on, completed.issuer) | {
        "item_kind": str(enrolment.item.kind),
        "route": str(enrolment.route),
        "course_code": page.code if page else enrolment.item.code,
        "curriculum_version": page.curriculum_version if page else "",
        "rule_version": enrolment.rule_version,
        "valid_until": valid_until.isoformat() if valid_until else None,
        "minutes": sum(completed.done.minutes.values()),
        "competences": competence_data(assessed) if assessed else [],
        "outcomes": [part["text"] for part in words[language]["outcomes"]],
        "criteria": criteria(words[language], language, attended=completed.is_short),
        "texts": words,
    }


def freeze_attended(*, booking: Booking, language: str, time_zone: str, code: str, at: datetime) -> dict[str, Any]:
    """Everything that a statement of participation says besides its holder's name, in the same form as `freeze`."""
    session = with_all(WorkshopSession.objects.filter(pk=booking.session_id)).get()
    issued_on = at.astimezone(ZoneInfo(time_zone)).date()
    template = template_for(booking.person, issued_on)
    languages = languages_from(language)
    words = {
        each: texts_attended(each, session=session, mode=booking.pool.mode, issued_on=issued_on)
        | words_of(template, CertificateKind.PARTICIPATION, each, languages)
        for each in languages
    }
    return stamp(code, issued_on, frozen_template(template)) | {
        "item_kind": str(session.item.kind),
        "course_code": session.item.code,
        "session_kind": str(session.kind),
        "minutes": minutes_of(session),
        "competences": [],
        "outcomes": [],
        "criteria": criteria(words[language], language, attended=True),
        "texts": words,
    }


def stamp(code: str, issued_on: date, issuer: dict[str, Any]) -> dict[str, Any]:
    """What every certificate says of itself: its code, its issuer (`frozen_template`), its day."""
    return {
        "version": VERSION,
        "code": code,
        "check_url": f"{settings.BASE_URL}/c/{code}/",
        "platform": settings.WAGTAIL_SITE_NAME,
        "issued_on": issued_on.isoformat(),
    } | issuer


def words_of(
    template: CertificateTemplate | None,
    kind: str,
    language: str,
    languages: list[str] | tuple[str, ...],
    *,
    is_path: bool = False,
    is_short: bool = False,
) -> dict[str, Any]:
    """What the issuer says in one language: the sentence, and region and closing line if there are any."""
    with translation.override(language):
        return {
            "sentence": sentence_for(template, kind, language, is_path=is_path, is_short=is_short),
            "region": said(template, "region", language, languages),
            "closing": said(template, "closing", language, languages),
        }


def languages_from(first: str) -> list[str]:
    """All languages of the site, the holder's first."""
    return list(dict.fromkeys([first, *(code for code, _name in settings.LANGUAGES)]))


def texts(language: str, completed: Completed, valid_until: date | None) -> dict[str, Any]:
    """The finished texts in one language; words without a translation keep the language that they are written in."""
    enrolment, taught = completed.enrolment, completed.taught
    minutes = completed.done.minutes
    shown_parts = completed.is_path or completed.is_short
    found = words_of(
        completed.template,
        completed.kind,
        language,
        completed.languages,
        is_path=completed.is_path,
        is_short=completed.is_short,
    )
    with translation.override(language):
        found |= {
            "course": {"text": enrolment.item.title, "lang": language},
            "parts": parts(taught, completed.done, completed.quizzes, language) if shown_parts else [],
            "outcomes": [],
            "competences": [],
            # From what was done, never a figure that somebody typed.
            "hours": duration(sum(minutes.values())),
            "hours_basis": hours_basis(minutes),
            "level": "",
            "assessment": {"text": "", "lang": language},
            "participation": way(minutes),
            "curriculum": enrolment.item.code,
            "language": language_name(completed.languages[0]),
            "issued": long_day(completed.issued_on),
            "valid_until": long_day(valid_until) if valid_until else None,
        }
        if not completed.is_short:
            found |= {
                "framework": gettext("Not classified in a qualifications framework (EQF)"),
                "quality": quality(completed.template, language, completed.languages),
            }
        return found if taught is None else found | texts_taught(language, completed, taught)


def texts_taught(language: str, completed: Completed, taught: Taught) -> dict[str, Any]:
    """What stands on the pages of a course or path, in the active language."""
    page, page_language = taught.in_language(taught.page, language)
    found: dict[str, Any] = {
        "course": {"text": page.title, "lang": page_language},
        "curriculum": gettext("%(code)s, version %(version)s")
        % {"code": taught.page.code, "version": taught.page.curriculum_version},
    }
    if isinstance(taught.page, CoursePage):
        found["level"] = taught.page.get_level_display()
    if not completed.is_short:
        own = {"text": page.assessment if isinstance(page, CoursePage) else "", "lang": page_language}
        found |= {
            "outcomes": outcomes(taught, language),
            "competences": competences(taught, language),
            "assessment": assessment(completed, language) or own,
        }
    return found


def texts_attended(language: str, *, session: WorkshopSession, mode: str, issued_on: date) -> dict[str, Any]:
    """The finished texts of a statement in one language; a title without a translation keeps its own."""
    with translation.override(language):
        title, title_language = title_of(session, language)
        return {
            "course": {"text": title, "lang": title_language or language},
            "dates": [long_day(meeting.day) for meeting in session.meetings.all()],
            "hours": duration(minutes_of(session)),
            "where": place_of(session, mode),
            "trainers": ", ".join(trainer.shown_name for trainer in session.trainers.all()),
            "language": language_name(session.language),
            "issued": long_day(issued_on),
            "valid_until": None,
        }


def place_of(session: WorkshopSession, mode: str) -> str:
    """Where somebody with this kind of seat took part: online, or building and town (no room)."""
    if mode == SeatMode.ONLINE:
        return str(SeatMode.ONLINE.label)
    return ", ".join(part for part in (session.venue, session.city) if part)


def long_day(day: date) -> str:
    """A day in full, in the active language."""
    return formats.date_format(day, pgettext("date format, long", "l j F Y"))


def hours_basis(minutes: dict[str, int]) -> str:
    """What the hours are made of, in the active language; nothing where nothing was counted."""
    of = {
        "lessons": pgettext("study time", "%(time)s of lessons"),
        "quizzes": pgettext("study time", "%(time)s of quizzes"),
        "workshops": pgettext("study time", "%(time)s of workshops"),
    }
    return ", ".join(of[name] % {"time": duration(minutes[name])} for name in of if minutes[name])


def way(minutes: dict[str, int]) -> str:
    """In which form it was learnt, in the active language."""
    alone, together = minutes["lessons"] or minutes["quizzes"], minutes["workshops"]
    if alone and together:
        return pgettext("form of participation", "Online at one's own pace, and in workshops")
    if together:
        return pgettext("form of participation", "In workshops")
    return pgettext("form of participation", "Online at one's own pace")


def assessment(completed: Completed, language: str) -> Part | None:
    """How it was assessed, in the active language: the quiz as it was given, or all quizzes and assignments of a path.

    None where none was asked for; then a course's own words stand.
    """
    if completed.is_path:
        text = assessment_of_path(completed)
        return {"text": text, "lang": language} if text else None
    attempt = completed.best_attempt
    if attempt is None:
        return None
    mark = percent(attempt.frozen["pass_mark"])
    if getattr(attempt, "is_marked", False):
        words = {"title": title_in(attempt, language), "mark": mark}
        text = gettext("%(title)s: marked by a trainer, passed at %(mark)s or more") % words
        return {"text": text, "lang": language}
    count = len(attempt.frozen["digests"])
    text = ngettext(
        "Quiz of %(count)s question, passed at %(mark)s or more",
        "Quiz of %(count)s questions, passed at %(mark)s or more",
        count,
    ) % {"count": count, "mark": mark}
    return {"text": text, "lang": language}


def assessment_of_path(completed: Completed) -> str:
    """How many quizzes and assignments were passed, and the lowest pass mark among the quizzes."""
    scored = completed.done.scored
    quizzes = [piece for piece in scored if piece.kind == ItemKind.QUIZ]
    marks = [piece.at for piece in quizzes if piece.at]
    count, found = len(quizzes), []
    if quizzes and marks:
        text = ngettext(
            "%(count)s quiz, passed at %(mark)s or more", "%(count)s quizzes, each passed at %(mark)s or more", count
        )
        found.append(text % {"count": count, "mark": percent(min(marks))})
    if handed_in := len(scored) - len(quizzes):
        text = ngettext(
            "%(count)s assignment, marked by a trainer", "%(count)s assignments, marked by a trainer", handed_in
        )
        found.append(text % {"count": handed_in})
    return "; ".join(found)


def criteria(words: dict[str, Any], language: str, *, attended: bool) -> str:
    """What was asked for, as a paragraph in the holder's language: parts, assessment, form, workload."""
    with translation.override(language):
        if attended:
            lines = [gettext("Attended, without an assessment.")]
        else:
            lines = [gettext("Completed everything that was asked for.")]
        if listed := "; ".join(part["text"] for part in words.get("parts", ())):
            lines.append(gettext("Made of: %(parts)s.") % {"parts": listed})
        if assessed := words.get("assessment", {}).get("text", ""):
            lines.append(gettext("Assessment: %(words)s.") % {"words": assessed.rstrip(".")})
        if words["hours"]:
            lines.append(gettext("Study time: %(words)s.") % {"words": words.get("hours_basis") or words["hours"]})
    return " ".join(lines)


def language_name(code: str) -> str:
    """What a language is called in the active one: German, Duits, allemand."""
    return str(capfirst(get_language_info(code)["name_translated"]))
