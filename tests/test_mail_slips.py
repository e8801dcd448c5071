"""A likely slip in a mail address is asked about once, and never stands in anybody's way."""

import pytest

from offers.slips import COMMON, REAL, suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("gmial.com", "gmail.com"), ("gmai.com", "gmail.com"), ("gmaill.com", "gmail.com")),
        *(("gnail.com", "gmail.com"), ("mgail.com", "gmail.com"), ("gmail.con", "gmail.com")),
        *(("gmial.con", "gmail.com"), ("gmail.co", "gmail.com"), ("gmail.cm", "gmail.com")),
        *(("gmail.comm", "gmail.com"), ("gmal.co", "gmail.com"), ("GMIAL.com", "gmail.com")),
        *(("yaho.com", "yahoo.com"), ("yahooo.com", "yahoo.com"), ("yhaoo.com", "yahoo.com")),
        *(("hotmial.com", "hotmail.com"), ("hotmal.con", "hotmail.com"), ("hotmil.com", "hotmail.com")),
        *(("outlok.com", "outlook.com"), ("outllook.com", "outlook.com"), ("iclould.com", "icloud.com")),
        *(("alo.com", "aol.com"), ("aol.con", "aol.com"), ("mns.com", "msn.com"), ("liev.com", "live.com")),
        *(("comcst.net", "comcast.net"), ("verizon.ner", "verizon.net"), ("optonlne.net", "optonline.net")),
        *(("protnmial.com", "protonmail.com"), ("columbia.edi", "columbia.edu")),
        *(("example.con", "example.com"), ("example.ogr", "example.org"), ("mail.con", "mail.com")),
    ],
)
def test_a_likely_slip_is_noticed(typed: str, meant: str) -> None:
    assert suggestion(f"pat.example+ticket@{typed}") == f"pat.example+ticket@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "ymail.com",
            "mail.com",
            "gmx.com",
            "email.com",
            "live.com",
            "me.com",
            "hey.com",
            "pm.me",
            "mac.com",
        ),
        *("yahoo.co.uk", "yahoo.ca", "yahoo.fr", "hotmail.fr", "hotmail.ca", "hotmail.co.uk", "outlook.de"),
        *("live.nl", "live.co.uk", "googlemail.com", "gmx.de", "web.de", "qq.com", "163.com", "mail.ru"),
        *("aim.com", "cs.com", "acm.org", "al.com", "ao.com", "bol.com", "amc.com", "att.com", "comcast.com"),
        *(
            "example.co",
            "example.cm",
            "startup.io",
            "clinic.nyc",
            "nyu.edu",
            "barnard.edu",
            "ny.gov",
            "rcn.com",
        ),
        *("hmail.com", "tmail.com", "cloud.com", "horizon.net", "example.com", "bücher.example", "x", ""),
    ],
)
def test_a_real_domain_is_never_asked_about(domain: str) -> None:
    assert suggestion(f"pat@{domain}") == ""


def test_what_it_suggests_it_would_not_ask_about() -> None:
    for domain in (*COMMON, *REAL):
        assert suggestion(f"pat@{domain}") == ""


def test_what_is_no_address_has_no_suggestion() -> None:
    for text in ("", "@", "@gmial.com", "gmial.com", "pat"):
        assert suggestion(text) == ""
