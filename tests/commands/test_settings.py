"""The list of settings is what the configuration reads: in the document, in the shell and on the administrators' page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import variables
from app.cli import paso
from app.config import ROOT, Config, ConfigRefused
from app.variables import VARIABLES

ELSEWHERE = {"PASO_BACKUP_PASSPHRASE"}
"""read by a command, not by the configuration"""
FULL = {
    "PASO_ENV": "production",
    "PASO_SECRET_KEY": "s" * 40 + "," + "t" * 40,
    "PASO_PUBLIC_URL": "https://paso.example",
    "PASO_DATABASE_URL": "postgresql://paso:very-secret@db/paso",
    "PASO_SMTP_URL": "smtps://mailer:very-secret@mail.example:465",
    "PASO_METRICS": "very-secret-and-long-enough",
}


def test_every_variable_that_the_configuration_reads_is_listed_and_no_other() -> None:
    read = set(re.findall(r'"(PASO_[A-Z_]+)"', (ROOT / "app/config.py").read_text()))
    listed = [one.name for one in VARIABLES]
    assert set(listed) == read
    assert len(listed) == len(set(listed))
    for path in [*(ROOT / "app").rglob("*.py"), ROOT / "wsgi.py"]:
        named = set(re.findall(r'environ(?:\.get)?[\[(]"(PASO_[A-Z_]+)"', path.read_text()))
        assert named <= read | ELSEWHERE, path


def test_what_is_said_to_hold_without_a_variable_is_what_holds(tmp_path: Path) -> None:
    bare = Config.from_env({}, tmp_path)
    for one in VARIABLES:
        if one.default and one.name not in ("PASO_INSTANCE", "PASO_KEYS"):
            assert one.now(bare) == one.default, one.name


def test_the_document_holds_the_list_as_it_is() -> None:
    text = (ROOT / "docs/operating.md").read_text()
    held = text.partition("<!-- settings -->\n")[2].partition("\n<!-- end -->")[0]
    assert held == variables.table(), "write it anew: paso settings --markdown"


def test_every_meaning_is_there_in_both_languages() -> None:
    for one in VARIABLES:
        assert one.en.strip() and one.es.strip() and one.en != one.es, one.name


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_shell_tells_values_and_hides_secrets(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FULL.items():
        monkeypatch.setenv(name, value)
    said = CliRunner().invoke(paso, ["settings", "--language", language])
    assert said.exit_code == 0, said.output
    assert "PASO_DATABASE_URL = postgresql+psycopg://paso:***@db/paso" in said.output
    assert "PASO_SMTP_URL = smtps://mailer:***@mail.example:465" in said.output
    assert "PASO_LOG = json" in said.output
    for secret in ("very-secret", "ssss", "tttt"):
        assert secret not in said.output
    assert {"en": "The port to listen on.", "es": "El puerto en que escucha."}[language] in said.output


@pytest.mark.parametrize(("name", "value"), [("PASO_LOG", "xml"), ("PASO_METRICS", "short")])
def test_a_setting_that_makes_no_sense_is_refused_by_name(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused, match=name):
        Config.from_env({name: value}, tmp_path)
