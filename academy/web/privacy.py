"""Entries of the privacy registry for the ground: accounts, mail, sessions, and what Wagtail and allauth keep."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.models import EditingSession, FormState
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)
from wagtail.users.models import UserProfile
from wagtail_localize.models import SegmentOverride, StringTranslation

from academy.mail.models import MailText, Notice, NotificationPreference, OutgoingEmail
from academy.people import registry
from academy.people.enums import StaffFact
from academy.people.importing import rules as importing
from academy.people.models import (
    Invitation,
    JoinLink,
    Look,
    MailDomain,
    Membership,
    Pause,
    RoleGrant,
    StaffEvent,
    StaffImport,
    User,
    WiderView,
)
from academy.people.rules import make_pseudonym
from academy.website.models import AcademyDocument, AcademyImage, Feedback

NO_NAME = _("It belongs to the site; it points to an account that has no name any more.")
WITH_THE_THING = _("as long as the page or file")


def register() -> None:
    """Called once, when the app is ready."""
    _account()
    _traffic()
    _cms()


def _account() -> None:
    registry.register(
        User,
        what=_("Your account"),
        export=registry.rows(
            User, "pk", "email", "display_name", "certificate_name", "certificate_name_confirmed_at", "language",
            "time_zone", "date_joined", "last_login", "is_staff", "groups__name",
        ),
        erase=lambda person: make_pseudonym(person, timezone.now()),
        keep_reason=_("An account number without name and address, so that counts of participants stay right."),
        until=_("as long as the academy runs"),
    )  # fmt: skip
    registry.register(
        EmailAddress,
        what=_("Your e-mail addresses"),
        export=registry.rows(EmailAddress, "user", "email", "verified", "primary"),
        erase=registry.delete(EmailAddress, "user"),
    )
    registry.register(
        EmailConfirmation,
        what=_("Addresses that wait for confirmation"),
        export=registry.rows(EmailConfirmation, "email_address__user", "email_address__email", "created", "sent"),
        erase=registry.delete(EmailConfirmation, "email_address__user"),
    )
    registry.register(
        Membership,
        what=_("Where you work"),
        export=registry.rows(Membership, "person", "unit__organisation__name", "unit__name", "from_day", "until_day"),
        erase=registry.delete(Membership, "person"),
    )
    registry.register(
        RoleGrant,
        what=_("Your roles"),
        export=registry.rows(RoleGrant, "person", "role", "unit__name", "from_day", "until_day"),
        erase=registry.delete(RoleGrant, "person"),
    )
    _staff()


def _staff() -> None:
    registry.register(
        Pause,
        what=_("When you were away"),
        export=registry.rows(Pause, "person", "organisation__name", "from_day", "until_day"),
        erase=registry.delete(Pause, "person"),
    )
    registry.register(
        Invitation,
        what=_("Invitations to you"),
        export=lambda person: _invitations(person).values("unit__name", "email", "at", "answered_at", "accepted"),
        erase=lambda person: _delete(_invitations(person)),
    )
    registry.register(
        StaffEvent,
        what=_("What your organisation noted about where you work"),
        export=registry.rows(StaffEvent, "person", "fact", "at", "data"),
        erase=lambda person: _empty_names(person),
        keep_reason=_("That somebody worked there, without a name: reports about a past day stay as they were."),
        until=_("as long as the organisation learns here"),
    )
    registry.register(
        StaffImport,
        what=_("Lists of staff that you brought in"),
        export=registry.rows(StaffImport, "by", "organisation__name", "at", "file_name", "state"),
        erase=importing.forget,
        keep_reason=_("That a list was applied, and how many lines it had, without a name."),
        until=_("30 days for what lists say about people"),
        about_person=False,
    )
    registry.register(
        Look,
        what=_("Who looked at how your learning stands"),
        export=registry.rows(Look, "person", "viewer__display_name", "what", "day", "times"),
        erase=_delete_looks,
        until=_("one year"),
    )
    for model in (JoinLink, MailDomain, WiderView):
        registry.register(
            model,
            what=_("Settings of organisations that you made"),
            export=None,
            erase=registry.unset(model, "by"),
            keep_reason=NO_NAME,
            until=_("as long as the organisation learns here"),
            about_person=False,
        )


def _invitations(person: User) -> QuerySet[Invitation]:
    return Invitation.objects.filter(Q(person=person) | Q(email__iexact=person.email))


def _empty_names(person: User) -> None:
    StaffEvent.objects.filter(person=person, fact=StaffFact.NAMED).update(data={})
    StaffEvent.objects.filter(by=person).update(by=None)


def _delete_looks(person: User) -> None:
    Look.objects.filter(Q(person=person) | Q(viewer=person)).delete()


def _traffic() -> None:
    registry.register(
        OutgoingEmail,
        what=_("Messages that were sent to you"),
        export=lambda person: _mails(person).values("kind", "to", "subject", "text", "state", "created_at", "sent_at"),
        erase=lambda person: _delete(_mails(person)),
        until=_("30 days for their text, a year for the fact that they were sent"),
    )
    registry.register(
        Notice,
        what=_("What the academy told you"),
        export=registry.rows(Notice, "person", "kind", "title", "text", "url", "created_at", "read_at", "mail_on"),
        erase=registry.delete(Notice, "person"),
        until=_("a year"),
    )
    registry.register(
        NotificationPreference,
        what=_("What you want to be told of"),
        export=registry.rows(NotificationPreference, "person", "kind", "rhythm", "in_bell"),
        erase=registry.delete(NotificationPreference, "person"),
    )
    registry.register(
        UserSession,
        what=_("Where you are signed in"),
        export=registry.rows(UserSession, "user", "created_at", "ip", "user_agent"),
        erase=registry.delete(UserSession, "user"),
        until=_("the session's end, at most 14 days"),
    )
    registry.register(
        Session,
        what=_("Open sessions of your browsers"),
        export=None,
        erase=_end_sessions,
        until=_("14 days"),
    )
    registry.register(
        Feedback,
        what=_("Messages that you wrote to us"),
        export=lambda person: _feedback(person).values("page_code", "message", "email", "created_at", "answered_at"),
        erase=_delete_feedback,
        until=_("two years"),
    )


def _cms() -> None:
    for model, field, what, shown in [
        (Page, "owner", _("Pages that you made"), ("title", "first_published_at")),
        (AcademyImage, "uploaded_by_user", _("Pictures that you uploaded"), ("title", "created_at")),
        (AcademyDocument, "uploaded_by_user", _("Files that you uploaded"), ("title", "created_at")),
        (Image, "uploaded_by_user", _("Pictures that you uploaded"), ("title", "created_at")),
        (Document, "uploaded_by_user", _("Files that you uploaded"), ("title", "created_at")),
        (Revision, "user", _("Drafts that you saved"), ("object_str", "created_at")),
        (WorkflowState, "requested_by", _("Reviews that you asked for"), ("created_at", "status")),
        (TaskState, "finished_by", _("Reviews that you did"), ("finished_at", "status")),
        (StringTranslation, "last_translated_by", _("Sentences that you translated"), ("data", "updated_at")),
        (SegmentOverride, "last_translated_by", _("Settings of translations that you changed"), ("updated_at",)),
        (MailText, "changed_by", _("Texts of mails that you changed"), ("kind", "language", "changed_at")),
        (PageLogEntry, "user", _("What you did with pages"), ("label", "action", "timestamp")),
    ]:
        registry.register(
            model,
            what=what,
            export=registry.rows(model, field, *shown),
            erase=None,
            keep_reason=NO_NAME,
            until=WITH_THE_THING,
            about_person=False,
        )
    registry.register(
        ModelLogEntry,
        what=_("What you did in the administration, and what was done about your account"),
        export=_log_lines,
        erase=None,
        keep_reason=_("That something was changed, and when; lines about your account lose your name."),
        until=_("as long as the academy runs"),
        about_person=False,
    )
    registry.register(
        UserProfile,
        what=_("Your settings in the CMS"),
        export=registry.rows(UserProfile, "user", "preferred_language", "current_time_zone", "theme", "avatar"),
        erase=_delete_profile,
    )
    for model, field, what, shown in [
        (Comment, "user", _("Comments in the CMS"), ("text", "created_at")),
        (CommentReply, "user", _("Replies to comments in the CMS"), ("text", "created_at")),
        (PageSubscription, "user", _("Pages whose comments you follow"), ("page__title",)),
        (EditingSession, "user", _("Pages that you have open in the CMS"), ("last_seen_at",)),
        (FormState, "user", _("Half-written forms in the CMS"), ()),
        (APIToken, "user", _("Keys for programs"), ()),
    ]:
        registry.register(
            model,
            what=what,
            export=registry.rows(model, field, *shown) if shown else None,
            erase=registry.delete(model, field),
        )
    registry.register(
        UploadedFile,
        what=_("Uploads that were not finished"),
        export=None,
        erase=registry.delete(UploadedFile, "uploaded_by_user"),
    )


def _addresses(person: User) -> set[str]:
    return {person.email, *EmailAddress.objects.filter(user_id=person.pk).values_list("email", flat=True)}


def _mails(person: User) -> Any:
    return OutgoingEmail.objects.filter(Q(person=person) | Q(to__in=_addresses(person))).order_by("pk")


def _feedback(person: User) -> Any:
    # As it was typed, in capitals perhaps; addresses of accounts are in lower case.
    return Feedback.objects.alias(lower=Lower("email")).filter(lower__in=_addresses(person)).order_by("pk")


def _delete_feedback(person: User) -> None:
    """The messages, and the mails that carried them to the operator."""
    carried = OutgoingEmail.objects.alias(lower=Lower("reply_to")).filter(lower__in=_addresses(person))
    carried.delete()
    _feedback(person).delete()


def _log_lines(person: User) -> Iterator[registry.Row]:
    """What others did about their account, with the reasons but not who; and what they did, without what they wrote."""
    about = ModelLogEntry.objects.for_instance(person)
    yield from about.order_by("pk").values("action", "timestamp", "data__reason")
    others = ModelLogEntry.objects.filter(user=person).exclude(pk__in=about.values("pk"))
    yield from others.order_by("pk").values("action", "timestamp")


def _delete(found: Any) -> None:
    found.delete()


def _delete_profile(person: User) -> None:
    for profile in UserProfile.objects.filter(user=person):
        profile.avatar.delete(save=False)
        profile.delete()


def _end_sessions(person: User) -> None:
    """Sessions name their person inside their signed data only, so each one is opened."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(person.pk):
            store(session.session_key).delete()
