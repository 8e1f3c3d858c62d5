"""Who the demo's people are and how far they got. Days count from the day the demo was first loaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

DOMAIN = "demo.example"
TOWN = "Municipality of Lindenmark"
TOWN_SLUG = "lindenmark"
ZONE = "Europe/Berlin"
PURCHASING = "Purchasing"
FACILITIES = "Facilities"
COURSE = "CPA-1"
OPERATOR = "Circular Procurement Academy, demonstration"
SIGNATORY = ("Mira Voorbeeld", "Head of learning")
LEARNER = "learner"
OWNER = "programme"


@dataclass(frozen=True)
class Account:
    """Somebody who signs in with the demo's password."""

    role: str
    name: str
    language: str
    joined: int  # days ago

    @property
    def email(self) -> str:
        """The address that the welcome lines name."""
        return f"{self.role}@{DOMAIN}"


ACCOUNTS = (
    Account("admin", "Ada Quist", "en", 400),
    Account("manager", "Sofia Lind", "en", 300),
    Account("trainer", "Marten Vos", "nl", 280),
    Account("editor", "Edda Ruhl", "en", 260),
    Account("translator", "Tijn Zwart", "nl", 250),
    Account(LEARNER, "Jana Albers", "de", 760),
    Account(OWNER, "Ines Falk", "en", 240),
)


@dataclass(frozen=True)
class Staff:
    """Somebody in Sofia's team. Everything counts days ago; None: not begun at all."""

    key: str
    name: str
    language: str
    unit: str
    joined: int  # the town asks for the first course within 90 days of this
    enrolled: int | None = None
    lessons: int = 0
    seen: int | None = None  # the last sign-in; None: never
    completed: int | None = None
    certificate_name: str = ""

    @property
    def email(self) -> str:
        """An address that no mail ever reaches."""
        return f"{self.key}@{DOMAIN}"


# Two overdue (one never signed in), three due soon, six on track, one away, two completed: with Jana 14.
JANA = Staff(LEARNER, "Jana Albers", "de", PURCHASING, joined=69, enrolled=14, lessons=6, seen=1)
STAFF = (
    Staff("tomas.brink", "Tomas Brink", "de", PURCHASING, joined=99, enrolled=75),
    Staff("maike.lorenz", "Maike Lorenz", "de", PURCHASING, joined=93, enrolled=70, lessons=5, seen=11),
    JANA,
    Staff("ruben.holt", "Ruben Holt", "nl", PURCHASING, joined=84, enrolled=40, lessons=11, seen=2),
    Staff("aylin.demir", "Aylin Demir", "de", FACILITIES, joined=78, enrolled=40, lessons=8, seen=3),
    Staff("clara.feld", "Clara Feld", "de", PURCHASING, joined=45, enrolled=30, lessons=7, seen=1),
    Staff("emile.garnier", "Émile Garnier", "fr", PURCHASING, joined=45, enrolled=28, lessons=4, seen=4),
    Staff("noor.bakker", "Noor Bakker", "nl", PURCHASING, joined=30, enrolled=25, lessons=3, seen=6),
    Staff("jonas.weber", "Jonas Weber", "de", FACILITIES, joined=30, enrolled=21, lessons=2, seen=8),
    Staff("ingrid.solberg", "Ingrid Solberg", "en", FACILITIES, joined=15, enrolled=12, lessons=1, seen=9),
    Staff("eleni.pappa", "Eleni Pappa", "en", PURCHASING, joined=15, enrolled=5, seen=5),
    Staff("deniz.kaya", "Deniz Kaya", "de", FACILITIES, joined=40, seen=20),
    Staff(
        "lukasz.wrona", "Łukasz Wrona", "en", PURCHASING, joined=76, enrolled=60, lessons=12, seen=3, completed=20,
    ),
    Staff(
        "petra.hollmann", "Petra Hollmann", "de", PURCHASING, joined=76, enrolled=62, lessons=12, seen=7, completed=26,
        certificate_name="Petra Holmann",
    ),
)  # fmt: skip
# Who put the purchases on the ladder: days ago, and how many of the eight they left out.
ACTIVITY = "r-ladder"
PLAYED = {
    "ruben.holt": ((30, 3), (29, 1)),
    "aylin.demir": ((31, 2),),
    "clara.feld": ((22, 4), (22, 2), (21, 0)),
    "maike.lorenz": ((40, 5),),
    "lukasz.wrona": ((50, 0),),
    "petra.hollmann": ((51, 1), (50, 0)),
}
TOWN_TYPE = "municipality"
# The town asked for the first course this many days ago, within so many days of joining.
ASSIGNED = 130
WITHIN_DAYS = 90
# Away since so many days ago, for so many days more.
AWAY = ("deniz.kaya", 12, 25)
# Who asks for more time, until so many days from now, why, days ago.
MORE_TIME = ("maike.lorenz", 14, "Die Ausschreibung der Schulmöbel geht bis Ende des Monats vor.", 2)
DEPUTY = "petra.hollmann"
JOBS = {
    "tomas.brink": "buyer",
    "maike.lorenz": "buyer",
    LEARNER: "buyer",
    "ruben.holt": "contract-manager",
    "aylin.demir": "budget-holder",
    "clara.feld": "buyer",
    "emile.garnier": "buyer",
    "noor.bakker": "policy-adviser",
    "jonas.weber": "budget-holder",
    "lukasz.wrona": "buyer",
    "petra.hollmann": "buyer",
}


@dataclass(frozen=True)
class Neighbour:
    """Another body: so many people, of whom so many are overdue and so many have completed the first course."""

    slug: str
    name: str
    kind: str
    people: int
    overdue: int
    completed: int


NEIGHBOURS = (
    Neighbour("ostheide", "District of Ostheide", "municipality", people=21, overdue=6, completed=5),
    Neighbour("nordmarsch", "Water board Nordmarsch", "water-authority", people=17, overdue=5, completed=6),
)
CENTRE, CENTRE_SLUG = "Competence centre Ostheide", "centre-ostheide"
IN_CENTRE = (TOWN_SLUG, "ostheide")
FIRST_NAMES = ("Anke", "Bernd", "Carla", "Dirk", "Elif", "Frauke", "Gero", "Hanna", "Ivo", "Jette", "Kemal")
LAST_NAMES = ("Ahlers", "Brandt", "Conradi", "Dietz", "Ebeling", "Frerichs", "Gerdes")


def names(neighbour: Neighbour) -> list[str]:
    """Invented names, no two the same within a body, nor between the first and the second."""
    offset = NEIGHBOURS.index(neighbour) * 3
    return [
        f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[(number + offset) % len(LAST_NAMES)]}"
        for number in range(neighbour.people)
    ]


# How Jana answered the first questions of the quiz yesterday; more than half of it is still open.
ANSWERED = (True, True, False, True)
# Who needed more tries: for each attempt so many days ago, how many of the ten questions were right.
TRIES = {"ruben.holt": {9: 4, 6: 5, 3: 6}, "clara.feld": {2: 8}}
# Ruben has used them up and asked the trainer for another, this many days ago; Aylin's time limits are stretched.
ASKED = ("ruben.holt", 2)
EXTRA_TIME = ("aylin.demir", Decimal("1.5"), 30)
# The legal course was taken when its certificates, which last 24 months, end so many days from now.
LEGAL = "CPA-3"
LEGAL_PASSED = {
    LEARNER: timedelta(days=730 - 26),
    "noor.bakker": timedelta(days=730 - 12),
    "eleni.pappa": timedelta(days=730 + 40),
}
# Code of the path, who, days ago.
ON_PATHS = (("P1", LEARNER, 14), ("P1", "clara.feld", 30), ("P2", "manager", 50))
# By the place of the lesson in the course: text, days ago.
NOTES = {
    1: ("Frage an die Fachabteilung: Brauchen wir wirklich neue Leuchten, oder nur Licht?", 9),
    4: ("Fragenliste für die Möbel im Rathaus übernehmen.", 2),
}
BOOKMARKED = 5


@dataclass(frozen=True)
class Elsewhere:
    """A training from elsewhere; days count back from today, `accepted` is None while it waits."""

    key: str
    title: str
    provider: str
    description: str
    on: int
    minutes: int
    asked: int
    accepted: int | None = None


ELSEWHERE = (
    Elsewhere(
        LEARNER, "Nachhaltige Beschaffung: Grundlagen", "Kompetenzstelle Ostheide", "Tagesseminar mit Fallbeispielen.",
        on=120, minutes=360, asked=40, accepted=38,
    ),
    Elsewhere(
        "clara.feld", "Total cost of ownership for furniture", "Lindenmark Chamber of Commerce", "Half a day, online.",
        on=18, minutes=210, asked=4,
    ),
)  # fmt: skip
# The first account is this old when the demo is loaded: so its age tells when that was.
SINCE_FIRST = timedelta(days=ACCOUNTS[0].joined)
