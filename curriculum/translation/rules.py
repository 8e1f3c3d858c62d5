"""Writes of translations, on top of wagtail-localize, so that its editor shows and continues what is done here.

The rule (decision 4): a translation is published only when every segment has words. wagtail-localize alone would let
the source's words go live in another language.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import DraftStateMixin, Locale, Page
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from academy.website.addresses import content_changed

from .errors import NotParallel, NotTranslatedYet


def submit(thing: Any, languages: Iterable[str], *, by: Any) -> dict[str, Translation]:
    """Hand a source object to translators into these languages; what was handed over stays as it is.

    No page comes into being by this: until there are words, readers see the source's (decision 3).
    """
    source, _ = TranslationSource.get_or_create_from_instance(thing)
    translations = {}
    for language in languages:
        locale = Locale.objects.get(language_code=language)
        translations[language], _ = Translation.objects.get_or_create(source=source, target_locale=locale)
    return translations


def write_words(translation: Translation, copy: Any, *, by: Any, at: datetime, tool: str = "") -> int:
    """Take all words from a translated copy of the source in memory, aligned segment by segment; how many there are.

    `tool` marks them, so that what people write later can be told apart. Raises NotParallel.
    """
    mine = StringSegment.objects.filter(source=translation.source).select_related("context", "string").order_by("order")
    theirs: dict[str, list[StringSegmentValue]] = defaultdict(list)
    files: dict[str, list[OverridableSegmentValue]] = defaultdict(list)
    for segment in extract_segments(copy):
        if isinstance(segment, StringSegmentValue):
            theirs[segment.path].append(segment)
        elif isinstance(segment, OverridableSegmentValue):
            files[_without_link(segment.path)].append(segment)
    ours: dict[str, list[StringSegment]] = defaultdict(list)
    for row in mine:
        ours[row.context.path].append(row)
    for path, rows in ours.items():
        if len(rows) != len(theirs[path]):
            raise NotParallel(f"{path}: {len(rows)} segments in the source, {len(theirs[path])} in the translation")
    words = {
        (row.string_id, row.context_id): StringTranslation(
            translation_of_id=row.string_id,
            context_id=row.context_id,
            locale_id=translation.target_locale_id,
            data=segment.string.data,
            translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL,
            tool_name=tool,
            last_translated_by=by,
            updated_at=at,
        )
        for path, rows in ours.items()
        for row, segment in zip(rows, theirs[path], strict=True)
    }
    StringTranslation.objects.bulk_create(
        words.values(),
        update_conflicts=True,
        update_fields=["data", "tool_name", "last_translated_by", "updated_at", "has_error", "field_error"],
        unique_fields=["locale", "translation_of", "context"],
    )
    _write_overrides(translation, files, by=by)
    return len(words)


def _write_overrides(translation: Translation, files: dict[str, list[OverridableSegmentValue]], *, by: Any) -> None:
    """Files and web addresses that differ between the languages: captions of a film, the law in one's own language."""
    ours: dict[str, list[Any]] = defaultdict(list)
    for row in OverridableSegment.objects.filter(source=translation.source).select_related("context"):
        ours[_without_link(row.context.path)].append(row)
    for path, rows in ours.items():
        values = [segment.data for segment in files[path]]
        same = {json.dumps(value) for value in values} & {row.data_json for row in rows}
        changed = [row for row in rows if row.data_json not in same]
        new = [value for value in values if json.dumps(value) not in same]
        for row, value in zip(changed, new, strict=False):
            SegmentOverride.objects.update_or_create(
                locale_id=translation.target_locale_id,
                context_id=row.context_id,
                defaults={"data_json": json.dumps(value), "last_translated_by": by},
            )


def _without_link(path: str) -> str:
    """The block that a segment is in: the address of a link is part of the path of its segment."""
    return path.partition(".'")[0]


def require_all_words(translation: Translation) -> None:
    """The gate: raises NotTranslatedYet while a segment has no words in this language."""
    total, done = translation.get_progress()
    if done < total:
        raise NotTranslatedYet(total - done, total)


def publish(translation: Translation, *, by: Any, at: datetime) -> Any:
    """Make or renew the translated thing from its segments and put it live. Raises NotTranslatedYet."""
    require_all_words(translation)
    source, locale = translation.source, translation.target_locale
    # No word is missing any more. A glossary term or a quiz in the text may be: then the source's stands there.
    how = {"user": by, "copy_parent_pages": True, "fallback": True}
    model = source.specific_content_type.model_class()
    with transaction.atomic():
        if not issubclass(model, DraftStateMixin):
            thing, _ = source.create_or_update_translation(locale, publish=True, **how)
        else:
            thing, _ = source.create_or_update_translation(locale, publish=False, **how)
            thing.get_latest_revision().publish(user=by)
            thing.refresh_from_db()
    return thing


def read_again(source: TranslationSource, *, at: datetime) -> None:
    """The source was published: take over what it says now, so that "behind" becomes true (decision 4).

    What is still complete (only dates, files or switches changed) is renewed at once; what is not stays as it is.
    """
    source.update_from_db()
    for translation in source.translations.filter(enabled=True).select_related("target_locale", "source"):
        try:
            target = translation.get_target_instance()
        except source.specific_content_type.model_class().DoesNotExist:
            continue
        if not isinstance(target, DraftStateMixin) or target.live:
            try:
                publish(translation, by=None, at=at)
            except NotTranslatedYet:
                continue
    content_changed()


def read_again_job(source_id: int) -> None:
    """The work of a background job: see read_again. The source may be gone meanwhile."""
    source = TranslationSource.objects.filter(pk=source_id).first()
    if source is not None and _still_there(source):
        read_again(source, at=timezone.now())


def _still_there(source: TranslationSource) -> bool:
    model = source.specific_content_type.model_class()
    thing = model.objects.filter(translation_key=source.object_id, locale_id=source.locale_id).first()
    # Drafts are not read: translators work on what is published.
    return thing is not None and (not isinstance(thing, (Page, DraftStateMixin)) or thing.live)
