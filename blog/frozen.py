"""The content of an edition: what a reader sees of an article's own text, worked out once, as plain data."""

from typing import Any

from django.utils.html import escape

from clinic_site.rich_text import as_lines

from .articles import Article
from .pictures import freeze_pictures, without_lines
from .rendering import Citations, minutes_to_read, render

Content = dict[str, Any]

# Parts of the article page, by their addresses there: body headings must not take these.
SECTIONS = {
    "care": "When to get help",
    "options": "Other things that help",
    "benefits": "What it may do, and how sure we are",
    "harms": "Side effects in numbers",
    "cautions": "Talk to us first",
    "muscles": "The muscles",
    "comparison": "",
    "after": "After treatment",
    "first-visit": "",
    "questions": "Questions patients ask",
    "conclusion": "In short",
    "sources": "Sources",
    "further-reading": "Further reading",
}
TAKEN = {
    *SECTIONS,
    *(
        "key-points",
        "contents",
        "author",
        "main",
        "menu",
        "share",
        "offer-title",
        "comparison-title",
        "trigger-points",
    ),
}


def freeze(article: Article) -> Content:
    """`article` comes from `with_everything()`. Markers are numbered in the order in which they are read."""
    rows = article.citations.all()
    citations = Citations({row.number for row in rows if row.number is not None})
    taken = {*TAKEN, *(row.anchor for row in article.questions.all())}

    def rich(html: str) -> str:
        return render(html, citations, taken)[0]

    key_points = [citations.plain(row.text) for row in article.key_points.all()]
    body, headings = render(article.body, citations, taken)
    content: Content = {
        "title": article.title,
        "standfirst": article.standfirst,
        "description": article.description or article.standfirst,
        "search_title": article.search_title or article.title,
        "condition": _condition(article),
        "regions": [{"name": region.name, "slug": region.slug} for region in article.regions.all()],
        "key_points": key_points,
        "body_html": body,
        "headings": headings,
        "pictures": freeze_pictures(article, citations),
        "options_html": rich(article.other_options),
        "benefits": [
            {
                "statement_html": citations.plain(row.statement),
                "certainty": row.certainty,
                "certainty_words": row.get_certainty_display(),
            }
            for row in article.benefits.all()
        ],
        "muscles_intro_html": rich(article.muscles_intro),
        "muscles": _muscles(article, citations),
        "comparison": _comparison(article, citations),
        "questions": [
            {"anchor": row.anchor, "question": row.question, "answer_html": rich(row.answer)}
            for row in article.questions.all()
        ],
        "conclusion_html": rich(article.conclusion),
        "unlinked": sorted(muscle.slug for muscle in article.unlinked_muscles.all()),
    }
    content["sources"] = _sources(article, citations)
    content["further_reading"] = [
        {"text_html": row.source.reference(), "links": row.source.links()}
        for row in rows
        if row.number is None
    ]
    content["minutes"] = minutes_to_read(*_texts(content))
    content["unknown_markers"] = citations.unknown
    return content


def _condition(article: Article) -> dict[str, str] | None:
    if article.condition is None:
        return None
    return {"name": article.condition.name, "slug": article.condition.slug}


def _muscles(article: Article, citations: Citations) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "name": row.muscle.name,
            "slug": row.muscle.slug,
            "shape": row.muscle.shape,
            "note_html": citations.plain(row.note),
        }
        for number, row in enumerate(article.muscle_rows.all(), start=1)
    ]


def _comparison(article: Article, citations: Citations) -> Content | None:
    rows = [
        {
            "aspect": row.aspect,
            "left_html": citations.plain(row.left),
            "right_html": citations.plain(row.right),
        }
        for row in article.comparisons.all()
    ]
    if not rows:
        return None
    return {"left": article.comparison_left, "right": article.comparison_right, "rows": rows}


def _sources(article: Article, citations: Citations) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "key": row.source.key,
            "anchor": f"source-{row.number}",
            "text_html": row.source.reference(),
            "links": row.source.links(),
            "cited_at": citations.cited_at.get(row.number, []),
        }
        for row in article.citations.all()
        if row.number is not None
    ]


def _texts(content: Content) -> list[str]:
    """What a reader reads, for the reading time and the search."""
    comparison = content["comparison"] or {"rows": []}
    return [
        content["title"],
        content["standfirst"],
        *content["key_points"],
        without_lines(content["body_html"]),
        *(text for row in content["pictures"] for text in (escape(row["alt"]), row["caption_html"])),
        content["options_html"],
        *(row["statement_html"] for row in content["benefits"]),
        content["muscles_intro_html"],
        *(text for row in content["muscles"] for text in (row["name"], row["note_html"])),
        *(text for row in comparison["rows"] for text in row.values()),
        *(text for row in content["questions"] for text in (row["question"], row["answer_html"])),
        content["conclusion_html"],
    ]


def words_of(content: Content) -> str:
    """The edition's text without tags, lower case, for the search."""
    return " ".join(line for text in _texts(content) for line in as_lines(text)).lower()
