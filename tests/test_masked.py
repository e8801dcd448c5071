"""What lists show of a name: enough to find a row again, not to know who it is."""

import pytest

from offers.templatetags.inbox import masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Anna Lopez", "Anna L."),
        ("Anna Maria Lopez", "Anna L."),
        ("Dr. Anna Lopez", "Anna L."),
        ("prof Dr Anna Lopez", "Anna L."),
        ("Mrs. Lopez", "L."),
        ("Dr.", "D."),
        ("Featherstone", "F."),
        ("李小龍", "李."),
        ("李 小龍", "李 小."),
        ("anna@example.com", "a..."),
        ("Anna anna＠example.com", "A..."),
        ("Anna 212 555 0122", "A..."),
        ("２１２５５５０１２２", "2..."),
        ("", ""),
    ],
)
def test_a_masked_name(name: str, shown: str) -> None:
    assert masked(name) == shown
