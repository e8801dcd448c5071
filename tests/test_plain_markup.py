"""What templates, scripts, styles and forms keep to for everybody's sake: read as they are, without a database."""

import math
import re

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm

from clinic_site import staff_session
from clinic_site.confirming import CodeForm, ConfirmForm
from clinic_site.contrast import ratio
from clinic_site.second_factor_views import NewPhoneForm
from clinic_site.stylesheet import palette
from offers.forms import LeadForm

TEMPLATES, STATIC = settings.BASE_DIR / "templates", settings.BASE_DIR / "static"
PAGES = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
MAILS = {name: text for name, text in PAGES.items() if name.startswith("emails/") and "<html" in text}
SCRIPTS = {path.name: path.read_text() for path in STATIC.rglob("*.js")}
STYLES = {path.name: path.read_text() for path in STATIC.rglob("*.css")}
TELLS_OF_A_SLIP = re.compile(r"errornote|form\|as_crispy_errors|\.errors }}")
TITLED_BY_ITS_VIEW = {"admin/offers/lead/by_phone.html"}  # see test_claim_by_phone.py


def with_its_bases(name: str) -> str:
    """A template with those of ours that it extends."""
    text = PAGES.get(name, "")
    base = re.search(r'{% extends "([^"]+)" %}', text)
    return text + (with_its_bases(base[1]) if base and base[1] != name else "")


def test_a_page_whose_form_comes_back_says_so_first_in_its_title() -> None:
    telling = {name for name, text in PAGES.items() if "{% extends" in text and TELLS_OF_A_SLIP.search(text)}
    telling -= {name for name in telling if f'{{% extends "{name}" %}}' in PAGES[name]}  # Django's says it
    assert len(telling) > 10
    silent = {name for name in telling - TITLED_BY_ITS_VIEW if "Error: " not in with_its_bases(name)}
    assert silent == set()


def test_a_mail_has_a_language_a_title_and_headings_and_no_picture() -> None:
    assert len(MAILS) > 10
    for name, text in MAILS.items():
        assert '<html lang="en-US">' in text, name
        assert re.search(r"<title>[^<]{4,}</title>", text), name
        assert re.findall(r"<h(\d)", text)[:1] == ["1"], name
        assert text.count("<h1") == 1, name
        assert not re.search(r"<h[3-6]|<img|background-image|url\(", text), name
        links = re.findall(r"<a [^>]*>(.*?)</a>", text, re.DOTALL)
        assert not [link for link in links if re.fullmatch(r"(?i)\s*(click )?(here|more|link)\s*", link)], (
            name
        )


def test_nothing_plays_moves_or_reloads_by_itself() -> None:
    for name, text in PAGES.items():
        found = re.search(r"<(video|audio|iframe|object|embed|marquee|blink)\b|http-equiv=.refresh", text)
        assert not found or name == "admin/blog/article/widths.html", name  # it frames the preview
    for name, text in STYLES.items():
        assert not re.search(r"@keyframes|animation|autoplay", text), name
    for name, text in SCRIPTS.items():
        assert not re.search(r"\.animate\(|autoplay", text), name


def test_the_warning_before_a_sign_in_ends_counts_as_the_server_does() -> None:
    """WCAG 2.2.1 asks for twenty seconds to answer in, and for ten times."""
    idle, warned = (
        math.prod(map(int, re.findall(rf"const {name} = (\d+) \* (\d+);", SCRIPTS["stay.js"])[0]))
        for name in ("IDLE", "WARNED")
    )
    assert idle == staff_session.IDLE
    assert 20 < warned < idle
    assert 10 * idle < staff_session.WHOLE


def test_no_single_key_is_a_command() -> None:
    """WCAG 2.1.4. The rich text editor's own are with Ctrl or Cmd, and only while one types in it."""
    assert not [name for name, text in PAGES.items() if "accesskey" in text]
    everywhere = re.compile(r"(?:document|window|^)\.?addEventListener\(\s*[\"']key", re.MULTILINE)
    assert not [name for name, text in SCRIPTS.items() if everywhere.search(text)]


def test_nothing_is_done_when_a_finger_comes_down() -> None:
    """WCAG 2.5.2: it is done when the finger is lifted. A dragged row begins to move, and can be dragged back."""
    down = re.compile(r"addEventListener\(\s*[\"'](?:pointerdown|mousedown|touchstart)[\"'], (.*)")
    found = {(name, what) for name, text in SCRIPTS.items() for what in down.findall(text)}
    assert found == {
        ("link.js", "(event) => event.preventDefault()); // the box keeps the focus"),
        ("rows.js", "(event) => event.button === 0 && drag(row, event));"),
    }


def test_no_choice_acts_before_a_button_is_pressed() -> None:
    """WCAG 3.2.1 and 3.2.2: neither focus nor a choice sends a form or leaves the page."""
    for name, text in SCRIPTS.items():
        assert not re.search(r"location(\.href)? = |location\.(assign|replace)|\.submit\(\)", text), name
    sending = {name for name, text in SCRIPTS.items() if "requestSubmit(" in text}
    assert sending == {"autosave.js"}  # it goes on with the press on Save that it held back


def test_the_frames_of_boxes_stand_out() -> None:
    """WCAG 1.4.11: what shows where to type has 3 to 1 against the page, by day and by night."""
    light, dark = re.findall(r"--border-color: light-dark\((#\w+), (#\w+)\)", STYLES["staff.css"])[0]
    assert "border: 1px solid var(--ink-soft)" in STYLES["form.css"]
    colors = palette()
    for frame, ground in (
        *((light, colors[name]) for name in ("white", "mist")),
        *((dark, colors[name]) for name in ("night", "dusk")),
        *((colors["slate"], colors[name]) for name in ("white", "mist")),
        *((colors["haze"], colors[name]) for name in ("night", "dusk")),
        *(
            (colors["vermilion"], colors["white"]),
            (colors["coral"], colors["night"]),
        ),  # the ring of the focus
    ):
        assert ratio(frame, ground) >= 3, (frame, ground)


def purposes(form: type[forms.BaseForm]) -> dict[str, str]:
    fields: dict[str, forms.Field] = form.base_fields  # type: ignore[attr-defined]
    named = {name: field.widget.attrs.get("autocomplete", "") for name, field in fields.items()}
    return {name: purpose for name, purpose in named.items() if purpose not in {"", "off"}}


def test_browsers_know_what_to_fill_in() -> None:
    """WCAG 1.3.5 and 3.3.8: the names are those of the HTML standard."""
    assert purposes(LeadForm) == {"name": "name", "phone": "tel", "email": "email"}
    assert purposes(CodeForm) == purposes(NewPhoneForm) == {"code": "one-time-code"}
    assert purposes(ConfirmForm) == {"code": "one-time-code", "password": "current-password"}
    assert purposes(AuthenticationForm) == {"username": "username", "password": "current-password"}
    assert purposes(SetPasswordForm) == {"new_password1": "new-password", "new_password2": "new-password"}


def test_nothing_is_in_the_way_of_pasting() -> None:
    """WCAG 3.3.8. The one script that takes a paste up puts it in, in the rich text editor."""
    for name, text in PAGES.items():
        assert not re.search(r"onpaste|oncopy|autocomplete=.nope", text), name
    assert {name for name, text in SCRIPTS.items() if 'addEventListener("paste"' in text} == {
        "autosave.js",
        "paste.js",
    }


def test_focus_is_never_taken_off_the_screen() -> None:
    """Whoever removes an outline shows the focus in another way: the map fills the region and names it."""
    bare = {
        rule.strip()
        for text in STYLES.values()
        for rule in re.findall(r"([^{}]+){[^{}]*outline:\s*(?:none|0)\b", text)
    }
    assert bare == {".body-map__region"}
