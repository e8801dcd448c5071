"""Signing off: a second person, or a practitioner alone with the checklist, for exactly the text."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.test import Client

from blog.models import Article, Edition, KeyPoint, Overruling, SignOff
from blog.overrulings import sorted_warnings
from blog.publishing import NotPublishable, publish, sign
from blog.sign_offs import CHECKLIST

from . import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelves")]
CLAIM = "<p>It cures it. [1]</p>"
WHY = "Said of the infection, not of the pain."


@pytest.fixture(autouse=True)
def clinic() -> None:
    make.make_clinic()


@pytest.fixture
def owner() -> User:
    return make.make_user("owner", group="Owner", first_name="Ada", last_name="Example")


@pytest.fixture
def writer() -> User:
    return make.make_user("writer", group="Editor")


def written_by(user: User, **fields: str) -> Article:
    article = make.make_article(**fields)  # type: ignore[arg-type]  # of a row, not of `cited`
    article.note_writer(user)
    return article


def at(article: Article, name: str) -> str:
    return f"/admin/blog/article/{article.pk}/{name}/"


def enter(client: Client, user: User, url: str) -> str:
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def seen_on(page: str) -> str:
    return page.partition('name="seen" value="')[2].partition('"')[0]


def whole(article: Article) -> Article:
    return Article.objects.with_everything().get(pk=article.pk)


def test_it_takes_two_people_from_text_to_edition(client: Client, owner: User, writer: User) -> None:
    article = written_by(writer)
    page = enter(client, writer, at(article, "publish"))
    assert "Ada Example can sign it off" in page
    assert ">Publish</button>" not in page
    assert client.post(at(article, "publish")).status_code == 200
    assert not Edition.objects.exists()
    page = enter(client, owner, at(article, "publish"))
    client.post(at(article, "sign"), {"seen": seen_on(page)})
    assert "Ada Example signed exactly this text" in enter(client, writer, at(article, "publish"))
    client.post(at(article, "publish"))
    edition = Edition.objects.get()
    assert edition.published_by == writer
    assert edition.sign_off
    assert (edition.sign_off.signed_by, edition.sign_off.is_self_review) == (owner, False)


def test_any_edit_drops_it(owner: User, writer: User) -> None:
    article = written_by(writer)
    sign(article, by=owner)
    point = KeyPoint.objects.create(article=article, text="One more.")
    with pytest.raises(NotPublishable, match="Nobody has signed off exactly this text"):
        publish(article, by=writer)
    point.delete()
    assert publish(article, by=writer).sign_off


def test_a_second_press_signs_nothing_twice(owner: User, writer: User) -> None:
    """Who changed it since, and back, signs once more: no longer as a second person."""
    article = written_by(writer)
    first = sign(article, by=owner)
    assert sign(article, by=owner) == first
    article.note_writer(owner)
    writer.groups.clear()
    again = sign(article, by=owner, checklist=CHECKLIST)
    assert again != first
    assert again.is_self_review
    assert sign(article, by=owner, checklist=CHECKLIST) == again


def test_withdrawing_drops_it(owner: User, writer: User) -> None:
    article = written_by(writer)
    sign(article, by=owner)
    publish(article, by=writer)
    article.withdraw()
    with pytest.raises(NotPublishable, match="signed off"):
        publish(article, by=writer)


def test_nobody_signs_their_own_text_anew_after_it_was_withdrawn(owner: User, writer: User) -> None:
    writer.groups.set(owner.groups.all())
    article = written_by(writer)
    sign(article, by=owner)
    publish(article, by=writer)
    article.withdraw()
    with pytest.raises(NotPublishable, match="Ada Example can"):
        sign(article, by=writer)


def test_the_one_who_is_named_may_sign(client: Client, owner: User, writer: User) -> None:
    """The owner wrote of it, too: another signer is asked; where there is none, the owner after all."""
    article = written_by(writer)
    article.note_writer(owner)
    assert "Ada Example can sign it off" in enter(client, writer, at(article, "publish"))
    make.make_user("second", group="Owner", first_name="Rosa", last_name="Diaz")
    editor = make.make_user("editor", group="Editor")
    for user in (writer, editor):
        assert "Rosa Diaz can sign it off" in enter(client, user, at(article, "publish"))


def test_an_old_signature_does_not_come_back(owner: User, writer: User) -> None:
    article = written_by(writer)
    sign(article, by=owner)
    point = KeyPoint.objects.create(article=article, text="One more.")
    sign(article, by=owner)
    point.delete()
    with pytest.raises(NotPublishable, match="signed off"):
        publish(article, by=writer)


def test_nobody_signs_what_changed_while_they_read(client: Client, owner: User, writer: User) -> None:
    article = written_by(writer)
    seen = seen_on(enter(client, owner, at(article, "sign")))
    KeyPoint.objects.create(article=article, text="One more.")
    response = client.post(at(article, "sign"), {"seen": seen})
    assert "Somebody changed or published it since you looked." in response.content.decode()
    assert not SignOff.objects.exists()


def test_nobody_signs_what_they_wrote_while_somebody_else_could(client: Client, owner: User) -> None:
    make.make_user("other", group="Owner", first_name="Rosa", last_name="Diaz")
    article = written_by(owner)
    page = enter(client, owner, at(article, "publish"))
    assert "a second person signs it off. Rosa Diaz can." in page
    with pytest.raises(NotPublishable, match="Rosa Diaz"):
        sign(article, by=owner, checklist=CHECKLIST)


def test_a_comma_of_somebody_else_makes_no_second_person(client: Client, owner: User) -> None:
    """The last change is another's, and still most of the words are the owner's."""
    article = written_by(owner)
    second = make.make_user("second", group="Owner", first_name="Rosa", last_name="Diaz")
    article.note_writer(second)
    third = make.make_user("third", group="Owner", first_name="Kim", last_name="Lee")
    with pytest.raises(NotPublishable, match="Kim Lee"):
        sign(article, by=owner, checklist=CHECKLIST)
    third.delete()
    with pytest.raises(NotPublishable, match="Tick every sentence"):
        sign(article, by=owner)
    with pytest.raises(NotPublishable, match="Ada Example"):
        sign(article, by=second, checklist=CHECKLIST)
    assert "Put it away for a day" in enter(client, owner, at(article, "publish"))
    assert sign(article, by=owner, checklist=CHECKLIST).is_self_review

    publish(article, by=owner)
    article.note_writer(second)
    assert not sign(article, by=owner).is_self_review


def test_a_practitioner_alone_ticks_the_whole_checklist(client: Client, owner: User, writer: User) -> None:
    article = written_by(owner)
    page = enter(client, owner, at(article, "sign"))
    assert all(sentence in page for sentence in CHECKLIST)
    ticks = {f"tick_{number}": "on" for number in range(len(CHECKLIST))}
    fields = {"seen": seen_on(page), **ticks}
    short = client.post(at(article, "sign"), {**fields, "tick_3": ""}).content.decode()
    assert "Do this first, then tick it." in short
    assert short.count(" checked") == len(CHECKLIST) - 1
    assert not SignOff.objects.exists()
    assert client.post(at(article, "sign"), fields).status_code == 302
    signed = SignOff.objects.get()
    assert (signed.checklist, signed.signed_by) == (CHECKLIST, owner)
    assert "as a self-review with the checklist" in enter(client, owner, at(article, "publish"))


def test_only_who_may_signs(client: Client, writer: User) -> None:
    article = make.make_article()
    client.force_login(writer)
    assert client.get(at(article, "sign")).status_code == 403
    assert client.post(at(article, "sign"), {"seen": "x"}).status_code == 403
    client.force_login(make.make_user("desk", group="Front desk"))
    for name in ("warnings", "ask_again"):
        assert client.post(at(article, name)).status_code == 403
    reviewer = make.make_user("reviewer")
    names = ["view_article", "sign_article"]
    reviewer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(reviewer)
    page = enter(client, reviewer, at(article, "sign"))
    client.post(at(article, "sign"), {"seen": seen_on(page)})
    assert SignOff.objects.get().signed_by == reviewer
    assert client.get(at(article, "publish")).status_code == 403


def test_a_warning_stops_until_it_is_decided(client: Client, owner: User, writer: User) -> None:
    article = written_by(writer, conclusion='<p>Look <a href="/blog/">here</a>.</p>')
    page = enter(client, writer, at(article, "publish"))
    assert "does not say where it leads" in page
    with pytest.raises(NotPublishable, match="1 left"):
        sign(article, by=owner)
    (finding,) = sorted_warnings(whole(article))[0]
    assert "Nothing was ticked" in client.post(at(article, "warnings")).content.decode()
    assert client.post(at(article, "warnings"), {finding.key: "on"}).status_code == 302
    assert sorted_warnings(whole(article))[0] == []
    client.post(at(article, "ask_again"), {"key": finding.key})
    assert len(sorted_warnings(whole(article))[0]) == 1


def test_a_claim_stands_only_in_writing_by_who_may_sign(client: Client, owner: User, writer: User) -> None:
    article = written_by(writer, body=CLAIM)
    page = enter(client, writer, at(article, "publish"))
    assert "It <mark>cures</mark> it." in page
    assert "Gentler:</b> ease" in page
    (finding,) = sorted_warnings(whole(article))[0]
    client.post(at(article, "warnings"), {finding.key: WHY})
    assert not Overruling.objects.exists()
    client.force_login(owner)
    short = client.post(at(article, "warnings"), {finding.key: "ok"}).content.decode()
    assert "Say in a sentence why" in short
    client.post(at(article, "warnings"), {finding.key: WHY})
    client.force_login(writer)
    client.post(at(article, "ask_again"), {"key": finding.key})  # not theirs to take back
    sign(article, by=owner)
    (kept,) = publish(article, by=writer).overruled
    assert (kept["by"], kept["words"], kept["reason"]) == ("Ada Example", "cures", WHY)
    assert kept["at"]


def test_other_words_are_asked_about_again(owner: User) -> None:
    article = make.make_article(body=CLAIM)
    (finding,) = sorted_warnings(whole(article))[0]
    Overruling.objects.let_stand(article, finding, by=owner, reason=WHY)
    Article.objects.filter(pk=article.pk).update(body="<p>It cures it all. [1]</p>")
    assert [row.words for row in sorted_warnings(whole(article))[0]] == ["cures"]


def test_the_database_takes_no_claim_without_a_reason(owner: User) -> None:
    article = make.make_article(body=CLAIM)
    (finding,) = sorted_warnings(whole(article))[0]
    with pytest.raises(ValueError, match="in writing"):
        Overruling.objects.let_stand(article, finding, by=owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        Overruling.objects.create(article=article, key="k", kind="claim", by=owner)
