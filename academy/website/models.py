"""The frame of the site: what every page has, the front page, plain pages, settings, files."""

from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, TabbedInterface
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.fields import StreamField
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage
from wagtail.models import Page, PageViewRestriction
from wagtail_localize.fields import SynchronizedField, TranslatableField

from .addresses import Route, site_map, url_of
from .blocks import BodyBlock


class AcademyImage(AbstractImage):
    """A picture. Its alternative text stands where it is used, in the language of the page."""

    source = models.CharField(_("source and licence"), max_length=250, blank=True)

    admin_form_fields = (*WagtailImage.admin_form_fields, "source")


class Rendition(AbstractRendition):
    """A picture in one size."""

    image = models.ForeignKey(AcademyImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class AcademyDocument(AbstractDocument):
    """A file to download, or a video."""

    admin_form_fields = WagtailDocument.admin_form_fields


class BasePage(Page):
    """What every page of the academy has. Abstract: Wagtail's own Page stays the base (STACK.md, pitfall 20)."""

    summary = models.CharField(
        _("summary"), max_length=320, blank=True, help_text=_("One or two sentences for lists and search engines.")
    )

    # The tree reads like the curriculum, in its order, not by the date of the last change.
    admin_default_ordering = "ord"
    content_panels = [*Page.content_panels, FieldPanel("summary")]
    # Dates and visibility are decided on the source page; translations hold words only (architecture rule 1).
    override_translatable_fields = [
        TranslatableField("slug"),
        TranslatableField("seo_title"),
        TranslatableField("search_description"),
        SynchronizedField("show_in_menus"),
    ]

    class Meta:
        abstract = True

    @property
    def language(self) -> str:
        """Language of the page's words, without a query."""
        locale = site_map().locales.get(self.locale_id)
        return str(locale.language_code if locale else self.locale.language_code)

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Site, its root and the page's address: that of the page's place in the page's own language.

        A page that was taken out of the map, or an old state of one (Wagtail asks with the path of before, to leave a
        redirect), answers by its own place in Wagtail's tree. None if it stands below no front page of the site.
        """
        self._get_site_root_paths(request)  # Wagtail reads the copy that this leaves on the request
        places = site_map()
        if places.home is None:
            return None
        place = places.place_of(self.pk) if self.pk else None
        stored = place.words.get(self.language) if place else None
        if place and place.source.page_id == self.pk:
            stored = place.source
        if place and (stored is None or stored.url_path == self.url_path):
            path = places.path(place.key, self.language)
        else:
            root = places.places[places.home].in_language(self.language)[0].url_path
            path = self.url_path.removeprefix(root) if (self.url_path or "").startswith(root) else None
        if path is None:
            return None
        return places.site_id, places.root_url, f"/{self.language}/{path}"

    def get_url(self, request: HttpRequest | None = None, current_site: Any = None) -> str | None:
        """The page's address from the root of the site; there is one site."""
        parts = self.get_url_parts(request)
        return parts[2] if parts else None

    url = property(get_url)

    def get_view_restrictions(self) -> models.QuerySet:
        """Who is kept out: what is said on the source and all above it, and on this translation."""
        places = site_map()
        place = places.place_of(self.pk) if self.pk else None
        if place and not place.restricted:
            return PageViewRestriction.objects.none()
        if place is None:
            return cast(models.QuerySet, super().get_view_restrictions())
        family = [place, *places.ancestors(place.key)]
        pages = {words.page_id for each in family for words in (each.source, *each.words.values())}
        return PageViewRestriction.objects.filter(page_id__in=pages)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `route` (where the reader is, in which language) and `source` (structure, rules and dates)."""
        route = getattr(request, "route", None)
        if route is None or route.page.pk != self.pk or getattr(request, "is_preview", False):
            route = self._route_of_a_preview()
        return {**super().get_context(request, *args, **kwargs), "route": route, "source": route.source}

    def _route_of_a_preview(self) -> Route:
        """A page that is looked at before it is published stands for itself; its source is the stored one."""
        places = site_map()
        place = places.places.get(self.translation_key)
        source: BasePage = self
        if place and self.pk not in {None, place.source.page_id}:
            source = type(self)._default_manager.filter(pk=place.source.page_id).first() or self
        urls = {code: url_of(self.translation_key, code) or "" for code in places.languages} if place else {}
        return Route(page=self, source=source, language=self.language, alternatives=urls)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page as it would look, in its own language whatever the editor's."""
        with translation.override(self.language):
            response = super().serve_preview(request, mode_name)
            # Rendered while the language holds.
            return cast(HttpResponse, response.render() if hasattr(response, "render") else response)


class HomePage(BasePage):
    """The front page with three ways in."""

    door_buy_title = models.CharField(_("door 1: title"), max_length=80, blank=True)
    door_buy_text = models.CharField(_("door 1: text"), max_length=250, blank=True)
    door_budget_title = models.CharField(_("door 2: title"), max_length=80, blank=True)
    door_budget_text = models.CharField(_("door 2: text"), max_length=250, blank=True)
    door_policy_title = models.CharField(_("door 3: title"), max_length=80, blank=True)
    door_policy_text = models.CharField(_("door 3: text"), max_length=250, blank=True)

    template = "academy/home.html"
    parent_page_types = ["wagtailcore.Page"]
    max_count_per_parent = None

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("door_buy_title"),
                FieldPanel("door_buy_text"),
                FieldPanel("door_budget_title"),
                FieldPanel("door_budget_text"),
                FieldPanel("door_policy_title"),
                FieldPanel("door_policy_text"),
            ],
            heading=_("Three ways in"),
        ),
    ]

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front pages")


class StandardPage(BasePage):
    """A page of text: imprint, privacy notice, accessibility statement, help, contact."""

    code = models.SlugField(
        _("code"),
        blank=True,
        help_text=_("How the site finds this page, the same in all languages: privacy, imprint, accessibility …"),
    )
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)
    with_form = models.BooleanField(_("with a feedback form"), default=False)
    reviewed_on = models.DateField(_("last reviewed"), null=True, blank=True)

    template = "academy/standard_page.html"
    content_panels = [*BasePage.content_panels, FieldPanel("body"), FieldPanel("reviewed_on")]
    settings_panels = [*Page.settings_panels, FieldPanel("code"), FieldPanel("with_form")]
    override_translatable_fields = [
        *BasePage.override_translatable_fields,
        SynchronizedField("code"),
        SynchronizedField("with_form"),
        SynchronizedField("reviewed_on"),
    ]

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


@register_setting(icon="cog")
class SiteSettings(BaseSiteSetting):
    """What an operator sets once: who answers for the site and where to write to."""

    operator = models.CharField(_("operator"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact address"), blank=True)
    signatory_name = models.CharField(_("who signs certificates"), max_length=150, blank=True)
    signatory_role = models.CharField(_("signatory's role"), max_length=150, blank=True)

    edit_handler = TabbedInterface(
        [
            MultiFieldPanel([FieldPanel("operator"), FieldPanel("contact_email")], heading=_("Operator")),
            MultiFieldPanel([FieldPanel("signatory_name"), FieldPanel("signatory_role")], heading=_("Certificates")),
        ]
    )

    class Meta:
        verbose_name = _("academy settings")


class Feedback(models.Model):
    """A message about the site's accessibility or content, sent from a form that needs no account."""

    page_code = models.SlugField()
    page_url = models.CharField(max_length=400, blank=True)
    message = models.TextField(_("message"), max_length=4000)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.page_code}, {self.created_at:%Y-%m-%d}"
