"""A code as a square that a phone can read, drawn into the page: no file, no other host, no style attribute."""

from itertools import groupby

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

QUIET = 4  # modules of white around it, ISO/IEC 18004, section 9.1
SIDE = 180  # CSS pixels: read from an arm's length off a phone and off paper


def qr_svg(content: str, label: str) -> SafeString:
    """Black on white in both schemes and in print, since readers need the contrast."""
    square = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    square.add_data(content)
    rows = square.get_matrix()
    return format_html(
        '<svg role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<path fill="#fff" d="M0 0h{}v{}H0z"/><path d="{}"/></svg>',
        *(label, SIDE, SIDE, len(rows), len(rows), len(rows), len(rows)),
        mark_safe("".join(_runs(row, y) for y, row in enumerate(rows))),  # noqa: S308  # numbers of our own
    )


def _runs(row: list[bool], y: int) -> str:
    """The dark stretches of a row, each as one rectangle."""
    path, x = "", 0
    for is_dark, modules in groupby(row):
        width = len(list(modules))
        if is_dark:
            path += f"M{x} {y}h{width}v1h-{width}z"
        x += width
    return path
