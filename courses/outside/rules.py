"""Reporting training from elsewhere, and answering. Each step is told to the other side by mail."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.log_actions import log

from academy.mail.rules import queue
from academy.mail.rules import withdraw as take_back

from . import emails
from .access import can_decide, deciders_of
from .enums import TrainingState
from .errors import AnsweredAlready, ChangedMeanwhile, ReasonMissing, TooManyWaiting, TrainingUnknown
from .files import Evidence
from .models import OutsideTraining

ACCEPTED = "courses.outside.accepted"
REFUSED = "courses.outside.refused"
# More reports of one person wait for nobody: it is a disk that is filled.
MOST_WAITING = 20


@dataclass(frozen=True)
class Details:
    """What somebody reports."""

    title: str
    provider: str
    on: date
    minutes: int
    competence: str = ""
    description: str = ""


@transaction.atomic
def report(*, details: Details, evidence: Evidence | None, by: Any, at: datetime) -> OutsideTraining:
    """Report one's own training; whoever answers is told. Raises TooManyWaiting."""
    if OutsideTraining.objects.filter(person=by, state=TrainingState.WAITING).count() >= MOST_WAITING:
        raise TooManyWaiting
    training = OutsideTraining(person=by, asked_at=at, **asdict(details))
    if evidence is not None:
        _keep_file(training, evidence)
    training.save()
    _tell_deciders(training, emails.REPORTED, at)
    return training


@transaction.atomic
def change(
    *,
    public_id: UUID,
    details: Details,
    evidence: Evidence | None,
    drops_file: bool = False,
    by: Any,
    at: datetime,
) -> OutsideTraining:
    """Change one's own report while it waits; another file takes the place of the one that was there.

    Raises TrainingUnknown, AnsweredAlready. Unchanged, it is told to nobody.
    """
    training = _own_waiting(public_id, by)
    before = training.version
    for name, value in asdict(details).items():
        setattr(training, name, value)
    if evidence is not None or drops_file:
        _drop_file(training)
    if evidence is not None:
        _keep_file(training, evidence)
    training.save()
    if training.version != before:
        _tell_deciders(training, emails.CHANGED, at)
    return training


@transaction.atomic
def withdraw(*, public_id: UUID, by: Any, at: datetime) -> OutsideTraining:
    """Take one's own report back while it waits; its file goes. Raises TrainingUnknown, AnsweredAlready."""
    training = _own_waiting(public_id, by)
    _drop_file(training)
    training.state = TrainingState.WITHDRAWN
    training.save()
    _tell_deciders(training, emails.WITHDRAWN, at)
    return training


@transaction.atomic
def accept(*, public_id: UUID, seen: str, by: Any, at: datetime) -> OutsideTraining:
    """Accept what was read (`seen`: the report's version): it stands in the transcript.

    Raises TrainingUnknown, AnsweredAlready, ChangedMeanwhile.
    """
    return _answer(public_id, TrainingState.ACCEPTED, seen=seen, reason="", by=by, at=at)


@transaction.atomic
def refuse(*, public_id: UUID, seen: str, reason: str, by: Any, at: datetime) -> OutsideTraining:
    """Do not accept it, and say why. Raises ReasonMissing and what `accept` raises."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    return _answer(public_id, TrainingState.REFUSED, seen=seen, reason=reason, by=by, at=at)


@transaction.atomic
def forget(person: Any) -> None:
    """An account is deleted: what the person reported goes with its files; who answered others is emptied."""
    for training in OutsideTraining.objects.filter(person=person):
        take_back(_key(training))
        _drop_file(training)
        training.delete()
    OutsideTraining.objects.filter(decided_by=person).update(decided_by=None)


def _answer(public_id: UUID, state: TrainingState, *, seen: str, reason: str, by: Any, at: datetime) -> OutsideTraining:
    training = _locked(public_id)
    if training is None or not can_decide(by, training):
        raise TrainingUnknown
    if not training.is_waiting:
        raise AnsweredAlready
    if training.version != seen:
        raise ChangedMeanwhile
    training.state, training.reason = state, reason
    training.decided_by, training.decided_at = by, at
    training.save()
    # Why stands on the report, not in the log: it may speak of the person.
    log(training, ACCEPTED if state == TrainingState.ACCEPTED else REFUSED, user=by)
    # Who has not been told of the report yet has nothing to answer.
    take_back(_key(training))
    kind = emails.ACCEPTED if state == TrainingState.ACCEPTED else emails.REFUSED
    _queue(
        f"{_key(training)}answered",
        kind,
        training.person,
        emails.answered(kind, training),
        emails.address(training.person.language, "my_training", training),
    )
    return training


def _own_waiting(public_id: UUID, by: Any) -> OutsideTraining:
    training = _locked(public_id)
    if training is None or training.person_id != by.pk:
        raise TrainingUnknown
    if not training.is_waiting:
        raise AnsweredAlready
    return training


def _locked(public_id: UUID) -> OutsideTraining | None:
    found = OutsideTraining.objects.select_for_update(of=["self"]).filter(public_id=public_id)
    return found.select_related("person").first()


def _tell_deciders(training: OutsideTraining, kind: str, at: datetime) -> None:
    """Tell whoever answers of the report as it stands; what they had not been told yet is taken back first."""
    first = f"{_key(training)}{emails.REPORTED}:"
    untold = {key.rpartition(":")[2] for key in take_back(_key(training)) if key.startswith(first)}
    for person in deciders_of(training.person):
        # Who never heard of it needs no mail that it is gone, and reads of a changed one as of a new one.
        is_new = str(person.pk) in untold
        if is_new and kind == emails.WITHDRAWN:
            continue
        shown = emails.REPORTED if is_new and kind == emails.CHANGED else kind
        key = f"{_key(training)}{shown}:{at.isoformat()}:{person.pk}"
        address = emails.address(person.language, "team_training", training)
        _queue(key, shown, person, emails.to_decider(shown, training, person), address)


def _key(training: OutsideTraining) -> str:
    """How the keys of all mails about a report begin."""
    return f"outside:{training.pk}:"


def _queue(key: str, kind: str, person: Any, mail: emails.Mail, url: str) -> None:
    subject, text, html = mail
    if person.email:
        queue(
            key=key,
            kind=kind,
            to=person.email,
            language=person.language,
            subject=subject,
            text=text,
            html=html,
            person=person,
            url=url,
        )


def _keep_file(training: OutsideTraining, evidence: Evidence) -> None:
    training.file_name, training.file_kind, training.file_size = evidence.name, evidence.kind, len(evidence.content)
    training.file.save(f"{training.public_id}", ContentFile(evidence.content), save=False)


def _drop_file(training: OutsideTraining) -> None:
    """Take the file off the report; its bytes go once that is surely kept."""
    storage, name = training.file.storage, str(training.file.name or "")
    if name:
        transaction.on_commit(lambda: storage.delete(name))
    training.file, training.file_name, training.file_kind, training.file_size = "", "", "", 0
