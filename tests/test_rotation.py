"""Keys can be changed while the site runs: afterwards the old one opens nothing that is needed."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models.functions import Cast
from pytest_django import Settings

from clinic_site import rotation
from offers import forget
from offers.lead_keys import LeadKey, findable
from offers.models import Lead, LeadEvent
from offers.rotation import rekey_all

from . import factories as make

pytestmark = pytest.mark.django_db
TOLD = {
    "name": "Zanzibar Quillfeather",
    "phone": "+12125550187",
    "phone_extension": "90210",
    "email": "zanzibar@quill.example",
    "region": "canary-region",
    "note": "The canary sings on Mondays.",
}


def new_key() -> str:
    return Fernet.generate_key().decode()


def rotate(*arguments: str) -> str:
    told = StringIO()
    call_command("rotate_field_keys", *arguments, stdout=told)
    return told.getvalue()


@pytest.fixture
def with_new_key(settings: Settings) -> Callable[[], None]:
    """A call puts a new key first; the old one stays."""

    def add() -> None:
        settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]

    return add


def as_stored() -> list[tuple[Any, ...]]:
    """Every sealed value of the database, as it is there."""
    found: list[tuple[Any, ...]] = []
    for model, names in rotation.sealed_columns():
        columns = [Cast(name, models.TextField()) for name in names]
        found += models.QuerySet(model).order_by("pk").values_list("pk", *columns)
    return found


def test_after_it_the_old_key_can_go(settings: Settings, with_new_key: Callable[[], None]) -> None:
    leads = [make.make_lead(**TOLD | {"note": f"The canary sings {number}."}) for number in range(3)]
    leads[0].add_event("The canary called back.")
    with_new_key()
    told = rotate()
    assert "key 1 (the newest): seals" in told
    assert "key 2: seals 0" in told
    assert "No longer needed: key 2." in told

    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    for number, lead in enumerate(leads):
        read = Lead.objects.get(pk=lead.pk)
        assert {name: getattr(read, name) for name in TOLD} == TOLD | {"note": f"The canary sings {number}."}
        assert Lead.objects.by_token(lead.token).get() == lead
        for kind, value in findable(read):
            assert lead in Lead.objects.keyed(kind, value)
    assert "The canary called back." in LeadEvent.objects.values_list("text", flat=True)
    assert Lead.objects.of_the_same_person(leads[0]).count() == 3
    assert set(Lead.objects.by_name("quill zanz")) == set(leads)


def test_every_sealed_column_of_every_app_is_found() -> None:
    found = {(model.__name__, name) for model, names in rotation.sealed_columns() for name in names}
    assert found >= {("Lead", name) for name in (*forget.TOLD, "token")} | {("LeadEvent", "text")}


def test_a_check_only_counts(with_new_key: Callable[[], None]) -> None:
    make.make_lead(**TOLD)
    with_new_key()
    before, digests = as_stored(), list(LeadKey.objects.values_list())
    told = rotate("--check")
    assert "key 1 (the newest): seals 0" in told
    assert "what 1 leads are found by: 1 to be made anew" in told
    assert "Every key is still needed." in told
    assert (as_stored(), list(LeadKey.objects.values_list())) == (before, digests)


def test_a_key_is_needed_while_something_is_found_by_it(with_new_key: Callable[[], None]) -> None:
    make.make_lead(**TOLD)
    with_new_key()
    for model, names in rotation.sealed_columns():
        rotation.reseal(model, names)
    assert "Every key is still needed." in rotate("--check")
    assert "No longer needed: key 2." in rotate()
    assert "No longer needed: key 2." in rotate("--check")


class Killed(BaseException):
    """As if the machine had stopped."""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("writes", [0, 1, 7, 20, 40, 41, 44])  # from the 40th on: what leads are found by
def test_killed_in_the_middle_it_goes_on(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, with_new_key: Callable[[], None], writes: int
) -> None:
    leads = [make.make_lead(**TOLD | {"note": f"Number {number}"}) for number in range(5)]
    with_new_key()
    monkeypatch.setattr(rotation, "AT_ONCE", 4)
    left = writes

    def dies(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal left
        if sql.startswith(("UPDATE", "INSERT", "DELETE")):
            if left == 0:
                raise Killed
            left -= 1
        return execute(sql, *rest)

    with pytest.raises(Killed), connection.execute_wrapper(dies):
        rotate()
    for lead in leads:  # in between, with both keys, nothing is missing
        assert Lead.objects.get(pk=lead.pk).name == TOLD["name"]
    assert Lead.objects.keyed("mail", TOLD["email"]).count() == 5
    assert set(Lead.objects.by_last_four("0187")) == set(leads)

    assert "No longer needed: key 2." in rotate()
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    assert {lead.note for lead in Lead.objects.of_the_same_person(leads[0])} == {
        f"Number {number}" for number in range(5)
    }


def test_what_is_under_the_newest_key_is_left_alone(with_new_key: Callable[[], None]) -> None:
    make.make_lead(**TOLD)
    with_new_key()
    rotate()
    before, digests = as_stored(), list(LeadKey.objects.values_list())
    assert "leads: 0 sealed anew" in rotate()
    assert (as_stored(), list(LeadKey.objects.values_list())) == (before, digests)


def test_a_change_that_comes_in_between_stays(
    monkeypatch: pytest.MonkeyPatch, with_new_key: Callable[[], None]
) -> None:
    """Between reading a batch and writing it the front desk goes on working."""
    lead = make.make_lead(**TOLD)
    with_new_key()
    write = rotation._write

    def late(model: type[models.Model], batch: list[rotation.Change]) -> int:
        if model is Lead:
            Lead.objects.filter(pk=lead.pk).update(note="Changed meanwhile.")
        return write(model, batch)

    monkeypatch.setattr(rotation, "_write", late)
    rotate()
    read = Lead.objects.get(pk=lead.pk)
    assert (read.note, read.name) == ("Changed meanwhile.", TOLD["name"])


def test_an_erased_lead_is_not_found_again(with_new_key: Callable[[], None]) -> None:
    lead = make.make_lead(**TOLD)
    forget.erase(lead, by=None, why="Asked for.")
    with_new_key()
    rotate()
    assert rekey_all() == (0, 0)
    assert not LeadKey.objects.exists()


def test_a_missing_key_is_told(settings: Settings) -> None:
    make.make_lead(**TOLD)
    settings.FIELD_KEYS = [new_key()]
    with pytest.raises(CommandError, match="Put the missing key back"):
        rotate()


def test_no_key_is_printed(settings: Settings, with_new_key: Callable[[], None]) -> None:
    make.make_lead(**TOLD)
    with_new_key()
    told = rotate()
    assert not any(key in told for key in settings.FIELD_KEYS)


def test_a_value_keeps_nothing_of_the_old_key(with_new_key: Callable[[], None], settings: Settings) -> None:
    make.make_lead(**TOLD)
    old = settings.FIELD_KEYS[-1]
    with_new_key()
    rotate()
    for _, *tokens in as_stored():
        for token in filter(None, tokens):
            with pytest.raises(InvalidToken):
                Fernet(old).decrypt(token)
