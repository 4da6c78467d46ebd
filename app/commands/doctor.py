"""``paso doctor``: everything that can be looked at, one list, one exit status."""

from __future__ import annotations

import time

import click

from app.commands import means, surroundings
from app.config import Config
from app.services import doctor
from app.services.findings import Finding

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "progress": "progress recomputed from its events: enrolments",
        "attempts": "answers graded and marks added up again: attempts",
        "certificates": "certificates and their files against the register",
        "audit": "chain of the audit log: entries",
        "rows": "rows in their places",
        "files": "editions, drafts and files that people sent",
        "settings": "settings, keys, clock, disk, worker",
        "well": "in order",
        "findings": "{count} findings",
        "finding": "1 finding",
        "more": "… and {count} more",
        "end": "Looked for {seconds:.1f} s. {grave} lost or altered, {light} to attend to.",
        "repaired": "{count} enrolments were computed anew from their events; the log says which.",
        "attend": "attend",
    },
    "es": {
        "progress": "progreso calculado de nuevo a partir de sus eventos: inscripciones",
        "attempts": "respuestas calificadas y notas sumadas de nuevo: intentos",
        "certificates": "certificados y sus archivos frente al libro de registro",
        "audit": "cadena del registro de auditoría: asientos",
        "rows": "filas en su lugar",
        "files": "ediciones, borradores y archivos recibidos",
        "settings": "ajustes, claves, reloj, disco, proceso de fondo",
        "well": "en orden",
        "findings": "{count} hallazgos",
        "finding": "1 hallazgo",
        "more": "… y {count} más",
        "end": "Revisión de {seconds:.1f} s. {grave} con pérdida o alteración, {light} por atender.",
        "repaired": "Se calcularon de nuevo {count} inscripciones a partir de sus eventos; el registro de auditoría dice cuáles.",
        "attend": "atender",
    },
}


@click.command(name="doctor")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="of the list")
@click.option("--repair", is_flag=True, help="write progress anew where its events give another one; noted in the log")
def command(language: str, repair: bool) -> None:
    """Look whether what is kept agrees with itself, and whether the platform stands well. Changes nothing without --repair.

    Exit status 0: nothing was lost or altered. 1: something was. 2: nothing was, and something wants attention.
    """
    words = WORDS[language]
    started = time.monotonic()
    with means.office() as (app, office):
        config: Config = app.extensions["paso.config"]
        if repair:
            click.echo(words["repaired"].format(count=doctor.repair(office)))
        report = doctor.examine(office)
        around = surroundings.look(office, config)
    for part in report.parts:
        _tell(part.name, part.looked, part.found, part.findings, language)
    _tell("settings", len(surroundings.LOOKS), len(around), around, language)
    findings = [*report.findings, *around]
    light = sum(not finding.grave for finding in findings)
    grave = sum(part.found for part in report.parts) + len(around) - light
    click.echo(words["end"].format(seconds=time.monotonic() - started, grave=grave, light=light))
    raise SystemExit(1 if grave else 2 if light else 0)


def _tell(name: str, looked: int, found: int, findings: tuple[Finding, ...], language: str) -> None:
    words = WORDS[language]
    said = words["well"] if not found else words["finding"] if found == 1 else words["findings"].format(count=found)
    click.echo(f"{words[name]} ({looked:,}): {said}")
    for finding in findings:
        mark = "  - " if finding.grave else f"  - [{words['attend']}] "
        click.echo(mark + finding.said(language))
    if found > len(findings):
        click.echo("  " + words["more"].format(count=found - len(findings)))
