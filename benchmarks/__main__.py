"""``make bench``: prints one row per piece of work. Exit status 1 if a ratio is over its target."""

from __future__ import annotations

import sys

from benchmarks import certificates, compiling, imports, pages, rosters, slowlink


def main() -> int:
    """Run all, or those whose names are given."""
    wanted = sys.argv[1:]
    over = 0
    for module in (pages, slowlink, compiling, certificates, rosters, imports):
        if wanted and module.__name__.rpartition(".")[2] not in wanted:
            continue
        for measured in module.run():
            print(measured.line(), flush=True)
            over += measured.ratio > measured.target
    return 1 if over else 0


raise SystemExit(main())
