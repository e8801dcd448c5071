"""Building the search's index anew: on the first start, after an upgrade, and by hand."""

import hashlib
from importlib.metadata import version

from django.apps import apps
from django.db import transaction

from .changes import PageChange, PublicRow
from .fixed_pages import FIXED_PAGES, KIND
from .search_index import SearchBuild, SearchDocument, SearchWord, put, put_texts

FORMAT = 1  # one more whenever weights, words, or what a row is found by change
AT_ONCE = 100  # rows in one transaction: others wait for no more than that


def wanted() -> str:
    """What an index built now would be built with."""
    parts = [str(FORMAT), version("snowballstemmer"), repr(FIXED_PAGES)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def ensure() -> bool:
    """Build the index when there is none, or when it was built by an older version of the site."""
    if SearchBuild.objects.filter(version=wanted()).exists():
        return False
    rebuild()
    return True


def rebuild() -> int:
    """The number of documents. What is saved meanwhile is kept; what nothing stands behind any more goes."""
    before = set(SearchDocument.objects.values_list("pk", flat=True))
    SearchWord.objects.all().delete()
    with transaction.atomic():
        put_texts({(KIND, page.name): page.search_text() for page in FIXED_PAGES})
    for model in found_models():
        keys = list(model.to_index().values_list("pk", flat=True))
        for start in range(0, len(keys), AT_ONCE):
            _put_again(model, keys[start : start + AT_ONCE])
    # Every document was made anew, so what is left of the old ones has nothing behind it.
    old = sorted(before)
    for start in range(0, len(old), AT_ONCE):
        SearchDocument.objects.filter(pk__in=old[start : start + AT_ONCE]).delete()
    with transaction.atomic():
        SearchBuild.objects.all().delete()
        SearchBuild.objects.create(version=wanted())
        PageChange.objects.note()
    return SearchDocument.objects.count()


def found_models() -> list[type[PublicRow]]:
    """Every kind of row that search finds."""
    return [model for model in apps.get_models() if issubclass(model, PublicRow) and model.is_found()]


@transaction.atomic
def _put_again(model: type[PublicRow], keys: list[object]) -> None:
    """Locked, so that nobody saves a row between its reading and its writing."""
    rows = model._base_manager.select_for_update().in_bulk(keys)
    put(rows[key] for key in keys if key in rows)
