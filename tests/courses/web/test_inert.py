"""Somebody's page for the eyes of others: the same words, nothing that does anything."""

from __future__ import annotations

from courses.web.inert import inert


def test_links_lead_nowhere_forms_are_groups_controls_are_disabled() -> None:
    page = (
        '<p>Tom &amp; Ann &#8211; <a class="button" href="/en/x/" target="_blank">Go</a></p>'
        '<form class="row" method="post" action="/en/y/"><input type="hidden" name="a" value="1 &quot;2&quot;">'
        '<button type="submit" formaction="/z/" onclick="go()" hx-post="/w/">Book</button></form>'
        '<script>if (1 < 2) { go() }</script><textarea disabled name="t"></textarea>'
    )
    assert inert(page) == (
        '<p>Tom &amp; Ann &#8211; <a class="button">Go</a></p>'
        '<div class="row"><input type="hidden" name="a" value="1 &quot;2&quot;" disabled>'
        '<button type="submit" disabled>Book</button></div>'
        '<textarea disabled name="t"></textarea>'
    )


def test_drawings_and_words_stay() -> None:
    drawing = '<svg class="ring" viewbox="0 0 100 100" aria-hidden="true"><use href="#mark"></use></svg>'
    assert inert(f"{drawing}<h1 lang='nl'>Mijn leren</h1>") == f'{drawing}<h1 lang="nl">Mijn leren</h1>'


def test_a_line_break_stays_one() -> None:
    assert inert("a<br/>b<br>c") == "a<br>b<br>c"
