"""Codes that can be said aloud, typed by anybody, and checked before the database is asked.

Nineteen signs that do not look like one another: no vowels (no words come up by chance), no 0 O 1 I L 5 S 8 B
2 Z, of M and N only M. Some still rhyme, so the check sign has to catch a slip of the ear: nineteen is prime,
and the weighted sum below notices every single wrong sign and every two neighbours changed about.
"""

import re
import secrets

SIGNS = "34679CDFGHJKMPRTVWX"
LENGTH = 6  # 19 ** 6 is 47 million codes; the check sign comes on top


def check_sign(signs: str) -> str:
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(signs, start=1))
    return SIGNS[total % len(SIGNS)]


def new_code() -> str:
    """Seven signs, unguessable, the last one the check sign."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return signs + check_sign(signs)


def normalise(typed: str) -> str:
    """The code in what a person typed, whatever the case, spaces and dashes."""
    return re.sub(r"[\W_]", "", typed).upper()


def is_code(code: str) -> bool:
    """Whether `code` (normalised) can be one at all."""
    return len(code) == LENGTH + 1 and set(code) <= set(SIGNS) and check_sign(code[:LENGTH]) == code[LENGTH]


def grouped(code: str) -> str:
    """As it is printed and read out: three and four."""
    return f"{code[:3]}-{code[3:]}"
