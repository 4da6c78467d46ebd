"""Words into widths and heights."""

from __future__ import annotations

from certificates.fonts import Face
from certificates.layout import Block, Type, fit, flow
from tests.certificates.cast import LONGEST_NAME

NAME = Type(Face.SEMIBOLD, 36)


def test_a_short_name_is_set_large() -> None:
    lines = fit("Ng", NAME, 650, 22)
    assert (lines.lines, lines.type.size) == (("Ng",), 36)


def test_a_longer_name_is_set_smaller_in_one_line() -> None:
    lines = fit("María Fernanda Concepción Núñez Ibáñez de Arosemena", NAME, 650, 22)
    assert len(lines.lines) == 1
    assert 22 <= lines.type.size < 36
    assert 630 < lines.type.width(lines.text) <= 650


def test_a_very_long_name_is_broken_in_two_balanced_lines() -> None:
    lines = fit(LONGEST_NAME, NAME, 650, 22)
    upper, lower = (lines.type.width(line) for line in lines.lines)
    assert " ".join(lines.lines) == LONGEST_NAME
    assert max(upper, lower) <= 650
    assert min(upper, lower) > 0.8 * max(upper, lower)
    assert lines.type.size > 22


def test_one_endless_word_still_fits() -> None:
    lines = fit("M" * 92, NAME, 650, 22)
    assert len(lines.lines) == 1
    assert 0 < lines.type.width(lines.text) <= 650


def _column(heights: list[float]) -> list[Block]:
    return [Block(1.0, height, lambda top: None) for height in heights]


def test_a_column_breathes_when_there_is_room() -> None:
    placed = flow(lambda scale: _column([20 * scale] * 3), 200, 0, (1.0, 0.5))
    tops = [top for _, top in placed]
    assert tops[0] - tops[1] == tops[1] - tops[2] == 20 + 14  # the most white there may be
    assert 200 - tops[0] < (tops[2] - 20)  # a little more of the rest below than above


def test_a_column_takes_smaller_type_when_there_is_none() -> None:
    placed = flow(lambda scale: _column([90 * scale] * 3), 200, 0, (1.0, 0.6, 0.5))
    assert [block.height for block, _ in placed] == [54.0] * 3
    block, top = placed[-1]
    assert top - block.height >= -1e-9
