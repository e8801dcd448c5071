"""What stands on the cards of articles and muscles: their title, and the same plate as on the page."""

from collections.abc import Iterable

from clinic_site import facts
from clinic_site.cards import Art, Card, Outline

from .editions import Edition
from .figure import Plate, Shape, drawing, muscle_plates, plates_for
from .figure_views import VIEWS
from .outlines import outline
from .topics import Muscle


def of_article(slug: str) -> Card | None:
    edition = Edition.objects.live().filter(slug=slug).first()
    if edition is None:
        return None
    rows = [(row["number"], row["shape"], row["name"]) for row in edition.content["muscles"]]
    plates = plates_for(rows)
    plate = max(plates, key=lambda plate: len(plate.muscles), default=None)
    return Card(edition.title, art=_art(plate, [row.shape for row in plate.muscles]) if plate else None)


def of_muscle(slug: str) -> Card | None:
    muscle = Muscle.objects.filter(slug=slug).first()
    if muscle is None:
        return None
    plate = next((plate for plate in muscle_plates(muscle.shape, muscle.name) if plate.muscle), None)
    words = "Where it is, what it does, and where experts describe its pain"
    return Card(muscle.name, words, _art(plate, [plate.muscle]) if plate and plate.muscle else None)


def of_site(slug: str) -> Card | None:
    """For whatever page has no card of its own."""
    clinic = facts.fact("clinic")
    if slug != "home" or clinic is None:
        return None
    plate = Plate("back", VIEWS["back"][-1], "", "")
    return Card(clinic.tagline or clinic.name, art=_art(plate, []))


def _art(plate: Plate, shapes: Iterable[Shape]) -> Art:
    view = plate.view
    skins = [tuple(part) for name in view.parts for part in outline(drawing(plate.drawing)[name]["d"])]
    right = [(tuple(outline(shape.d)[0]), (float(shape.x), float(shape.y))) for shape in shapes]
    sides = (1, -1) if view.mirrored else (1,)
    return Art(
        (view.left, view.top, view.right, view.bottom),
        tuple(_turned(skin, side) for side in sides for skin in skins),
        tuple(_turned(muscle, side) for side in sides for muscle, _ in right),
        tuple((x * side, y) for side in sides for _, (x, y) in right),
    )


def _turned(corners: Outline, side: int) -> Outline:
    return tuple((x * side, y) for x, y in corners)
