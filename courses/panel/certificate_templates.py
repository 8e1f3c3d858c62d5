"""Templates of certificates in the Wagtail admin: the list, the form, a preview before saving, files in and out.

Platform administrators see all templates, administrators of an organisation their own. A preview holds people who do
not exist; what was typed is parked for a few minutes, under a random name, for who typed it.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic import history, usage
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy

from courses.certificates.access import administered_organisations, can_revoke, templates_for
from courses.certificates.document import document_data, render_png
from courses.certificates.editing import exported
from courses.certificates.errors import DocumentRefused
from courses.certificates.models import CertificateAsset, CertificateTemplate
from courses.certificates.samples import KINDS, NAMES, sample

from .template_forms import ImportForm, TemplateFields, edit_handler

# Seconds that a preview of what was typed can be looked at.
PARKED_FOR = 1800
SHOWN = ("issuer", "signatory_name", "signatory_role", "words", "is_default")


class TemplatePolicy(ModelPermissionPolicy):
    """By role, not by a permission of Django: platform administrators, and administrators of an organisation."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether there is a template that the person may change."""
        return can_revoke(user) or bool(administered_organisations(user))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """The same for all actions."""
        return self.user_has_permission(user, "change")

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether this one is among them."""
        return templates_for(user).filter(pk=instance.pk).exists()

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        """The same for all actions."""
        return self.user_has_permission_for_instance(user, "change", instance)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        """Those that the person may change."""
        return templates_for(user)


POLICY = TemplatePolicy(CertificateTemplate)


class _Own:
    """Views of one template: somebody else's is as unknown as one that is not there."""

    request: HttpRequest

    def get_object(self, *args: Any, **kwargs: Any) -> CertificateTemplate:
        """The template, if the person may change it."""
        found: CertificateTemplate = super().get_object(*args, **kwargs)  # type: ignore[misc]  # of the view it is for
        if not POLICY.user_has_permission_for_instance(self.request.user, "change", found):
            raise Http404
        return found


class TemplateIndexView(generic.IndexView):
    """The list, with the way to import one."""

    def get_base_queryset(self) -> Any:
        """Those that the person may change."""
        return templates_for(self.request.user).select_related("organisation")

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """Import among the list's other buttons."""
        buttons: list[Button] = [*super().header_more_buttons]
        url = reverse("certificate_template_import")
        return [*buttons, Button(_("Import a template"), url=url, icon_name="upload", priority=80)]


class _WithPreview:
    """Pages with the form show a preview beside it."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the address that takes what was typed."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # of the view it is for
        template = getattr(self, "object", None)
        pk = template.pk if isinstance(template, CertificateTemplate) else None
        context["preview_url"] = reverse("certificate_template_preview", args=[pk] if pk else [])
        context["template_pk"] = pk
        return context


class TemplateCreateView(_WithPreview, generic.CreateView):
    """A new template."""


class TemplateEditView(_Own, _WithPreview, generic.EditView):
    """Certificates from now on follow what is saved."""


class TemplateDeleteView(_Own, generic.DeleteView):
    """What was issued stays as it is."""


class TemplateHistoryView(_Own, history.HistoryView):
    """Who changed it, and when."""


class TemplateUsageView(_Own, usage.UsageView):
    """Where it is referred to."""


class CertificateTemplateViewSet(ModelViewSet):
    """Templates of certificates."""

    model = CertificateTemplate
    name = "certificate_templates"
    url_prefix = "certificate-templates"
    url_namespace = "certificate_templates"
    icon = "tick-inverse"
    menu_label = _("Certificate templates")
    menu_order = 620
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = [
        "name",
        Column("organisation", label=_("For"), accessor=lambda row: row.organisation or _everybody(row)),
        BooleanColumn("is_active", label=_("In use")),
    ]
    search_fields = ["name"]
    index_view_class = TemplateIndexView
    add_view_class = TemplateCreateView
    edit_view_class = TemplateEditView
    delete_view_class = TemplateDeleteView
    history_view_class = TemplateHistoryView
    usage_view_class = TemplateUsageView
    create_template_name = "courses/panel/template_create.html"
    edit_template_name = "courses/panel/template_edit.html"
    edit_handler = edit_handler()


def _everybody(row: CertificateTemplate) -> Any:
    return _("Everybody") if row.is_default else _("Nobody: its organisation is gone")


# -- preview ----------------------------------------------------------------------------------------------------------
def form_class() -> type[TemplateFields]:
    """The form of the template, as the viewset makes it."""
    found: type[TemplateFields] = CertificateTemplateViewSet().get_form_class()
    return found


class _TemplateView(WagtailAdminTemplateMixin, PermissionCheckedMixin, View):
    """What the pages beside the form share."""

    permission_policy = POLICY
    permission_required = "change"
    header_icon = "tick-inverse"
    request: Any

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Below the list of templates."""
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("certificate_templates:index"), "label": _("Certificate templates")},
            {"url": "", "label": self.page_title},
        ]

    def own(self, pk: int) -> CertificateTemplate:
        """The template with this key, if the person may change it."""
        return get_object_or_404(templates_for(self.request.user), pk=pk)


class PreviewView(_TemplateView):
    """Takes what was typed, saves nothing, and leads to its preview; without a form, shows the template as saved."""

    page_title = _("Preview")
    template_name = "courses/panel/template_form_errors.html"

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """The template as it was saved."""
        if pk is None:
            raise Http404
        return self._to(self.own(pk))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """What was typed; what is wrong with it is said on the fields."""
        instance = self.own(pk) if pk is not None else CertificateTemplate()
        form = form_class()(request.POST, request.FILES, instance=instance, for_user=request.user)
        if not form.is_valid():
            fields = [form[name] for name in form.errors if name in form.fields]
            context = self.get_context_data(form=form, wrong=fields)
            return render(request, self.template_name, context, status=422)
        return self._to(form.instance)

    def _to(self, template: CertificateTemplate) -> HttpResponse:
        token = secrets.token_urlsafe(16)
        parked = {name: getattr(template, name) for name in SHOWN}
        parked |= {"logo": template.logo_id, "signature": template.signature_id, "by": self.request.user.pk}
        cache.set(_key(token), parked, PARKED_FOR)
        return redirect("certificate_template_parked", token=token)


class ParkedView(_TemplateView):
    """A parked template: which kind, which language, whose name; and the sheet as a picture."""

    page_title = _("Preview")
    template_name = "courses/panel/template_preview.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """The choices and the picture."""
        if unparked(token, request.user) is None:
            messages.error(request, _("This preview is no longer kept. Open it from the template again."))
            return redirect("certificate_templates:index")
        chosen = choices(request.GET)
        return render(
            request,
            self.template_name,
            self.get_context_data(
                kinds=[(key, label) for key, (label, _kind) in KINDS.items()],
                names=[(key, label) for key, (label, _name) in NAMES.items()],
                languages=settings.LANGUAGES,
                chosen=chosen,
                sheet=f"{reverse('certificate_template_sheet', args=[token])}?{query(chosen)}",
            ),
        )


class SheetView(_TemplateView):
    """The picture itself."""

    page_title = _("Preview")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """A PNG, drawn now; 404 once it is no longer parked."""
        template = unparked(token, request.user)
        if template is None:
            raise Http404
        chosen = choices(request.GET)
        try:
            made = sample(template, kind=chosen["kind"], language=chosen["language"], name=chosen["name"])
            content = render_png(document_data(made, chosen["language"]))
        except DocumentRefused as refused:
            return HttpResponse(str(refused), status=422, content_type="text/plain; charset=utf-8")
        return HttpResponse(content, content_type="image/png", headers={"Cache-Control": "private, no-store"})


def unparked(token: str, user: Any) -> CertificateTemplate | None:
    """What this person parked, as a template that is not saved; None if it is no longer kept, or somebody else's."""
    parked = cache.get(_key(token))
    if not parked or parked["by"] != user.pk:
        return None
    pictures = {name: CertificateAsset.objects.filter(pk=parked[name]).first() for name in ("logo", "signature")}
    return CertificateTemplate(**{name: parked[name] for name in SHOWN}, **pictures)


def choices(asked: QueryDict) -> dict[str, str]:
    """What is to be shown: what was asked for if there is such a thing, else the first of each."""
    kind, name, language = asked.get("kind", ""), asked.get("name", ""), asked.get("language", "")
    known = [code for code, _name in settings.LANGUAGES]
    here = get_language() or ""
    return {
        "kind": kind if kind in KINDS else "course",
        "name": name if name in NAMES else "longest",
        "language": next((each for each in (language, here) if each in known), known[0]),
    }


def query(chosen: dict[str, str]) -> str:
    """The choices as the end of an address."""
    found = QueryDict(mutable=True)
    found.update(chosen)
    return found.urlencode()


def _key(token: str) -> str:
    return f"certificate-template:{token}"


# -- files ------------------------------------------------------------------------------------------------------------
class ExportView(_TemplateView):
    """The template as a file, pictures included."""

    page_title = _("Export")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A download."""
        template = self.own(pk)
        name = slugify(template.name) or "template"
        return HttpResponse(
            exported(template),
            content_type="application/json",
            headers={
                "Content-Disposition": f'attachment; filename="{name}.json"',
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
            },
        )


class ImportView(_TemplateView):
    """A template from a file. It is not in use until somebody says so."""

    page_title = _("Import a template")
    template_name = "courses/panel/template_import.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        form = ImportForm(user=request.user, form_class=form_class())
        return render(request, self.template_name, self.get_context_data(form=form))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Write it, or say what is wrong with the file."""
        form = ImportForm(request.POST, request.FILES, user=request.user, form_class=form_class())
        if not form.is_valid():
            return render(request, self.template_name, self.get_context_data(form=form), status=422)
        template = form.save()
        messages.success(request, _("The template was imported. It is not in use yet: look at it first."))
        return redirect("certificate_templates:edit", template.pk)


def urls() -> list[URLPattern]:
    """For the hook `register_admin_urls`."""
    prefix = "certificate-template-files"
    return [
        path(f"{prefix}/preview/", PreviewView.as_view(), name="certificate_template_preview"),
        path(f"{prefix}/preview/<int:pk>/", PreviewView.as_view(), name="certificate_template_preview"),
        path(f"{prefix}/parked/<str:token>/", ParkedView.as_view(), name="certificate_template_parked"),
        path(f"{prefix}/parked/<str:token>/sheet.png", SheetView.as_view(), name="certificate_template_sheet"),
        path(f"{prefix}/<int:pk>/export/", ExportView.as_view(), name="certificate_template_export"),
        path(f"{prefix}/import/", ImportView.as_view(), name="certificate_template_import"),
    ]
