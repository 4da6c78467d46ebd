"""Who on record, or on another line of the same list, may be the person whom a list calls new."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Set
from functools import cached_property

from app.rules import namesakes
from app.services.imports.world import Known, Place, World
from app.services.people.inviting import Nominee


class Resembling:
    """People by what their names have in common. Whoever the list names by their own address is somebody else."""

    def __init__(self, world: World, named: Set[uuid.UUID]) -> None:
        self.world, self.named = world, named
        self.rows: defaultdict[namesakes.Parts, list[tuple[str, str, int]]] = defaultdict(list)

    @cached_property
    def _by_parts(self) -> tuple[dict[namesakes.Parts, list[Known]], dict[namesakes.Parts, list[Known]]]:
        """People by all of their name, and by what is left of it with a part or two left out."""
        whole: defaultdict[namesakes.Parts, list[Known]] = defaultdict(list)
        less: defaultdict[namesakes.Parts, list[Known]] = defaultdict(list)
        for one in self.world.people.values():
            if one.id in self.named:
                continue
            parts = namesakes.parts(one.name)
            whole[parts].append(one)
            for fewer in set(namesakes.shorter(parts)):
                less[fewer].append(one)
        return whole, less

    def people(self, nominee: Nominee, place: Place) -> list[Known]:
        """Those on record whose name can be that of *nominee*, the likeliest first."""
        parts = namesakes.parts(nominee.name)
        if len(parts) < 2:
            return []
        whole, less = self._by_parts
        found = [*whole.get(parts, ()), *less.get(parts, ())]
        for fewer in set(namesakes.shorter(parts)):
            found += whole.get(fewer, ())
        return [one for one in dict.fromkeys(found) if not self._told_apart(nominee, place, one)]

    def _told_apart(self, nominee: Nominee, place: Place, one: Known) -> bool:
        """Two service numbers of one service are two people."""
        if not nominee.service_number or not one.service_number:
            return False
        same_service = self.world.places[one.institution].service == place.service
        keys = {namesakes.number_key(nominee.service_number), namesakes.number_key(one.service_number)}
        return same_service and len(keys) == 2

    def row(self, nominee: Nominee, place: Place) -> int:
        """The earlier line that calls somebody new by the same name, written anyhow; 0 for none."""
        number = namesakes.number_key(nominee.service_number)
        for service, other, row in self.rows.get(namesakes.parts(nominee.name), ()):
            if not (number and other and service == place.service and number != other):
                return row
        return 0

    def add(self, nominee: Nominee, place: Place, row: int) -> None:
        """Somebody new, for the lines that follow."""
        parts = namesakes.parts(nominee.name)
        if len(parts) >= 2:
            self.rows[parts].append((place.service, namesakes.number_key(nominee.service_number), row))
