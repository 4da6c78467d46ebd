"""A place in the text that the outline of the PDF leads to."""

from __future__ import annotations

from reportlab.platypus import Flowable


class Mark(Flowable):  # type: ignore[misc]
    """Takes no room; names the place *title* in the outline, *level* deep."""

    def __init__(self, title: str, level: int = 0) -> None:
        super().__init__()
        self.title, self.level = title, level
        self.width = self.height = 0

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """No room."""
        return 0, 0

    def draw(self) -> None:
        """The entry, and the place that it leads to."""
        key = f"mark-{id(self)}"
        self.canv.bookmarkPage(key)
        self.canv.addOutlineEntry(self.title, key, level=self.level, closed=False)
