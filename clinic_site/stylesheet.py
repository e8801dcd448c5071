"""The site's CSS as the one `<style>` element that every public page carries.

Inlining it makes the first paint one request; a clinic that has chosen colors gets a second one (theme.py). A page
carries the common parts and those of its own kind. The Content-Security-Policy allows exactly these texts by their
hashes, so they are made in one place, here, and read by both the settings and the template tag.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"
COMMON = ("tokens.css", "base.css", "components.css")
# Kind of page -> what it needs besides. print.css is a file of its own: no screen waits for it.
# An article links figure.css, parts.css and reading.css where they begin to be needed, screens further down.
KINDS = {
    "plain": ("parts.css", "lists.css", "form.css"),
    "home": ("parts.css", "lists.css", "figure.css", "home.css"),
    "article": ("care.css", "article.css"),
    "muscle": ("article.css", "parts.css", "lists.css", "figure.css"),
    "form": ("parts.css", "care.css", "form.css"),
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_COLOR = re.compile(r"--(\w+): (#\w+);")
_AROUND = re.compile(r"\s*([{};,>])\s*")


def squeeze(css: str) -> str:
    """Drop comments and the white space that has no meaning. Strings in our CSS hold no runs of space."""
    return _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", css))).replace(";}", "}").strip()


@cache
def stylesheet(kind: str) -> str:
    return squeeze("\n".join((FOLDER / part).read_text() for part in (*COMMON, *KINDS[kind])))


@cache
def palette() -> dict[str, str]:
    """The colors of tokens.css by name, each as #rrggbb or #rgb."""
    return dict(_COLOR.findall((FOLDER / "tokens.css").read_text()))


def style_hash(text: str) -> str:
    """The CSP source expression of an element with this text (CSP Level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def style_hashes() -> list[str]:
    return [style_hash(stylesheet(kind)) for kind in KINDS]
