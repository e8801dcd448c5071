"""Two texts side by side, with the words marked in which they differ."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

AROUND = 12  # words shown before and after a change; what is longer and the same is left out

_WORDS = re.compile(r"\n|[^\s]+")


def side_by_side(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both as HTML: <del> marks what only `before` has, <ins> what only `after` has."""
    left, right = _WORDS.findall(before), _WORDS.findall(after)
    lefts: list[SafeString] = []
    rights: list[SafeString] = []
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    for place, (kind, start, end, other_start, other_end) in enumerate(blocks, start=1):
        if kind == "equal":
            same = _shortened(left[start:end], at_start=place == 1, at_end=place == len(blocks))
            lefts.append(same)
            rights.append(same)
            continue
        if end > start:
            lefts.append(format_html("<del>{}</del>", _html(left[start:end])))
        if other_end > other_start:
            rights.append(format_html("<ins>{}</ins>", _html(right[other_start:other_end])))
    return SafeString(" ".join(lefts)), SafeString(" ".join(rights))


def _shortened(words: Sequence[str], *, at_start: bool, at_end: bool) -> SafeString:
    head = [] if at_start else words[:AROUND]
    tail = [] if at_end else words[-AROUND:]
    if len(words) <= len(head) + len(tail) + AROUND:
        return _html(words)
    return SafeString(" … ".join(_html(part) for part in (head, tail)))


def _html(words: Sequence[str]) -> SafeString:
    return format_html_join(" ", "{}", ((SafeString("<br>") if word == "\n" else word,) for word in words))
