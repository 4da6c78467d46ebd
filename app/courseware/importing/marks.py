"""What weights, ranges and tolerances of other programs mean in ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from app.courseware.importing.draft import Answer, Draft, Refusal

_NUMBER = re.compile(r"[-+−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d{1,4})?")
_EXPRESSION = re.compile(r"[-+\d(.][-+*/^()\d\s.,eE%]*")
_GROUPED = re.compile(r"[-+−]?[1-9]\d{0,2}(?:,\d{3})+(?:[eE].*)?")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_LARGEST = 15
"""Places before or after the point; more is no number that anybody types."""
_WHOLE = Decimal(100)
# Moodle rounds a third to 33.33333, and people to 33.
_NEAR = Decimal(1)
_PATTERN = re.compile(r"/.+/")
_SHORT_THAT_IS_NUMBER = re.compile(r"[-+−]?\d+(?:[.,]\d+)?\s*(?:\+/-|\+-)\s*[-+−]?\d+(?:[.,]\d+)?")


def weigh(draft: Draft, answers: Sequence[tuple[Answer, Decimal]], single: bool) -> None:
    """Give *draft* its kind and options by *answers*, each with its weight in percent.

    *single*: one answer may be chosen. Raises :class:`Refusal` if none is right.
    """
    draft.answers = [answer for answer, _ in answers]
    if single:
        _weigh_single(draft, answers)
    else:
        _weigh_several(draft, answers)


def _weigh_single(draft: Draft, answers: Sequence[tuple[Answer, Decimal]]) -> None:
    best = max((weight for _, weight in answers), default=Decimal(0))
    if best <= 0:
        raise Refusal("right-missing" if answers else "answers-missing")
    if best < _WHOLE:
        draft.notes.add("best-answer", weight=show(best))
    partly = [answer.text.plain for answer, weight in answers if 0 < weight < best]
    for answer, weight in answers:
        answer.right = weight == best
    if partly:
        draft.notes.add("partial-dropped", answers="; ".join(partly))
    if any(weight < 0 for _, weight in answers):
        draft.notes.add("penalty-dropped")
    several = sum(1 for answer, _ in answers if answer.right) > 1
    if several:
        draft.notes.add("any-of-right")
    draft.kind = "several" if several else "one"


def _weigh_several(draft: Draft, answers: Sequence[tuple[Answer, Decimal]]) -> None:
    draft.kind = "several"
    draft.partial = True
    for answer, weight in answers:
        answer.right = weight > 0
    count = sum(1 for answer in draft.answers if answer.right)
    if not count:
        raise Refusal("right-missing" if answers else "answers-missing")
    share = _WHOLE / count
    meant = [share if answer.right else -share for answer in draft.answers]
    if any(abs(weight - wanted) > _NEAR for (_, weight), wanted in zip(answers, meant, strict=True)):
        draft.notes.add("weights-changed")


def true_or_false(language: str) -> tuple[str, str]:
    """What the two answers of a statement are called in *language*."""
    return ("Verdadero", "Falso") if language == "es" else ("True", "False")


def accept(draft: Draft, text: str) -> None:
    """Let *draft* accept *text*, or note why it cannot."""
    answer = " ".join(text.split())
    unusable = "±" in answer or _PATTERN.fullmatch(answer) or len(answer) > 200
    if unusable or not any(character.isalnum() for character in answer):
        draft.notes.add("answer-dropped", answer=answer)
    elif answer not in draft.accepted:
        draft.accepted.append(answer)
        if _SHORT_THAT_IS_NUMBER.fullmatch(answer):
            # Without saying so it would be read as a number with its tolerance.
            draft.options["type"] = "short"


def number(text: str) -> Decimal:
    """The number that *text* is. Raises :class:`Refusal` for anything else."""
    bare = text.strip()
    if len(bare) > 4 * _LARGEST:
        raise Refusal("number-size", value=bare)
    if _GROUPED.fullmatch(bare):
        # "1,000" is a thousand to some and one to others.
        raise Refusal("number-malformed", value=bare)
    if not _NUMBER.fullmatch(bare):
        code = (
            "number-expression"
            if _EXPRESSION.fullmatch(bare) and any(c.isdigit() for c in bare)
            else "number-malformed"
        )
        raise Refusal(code, value=bare)
    try:
        found = Decimal(bare.replace(",", ".").replace("−", "-"))
    except InvalidOperation:
        raise Refusal("number-malformed", value=bare) from None
    return sized(found, bare)


def sized(found: Decimal, shown: str) -> Decimal:
    """*found*, refused (naming it as *shown*) if it is too large or has too many places."""
    if not found.is_finite() or (found and found.adjusted() >= _LARGEST) or len(found.as_tuple().digits) > 2 * _LARGEST:
        raise Refusal("number-size", value=shown)
    exponent = found.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_LARGEST:
        raise Refusal("number-size", value=shown)
    return found


def between(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """The middle of a range, and how far its ends are from it. The ends may be given in either order."""
    return (low + high) / 2, abs(high - low) / 2


def set_number(draft: Draft, ranges: Sequence[tuple[Decimal, Decimal]]) -> None:
    """Give *draft* the number whose range holds all of *ranges* (values with their tolerance).

    Raises :class:`Refusal` if there is none, or if some lie apart.
    """
    if not ranges:
        raise Refusal("answers-missing")
    value, tolerance = max(ranges, key=lambda one: one[1])
    if any(abs(other - value) + reach > tolerance for other, reach in ranges):
        raise Refusal("number-several")
    draft.kind = "number"
    draft.value, draft.tolerance = sized(value, str(value)), sized(tolerance, str(tolerance))


def show(value: Decimal) -> str:
    """*value* as our format writes it: no exponent, and never what could be taken for thousands."""
    plain = format(value.normalize(), "f")
    if plain in ("-0", ""):
        plain = "0"
    return plain + "0" if _THOUSANDS.fullmatch(plain) else plain
