"""What a lead tells is sealed in the database, and found all the same. Invariant 7."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django import Settings

from clinic_site import sealed
from offers.lead_keys import mail_identity, phone_identity
from offers.models import DailyCount, Lead

from . import factories as make
from .migrating import empty_database

pytestmark = pytest.mark.django_db
CANARIES = {
    "name": "Zanzibar Quillfeather",
    "phone": "+12125550187",
    "phone_extension": "90210",
    "email": "zanzibar@quill.example",
    "region": "canary-region",
    "note": "The canary sings on Mondays.",
}


def dump() -> str:
    """Every value of every table of the app, as the database holds it; the totals of a day are about nobody."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("offers_") and table != DailyCount._meta.db_table:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
                told += [repr(row) for row in cursor.fetchall()]
    return "\n".join(told)


def test_a_lead_reads_as_it_was_told() -> None:
    make.make_lead(**CANARIES, trail={"article": "canary-article", "campaign": "canary-poster"})
    lead = Lead.objects.get()
    assert {name: getattr(lead, name) for name in CANARIES} == CANARIES
    assert (lead.article, lead.first_article, lead.campaign) == ("canary-article", "", "canary-poster")


def test_the_database_alone_tells_nothing_of_it() -> None:
    trail = dict.fromkeys(["article", "first_article", "campaign"], "canary-article")
    lead = make.make_lead(**CANARIES, trail=trail)
    lead.add_event("The canary called back.", by=make.make_user())

    stored = dump().lower()
    assert lead.code.lower() in stored
    for told in [*CANARIES.values(), "Quillfeather", "5550187", "canary", lead.token]:
        assert told.lower() not in stored, told


def test_each_sealing_looks_different_and_nothing_stays_nothing() -> None:
    assert sealed.seal("Pat") != sealed.seal("Pat")
    assert sealed.seal("") == ""
    assert sealed.unseal("") == ""


def test_what_was_sealed_by_an_older_key_is_read_and_found(settings: Settings) -> None:
    lead = make.make_lead(**CANARIES)
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]

    again = make.make_lead(name="Z. Quillfeather", phone="", email="Zanzibar+2@quill.example")
    assert Lead.objects.get(pk=lead.pk).name == CANARIES["name"]
    assert set(Lead.objects.of_the_same_person(again)) == {lead, again}
    assert set(Lead.objects.of_the_same_person(lead)) == {lead, again}


def test_without_the_key_it_cannot_be_read(settings: Settings) -> None:
    lead = make.make_lead(**CANARIES)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(sealed.CannotUnseal):
        Lead.objects.get(pk=lead.pk)


def test_a_sealed_column_is_not_looked_up_by_its_value() -> None:
    with pytest.raises(FieldError, match="digest"):
        Lead.objects.filter(name="Pat Example").exists()
    make.make_lead(email="")
    assert Lead.objects.filter(email="").count() == 1


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [("zanz", True), ("QUILLFEATHER", True), ("quill zan", True), ("feather", False), ("zanzibaro", False)],
)
def test_a_name_is_found_by_the_beginnings_of_its_words(typed: str, is_found: bool) -> None:
    lead = make.make_lead(**CANARIES)
    make.make_lead(name="Zandra Quill", phone="+12125550111", email="")
    assert (lead in Lead.objects.by_name(typed)) == is_found


def test_accents_and_short_names_are_found() -> None:
    lead = make.make_lead(name="Lê Ánh", email="le@example.com")
    other = make.make_lead(name="Li Wu", phone="+12125550111", email="")
    assert Lead.objects.by_name("le anh") == [lead]
    assert Lead.objects.by_name("wu") == [other]
    assert Lead.objects.by_name(" - ") == []


def test_a_phone_is_found_by_its_last_four_digits() -> None:
    lead = make.make_lead(**CANARIES)
    assert Lead.objects.by_last_four("0187") == [lead]
    assert Lead.objects.by_last_four("0188") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pat@Example.com", "pat@example.com"),
        ("pat+clinic@example.com", "pat@example.com"),
        ("p.a.t@gmail.com", "pat@googlemail.com"),
    ],
)
def test_one_mail_box_is_one_person(one: str, other: str) -> None:
    assert mail_identity(one) == mail_identity(other)


def test_dots_count_where_they_do_and_extensions_always() -> None:
    assert mail_identity("p.at@example.com") != mail_identity("pat@example.com")
    assert phone_identity("+12125550123", "1") != phone_identity("+12125550123", "2")


@pytest.fixture
def before_sealing(transactional_db: None) -> Iterator[MigrationExecutor]:
    """The tables as they were before."""
    with empty_database():
        executor = MigrationExecutor(connection)
        executor.migrate([("offers", "0001_first")])
        yield executor


@pytest.mark.django_db(transaction=True)
def test_leads_from_before_are_sealed_and_can_be_unsealed(before_sealing: MigrationExecutor) -> None:
    old = before_sealing.loader.project_state([("offers", "0001_first")]).apps
    offer = old.get_model("offers", "Offer").objects.create(
        title="New", slug="new", amount=100, service="first visit"
    )
    region = old.get_model("blog", "Region").objects.create(slug="hip", name="Hip")
    lead = old.get_model("offers", "Lead").objects.create(
        offer=offer,
        name="Pat Example",
        phone="+12125550123",
        email="pat@example.com",
        contact_by="call",
        region=region,
        code="347CDFG",
        token="a-token",
        form_key="00000000-0000-4000-8000-000000000000",
    )
    old.get_model("offers", "LeadEvent").objects.create(lead=lead, kind="note", text="Called.")

    MigrationExecutor(connection).migrate([("offers", "0004_sealed_only")])
    stored = dump().lower()  # sealed text has any three letters in it by chance
    assert not [told for told in ("pat example", "pat@", "5550123", "called.") if told in stored]
    state = MigrationExecutor(connection).loader.project_state([("offers", "0004_sealed_only")]).apps
    now = state.get_model("offers", "Lead").objects.get()
    assert (now.name, now.phone, now.region, now.token) == ("Pat Example", "+12125550123", "hip", "a-token")
    assert state.get_model("offers", "LeadKey").objects.filter(
        digest=sealed.digest("mail", "pat@example.com")
    )

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())  # so that everything since has been taken back once
    MigrationExecutor(connection).migrate([("offers", "0001_first")])
    then = old.get_model("offers", "Lead").objects.get()
    assert (then.name, then.region_id, then.token) == ("Pat Example", region.pk, "a-token")
    assert old.get_model("offers", "LeadEvent").objects.get().text == "Called."
