"""Dates: one run of a workshop format, its meetings, seats, trainers and sign-up questions."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.people.models import Organisation, validate_time_zone
from courses.booking.enums import Approval, Change, QuestionKind, SeatMode, SessionKind, SessionState, Waiting
from curriculum.items.models import LearningItem


class WorkshopSession(models.Model):
    """One run (a date) of a workshop format. It has one delivery language and is no page (decision 12)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(LearningItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("workshop"))
    kind = models.CharField(_("kind"), max_length=12, choices=SessionKind.choices, default=SessionKind.WORKSHOP)
    state = models.CharField(_("state"), max_length=12, choices=SessionState.choices, default=SessionState.DRAFT)
    host = models.CharField(_("host organisation"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    # Language codes between commas, ",nl,fr,": a list that every database can look into with LIKE.
    interpreting = models.CharField(_("interpreted into"), max_length=60, blank=True)
    has_captions = models.BooleanField(_("captions"), default=False)
    is_step_free = models.BooleanField(_("step-free access"), default=False)
    venue = models.CharField(_("building"), max_length=150, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    city = models.CharField(_("town"), max_length=100, blank=True)
    room = models.CharField(_("room"), max_length=100, blank=True)
    access_notes = models.TextField(_("how to get there and in"), max_length=1000, blank=True)
    join_url = models.URLField(_("link to the online room"), max_length=500, blank=True)
    approval = models.CharField(_("approved by"), max_length=10, choices=Approval.choices, default=Approval.NONE)
    waiting = models.CharField(_("waiting list"), max_length=10, choices=Waiting.choices, default=Waiting.AUTOMATIC)
    offer_hours = models.PositiveSmallIntegerField(_("hours a seat is kept"), default=24)
    minimum = models.PositiveSmallIntegerField(_("fewest people"), default=1)
    decide_on = models.DateField(_("decided on"), null=True, blank=True)
    # When the trainers were asked "run or cancel": once.
    asked_to_decide_at = models.DateTimeField(null=True, blank=True)
    opens_at = models.DateTimeField(_("booking opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("booking closes"), null=True, blank=True)
    cancel_until = models.DateTimeField(_("cancel until"), null=True, blank=True)
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name=_("only for organisations")
    )
    # Dates that were planned in one go share this.
    series = models.UUIDField(null=True, blank=True, editable=False)
    # Derived from the meetings when they are written: what lists sort and filter by, and clashes look at first.
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    # SEQUENCE of the date's own calendar entries, raised with each change of time, place or state.
    sequence = models.PositiveIntegerField(default=0)
    # Raised with every edit: who saves a form that showed an older one is told what changed.
    revision = models.PositiveIntegerField(default=1)
    # The number given to a meeting last: a number is an entry in calendars and is never given twice.
    last_meeting = models.PositiveSmallIntegerField(default=0)
    # The last place given in the order of arrival; raised under the lock of this row.
    arrivals = models.PositiveIntegerField(default=0)
    cancel_reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("date of a workshop")
        verbose_name_plural = _("dates of workshops")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(starts_at__isnull=False, ends_at__isnull=False),
                name="session_has_a_time",
            ),
            models.CheckConstraint(condition=Q(starts_at=None) | Q(ends_at__gt=F("starts_at")), name="session_lasts"),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="session_starts"),
            models.Index(fields=["state", "starts_at"], name="session_state_starts"),
            models.Index(fields=["item", "starts_at"], name="session_item_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.item} ({self.starts_at:%Y-%m-%d})" if self.starts_at else str(self.item)

    @property
    def is_public(self) -> bool:
        """Whether it stands in the calendar: everything but a draft."""
        return self.state != SessionState.DRAFT

    @property
    def is_coming(self) -> bool:
        """Whether it is to take place, as far as is known."""
        return self.state in (SessionState.PLANNED, SessionState.GOING_AHEAD)

    @property
    def languages_interpreted(self) -> list[str]:
        """Codes of the languages it is interpreted into."""
        return [code for code in self.interpreting.split(",") if code]

    @property
    def is_online(self) -> bool:
        """Whether one can take part online."""
        return bool(self.join_url)

    @property
    def place(self) -> str:
        """Where it is, on one line: room, building, address, town; empty for what is only online."""
        return ", ".join(part for part in (self.room, self.venue, self.address, self.city) if part)

    def has_begun(self, at: datetime) -> bool:
        """Whether its first meeting has begun."""
        return self.starts_at is not None and at >= self.starts_at

    def is_over(self, at: datetime) -> bool:
        """Whether its last meeting has ended."""
        return self.ends_at is not None and at >= self.ends_at


class Meeting(models.Model):
    """One part of a date. Day, time on the wall, zone and fold were agreed; the instants follow (decision 13)."""

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="meetings")
    # Names the entry in calendars for good; a meeting that is taken out never comes back under the same number.
    number = models.PositiveSmallIntegerField()
    day = models.DateField(_("day"))
    start = models.TimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    fold = models.PositiveSmallIntegerField(default=0, help_text="1: the second of two equal times in autumn.")
    starts_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ("starts_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="meeting_number_once"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="meeting_lasts"),
            models.CheckConstraint(condition=Q(fold__in=[0, 1]), name="meeting_fold_is_a_fold"),
        ]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="meeting_time")]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.number}: {self.day} {self.start:%H:%M} {self.zone}"


class SeatPool(models.Model):
    """Seats of one kind at a date. `taken` counts bookings that hold one; `extra` those over capacity on purpose."""

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="pools")
    mode = models.CharField(_("where"), max_length=6, choices=SeatMode.choices)
    capacity = models.PositiveSmallIntegerField(_("seats"))
    extra = models.PositiveSmallIntegerField(default=0)
    taken = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("seats")
        verbose_name_plural = _("seats")
        ordering = ("-mode",)
        constraints = [
            models.UniqueConstraint(fields=["session", "mode"], name="pool_mode_once"),
            # The guard against overbooking, on every database, locks or not (architecture rule 4).
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity") + F("extra")),
                name="pool_never_overbooked",
                violation_error_message=_("More seats are taken than there are."),
            ),
            models.CheckConstraint(condition=Q(extra__lte=F("taken")), name="pool_extra_is_taken"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.mode}: {self.taken} of {self.capacity}+{self.extra}"

    @property
    def regular(self) -> int:
        """Seats taken within the capacity."""
        return self.taken - self.extra

    @property
    def free(self) -> int:
        """Seats that can be given. Those over capacity open none to others, and none when they come back."""
        return max(0, self.capacity - self.regular)


class SessionTrainer(models.Model):
    """Who gives a date: somebody with an account, or a guest with a name alone."""

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="trainers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)

    class Meta:
        verbose_name = _("trainer of a date")
        verbose_name_plural = _("trainers of a date")
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"], condition=Q(person__isnull=False), name="session_trainer_once"
            ),
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(name=""), name="session_trainer_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.person_id or 'guest'}"

    @property
    def shown_name(self) -> str:
        """The name to be read."""
        return self.person.get_full_name() if self.person is not None else self.name


class SessionQuestion(models.Model):
    """What is asked at sign-up, in the date's own language. Sensitive answers are erased some days afterwards."""

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("answered"), max_length=10, choices=QuestionKind.choices, default=QuestionKind.TEXT)
    options = models.JSONField(_("options"), default=list, blank=True, help_text="Texts of a list to choose from.")
    is_required = models.BooleanField(_("has to be answered"), default=False)
    is_sensitive = models.BooleanField(_("sensitive"), default=False)
    erase_after_days = models.PositiveSmallIntegerField(_("erased after days"), default=30)

    class Meta:
        verbose_name = _("sign-up question")
        verbose_name_plural = _("sign-up questions")
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="question_number_once_for_session")]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.number}"


class SessionChange(models.Model):
    """What was changed at a date, when, by whom: appended, never changed. `before` and `after` hold no people."""

    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="changes")
    what = models.CharField(max_length=10, choices=Change.choices)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("change of a date")
        verbose_name_plural = _("changes of dates")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.session_id}: {self.what}"


class SessionMessage(models.Model):
    """What a trainer wrote to a group, by language; the mails themselves stand in the outbox."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(WorkshopSession, on_delete=models.CASCADE, related_name="messages")
    group = models.CharField(max_length=10)
    # {"en": {"subject": ..., "text": ...}, ...}: placeholders not yet filled in.
    words = models.JSONField()
    count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("message to a group")
        verbose_name_plural = _("messages to groups")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.session_id}: {self.group}"
