"""What the link box of the rich text editor asks: which of our pages have such a name."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, JsonResponse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from clinic_site.fixed_pages import FIXED_PAGES
from clinic_site.models import Page, Practitioner

from .articles import Article
from .record_links import KINDS, REFERENCE, address_of, as_reference, reference_to
from .topics import Condition, Muscle

MOST = 12  # lines in the list
NAMES: dict[type[models.Model], tuple[str, ...]] = {
    Article: ("title", "slug"),
    Muscle: ("name", "aliases"),
    Condition: ("name", "also_called"),
    Practitioner: ("name", "short_name"),
    Page: ("title", "slug"),
}


class Target(NamedTuple):
    href: str
    name: str
    kind: str
    is_public: bool = True


@require_safe
def records(request: HttpRequest) -> JsonResponse:
    if not request.user.has_perm("blog.view_article"):
        raise PermissionDenied
    targets = targets_for(request.GET.get("q", "").strip()[:200])
    return JsonResponse({"targets": [target._asdict() for target in targets]})


def targets_for(asked: str) -> list[Target]:
    """Records and pages called `asked`, or the one at that address; names that begin so come first."""
    if reference := REFERENCE.fullmatch(as_reference(asked)):
        row = KINDS[reference[1]]._default_manager.filter(pk=reference[2]).first()
        return [_target(row)._replace(href=reference[0])] if row else []
    found = sorted(_called(asked), key=lambda target: not target.name.lower().startswith(asked.lower()))
    return found[:MOST]


def _called(asked: str) -> Iterator[Target]:
    for model, names in NAMES.items():
        of_a_name = models.Q.create([(f"{name}__icontains", asked) for name in names], connector=models.Q.OR)
        begins_so = models.Q((f"{names[0]}__istartswith", asked))
        first = models.ExpressionWrapper(begins_so, models.BooleanField()).desc()
        yield from map(_target, model._default_manager.filter(of_a_name).order_by(first, names[0])[:MOST])
    for fixed in FIXED_PAGES:
        if asked.lower() in f"{fixed.title} {fixed.said}".lower():
            yield Target(fixed.url, fixed.title, "Page")


def _target(row: Any) -> Target:
    """Addresses of pages are fixed, so they stand as they are."""
    kind = capfirst(str(row._meta.verbose_name))
    if isinstance(row, Page):
        return Target(row.get_absolute_url(), str(row), kind)
    reference = reference_to(row)
    return Target(reference, str(row), kind, bool(address_of(reference.split("/")[2], row.pk)))
