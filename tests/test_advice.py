"""The advice that articles share: reviewed once, published as a whole, and then on every page it concerns."""

import datetime as dt
import re
from decimal import Decimal

import pytest
import time_machine
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client

from blog import publishing
from blog.advice import AfterStep, CareAdvice, Caution, Harm, StandingText
from blog.advice_checks import missing_advice
from blog.advice_editions import AdviceEdition, Content, freeze_advice
from blog.advice_sign_offs import ADVICE_CHECKLIST, AdviceSignOff, advice_writers
from blog.immutable import Frozen
from blog.models import Condition, Edition
from blog.publishing import NotPublishable, publish, publish_advice, sign_advice
from clinic_site import facts

from . import factories as make

pytestmark = pytest.mark.django_db
PUBLISH, SIGN = (f"/admin/blog/adviceedition/{page}/" for page in ("publish", "sign"))


@pytest.fixture(autouse=True)
def clinic() -> None:
    make.make_clinic()


def page_of(edition: Edition) -> str:
    return Client().get(edition.get_absolute_url()).content.decode()


def text_of(edition: Edition) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page_of(edition)).split())


def make_two() -> tuple[Edition, Edition]:
    """Articles about two conditions."""
    other = make.make_condition(slug="neck-pain", region=make.make_region(slug="head-and-neck"))
    return make.make_edition(), make.make_edition(make.make_article(slug="a-neck-article", condition=other))


def add_sign(condition: str) -> None:
    CareAdvice.objects.filter(condition__slug=condition).update(items="a new sign")


def test_a_changed_sign_stands_on_every_article_of_its_condition_once_published() -> None:
    leg, neck = make_two()
    second = make.make_edition(make.make_article(slug="another-leg-article"))
    add_sign("sciatica")
    assert "a new sign" not in page_of(leg)
    publish_advice(by=None)
    assert "a new sign" in page_of(leg)
    assert "a new sign" in page_of(second)
    assert "a new sign" not in page_of(neck)


def test_rows_without_a_condition_stand_everywhere_and_the_others_where_they_belong() -> None:
    leg, neck = make_two()
    row = Caution.objects.create(kind=Caution.Kind.NEVER, who="A neck caution", reason="Lungs are near.")
    row.conditions.set(Condition.objects.filter(slug="neck-pain"))
    publish_advice(by=None)
    assert "A neck caution. We do not needle then. Lungs are near." in text_of(neck)
    assert "A neck caution" not in page_of(leg)
    for edition in (leg, neck):
        assert "You faint easily. Lie down first." in text_of(edition)
        assert "A bruise: about 8 in 100 treatments. 7,629 treatments watched. Counted once." in text_of(
            edition
        )
        assert "Get help now." in text_of(edition)
        assert page_of(edition).count("A text for every article.") == 3


def test_a_harm_below_one_in_100_is_told_by_its_count() -> None:
    harm = Harm(what="A collapsed lung", rate=Decimal("0.0977"), cases=20, watched=20464, unit="sessions")
    assert harm.in_100() == "fewer than 1 in 100 sessions"
    assert harm.count() == "20 of 20,464 sessions"


def test_its_sources_are_numbered_on_from_the_articles_and_known_ones_keep_their_number() -> None:
    make.make_source()
    make.make_source(key="new-2021", title="A count of harms")
    make.make_advice()
    Harm.objects.update(note="Counted. [new-2021] So did others. [example-2020]")
    publish_advice(by=None)
    page = page_of(make.make_edition())
    assert 'id="advice-2-1" href="#source-2"' in page
    assert 'id="advice-1-1" href="#source-1"' in page
    sources = page[page.index('id="sources"') :]
    assert sources.index("A trial for tests") < sources.index("A count of harms")
    assert 'href="#advice-2-1"' in sources
    assert "[new-2021]" not in page


def test_a_page_changes_when_its_advice_does_and_only_then() -> None:
    day = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)
    with time_machine.travel(day, tick=False):
        leg, neck = make_two()
    add_sign("sciatica")
    with time_machine.travel(day + dt.timedelta(days=3), tick=False):
        publish_advice(by=None)
        advice = AdviceEdition.objects.public()
        assert leg.changed_at(advice) == day + dt.timedelta(days=3)
        assert neck.changed_at(advice) == day
        assert '"dateModified":"2026-11-04' in page_of(leg).replace(" ", "")
        sitemap = Client().get("/sitemap.xml").content.decode()
        assert "dry-needling-for-sciatica/</loc><lastmod>2026-11-04" in sitemap
        assert "a-neck-article/</loc><lastmod>2026-11-01" in sitemap


def test_an_old_edition_is_shown_with_the_advice_of_its_day(client: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC), tick=False):
        article = make.make_edition().article
    CareAdvice.objects.update(items="the second advice")
    with time_machine.travel(dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC), tick=False):
        publish_advice(by=None)
    with time_machine.travel(dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC), tick=False):
        make.make_edition(article)
    add_sign("sciatica")
    publish_advice(by=None)
    client.force_login(make.make_user(group="Editor"))
    url = f"/admin/blog/article/{article.pk}/editions"
    first, second = (client.get(f"{url}/{number}/").content.decode() for number in (1, 2))
    assert "you cannot hold urine" in first
    assert "the second advice" in second
    assert "a new sign" not in second


def test_it_is_written_once() -> None:
    edition = make.make_advice()
    edition.change_note = "Changed."
    with pytest.raises(Frozen):
        edition.save()
    with pytest.raises(Frozen):
        edition.delete()
    with pytest.raises(Frozen):
        AdviceEdition.objects.update(change_note="Changed.")
    with pytest.raises(Frozen):
        AdviceEdition.objects.all().delete()


def refusals() -> list[str]:
    with pytest.raises(NotPublishable) as refused:
        publish_advice(by=None)
    return refused.value.reasons


def test_no_public_page_loses_its_emergency_advice() -> None:
    make.make_edition()
    CareAdvice.objects.all().delete()
    assert refusals() == [
        "Sciatica: pain there can be an emergency, so its public articles need emergency advice."
    ]


def test_nor_does_one_that_is_to_come() -> None:
    soon = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    make.make_edition(visible_from=soon)
    CareAdvice.objects.all().delete()
    assert len(refusals()) == 1


def test_nor_one_whose_own_region_needs_it() -> None:
    calm = make.make_region(slug="shoulder-and-arm", emergency_advice=False)
    article = make.make_article(condition=make.make_condition(slug="tennis-elbow", region=calm))
    article.regions.add(make.make_region(slug="upper-back"))
    make.make_edition(article)
    CareAdvice.objects.filter(condition__slug="tennis-elbow").delete()
    assert refusals()[0].startswith("Tennis elbow: pain there can be an emergency")


def test_an_address_that_pages_know_is_chosen_once(client: Client) -> None:
    edition = make.make_edition()
    client.force_login(make.make_user(is_superuser=True))
    for row in (Condition.objects.get(), edition.regions.get(), edition.muscles.get()):
        page = client.get(f"/admin/blog/{row._meta.model_name}/{row.pk}/change/").content.decode()
        assert 'name="slug"' not in page
        assert 'name="slug"' in client.get(f"/admin/blog/{row._meta.model_name}/add/").content.decode()
    region = edition.regions.get()
    assert client.get(f"/admin/blog/region/{region.pk}/delete/").status_code == 403
    assert client.get("/admin/blog/adviceedition/abc/change/").status_code == 404


def test_every_part_is_needed() -> None:
    make.make_advice()
    for model in (StandingText, Caution, AfterStep, Harm):
        model.objects.all().delete()
    reasons = refusals()
    assert len(reasons) == 8
    assert "Write the standing text: That we sell this treatment." in reasons
    assert "Add at least one harm with its count." in reasons
    assert "Add a step after treatment for every article that says: Get help now." in reasons
    step = AfterStep.objects.create(level=AfterStep.Level.HELP, when="At once", what="Call 911.")
    step.conditions.add(make.make_condition())
    assert len(refusals()) == 8


def test_a_source_has_to_exist_and_to_be_checked() -> None:
    make.make_advice()
    make.make_source(key="unchecked-2020", checked_on=None)
    Harm.objects.update(note="[nobody-2020] [unchecked-2020]")
    assert refusals() == [
        "There is no source called [nobody-2020].",
        "Nobody has checked the source [unchecked-2020] yet.",
    ]


def test_no_amount_and_no_number_is_typed_into_it() -> None:
    make.make_advice()
    Caution.objects.update(reason="Call (212) 555-0100 or pay $20.")
    assert len(missing_advice(freeze_advice())) == 2


def test_without_public_advice_no_article_is_published() -> None:
    article = make.make_article()
    AdviceEdition.objects.all()._raw_delete("default")
    facts.forget()
    with pytest.raises(NotPublishable) as refused:
        publish(article, by=None)
    assert refused.value.reasons[0].startswith("Publish the shared advice first")


def test_an_article_about_a_region_needs_a_condition_and_one_about_none_does_not() -> None:
    article = make.make_article()
    article.condition = None
    article.save()
    with pytest.raises(NotPublishable) as refused:
        publish(article, by=None)
    assert refused.value.reasons == [
        "Choose the condition: an article about a part of the body needs its advice on getting help."
    ]
    article.regions.clear()
    page = page_of(publish(article, by=None))
    assert "Call 911 if:" not in page
    assert "You faint easily" in page


def test_staff_look_at_all_of_it_then_publish_it_with_their_name(client: Client) -> None:
    edition = make.make_edition()
    user = make.make_user("editor", group="Editor")
    signer = make.make_user("rosa", group="Reviewer", first_name="Signer")
    client.force_login(user)
    add_sign("sciatica")
    assert "The shared advice was changed and is not published yet." in client.get("/admin/").content.decode()
    page = client.get(PUBLISH)
    assert "a new sign" in page.content.decode()
    assert "New since the last edition: Sciatica." in page.content.decode()
    assert "Signer" in page.content.decode()
    assert ">Publish</button>" not in page.content.decode()
    seen = page.context["form"]["seen"].value()
    early = client.post(PUBLISH, {"seen": seen, "change_note": "One more sign."}).content.decode()
    assert "Nobody has signed off exactly this advice yet." in early
    sign_advice(by=signer, seen=seen)
    refused = client.post(PUBLISH, {"seen": seen, "change_note": ""})
    assert "Nothing has been published yet" in refused.content.decode()
    for _press in range(2):
        client.post(PUBLISH, {"seen": seen, "change_note": "One more sign."})
    public = AdviceEdition.objects.public()
    assert public is not None
    assert (public.number, public.published_by, public.change_note) == (2, user, "One more sign.")
    assert public.sign_off
    assert (public.sign_off.signed_by, public.sign_off.is_self_review) == (signer, False)
    assert "a new sign" in page_of(edition)
    archive = client.get(f"/admin/blog/adviceedition/{public.pk}/change/").content.decode()
    assert "One more sign." in archive
    assert "a new sign" in archive


def test_nobody_signs_what_a_colleague_changed_in_between(client: Client) -> None:
    make.make_edition()
    client.force_login(make.make_user(group="Owner"))
    seen = client.get(PUBLISH).context["form"]["seen"].value()
    add_sign("sciatica")
    page = client.post(PUBLISH, {"seen": seen, "change_note": "Nothing."}).content.decode()
    assert "Somebody changed it since you looked." in page
    assert "Somebody changed it since you looked." in client.post(SIGN, {"seen": seen}).content.decode()
    assert (AdviceEdition.objects.count(), AdviceSignOff.objects.count()) == (1, 0)


def test_who_wrote_of_it_signs_it_only_alone_with_the_checklist(client: Client) -> None:
    """A press of Save that changes nothing makes nobody a writer."""
    make.make_edition()
    ada = make.make_user("ada", group="Owner", first_name="Ada")
    rosa = make.make_user("rosa", group="Owner", first_name="Rosa")
    caution = Caution.objects.get()
    fields = {"who": caution.who, "kind": caution.kind, "reason": caution.reason, "position": 0}
    url = f"/admin/blog/caution/{caution.pk}/change/"
    client.force_login(rosa)
    client.post(url, fields)
    client.force_login(ada)
    client.post(url, fields | {"reason": "Lie down first, and say so."})
    assert advice_writers() == [ada.pk]
    page = client.get(PUBLISH)
    assert "a second person signs it off. Rosa can." in page.content.decode()
    seen = {"seen": page.context["form"]["seen"].value()}
    with pytest.raises(NotPublishable, match="Rosa can"):
        sign_advice(by=ada, checklist=ADVICE_CHECKLIST, **seen)
    rosa.groups.clear()
    assert ADVICE_CHECKLIST[0] in client.get(SIGN).content.decode()
    assert "Do this first, then tick it." in client.post(SIGN, seen).content.decode()
    assert not AdviceSignOff.objects.exists()
    client.post(SIGN, seen | {f"tick_{number}": "on" for number in range(len(ADVICE_CHECKLIST))})
    client.post(SIGN, seen | {f"tick_{number}": "on" for number in range(len(ADVICE_CHECKLIST))})
    assert AdviceSignOff.objects.get().checklist == ADVICE_CHECKLIST
    assert "as a self-review with the checklist" in client.get(PUBLISH).content.decode()
    add_sign("sciatica")
    assert "Not signed off" in client.get(PUBLISH).content.decode()


def test_who_changes_it_while_it_is_published_stays_a_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    make.make_edition()
    ada, caution = make.make_user("ada", group="Owner"), Caution.objects.get()

    def freeze_and_lose_the_race() -> Content:
        content = freeze_advice()
        LogEntry.objects.log_actions(ada.pk, [caution], CHANGE, "Changed reason.", single_object=True)
        return content

    monkeypatch.setattr(publishing, "freeze_advice", freeze_and_lose_the_race)
    publish_advice(by=None)
    assert advice_writers() == [ada.pk]


def test_the_front_desk_may_not_publish_it(client: Client) -> None:
    client.force_login(make.make_user(group="Front desk"))
    assert client.get(PUBLISH).status_code == 403
    assert client.post(PUBLISH, {"change_note": "x"}).status_code == 403
