"""Writing into YAML that a person wrote: one value changes, and everything else stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import yaml

from app.courseware.manuscript import Report, read
from app.courseware.settings import FILE, read_settings

_FRONT = re.compile(r"\A\ufeff?---[ \t]*(\r?\n)(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_PLAIN = re.compile(r"[^\W_](?:[^:#\n\r\t\"'\\{}\[\],&*!|>%@`\ufeff]*[^\s:#\n\r\t\"'\\{}\[\],&*!|>%@`\ufeff])?")


class Unwritable(Exception):
    """The YAML is written in a way that cannot be changed safely. A person has to do it."""


def scalar(text: str) -> str:
    """*text* as YAML on one line: plain where that is safe, else in quotation marks."""
    if _PLAIN.fullmatch(text) and text.isprintable():
        return text
    if '"' in text and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def with_front(data: bytes, key: str, value: str) -> bytes:
    """The page *data* with *value* for *key* in its front matter, which is begun where there is none.

    Raises :class:`Unwritable` for a page that is not UTF-8, and for front matter that is no YAML.
    """
    text = _decoded(data)
    found = _FRONT.match(text)
    if found is None:
        line_end = "\r\n" if "\r\n" in text else "\n"
        mark, rest = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
        return f"{mark}---{line_end}{key}: {scalar(value)}{line_end}---{line_end}{rest}".encode()
    start = found.start(2)
    node = _value(found[2], key)
    if node is None:
        return f"{text[:start]}{key}: {scalar(value)}{found[1]}{text[start:]}".encode()
    first, last = _span(node)
    written = scalar(value) + (found[1] if found[2][first:last].endswith("\n") else "")
    gap = "" if first and found[2][first - 1] == " " else " "
    return f"{text[: start + first]}{gap}{written}{text[start + last :]}".encode()


def with_modules(data: bytes, modules: Sequence[str]) -> bytes:
    """course.yaml with *modules* in its list: the same in another order, or one more. Comments and all else stay.

    Raises :class:`Unwritable` for a file in which that cannot be done.
    """
    text = _decoded(data)
    if list(modules) == _listed(data):
        return data
    node = _value(text, "modules")
    written = _relisted(text, node, list(modules)).encode()
    if _listed(written) != list(modules) or _without_list(written) != _without_list(data):
        raise Unwritable(FILE)
    return written


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as no:
        raise Unwritable from no


def _listed(data: bytes) -> list[str] | None:
    report = Report()
    settings = read_settings(read(FILE, data, report), report)
    return list(settings.modules) if settings is not None else None


def _without_list(data: bytes) -> object:
    loaded = yaml.load(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader makes text of everything
    return {key: value for key, value in loaded.items() if key != "modules"} if isinstance(loaded, dict) else None


def _value(text: str, key: str) -> yaml.Node | None:
    """The value of *key* at the top of the YAML in *text*. Raises :class:`Unwritable`."""
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as no:
        raise Unwritable from no
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise Unwritable
    found = [value for name, value in root.value if isinstance(name, yaml.ScalarNode) and name.value == key]
    return found[-1] if found else None


def _span(node: yaml.Node) -> tuple[int, int]:
    return int(node.start_mark.index), int(node.end_mark.index)


def _relisted(text: str, node: yaml.Node | None, modules: list[str]) -> str:
    line_end = "\r\n" if "\r\n" in text else "\n"
    flow = f"[{', '.join(modules)}]"
    if node is None:
        gap = "" if text.endswith("\n") or not text else line_end
        return f"{text}{gap}modules: {flow}{line_end}"
    first, last = _span(node)
    if isinstance(node, yaml.ScalarNode):
        return f"{text[:first]}{'' if text[first - 1] == ' ' else ' '}{flow}{text[last:]}"
    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(one, yaml.ScalarNode) for one in node.value):
        raise Unwritable(FILE)
    known = [one.value for one in node.value]
    more = [one for one in modules if one not in known]
    if len(modules) != len(known) + len(more) or len(more) > 1:
        raise Unwritable(FILE)
    if more:
        text = _with_item(text, node, more[0], modules.index(more[0]), line_end)
        node = _value(text, "modules")
        assert isinstance(node, yaml.SequenceNode)
    return _in_order(text, node, modules, line_end)


def _with_item(text: str, node: yaml.SequenceNode, item: str, place: int, line_end: str) -> str:
    spans = [_span(one) for one in node.value]
    if node.flow_style:
        if not spans:
            at = _span(node)[0] + 1
            return text[:at] + item + text[at:]
        if place < len(spans):
            at = spans[place][0]
            return f"{text[:at]}{item}, {text[at:]}"
        at = spans[-1][1]
        return f"{text[:at]}, {item}{text[at:]}"
    lines = _lines(text, node)
    start, end, head = lines[place] if place < len(lines) else lines[-1]
    if place < len(lines) and place:  # what stands above an item belongs to it
        start = lines[place - 1][1]
    if place < len(lines):
        return f"{text[:start]}{head}{item}{line_end}{text[start:]}"
    gap = "" if text[:end].endswith("\n") else line_end
    return f"{text[:end]}{gap}{head}{item}{line_end}{text[end:]}"


def _lines(text: str, node: yaml.SequenceNode) -> list[tuple[int, int, str]]:
    """Of each item of a list in lines: where its line begins and ends, and what stands in it before the item."""
    found = []
    for one in node.value:
        first, last = _span(one)
        start = text.rfind("\n", 0, first) + 1
        end = text.find("\n", last)
        found.append((start, len(text) if end < 0 else end + 1, text[start:first]))
    return found


def _in_order(text: str, node: yaml.SequenceNode, modules: list[str], line_end: str) -> str:
    known = [one.value for one in node.value]
    if known == modules:
        return text
    if node.flow_style:
        for one, name in reversed(list(zip(node.value, modules, strict=True))):
            first, last = _span(one)
            text = text[:first] + name + text[last:]
        return text
    lines = _lines(text, node)
    starts = [lines[0][0], *(end for _start, end, _head in lines[:-1])]
    parts = {name: text[start:end] for name, start, (_start, end, _head) in zip(known, starts, lines, strict=True)}
    whole = [part if part.endswith("\n") else part + line_end for part in (parts[name] for name in modules)]
    return text[: starts[0]] + "".join(whole) + text[lines[-1][1] :]
