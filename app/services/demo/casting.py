"""Who plays in the demo, and how far each gets: a plan made of chance, the same for the same seed. Writes nothing."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from app.services.demo import names
from app.services.demo.institutions import ENGLISH, RANKS, Placed, services, workplaces

PASSWORD = "paso-seguro-demo"  # noqa: S105 (known to everybody, and shown on the sign-in page)
SIGN_INS = {
    "learner": "learner@demo.example",
    "trainer": "trainer@demo.example",
    "coordinator": "coordinator@demo.example",
    "admin": "admin@demo.example",
}

Stage = Literal[
    "invited", "not-started", "begun", "middle", "quiz-waiting", "quiz-critical", "quiz-open", "no-attempts",
    "scenario-critical", "no-practice", "no-exam", "exam-failed", "completed", "expired", "revoked", "participation",
    "withdrawn",
]  # fmt: skip
Run = Literal["old", "past", "current", "next", ""]
"""a cohort of the officer's service; "": on their own"""

WEIGHTS: dict[Stage, int] = {
    "invited": 20,
    "not-started": 18,
    "begun": 28,
    "middle": 44,
    "quiz-waiting": 8,
    "quiz-critical": 12,
    "quiz-open": 4,
    "no-attempts": 3,
    "scenario-critical": 12,
    "no-practice": 21,
    "no-exam": 14,
    "exam-failed": 9,
    "completed": 78,
    "participation": 10,
    "withdrawn": 14,
}
"""how many of three hundred; of those completed a few become "expired", and one "revoked" """

COMPLETED: frozenset[Stage] = frozenset({"completed", "expired", "revoked"})

RUNS: dict[Stage, tuple[Run, ...]] = {
    "invited": ("next", "next", "current"),
    "not-started": ("next", "current", "current"),
    "completed": ("past", "past", "past", "current"),
    "participation": ("past",),
    "expired": ("old",),
    "revoked": ("past",),
    "withdrawn": ("past", "current"),
}
"""the cohorts in which a stage is met; the running one for any other"""

SENAFRONT = "/pa/senafront/"
"""the service of the learner, trainer and coordinator whom visitors sign in as"""
WITH_OLD_RUN = (SENAFRONT, "/cr/ppme/", "/hn/dnspf/", "/mx/inm/")
ROOMY = 12
"""officers of a service that has a coming cohort too"""
MOST_EXPIRED = 10


@dataclass(frozen=True)
class Part:
    """One person of the plan."""

    number: int
    name: str
    email: str
    sex: str
    rank: str
    service_number: str
    country: str
    workplace: str
    """path"""
    service: str
    """path"""
    stage: Stage = "not-started"
    run: Run = ""

    @property
    def language(self) -> str:
        return "en" if self.country in ENGLISH else "es"

    @property
    def accepted(self) -> bool:
        """Whether they have ever signed in."""
        return self.stage != "invited"


@dataclass(frozen=True)
class Cast:
    """Everybody. ``trainers`` and ``coordinators`` by the path of their service."""

    learner: Part
    trainer: Part
    coordinator: Part
    administrator: Part
    officers: tuple[Part, ...]
    trainers: dict[str, tuple[Part, ...]]
    coordinators: dict[str, Part]

    def everyone(self) -> Iterator[Part]:
        """Each person once."""
        yield from (self.learner, self.trainer, self.coordinator, self.administrator, *self.officers)
        for several in self.trainers.values():
            yield from (part for part in several if part is not self.trainer)
        yield from (part for part in self.coordinators.values() if part is not self.coordinator)


def cast(seed: str, share: float = 1.0) -> Cast:
    """The people of the demo; *share* of the three hundred, and nobody's country left out."""
    company = _Company(seed)
    learner = _known(
        "learner", 1, "Nayeli Ábrego Quintero", "f", "Agente", f"{SENAFRONT}paso-del-guayacan/", SENAFRONT,
        stage="middle", run="current",
    )  # fmt: skip
    trainer = _known("trainer", 2, "Eliécer Dogirama Muñoz", "m", "Teniente", SENAFRONT, SENAFRONT)
    coordinator = _known("coordinator", 3, "Itzel Bethancourt Peñalba", "f", "Capitana", SENAFRONT, SENAFRONT)
    admin = _known("admin", 4, "Osvaldo Agüero Brathwaite", "m", "", "/pa/snm/academia/", "/pa/snm/")
    officers: list[Part] = []
    trainers: dict[str, tuple[Part, ...]] = {}
    coordinators: dict[str, Part] = {}
    for service in services():
        count = max(1, round(service.node.officers * share))
        officers += [company.officer(service) for _ in range(count)]
        needed = 2 if service.node.officers > ROOMY else 1
        trainers[service.path] = tuple(company.officer(service, senior=True) for _ in range(needed))
        coordinators[service.path] = company.officer(service, senior=True)
    trainers[SENAFRONT] = (trainer, trainers[SENAFRONT][0])
    trainers["/pa/snm/"] = (trainer, trainers["/pa/snm/"][0])
    coordinators[SENAFRONT] = coordinator
    return Cast(learner, trainer, coordinator, admin, tuple(_staged(officers, seed)), trainers, coordinators)


def _known(
    role: str, number: int, name: str, sex: str, rank: str, workplace: str, service: str,
    stage: Stage = "not-started", run: Run = "",
) -> Part:  # fmt: skip
    return Part(number, name, SIGN_INS[role], sex, rank, f"D-{90_000 + number}", "PA", workplace, service, stage, run)


class _Company:
    """Draws people, no two with one name or one address."""

    def __init__(self, seed: str) -> None:
        self.rng = random.Random(f"{seed}/names")
        self.number = 10
        self.taken: set[str] = set()

    def officer(self, service: Placed, *, senior: bool = False) -> Part:
        rng = self.rng
        sex = rng.choices(("f", "m", "x", ""), (37, 57, 2, 4))[0]
        while True:
            name, given, surname = names.draw(rng, service.country, sex)
            if name not in self.taken:
                break
        self.taken.add(name)
        self.number += rng.randint(1, 3)
        ladder = RANKS[service.node.ladder]
        step = len(ladder) - 1 if senior else min(rng.randrange(len(ladder)), rng.randrange(len(ladder)))
        posts = workplaces(service)
        return Part(
            self.number,
            name,
            f"{_ascii(given)}.{_ascii(surname)}.{self.number}@demo.example",
            sex,
            ladder[step][sex == "f"],
            f"{service.country}-{_ascii(service.node.slug)[:3].upper()}-{70_000 + 37 * self.number % 9_973}",
            service.country,
            service.path if senior or rng.random() < 0.12 else rng.choice(posts),
            service.path,
        )


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "".join(c for c in plain if c.isalnum())


def _staged(officers: list[Part], seed: str) -> Iterator[Part]:
    """*officers* with their stages, dealt so that every service of some size has a little of everything."""
    rng = random.Random(f"{seed}/stages")
    size = {service.path: service.node.officers for service in services()}
    stages = _deal(len(officers))
    trained, waiting = (
        max(i for i, part in enumerate(officers) if part.service == SENAFRONT),
        stages.index("no-practice"),
    )
    if waiting > trained:  # in the smallest of demos too, the trainer has a sheet to sign
        stages[trained], stages[waiting] = stages[waiting], stages[trained]
    expired = revoked = 0
    for part, stage in zip(officers, stages, strict=True):
        if stage == "completed" and part.country != "PA" and not revoked:
            stage, revoked = "revoked", 1
        elif stage == "completed" and part.service in WITH_OLD_RUN and expired < MOST_EXPIRED and rng.random() < 0.45:
            stage, expired = "expired", expired + 1
        runs = [run for run in RUNS.get(stage, ("current",)) if run != "next" or size[part.service] >= ROOMY]
        run: Run = rng.choice(runs)
        if stage in ("begun", "middle", "completed") and rng.random() < 0.06:
            run = ""
        yield replace(part, stage=stage, run=run)


def _deal(count: int) -> list[Stage]:
    """*count* stages in their proportions, each at least once, every stage spread evenly over the whole."""
    total = sum(WEIGHTS.values())
    numbers = {stage: max(1, round(count * weight / total)) for stage, weight in WEIGHTS.items()}
    numbers["middle"] += count - sum(numbers.values())
    places = [((k + 0.5) / n, i, stage) for i, (stage, n) in enumerate(numbers.items()) for k in range(n)]
    return [stage for _place, _i, stage in sorted(places)]
