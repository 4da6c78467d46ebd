"""What is not wrong in any one place, and still keeps a course from being good, or from being passed at all."""

from __future__ import annotations

from app.courseware.course import Course, ExamRule, Question
from app.courseware.draft import Draft, Group
from app.courseware.keys import read_flag
from app.courseware.manuscript import Place, Report
from app.courseware.settings import FILE

LONG_LESSON = 1_500
"""Words; about a quarter of an hour of reading for somebody who stops to think."""


def check(draft: Draft, course: Course, report: Report) -> None:
    """Report what a reviewer of the whole *course* would remark on."""
    if not course.pages:
        report.add("course-page-missing", Place(FILE))
    for group in draft.groups:
        _questions(group, report)
        _citations(draft, group, report)
        _templates(group, report)
        if group.kind == "lesson":
            _length(group, report)
    for module in course.modules:
        _module(draft, course, module.id, report)
    _exam(draft, course, report)


def _questions(group: Group, report: Report) -> None:
    for written in group.questions.values():
        for question in written:
            if not question.explanation:
                report.add("question-without-explanation", question.place, id=question.id)


def _templates(group: Group, report: Report) -> None:
    for page in group.pages.values():
        if "template" in page.front:
            place = page.front.place("template")
            if read_flag(page.front.text("template"), place, report, "template", default=True):
                report.add("template-left", place)


def _citations(draft: Draft, group: Group, report: Report) -> None:
    for page in group.pages.values():
        told: set[str] = set()
        for mark in page.targets:
            source = mark.value.partition(" ")[0]
            if mark.kind == "citation" and source not in told and not draft.settings.sources[source].reviewed:
                told.add(source)
                report.add("source-not-reviewed", mark.place, source=source)


def _length(group: Group, report: Report) -> None:
    for page in group.pages.values():
        if page.refused:
            continue
        if not page.words:
            report.add("lesson-empty", page.manuscript.place(1))
        elif page.words > LONG_LESSON:
            report.add("lesson-too-long", page.manuscript.place(1), words=page.words, limit=LONG_LESSON)


def _module(draft: Draft, course: Course, module_id: str, report: Report) -> None:
    module = course.module(module_id)
    groups = draft.of("module", module_id)
    if module is None or module_id not in draft.folders.values():
        return
    listed = draft.settings.module_places[module_id]
    if not groups:
        report.add("module-page-missing", listed, module=module_id)
    if not module.lessons:
        report.add("module-without-lessons", listed, module=module_id)
    rule = course.completion.quizzes
    if rule is not None and module.quiz:
        bank = [course.questions[name] for name in module.quiz if name in course.questions]
        fewest = _fewest(bank)
        if fewest < rule.draw:
            place = draft.settings.quiz_place
            report.add("quiz-too-small", place, module=module_id, draw=rule.draw, count=fewest)
    asked = {course.questions[name].objective for name in module.quiz if name in course.questions}
    taught = {number for lesson in module.lessons for number in lesson.objectives}
    for group in groups:
        page = group.first()
        for number, scalar in enumerate(page.front.scalars("objectives"), start=1):
            if module.quiz and number not in asked:
                report.add("objective-untested", scalar.place, objective=number, module=module_id)
            if module.lessons and number not in taught:
                report.add("objective-untaught", scalar.place, objective=number, module=module_id)


def _fewest(bank: list[Question]) -> int:
    """How many questions the learners of some country have least of."""
    common = sum(1 for question in bank if not question.countries)
    codes = {code for question in bank for code in question.countries}
    # A learner whose country is named nowhere gets the common ones only.
    return min((common, *(common + sum(1 for one in bank if code in one.countries) for code in codes)))


def _exam(draft: Draft, course: Course, report: Report) -> None:
    rule = course.completion.exam
    if rule is None or not course.modules:
        return
    place = draft.settings.exam_place
    bank = [*course.exam, *(name for module in course.modules for name in module.quiz)]
    pool = [course.questions[name] for name in dict.fromkeys(bank) if name in course.questions]
    fewest = _fewest(pool)
    if fewest < rule.draw:
        report.add("exam-too-small", place, draw=rule.draw, count=fewest)
    _exam_by_module(course, rule, pool, place, report)


def _exam_by_module(course: Course, rule: ExamRule, pool: list[Question], place: Place, report: Report) -> None:
    least, most = rule.per_module
    if not most:
        return
    if not least * len(course.modules) <= rule.draw <= most * len(course.modules):
        report.add("exam-per-module", place, draw=rule.draw, least=least, most=most, modules=len(course.modules))
    for module in course.modules:
        count = _fewest([question for question in pool if question.module == module.id])
        if count < least:
            report.add("exam-module-small", place, module=module.id, least=least, count=count)
