import html
import json
import re
import textwrap
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from clinic_site import facts, hours
from clinic_site.pictures import Picture
from clinic_site.stylesheet import stylesheet as style_text

register = template.Library()

# As json_script does: nothing inside can end the element or start another (HTML, section 13.2.5.15).
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def stylesheet(kind: str) -> SafeString:
    """The CSS of a kind of page as a style element, and the clinic's own colors as another, if it has any.

    The Content-Security-Policy knows both by their hashes.
    """
    clinic = facts.fact("clinic")
    texts = [style_text(kind), clinic.css() if clinic else ""]
    return mark_safe("".join(f"<style>{text}</style>" for text in texts if text))  # noqa: S308


@register.simple_tag
def json_ld(data: list[dict[str, Any]]) -> SafeString:
    """The nodes of a page as one data block; data blocks are not executed, so they need no nonce."""
    graph = {"@context": "https://schema.org", "@graph": data}
    block = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{block}</script>')  # noqa: S308


_HEAD = re.compile(
    r'<title>(?P<title>.*?)</title>|<meta name="description" content="(?P<description>.*?)">', re.DOTALL
)
MOST_TITLE, MOST_DESCRIPTION = 65, 170  # characters: what a list of search results has room for


@register.simple_block_tag(takes_context=True)
def shared(context: template.Context, content: str) -> SafeString:
    """A page's title and description in a length that fits, and once more for where it is shared (ogp.me).

    The clinic's name stands beside it as the site's name, so a long title goes without it.
    """
    found: dict[str, str] = {}
    clinic = context.get("clinic")
    suffix = f" | {clinic.name}" if clinic else ""

    def fit(match: re.Match[str]) -> str:
        name = match.lastgroup or ""
        words = " ".join(html.unescape(match[name]).split())
        if name == "title":
            found[name] = words.removesuffix(suffix)
            title = words if len(words) <= MOST_TITLE else found[name]
            return format_html("<title>{}</title>", title)
        found[name] = textwrap.shorten(words, MOST_DESCRIPTION, placeholder=" …")
        return format_html('<meta name="description" content="{}">', found[name])

    head = _HEAD.sub(fit, content)
    if "description" not in found:  # an error page
        return SafeString(head)
    return SafeString(head) + format_html(
        '\n<meta property="og:title" content="{title}">\n<meta property="og:description" content="{description}">',
        **found,
    )


@register.inclusion_tag("components/image.html")
def image(
    picture: Picture, sizes: str, css_class: str = "", width: int = 0, height: int = 0
) -> dict[str, object]:
    """`sizes` says how wide the layout shows it. Without a width it is as wide as it has pixels for."""
    width = min(width or picture.width, picture.width)
    height = height or picture.height_at(width)
    return {"picture": picture, "sizes": sizes, "css_class": css_class, "width": width, "height": height}


@register.simple_tag
def open_now() -> str:
    """Open until 7 p.m., or nothing when it is not sure."""
    return hours.now_in_words()


@register.simple_tag
def closures_near() -> list[str]:
    return hours.closures_in_words()
