"""What reads as a no, and what only sounds like one."""

import pytest

from offers.opt_out_words import is_a_no


@pytest.mark.parametrize(
    "words",
    [
        *(
            "stop",
            "STOP",
            "Stop.",
            "quit",
            "End",
            "revoke",
            "opt out",
            "Opt-Out",
            "OPTOUT",
            "cancel",
            "Unsubscribe!",
        ),
        *(
            "please stop",
            "stop please, thank you",
            "Hi, stop texting me",
            "stop calling",
            "Please stop sending these",
        ),
        *(
            "Please don't call me anymore",
            "don’t text me",
            "Do not contact me again.",
            "never contact me",
            "dont call",
        ),
        *("no more texts", "Take me off your list", "remove my number", "leave me alone", "lose my number"),
        *("wrong number", "I am not interested", "I no longer want these", "I don't want to hear from you"),
        *("I revoke my consent", "I withdraw my consent", "unsubscribe me please"),
        *(
            "No me llame más",
            "No me vuelvan a escribir",
            "no quiero recibir mensajes",
            "Basta",
            "número equivocado",
        ),
        *("Стоп", "не звоните мне больше", "Хватит!", "退订", "不要再打电话给我"),
    ],
)
def test_a_plain_no_is_read_as_one(words: str) -> None:
    assert is_a_no(words)


@pytest.mark.parametrize(
    "words",
    [
        *("", "Yes please", "ok", "Thanks!", "No thanks needed, see you Tuesday", "call me instead"),
        *("My shift will end at five", "Is there an end date?", "Can I cancel my Tuesday appointment?"),
        *("Don't call before 9, I sleep late", "please do not call me at work... before 6"),
        *("The pain does not stop at night", "It hurts when I stop", "I had to quit running"),
        *("Which bus stop is near?", "I'll stop by at five", "Should I stop my medicine first?"),
        *("I can't text well, please call", "No puedo el martes", "Не могу во вторник", "你好，我想预约"),
    ],
)
def test_what_only_has_such_a_word_is_not(words: str) -> None:
    assert not is_a_no(words)
