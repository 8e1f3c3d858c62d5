"""Reads of activities and their packages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from academy.website.addresses import site_map
from curriculum.items.queries import ids_by_key

from .enums import Rule
from .models import Activity, Package


@dataclass(frozen=True)
class ShownActivity:
    """A published activity for the reader of one language. Languages differ from the reader's where there is no
    translation, or no package in it; `package` is None while there is none in any language."""

    key: UUID
    item_id: int
    code: str
    title: str
    about: str
    alternative: str
    language: str
    rule: str
    pass_mark: int
    counts: bool
    minutes: int
    trusts_player: bool
    quiz: UUID | None
    package: int | None
    package_language: str

    @property
    def mark(self) -> int | None:
        """What has to be reached, in per cent, where it has to be passed."""
        return self.pass_mark if self.rule == Rule.PASSED else None


def activities(language: str) -> dict[UUID, ShownActivity]:
    """All published activities by key; read once for a state of the site (four queries)."""
    places = site_map()
    if ("activities", language) not in places.notes:
        places.notes["activities", language] = _read(language)
    kept: dict[UUID, ShownActivity] = places.notes["activities", language]
    return kept


def minutes_of(ids: Iterable[int]) -> int:
    """Minutes that these activities (rows of any language) take together, as their sources say. No query for none."""
    wanted = list(ids)
    if not wanted:
        return 0
    keys = dict(Activity.objects.filter(pk__in=wanted).values_list("pk", "translation_key"))
    minutes: dict[UUID, int] = {}
    for key, own in (
        Activity.objects.filter(translation_key__in=keys.values())
        .order_by("-pk")
        .values_list("translation_key", "minutes")
    ):
        minutes[key] = own
    return sum(minutes[keys[pk]] for pk in wanted if pk in keys)


def source_of(key: UUID) -> Activity | None:
    """The source of an activity: the oldest row of its key. One query."""
    return Activity.objects.filter(translation_key=key).order_by("pk").first()


def current_packages(ids: Collection[int]) -> dict[int, dict[int, Package]]:
    """For each of these activities (sources) the package that is played, by the locale's primary key. One query."""
    found: dict[int, dict[int, Package]] = {}
    for package in Package.objects.filter(activity_id__in=ids, is_current=True):
        found.setdefault(package.activity_id, {})[package.locale_id] = package
    return found


def _read(language: str) -> dict[UUID, ShownActivity]:
    locales = site_map().locales
    families: dict[UUID, list[Activity]] = {}
    for activity in Activity.objects.select_related("alternative_quiz").order_by("pk"):
        families.setdefault(activity.translation_key, []).append(activity)
    live = {key: family for key, family in families.items() if family[0].live}
    items = ids_by_key(live)
    packages = current_packages([family[0].pk for family in live.values()])
    found: dict[UUID, ShownActivity] = {}
    for key, family in live.items():
        source = family[0]
        own = {locales[row.locale_id].language_code: row for row in reversed(family) if row.live}
        words = own.get(language, source)
        by_language = {locales[pk].language_code: each for pk, each in packages.get(source.pk, {}).items()}
        source_language = locales[source.locale_id].language_code
        played = by_language.get(language) or by_language.get(source_language)
        played = played or next(iter(by_language.values()), None)
        quiz = source.alternative_quiz
        found[key] = ShownActivity(
            key=key,
            item_id=items.get(key, 0),
            code=source.code,
            title=words.title,
            about=words.about,
            alternative=words.alternative,
            language=locales[words.locale_id].language_code,
            rule=source.rule,
            pass_mark=source.pass_mark,
            counts=source.counts,
            minutes=source.minutes,
            trusts_player=source.trusts_player,
            quiz=quiz.translation_key if quiz is not None and quiz.live else None,
            package=played.pk if played is not None else None,
            package_language=locales[played.locale_id].language_code if played is not None else "",
        )
    return found
