"""``paso audit …``: whether the audit log is as it was written, and where it ends."""

from __future__ import annotations

import click

from app.commands import means
from app.services import auditchain


@click.group(name="audit")
def group() -> None:
    """The log of who saw, exported, changed and signed what."""


@group.command(name="check")
@click.option("--expect", default="", help="an earlier “audit head”: the log must still contain it")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="of what was found")
def check_log(expect: str, language: str) -> None:
    """Read the whole log and recompute its chain. Exit status 1 if any entry was edited, deleted, inserted or reordered."""
    with means.office() as (_app, office):
        report = auditchain.check(office, expect)
    click.echo(f"{report.entries} entries, whole up to {report.whole}; {len(report.findings)} findings.")
    for finding in report.findings:
        click.echo(f"  {finding.said(language)}")
    click.echo(f"head {report.head}")
    raise SystemExit(1 if report.findings else 0)


@group.command()
def head() -> None:
    """Print where the log ends. Write it down elsewhere every day: then nobody can rewrite the log unnoticed."""
    with means.office() as (_app, office):
        click.echo(auditchain.head(office))
