"""How well the search answers a list of patients' queries: the rank of the right page for each."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .search import search

GOOD = 3  # the right page is among the first three


@dataclass(frozen=True)
class Rank:
    query: str
    page: str
    rank: int  # 0: it is not among the results

    @property
    def is_good(self) -> bool:
        return 0 < self.rank <= GOOD


def ranks(path: Path) -> Iterator[Rank]:
    """`path` is a TOML file of tables "address" = ["query", ...]."""
    with path.open("rb") as file:
        pages: dict[str, list[str]] = tomllib.load(file)["pages"]
    for page, queries in pages.items():
        for query in queries:
            found = [result.url for result in search(query).results]
            yield Rank(query, page, found.index(page) + 1 if page in found else 0)
