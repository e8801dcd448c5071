"""Likely slips in the domain of a mail address: gmial.com, hotmail.con. They are asked about, never decided on."""

from rapidfuzz.distance import OSA

# Where patients in the United States mostly have their mail. A slip is a small step away from one of these.
COMMON = (
    *("gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "aol.com"),
    *("live.com", "msn.com", "mac.com", "protonmail.com", "proton.me", "ymail.com", "rocketmail.com"),
    *("comcast.net", "verizon.net", "optonline.net", "optimum.net", "earthlink.net", "sbcglobal.net"),
    *("bellsouth.net", "att.net", "cox.net", "charter.net", "nyc.rr.com", "columbia.edu", "fastmail.com"),
)
# Real ones that look like a slip of a common one: never asked about.
REAL = frozenset(
    {
        *("mail.com", "email.com", "gmx.com", "gmx.net", "gmx.us", "me.com", "hey.com", "pm.me", "aim.com"),
        *("fastmail.fm", "hushmail.com", "tuta.com", "tutanota.com", "zoho.com", "zohomail.com", "duck.com"),
        *("yandex.com", "mail.ru", "inbox.com", "usa.net", "love.com", "wow.com", "games.com", "netzero.net"),
        *("qq.com", "163.com", "126.com", "sina.com", "naver.com", "daum.net", "hanmail.net", "rcn.com"),
        *("amc.com", "proton.com"),
    }
)
# Endings that are in no list of top-level domains, and what was meant.
ENDINGS = {
    **dict.fromkeys(("con", "cmo", "ocm", "comm", "coom", "conm", "comn", "vom", "xom", "cpm"), "com"),
    **dict.fromkeys(("ner", "nte", "ent", "nett", "nrt"), "net"),
    **dict.fromkeys(("ogr", "rog", "orgg"), "org"),
    **dict.fromkeys(("eud", "edi", "eduu"), "edu"),
}
# Real endings that are one key away from the one of a common domain.
NEAR_ENDINGS = {"com": {"co", "cm", "om"}, "net": {"ne", "nt"}}
SHORT = 4  # letters: a name so short is one step away from many real ones, so only swapped letters count
LONG = 9  # letters: room for two slips before it could be another name


def suggestion(email: str) -> str:
    """The address that `email` may have been meant to be; "" when nothing speaks for a slip."""
    local, _, domain = email.rpartition("@")
    domain = domain.lower()
    if not local or "." not in domain:
        return ""
    name, _, ending = domain.rpartition(".")
    ending = ENDINGS.get(ending, ending)
    mended = f"{name}.{ending}"
    if mended not in COMMON and mended not in REAL:
        near = [(steps, common) for common in COMMON if (steps := _steps(name, ending, common)) is not None]
        mended = min(near)[1] if near else mended
    return f"{local}@{mended}" if mended != domain else ""


def _steps(name: str, ending: str, common: str) -> int | None:
    """How many slips of the finger lie between a domain and a common one; None when they are too far apart.

    The first letter is seldom wrong, and many a *mail.com is real, so it has to be right or swapped with the next.
    """
    wanted, _, wanted_ending = common.rpartition(".")
    if ending != wanted_ending and ending not in NEAR_ENDINGS.get(wanted_ending, set()):
        return None
    most = 2 if len(wanted) >= LONG else 1
    steps: int = OSA.distance(name, wanted, score_cutoff=most)
    is_swap = steps == 1 and sorted(name) == sorted(wanted)
    is_near = steps <= most and name[:1] == wanted[:1] and len(wanted) > SHORT
    return steps if steps == 0 or is_swap or is_near else None
