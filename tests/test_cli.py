"""``paso …`` from a shell: exit statuses, files, words."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import paso
from app.config import Config, ConfigRefused
from tests.manuscript import files as course_files

SHIPPED = Path(__file__).resolve().parents[1] / "courses/humanitarian-border-security"

GIFT = """::Fear:: What do you do first? {
=Receive the request #Right.
~Ask for proof #Nobody has to.
}

::Essay:: Write about your shift. {}
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(paso, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small course on disk."""
    root = tmp_path / "guard-basics"
    for path, content in course_files().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def test_a_good_course_passes_the_check(folder):
    result = run("courses", "check", folder)
    assert result.exit_code == 0, result.output
    assert "0 errors" in result.output


def test_a_broken_course_fails_the_check_naming_file_line_and_column(folder):
    page = folder / "01-mission/quiz.es.md"
    page.write_text(page.read_text().replace("- (x)", "- ( )"))
    result = run("courses", "check", folder, "--language", "es")
    assert result.exit_code == 1
    assert "01-mission/quiz.es.md:" in result.output and "error" in result.output


def test_a_bank_from_moodle_is_imported_with_an_account_of_every_question(tmp_path):
    bank = tmp_path / "bank.gift"
    bank.write_text(GIFT)
    target = tmp_path / "quiz.en.md"
    result = run("courses", "import", bank, "--language", "en", "--prefix", "hr", "--to", target)
    assert result.exit_code == 1, "the essay cannot be converted, and that is said"
    assert ":::{question} hr-" in target.read_text()
    assert "Essay" in result.output or "Essay" in (result.stderr or "")


def test_a_module_goes_out_as_gift():
    result = run("courses", "export", SHIPPED, "mission", "--language", "es")
    assert result.exit_code == 0
    assert result.stdout.count("::mi-") >= 20 or "mi-" in result.stdout


def test_production_starts_with_nothing_missing_and_says_what_is():
    for missing, env in (
        ("PASO_PUBLIC_URL", {"PASO_ENV": "production"}),
        ("PASO_DATABASE_URL", {"PASO_ENV": "production", "PASO_PUBLIC_URL": "https://paso.example"}),
        (
            "PASO_SECRET_KEY",
            {"PASO_ENV": "production", "PASO_PUBLIC_URL": "https://paso.example", "PASO_DATABASE_URL": "sqlite:////x"},
        ),
    ):
        with pytest.raises(ConfigRefused, match=missing):
            Config.from_env(env, Path("/nonexistent"))


def test_the_demo_does_not_start_in_production():
    env = {
        "PASO_ENV": "production",
        "PASO_DEMO": "1",
        "PASO_PUBLIC_URL": "https://paso.example",
        "PASO_DATABASE_URL": "sqlite:////x",
        "PASO_SECRET_KEY": "k" * 40,
    }
    with pytest.raises(ConfigRefused, match="PASO_DEMO"):
        Config.from_env(env, Path("/nonexistent"))


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first = Config.from_env({}, tmp_path / "instance")
    again = Config.from_env({}, tmp_path / "instance")
    assert first.secret_keys == again.secret_keys
    assert (tmp_path / "instance/secret.key").stat().st_mode & 0o077 == 0


def test_the_first_administrator_is_opened_from_the_shell(tmp_path, monkeypatch):
    monkeypatch.setenv("PASO_INSTANCE", str(tmp_path / "instance"))
    assert run("db", "upgrade").exit_code == 0
    arguments = ("people", "administrator", "ada@paso.example", "Ada", "--institution", "Escuela", "--country", "PA")
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert "/account/accept/" in result.output
    assert run("doctor").exit_code == 0


def test_a_module_is_printed_as_a_booklet_and_an_unknown_one_is_answered_with_the_known(tmp_path: Path) -> None:
    course = Path(__file__).parent / "courseware" / "sample"
    target = tmp_path / "mission.pdf"
    done = CliRunner().invoke(
        paso, ["courses", "booklet", str(course), "mission", "--language", "es", "--to", str(target)]
    )
    assert done.exit_code == 0, done.output
    assert target.read_bytes().startswith(b"%PDF-")
    wrong = CliRunner().invoke(paso, ["courses", "booklet", str(course), "misson", "--language", "es"])
    assert wrong.exit_code == 1
    assert "Modules: mission, protection" in wrong.output


def test_the_verifier_is_written_to_a_folder_and_again_into_the_same(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PASO_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("PASO_PUBLIC_URL", "https://paso.example")
    target = tmp_path / "stick/verifier"
    early = run("certificates", "export-verifier", target)
    assert early.exit_code == 1 and "paso db upgrade" in early.output and not target.exists()
    assert run("db", "upgrade").exit_code == 0
    for _ in range(2):
        result = run("certificates", "export-verifier", target)
        assert result.exit_code == 0, result.output
        assert sorted(path.name for path in target.iterdir()) == ["revoked.cbor", "root.pem", "verify.html"]
    assert "https://paso.example/verify" in (target / "verify.html").read_text()
