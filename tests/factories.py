"""Rows for tests, in plain Python: each one whole and valid, any field overridable by name."""

import datetime as dt
import time
import uuid
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.signing import TimestampSigner, b62_encode
from PIL import Image

from blog.advice_editions import fingerprint, freeze_advice
from blog.models import (
    AdviceEdition,
    AfterStep,
    Article,
    ArticleMuscle,
    Benefit,
    CareAdvice,
    Caution,
    Citation,
    Condition,
    Edition,
    Harm,
    KeyPoint,
    Muscle,
    Question,
    Region,
    SignOff,
    Source,
    StandingText,
)
from blog.publishing import publish, publish_advice
from clinic_site.groups import ensure_groups
from clinic_site.models import Clinic, Fee, Picture, Practitioner
from clinic_site.picture_files import develop
from offers import suspicion
from offers.consent_boxes import stamp
from offers.consent_texts import ConsentText, shown_texts
from offers.consents import Choice, Consent
from offers.models import Lead, Offer

REVIEWED = dt.date(2026, 11, 1)


def make_clinic(**fields: Any) -> Clinic:
    defaults: dict[str, Any] = {
        "name": "Example Acupuncture",
        "phone": "+12125550100",
        "text_number": "+12125550101",
        "city": "New York",
        "disclaimer": "General information, not advice for you.",
        "emergency_line": "In an emergency call 911.",
    }
    clinic = Clinic(**defaults | fields)
    clinic.save()
    return clinic


def make_region(**fields: Any) -> Region:
    fields.setdefault("slug", "lower-back")
    fields.setdefault("name", fields["slug"].replace("-", " ").capitalize())
    return Region.objects.get_or_create(slug=fields["slug"], defaults=fields)[0]


def make_muscle(**fields: Any) -> Muscle:
    fields.setdefault("slug", "piriformis")
    fields.setdefault("name", fields["slug"].replace("-", " ").capitalize())
    fields.setdefault("shape", fields["slug"])
    return Muscle.objects.get_or_create(slug=fields["slug"], defaults=fields)[0]


def make_condition(*, emergency: bool = True, region: Region | None = None, **fields: Any) -> Condition:
    fields.setdefault("slug", "sciatica")
    fields.setdefault("name", fields["slug"].replace("-", " ").capitalize())
    condition, is_new = Condition.objects.get_or_create(slug=fields["slug"], defaults=fields)
    if is_new:
        condition.regions.add(region or make_region())
        if emergency:
            CareAdvice.objects.create(
                condition=condition,
                level=CareAdvice.Level.EMERGENCY,
                heading="Call 911 if:",
                items="you lose feeling between the legs\nyou cannot hold urine",
            )
    return condition


def make_advice() -> AdviceEdition:
    """The shared advice as it stands, with nothing missing, public."""
    for place in StandingText.Place:
        text = "<p>A text for every article.</p>"
        StandingText.objects.get_or_create(place=place, defaults={"heading": "For all", "text": text})
    if not Caution.objects.exists():
        Caution.objects.create(kind=Caution.Kind.ASK, who="You faint easily", reason="Lie down first.")
    for level in AfterStep.Level:
        if not AfterStep.objects.filter(level=level, conditions=None).exists():
            AfterStep.objects.create(level=level, when=f"{level.label}, 24 to 48 hours", what="A step.")
    if not Harm.objects.exists():
        Harm.objects.create(what="A bruise", rate=Decimal("7.6"), watched=7629, note="Counted once.")
    public = AdviceEdition.objects.public()
    if public and public.hash == fingerprint(freeze_advice()):
        return public
    return publish_advice(by=None)


def make_practitioner(**fields: Any) -> Practitioner:
    fields.setdefault("slug", "ada-example")
    defaults = {"name": "Ada Example", "title": "Licensed acupuncturist", "short_bio": "Ada works here."}
    return Practitioner.objects.get_or_create(slug=fields["slug"], defaults=defaults | fields)[0]


def make_picture(size: tuple[int, int] = (320, 240), **fields: Any) -> Picture:
    """A picture with its files."""
    picture = Picture(**{"name": "Front desk", "alt": "The front desk with two chairs"} | fields)
    picture.put(develop(Image.new("RGB", size, "teal"), picture.name))
    picture.save()
    return picture


def make_source(**fields: Any) -> Source:
    fields.setdefault("key", "example-2020")
    defaults: dict[str, Any] = {
        "kind": Source.Kind.TRIAL,
        "authors": "Example A, Sample B",
        "title": "A trial for tests",
        "container": "J Example",
        "year": 2020,
        "volume": "1(2)",
        "pages": "3-4",
        "checked_on": REVIEWED,
    }
    return Source.objects.get_or_create(key=fields["key"], defaults=defaults | fields)[0]


def make_article(*, cited: bool = True, **fields: Any) -> Article:
    """A working copy with nothing missing: `publish` takes it."""
    condition = fields.pop("condition", None) or make_condition()
    advice = AdviceEdition.objects.public()
    if advice is None or condition.slug not in advice.content["care"]:
        make_advice()
    person = make_practitioner()
    fields.setdefault("slug", "dry-needling-for-sciatica")
    defaults: dict[str, Any] = {
        "title": fields["slug"].replace("-", " ").capitalize(),
        "standfirst": "Two sentences. They stand under the title.",
        "body": "<h2>What it is</h2><p>Pain down the leg. [1]</p>",
        "other_options": "<p>Time and movement.</p>",
        "condition": condition,
        "author": person,
        "reviewer": person,
        "reviewed_on": REVIEWED,
        "next_review_on": REVIEWED.replace(year=2027),
    }
    article = Article.objects.create(**defaults | fields)
    article.regions.set(Region.objects.filter(conditions=condition))
    KeyPoint.objects.create(article=article, text="One point. [1]" if cited else "One point.")
    if cited:
        Citation.objects.create(article=article, source=make_source(), number=1)
        Benefit.objects.create(
            article=article, statement="Against sham: may help a little. [1]", certainty=Benefit.Certainty.LOW
        )
    ArticleMuscle.objects.create(article=article, muscle=make_muscle(), note="It aches.")
    Question.objects.create(
        article=article, question="Does it help?", anchor="does-it-help", answer="<p>It may.</p>"
    )
    return article


def make_edition(article: Article | None = None, *, by: User | None = None, **options: Any) -> Edition:
    """A published article. `options` go to `publish`; without `article` a new one is made.

    What `by` publishes, a second person has signed off.
    """
    article = article or make_article()
    if by:
        make_sign_off(article)
    return publish(article, by=by, **options)


def make_sign_off(article: Article, by: User | None = None) -> SignOff:
    """A second person stands for `article` as it is stored now, whatever the page would ask about it."""
    if by is None:
        by = User.objects.get_or_create(username="signer", defaults={"is_staff": True})[0]
    draft = Edition.draft_of(Article.objects.with_everything().get(pk=article.pk))
    return SignOff.objects.create(article=article, hash=draft.hash, signed_by=by)


def make_fee(**fields: Any) -> Fee:
    return Fee.objects.create(**{"name": "First visit", "amount": Decimal(180), "minutes": 60} | fields)


def make_offer(**fields: Any) -> Offer:
    defaults: dict[str, Any] = {
        "slug": "new-patient",
        "title": "New patients",
        "is_on": True,
        "amount": Decimal(100),
        "service": "first visit",
        "eligibility": "New patients only.",
        "terms": "<ul><li>Once for each person.</li></ul>",
    }
    offer = Offer(**defaults | fields)
    offer.save()
    return offer


def make_lead(**fields: Any) -> Lead:
    """A lead as the form stores it, with its event and its notices."""
    offer = fields.pop("offer", None) or Offer.objects.first() or make_offer()
    defaults: dict[str, Any] = {
        "name": "Pat Example",
        "phone": "+12125550123",
        "email": "pat@example.com",
        "contact_by": Lead.ContactBy.CALL,
    }
    if isinstance(region := fields.get("region"), Region):
        fields["region"] = region.slug
    return Lead.objects.claim(offer, fields.pop("form_key", None) or uuid.uuid4(), **defaults | fields)


TEXTS_WORDING = (
    "{clinic} may text me about this request, also by automated means, at most five times. Message and data rates "
    "may apply. Reply STOP to end, HELP for help. Agreeing is not a condition of buying anything. "
    "Privacy and terms: see below."
)
NEWS_WORDING = "Send me news of {clinic} by e-mail. I can unsubscribe at any time. Privacy: see below."


def make_consent_text(**fields: Any) -> ConsentText:
    kind = fields.setdefault("kind", "texts")
    return ConsentText.objects.create(
        **{"wording": TEXTS_WORDING if kind == "texts" else NEWS_WORDING} | fields
    )


def agree(lead: Lead, kind: str, *, given: bool = True, source: str = "form") -> Consent:
    """A yes to texts or news, as the form stores it; or a no."""
    text = ConsentText.objects.filter(kind=kind).first() or make_consent_text(kind=kind)
    choice = Choice(kind, given, text_id=text.pk, sha256=text.sha256)
    Consent.objects.record(lead, [choice], source=source, page="/offers/new-patient/")
    lead.refresh_from_db()  # what it knew of its permissions is old now
    return Consent.objects.filter(lead=lead, kind=kind).latest("pk")


def boxes(**ticked: str) -> dict[str, str]:
    """What the form posts of its boxes, with the words that it shows now: boxes(text_consent="on")."""
    return {"consent_texts": stamp(shown_texts())} | ticked


def make_user(username: str = "desk", *, group: str = "", **fields: Any) -> User:
    """Somebody of the staff. `group` is one of clinic_site/groups.py."""
    user = User.objects.create_user(username, **{"is_staff": True} | fields)
    if group:
        if not Group.objects.filter(name=group).exists():  # conftest.py makes them; a flush takes them away
            ensure_groups()
        user.groups.add(Group.objects.get(name=group))
    return user


def load_starter() -> None:
    call_command("load_starter")


class _Earlier(TimestampSigner):
    seconds = 0

    def timestamp(self) -> str:
        return b62_encode(int(time.time()) - self.seconds)


def opened(seconds: int = 60) -> str:
    """The stamp of a form that was opened so long ago."""
    signer = _Earlier(salt=suspicion.SALT)
    signer.seconds = seconds
    return signer.sign("opened")


def payload(**fields: Any) -> dict[str, Any]:
    """A valid POST of the offer form; each test spoils one key."""
    defaults = {
        "name": "Pat Example",
        "phone": "(212) 555-0123",
        "email": "pat@example.com",
        "contact_by": "call",
        "region": "other",
        "note": "",
        "form_key": str(uuid.uuid4()),
        "opened": opened(),
        "more": "",
    }
    return defaults | fields
