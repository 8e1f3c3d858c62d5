"""The texts of mails in the Wagtail admin: by kind and language, with preview and the way back to the default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone, translation
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.mail import kinds, wording
from academy.mail.errors import KindUnknown
from academy.mail.models import MailText
from academy.mail.rules import change_text, reset_text
from academy.mail.wording import Words
from academy.people.access import has_role
from academy.people.enums import Role
from academy.people.models import User

LABEL = _("Texts of mails")
PERMISSION = "academy.change_mailtext"


def may_change(user: Any) -> bool:
    """Who words the academy's mails: platform administrators, and groups with the permission."""
    return user.has_perm(PERMISSION) or has_role(user, Role.PLATFORM_ADMIN)


def permissions() -> QuerySet[Permission]:
    """Hook `register_permissions`: what a group can be given."""
    return Permission.objects.filter(content_type__app_label="academy", codename="change_mailtext")


class MailTextsMenuItem(MenuItem):
    """In the menu of settings, for who may."""

    def is_shown(self, request: HttpRequest) -> bool:
        """See may_change."""
        return may_change(request.user)


def menu_item() -> MenuItem:
    """Hook `register_settings_menu_item`."""
    return MailTextsMenuItem(LABEL, reverse_lazy("mail_texts"), icon_name="mail", order=800)


@dataclass(frozen=True)
class Cell:
    """A kind's text in one language; `is_changed`: not the default."""

    language: str
    language_name: str
    url: str
    is_changed: bool


@dataclass(frozen=True)
class Row:
    """A kind in all languages."""

    kind: kinds.Kind
    cells: list[Cell]


class MailTextForm(forms.Form):
    """Subject and text with the kind's placeholders."""

    subject = forms.CharField(label=_("Subject"), max_length=250)
    text = forms.CharField(label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 10}))

    def __init__(self, *args: Any, kind: kinds.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind

    def clean_subject(self) -> str:
        """On one line, with placeholders that exist."""
        return self._checked(" ".join(self.cleaned_data["subject"].split()))

    def clean_text(self) -> str:
        """With placeholders that exist."""
        return self._checked(self.cleaned_data["text"].replace("\r\n", "\n"))

    def _checked(self, value: str) -> str:
        problem = wording.problem(value, self.kind.placeholders)
        if problem:
            raise forms.ValidationError(problem, code="placeholder")
        return value

    @property
    def words(self) -> Words:
        """What was typed."""
        return Words(self.cleaned_data["subject"], self.cleaned_data["text"])


class _MailTextView(WagtailAdminTemplateMixin, View):
    """Unknown and forbidden look the same."""

    header_icon = "mail"
    page_title = LABEL
    request: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """There for who may, and for nobody else."""
        if not may_change(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        """The page with these values."""
        return render(self.request, self.template_name, self.get_context_data(**context), status=status)


class MailTextsView(_MailTextView):
    """All kinds whose words can be changed, with a way to each language."""

    template_name = "academy/panel/mail_texts.html"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the settings."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": LABEL}]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        changed = set(MailText.objects.values_list("kind", "language"))
        rows = [
            Row(
                kind,
                [
                    Cell(code, _called(code), _address(kind.code, code), (kind.code, code) in changed)
                    for code, _name in settings.LANGUAGES
                ],
            )
            for kind in kinds.kinds()
            if kind.placeholders
        ]
        return self.show(rows=rows)


class MailTextView(_MailTextView):
    """One text: write, look at it as it would come, keep it, or go back to the default."""

    template_name = "academy/panel/mail_text.html"
    kind: kinds.Kind
    language: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The kind has words, and the language is one of ours."""
        self.language = kwargs["language"]
        try:
            self.kind = wording.editable(f"{kwargs['group']}/{kwargs['name']}")
        except KindUnknown as error:
            raise Http404 from error
        if self.language not in dict(settings.LANGUAGES):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the list."""
        here = f"{self.kind.label} ({_called(self.language)})"
        return [
            *super().get_breadcrumbs_items(), {"url": reverse("mail_texts"), "label": LABEL}, {"url": "", "label": here}
        ]  # fmt: skip

    def get(self, request: HttpRequest, group: str, name: str, language: str) -> HttpResponse:
        """The text that is in use."""
        words = self._edited or wording.default(self.kind.code, language)
        return self._page(MailTextForm(kind=self.kind, initial={"subject": words.subject, "text": words.text}), words)

    def post(self, request: HttpRequest, group: str, name: str, language: str) -> HttpResponse:
        """`do` is "preview", "reset" or "save"."""
        by = User.objects.get(pk=self.request.user.pk)
        do = request.POST.get("do", "save")
        if do == "reset":
            reset_text(kind=self.kind.code, language=language, by=by, at=timezone.now())
            messages.success(request, _("The default text is in use again."))
            return redirect("mail_texts")
        form = MailTextForm(request.POST, kind=self.kind)
        if not form.is_valid():
            return self._page(form, None, status=422)
        if do == "preview":
            return self._page(form, form.words)
        change_text(kind=self.kind.code, language=language, words=form.words, by=by, at=timezone.now())
        messages.success(request, _("The text is saved. Mails say it from now on."))
        return redirect("mail_texts")

    @property
    def _edited(self) -> Words | None:
        return wording.overrides([self.kind.code], [self.language]).get((self.kind.code, self.language))

    def _page(self, form: MailTextForm, words: Words | None, status: int = 200) -> HttpResponse:
        preview = None
        if words is not None:
            with translation.override(self.language):
                preview = wording.preview(self.kind, words)
        return self.show(
            status,
            form=form,
            kind=self.kind,
            placeholders=[(f"{{{name}}}", described) for name, described in self.kind.placeholders.items()],
            language=self.language,
            language_name=_called(self.language),
            preview=preview,
            is_changed=self._edited is not None,
        )


def urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    return [
        path("mail-texts/", MailTextsView.as_view(), name="mail_texts"),
        path("mail-texts/<str:group>/<str:name>/<str:language>/", MailTextView.as_view(), name="mail_text"),
    ]


def _called(code: str) -> str:
    return str(get_language_info(code)["name_translated"])


def _address(kind: str, language: str) -> str:
    group, _slash, name = kind.partition("/")
    return reverse("mail_text", args=[group, name, language])
