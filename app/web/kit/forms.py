"""Forms: the fields and checks that doors build theirs of, and asking before something that cannot be undone.

Every message says what to do, names its field, and exists in both languages. Empty fields are allowed unless
``Required`` says otherwise, and every other check lets them pass. The HTML of a field is ``ui.field``; browsers are
not asked to check.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal as Number
from decimal import InvalidOperation
from functools import cache
from typing import Any, ClassVar, NamedTuple

from email_validator import EmailNotValidError, validate_email
from flask import render_template, request
from flask_wtf import FlaskForm
from wtforms import fields, widgets
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.fields.core import Field, UnboundField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError

from app.web.kit.i18n import _, lazy, ngettext, show_date, show_number

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""signs nobody types: PostgreSQL refuses the first, the last turn a name round"""

BUILT_IN: dict[str, Any] = {
    "Not a valid choice.": lazy("Choose one of the options shown."),
    "Not a valid date value.": lazy("Enter a date that exists."),
    "'%(value)s' is not a valid choice for this field.": lazy("Choose only options shown."),
    "'%(value)s' are not valid choices for this field.": lazy("Choose only options shown."),
    "Invalid Choice: could not coerce.": lazy("Choose one of the options shown."),
    "Invalid choice(s): one or more data inputs could not be coerced.": lazy("Choose only options shown."),
}
"""what WTForms says by itself in the fields below, in our words"""


class _Words:
    """Stands where WTForms looks for its own translations."""

    def gettext(self, text: str) -> str:
        return str(BUILT_IN.get(text, text))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(BUILT_IN.get(singular if n == 1 else plural, singular if n == 1 else plural))


class _Csrf(FlaskForm.Meta.csrf_class):  # type: ignore[misc]
    def validate_csrf_token(self, form: BaseForm, field: Field) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(_("The page was open for too long. Nothing was saved: send it again.")) from None


class Form(FlaskForm):  # type: ignore[misc]
    """Base of every form. ``validate_on_submit()`` is true when it was posted without a fault."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf_class = _Csrf

        def get_translations(self, form: BaseForm) -> _Words:
            return _Words()


# —————————— fields ——————————


def clean(text: str | None) -> str:
    """What was typed, without signs nobody types and without space around it; é is one sign (NFC)."""
    return CONTROLS.sub("", unicodedata.normalize("NFC", text or "")).strip()


def one_line(text: str | None) -> str:
    """:func:`clean`, on one line: runs of space become one."""
    return " ".join(clean(text).split())


class Text(fields.StringField):
    """A line of text."""

    def __init__(
        self, label: Any = None, validators: list[Any] | None = None, filters: Sequence[Any] = (), **rest: Any
    ) -> None:
        super().__init__(label, validators, filters=[one_line, *filters], **rest)


class Search(Text):
    """A line to look for something."""

    widget = widgets.SearchInput()


class Email(Text):
    """An e-mail address; check it with :class:`Address`."""

    widget = widgets.EmailInput()


class LongText(fields.TextAreaField):
    """Several lines; a browser's line ends become plain ones."""

    def __init__(
        self, label: Any = None, validators: list[Any] | None = None, filters: Sequence[Any] = (), **rest: Any
    ) -> None:
        super().__init__(label, validators, filters=[_lines, *filters], **rest)


def _lines(text: str | None) -> str:
    return clean((text or "").replace("\r\n", "\n").replace("\r", "\n"))


class Password(fields.PasswordField):
    """Taken exactly as typed: spaces at the ends are part of a password."""


class Whole(fields.IntegerField):
    """A whole number, or None."""

    widget = widgets.TextInput()

    def __init__(self, label: Any = None, validators: list[Any] | None = None, **rest: Any) -> None:
        rest["render_kw"] = {"inputmode": "numeric", "class": "short", **(rest.get("render_kw") or {})}
        super().__init__(label, validators, **rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and clean(valuelist[0]):
            if not re.fullmatch(r"[+-]?[0-9]{1,9}", clean(valuelist[0])):
                self.data = None
                raise ValueError(_("Enter a whole number, such as 12."))
            self.data = int(clean(valuelist[0]))
        else:
            self.data = None


class Decimal(fields.Field):
    """A number with a fraction (a point or a comma before it), or None."""

    data: Number | None
    widget = widgets.TextInput()

    def __init__(self, label: Any = None, validators: list[Any] | None = None, **rest: Any) -> None:
        rest["render_kw"] = {"inputmode": "decimal", "class": "short", **(rest.get("render_kw") or {})}
        super().__init__(label, validators, **rest)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            number = Number(text.replace(",", ".", 1))
        except InvalidOperation:
            raise ValueError(_("Enter a number, such as 2.5.")) from None
        if not number.is_finite() or len(text) > 20:
            raise ValueError(_("Enter a number, such as 2.5."))
        self.data = number

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "" if self.data is None else str(self.data)


class Day(fields.DateField):
    """A date, or None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist and clean(valuelist[0]):
            super().process_formdata([clean(valuelist[0])])
        else:
            self.data = None


class _Options:
    """Choices as (value, label), which is how everybody writes them."""

    def __init__(self, label: Any = None, validators: list[Any] | None = None, **rest: Any) -> None:
        if isinstance(rest.get("choices"), (list, tuple)):
            pairs = [(choice, choice) if isinstance(choice, str) else choice for choice in rest["choices"]]
            rest["choices"] = [SelectChoice(*pair) for pair in pairs]
        super().__init__(label, validators, **rest)  # type: ignore[call-arg]

    def pre_validate(self, form: BaseForm) -> None:
        # What was not sent at all is for Required to judge.
        if self.raw_data:  # type: ignore[attr-defined]
            super().pre_validate(form)  # type: ignore[misc]


class Choice(_Options, fields.SelectField):
    """One of a list that folds out."""


class Radios(_Options, fields.RadioField):
    """One of a few that are all seen."""


class Ticks(_Options, fields.SelectMultipleField):
    """Any of a few that are all seen."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


class Tick(fields.BooleanField):
    """Yes or no."""


class Upload(fields.FileField):
    """A file: ``data`` is None or werkzeug's FileStorage."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        sent = [file for file in valuelist if getattr(file, "filename", "")]
        self.data = sent[0] if sent else None


class Hidden(fields.HiddenField):
    """Goes with the form and is not shown."""


# —————————— checks ——————————


class Check:
    """Base of the checks. An empty field passes; *message* replaces the words of the check."""

    def __init__(self, message: Any = None) -> None:
        self.message = message

    def __call__(self, form: BaseForm, field: Field) -> None:
        if field.process_errors or not field.data:
            return
        fault = self.fault(form, field)
        if fault is not None:
            raise StopValidation(str(self.message or fault))

    def fault(self, form: BaseForm, field: Field) -> str | None:
        """What is wrong with what was entered, or None."""
        raise NotImplementedError


def _shown(limit: Any) -> str:
    return show_date(limit) if isinstance(limit, date) else show_number(limit)


def _label(field: Field) -> str:
    return str(field.label.text)


class Required(Check):
    """Something must be entered."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: BaseForm, field: Field) -> None:
        if field.process_errors or (field.data == 0 and not isinstance(field, Tick)):
            return
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise StopValidation(str(self.message or self._words(field)))

    def _words(self, field: Field) -> str:
        if isinstance(field, Tick):
            return _("Tick “%(label)s” to go on.", label=_label(field))
        if isinstance(field, Upload):
            return _("Choose a file for “%(label)s”.", label=_label(field))
        if isinstance(field, (Choice, Radios, Ticks)):
            return _("Choose an option for “%(label)s”.", label=_label(field))
        return _("Fill in “%(label)s”.", label=_label(field))


class Length(Check):
    """At least *low* and at most *high* characters (or ticks)."""

    def __init__(self, low: int = 0, high: int = 0, message: Any = None) -> None:
        super().__init__(message)
        self.low, self.high = low, high

    def fault(self, form: BaseForm, field: Field) -> str | None:
        if len(field.data) < self.low:
            return ngettext(
                "“%(label)s” must have at least %(num)s character.",
                "“%(label)s” must have at least %(num)s characters.",
                self.low,
                label=_label(field),
            )
        if self.high and len(field.data) > self.high:
            return _(
                "Shorten “%(label)s”: it has %(length)s characters and may have %(high)s.",
                label=_label(field),
                length=show_number(len(field.data)),
                high=show_number(self.high),
            )
        return None


class Address(Check):
    """An e-mail address that can exist. Whether it does, only a letter can tell."""

    def fault(self, form: BaseForm, field: Field) -> str | None:
        try:
            validate_email(field.data, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            return _("Enter an e-mail address such as name@example.org.")
        return None


class OneOf(Check):
    """One of *values*."""

    def __init__(self, values: Collection[Any], message: Any = None) -> None:
        super().__init__(message)
        self.values = values

    def fault(self, form: BaseForm, field: Field) -> str | None:
        return None if field.data in self.values else _("Choose one of the options shown.")


class Between(Check):
    """A number or date from *low* to *high*; None leaves that end open."""

    def __init__(self, low: Any = None, high: Any = None, message: Any = None) -> None:
        super().__init__(message)
        self.low, self.high = low, high

    def __call__(self, form: BaseForm, field: Field) -> None:
        if field.data is None or field.process_errors:
            return
        if (self.low is not None and field.data < self.low) or (self.high is not None and field.data > self.high):
            raise StopValidation(str(self.message or self._words(field)))

    def _words(self, field: Field) -> str:
        if self.high is None:
            return _("“%(label)s” must be %(low)s or more.", label=_label(field), low=_shown(self.low))
        if self.low is None:
            return _("“%(label)s” must be %(high)s or less.", label=_label(field), high=_shown(self.high))
        return _(
            "“%(label)s” must be from %(low)s to %(high)s.",
            label=_label(field),
            low=_shown(self.low),
            high=_shown(self.high),
        )


class Same(Check):
    """The same as the field called *other*: a password typed twice."""

    def __init__(self, other: str, message: Any = None) -> None:
        super().__init__(message)
        self.other = other

    def __call__(self, form: BaseForm, field: Field) -> None:
        other: Field = form[self.other]
        if field.data != other.data:
            words = _("“%(label)s” and “%(other)s” must be the same.", label=_label(field), other=_label(other))
            raise StopValidation(str(self.message or words))


class Matches(Check):
    """The whole text fits *pattern*; *message* says in words what that is, with an example."""

    def __init__(self, pattern: str, message: Any) -> None:
        super().__init__(message)
        self.pattern = re.compile(pattern)

    def fault(self, form: BaseForm, field: Field) -> str | None:
        return None if self.pattern.fullmatch(field.data) else ""


class Extension(Check):
    """A file of one of these kinds by its name (``"xlsx", "csv"``). What is in it is for the service to judge."""

    def __init__(self, *extensions: str, message: Any = None) -> None:
        super().__init__(message)
        self.extensions = extensions

    def fault(self, form: BaseForm, field: Field) -> str | None:
        if str(field.data.filename).lower().endswith(tuple(f".{name}" for name in self.extensions)):
            return None
        return _("Choose a file of one of these kinds: %(kinds)s.", kinds=", ".join(self.extensions))


# —————————— reading a form that was sent, without knowing which it is ——————————


class Spoken(NamedTuple):
    """Fields that were sent, as a reader knows them."""

    said: tuple[tuple[str, str, str], ...]
    """(label, name, value) of what is short"""
    texts: tuple[tuple[str, str, str], ...]
    """(label, name, value) of what is long"""
    rest: tuple[tuple[str, str], ...]
    """(name, value) of what the page knew by itself, and of what has no words"""


@cache
def _every() -> tuple[dict[str, UnboundField[Any]], ...]:
    """The fields of every form of the platform, by name. Called when all doors are there."""
    found, waiting = [], list(Form.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found.append({name: made for name in dir(kind) if isinstance(made := getattr(kind, name), UnboundField)})
    return tuple(found)


@cache
def password_names() -> frozenset[str]:
    """The names of fields that passwords are typed into."""
    return frozenset(
        name for known in _every() for name, made in known.items() if issubclass(made.field_class, Password)
    )


CHOOSING = (Choice, Radios, Ticks)


def spoken(sent: Sequence[tuple[str, str]], long: int) -> Spoken:
    """*sent* with the labels of the form that it fits best; a text longer than *long* is one of its ``texts``."""
    names = {name for name, _value in sent}
    best = max(_every(), key=lambda known: (len(names & known.keys()), -len(known)), default={})
    said, texts, rest = [], [], []
    for name, value in sent:
        made = best.get(name)
        words = len(value.split()) > 1
        if made is None:
            label = str(_("Text")) if words else ""
        elif issubclass(made.field_class, (Hidden, Tick, *CHOOSING)):
            label = ""  # an id, more often than not
        else:
            label = str(made.args[0] if made.args else made.kwargs.get("label", ""))
        if not label or not value:
            rest.append((name, value))
        elif "\n" in value or len(value) > long:
            texts.append((label, name, value))
        else:
            said.append((label, name, value))
    return Spoken(tuple(said), tuple(texts), tuple(rest))


# —————————— asking ——————————


def confirmed() -> bool:
    """Whether the reader has said yes, in the dialog or on the page of :func:`ask`."""
    return request.form.get("confirmed") == "yes"


def ask(title: str, text: str, yes: str, cancel: str) -> str:
    """A page that asks before something that cannot be undone. Its button posts what was posted, with ``confirmed``.

    *yes* are the words of the button ("Withdraw the certificate"), *cancel* the address to go back to.
    """
    posted = [
        (name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "confirmed")
    ]
    return render_template("confirm.html", title=title, text=text, yes=yes, cancel=cancel, fields=posted)
