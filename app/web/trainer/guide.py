"""The trainers' manual, in the reader's language."""

from __future__ import annotations

from flask import render_template, url_for

from app.services import guide as manuals
from app.services import publishing
from app.web.reading import say
from app.web.trainer.door import door


@door.get("/guide/", may="teach")
def guide() -> str:
    """The contents of the manual."""
    return _at_home(render_template("trainer/guide.html", manual=manuals.manual()))


@door.get("/guide/<guide_module>/<guide_lesson>", may="teach")
def guide_page(guide_module: str, guide_lesson: str) -> str:
    """One lesson of the manual; the answers of its questions are folded, and nothing is recorded."""
    module, lesson = manuals.lesson(guide_module, guide_lesson)
    course = manuals.manual()
    before, after = manuals.around(module, lesson)
    questions = {name: course.questions[name] for name in lesson.questions}
    page = render_template(
        "trainer/guide_page.html",
        manual=course,
        module=module,
        lesson=lesson,
        page=say(lesson.pages),
        questions={name: (one, publishing.shown_order(one)) for name, one in questions.items()},
        before=before,
        after=after,
    )
    return _at_home(page)


def _at_home(page: str) -> str:
    """*page* with the addresses that the compiler gave the manual led here, and examples that keys can scroll."""
    page = page.replace("<pre><code", '<pre tabindex="0"><code')
    return page.replace(f'"/learn/{manuals.manual().id}/', f'"{url_for("trainer.guide")}')
