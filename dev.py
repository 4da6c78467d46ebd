"""What `make` calls: sets up .venv from the lock file and runs the rest in it. Needs only Python 3.11+ and pip.

python3 dev.py run     a working demo at http://127.0.0.1:8000
python3 dev.py test    every check and every test
python3 dev.py check   formatting, imports, types, translations; no tests
python3 dev.py bench   what users wait for, each beside its floor
python3 dev.py screenshots    pictures of every kind of page of the demo, into build/screens/ (needs Chromium)
python3 dev.py lock    write requirements/ anew from pyproject.toml (needs uv)
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LEAST = (3, 11)


def stop(text):
    print(text, file=sys.stderr)
    raise SystemExit(1)


def setup(lock):
    """Make .venv hold exactly what *lock* names; nothing is done when it does already."""
    path = ROOT / "requirements" / f"{lock}.txt"
    stamp = VENV / f".{lock}.stamp"
    digest = hashlib.sha256(path.read_bytes() + sys.version.encode()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    print(f"Setting up .venv from requirements/{lock}.txt …", flush=True)
    if not PYTHON.exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
        if made.returncode:
            shutil.rmtree(VENV, ignore_errors=True)
            stop(
                "Python's venv module does not work here. On Debian or Ubuntu: apt-get install python3-venv python3-pip\n"
                + (made.stdout + made.stderr).strip()[-300:]
            )
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "-q", "--python", str(PYTHON)]
    else:
        command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if subprocess.run([*command, "--require-hashes", "-r", str(path)]).returncode:
        stop(
            "The packages could not be installed. Check the network (or the package index pip is set to use) and try again."
        )
    stamp.write_text(digest)


def call(*command, **more):
    """Run a command of .venv in this folder; its exit status."""
    environment = dict(os.environ, PYTHONPATH=str(ROOT), **more)
    return subprocess.run([str(PYTHON), *command], cwd=ROOT, env=environment).returncode


CHECKS = (
    ("style", ["-m", "ruff", "check", "."]),
    ("format", ["-m", "ruff", "format", "--check", "."]),
    ("layers", ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]),
    ("types", ["-m", "mypy"]),
    ("templates", ["-m", "djlint", "app/templates", "--lint", "--quiet"]),
    ("translations", ["-m", "translations.catalogue", "check"]),
    *(
        (f"course {path.parent.name}", ["-m", "app.cli", "courses", "check", str(path.parent.relative_to(ROOT))])
        for path in sorted((ROOT / "courses").glob("*/course.yaml"))
    ),
)


def advisories():
    """Known vulnerabilities of the locked packages. Where the advisory service does not answer, or knows none of them, that is
    said aloud and is no failure: nobody may take silence for health.
    """
    print("— advisories", flush=True)
    command = [
        "-m",
        "pip_audit",
        "-r",
        "requirements/run.txt",
        "--disable-pip",
        "--require-hashes",
        "--progress-spinner=off",
    ]
    try:
        done = subprocess.run(
            [str(PYTHON), *command, "--format=json", "--timeout=10"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=180,
        )
        told = json.loads(done.stdout)["dependencies"]
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
        told = []
    looked = [one for one in told if "vulns" in one]
    for one in looked:
        for found in one["vulns"]:
            print(
                f"{one['name']} {one['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none yet'}"
            )
    if len(looked) < len(told) or not told:
        print(
            f"SKIPPED: the advisory service told of {len(looked)} of {len(told) or 'all the'} packages. Run it with a network."
        )
    return any(one["vulns"] for one in looked)


def check():
    """Every check that runs no test; all of them, so that one run tells all."""
    failed = [name for name, command in CHECKS if print(f"— {name}", flush=True) or call(*command)]
    failed += ["advisories"] if advisories() else []
    if failed:
        print("Failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def main(arguments):
    if sys.version_info < LEAST:
        stop(
            f"Paso Seguro needs Python {'.'.join(map(str, LEAST))} or newer; this is {sys.version.split()[0]}. "
            "Name a newer one: make run PYTHON=/path/to/python3.11"
        )
    word, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if word == "run":
        setup("run")
        if os.name != "nt":  # the server takes over this process, so that Ctrl+C reaches it
            os.chdir(ROOT)
            os.environ["PYTHONPATH"] = str(ROOT)
            os.execv(PYTHON, [str(PYTHON), "-m", "app.cli", "run", *rest])
        return call("-m", "app.cli", "run", *rest)
    if word == "test":
        setup("dev")
        failed = check()
        return call("-m", "pytest", *rest) or failed
    if word == "check":
        setup("dev")
        return check()
    if word == "bench":
        setup("dev")
        return call("-m", "benchmarks", *rest)
    if word == "screenshots":
        setup("dev")
        return call("docs/screenshots.py", *rest)
    if word == "lock":
        uv = shutil.which("uv") or stop("`make lock` needs uv: pip install uv")
        common = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "-q"]
        for lock, more in (("run", []), ("dev", ["--group", "dev"])):
            command = [uv, "pip", "compile", "pyproject.toml", *more, *common, "-o", f"requirements/{lock}.txt"]
            if subprocess.run(command, cwd=ROOT).returncode:
                return 1
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
