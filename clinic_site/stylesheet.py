"""The site's CSS as the one `<style>` element that every public page carries.

Inlining it makes the first paint one request. The Content-Security-Policy allows exactly this text by its
hash, so the text is made in one place, here, and read by both the settings and the template tag.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static" / "css"
PARTS = ("tokens.css", "base.css", "components.css", "pages.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r"\s*([{};,>])\s*")


def squeeze(css: str) -> str:
    """Drop comments and the white space that has no meaning. Strings in our CSS hold no runs of space."""
    return _AROUND.sub(r"\1", _SPACE.sub(" ", _COMMENT.sub("", css))).replace(";}", "}").strip()


@cache
def stylesheet() -> str:
    return squeeze("\n".join((FOLDER / part).read_text() for part in PARTS if (FOLDER / part).exists()))


def style_hash() -> str:
    """The CSP source expression of the element's text (CSP Level 3, section 2.3.1)."""
    digest = hashlib.sha256(stylesheet().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
