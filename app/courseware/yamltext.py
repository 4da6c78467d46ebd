"""YAML as text: every scalar stays what its author typed, and knows its line and column.

Built from the parser's events rather than by a loader, so that anchors cannot multiply, nothing recurses and no type is
guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from app.courseware.manuscript import Manuscript, Place, Report

_MAX_DEPTH = 20
_MAX_NODES = 20_000
# libyaml's parser where the package was built with it: the same events, ten times faster.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(slots=True)
class Scalar:
    text: str
    place: Place


@dataclass(slots=True)
class Listing:
    place: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    place: Place
    items: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node: TypeAlias = "Scalar | Listing | Mapping"


def parse(manuscript: Manuscript, text: str, first_line: int, report: Report) -> Mapping | None:
    """The mapping that *text*, from *first_line* of *manuscript* on, is; or ``None``, with the reason reported."""
    place = manuscript.place(first_line)
    try:
        node = _build(manuscript, text, first_line, report)
    except _Refused:
        return None
    except yaml.YAMLError as refused:
        mark = getattr(refused, "problem_mark", None)
        report.add("yaml-malformed", _place(manuscript, first_line, mark) if mark is not None else place)
        return None
    if node is None:
        return Mapping(place)
    if not isinstance(node, Mapping):
        report.add("yaml-not-a-mapping", node.place)
        return None
    return node


def _place(manuscript: Manuscript, first_line: int, mark: Any) -> Place:
    # An error at the end of the text can be marked one line below it.
    return manuscript.place(min(first_line + mark.line, len(manuscript.lines)), mark.column + 1)


class _Refused(Exception):
    """YAML that is well formed and still not read; the reason is already reported."""


def _build(manuscript: Manuscript, text: str, first_line: int, report: Report) -> Node | None:
    root: Node | None = None
    open_nodes: list[Listing | Mapping] = []
    open_keys: list[Scalar | None] = []
    count = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop()
            open_keys.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        count += 1
        place = _place(manuscript, first_line, event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or documents > 1:
            report.add("yaml-anchor", place)
            raise _Refused
        if len(open_nodes) >= _MAX_DEPTH or count > _MAX_NODES:
            report.add("yaml-malformed", place)
            raise _Refused
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node = Scalar(event.value, place)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Listing(place)
        else:
            node = Mapping(place)
        if not open_nodes:
            root = node
        elif not _attach(open_nodes[-1], open_keys, node, report):
            report.add("yaml-malformed", place)
            raise _Refused
        if not isinstance(node, Scalar):
            open_nodes.append(node)
            open_keys.append(None)
    return root


def _attach(parent: Listing | Mapping, open_keys: list[Scalar | None], node: Node, report: Report) -> bool:
    """Put *node* into *parent*, as an item, a key or the value of the last key. False for a key that is no text."""
    if isinstance(parent, Listing):
        parent.items.append(node)
        return True
    key = open_keys[-1]
    if key is None:
        if not isinstance(node, Scalar):
            return False
        open_keys[-1] = node
        return True
    if key.text in parent.items:
        report.add("key-twice", key.place, key=key.text, line=parent.keys[key.text].line)
    parent.items[key.text] = node
    parent.keys[key.text] = key.place
    open_keys[-1] = None
    return True
