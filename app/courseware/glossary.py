"""The glossary, and finding its terms in running text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_GAPS = frozenset((" ", "-", "\n", "\N{NO-BREAK SPACE}", "\N{NON-BREAKING HYPHEN}"))
_SIBILANT_PLURALS = ("ches", "shes", "sses", "xes", "zes")
_ACCENTS = str.maketrans("áéíóúü", "aeiouu")


class Found(NamedTuple):
    start: int
    end: int
    term: str


class TermIndex:
    """Finds the terms of one language in text: whole words, any case, simple plurals, the longest name first."""

    def __init__(self, language: str, names: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._language = language
        self._by_first_stem: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for term, forms in names:
            for form in forms:
                stems = tuple(_stem(word, language) for word in _WORD.findall(form))
                if stems:
                    self._by_first_stem.setdefault(stems[0], []).append((stems, term))
        for candidates in self._by_first_stem.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))
        # Every word met so far, and those of them that begin a term: two looks at sets tell for a whole paragraph.
        self._met: set[str] = set()
        self._last: tuple[str, list[Found]] = ("", [])
        self._starters: dict[str, list[tuple[tuple[str, ...], str]]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_first_stem)

    def find(self, text: str) -> list[Found]:
        """Where terms stand in *text*, without overlaps, from left to right."""
        # A paragraph of plain text is looked at twice: once to count its terms, once to link them.
        if text != self._last[0]:
            self._last = (text, self._find(text))
        return self._last[1]

    def _find(self, text: str) -> list[Found]:
        spoken = _WORD.findall(text)
        for word in set(spoken) - self._met:
            self._met.add(word)
            if candidates := self._by_first_stem.get(_stem(word, self._language)):
                self._starters[word] = candidates
        if self._starters.keys().isdisjoint(spoken):
            return []
        found: list[Found] = []
        # Where each word stands is wanted only once the words of a term are all there, which is seldom.
        words: list[re.Match[str]] = []
        free = 0
        for index, word in enumerate(spoken):
            if word not in self._starters or index < free:
                continue
            for stems, term in self._starters[word]:
                if len(stems) > 1 and not self._follow(spoken, index, stems):
                    continue
                words = words or list(_WORD.finditer(text))
                last = index + len(stems) - 1
                if all(text[words[at].end() : words[at + 1].start()] in _GAPS for at in range(index, last)):
                    free = last + 1
                    found.append(Found(words[index].start(), words[last].end(), term))
                    break
        return found

    def _follow(self, spoken: list[str], index: int, stems: tuple[str, ...]) -> bool:
        """Whether the words of a term, two or more, stand one after the other from *index* on; the first is known to."""
        if index + len(stems) > len(spoken):
            return False
        # Most terms fail at their second word: nothing more is looked at then.
        if _stem(spoken[index + 1], self._language) != stems[1]:
            return False
        return [_stem(word, self._language) for word in spoken[index + 2 : index + len(stems)]] == list(stems[2:])


def names_of(heading: str) -> tuple[str, ...]:
    """The names in the head of an entry: the term, then other forms after ``;`` or `` / ``.

    A part in parentheses may be said or not: "persona en (situación de) movilidad" gives both.
    """
    names: list[str] = []
    # White space first: a long run of it would keep the next expression busy.
    for form in re.split(r" ?; ?| / ", " ".join(heading.split())):
        bare = " ".join(re.sub(r"\([^()]*\)", " ", form).split())
        full = " ".join(form.replace("(", " ").replace(")", " ").split())
        names += [name for name in (bare, full) if name]
    return tuple(dict.fromkeys(names))


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    """*word* without the mark of the plural, near enough that one form finds the other."""
    word = word.lower()
    if language == "es":
        # The accent of "devolución" goes in "devoluciones"; ñ is a letter of its own.
        word = word.translate(_ACCENTS)
        if len(word) > 4 and word.endswith("ces"):
            return word[:-3] + "z"
        if len(word) > 3 and word.endswith("s"):
            word = word[:-1]
        return word[:-1] if len(word) > 3 and word.endswith("e") else word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(_SIBILANT_PLURALS):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
