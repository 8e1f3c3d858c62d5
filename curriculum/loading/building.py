"""From content files to the fields of pages and snippets. Nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from academy.website.models import HomePage, StandardPage
from curriculum.catalogue.enums import CourseStatus
from curriculum.catalogue.models import (
    CataloguePage,
    CoursePage,
    LearningPathPage,
    ModuleCompetence,
    ModulePage,
    PathCourse,
)
from curriculum.competences.models import Competence
from curriculum.conditions.enums import Refresher
from curriculum.lessons.models import LessonCase, LessonPage
from curriculum.library.models import GlossaryTerm, PracticeCaseIndexPage, PracticeCasePage
from curriculum.quizzes.models import Quiz
from curriculum.workshops.models import WorkshopCompetence, WorkshopIndexPage, WorkshopPage

from .activities import ActivityBuilder
from .blocks import Lookups, Streams, key_of
from .files import ContentFile, parse
from .pieces import Children, Piece
from .questions import QuestionBuilder
from .resolving import RuleStreams


class Builder:
    """All pieces of a folder in the order in which they can be saved."""

    def __init__(self, folder: Path, languages: tuple[str, ...], lookups: Lookups) -> None:
        self.folder, self.lookups, self.streams = folder, lookups, Streams(lookups)
        self.rules = RuleStreams(lookups)
        self.source, self.others = languages[0], languages[1:]
        self.reading = ""  # the file at work, for messages

    def pieces(self) -> Iterator[Piece]:
        """The pieces; each may look up those before it."""
        yield from self.home()
        yield from self.snippets()
        yield from self.index_pages()
        yield from self.cases()
        yield from self.quizzes()
        yield from ActivityBuilder(self).pieces()
        yield from self.courses()
        # Rules of paths ask for workshops.
        yield from self.workshops()
        yield from self.paths()
        yield from self.plain_pages()

    # -- files --------------------------------------------------------------------------------------------------------
    def read(self, path: str) -> Any:
        """A YAML file; None if it is not there."""
        file, self.reading = self.folder / path, path
        return yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else None

    def all(self, folder: str) -> Iterator[tuple[str, Any]]:
        """All YAML files of a folder, in the order that they ask for."""
        files = [(f"{folder}/{file.name}", self.read(f"{folder}/{file.name}")) for file in self.found(folder, "*.yaml")]
        for path, row in sorted(files, key=lambda pair: (pair[1].get("order", 0), pair[0])):
            self.reading = path
            yield path, row

    def found(self, folder: str, pattern: str) -> list[Path]:
        """Files of a folder by name."""
        return sorted((self.folder / folder).glob(pattern))

    def texts(self, path: str) -> tuple[ContentFile, dict[str, ContentFile]]:
        """A text in the source language, and its translations by language. `path` is without language and ending."""
        others = {
            lang: parse(file)
            for lang in self.others
            if (file := self.folder / f"{path}.{lang}.md").exists()
        }  # fmt: skip
        return parse(self.folder / f"{path}.{self.source}.md"), others

    def words(self, **texts: Mapping[str, Any] | None) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Fields given as mappings by language: the source's, and those of each language that has all of them."""
        given = {name: text for name, text in texts.items() if text}
        mine = {name: text[self.source] for name, text in given.items()}
        return mine, {
            lang: {name: text[lang] for name, text in given.items()}
            for lang in self.others
            if all(lang in text for text in given.values())
        }

    def text_fields(self, code: str, text: ContentFile, source: ContentFile, *names: str) -> dict[str, Any]:
        """Words of a page that is written as a text: title, slug, summary, `names`, and the body."""
        fields = {name: str(text.meta.get(name, "")) for name in ("title", "slug", "summary", *names)}
        return fields | {"body": self.streams.body(code, text, source)}

    # -- snippets -----------------------------------------------------------------------------------------------------
    def snippets(self) -> Iterator[Piece]:
        """Competences and the glossary."""
        for row in (self.read("competences.yaml") or {}).get("competences", []):
            mine, others = self.words(name=row["name"])
            fields = {"code": row["code"], "cluster": row["cluster"], **mine}
            yield Piece("competences.yaml", row["code"], Competence, key_of("competence", row["code"]), fields, others)
        for row in self.read("glossary.yaml") or []:
            mine, others = self.words(name=row["name"], definition=row["definition"])
            fields = {"code": row["key"], **mine}
            yield Piece("glossary.yaml", row["key"], GlossaryTerm, key_of("term", row["key"]), fields, others)

    def quizzes(self) -> Iterator[Piece]:
        """Rubrics, questions, then the quizzes that they stand in."""
        yield from QuestionBuilder(self).pieces()

    # -- pages --------------------------------------------------------------------------------------------------------
    def home(self) -> Iterator[Piece]:
        """The front page."""
        doors = [f"door_{door}_{part}" for door in ("buy", "budget", "policy") for part in ("title", "text")]
        source, others = self.texts("pages/home")

        def fields(text: ContentFile) -> dict[str, Any]:
            return {name: str(text.meta.get(name, "")) for name in ("title", "summary", *doors)}

        words = {lang: fields(text) | {"slug": f"home-{lang}"} for lang, text in others.items()}
        yield Piece("pages/home", "", HomePage, key_of("page", "home"), fields(source) | {"slug": "home"}, words)

    def index_pages(self) -> Iterator[Piece]:
        """Catalogue, practice cases, workshops: the pages that hold others."""
        models = {"catalogue": CataloguePage, "cases": PracticeCaseIndexPage, "workshops": WorkshopIndexPage}
        for name, row in (self.read("site.yaml") or {}).get("index_pages", {}).items():
            mine, others = self.words(title=row["title"], slug=row["slug"], summary=row["summary"])
            fields = {**mine, "show_in_menus": True}
            yield Piece("site.yaml", name, models[name], key_of("page", name), fields, others, key_of("page", "home"))

    def cases(self) -> Iterator[Piece]:
        """Practice cases by number."""
        for file in self.found("cases", f"*.{self.source}.md"):
            number = file.name.split(".")[0]
            source, others = self.texts(f"cases/{number}")
            meta = source.meta
            facts = {
                "number": int(number),
                "is_real": bool(meta.get("real", True)),
                "authority": str(meta.get("authority", "")),
                "country": str(meta.get("country", "")),
                "theme": str(meta.get("theme", "")),
                "r_strategies": " ".join(meta.get("r_strategies", [])),
                "steward": str(meta.get("owner", "")),
                "reviewed_on": meta.get("reviewed"),
                "review_by": meta.get("review_by"),
            }
            code = f"case {number}"
            yield Piece(
                f"cases/{number}",
                "",
                PracticeCasePage,
                key_of("case", str(int(number))),
                self.text_fields(code, source, source) | facts,
                {lang: self.text_fields(code, text, source) for lang, text in others.items()},
                key_of("page", "cases"),
            )

    def courses(self) -> Iterator[Piece]:
        """Courses with their modules and lessons."""
        for path, row in self.all("courses"):
            code = row["code"]
            mine, others = self.words(**{name: row.get(name) for name in ("title", "slug", "summary", "assessment")})
            is_open = row["status"] == "written"
            quiz_key = key_of("quiz", code)
            has_quiz = (self.folder / "quizzes" / f"{code}.yaml").exists()
            fields = {
                **mine,
                "code": code,
                "level": row["level"],
                "status": CourseStatus.OPEN if is_open else CourseStatus.IN_PREPARATION,
                "planned_minutes": row.get("planned_minutes", 0),
                "law_as_at": row.get("law_as_at"),
                "valid_months": row.get("valid_months"),
                "refresher": row.get("refresher", Refresher.ALL),
                "quiz": self.lookups.find(Quiz, quiz_key) if has_quiz else None,
            }
            yield Piece(path, "", CoursePage, key_of("course", code), fields, others, key_of("page", "catalogue"))
            for module in row["modules"]:
                yield self.module(path, code, module)
                for lesson in module["lessons"]:
                    yield self.lesson(code, module["no"], f"{module['no']}-{lesson['no']}")

    def module(self, path: str, course: str, row: dict[str, Any]) -> Piece:
        """A module with its outcomes and competences."""
        number = row["no"]
        mine, others = self.words(title=row["title"], slug=row["slug"])

        def outcomes(language: str) -> str:
            texts = row["outcomes"][language]
            ids = [str(key_of("block", f"module {number}#outcome/{n}")) for n in range(len(texts))]
            return json.dumps(
                [{"type": "outcome", "id": id, "value": text} for id, text in zip(ids, texts, strict=True)]
            )

        def served(language: str) -> Children:
            return self.competences(ModuleCompetence, row)

        fields = {
            **mine,
            "number": number,
            "planned_minutes": row.get("planned_minutes", 0),
            "outcomes": outcomes(self.source),
        }
        words = {
            lang: {**texts, "outcomes": outcomes(lang)} for lang, texts in others.items() if lang in row["outcomes"]
        }
        key = key_of("module", number)
        return Piece(path, number, ModulePage, key, fields, words, key_of("course", course), served)

    def competences(self, model: type[ModuleCompetence | WorkshopCompetence], row: dict[str, Any]) -> Children:
        """The competences that a module or workshop serves, as rows that belong to it."""
        return {
            "competences": [
                model(
                    competence=self.lookups.find(Competence, key_of("competence", each["code"])),
                    level=each["level"],
                    sort_order=n,
                )
                for n, each in enumerate(row.get("competences", []))
            ]
        }

    def lesson(self, course: str, module: str, name: str) -> Piece:
        """A lesson."""
        code = f"{course}/{name}"
        source, others = self.texts(f"lessons/{code}")
        meta = source.meta
        care = {
            "status": meta.get("status", "written"),
            "steward": str(meta.get("owner", "")),
            "law_as_at": meta.get("law_as_at"),
            "reviewed_on": meta.get("reviewed"),
            "review_by": meta.get("review_by"),
        }

        def linked(language: str) -> Children:
            numbers = meta.get("cases") or []
            return {
                "cases": [
                    LessonCase(case=self.lookups.find(PracticeCasePage, key_of("case", str(number))), sort_order=n)
                    for n, number in enumerate(numbers)
                ]
            }

        return Piece(
            f"lessons/{code}",
            "",
            LessonPage,
            key_of("lesson", code),
            self.text_fields(code, source, source, "opening_question") | care,
            {lang: self.text_fields(code, text, source, "opening_question") for lang, text in others.items()},
            key_of("module", module),
            linked,
        )

    def paths(self) -> Iterator[Piece]:
        """Learning paths with their courses in order and the rules by which they are completed."""
        for path, row in self.all("paths"):
            names = ("title", "slug", "summary", "audience", "workshops", "completion")
            mine, others = self.words(**{name: row.get(name) for name in names})

            def courses(language: str, row: dict[str, Any] = row) -> Children:
                return {
                    "courses": [
                        PathCourse(course=self.lookups.find(CoursePage, key_of("course", code)), sort_order=n)
                        for n, code in enumerate(row["courses"])
                    ]
                }

            code = row["code"]
            fields = {
                # What a file says no more is emptied when it is loaded again.
                "workshops": "",
                "completion": "",
                **mine,
                "code": code,
                "rule": self.rules.rule(f"path {code}#rule", row.get("rule")),
                "advised": self.rules.rule(f"path {code}#advised", row.get("advised")),
                "short_rule": self.rules.rule(f"path {code}#short", row.get("short")),
            }
            key = key_of("path", code)
            yield Piece(path, "", LearningPathPage, key, fields, others, key_of("page", "catalogue"), courses)

    def workshops(self) -> Iterator[Piece]:
        """Workshop formats."""
        for path, row in self.all("workshops"):
            names = ("title", "slug", "summary", "goal", "preparation", "trainer_notes")
            mine, others = self.words(**{name: row.get(name) for name in names})
            parts = row["agenda"]

            def agenda(language: str, code: str = row["code"], parts: list[dict[str, Any]] = parts) -> str:
                return json.dumps(
                    [
                        {
                            "type": "item",
                            "id": str(key_of("block", f"workshop {code}#{n}")),
                            "value": {"title": part["title"][language], "minutes": part["minutes"]},
                        }
                        for n, part in enumerate(parts)
                    ]
                )

            def served(language: str, row: dict[str, Any] = row) -> Children:
                return self.competences(WorkshopCompetence, row)

            fields = {
                **mine,
                "code": row["code"],
                **{name: row[name] for name in ("mode", "minimum", "maximum", "trainers")},
                "online_maximum": row.get("online_maximum"),
                "agenda": agenda(self.source),
            }
            words = {
                lang: {**texts, "agenda": agenda(lang)}
                for lang, texts in others.items()
                if all(lang in part["title"] for part in parts)
            }
            key = key_of("workshop", row["code"])
            yield Piece(path, "", WorkshopPage, key, fields, words, key_of("page", "workshops"), served)

    def plain_pages(self) -> Iterator[Piece]:
        """Imprint, privacy notice, help and the like."""
        for file in self.found("pages", f"*.{self.source}.md"):
            name = file.name.split(".")[0]
            if name == "home":
                continue
            source, others = self.texts(f"pages/{name}")
            settings = {
                "code": name,
                "with_form": bool(source.meta.get("form", name in {"accessibility", "contact"})),
                "reviewed_on": source.meta.get("reviewed"),
            }
            yield Piece(
                f"pages/{name}",
                "",
                StandardPage,
                key_of("page", name),
                self.text_fields(f"page {name}", source, source) | settings,
                {lang: self.text_fields(f"page {name}", text, source) for lang, text in others.items()},
                key_of("page", "home"),
            )
