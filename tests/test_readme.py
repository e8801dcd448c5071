"""What the README says is so."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
PAPERS = [README, *(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))]


def test_every_target_it_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for paper in PAPERS for name in re.findall(r"`?make ([a-z][a-z-]+)", paper)}
    assert {"run", "test", "sign-in-link"} <= named & targets


def test_every_link_and_picture_is_there() -> None:
    places = [(ROOT, README), *((ROOT / "docs", paper) for paper in PAPERS[1:])]
    links = [
        folder / link for folder, paper in places for link in re.findall(r'(?:\]\(|src=")([^)"#:]+)', paper)
    ]
    assert len(links) >= 5
    assert [link for link in links if not link.exists()] == []


def test_every_variable_in_the_settings_is_told() -> None:
    settings = (ROOT / "clinic_site" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    assert len(read) >= 10
    assert {name for name in read if f"`{name}`" not in (ROOT / "docs" / "deploy.md").read_text()} == set()
