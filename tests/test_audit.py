"""The audit trail: one line for each thing that has to be answered for, and none of them can be changed unseen."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clinic_site.audit import AppendOnly
from clinic_site.models import AuditEntry, SignInLink
from offers.forget import erase

from . import factories as make
from .signing_in import KEY, code_of

pytestmark = pytest.mark.django_db
PASSWORD = "eleven grey needles"
TRAIL = "/admin/clinic_site/auditentry/"
past: models.QuerySet[AuditEntry] = models.QuerySet(
    AuditEntry
)  # past the rules of the model, as by hand in the database


@pytest.fixture
def rosa(client: Client) -> User:
    make.make_clinic()
    user = make.make_user("rosa", group="Owner", password=PASSWORD)
    client.force_login(user)
    return user


def lines() -> list[tuple[str, str | None, str]]:
    rows = AuditEntry.objects.select_related("by").order_by("pk")
    return [(row.kind, row.by.username if row.by else None, row.what) for row in rows]


def test_a_sign_in_leaves_its_lines(rosa: User) -> None:
    client = Client()
    login = {"username": "rosa", "password": PASSWORD}
    client.post("/admin/login/", login | {"password": "a secret of another site"})
    client.post("/admin/login/", login | {"username": "typed-password-here"})
    client.post("/admin/login/", login)
    client.post("/admin/second-factor/", {"code": "000000"})
    client.post("/admin/second-factor/", {"code": code_of(KEY)})
    client.post("/admin/logout/")
    client.post(f"/admin/sign-in/{SignInLink.objects.issue(rosa)}/")
    assert lines() == [
        ("failed", "rosa", "password"),
        ("failed", None, "password"),
        ("failed", "rosa", "code"),
        ("in", "rosa", "phone"),
        ("out", "rosa", ""),
        ("link", "rosa", ""),
    ]
    stored = str(list(AuditEntry.objects.values()))
    assert "secret" not in stored
    assert "typed" not in stored


def test_what_is_answered_for_leaves_a_line(client: Client, rosa: User) -> None:
    other = make.make_user("other")
    owners = Group.objects.get(name="Owner")
    fields = {"username": "other", "is_active": "on", "is_staff": "on", "groups": [owners.pk]}
    client.post(f"/admin/auth/user/{other.pk}/change/", fields)
    make.make_offer()
    lead = make.make_lead(name="Canary Patient")
    client.post("/admin/offers/lead/export/", {})
    erase(lead, by=rosa, why="Asked for.")
    edition = make.make_edition(by=rosa)
    client.post("/admin/second-factor/recovery-codes/")
    client.post("/admin/second-factor/remove/")
    kinds = [(kind, what) for kind, by, what in lines() if by == "rosa"]
    assert kinds[0] == ("rights", f"auth.user {other.pk}")
    assert kinds[1][0] == "exported"
    assert kinds[2:] == [
        ("erased", f"offers.lead {lead.pk}"),
        ("published", f"blog.edition {edition.pk}"),
        ("factor", "new recovery codes"),
        ("factor", "phone removed"),
    ]
    assert "Canary" not in str(list(AuditEntry.objects.values()))


def test_an_offer_and_a_consent_text_leave_a_line_when_changed(client: Client, rosa: User) -> None:
    offer = make.make_offer(is_on=False)
    text = make.make_consent_text()
    client.post(f"/admin/offers/offer/{offer.pk}/delete/", {"post": "yes"})
    client.post(f"/admin/offers/consenttext/{text.pk}/delete/", {"post": "yes"})
    assert lines() == [
        ("changed", "rosa", f"offers.offer {offer.pk}"),
        ("changed", "rosa", f"offers.consenttext {text.pk}"),
    ]


def test_a_new_password_leaves_a_line(client: Client, rosa: User) -> None:
    new = "nine blue lanterns"
    fields = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    client.post("/admin/password_change/", fields | {"old_password": "wrong"})
    assert lines() == []
    client.post("/admin/password_change/", fields)
    assert lines() == [("password", "rosa", f"auth.user {rosa.pk}")]


def test_lines_are_only_added(rosa: User) -> None:
    line = AuditEntry.objects.note(AuditEntry.Kind.LINK, by=rosa)
    for forbidden in (
        line.save,
        line.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(what="else"),
    ):
        with pytest.raises(AppendOnly):
            forbidden()
    with pytest.raises(ProtectedError):
        rosa.delete()


def test_nobody_changes_it_in_the_admin(client: Client, rosa: User) -> None:
    line = AuditEntry.objects.note(AuditEntry.Kind.LINK, by=rosa)
    client.force_login(make.make_user("root", is_superuser=True))
    page = client.get(f"{TRAIL}{line.pk}/change/")
    assert page.status_code == 200
    assert 'type="submit" value' not in page.content.decode()
    for address in ("add/", f"{line.pk}/delete/"):
        assert client.post(f"{TRAIL}{address}", {"post": "yes"}).status_code == 403
    assert client.post(f"{TRAIL}{line.pk}/change/", {"what": "else"}).status_code == 403


def test_the_list_costs_the_same_whatever_there_is(client: Client, rosa: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(TRAIL).status_code == 200
        return len(seen)

    AuditEntry.objects.note(AuditEntry.Kind.LINK, by=rosa)
    queries()  # once before, for what is kept in memory
    few = queries()
    for number in range(20):
        AuditEntry.objects.note(AuditEntry.Kind.LINK, by=make.make_user(f"user-{number}"))
    assert queries() == few


def write_five(by: User) -> list[int]:
    return [AuditEntry.objects.note(AuditEntry.Kind.LINK, by=by, what=str(n)).pk for n in range(5)]


def test_an_honest_trail_is_whole_and_may_lose_its_oldest_lines(rosa: User) -> None:
    pks = write_five(rosa)
    assert list(AuditEntry.objects.troubles()) == []
    past.filter(pk__in=pks[:2]).delete()  # as forgetting does
    assert list(AuditEntry.objects.troubles()) == []
    call_command("check_audit")


@pytest.mark.parametrize("place", [1, 4])
def test_a_line_that_is_taken_out_is_found(rosa: User, place: int) -> None:
    past.filter(pk=write_five(rosa)[place]).delete()
    assert len(list(AuditEntry.objects.troubles())) == 1
    with pytest.raises(CommandError):
        call_command("check_audit")


@pytest.mark.parametrize("field", [{"what": "else"}, {"by": None}, {"kind": "out"}, {"mark": "0" * 64}])
def test_a_line_that_is_changed_is_found(rosa: User, field: dict[str, str | None]) -> None:
    past.filter(pk=write_five(rosa)[2]).update(**field)
    assert any("was changed" in trouble for trouble in AuditEntry.objects.troubles())
