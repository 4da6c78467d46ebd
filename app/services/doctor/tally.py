"""How many things a check has looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Tally:
    looked: int = 0
