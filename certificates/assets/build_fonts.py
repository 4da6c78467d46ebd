"""Makes the font files beside this script. Run by a maintainer, never by the application.

    python -m venv /tmp/fontvenv
    /tmp/fontvenv/bin/pip install fontpkg-eb-garamond==1.3 fontpkg-noto-serif==2.15 fonttools==4.68.0
    /tmp/fontvenv/bin/python certificates/assets/build_fonts.py

The two packages hold the whole variable fonts of Google Fonts under the SIL Open Font License, without a reserved font
name, so that a subset may keep its name. Each is pinned to one weight and cut down to the letters that names and
addresses of our region can need. Kept: kerning and the placing of accents (kern, mark, mkmk). Dropped: ligatures and
contextual forms, because a certificate must read back as the very letters that were written (one glyph, one letter),
and hinting, because the page is for paper and large screens.

The output is the same bytes for the same versions; commit it with the licence texts.
"""

from __future__ import annotations

import shutil
from pathlib import Path

# None of these is a dependency of the application: see above.
import fontpkg_eb_garamond  # type: ignore[import-not-found, unused-ignore]
import fontpkg_noto_serif  # type: ignore[import-not-found, unused-ignore]
from fontTools import subset  # type: ignore[import-not-found, unused-ignore]
from fontTools.ttLib import TTFont  # type: ignore[import-not-found, unused-ignore]
from fontTools.varLib import instancer  # type: ignore[import-not-found, unused-ignore]

HERE = Path(__file__).resolve().parent

LETTERS = [
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B: ñ č Ǫ Ȟ Ɨ
    (0x0253, 0x025B),  # ɓ ɔ ɗ ə ɛ, the small letters of Ɓ Ɔ Ɗ Ə Ɛ
    (0x0268, 0x026C),  # ɨ, of Mesoamerican orthographies, and ɬ
    (0x0289, 0x028C),  # ʉ ʌ
    (0x0294, 0x0294),  # ʔ
    (0x02B0, 0x02E0),  # modifier letters: ʰ ʷ ʼ ˀ
    (0x0300, 0x0338),  # combining accents
    (0x1E00, 0x1EFF),  # Latin Extended Additional: Ỹ, Vietnamese
    (0x2010, 0x2044),  # dashes, quotes, ellipsis
    (0x2116, 0x2122),  # № ™
    (0x2C65, 0x2C66),  # ⱥ ⱦ
    (0xA78B, 0xA78C),  # the saltillo Ꞌ ꞌ
    (0xA7AD, 0xA7AE),  # Ɬ Ɪ
]

FACES = [
    # file name, package folder, source file, position on the axes, PostScript name, style
    ("EBGaramond-Regular", fontpkg_eb_garamond.ROOT, "EBGaramond[wght].ttf", {"wght": 400}, "Regular"),
    ("EBGaramond-SemiBold", fontpkg_eb_garamond.ROOT, "EBGaramond[wght].ttf", {"wght": 600}, "SemiBold"),
    ("EBGaramond-Italic", fontpkg_eb_garamond.ROOT, "EBGaramond-Italic[wght].ttf", {"wght": 400}, "Italic"),
    ("NotoSerif-Regular", fontpkg_noto_serif.ROOT, "NotoSerif[wdth,wght].ttf", {"wght": 400, "wdth": 100}, "Regular"),
    ("NotoSerif-SemiBold", fontpkg_noto_serif.ROOT, "NotoSerif[wdth,wght].ttf", {"wght": 600, "wdth": 100}, "SemiBold"),
]

LICENCES = [
    ("EBGaramond-OFL.txt", fontpkg_eb_garamond.ROOT),
    ("NotoSerif-OFL.txt", fontpkg_noto_serif.ROOT),
]


def build(name: str, source: Path, position: dict[str, int], style: str) -> TTFont:
    """One static face: pinned, cut down, and named so that viewers and `pdffonts` show what it is."""
    font = instancer.instantiateVariableFont(TTFont(source), position, inplace=True)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # 13 and 14 carry the licence: the OFL wants it kept
    options.drop_tables += ["DSIG", "STAT", "MVAR", "HVAR", "avar", "meta", "GSUB", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[point for first, last in LETTERS for point in range(first, last + 1)])
    cutter.subset(font)
    names = font["name"]
    for record in list(names.names):
        if record.nameID in (3, 4, 6):
            names.setName(name, record.nameID, record.platformID, record.platEncID, record.langID)
        elif record.nameID == 2:
            names.setName(style, 2, record.platformID, record.platEncID, record.langID)
    font["head"].modified = font["head"].created  # no clock in the bytes
    font.recalcTimestamp = False
    return font


def main() -> None:
    for name, root, source, position, style in FACES:
        target = HERE / f"{name}.ttf"
        build(name, root / "files" / source, position, style).save(target)
        print(f"{target.name:28} {target.stat().st_size:>8,} bytes")
    for name, root in LICENCES:
        shutil.copyfile(root / "LICENSE", HERE / name)


if __name__ == "__main__":
    main()
