"""Draws the icons of the installed platform into ``app/static/icons``, from the shapes of ``app/static/mark.svg``.

``python docs/icons.py``. Systems cut them to circles and other shapes ("maskable"): the colour fills the whole square, and
the mark stands in the middle four fifths.
"""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parents[1] / "app/static/icons"
BRAND, OCHRE, WHITE = "#0b3c5d", "#e0b04f", "#ffffff"
SMOOTH = 4
"""drawn so many times larger, then made small"""


def icon(size: int) -> Image.Image:
    """The mark on a full square of *size* pixels."""
    whole = size * SMOOTH
    picture = Image.new("RGB", (whole, whole), BRAND)
    draw = ImageDraw.Draw(picture)

    def at(x: float, y: float) -> tuple[float, float]:
        """A point of the mark's own square of 36, shrunk to two thirds around the middle."""
        return tuple(whole * (0.5 + (value - 18) / 36 * 0.66) for value in (x, y - 2.5))  # type: ignore[return-value]

    stroke = round(whole * 3 / 36 * 0.66)
    (left, top), (right, bottom) = at(5.5, 5.5), at(30.5, 30.5)
    draw.arc((left, top, right, bottom), 180, 360, fill=OCHRE, width=stroke)
    for x in (5.5, 27.5):
        draw.rectangle((*at(x, 18), *at(x + 3, 36)), fill=OCHRE)
    draw.polygon([at(16.5, 15), at(19.5, 15), at(24, 36), at(12, 36)], fill=WHITE)
    return picture.resize((size, size), Image.Resampling.LANCZOS).quantize(32)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for size in (192, 512):
        icon(size).save(FOLDER / f"mark-{size}.png", optimize=True)
