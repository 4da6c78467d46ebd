"""A day with the server killed at random moments of it. Hundreds of them: ``python -m tests.outage.days --runs 300``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.outage import days


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_with_kills_keeps_every_promise(seed: int, tmp_path: Path) -> None:
    with days.databases("sqlite", tmp_path) as found:
        assert days.live(*found, seed, kills=3) > 3


def test_a_day_with_kills_keeps_every_promise_on_postgresql(postgres_server: str, tmp_path: Path) -> None:
    with days.databases("postgresql", tmp_path, postgres_server) as found:
        assert days.live(*found, 3, kills=3) > 3
