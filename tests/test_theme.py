"""The clinic's own colors: refused where they are too faint, worked out for the dark, on the page under the policy."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from clinic_site.contrast import brightened, mixed, ratio
from clinic_site.models import Clinic
from clinic_site.stylesheet import palette, style_hash, style_hashes
from clinic_site.theme import GROUNDS
from offers.models import Notice

from . import factories as make

OWN = {"accent": "#0b4a47", "accent_dark": "#8fd6cb", "point": "#d4351c", "point_dark": "#ff7a5c"}
STYLES = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def doubts(**colors: str) -> dict[str, list[str]]:
    clinic = Clinic(name="Example", **colors)
    try:
        clinic.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def test_it_measures_as_wcag_and_mixes_as_css_do() -> None:
    assert round(ratio("#000000", "#ffffff"), 2) == 21
    assert round(ratio("#777777", "#ffffff"), 2) == 4.48
    assert ratio("#fff", "#ffffff") == 1
    assert mixed("#ff0000", 0.5, "#0000ff") == "#8c53a2"  # as Chromium paints color-mix(in oklab, red, blue)
    assert brightened("#804000", 2) == "#ff8000"


@pytest.mark.django_db
def test_the_designs_own_colors_are_within_the_limits() -> None:
    assert {palette()[name] for name in ("spruce", "mint", "vermilion", "coral")} == set(OWN.values())
    assert doubts(**OWN) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "color", "words"),
    [
        (
            "accent",
            "#7a7a7a",
            r"As text on the light shaded panel \(#f2f6f5\), this .* 3\.9 to 1\. It needs 4\.5",
        ),
        (
            "accent",
            "#707070",
            r"words of a button under the pointer, this color has a contrast of 3\.\d to 1",
        ),
        ("accent_dark", "#2f4b7c", r"As text on the dark page \(#10191f\), .* needs 4\.5 to 1"),
        (
            "point",
            "#ff9070",
            r"As a point or a frame on the light page \(#fff\), .* 2\.\d to 1\. It needs 3\.0",
        ),
        ("point", "#400000", r"Behind a name on the map of the body, .* needs 3\.0 to 1"),
        ("point_dark", "#ffffff", r"Behind a name on the map of the body, .* needs 3\.0 to 1"),
        ("accent", "teal", r"Write a color as #"),
        ("point", "#12345g", r"Write a color as #"),
    ],
)
def test_what_is_too_faint_is_refused_with_its_measure(field: str, color: str, words: str) -> None:
    found = doubts(**{field: color})
    assert list(found) == [field]
    assert any(re.search(words, sentence) for sentence in found[field]), found


@pytest.mark.django_db
@pytest.mark.parametrize("color", ["#2f4b7c", "#7a1f5c", "#000000", "#5a3e00"])
def test_a_color_that_is_good_by_day_is_made_good_by_night(color: str) -> None:
    clinic = Clinic(accent=color, point="#d4351c")
    dark = dict(re.findall(r"--(\w+):(#\w{6})", clinic.css()))
    assert dark["spruce"] == dark["lagoon"] == color
    for _, ground in GROUNDS.values():
        assert ratio(dark["mint"], palette()[ground]) >= 7
        assert ratio(dark["coral"], palette()[ground]) >= 4.5
    assert doubts(accent=color, accent_dark=dark["mint"], point_dark=dark["coral"]) == {}


@pytest.mark.django_db
def test_colors_reach_pages_and_mails_and_no_color_adds_nothing(
    client: Client, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    clinic = make.make_clinic(email="desk@example.com")
    make.make_offer()
    before = client.get("/contact/")
    assert len(STYLES.findall(before.content.decode())) == 1
    assert f"{style_hashes()[-1]};" in before["Content-Security-Policy"]

    client.force_login(make.make_user("owner", group="Owner"))
    url = f"/admin/clinic_site/clinic/{clinic.pk}/change/"
    form = client.get(url).context["adminform"].form
    typed = {field.html_name: field.value() or "" for field in form}
    refused = client.post(url, typed | {"accent": "#8888FF"}).content.decode()
    assert "It needs 4.5 to 1." in refused
    assert 'value="#8888ff"' in refused.lower()
    assert client.post(url, typed | {"accent": "#2F4B7C"}).status_code == 302

    for address in ("/contact/", "/offers/new-patient/", "/not-there/", "/contact/"):
        page = Client().get(address)
        styles = STYLES.findall(page.content.decode())
        assert styles[1].startswith(":root{--spruce:#2f4b7c;--lagoon:#2f4b7c;--mint:#"), address
        assert all(style_hash(text) in page["Content-Security-Policy"] for text in styles), address
        assert '<meta name="theme-color" content="#2f4b7c">' in page.content.decode()
    make.make_lead()
    Notice.objects.send_due()
    assert any("background:#2f4b7c" in str(message.alternatives[0][0]) for message in mailoutbox)


def test_what_is_no_color_never_reaches_a_page() -> None:
    """Whatever put it into the row."""
    assert Clinic(accent="</style", point="red").css() == ""
