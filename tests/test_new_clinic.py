"""A second clinic is only configuration: the command that sets one up, and no word of the first one anywhere."""

import io
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from clinic_site.models import Clinic, Practitioner
from offers.models import Lead, Notice, Offer

from . import factories as make

pytestmark = pytest.mark.django_db
FIRST = re.compile(r"Morningside|Levarda|Theodore|Teddy|New York|NYC|Manhattan|304.?4440", re.IGNORECASE)
ARTICLE = "/blog/dry-needling-for-sciatica/"
PAGES = (
    *("/", "/about/", "/contact/", "/prices/", "/first-visit/", "/privacy/", "/accessibility/", "/find/"),
    *("/how-we-check-our-pages/", "/team/ada-example/", "/conditions/", "/muscles/", "/muscles/piriformis/"),
    *("/blog/", ARTICLE, "/search/?q=sciatica", "/report/", "/offers/new-patient/", "/not-there/"),
    *("/feed/", "/sitemap.xml", "/robots.txt", "/llms.txt", "/.well-known/security.txt", "/admin/login/"),
)


def set_up(**options: str) -> str:
    said = io.StringIO()
    facts = {"name": "Example Needles", "time_zone": "America/Chicago", "phone": "(212) 555-0100"}
    call_command("new_clinic", stdout=said, **facts | options)
    return said.getvalue()


@pytest.mark.same_on_both
def test_no_word_of_the_first_clinic_is_anywhere(client: Client) -> None:
    said = set_up(email="desk@example.com", city="Chicago", state="IL", owner_email="olga@example.com")
    assert FIRST.search(said) is None
    assert not Practitioner.objects.exists()
    assert not Offer.objects.exists()
    make.make_edition(make.make_article(condition=make.make_condition()))
    make.make_offer()
    read = [client.get(address) for address in PAGES]
    assert {response.status_code for response in read} == {200, 404}
    response = client.post("/offers/new-patient/", make.payload(region="lower-back"))
    read.append(client.get(response["Location"]))
    texts = {page.wsgi_request.path: page.content.decode() for page in read}
    assert Lead.objects.count() == 1
    Notice.objects.send_due()
    assert len(mail.outbox) == 2
    texts |= {f"mail {number}": message.message().as_string() for number, message in enumerate(mail.outbox)}
    assert {where: found[0] for where, text in texts.items() if (found := FIRST.search(text))} == {}
    assert "Example Needles" in texts["/"]
    assert '"addressLocality":"Chicago"' in texts["/contact/"]


def test_it_works_and_names_what_is_missing(client: Client) -> None:
    said = set_up()
    clinic, owner = Clinic.objects.get(), User.objects.get()
    assert (clinic.name, clinic.time_zone, str(clinic.phone)) == (
        "Example Needles",
        "America/Chicago",
        "+12125550100",
    )
    assert (clinic.street, clinic.scope_line, clinic.tagline) == ("", "", "")
    assert clinic.emergency_line
    assert [group.name for group in owner.groups.all()] == ["Owner"]
    assert (owner.is_staff, owner.is_superuser, owner.has_usable_password()) == (True, False, False)
    link = re.search(r"/admin/sign-in/\S+", said)
    assert link
    assert client.post(link[0])["Location"] == "/admin/"
    client.force_login(owner)
    home = client.get("/admin/").content.decode()
    for words in (
        "Enter the opening hours",
        "Enter the street",
        "Say who may do this work",
        "Enter who treats",
    ):
        assert words in said
        assert words in home


def test_it_refuses_where_a_clinic_is() -> None:
    make.make_clinic(name="Ours")
    with pytest.raises(CommandError, match=r"is the site of Ours.*DATABASE_URL"):
        set_up()
    assert not User.objects.exists()


def test_the_first_clinic_is_not_loaded_over_it() -> None:
    set_up()
    with pytest.raises(CommandError, match=r"is the site of Example Needles"):
        call_command("load_starter")
    assert not Practitioner.objects.exists()
    assert not Offer.objects.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": ""}, "--name: This field cannot be blank"),
        ({"time_zone": ""}, "--time-zone: This field cannot be blank"),
        ({"time_zone": "Chicago"}, "such as America/New_York"),
        ({"phone": "12"}, "--phone: The phone number entered is not valid"),
        ({"email": "desk"}, "--email: Enter a valid"),
        ({"origin": "https://needles.example.com"}, "SITE_ORIGIN is http"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(options: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        set_up(**options)
    assert not Clinic.objects.exists()


def test_on_a_terminal_it_asks_and_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "Legal name": ["Example PLLC"],
        "Time zone": ["Chicago", "America/Chicago"],
        "Phone": ["12", ""],
    }

    def answer(question: str) -> str:
        return next((left.pop(0) for name, left in answers.items() if question.startswith(name)), "")

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    call_command("new_clinic", name="Example Needles", stdout=io.StringIO(), stderr=io.StringIO())
    clinic = Clinic.objects.get()
    assert (clinic.legal_name, clinic.time_zone, str(clinic.phone)) == ("Example PLLC", "America/Chicago", "")
    assert not any(answers.values())


def test_the_code_knows_no_clinic_by_name() -> None:
    """Only the starter content does."""
    root: Path = django_settings.BASE_DIR
    files = [
        file
        for folder in ("clinic_site", "blog", "offers", "templates", "static", "tests")
        for file in (root / folder).rglob("*")
        if file.suffix in {".py", ".html", ".txt", ".css", ".js", ".svg"} and "starter" not in file.parts
    ]
    assert len(files) > 500
    own = Path(__file__).name
    found = [file.name for file in files if file.name != own and "morningside" in file.read_text().lower()]
    assert found == []
