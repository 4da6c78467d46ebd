"""CPU time of a piece of work beside the CPU time of its floor, in turns, so that a machine's moods meet both alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """Median CPU milliseconds of one piece of work and of its floor."""

    name: str
    floor_name: str
    work_ms: float
    floor_ms: float
    target: float
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.work_ms / self.floor_ms if self.floor_ms else 0.0

    def line(self) -> str:
        """One row of the report."""
        mark = "ok" if self.ratio <= self.target else "OVER"
        return (
            f"{self.name:<34} {self.work_ms:>10.2f} ms   {self.floor_name:<34} {self.floor_ms:>9.2f} ms   "
            f"{self.ratio:>6.2f} x  (target {self.target:g} x) {mark:<5}{self.note}"
        )


def cpu_ms(work: Callable[[], object], times: int = 1) -> float:
    """CPU milliseconds of this process for one call of *work*, over *times* calls."""
    start = time.process_time()
    for _call in range(times):
        work()
    return (time.process_time() - start) * 1000 / times


def beside(
    name: str,
    work: Callable[[], object],
    floor_name: str,
    floor: Callable[[], object],
    *,
    target: float,
    times: int = 20,
    floor_times: int = 20,
    rounds: int = 5,
    note: str = "",
) -> Measured:
    """Measure *work* and *floor* in turns, after one round that does not count."""
    work(), floor()
    pairs = [(cpu_ms(work, times), cpu_ms(floor, floor_times)) for _round in range(rounds)]
    return Measured(
        name,
        floor_name,
        statistics.median(w for w, _f in pairs),
        statistics.median(f for _w, f in pairs),
        target,
        note,
    )
