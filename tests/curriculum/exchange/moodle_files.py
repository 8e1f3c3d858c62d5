"""Moodle XML files, written to the format's published description and to the look of Moodle's own exports."""

from __future__ import annotations

import base64

from .strategies import picture_file

PNG = base64.b64encode(picture_file()).decode()


def quiz(*questions: str) -> bytes:
    """A file."""
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>").encode()


def question(kind: str, name: str, text: str, rest: str = "", files: str = "", text_format: str = "html") -> str:
    """A <question> as Moodle's export writes it."""
    return f"""<!-- question: 4711  -->
  <question type="{kind}">
    <name>
      <text>{name}</text>
    </name>
    <questiontext format="{text_format}">
      <text><![CDATA[{text}]]></text>
{files}    </questiontext>
    <generalfeedback format="html">
      <text></text>
    </generalfeedback>
    <defaultgrade>1.0000000</defaultgrade>
    <penalty>0.3333333</penalty>
    <hidden>0</hidden>
    <idnumber></idnumber>
{rest}
  </question>
"""


def answer(fraction: str, text: str, feedback: str = "", more: str = "", text_format: str = "html") -> str:
    """An <answer>."""
    return f"""    <answer fraction="{fraction}" format="{text_format}">
      <text><![CDATA[{text}]]></text>
      <feedback format="html">
        <text><![CDATA[{feedback}]]></text>
      </feedback>
{more}    </answer>
"""


def pair(left: str, right: str) -> str:
    """A <subquestion>."""
    return f"""    <subquestion format="html">
      <text><![CDATA[{left}]]></text>
      <answer>
        <text>{right}</text>
      </answer>
    </subquestion>
"""


def category(path: str) -> str:
    """Where the following questions belong."""
    return f'  <question type="category"><category><text>{path}</text></category></question>\n'


def tolerance(width: str) -> str:
    """How far a number may be off."""
    return f"      <tolerance>{width}</tolerance>\n"


def single(n: int, text: str, files: str = "") -> str:
    """Three options, the first is right."""
    rest = "    <single>true</single>\n    <shuffleanswers>true</shuffleanswers>\n"
    rest += answer("100", "<p>Reuse</p>", "<p>Yes.</p>") + answer("0", "<p>Burn</p>") + answer("0", "Bury")
    return question("multichoice", f"Single {n}", text, rest, files)


WHOLE = (
    lambda n: single(
        n,
        f'<p>What does picture {n} show?<br></p><p><img src="@@PLUGINFILE@@/step%20{n}.png" alt="Step {n}"></p>',
        f'<file name="step {n}.png" path="/" encoding="base64">{PNG}</file>\n',
    ),
    lambda n: question(
        "multichoice",
        f"Multiple {n}",
        f"Which two of {n}?",
        "    <single>false</single>\n"
        + answer("50", "one")
        + answer("50", "two")
        + answer("-50", "three")
        + answer("-50", "four"),
    ),
    lambda n: question(
        "truefalse",
        f"True {n}",
        f"<p>{n} is odd.</p>",
        answer("100" if n % 2 else "0", "true", "So it is.", text_format="moodle_auto_format")
        + answer("0" if n % 2 else "100", "false", "Look again.", text_format="moodle_auto_format"),
    ),
    lambda n: question(
        "shortanswer",
        f"Short {n}",
        "What describes the materials in a building?",
        "    <usecase>0</usecase>\n"
        + answer("100", "material* passport", "Yes.", text_format="moodle_auto_format")
        + answer("50", "label", "Nearly.", text_format="moodle_auto_format")
        + answer("0", "*", "No.", text_format="moodle_auto_format"),
    ),
    lambda n: question(
        "numerical",
        f"Number {n}",
        f"<p>How much is \\(\\frac{{{n}}}{{4}} + 10^{{3}}\\)?</p>",
        answer("100", f"{1000 + n / 4}", "Yes.", tolerance("0.01"), "moodle_auto_format")
        + answer("50", "1000", "And the fraction?", tolerance("0"), "moodle_auto_format")
        + "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit></units>\n",
    ),
    lambda n: question(
        "matching",
        f"Match {n}",
        "Which belongs to which?",
        pair("<p>R0</p>", "Refuse") + pair("R8", "Recycle &amp; melt") + pair("", "Bury"),
    ),
    lambda n: question(
        "essay",
        f"Essay {n}",
        "Why?\nIn two sentences.",
        "    <responseformat>editor</responseformat>\n    <attachments>0</attachments>\n"
        '    <graderinfo format="html"><text>Look for the reason.</text></graderinfo>',
        text_format="plain_text",
    ),
    lambda n: question(
        "ordering",
        f"Order {n}",
        "From most to least value.",
        "    <selecttype>ALL</selecttype>\n    <gradingtype>ABSOLUTE_POSITION</gradingtype>\n"
        + answer("1.0000000", "Refuse")
        + answer("2.0000000", "Repair")
        + answer("3.0000000", "Recycle"),
    ),
    lambda n: single(n, f"<p>Where $$\\sum_{{i<{n}}} x_i \\geq 2$$, with x&nbsp;&lt; 3 &amp; CO<sub>2</sub>?</p>"),
)

TRUE = answer("100", "true") + answer("0", "false")
BROKEN: tuple[tuple[str, str], ...] = (
    (question("cloze", "b", "{1:SHORTANSWER:=x}"), "Texts with gaps are not taken; write a question for each gap."),
    (question("description", "b", "Read this first."), "It is a text without a question."),
    (
        question("calculated", "b", "{a} + {b}?"),
        "Questions whose numbers are drawn anew for each learner are not taken.",
    ),
    (question("ddmarker", "b", "Where?"), "Questions that are answered on a picture are not taken."),
    (question("random", "b", "0"), "A random draw is not a question; draws are set in a quiz."),
    (question("coderunner", "b", "Write it."), "Questions that run programs (CodeRunner) are not taken."),
    (question("of-our-own", "b", "?"), "Questions of the type “of-our-own” are not taken."),
    (question("truefalse", "b", "", TRUE), "It has no question text."),
    (
        question("multichoice", "b", "Which?", answer("100", "only one")),
        "Write at least two options, each with a text.",
    ),
    (
        question("multichoice", "b", "Which?", answer("0", "a") + answer("50", "b")),
        "None of its answers earns all points.",
    ),
    (
        question("multichoice", "b", "Which?", "<single>false</single>" + answer("40", "a") + answer("40", "b")),
        "Its right options earn 80% of the points together, not 100%.",
    ),
    (
        question("multichoice", "b", "Which?", answer("many", "a") + answer("0", "b")),
        "“many” is not a number; decimals stand behind a dot.",
    ),
    (
        question("truefalse", "b", 'Hear: <audio src="@@PLUGINFILE@@/a.mp3"></audio>', TRUE),
        "It has sound, film or another object in it.",
    ),
    (
        question("truefalse", "b", 'See: <img src="@@PLUGINFILE@@/gone.png" alt="">', TRUE),
        "Its picture “gone.png” is not in the file.",
    ),
    (
        question("truefalse", "b", 'See: <img src="https://example.org/a.png" alt="">', TRUE),
        "Its picture is on another site and not in the file.",
    ),
    (
        question(
            "truefalse",
            "b",
            'See: <img src="@@PLUGINFILE@@/a.svg">',
            TRUE,
            f'<file name="a.svg" encoding="base64">{base64.b64encode(b"<svg/>").decode()}</file>',
        ),
        "Its picture is an SVG drawing; save it as PNG.",
    ),
    (
        question("truefalse", "b", "See:", answer("100", "true", '<img src="@@PLUGINFILE@@/a.png">') + TRUE),
        "It has a picture in an option or in feedback; only the question itself can show one.",
    ),
    (
        question("numerical", "b", "How many?", answer("100", "3,5", "", tolerance("0"))),
        "“3,5” is not a number; decimals stand behind a dot.",
    ),
    (question("matching", "b", "Which?", pair("a", "") + pair("b", "c")), "Each line needs what belongs to it."),
    (
        question("ordering", "b", "Order.", answer("1", "one")),
        "Write at least two items, in the right order, each with a text.",
    ),
)


def two_hundred() -> bytes:
    """200 questions in two categories: nine whole ones of nine sorts, then a broken one, twenty times."""
    parts = [category("$course$/top/Default for CPA/Ladder")]
    for n in range(20):
        if n == 10:
            parts.append(category("$course$/top/Default for CPA/Law"))
        parts += [make(n) for make in WHOLE]
        parts.append(BROKEN[n][0])
    return quiz(*parts)
