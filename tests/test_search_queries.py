"""Patients' own words: the right page is among the first three, for each query of search_queries.toml."""

from pathlib import Path

import pytest
from django.core.management import call_command

from clinic_site.search_report import ranks

from . import factories as make

QUERIES = Path(__file__).with_name("search_queries.toml")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def starter(module_rows: None) -> None:
    make.load_starter()


def test_the_right_page_is_among_the_first_three() -> None:
    rows = list(ranks(QUERIES))
    assert len(rows) >= 80
    assert len({row.query.lower() for row in rows}) == len(rows)
    assert [(row.query, row.page, row.rank) for row in rows if not row.is_good] == []


def test_the_report_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("search_report", QUERIES)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["Query", "Rank", "Right", "page"]
    assert lines[1].split() == ["sciatica", "1", "/blog/dry-needling-for-sciatica/"]
    assert "among the first 3" in lines[-1]
