"""``paso settings``: every variable, what it is for, and what holds now."""

from __future__ import annotations

import click

from app.commands import means
from app.variables import VARIABLES, table


@click.command(name="settings")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="of the meanings")
@click.option("--markdown", is_flag=True, help="the table of docs/operating.md, without what holds now")
def command(language: str, markdown: bool) -> None:
    """Print every variable of the environment with its meaning, its default and its value; secrets are hidden."""
    if markdown:
        click.echo(table(language))
        return
    config = means.config()
    none, default = {"en": ("(empty)", "default"), "es": ("(vacío)", "valor por omisión")}[language]
    for one in VARIABLES:
        click.echo(f"{one.name} = {one.now(config) or none}")
        click.echo(f"    {one.meaning(language)}")
        if one.default:
            click.echo(f"    {default}: {one.default}")
