"""A reader with a keyboard and nothing else: :class:`Keys`. Every press of the Tab key checks what WCAG asks of focus."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Page

FOCUSED = (Path(__file__).parent / "focused.js").read_text(encoding="utf-8")


class Keys:
    """Works *page* by its keyboard. What is looked for is named by a part of its accessible name."""

    def __init__(self, page: Page, most: int = 90) -> None:
        self.page = page
        self.most = most
        self.name = self.kind = self.group = ""

    def look(self) -> bool:
        """Read and check what has the focus; whether anything has."""
        found = self.page.evaluate(FOCUSED)
        self.name, self.kind, self.group = (found["name"], found["kind"], found["group"]) if found else ("", "", "")
        assert not found or not found["wrong"], f"{self.page.url}: {self.name or self.kind!r}: {found['wrong']}"
        return bool(found)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab_to(self, name: str, kind: str = "", key: str = "Tab") -> Keys:
        """Press Tab until something called *name* has the focus; fails after as many presses as a reader would bear."""
        passed = []
        for _press in range(self.most):
            self.press(key)
            if self.look():
                if re.search(name, self.name) and self.kind.startswith(kind):
                    return self
                passed.append(self.name or self.kind)
        raise AssertionError(f"{self.page.url}: no key leads to {name!r}; they led to {passed}")

    def back_to(self, name: str) -> Keys:
        """The same with Shift and Tab."""
        return self.tab_to(name, key="Shift+Tab")

    def enter(self, name: str, kind: str = "") -> None:
        """Go to *name* and press Enter."""
        self.tab_to(name, kind)
        self.press("Enter")

    def leave(self, name: str, kind: str = "") -> None:
        """Go to *name*, press Enter, and wait for the page that it leads to."""
        self.tab_to(name, kind)
        self.page.evaluate("window.stillHere = true")
        self.press("Enter")
        self.arrive()

    def arrive(self) -> None:
        """Wait until another page, or the same one anew, is there to be read."""
        until = time.monotonic() + 15
        while time.monotonic() < until:
            with suppress(Error):  # between two pages
                if self.page.evaluate("!window.stillHere && document.readyState === 'complete'"):
                    return
            self.page.wait_for_timeout(30)
        raise AssertionError(f"{self.page.url}: Enter on {self.name!r} leads nowhere")

    def write(self, name: str, text: str) -> None:
        """Go to the field *name* and write *text* there, in place of what it held."""
        self.tab_to(name)
        self.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, name: str, within: str = "") -> None:
        """In the next radio buttons, or those called *within*, walk with the arrows until *name* is chosen."""
        self.tab_to(within, "radio")
        group, first = self.group, self.name
        if re.search(name, first):
            return self.press("Space")
        for _press in range(20):
            self.press("ArrowDown")
            self.look()
            assert self.group == group
            if re.search(name, self.name):
                return None
            assert self.name != first, f"no answer is called {name!r}"
        raise AssertionError(name)

    def pick(self, name: str, option: str) -> None:
        """Go to the select *name* and walk with the arrows to *option*."""
        self.tab_to(name, "select")
        seen = []
        for _press in range(60):
            seen.append(str(self.page.evaluate("document.activeElement.selectedOptions[0].text")).strip())
            if option in seen[-1]:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{name}: there is no {option!r} among {set(seen)}")

    def through(self) -> list[str]:
        """Walk through the whole page and out at its end; the names of what had the focus. No trap holds the keys."""
        self.page.evaluate("document.activeElement.blur(); window.cameFrom = null")
        names: list[str] = []
        stops = self.page.evaluate(STOPS)
        for _press in range(stops + 5):
            self.press("Tab")
            if not self.look():
                break
            if names and self.page.evaluate("document.activeElement.matches('.skip')"):
                break
            names.append(self.name or self.kind)
        else:
            raise AssertionError(f"{self.page.url}: the keys do not come to the end: {names[-8:]}")
        return names


STOPS = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0'], audio, dialog")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.type !== "hidden").length
"""
"""as many stops as a page can have at most"""
