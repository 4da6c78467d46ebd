"""Files of a course under other names, with every link and picture in its pages still leading where it led."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

_PAGE = re.compile(r"(.+)\.([a-z]{2})\.md")
_INLINE = re.compile(r"(\]\([ \t]*)(?:<([^<>\n]*)>|([^()\s<>]+))")
_DEFINED = re.compile(r"^([ \t>]{0,12}\[[^\]\n]+\]:[ \t]*)(?:<([^<>\n]*)>|(\S+))", re.MULTILINE)
_KEPT_SIGNS = "/-._~!$'*+,;=@"


class NameTaken(Exception):
    """Two files would have the same name. ``path`` is it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def moved(source: Mapping[str, bytes], names: Mapping[str, str]) -> dict[str, bytes]:
    """The files of *source* with those of *names* (old path → new path) under their new names.

    Pages that are not UTF-8 keep their text as it is. Raises :class:`NameTaken`.
    """
    after: dict[str, str] = {}
    for path in source:
        new = names.get(path, path)
        if new.casefold() in after:
            raise NameTaken(new)
        after[new.casefold()] = path
    links = _Links(source, names)
    return {
        names.get(path, path): links.in_page(path, data) if path.endswith(".md") else data
        for path, data in source.items()
    }


class _Links:
    def __init__(self, source: Mapping[str, bytes], names: Mapping[str, str]) -> None:
        self.files = frozenset(source)
        self.names = names
        # A link may name the page in any language: where the file is not, its twin says where it went.
        pages = ((found[1], path) for path in source if (found := _PAGE.fullmatch(path)))
        self.stems = {stem: _stem(names.get(path, path)) for stem, path in pages}

    def in_page(self, path: str, data: bytes) -> bytes:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return data
        new = self.names.get(path, path)

        def relinked(found: re.Match[str]) -> str:
            address = found[2] if found[2] is not None else found[3]
            changed = self._address(address, path, new)
            return found[0] if changed == address else f"{found[1]}{changed}"

        return _DEFINED.sub(relinked, _INLINE.sub(relinked, text)).encode()

    def _address(self, address: str, page: str, new_page: str) -> str:
        head = re.split(r"[?#]", address, maxsplit=1)[0]
        if not head or head.startswith("/") or ":" in head.partition("/")[0]:
            return address
        before = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(head)))
        target = self._target(before)
        if target is None or (target == before and posixpath.dirname(page) == posixpath.dirname(new_page)):
            return address
        relative = posixpath.relpath(target, posixpath.dirname(new_page) or ".")
        if relative == posixpath.normpath(unquote(head)):
            return address
        return quote(relative, safe=_KEPT_SIGNS) + address[len(head) :]

    def _target(self, path: str) -> str | None:
        """Where the file at *path* is now; ``None`` for what is no file of the course."""
        if path in self.files:
            return self.names.get(path, path)
        page = _PAGE.fullmatch(path)
        if page is None or page[1] not in self.stems:
            return None
        return f"{self.stems[page[1]]}.{page[2]}.md"


def _stem(path: str) -> str:
    return path.removesuffix(".md").rpartition(".")[0]
