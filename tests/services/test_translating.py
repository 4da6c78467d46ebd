"""A page before its translator: what is missing, what changed since, and saving it."""

from __future__ import annotations

import pytest

from app.rules.errors import Conflict, NotFound
from app.services import publishing
from app.services.office import Actor
from app.services.publishing import Translation
from tests.cast import Cast
from tests.manuscript import COURSE
from tests.services.test_publishing import edit, teach, text

ENGLISH, SPANISH = "01-mission/1-first-hour.en.md", "01-mission/1-first-hour.es.md"


@pytest.fixture
def tomas(cast: Cast) -> Actor:
    return teach(cast)


def beside(cast: Cast, actor: Actor, path: str = SPANISH) -> Translation:
    return publishing.translation(cast.office, actor, publishing.draft(cast.office, actor, COURSE), path)


def keep(cast: Cast, actor: Actor, found: Translation, written: list[str], follows: str = "") -> None:
    together = publishing.put_together(found.rows, written)
    publishing.save_translation(cast.office, actor, COURSE, found.target.path, together, found.target.base, follows)


def as_it_is(found: Translation) -> list[str]:
    return [row.translation.text if row.translation else "" for row in found.rows]


def test_saving_what_was_shown_changes_nothing(cast: Cast, tomas: Actor) -> None:
    found = beside(cast, tomas)
    assert found.state == "unsaid"
    keep(cast, tomas, found, as_it_is(found))
    assert not publishing.draft(cast.office, tomas, COURSE).begun


def test_a_translation_that_follows_its_source_is_behind_when_the_source_changes_and_is_told_what(
    cast: Cast, tomas: Actor
) -> None:
    found = beside(cast, tomas)
    keep(cast, tomas, found, as_it_is(found), publishing.source_digest(found.source.text))
    assert beside(cast, tomas).state == "followed"
    edit(cast, tomas, ENGLISH, "You stand at the landing and listen", "You sit at the landing and listen for 5 minutes")
    found = beside(cast, tomas)
    assert found.state == "stale"
    assert found.since is not None
    (was,) = found.changed.values()
    assert was.startswith("You stand at the landing")
    (waiting,) = (
        one for one in publishing.waiting(publishing.draft(cast.office, tomas, COURSE), "es") if one.path == SPANISH
    )
    assert waiting.state == "stale"
    written = ["Usted se sienta y escucha." if "embarcadero" in one else one for one in as_it_is(found)]
    keep(cast, tomas, found, written, publishing.source_digest(found.source.text))
    assert beside(cast, tomas).state == "followed"
    assert "Usted se sienta y escucha." in text(cast, tomas, SPANISH).text


def test_a_page_not_yet_translated_is_written_passage_by_passage(cast: Cast, tomas: Actor) -> None:
    publishing.remove(cast.office, tomas, COURSE, SPANISH)
    found = beside(cast, tomas)
    assert found.state == "missing"
    assert all(row.translation is None for row in found.rows)
    written = [row.source.text.replace("You stand", "Usted está") for row in found.rows if row.source]
    keep(cast, tomas, found, written)
    assert "Usted está" in text(cast, tomas, SPANISH).text


def test_two_translators_do_not_overwrite_each_other(cast: Cast, tomas: Actor) -> None:
    mine = beside(cast, tomas)
    edit(cast, tomas, SPANISH, "escucha", "oye")
    with pytest.raises(Conflict):
        keep(cast, tomas, mine, [one.replace("escucha", "atiende") for one in as_it_is(mine)])


def test_a_page_without_a_source_has_nothing_to_be_translated_from(cast: Cast, tomas: Actor) -> None:
    publishing.remove(cast.office, tomas, COURSE, ENGLISH)
    with pytest.raises(NotFound):
        beside(cast, tomas, SPANISH)
    with pytest.raises(NotFound):
        beside(cast, tomas, "course.yaml")
