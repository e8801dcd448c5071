"""Many old addresses at once: one on each line, with where it leads now."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from .addresses import key_of
from .redirects import Redirect, path_of

MOST_LINES = 500
# Spaces, tabs and commas, as tables are copied; "->" and the number 301 or 302, as another host's lists have them.
BETWEEN = re.compile(r"\s*(?:->|→)\s*|[\s,]+")
KIND = {"301", "302"}
TOO_MANY = f"Only {MOST_LINES} lines are read at once. Send this one with the next."


@dataclass(frozen=True)
class Line:
    number: int
    text: str
    reason: str = ""


@dataclass(frozen=True)
class Result:
    taken: list[Redirect]
    known: int  # lines that were there already
    refused: list[Line]


def take(text: str) -> Result:
    """Check each line, save the good ones, and say why the others were not taken."""
    lines = [Line(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    left = [line for line in lines if line.text and not line.text.startswith("#")]
    refused = [Line(line.number, line.text, TOO_MANY) for line in left[MOST_LINES:]]
    left = left[:MOST_LINES]
    taken: list[Redirect] = []
    known = 0
    while left:  # again while it helps: a line may lead to an address that a later one sends on
        before, tried, left = len(left), left, []
        for line in tried:
            try:
                redirect = read(line.text)
                if is_known(redirect):
                    known += 1
                    continue
                redirect.full_clean()
                redirect.save()
                taken.append(redirect)
            except ValidationError as fault:
                left.append(Line(line.number, line.text, " ".join(fault.messages)))
        if len(left) == before:
            break
    return Result(taken, known, sorted(left + refused, key=lambda line: line.number))


def read(line: str) -> Redirect:
    words = [word for word in BETWEEN.split(line) if word]
    if len(words) == 3 and words[2] in KIND:
        words.pop()
    if len(words) != 2:
        raise ValidationError("Write two addresses with a space between them: the old one, then the new one.")
    return Redirect(old_path=words[0], new_path=words[1])


def is_known(redirect: Redirect) -> bool:
    """Whether the same line was taken before, so that a list can be sent again."""
    there = Redirect.objects.for_path(path_of(redirect.old_path))
    wanted = path_of(redirect.new_path)
    further = Redirect.objects.for_path(wanted)
    return there is not None and there.new_key in {key_of(wanted), further.new_key if further else ""}
