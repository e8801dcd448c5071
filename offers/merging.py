"""Two leads that are likely one person's: how they are found, made one by somebody of the staff, and parted again.

A shared phone or mail is sure, and is one discount without anybody's doing (`of_the_same_person`). A name that is
alike is a guess. Nothing is thrown away: the merged lead leaves the lists, and its code goes on working. A pair that
somebody has called two people is not shown again.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Max
from rapidfuzz import fuzz

from clinic_site import sealed

from .lead_keys import LEAST_LETTERS, LeadKey, identities, words_of
from .models import Lead, LeadEvent
from .stages import OPEN, NotAllowed, Stage
from .two_people import TwoPeople

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Of 100: a letter or two of a name may differ ("Jon Smyth", "John Smith"), and the order of its words.
ALIKE = 84
COMPARED = 200  # of the newest leads: with one lead, or each with each
SHOWN = 25  # pairs on the page
SURE, GUESSED = "the same phone or e-mail", "a name that is alike"


@dataclass(frozen=True)
class Pair:
    """`older` came first; `why` is for staff."""

    older: Lead
    newer: Lead
    why: str


@dataclass(frozen=True)
class Double:
    """`is_tied`: they share nothing themselves; each shares a phone or an e-mail with another request."""

    lead: Lead
    why: str
    is_tied: bool = False

    @property
    def is_sure(self) -> bool:
        return self.why == SURE


def are_alike(one: str, other: str) -> bool:
    """Whether two names may be one person's, misheard or mistyped."""
    plain = [" ".join(words_of(name)) for name in (one, other)]
    return all(plain) and fuzz.token_sort_ratio(*plain) >= ALIKE


def doubles_of(lead: Lead) -> list[Double]:
    """Leads for the same offer that may be the same person's, the sure ones first."""
    told_apart = {pk for pair in _told_apart(TwoPeople.objects.about(lead)) for pk in pair}
    ruled_out = told_apart | {lead.pk}
    others = Lead.objects.known().filter(offer=lead.offer_id).exclude(pk__in=ruled_out)
    sure = list(
        Lead.objects.of_the_same_person(lead).known().exclude(pk__in=ruled_out).order_by("-pk")[:SHOWN]
    )
    starts = {word[:LEAST_LETTERS] for word in words_of(lead.name)}
    digests = [one for start in starts for one in sealed.digests(LeadKey.Kind.NAME, start)]
    keys = LeadKey.objects.filter(kind=LeadKey.Kind.NAME, digest__in=digests)
    names = others.newest_first().values_list("pk", "name")
    beginning_alike = names.filter(pk__in=keys.values("lead_id"))  # of all; the newest may begin otherwise
    compared = dict([*beginning_alike[:COMPARED], *names[:COMPARED]])
    known = {one.pk for one in sure}
    alike = [pk for pk, name in compared.items() if pk not in known and are_alike(name, lead.name)]
    guessed = others.filter(pk__in=alike).newest_first()
    own = set(identities(lead))
    tied = [Double(one, SURE, is_tied=own.isdisjoint(identities(one))) for one in sure]
    return tied + [Double(one, GUESSED) for one in guessed]


def likely_doubles() -> list[Pair]:
    """Pairs that nobody has merged yet, the newest first: sure ones of all leads, alike names of the newest."""
    found = _alike() | _sharing()
    for pair in _told_apart(TwoPeople.objects.filter(second__in={newer for _, newer in found})):
        found.pop(pair, None)
    newest = sorted(found, key=lambda pair: (found[pair] != SURE, -pair[1]))[:SHOWN]
    leads = Lead.objects.select_related("offer").in_bulk({pk for pair in newest for pk in pair})
    return [Pair(leads[older], leads[newer], found[older, newer]) for older, newer in newest]


def _sharing() -> dict[tuple[int, int], str]:
    """The newest leads of each phone or mail that several have given for one offer, each beside the one before."""
    kinds = [LeadKey.Kind.PHONE, LeadKey.Kind.MAIL]
    rows = LeadKey.objects.filter(
        kind__in=kinds, lead__is_test=False, lead__merged_into=None, lead__erased_at=None
    )
    groups = rows.values("digest", "lead__offer").annotate(many=Count("pk"), newest=Max("lead_id"))
    shared = groups.filter(many__gt=1).order_by("-newest").values_list("digest", "lead__offer")[:COMPARED]
    same: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    of_these = rows.filter(digest__in=[digest for digest, _ in shared]).order_by("lead_id")
    for digest, offer, lead in of_these.values_list("digest", "lead__offer", "lead"):
        same[digest, offer].append(lead)
    return {pair: SURE for group in same.values() for pair in pairwise(group)}


def _alike() -> dict[tuple[int, int], str]:
    rows = Lead.objects.known().exclude(stage=Stage.SET_ASIDE).newest_first()
    newest = list(rows.values_list("pk", "offer_id", "name")[:COMPARED])
    return {
        (min(one[0], two[0]), max(one[0], two[0])): GUESSED
        for one, two in combinations(newest, 2)
        if one[1] == two[1] and are_alike(one[2], two[2])
    }


def _told_apart(rows: "Iterable[TwoPeople]") -> set[tuple[int, int]]:
    return {(row.first_id, row.second_id) for row in rows}


def merge(part: Lead, into: Lead, *, by: "User") -> None:
    """`part` leaves the lists and belongs to `into`. Raises NotAllowed.

    All their codes stand for one discount from now on, and the two take one place of a capped offer.
    """
    with transaction.atomic():
        both = _locked(part.pk, into.pk)
        part, into = both[part.pk], both[into.pk]
        if refusal := why_not(part, into):
            raise NotAllowed(refusal)
        part.merged_into = into
        if part.takes_place and into.takes_place:
            part.takes_place = False
            part.offer.note_places()
        part.save(update_fields=["merged_into", "takes_place"])
        part.add_event(f"Merged into {into}.", by=by, kind=LeadEvent.Kind.MERGED)
        TwoPeople.objects.of(part, into).delete()  # whoever merges them now knows better
        words = f"{part} (code {part.code_text}) was merged into this one."
        into.add_event(words, by=by, kind=LeadEvent.Kind.MERGED)


def _locked(*pks: int) -> dict[int, Lead]:
    """In the order in which redeeming and erasing lock them."""
    rows = Lead.objects.select_for_update(of=("self",)).filter(pk__in=pks)
    return {lead.pk: lead for lead in rows.select_related("offer", "redeemed_by").order_by("pk")}


def why_not(part: Lead, into: Lead) -> str:
    """Why `part` cannot be merged into `into`; empty when it can."""
    if part.pk == into.pk:
        return "A lead cannot be merged into itself."
    if part.merged_into_id or into.merged_into_id:
        return "One of the two is part of another lead already."
    if part.is_test or into.is_test or part.erased_at or into.erased_at:
        return "One of the two was erased, or is the form's own test."
    if part.stage in OPEN and into.stage in {Stage.LOST, Stage.SET_ASIDE}:
        return f"{into} is {into.get_stage_display().lower()}, so {part} would leave the lists. Merge that one into it."
    if part.offer_id != into.offer_id:
        return "They are for different offers: each is a discount of its own."
    if part.redeemed_at and into.redeemed_at:
        return "Both codes have been used, so both are kept in the lists."
    if part.redeemed_at:
        return f"The code of {part} has been used. Merge the other one into it."
    return ""


def unmerge(part: Lead, *, by: "User") -> None:
    """They are two people after all: as it was before, and a visit goes with the code that was shown for it.

    Raises NotAllowed.
    """
    with transaction.atomic():
        main = Lead.objects.get(pk=part.pk).main
        both = _locked(part.pk, main.pk)
        part, top = both[part.pk], both[main.pk]
        into = part.merged_into
        if into is None:
            raise NotAllowed("This lead is part of no other.")
        part.merged_into = None
        part.save(update_fields=["merged_into"])
        if top.redeemed_at and top.used_code in part.codes():
            _take_visit_along(part, top)
        part.takes_place = part.needs_a_place()
        part.offer.note_places()
        part.save(update_fields=["takes_place"])
        part.add_event(f"The merge into {into} was undone.", by=by, kind=LeadEvent.Kind.MERGED)
        words = f"{part} (code {part.code_text}) is a lead of its own again."
        into.add_event(words, by=by, kind=LeadEvent.Kind.MERGED)


def _take_visit_along(part: Lead, top: Lead) -> None:
    at = top.redeemed_at
    assert at
    visit = {"redeemed_at": at, "redeemed_by": top.redeemed_by, "used_code": top.used_code}
    before = Stage.BOOKED if top.booked_at else Stage.CONTACTED
    nothing = dict.fromkeys(("redeemed_at", "redeemed_by"))
    Lead.objects.filter(pk=top.pk).update(stage=before, used_code="", **nothing)
    Lead.objects.filter(pk=part.pk).update(stage=Stage.REDEEMED, lost_reason="", **visit)
    top.count_visit(-1, at)
    part.count_visit(1, at)
    part.refresh_from_db()
