"""Two texts side by side, with the words marked in which they differ."""

from blog.word_diff import AROUND, side_by_side

LONG = " ".join(f"w{number}" for number in range(100))


def test_words_are_marked_on_their_side() -> None:
    assert side_by_side("pain in the leg", "pain down the left leg") == (
        "pain <del>in</del> the leg",
        "pain <ins>down</ins> the <ins>left</ins> leg",
    )


def test_what_is_the_same_is_shown_only_around_a_change() -> None:
    before, after = side_by_side(LONG, f"{LONG} more")
    words = " ".join(f"w{number}" for number in range(100 - AROUND, 100))
    assert before == f" … {words}"
    assert after == f" … {words} <ins>more</ins>"
    assert side_by_side(LONG, f"more {LONG}")[1].startswith("<ins>more</ins> w0 w1 ")


def test_lines_stay_lines_and_nothing_is_taken_for_html() -> None:
    before, after = side_by_side("one\n<b>two</b>", "one\n<i>two</i>")
    assert before == "one <br> <del>&lt;b&gt;two&lt;/b&gt;</del>"
    assert after == "one <br> <ins>&lt;i&gt;two&lt;/i&gt;</ins>"
