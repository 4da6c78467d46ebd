"""What is in deploy/ fits the program: what it starts exists, what it sets is a setting, and it runs as nobody in particular."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from app.cli import paso
from app.config import ROOT
from app.variables import VARIABLES

DEPLOY = ROOT / "deploy"
KNOWN = {one.name for one in VARIABLES}
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.socket"), *DEPLOY.glob("*.timer")])


def unit(path: Path) -> configparser.ConfigParser:
    parsed = configparser.ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read_string(path.read_text())
    return parsed


def test_every_setting_that_is_named_is_one() -> None:
    for path in DEPLOY.iterdir():
        named = set(re.findall(r"\bPASO_[A-Z_]*[A-Z]\b", path.read_text())) - {"PASO_DATABASE_PASSWORD"}
        assert named <= KNOWN, path.name


def test_every_command_that_is_started_is_one() -> None:
    for path in [*DEPLOY.iterdir(), ROOT / "docs/operating.md"]:
        text = path.read_text().replace('", "', " ")
        for words in re.findall(r"(?:app\.cli|`paso) ([a-z]+(?: [a-z]+)*)", text):
            group = paso
            for word in words.split():
                commands = getattr(group, "commands", {})
                if not commands:
                    break
                assert word in commands, f"{path.name}: {words}"
                group = commands[word]


# Containers -----------------------------------------------------------------------------------------------------------


def test_the_image_runs_as_a_user_of_its_own_with_packages_by_their_hashes() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    last = [line.split(maxsplit=1) for line in lines]
    users = [rest for word, rest in last if word == "USER"]
    assert users == ["10001"]
    after = [word for word, _rest in last[[word for word, _rest in last].index("USER") :]]
    assert "RUN" not in after and "COPY" not in after, "nothing is made by the user who serves"
    assert "--require-hashes" in text and "requirements/run.txt" in text
    for _word, rest in (one for one in last if one[0] == "FROM"):
        image = rest.split()[0]
        assert ":" in image and not image.endswith(":latest")
    for _word, rest in (one for one in last if one[0] == "COPY"):
        parts = rest.split()
        if not parts[0].startswith("--from"):
            assert all((ROOT / part).exists() for part in parts[:-1]), rest
    assert "HEALTHCHECK" in text and "/readyz" in text and "STOPSIGNAL SIGTERM" in text
    needed = {path.name for path in ROOT.iterdir() if path.is_dir()} & {
        "app",
        "certificates",
        "courses",
        "translations",
    }
    copied = {rest.split()[0] for word, rest in last if word == "COPY"}
    assert needed <= copied


def test_what_is_secret_or_heavy_stays_out_of_the_image() -> None:
    ignored = set((ROOT / ".dockerignore").read_text().split("\n"))
    assert {"instance", ".git", ".venv", "**/.env", "**/*.db", "**/*.paso"} <= ignored


def test_compose_takes_its_secrets_from_outside_and_starts_without_none_of_them() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    compose = yaml.safe_load(text)
    for name in ("PASO_SECRET_KEY", "PASO_PUBLIC_URL", "PASO_DATABASE_PASSWORD"):
        assert re.search(rf"\$\{{{name}:\?", text), f"{name} is refused when it is missing"
    services = compose["services"]
    assert {"paso", "worker", "database"} == set(services)
    for name in ("paso", "worker"):
        one = services[name]
        assert one["read_only"] and one["user"] == "10001:10001" and one["cap_drop"] == ["ALL"]
        assert one["depends_on"]["database"]["condition"] == "service_healthy"
        assert one["environment"]["PASO_ENV"] == "production"
        grace = int(one["stop_grace_period"].removesuffix("s"))
        assert grace > 30, "longer than the server gives requests to end"
    assert services["database"]["healthcheck"]
    assert all(port.startswith("127.0.0.1:") for port in services["paso"]["ports"]), "HTTPS stands in front of it"
    assert "ports" not in services["database"]


# systemd --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_the_unit(path: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for each in UNITS:  # as installed, but that the program is one that is here
        text = each.read_text().replace("/srv/paso/.venv/bin/python", "/bin/true")
        (tmp_path / each.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / path.name)],
        capture_output=True,
        text=True,
    )
    said = [line for line in done.stderr.splitlines() if path.name in line]
    assert said == []


@pytest.mark.parametrize("path", [p for p in UNITS if p.suffix == ".service"], ids=lambda path: path.name)
def test_a_service_may_do_no_more_than_it_needs(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["User"] == "paso" and service["NoNewPrivileges"] == "true"
    assert service["ProtectSystem"] == "strict" and service["PrivateTmp"] == "true"
    assert service["CapabilityBoundingSet"] == ""
    assert "/etc/paso.env" in service["EnvironmentFile"]


def test_the_server_waits_for_its_socket_and_stops_as_it_wishes_to() -> None:
    service, socket_ = unit(DEPLOY / "paso.service"), unit(DEPLOY / "paso.socket")
    assert service["Unit"]["Requires"] == "paso.socket"
    assert socket_["Socket"]["ListenStream"].startswith("127.0.0.1:")
    assert service["Service"]["KillMode"] == "mixed", "SIGTERM to the one that watches, which lets the others finish"
    assert int(service["Service"]["TimeoutStopSec"]) > 30
