import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from clinic_site.stylesheet import stylesheet as style_text

register = template.Library()

# As json_script does: nothing inside can end the element or start another (HTML, section 13.2.5.15).
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def stylesheet(kind: str) -> SafeString:
    """The CSS of a kind of page as the one style element, which the Content-Security-Policy knows by its hash."""
    return mark_safe(f"<style>{style_text(kind)}</style>")  # noqa: S308


@register.simple_tag
def json_ld(data: list[dict[str, Any]]) -> SafeString:
    """One data block for each item; data blocks are not executed, so they need no nonce."""
    blocks = (
        json.dumps(item, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES) for item in data
    )
    template_text = '<script type="application/ld+json">{}</script>'
    return SafeString("".join(format_html(template_text, mark_safe(block)) for block in blocks))  # noqa: S308
