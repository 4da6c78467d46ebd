"""What each refusal of a rule says to the person it meets, and what to do about it."""

from __future__ import annotations

from typing import Any

from app.rules.errors import Refused
from app.web.kit.i18n import _, lazy, show_datetime

WORDS: dict[str, Any] = {
    "order-incomplete": lazy("Give each line a place of its own, from first to last."),
    "answer-missing": lazy("Choose or write an answer first."),
    "response-malformed": lazy("This answer could not be read. Open the page again and answer once more."),
    "module-locked": lazy("This module opens when you have finished every lesson of the module before."),
    "checks-first": lazy("Answer the questions of this lesson first; right or wrong, each answer explains something."),
    "scene-elsewhere": lazy("This choice was already made, perhaps in another tab. Go on from where you are."),
    "not-in-course": lazy("This is not part of the course any more."),
    "unknown-kind": lazy("This could not be recorded."),
    "attempt-passed": lazy("You have passed already: there is nothing to repeat."),
    "attempt-lessons-first": lazy("Finish every lesson of the module first."),
    "attempt-course-first": lazy("The exam opens when every lesson, simulation and quiz is done."),
    "attempt-no-attempts": lazy("You have used all your attempts. Speak with the trainer or coordinator of your course."),
    "attempt-wait": lazy("You can try again from %(until)s."),
    "attempt-closed": lazy("This attempt was already handed in. Your answers are as they were then."),
    "attempt-over": lazy("The time was over. Everything you had answered by then was handed in for you."),
    "participation-early": lazy("A certificate of participation needs four of every five lessons."),
    "sign-in-wrong": lazy("The e-mail address or the password is not right. Check both and try again."),
    "password-wrong": lazy("This is not your current password."),
    "password-short": lazy("Choose a password of at least 10 characters. Several words together are easy to remember."),
    "password-long": lazy("Choose a password of at most 128 characters."),
    "password-known": lazy("This password is on every list of guessed passwords. Choose several words that do not belong together."),
    "password-own": lazy("Do not use your own name or e-mail address as password."),
    "language-unknown": lazy("Choose English or Spanish."),
    "zone-unknown": lazy("Choose a time zone of the list."),
    "reason-missing": lazy("Write the reason."),
    "certificate-letter-not-printable": lazy(
        "The name holds a letter that cannot be printed: %(letter)s. Ask your coordinator to correct the name."
    ),
}


def words(error: Refused) -> str:
    """The message of *error* in the reader's language, filled with its values."""
    text = WORDS.get(error.code)
    if text is None:
        return _("This cannot be done.")
    values = {key: show_datetime(value) if hasattr(value, "tzinfo") else value for key, value in error.values.items()}
    return str(text) % values if values else str(text)
