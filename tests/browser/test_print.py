"""The printed handout of an article: what a patient takes along, in black on white, on few sheets."""

import re

from playwright.sync_api import Page, PdfMargins, expect

from clinic_site.models import OpeningHours

LONGEST = ("dry-needling-for-neck-pain", "dry-needling-for-low-back-pain")
MARGIN = PdfMargins(top="12mm", bottom="12mm", left="12mm", right="12mm")
KEPT = ("#care", "#harms", "#cautions", "#after", ".site-footer .reach", ".hours", ".print-only")
DROPPED = ("nav", ".ticket", ".share", ".site-header button", ".article-index", ".thumb-bar")


def test_an_article_prints_as_a_handout(page: Page, site: str) -> None:
    for day in range(5):
        OpeningHours.objects.create(weekday=day, opens="09:00", closes="17:00")
    for slug in LONGEST:
        page.goto(f"{site}/blog/{slug}/")
        sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="Letter", margin=MARGIN))
        assert 2 <= len(sheets) <= 5, (slug, len(sheets))

    page.emulate_media(media="print", color_scheme="dark")
    for part in KEPT:
        expect(page.locator(part).first).to_be_visible()
    for part in DROPPED:
        assert not [one for one in page.locator(part).all() if one.is_visible()], part
    for answer in page.locator(".question__answer").all():
        expect(answer).to_be_visible()
    source = page.locator(".source-list a[href^=http]").first
    shown = source.evaluate("e => [getComputedStyle(e, '::after').content, e.href]")
    assert shown[1] in shown[0]
    colours = page.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
    assert colours == ["rgb(22, 35, 43)", "rgb(255, 255, 255)"]
