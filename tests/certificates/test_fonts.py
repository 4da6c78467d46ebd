"""The letters of the names of our region."""

from __future__ import annotations

import unicodedata

import pytest

from certificates import fonts
from certificates.fonts import FALLBACK, Face, shape, width

ALPHABETS = {
    "Spanish": "á é í ó ú ü ñ ª º",
    "English and French, Canada": "à â æ ç è é ê ë î ï ô œ ù û ü ÿ",
    "Haitian Creole, Garifuna, Kriol": "è ò à é ü ñ",
    "Nahuatl": "ā ē ī ō ꞌ ʼ ’",
    "Mayan of Mexico, Guatemala, Belize": "ʼ ’ ' ä ë ï ö ü x̂ ẍ ɓ ꞌ",
    "Zapotec and Mixtec": "ꞌ ʼ ñ̈ ë ɨ ʉ ā à á ǎ ą̀ a̱ i̱ u̱ x̱ n̈",
    "Otomí and Mazahua": "a̱ e̱ i̱ o̱ u̱ ä ë ö ü ø ñ ꞌ",
    "Miskito, Mayangna, Rama, Bribri, Cabécar, Ngäbere, Guna": "â î û ä ë ö ü ã ẽ ĩ õ ũ a̱ e̱ i̱ o̱ u̱ ë̱ ö̱ ʼ ŝ",
    "Emberá and Wounaan": "ã ẽ ĩ õ ũ ɨ ʉ ü ɛ ɛ̃ b̶ d̶ ɓ ʌ",
    "Guaraní": "ã ẽ g̃ ĩ ñ õ ũ ỹ ʼ ’",
    "Quechua, Aymara, Mapudungun": "ä ë ï ö ü ñ ḻ ṉ ṯ ʼ",
    "Navajo and Apache": "á ą ą́ é ę ę́ í į į́ ó ǫ ǫ́ ł ń ʼ",
    "Lakota": "á é í ó ú ŋ č ǧ ȟ š ž ʼ č̣ ḣ",
    "Inuit, Dene, Salish, Haida": "ł ŧ đ ə ʔ ɂ ɬ ḵ x̱ x̌ ǥ g̱ m̓ n̓ l̓ w̓ y̓ k̓ q̓ s̕",
    "Hawaiian and Polynesian": "ā ē ī ō ū ʻ",
    "Portuguese": "ã õ â ê ô á é í ó ú à ç",
    "Central European": "ą ć ę ł ń ó ś ź ż č ď ě ň ř š ť ů ž ő ű ă ș ț đ ß ģ ķ ļ ņ",
    "Nordic, Baltic, Turkish": "å ä ö æ ø ð þ ğ ı ş ė ų ū",
    "Vietnamese": "ă â đ ê ô ơ ư ạ ả ấ ầ ẩ ẫ ậ ắ ằ ẳ ẵ ặ ẹ ẻ ẽ ế ề ể ễ ệ ỉ ị ọ ỏ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ"
    " ụ ủ ứ ừ ử ữ ự ỳ ỵ ỷ ỹ",
    "Romanised Arabic and Indic": "ā ī ū ḥ ṣ ḍ ṭ ẓ ʿ ʾ ġ š ṇ ṅ ñ ś ṛ ḷ ṃ",
    "Punctuation of names and institutions": "- – — ’ ‘ ' \" “ ” « » . , ; : ( ) / & · ¡ ! ¿ ? № ª º ° + * #",
}
"""letters and letters with marks, parted by spaces; capitals are made of them"""


def _clusters(letters: str) -> list[str]:
    small = unicodedata.normalize("NFC", letters).split()
    return [*small, *(unicodedata.normalize("NFC", letter.upper()) for letter in small)]


@pytest.mark.parametrize("language", ALPHABETS)
def test_every_letter_can_be_printed(language: str) -> None:
    for cluster in _clusters(ALPHABETS[language]):
        assert not fonts.missing(cluster), f"{language}: {[fonts.letter_name(one) for one in fonts.missing(cluster)]}"


@pytest.mark.parametrize("language", ALPHABETS)
@pytest.mark.parametrize("face", FALLBACK)
def test_every_letter_has_a_glyph_in_the_face_that_is_chosen(language: str, face: Face) -> None:
    for cluster in _clusters(ALPHABETS[language]):
        for run in shape(cluster, face):
            assert {glyph.letter for glyph in run.glyphs} <= fonts.letters(run.face)


def test_ordinary_text_is_one_run_of_garamond() -> None:
    (run,) = shape("María Fernanda Núñez Ibáñez", Face.SEMIBOLD)
    assert run.face is Face.SEMIBOLD
    assert "".join(glyph.letter for glyph in run.glyphs) == "María Fernanda Núñez Ibáñez"


def test_a_letter_that_garamond_lacks_comes_from_noto() -> None:
    assert [run.face for run in shape("Kꞌicheꞌ", Face.REGULAR)] == [
        Face.REGULAR,
        Face.OTHER_REGULAR,
        Face.REGULAR,
        Face.OTHER_REGULAR,
    ]


def test_a_mark_goes_with_its_letter_to_the_face_that_can_place_it() -> None:
    (plain,) = shape("g̃", Face.SEMIBOLD)
    (moved,) = shape("A̱", Face.SEMIBOLD)
    assert (plain.face, moved.face) == (Face.SEMIBOLD, Face.OTHER_SEMIBOLD)
    for run in (plain, moved):
        base, mark = run.glyphs
        assert base.advance > 0
        assert mark.advance == 0
        assert mark.right < 0  # drawn back over its letter


def test_a_dot_gives_way_to_an_accent() -> None:
    (run,) = shape("į́", Face.REGULAR)
    assert [glyph.letter for glyph in run.glyphs] == ["ı", "\u0328", "\u0301"]
    assert [glyph.letter for glyph in shape("i̱", Face.REGULAR)[0].glyphs] == ["i", "\u0331"]


def test_letters_are_kerned_and_ligatures_are_not_made() -> None:
    assert width("AV", Face.REGULAR, 10) < width("A", Face.REGULAR, 10) + width("V", Face.REGULAR, 10)
    (run,) = shape("Oficina final", Face.REGULAR)
    assert len(run.glyphs) == len("Oficina final")


def test_tracking_goes_between_letters() -> None:
    assert width("ABC", Face.REGULAR, 10, tracking=2) == pytest.approx(width("ABC", Face.REGULAR, 10) + 4)


def test_licences_lie_beside_the_fonts() -> None:
    for name in ("EBGaramond-OFL.txt", "NotoSerif-OFL.txt"):
        text = (fonts.ASSETS / name).read_text()
        assert "SIL OPEN FONT LICENSE Version 1.1" in text
        assert "with Reserved Font Name" not in text.split("-----")[0]
