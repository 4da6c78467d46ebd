"""National identity numbers, which we do not keep: told by their shape where somebody enters a service number."""

from __future__ import annotations

import re

SHAPES: dict[str, tuple[str, ...]] = {
    "CA": (r"\d{3}[ -]\d{3}[ -]\d{3}",),
    "CR": (r"0?[1-9]-\d{4}-\d{4}",),
    "DO": (r"\d{3}-?\d{7}-?\d",),
    "GT": (r"\d{4} ?\d{5} ?\d{4}",),
    "HN": (r"\d{4}[ -]?\d{4}[ -]?\d{5}",),
    "MX": (r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d", r"[A-ZÑ&]{3,4}\d{6}[A-Z\d]{3}"),
    "NI": (r"\d{3}-?\d{6}-?\d{4}[A-Z]",),
    "PA": (r"(\d{1,2}|\d{1,2}-?(AV|PI)|PE|E|N)-\d{1,4}-\d{1,6}",),
    "SV": (r"\d{8}-\d", r"\d{4}-\d{6}-\d{3}-\d"),
    "US": (r"\d{3}-\d{2}-\d{4}",),
}
"""by country, in capitals: identity card, tax or social security number"""
_KNOWN = {country: re.compile("|".join(f"(?:{shape})" for shape in shapes)) for country, shapes in SHAPES.items()}


def looks_national(number: str, country: str) -> bool:
    """Whether *number* has the shape of a national identity number of *country* (ISO code)."""
    known = _KNOWN.get(country)
    return bool(known and known.fullmatch(number.strip().upper()))
