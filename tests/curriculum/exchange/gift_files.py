"""GIFT files, written to the format's published description."""

from __future__ import annotations

WHOLE = (
    lambda n: (
        f"// question: {n}  name: Single {n}\n"
        f"::Single {n}::Which step keeps most value?{{\n"
        "\t=Refuse#Yes\\: none is made.\n\t~Recycle#Only the material.\n\t~%50%Repair\n}"
    ),
    lambda n: f"::Multiple {n}:: Which two of {n}? {{ ~%50%one ~%50%two ~%-50%three ~%-50%four }}",
    lambda n: f"::True {n}::{n} is odd.{{{'TRUE' if n % 2 else 'FALSE'}#Look again.#So it is.####Odd is 1, 3, 5.}}",
    lambda n: (
        f"::Short {n}::[html]What describes the <b>materials</b> of a building?"
        "{=material* passport#Yes. =%50%label =%0%*#No.}"
    ),
    lambda n: (
        f"::Number {n}::How much is \\\\(\\\\frac\\{{{n}\\}}\\{{4\\}}\\\\)? "
        f"{{#\n\t={n / 4}:0.01#Yes.\n\t=%50%{n}#Divide.\n\t~#No.\n}}"
    ),
    lambda n: f"::Range {n}::A number from {n} to {n + 1}? {{#{n}..{n + 1}}}",
    lambda n: (
        f"::Match {n}::[markdown]Which **belongs**\nto which? {{\n\t=R0 -> Refuse\n\t=R8 -> Recycle\n\t= -> Bury\n}}"
    ),
    lambda n: f"::Essay {n}::Why?\\n\\nIn two sentences. {{}}",
    lambda n: (
        f"// [id:gap-{n}] [tag:law] [tag:must-pass]\nThe directive\nis of {{=2014 =%25%20{n:02d}}} and of the EU."
    ),
)

BROKEN: tuple[tuple[str, str], ...] = (
    ("Read this first.", "It is a text without a question: it has no braces."),
    ("Which? {=a ~b", "A brace is missing. Braces inside a text are written \\{ and \\}."),
    ("Which? =a ~b}", "A brace is missing. Braces inside a text are written \\{ and \\}."),
    (
        "How much is \\(\\frac{1}{2}\\)? {#0.5}",
        "It has more than one pair of braces. Braces inside a text are written \\{ and \\}.",
    ),
    ("::No end: Which? {=a ~b}", "Its title does not end with “::”."),
    ("{T}", "It has no question text."),
    ("Which? {~a ~b}", "Its right options earn 0% of the points together, not 100%."),
    ("Which? {~%50%a ~%40%b ~c}", "Its right options earn 90% of the points together, not 100%."),
    ("Which? {=only ~}", "Write at least two options, each with a text."),
    ("Which? {a ~b =c}", "A text stands before its first answer."),
    ("Which? {=a -> b =c}", "One of its pairs has no “->”."),
    ("Which? {=a -> b}", "Write at least two pairs."),
    ("How many? {#}", "None of its answers earns all points."),
    ("How many? {#three}", "“three” is not a number; decimals stand behind a dot."),
    ("How many? {#3:x}", "“x” is not a number; decimals stand behind a dot."),
    ("How many? {#5..3}", "A range in it ends below its start."),
    ("How many? {#3:-1}", "A tolerance in it is below 0."),
    ("How many? {#=%50%3}", "None of its answers earns all points."),
    ("How many? {#=3 =%10%*}", "It gives points for any number."),
    (
        '[html]Which? <img src\\="@@PLUGINFILE@@/a.png"> {=a ~b}',
        "It shows a picture, and a GIFT file holds none.",
    ),
)


def two_hundred() -> str:
    """200 questions in two categories: nine whole ones of nine sorts, then a broken one, twenty times."""
    blocks = ["// A file for tests\n// with two lines of comment", "$CATEGORY: $course$/top/Ladder"]
    for n in range(20):
        if n == 10:
            blocks.append("$CATEGORY: $course$/top/Law")
        blocks += [make(n) for make in WHOLE]
        blocks.append(BROKEN[n][0])
    return "\n\n".join(blocks) + "\n"
