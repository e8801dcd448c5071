"""A phone with an extension is found by its number, with the extension or without, however it is typed."""

from importlib import import_module

import pytest
from django.apps import apps

from offers.finding import find
from offers.lead_keys import keys_of
from offers.models import Lead, LeadKey

from . import factories as make

pytestmark = pytest.mark.django_db
NUMBER = "+12125550122"


@pytest.fixture
def leads() -> list[Lead]:
    """One number: one with the extension 5, one without any."""
    make.make_offer()
    return [make.make_lead(phone=NUMBER, phone_extension=extension, email="") for extension in ("5", "")]


@pytest.mark.parametrize(
    "typed",
    [
        "212 555 0122",
        "+1 (212) 555-0122",
        "2125550122",
        "２１２ ５５５ ０１２２",
        "٢١٢٥٥٥٠١٢٢",
        "0122",
        "０１２２",
    ],
)
def test_the_bare_number_finds_both(leads: list[Lead], typed: str) -> None:
    assert find(typed).leads == leads[::-1]


@pytest.mark.parametrize(
    "typed",
    [
        *("212 555 0122 ext. 5", "(212) 555-0122 ext 5", "212 555 0122 x5", "2125550122 x 05"),
        *("212 555 0122 extension 5", "212-555-0122 #5", "２１２５５５０１２２ ｘ５"),
    ],
)
def test_with_the_extension_only_that_one(leads: list[Lead], typed: str) -> None:
    assert find(typed).only == leads[0]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("212 555 0122 x6", "Nobody gave this number."),
        ("212 555 0123", "Nobody gave this number."),
        ("55501", "Type the last four digits, or the whole number."),
        ("1234567890123456789", "Type the last four digits, or the whole number."),
    ],
)
def test_another_number_finds_nobody(leads: list[Lead], typed: str, words: str) -> None:
    found = find(typed)
    assert (found.leads, found.words) == ([], words)


def test_two_extensions_are_two_people_and_a_zero_before_one_changes_nothing(leads: list[Lead]) -> None:
    same = make.make_lead(phone=NUMBER, phone_extension="05", email="")
    assert set(Lead.objects.of_the_same_person(leads[0])) == {leads[0], same}
    assert set(Lead.objects.of_the_same_person(leads[1])) == {leads[1]}


def test_leads_from_before_are_found_as_well(leads: list[Lead]) -> None:
    LeadKey.objects.filter(kind__in=["num", "phone"], lead=leads[0]).delete()
    assert find("212 555 0122").only == leads[1]
    import_module("offers.migrations.0013_number_keys").make_keys_anew(apps, None)
    assert find("212 555 0122").leads == leads[::-1]
    assert sorted(leads[0].keys.values_list("kind", "digest")) == sorted(
        (key.kind, key.digest) for key in keys_of(leads[0])
    )
