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
    Account(LEARNER, "Jana Albers", "de", 45),
)


@dataclass(frozen=True)
class Staff:
    """Somebody in Sofia's team. `due` counts days from today, everything else days ago; None: not begun at all."""

    key: str
    name: str
    language: str
    unit: str
    enrolled: int | None = None
    due: int | None = None
    lessons: int = 0
    seen: int | None = None  # the last sign-in; None: never
    completed: int | None = None
    certificate_name: str = ""

    @property
    def email(self) -> str:
        """An address that no mail ever reaches."""
        return f"{self.key}@{DOMAIN}"


# Two overdue (one never signed in), three due soon, six on track, one not begun, two completed: with Jana 14.
JANA = Staff(LEARNER, "Jana Albers", "de", PURCHASING, enrolled=14, due=21, lessons=6, seen=1)
STAFF = (
    Staff("tomas.brink", "Tomas Brink", "de", PURCHASING, enrolled=75, due=-9),
    Staff("maike.lorenz", "Maike Lorenz", "de", PURCHASING, enrolled=70, due=-3, lessons=5, seen=11),
    JANA,
    Staff("ruben.holt", "Ruben Holt", "nl", PURCHASING, enrolled=40, due=6, lessons=11, seen=2),
    Staff("aylin.demir", "Aylin Demir", "de", FACILITIES, enrolled=40, due=12, lessons=8, seen=3),
    Staff("clara.feld", "Clara Feld", "de", PURCHASING, enrolled=30, due=45, lessons=7, seen=1),
    Staff("emile.garnier", "Émile Garnier", "fr", PURCHASING, enrolled=28, due=45, lessons=4, seen=4),
    Staff("noor.bakker", "Noor Bakker", "nl", PURCHASING, enrolled=25, due=60, lessons=3, seen=6),
    Staff("jonas.weber", "Jonas Weber", "de", FACILITIES, enrolled=21, due=60, lessons=2, seen=8),
    Staff("ingrid.solberg", "Ingrid Solberg", "en", FACILITIES, enrolled=12, due=75, lessons=1, seen=9),
    Staff("eleni.pappa", "Eleni Pappa", "en", PURCHASING, enrolled=5, due=75, seen=5),
    Staff("deniz.kaya", "Deniz Kaya", "de", FACILITIES, seen=20),
    Staff(
        "lukasz.wrona", "Łukasz Wrona", "en", PURCHASING, enrolled=60, due=14, lessons=12, seen=3, completed=20,
    ),
    Staff(
        "petra.hollmann", "Petra Hollmann", "de", PURCHASING, enrolled=62, due=14, lessons=12, seen=7, completed=26,
        certificate_name="Petra Holmann",
    ),
)  # fmt: skip
# How Jana answered the first questions of the quiz yesterday; more than half of it is still open.
ANSWERED = (True, True, False, True)
# Who needed more tries: for each attempt so many days ago, how many of the ten questions were right.
TRIES = {"ruben.holt": {9: 4, 6: 5, 3: 6}, "clara.feld": {2: 8}}
# Ruben has used them up and asked the trainer for another, this many days ago; Aylin's time limits are stretched.
ASKED = ("ruben.holt", 2)
EXTRA_TIME = ("aylin.demir", Decimal("1.5"), 30)
# The first account is this old when the demo is loaded: so its age tells when that was.
SINCE_FIRST = timedelta(days=ACCOUNTS[0].joined)
