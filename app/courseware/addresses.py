"""Where the links and pictures of a page lead: to its course, or to an outside address that is safe."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import quote, unquote

from app.courseware import markdown
from app.courseware.manuscript import Place, Report
from app.courseware.markdown import Token
from app.courseware.media import AUDIO, MIME_TYPES, mime_type
from app.courseware.pictures import small_of, twin_of
from app.courseware.problem import nearest
from app.courseware.written import Library, Written

_SCHEMES = ("http", "https", "mailto")
_PAGE_NAME = re.compile(r"(.+)\.([a-z]{2})\.md")


class Addresses:
    """The addresses of one page."""

    def __init__(self, page: Written, library: Library, report: Report) -> None:
        self.page = page
        self.library = library
        self.report = report

    def link(self, address: str, where: Place) -> str | None:
        """Where a link leads in the site; ``None``, with the reason reported at *where*, if it may lead nowhere."""
        head = re.split(r"[/?#]", address, maxsplit=1)[0]
        if ":" in head:
            scheme = head.partition(":")[0].strip().lower()
            if scheme in _SCHEMES:
                return address
            self.report.add("link-unsafe", where, scheme=scheme)
        elif not head:
            code = "link-fragment" if address.startswith("#") else "link-absolute"
            self.report.add(code if address else "link-empty", where, address=address)
        else:
            return self._page_or_file(address, where)
        return None

    def picture(self, token: Token, where: Place) -> Token:
        """What shows the picture or sound that *token* names: itself, a player, or its description in its place."""
        address = str(token.attrs.get("src", ""))
        alternative = token.content.strip()
        if not alternative:
            self.report.add("image-without-alt", where)
        resolved = None
        if address.startswith("//") or ":" in re.split(r"[/?#]", address, maxsplit=1)[0]:
            self.report.add("image-remote", where, address=address[:80])
        elif not address or address.startswith(("/", "#", "?")):
            self.report.add("media-missing", where, path=address)
        else:
            resolved = self._file(self._path(address), where)
        if resolved is None:
            return Token("text", "", 0, content=alternative)
        if mime_type(resolved) in AUDIO:
            return self._player(self._path(address), alternative, where)
        token.attrs["src"] = resolved
        token.attrs["loading"] = "lazy"
        path = self._path(address)
        if path in self.library.pictures:
            twin = self.library.pictures[path]
            token.attrs |= {"width": twin.width, "height": twin.height}
            whole = self._media(twin_of(path))
            small = f"{self._media(small_of(path))} {twin.small}w, {whole} {twin.width}w"
            token.meta["twin"] = small if twin.small else whole
        return token

    def _page_or_file(self, address: str, where: Place) -> str | None:
        path = self._path(address)
        page = _PAGE_NAME.fullmatch(path)
        if page is None:
            return self._file(path, where)
        if page[1] in self.library.addresses:
            return self.library.addresses[page[1]]
        hint = nearest(path, (f"{name}.{page[2]}.md" for name in self.library.addresses))
        self.report.add("link-page-missing", where, hint, path=path)
        return None

    def _file(self, path: str, where: Place) -> str | None:
        if path not in self.library.files:
            self.report.add("media-missing", where, nearest(path, self.library.files), path=path)
        elif mime_type(path) is None:
            self.report.add("media-type", where, path=path, known=", ".join(MIME_TYPES))
        else:
            return self._media(path)
        return None

    def _media(self, path: str) -> str:
        return f"{self.library.root}/media/{quote(path)}"

    def _path(self, address: str) -> str:
        """The path in the course that a relative *address* on this page means."""
        relative = unquote(re.split(r"[?#]", address, maxsplit=1)[0])
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.page.path), relative))

    def _player(self, path: str, alternative: str, where: Place) -> Token:
        """The player of a sound, and after it the words of the sound for all to read (WCAG 2.2, 1.2.1 and 1.2.2)."""
        written = posixpath.splitext(path)[0] + ".vtt"
        words = self.library.spoken.get(written, "")
        if not words:
            self.report.add("sound-without-words", where, path=path, written=written)
            return Token("text", "", 0, content=alternative)
        source = markdown.escape(self._media(written))
        track = f'<track kind="captions" src="{source}" srclang="{self.page.language}">'
        opening = f'<audio controls preload="none" src="{markdown.escape(self._media(path))}"'
        player = f'{opening} aria-label="{markdown.escape(alternative)}">{track}</audio>'
        return markdown.html_token(f"{player} {markdown.escape(words)}")


def without_language(address: str) -> str:
    """*address* as it should be in every language."""
    return re.sub(r"\.[a-z]{2}\.(md|svg|png|jpe?g|webp|mp3|vtt|pdf)\b", r".\1", address)
