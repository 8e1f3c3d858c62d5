"""Completion rules in templates: as sentences, with links to what they name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.utils.safestring import SafeString

from curriculum.completion import editing, sentences
from curriculum.completion.queries import Promise, before, promise
from curriculum.conditions.enums import Route
from curriculum.conditions.nodes import Node

register = template.Library()


@register.simple_tag
def promise_of(key: UUID, route: str = Route.FULL) -> Promise | None:
    """What a published course or path asks for now; None where there is no such thing, or no such route."""
    return promise(key, Route(route))


@register.simple_tag
def prerequisite_of(key: UUID) -> Node | None:
    """What is asked for before a course can be started; None if nothing is."""
    return before(key)


@register.simple_tag
def asked_for(node: Node) -> SafeString:
    """By what something is completed."""
    return SafeString(sentences.asked_for(node, html=True))


@register.simple_tag
def still_missing(node: Node) -> SafeString:
    """What is still to be done."""
    return SafeString(sentences.still_missing(node, html=True))


@register.simple_tag
def first_do(node: Node) -> SafeString:
    """Why something is locked, and what opens it."""
    return SafeString(sentences.first_do(node, html=True))


@register.simple_tag
def before_tick(node: Node) -> SafeString:
    """Why a lesson cannot be marked as done yet."""
    return SafeString(sentences.before_tick(node, html=True))


@register.simple_tag
def beforehand(node: Node) -> SafeString:
    """What is asked for before something can be started."""
    return SafeString(sentences.beforehand(node, html=True))


@register.simple_tag
def advised(nodes: Any) -> SafeString:
    """What is recommended besides; empty for nothing."""
    return SafeString(sentences.advised(tuple(nodes), html=True))


@register.simple_tag
def rules_in_words(page: Any) -> list[editing.Wording]:
    """For editors: what learners will read of the rules of a course or path, in each language."""
    return editing.in_words(page)


@register.simple_tag
def rule_warnings(page: Any) -> list[str]:
    """For editors: what makes the rules of a course or path hard to meet."""
    return editing.warnings(page)
