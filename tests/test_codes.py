"""Codes: short, fit to be said aloud, and a slip is noticed before anybody is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.codes import LENGTH, SIGNS, check_sign, grouped, is_code, new_code, normalise

codes = st.text(SIGNS, min_size=LENGTH, max_size=LENGTH).map(lambda signs: signs + check_sign(signs))


def test_it_works() -> None:
    code = new_code()
    assert is_code(code)
    assert normalise(grouped(code)) == code


def test_new_codes_differ() -> None:
    assert (
        len({new_code() for _ in range(1000)}) > 990
    )  # two of a thousand are the same once in a hundred runs


def test_no_sign_looks_like_another() -> None:
    assert not set(SIGNS) & set("0O1IL5S8B2ZAEUNY")
    assert len(set(SIGNS)) == len(SIGNS) == 19


@given(codes, st.integers(0, LENGTH), st.sampled_from(SIGNS))
def test_it_notices_every_wrong_sign(code: str, place: int, wrong: str) -> None:
    typed = code[:place] + wrong + code[place + 1 :]
    assert is_code(typed) == (typed == code)


@given(codes, st.integers(0, LENGTH - 1))
def test_it_notices_every_two_neighbours_changed_about(code: str, place: int) -> None:
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_code(typed) == (typed == code)


@given(codes, st.data())
def test_it_is_found_in_any_case_with_any_spaces_and_dashes(code: str, data: st.DataObject) -> None:
    gap = st.text(" -–—_.\u00a0\t", max_size=3)
    case = st.sampled_from([str.upper, str.lower])
    typed = data.draw(gap) + "".join(data.draw(case)(sign) + data.draw(gap) for sign in code)
    assert normalise(typed) == code


@given(st.text())
def test_nothing_typed_breaks_it(typed: str) -> None:
    assert is_code(normalise(typed)) in {True, False}


@pytest.mark.parametrize("typed", ["", "-", "4", "a" * 500, "Pat Example", "٣٤٦٧٩٣٤", "３４６７９３４"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert not is_code(normalise(typed))
