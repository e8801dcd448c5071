"""From what editors type to what readers see."""

import pytest

from blog.rendering import Citations, minutes_to_read, render


def test_plain_text_is_shown_as_it_was_typed() -> None:
    assert Citations(set()).plain("a < b & <b>c</b>") == "a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;"


def test_a_marker_links_to_its_source_and_remembers_where_it_stands() -> None:
    citations = Citations({2})
    once, twice = citations.plain("So. [2]"), citations.plain("Again. [2]")
    assert once == 'So.<sup class="cite"><a id="cite-2-1" href="#source-2" aria-label="Source 2">2</a></sup>'
    assert 'id="cite-2-2"' in twice
    assert citations.cited_at == {2: ["cite-2-1", "cite-2-2"]}


def test_neighbouring_markers_stand_together() -> None:
    html = Citations({2, 5}).plain("So. [2][5]")
    assert html.count("<sup") == 1
    assert ">2</a>, <a" in html


def test_an_unknown_marker_stays_and_is_remembered() -> None:
    citations = Citations({1})
    assert citations.plain("So. [9]") == "So. [9]"
    assert citations.unknown == [9]


@pytest.mark.parametrize("html", ["<p>1 &amp; 2 &#169;</p>", '<p><a href="/x/">[1]</a></p>', "<p>a<br>b</p>"])
def test_other_html_stays_as_it_is(html: str) -> None:
    assert render(html, Citations({1}), set())[0] == html


def test_headings_get_addresses_of_their_own() -> None:
    html = "<h2>What it is</h2><h3>Causes</h3><h2>What <em>it</em> is</h2><h2>?</h2>"
    text, contents = render(html, Citations(set()), {"sources"})
    assert '<h2 id="what-it-is">What it is</h2><h3 id="causes">' in text
    assert [entry["anchor"] for entry in contents] == ["what-it-is", "what-it-is-2", "part"]
    assert contents[1]["title"] == "What it is"


def test_a_heading_does_not_take_the_address_of_a_section() -> None:
    assert 'id="sources-2"' in render("<h2>Sources</h2>", Citations(set()), {"sources"})[0]


def test_reading_takes_at_least_a_minute() -> None:
    assert minutes_to_read("<p>few words</p>") == 1
    assert minutes_to_read("word " * 660) == 3
