"""The one allow-list for text that staff write as HTML: applied when it is saved and again when it is shown."""

import html
import re
from typing import TYPE_CHECKING, Any

import nh3
from django.conf import settings
from django.db import models
from django.utils.html import strip_tags
from django.utils.module_loading import import_string
from django_prose_editor.fields import ProseEditorField, ProseEditorFormField

if TYPE_CHECKING:
    EditorField = models.TextField[str, str]  # the package has no types
else:
    EditorField = ProseEditorField

EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "Heading": {"levels": [2, 3]},
    "Link": {"enableTarget": False, "protocols": ["https", "mailto"]},
}

_HEADINGS = re.compile(r"<h([23])\b[^>]*>(.*?)</h\1>", re.DOTALL)
_BLOCK_ENDS = re.compile(r"</(?:p|li|h2|h3|blockquote)>|<br\s*/?>")
_TAGS = {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "br", "blockquote"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"https", "http", "mailto"},
    link_rel=None,
)
# An edition's text has been given anchors and citation links by blog/rendering.py.
_EDITION_CLEANER = nh3.Cleaner(
    tags=_TAGS | {"sup", "cite"},
    attributes={"a": {"href", "id", "aria-label"}, "h2": {"id"}, "h3": {"id"}, "sup": {"class"}},
    url_schemes={"https", "http", "mailto"},
    link_rel=None,
)


def sanitise(text: str) -> str:
    """What an editor typed or pasted, with everything dropped that is not on the list; "" when nothing is left."""
    clean: str = _CLEANER.clean(text)
    return clean if strip_tags(clean).strip() else ""


def sanitise_edition(text: str) -> str:
    clean: str = _EDITION_CLEANER.clean(text)
    return clean


def as_lines(text: str) -> list[str]:
    """Clean HTML as plain text, a line for each paragraph, heading or list item."""
    broken = _BLOCK_ENDS.sub("\n", text)
    return [line.strip() for line in html.unescape(strip_tags(broken)).splitlines() if line.strip()]


def headings(text: str) -> list[str]:
    """The headings of clean HTML as plain text."""
    return [line for _, heading in _HEADINGS.findall(text) for line in as_lines(heading)]


class RichTextFormField(ProseEditorFormField):
    """Clean before the editor gets it, too: the editor makes elements of whatever it is given."""

    def prepare_value(self, value: Any) -> Any:
        return sanitise(value) if isinstance(value, str) else value


class RichTextField(EditorField):
    """HTML from the editor, cleaned in `full_clean()`. Whoever saves without it cleans by hand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("extensions", EXTENSIONS)
        kwargs.setdefault("sanitize", sanitise)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        text = super().clean(value, model_instance)
        return import_string(settings.RICH_TEXT_LINKS)(text) if text else text

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": RichTextFormField} | kwargs)
