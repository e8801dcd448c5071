"""What stands between a working copy and its publication, in sentences an editor can act on."""

import re
from collections.abc import Iterator
from html import unescape

from django.urls import reverse
from django.utils.html import strip_tags

from clinic_site import facts
from clinic_site.redirects import Redirect

from .advice_editions import AdviceEdition
from .articles import Article
from .editions import Edition
from .frozen import TAKEN, freeze, words_of
from .pictures import missing_pictures
from .rendering import MARKERS, NUMBER
from .sources import Source
from .starts import bare_headings

LEFTOVER = re.compile(r"\[\d[\d,;\s–-]*\]")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[^\w<>]+(?=\d)")
DOLLARS = re.compile(r"\$\s?\d[\d,.]*")


def missing(article: Article) -> list[str]:
    """Why `article` (from `with_everything()`) cannot be published. Empty when it can."""
    return [*_words(article), *_people(article), *_care(article), *_sources(article), *_benefits(article)]


def _words(article: Article) -> Iterator[str]:
    if not article.standfirst.strip():
        yield "Write the standfirst, the two sentences under the title."
    if not strip_tags(article.body).strip():
        yield "Write the body of the article."
    for heading in bare_headings(article.body):
        yield f"Write something under the heading “{heading}”, or take it out."
    if not article.key_points.all():
        yield "Add at least one key point."
    yield from _heads(article)
    if not strip_tags(article.other_options).strip():
        yield "Write what else helps: other options stand on every article, before anything is offered."
    yield from typed_facts(_text(article))
    yield from missing_pictures(article, _text(article))
    for question in article.questions.all():
        if question.anchor in TAKEN:
            yield f"The question “{question}” needs another address on the page than {question.anchor}."
    if Edition.objects.live().filter(slug=article.slug).exclude(article=article).exists():
        yield f"Another article is public at /blog/{article.slug}/: choose another address."
    path = reverse("article", args=[article.slug])
    if (old := Redirect.objects.for_path(path)) and not article.editions.exists():
        yield f"{path} is an old address that leads to {old.new_path}: links to it would end here."


def _heads(article: Article) -> Iterator[str]:
    """WCAG 1.3.1: a cell is told by the head of its column."""
    heads = {"left": article.comparison_left, "right": article.comparison_right}
    for side, head in heads.items():
        if article.comparisons.all() and not head.strip():
            yield f"Write over the {side} column of the comparison which treatment it is about."


def typed_facts(text: str) -> Iterator[str]:
    """What in `text` (HTML, tags and all) has to be printed from its own row instead."""
    plain = unescape(text)
    if amount := DOLLARS.search(strip_tags(plain)):
        yield f"Take “{amount[0]}” out of the text: amounts are printed from the offer and the fees."
    clinic = facts.fact("clinic")
    numbers = [number for number in (clinic.phone, clinic.text_number) if number] if clinic else []
    digits = BETWEEN_DIGITS.sub("", plain)
    if any(str(number.national_number) in digits for number in numbers):
        yield "Take the phone number out of the text: it is printed from the clinic's own page in admin."


def _people(article: Article) -> Iterator[str]:
    if article.author is None:
        yield "Choose the author."
    if article.reviewer is None:
        yield "Choose the clinical reviewer."
    if article.reviewed_on is None:
        yield "Say when the text was reviewed."
    if article.next_review_on is None:
        yield "Say when the next review is due."
    elif article.reviewed_on and article.next_review_on <= article.reviewed_on:
        yield "The next review has to come after the last one."


def _care(article: Article) -> Iterator[str]:
    """An article about a part of the body where pain can be an emergency says when it is one."""
    advice = AdviceEdition.objects.public()
    if advice is None:
        yield "Publish the shared advice first: cautions, harms and what to do after treatment."
    condition, own = article.condition, article.regions.all()
    if condition is None:
        if own:
            yield "Choose the condition: an article about a part of the body needs its advice on getting help."
        return
    if not own:
        yield "Choose at least one region of the body."
    if not condition.regions.all():
        yield f"Choose the region of the condition {condition}, so that it is listed under it."
    needed = any(region.emergency_advice for region in {*own, *condition.regions.all()})
    if needed and advice and not advice.has_emergency(condition.slug):
        yield f"The condition {condition} has no public emergency advice: add it there and publish the advice."


def _sources(article: Article) -> Iterator[str]:
    content = freeze(article)
    for number in sorted(set(content["unknown_markers"])):
        yield f"The text has a marker [{number}], but there is no source {number}."
    for leftover in sorted(
        set(LEFTOVER.findall(words_of(content))) - {f"[{n}]" for n in content["unknown_markers"]}
    ):
        yield f"“{leftover}” links to no source: write one number in each bracket, [1][2], and none in a heading."
    for row in content["sources"]:
        if not row["cited_at"]:
            yield f"Source {row['number']} has no marker [{row['number']}] in the text."
    for citation in article.citations.all():
        if not citation.source.is_checked:
            yield f"Nobody has checked the source “{citation.source.title}” yet."


def _benefits(article: Article) -> Iterator[str]:
    """FTC, Health Products Compliance Guidance (2022): a health benefit needs a test in people behind it."""
    kinds = {row.number: row.source.kind for row in article.citations.all()}
    for benefit in article.benefits.all():
        numbers = [int(found) for run in MARKERS.findall(benefit.statement) for found in NUMBER.findall(run)]
        if not any(kinds.get(number) in Source.PROOF for number in numbers):
            yield f"“{benefit}” needs the marker of a trial, a review of trials, or a guideline."


def typed_texts(article: Article) -> Iterator[tuple[str, str]]:
    """All that somebody typed, HTML or plain, each with the part of the editing page that it stands in."""
    yield "Title", article.title
    yield "Standfirst", article.standfirst
    yield from (("Key points", row.text) for row in article.key_points.all())
    yield "The text", article.body
    for row in article.picture_rows.all():
        yield from (("Pictures", text) for text in (row.caption, row.picture.alt, row.picture.credit))
    yield "Other options", article.other_options
    yield from (("Statements of benefit", row.statement) for row in article.benefits.all())
    yield "The muscles", article.muscles_intro
    yield from (("The muscles", row.note) for row in article.muscle_rows.all())
    for compared in article.comparisons.all():
        yield from (("Comparison", text) for text in (compared.aspect, compared.left, compared.right))
    for asked in article.questions.all():
        yield from (("Questions", text) for text in (asked.question, asked.answer))
    yield "In short", article.conclusion
    yield from (("In search results", text) for text in (article.search_title, article.description))


def _text(article: Article) -> str:
    return "\n".join(text for _, text in typed_texts(article))
