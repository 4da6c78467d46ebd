"""``paso roster …``: whether a roster that somebody sent is as it was downloaded."""

from __future__ import annotations

from pathlib import Path

import click

from app.commands import means
from app.rules.errors import Refused
from app.services import rosters

SAID = {
    "as-downloaded": "As it was downloaded: not a byte differs.",
    "resaved": "Saved again by another program; every value is as it was downloaded.",
    "altered": "Altered: it carries our seal, and its content is another.",
    "not-ours": "The seal in it is not ours.",
    "no-roster": "There is no seal of a roster in it.",
}
MOST = 2_000_000_000


@click.group(name="roster")
def group() -> None:
    """Rosters: verification of files."""


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Say whether FILE (CSV, XLSX, PDF or JSON) is a roster as it was downloaded.

    Exit status 0: as downloaded, or with the same values. 1: altered, or not ours. 2: no roster.
    """
    with means.office() as (_app, office):
        try:
            found = rosters.check(office, file.read_bytes(), MOST)
        except Refused as no:
            raise click.ClickException(str(no)) from no
    click.echo(SAID[found.outcome])
    if found.sealed:
        sealed = found.sealed
        click.echo(
            f"Made {sealed.made:%Y-%m-%d %H:%M} UTC of {sealed.place}; {sealed.rows} rows; filter: {sealed.filters}"
        )
        click.echo(f"As of: {sealed.as_of}. Digest: {sealed.short}")
    raise SystemExit({"as-downloaded": 0, "resaved": 0, "no-roster": 2}.get(found.outcome, 1))
