"""Loads the content files through the rules that editors' work goes through. Safe to run again.

What was edited in the CMS since it was loaded is left alone and listed; so is what was deleted there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_save
from django.utils import timezone
from modelsearch.index import class_is_indexed, get_indexed_models
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin, Locale, Page, ReferenceIndex, RevisionMixin
from wagtail.search.backends import get_search_backend
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.signals import page_published
from wagtail.snippets.models import get_snippet_models
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from academy.website.models import AcademyDocument, AcademyImage, HomePage
from academy.website.rules import prepare_groups, prepare_site
from curriculum.translation.errors import NotParallel, NotTranslatedYet
from curriculum.translation.rules import publish, require_all_words, submit, write_words

from .activities import activity_files, load_packages
from .blocks import key_of
from .building import Builder
from .files import CONTENT_DIR, LANGUAGES, ContentError, check_folder
from .models import ContentFileState
from .pieces import Piece

TOOL = "content files"
PACKAGE = "package"
PICTURES = {".svg", ".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif"}


@dataclass
class Report:
    """What a loading did, for the person who started it. Each entry is one text in one language."""

    made: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def check(folder: Path = CONTENT_DIR) -> list[str]:
    """What is not well-formed or not parallel, one sentence each."""
    return check_folder(folder)


def load(folder: Path = CONTENT_DIR, *, by: Any, at: datetime, languages: tuple[str, ...] = LANGUAGES) -> Report:
    """Load all files of a folder. Nothing is written when a check fails; the report then holds the problems."""
    report = Report(problems=check(folder))
    if not report.problems:
        _Loader(folder, languages, report, by=by, at=at).run()
    return report


def digest(data: Any) -> str:
    """A short name for what some data say."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, cls=DjangoJSONEncoder, default=str).encode()).hexdigest()


def content_digest(thing: Any) -> str:
    """What a snippet holds, its numbers aside."""
    data = thing.serializable_data() if hasattr(thing, "serializable_data") else _plain(thing)
    return digest(_without_numbers(data))


def _plain(thing: Model) -> dict[str, Any]:
    return {f.name: f.value_from_object(thing) for f in thing._meta.concrete_fields}


def _without_numbers(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _without_numbers(value) for name, value in data.items() if name not in {"pk", "id"}}
    return [_without_numbers(each) for each in data] if isinstance(data, list) else data


class _Loader:
    def __init__(
        self, folder: Path, languages: tuple[str, ...], report: Report, *, by: Any, at: datetime
    ) -> None:  # fmt: skip
        self.folder, self.languages, self.report, self.by, self.at = folder, languages, report, by, at
        self.source = languages[0]
        self.states = {(s.path, s.part, s.language): s for s in ContentFileState.objects.all()}
        self.found: dict[UUID, Any] = {}
        self.stored: dict[Any, dict[tuple[UUID, int], Any]] = {}
        self.parents: dict[tuple[UUID, str], Any] = {}
        self.files: dict[str, int | None] = {}

    def run(self) -> None:
        """Everything, each piece in a transaction of its own: a mistake in the last one does not undo the first."""
        key = key_of("page", "home")
        home = prepare_site(languages=self.languages, title=settings.WAGTAIL_SITE_NAME, key=key, by=self.by)
        self.home_key = home.translation_key
        prepare_groups(snippets=get_snippet_models(), by=self.by)
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        builder = Builder(self.folder, self.languages, self)
        with indexing_later() as touched:
            try:
                for piece in builder.pieces():
                    touched += self.load_whole(piece)
            except KeyError as error:
                self.report.problems.append(f"{builder.reading}: {error} is missing")
            except ContentError as error:
                self.report.problems.append(f"{builder.reading}: {error}")
        for path, code in activity_files(builder):
            load_packages(path, code, self)

    def load_whole(self, piece: Piece) -> list[Any]:
        """One piece, or nothing of it."""
        try:
            with transaction.atomic():
                return self.load(piece)
        except (ContentError, NotParallel, NotTranslatedYet, ValidationError) as error:
            self.report.problems.append(f"{self.name(piece, self.source)}: {error}")
            return []

    # -- what is there (blocks.Lookups) -----------------------------------------------------------------------------
    def find(self, model: type[Model], key: UUID) -> Any:
        """The source object with this key."""
        if key not in self.found:
            self.found[key] = self.existing(model, key, self.source)
        if self.found[key] is None:
            raise ContentError(f"the {model._meta.verbose_name} that it refers to does not exist")
        return self.found[key]

    def existing(self, model: Any, key: UUID, language: str) -> Any:
        """The object with this key in a language, or None. The front page is the site's, whatever its key."""
        if model not in self.stored:
            self.stored[model] = {(each.translation_key, each.locale_id): each for each in model.objects.all()}
        if model is HomePage:
            key = self.home_key
        return self.stored[model].get((key, self.locales[language].pk))

    def media(self, file: str) -> int | None:
        """Primary key of an image or document, loaded when it is first asked for; None if the file is missing."""
        if file not in self.files:
            self.files[file] = self.load_file(file)
        return self.files[file]

    def load_file(self, file: str) -> int | None:
        """Load a file below the content folder, once."""
        path = self.folder / file
        state = self.states.get((file, "", ""))
        model: Any = AcademyImage if path.suffix in PICTURES else AcademyDocument
        if state and model.objects.filter(pk=state.object_id).exists():
            return state.object_id
        if not path.exists():
            self.report.problems.append(f"{file}: this file is missing; the blocks that show it were left out")
            return None
        # A1.en.docx is "A1": the language of a file is said by the page that it stands on.
        stem = path.stem.rpartition(".")[0] if path.stem.rpartition(".")[2] in self.languages else path.stem
        title = (stem or path.stem).replace("-", " ").replace(".", " ").capitalize()
        with path.open("rb") as opened:
            thing = model(title=title, uploaded_by_user=self.by, file=File(opened, name=path.name))
            # Wagtail's forms do the same when a person uploads: size and hash stand in the row.
            thing._set_image_file_metadata() if model is AcademyImage else thing._set_document_file_metadata()
            thing.save()
        self.note(file, "", "", hashlib.sha256(path.read_bytes()).hexdigest(), thing)
        self.report.made.append(file)
        return int(thing.pk)

    def package_state(self, path: str, language: str) -> int | None:
        """Primary key of the package that was loaded last from a file in a language."""
        state = self.states.get((path, PACKAGE, language))
        return state.object_id if state is not None else None

    def note_package(self, path: str, language: str, package: Any) -> None:
        """Remember which package was loaded."""
        values = {"digest": package.sha256, "object_id": package.pk, "loaded_at": self.at}
        state, _ = ContentFileState.objects.update_or_create(
            path=path, part=PACKAGE, language=language, defaults=values
        )
        self.states[path, PACKAGE, language] = state

    # -- one piece ----------------------------------------------------------------------------------------------------
    def load(self, piece: Piece) -> list[Any]:
        """The source, then its translations; what was written."""
        said = digest([piece.fields, _shape(piece.children(self.source))])
        thing = self.existing(piece.model, piece.key, self.source)
        state = self.states.get((piece.path, piece.part, self.source))
        verdict = self.verdict(piece, self.source, said, thing, state)
        if verdict == "left alone":
            self.found[piece.key] = thing
            return []
        if verdict == "make":
            thing = self.make(piece)
        elif verdict == "renew":
            self.renew(piece, thing)
        self.found[piece.key] = thing
        if verdict != "unchanged":
            self.note(piece.path, piece.part, self.source, said, thing)
            TranslationSource.update_or_create_from_instance(thing) if piece.words else None
        written = [thing] if verdict != "unchanged" else []
        for language, words in piece.words.items():
            translation = self.translate(piece, language, words, thing, source_changed=verdict == "renew")
            written += [translation] if translation else []
        return written

    def verdict(self, piece: Piece, language: str, said: str, thing: Any, state: ContentFileState | None) -> str:
        """What to do with a text: "make", "renew", "unchanged" or "left alone"; says so in the report."""
        name = self.name(piece, language)
        if thing is None:
            if state is not None:
                self.report.left_alone.append(f"{name}: was deleted in the CMS")
                return "left alone"
            self.report.made.append(name)
            return "make"
        if state is None and not (isinstance(thing, HomePage) and thing.latest_revision_id is None):
            self.report.left_alone.append(f"{name}: was there before")
            return "left alone"
        if state and state.digest == said:
            self.report.unchanged.append(name)
            return "unchanged"
        if state and self.was_edited(thing, state):
            self.report.left_alone.append(f"{name}: was edited in the CMS")
            return "left alone"
        self.report.renewed.append(name)
        return "renew"

    def was_edited(self, thing: Any, state: ContentFileState) -> bool:
        """Whether somebody changed it since it was loaded."""
        if isinstance(thing, RevisionMixin):
            return bool(thing.latest_revision_id != state.revision_id)
        return content_digest(thing) != state.content_digest

    def make(self, piece: Piece) -> Any:
        """A new source object, published."""
        thing = self.instance(piece, self.source, piece.fields)
        if isinstance(thing, Page):
            self.put_live(piece, self.source, thing)
        else:
            thing.full_clean()
            thing.save()
            self.publish(thing)
        return thing

    def put_live(self, piece: Piece, language: str, page: Page) -> None:
        """A new page as it is after an editor made and published it, in one save instead of four."""
        page.live, page.has_unpublished_changes = True, False
        # The moment itself, not the loading's: a translation published before its source was read would lag behind.
        page.first_published_at = page.last_published_at = page.latest_revision_created_at = timezone.now()
        self.parent(piece, language).add_child(instance=page)
        revision = page.save_revision(user=self.by, changed=False, clean=False)
        type(page)._default_manager.filter(pk=page.pk).update(live_revision=revision)
        page.live_revision = revision
        log(instance=page, action="wagtail.publish", user=self.by, revision=revision)
        page_published.send(sender=type(page), instance=page, revision=revision)
        self.parents[page.translation_key, language] = page

    def renew(self, piece: Piece, thing: Any) -> None:
        """The source object as the file has it now."""
        for name, value in piece.fields.items():
            setattr(thing, name, value)
        for name, rows in self.children(piece, self.source).items():
            setattr(thing, name, rows)
        if not isinstance(thing, Page):
            thing.save()
        self.publish(thing)

    def publish(self, thing: Any) -> None:
        """Put a page or quiz live as an editor would."""
        if isinstance(thing, DraftStateMixin):
            thing.save_revision(user=self.by, changed=False).publish(user=self.by)
            thing.refresh_from_db()

    def translate(
        self, piece: Piece, language: str, words: dict[str, Any], source: Any, *, source_changed: bool
    ) -> Any:
        """One translation: its words become segments, the whole is published if none is missing. None: not written."""
        said = digest([words, _shape(piece.children(language))])
        state = self.states.get((piece.path, piece.part, language))
        thing = self.existing(piece.model, piece.key, language)
        name = self.name(piece, language)
        if state and state.digest == said and not source_changed:
            self.report.unchanged.append(name)
            return None
        if (state and thing is None) or (thing is not None and state is None and piece.model is not HomePage):
            why = "was deleted in the CMS" if state else "was there before"
            self.report.left_alone.append(f"{name}: {why}")
            return None
        translation = submit(source, [language], by=self.by)[language]
        if state and (self.was_edited(thing, state) or self.was_translated_by_hand(translation)):
            self.report.left_alone.append(f"{name}: was edited in the CMS")
            return None
        copy = self.instance(piece, language, {**piece.fields, **words})
        write_words(translation, copy, by=self.by, at=self.at, tool=TOOL)
        if thing is None and isinstance(copy, Page):
            # The copy is what wagtail-localize would make of the segments, at a tenth of the cost.
            require_all_words(translation)
            self.put_live(piece, language, copy)
            thing = copy
        else:
            thing = publish(translation, by=self.by, at=self.at)
        self.note(piece.path, piece.part, language, said, thing)
        (self.report.renewed if state else self.report.made).append(name)
        return thing

    def was_translated_by_hand(self, translation: Translation) -> bool:
        """Whether a translator changed a segment that came from the files."""
        written = StringTranslation.objects.filter(
            locale_id=translation.target_locale_id, context__object_id=translation.source.object_id
        )
        return written.exclude(tool_name=TOOL).exists()

    def instance(self, piece: Piece, language: str, fields: dict[str, Any]) -> Any:
        """The object in memory."""
        model: Any = piece.model
        extra = {"owner": self.by} if issubclass(model, Page) else {}
        key = self.home_key if model is HomePage else piece.key
        thing = model(translation_key=key, locale=self.locales[language], **fields, **extra)
        for name, rows in self.children(piece, language).items():
            setattr(thing, name, rows)
        return thing

    def children(self, piece: Piece, language: str) -> dict[str, list[Any]]:
        """Rows that belong to the object, in a language where they have one."""
        rows: dict[str, list[Any]] = {name: list(rows) for name, rows in piece.children(language).items()}
        for row in (row for group in rows.values() for row in group if hasattr(row, "translation_key")):
            row.locale = self.locales[language]
        return rows

    def parent(self, piece: Piece, language: str) -> Any:
        """The page to put a page below: its parent in the language, or the nearest that is there."""
        if piece.parent is None:
            return Page.objects.get(depth=1)
        key = self.home_key if piece.parent == key_of("page", "home") else piece.parent
        if (key, language) not in self.parents:
            page = Page.objects.filter(translation_key=key, locale=self.locales[language]).first()
            if page is None:
                raise ContentError(f"the page above it does not exist in {language}")
            self.parents[key, language] = page
        return self.parents[key, language]

    def note(self, path: str, part: str, language: str, said: str, thing: Any) -> None:
        """Remember what was loaded."""
        values = {
            "digest": said,
            "object_id": thing.pk,
            "revision_id": getattr(thing, "latest_revision_id", None),
            "content_digest": "" if isinstance(thing, RevisionMixin) or not language else content_digest(thing),
            "loaded_at": self.at,
        }
        state, _ = ContentFileState.objects.update_or_create(path=path, part=part, language=language, defaults=values)
        self.states[path, part, language] = state
        if language:
            self.stored[type(thing)][thing.translation_key, thing.locale_id] = thing

    def name(self, piece: Piece, language: str) -> str:
        """How the report calls a text."""
        return f"{piece.path}{'#' + piece.part if piece.part else ''} ({language})"


@contextmanager
def indexing_later() -> Iterator[list[Any]]:
    """Search and reference index at the end, for all that was put on the list; at each save they cost half the time."""
    touched: list[Any] = []
    models = [model for model in get_indexed_models() if getattr(model, "search_auto_update", True)]
    for model in models:
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        with disable_reference_index_auto_update():
            yield touched
    finally:
        for model in models:
            post_save.connect(post_save_signal_handler, sender=model)
    by_model: dict[Any, list[Any]] = {}
    for thing in touched:
        by_model.setdefault(type(thing), []).append(thing)
    for model, things in by_model.items():
        if class_is_indexed(model):
            get_search_backend().add_bulk(model, things)
        if ReferenceIndex.is_indexed(model):
            with transaction.atomic():
                for thing in things:
                    ReferenceIndex.create_or_update_for_object(thing)


def _shape(children: Any) -> list[Any]:
    """What rows say, without the numbers that the database gives them."""
    rows: Iterable[tuple[str, Any]] = ((name, row) for name, group in children.items() for row in group)
    return [[name, {k: v for k, v in _plain(row).items() if k not in {"id", "locale"}}] for name, row in rows]
