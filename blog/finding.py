"""What the publish page asks about: nothing that is surely wrong, but what somebody has to look at again."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models

from clinic_site.rich_text import as_lines

from .readability import SENTENCE_END
from .rendering import MARKERS


class Kind(models.TextChoices):
    CLAIM = "claim", "Says more than we may"
    FACT = "fact", "A fact that stands elsewhere"
    LONG = "long", "A long sentence"
    HEADING = "heading", "Order of headings"
    LINK = "link", "A link that says nothing"
    NOWHERE = "nowhere", "A link to what is not public"


@dataclass(frozen=True)
class Finding:
    """`words` are in `sentence`, which stands in `where`; `instead` is a gentler wording, or a way to mend it."""

    kind: Kind
    where: str
    words: str
    sentence: str
    reason: str
    instead: str = ""

    @property
    def key(self) -> str:
        """The same for the same words in the same sentence: what was decided once is not asked again."""
        told = f"{self.kind.value}\n{self.words.lower()}\n{self.sentence}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def needs_signer(self) -> bool:
        """Only who may sign off lets it stand, and says why."""
        return self.kind == Kind.CLAIM

    @property
    def parts(self) -> tuple[str, str, str]:
        """The sentence before, in and after the words."""
        before, found, after = self.sentence.partition(self.words)
        return (before, found, after) if found else (self.sentence, "", "")


def sentences_with_headings(text: str) -> Iterator[str]:
    """Each sentence of `text`, HTML or plain, without markers. A heading is one, too."""
    for line in as_lines(MARKERS.sub("", text)):
        yield from sentences_of_line(line)


def sentences_of_line(line: str) -> list[str]:
    parts = SENTENCE_END.sub(r"\1\n", line).splitlines()
    return [re.sub(r"\s+", " ", part).strip() for part in parts]
