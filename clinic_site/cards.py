"""The picture that stands beside a link to a page when somebody shares it: 1200 x 630, in the look of the site.

A card is drawn when it is first asked for and kept under a name made from all that is on it, so that another title
makes another file and nothing has to be purged.
"""

import hashlib
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import cache_control
from PIL import Image, ImageDraw, ImageFont

from . import facts
from .models import Page, Practitioner
from .reading import read_only

SIZE = (1200, 630)  # what Facebook, LinkedIn, Slack and others ask for (ogp.me)
PANEL = 420  # the figure's part of it, on the right
MARGIN = 80
OVERSIZE = 2  # drawn larger, then scaled down: Pillow's lines have hard edges
LOOK = 1  # raise it when the drawing changes
PAPER, MIST, INK, SLATE, POINT, PINE = "#ffffff", "#f2f6f5", "#16232b", "#44535b", "#d4351c", "#0b4a47"
MUSCLE, MUSCLE_EDGE, CONTOUR = "#f7d5cf", "#8a2b1b", "#16232b"
FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
SERIF, SANS = "newsreader-500.woff2", "public-sans.woff2"
MOST_LINES = 3
TITLE_SIZES = (84, 72, 62, 54, 46)

Corner = tuple[float, float]
Outline = tuple[Corner, ...]


@dataclass(frozen=True)
class Art:
    """Polygons in the units of a drawing, and the window on them: left, top, right, bottom."""

    window: tuple[float, float, float, float]
    skins: tuple[Outline, ...]
    muscles: tuple[Outline, ...]
    points: tuple[Corner, ...]


@dataclass(frozen=True)
class Card:
    title: str
    words: str = ""
    art: Art | None = None

    @property
    def file(self) -> str:
        said = repr((LOOK, _clinic_name(), self)).encode()
        return f"cards/{hashlib.sha256(said).hexdigest()[:24]}.png"


def _clinic_name() -> str:
    clinic = facts.fact("clinic")
    return clinic.name if clinic else ""


@read_only
@cache_control(public=True, max_age=3600)
def card(request: HttpRequest, kind: str, slug: str) -> HttpResponse:
    """`kind` is one of settings.CARDS. Only what is public has a card."""
    maker = settings.CARDS.get(kind)
    found: Card | None = import_string(maker)(slug) if maker else None
    if found is None:
        raise Http404
    return HttpResponse(picture(found), content_type="image/png")


def picture(card: Card) -> bytes:
    """The card as a PNG file, drawn once. Where it cannot be kept it is drawn again."""
    try:
        with default_storage.open(card.file) as kept:
            return bytes(kept.read())
    except OSError:
        drawn = draw(card)
    with suppress(OSError):  # a full disk: the visitor gets the picture all the same
        default_storage.save(card.file, ContentFile(drawn))
    return drawn


def of_page(slug: str) -> Card | None:
    """The clinic's own pages, by the last part of their address."""
    page = Page.objects.filter(slug=slug).first()
    return Card(page.title, page.standfirst) if page else None


def of_person(slug: str) -> Card | None:
    person = Practitioner.objects.filter(slug=slug).first()
    return Card(person.name, person.public_title) if person else None


@cache
def _font(name: str, pixels: int, weight: int = 0) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(FONTS / name), pixels)
    if weight:
        font.set_variation_by_axes([weight])
    return font


def draw(card: Card) -> bytes:
    image = Image.new("RGB", (SIZE[0] * OVERSIZE, SIZE[1] * OVERSIZE), PAPER)
    pen = ImageDraw.Draw(image)
    room = SIZE[0] - 2 * MARGIN
    if card.art:
        image.paste(_panel(card.art), ((SIZE[0] - PANEL) * OVERSIZE, 0))
        room -= PANEL
    _mark(pen)
    _words(pen, card, room)
    file = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _at(x: float, y: float) -> Corner:
    return x * OVERSIZE, y * OVERSIZE


def _mark(pen: ImageDraw.ImageDraw) -> None:
    """The needle and its point, coming in from the top edge, beside the clinic's name."""
    x, y = MARGIN + 14, 108
    pen.line([_at(x, 0), _at(x, y - 14)], fill=INK, width=3 * OVERSIZE)
    pen.circle(_at(x, y), 15 * OVERSIZE, outline=POINT, width=3 * OVERSIZE)
    pen.circle(_at(x, y), 7 * OVERSIZE, fill=POINT)
    pen.text(_at(x + 36, y), _clinic_name(), INK, _font(SERIF, 34 * OVERSIZE), "lm")


def _words(pen: ImageDraw.ImageDraw, card: Card, room: int) -> None:
    """The title as large as it fits in three lines, and what it says below it in at most two."""
    for size in TITLE_SIZES:
        font = _font(SERIF, size * OVERSIZE)
        title = wrapped(card.title, font, room)
        if len(title) <= MOST_LINES:
            break
    y = 200.0
    for line in title[:MOST_LINES]:
        pen.text(_at(MARGIN, y), line, INK, font, "la")
        y += size * 1.1
    body = _font(SANS, 30 * OVERSIZE, 400)
    for line in wrapped(card.words, body, room)[:2]:
        y += 44
        pen.text(_at(MARGIN, y - 14), line, SLATE, body, "la")
    host = settings.SITE_ORIGIN.partition("//")[2]
    pen.text(_at(MARGIN, SIZE[1] - 60), host, PINE, _font(SANS, 26 * OVERSIZE, 600), "ls")


def wrapped(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """Lines no wider than `room` pixels of the finished card; a word that is longer stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= room * OVERSIZE:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _panel(art: Art) -> Image.Image:
    """The figure, as large as fits its part of the card."""
    width, height = PANEL * OVERSIZE, SIZE[1] * OVERSIZE
    panel = Image.new("RGB", (width, height), MIST)
    pen = ImageDraw.Draw(panel)
    left, top, right, bottom = art.window
    scale = min(width * 0.96 / (right - left), height * 0.92 / (bottom - top))

    def placed(corners: Sequence[Corner]) -> list[Corner]:
        middle, centre = (left + right) / 2, (top + bottom) / 2
        return [((x - middle) * scale + width / 2, (y - centre) * scale + height / 2) for x, y in corners]

    for skin in art.skins:
        pen.polygon(placed(skin), fill=PAPER)
    for skin in art.skins:
        pen.line(placed(skin), fill=CONTOUR, width=2 * OVERSIZE, joint="curve")
    for muscle in art.muscles:
        pen.polygon(placed(muscle), fill=MUSCLE)
        pen.line(placed([*muscle, muscle[0]]), fill=MUSCLE_EDGE, width=2 * OVERSIZE, joint="curve")
    for x, y in placed(art.points):
        pen.circle((x, y), 7 * OVERSIZE, fill=POINT)
    return panel
