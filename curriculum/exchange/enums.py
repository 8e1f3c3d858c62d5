"""Fixed lists of reading and writing question files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 20 * 1024 * 1024
MAX_QUESTIONS = 2000
# Of one text of a question. Longer is a document, not a question.
MAX_TEXT = 50_000
# Moodle knows no such fields; tags travel with a question.
MUST_BE_RIGHT = "must-pass"
DIFFICULTY = "difficulty:"
COMPETENCE = "competence:"
# The two answers in the words of the bank's content, by language.
TRUE = {"en": "True", "nl": "Juist", "de": "Richtig", "fr": "Vrai"}
FALSE = {"en": "False", "nl": "Onjuist", "de": "Falsch", "fr": "Faux"}


class Format(models.TextChoices):
    """How a question file is written."""

    MOODLE_XML = "xml", "Moodle XML"
    GIFT = "gift", "GIFT"


class Note(models.TextChoices):
    """What was left out without harm. Counted, and told once."""

    FORMATTING = "formatting", _("Bold, italic and other formatting of letters; paragraphs and lists are kept.")
    LINKS = "links", _("Links: the address stands in brackets behind the words.")
    TABLES = "tables", _("Tables: each row became a line, with | between the cells.")
    ACTIVE = "active", _("Scripts, forms and pages of other sites inside a text.")
    MATHML = "mathml", _("Formulas in MathML: they became plain letters. Formulas in TeX are kept.")
    PENALTY = "penalty", _("Penalties for further tries.")
    HINTS = "hints", _("Hints for further tries.")
    PARTLY = "partly", _("Feedback to partly right answers.")
    SHUFFLE = "shuffle", _("That options keep their order: whether they are shuffled is set for a quiz.")
    CASE = "case", _("That capital letters count in a short text: here they do not.")
    UNITS = "units", _("Further units of a number, and marks for the unit.")
    GRADER = "grader", _("Notes for those who mark.")
    START_TEXT = "start_text", _("The text that an answer starts with.")
    HAND_IN = "hand_in", _("How many files of which kinds may be handed in: here it is one document.")
    DRAGGING = "dragging", _("Dragging: the answers are chosen from lists.")
    ORDER_PARTS = "order_parts", _("Marks for a partly right order: here the whole order is right or it is not.")
    ORDER_SUBSET = "order_subset", _("That only some of the items to order are shown: here all are.")
    FILES = "files", _("Files that no text shows.")
    ALT = "alt", _("A picture without a description: the name of its file stands in for it. Please describe it.")
    POINTS_ROUNDED = "points_rounded", _("Points were rounded to the hundredth.")
    CATEGORY_TEXT = "category_text", _("Descriptions of categories.")
    TAGS = "tags", _("Tags: the bank has topics, competences and difficulties.")
    # Of exports.
    POINTS = "points", _("Points: GIFT has no place for them.")
    UNIT = "unit", _("The unit of a number: GIFT has no place for it.")
    OVERALL = "overall", _("Feedback to right or wrong answers as a whole: this format has no place for it here.")
    PAIR_FEEDBACK = "pair_feedback", _("Feedback to single pairs: this format has no place for it.")
    OWN = "own", _("Rubrics, templates to download and lessons to read again.")
    NOT_TRUE_FALSE = "not_true_false", _("True or false with other words became single choice.")
