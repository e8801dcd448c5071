"""How leads come about and how they are found."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models
from django.db.models.functions import Coalesce

from clinic_site import sealed
from clinic_site.patience import in_line

from . import wishes
from .codes import is_code, new_code, normalise
from .consents import Choice, Source
from .counts import Kind
from .events import LeadEvent
from .lead_keys import (
    LEAST_LETTERS,
    OF_A_PERSON,
    LeadKey,
    identities,
    keys_of,
    mail_identity,
    phone_identity,
    words_of,
)
from .notices import Notice
from .offer import Offer, OfferFull
from .stages import Stage

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from .leads import Lead

CODE_TRIES = 5  # with 47 million codes, a second try is already rare
MOST_FOUND = 50  # by a name or by four digits: whoever wants more types more
UNSEALED_AT_ONCE = 20
LOOKED_THROUGH = 200  # leads whose names begin alike, the newest first, are unsealed to see which is meant

# Neither the form alarm's own test leads, nor those that are part of another.
LISTED = models.Q(is_test=False, merged_into=None)
KNOWN = LISTED & models.Q(erased_at=None)  # who still tell who they are
OF_LISTED = ["is_test", "merged_into", "erased_at"]


class LeadQuerySet(models.QuerySet["Lead"]):
    def real(self) -> "LeadQuerySet":
        """Without the form alarm's own test leads, and without those that are part of another."""
        return self.filter(LISTED)

    def known(self) -> "LeadQuerySet":
        """Of the real ones, those that still tell who it is."""
        return self.filter(KNOWN)

    def newest_first(self) -> "LeadQuerySet":
        return self.order_by("-created_at", "-pk")

    def unanswered(self) -> "LeadQuerySet":
        return self.known().filter(stage=Stage.NEW)

    def by_code(self, typed: str) -> "LeadQuerySet":
        """The lead of a code in any case, with or without spaces and dashes; nothing when it has a slip."""
        code = normalise(typed)
        return self.filter(code=code, is_test=False) if is_code(code) else self.none()

    def by_token(self, token: str) -> "LeadQuerySet":
        """The lead whose ticket stands at an address."""
        return self.filter(token_digest=token_digest(token)).exclude(erased_at__isnull=False)

    def keyed(self, kind: str, value: str) -> "LeadQuerySet":
        """Leads found by a phone, mail, last four digits, or first letters of a name (see LeadKey)."""
        keys = LeadKey.objects.filter(digest__in=sealed.digests(kind, value))
        return self.filter(pk__in=keys.values("lead_id"), is_test=False)

    def by_last_four(self, digits: str) -> "list[Lead]":
        return list(self.keyed(LeadKey.Kind.LAST_FOUR, digits).newest_first()[:MOST_FOUND])

    def by_phone(self, phone: str, extension: str = "") -> "LeadQuerySet":
        """`phone` in E.164."""
        return self.keyed(LeadKey.Kind.PHONE, phone_identity(phone, extension))

    def by_mail(self, email: str) -> "LeadQuerySet":
        return self.keyed(LeadKey.Kind.MAIL, mail_identity(email))

    def by_name(self, typed: str, most: int = MOST_FOUND) -> "list[Lead]":
        """Newest first: each word typed begins a word of the name. Words of less than three letters are whole ones."""
        words = words_of(typed)
        if not words:
            return []
        found = self.all()
        for word in words:
            found = found.keyed(LeadKey.Kind.NAME, word[:LEAST_LETTERS])
        names = found.newest_first().values_list("pk", "name")[:LOOKED_THROUGH].iterator(UNSEALED_AT_ONCE)
        meant = list(islice((pk for pk, name in names if _begin(words, words_of(name))), most))
        return list(self.filter(pk__in=meant).newest_first())

    def with_undelivered(self) -> "LeadQuerySet":
        """Each with `is_unheard`: the clinic was not told, and `is_in_vain`: mail to the patient did not arrive.

        And with `passed_on`: how many more of the staff were told, because nobody opened it in time.
        """
        mine = Notice.objects.filter(lead=models.OuterRef("pk"))
        more = mine.filter(kind=Notice.Kind.UNOPENED).order_by().values("lead").annotate(n=models.Count("pk"))
        return self.annotate(
            is_unheard=models.Exists(mine.unheard()),
            is_in_vain=models.Exists(mine.in_vain()),
            passed_on=Coalesce(models.Subquery(more.values("n")), 0),
        )

    def of_the_same_person(self, lead: "Lead") -> "LeadQuerySet":
        """Every lead for the same offer that a shared phone or mail, or a merge, ties to this one.

        However many steps away. Two extensions of one number are two phones. An erased one is among them where its
        person has used the discount (forget.py).
        """
        known = {lead.pk}
        new = [lead]
        while new:
            digests = {digest for one in new for told in identities(one) for digest in sealed.digests(*told)}
            pks = [one.pk for one in new if one.pk]
            own = LeadKey.objects.filter(lead__in=pks, kind__in=OF_A_PERSON).values("digest")
            keys = LeadKey.objects.filter(models.Q(digest__in=digests) | models.Q(digest__in=own))
            mains = self.model.objects.filter(pk__in=pks).values("merged_into_id")
            tied = (
                models.Q(pk__in=keys.values("lead_id"))
                | models.Q(pk__in=mains)
                | models.Q(merged_into__in=pks)
            )
            seen = [pk for pk in known if pk]
            mine = self.filter(tied, offer=lead.offer_id, is_test=lead.is_test)
            new = list(mine.exclude(pk__in=seen))
            known |= {one.pk for one in new}
        return self.filter(pk__in=known)

    def claim(
        self,
        offer: Offer,
        form_key: uuid.UUID,
        *,
        doubts: Sequence[str] = (),
        consents: Sequence[Choice] = (),
        trail: Mapping[str, str] | None = None,
        by: "User | None" = None,
        also: Callable[[], object] = lambda: None,
        is_over: bool = False,
        **given: Any,
    ) -> "Lead":
        """Store a lead with its keys, first event and notices, all or nothing, and return it.

        The same form again, a second press or two at once, returns the lead that is there. A form that was mended
        before it was sent again is another one: what was mended must not be lost. With `doubts` it is set aside,
        and nobody is told until it is released. `by`: who of the staff took it on the phone. `also`: done in the
        same transaction. `is_over`: the offer is not to be had any more, so only what this form made before is
        returned. Raises OfferFull.
        """
        told = sorted([*given.items(), *((choice.kind, choice.given) for choice in consents)])
        form_key = uuid.uuid5(form_key, repr(told))
        for _ in range(CODE_TRIES):
            if is_over:
                return self._made_before(form_key)
            lead = self.model(offer=offer, form_key=form_key, code=new_code(), **given, **trail or {})
            lead.doubts = list(doubts)
            lead.stage = Stage.SET_ASIDE if doubts else Stage.NEW
            lead.came_by = lead.CameBy.PHONE if by else lead.CameBy.FORM
            lead.takes_place = lead.needs_a_place()
            keys = keys_of(lead)  # before the line: nobody waits for what needs no database
            try:
                with in_line():
                    if lead.takes_place:
                        offer.take_a_place()
                    lead.save(force_insert=True)
                    LeadKey.objects.bulk_create(keys)
                    self._with_all_that_belongs_to_it(lead, consents, by)
                    also()
                    if not doubts:
                        lead.count(Kind.CLAIMED)
                return lead
            except IntegrityError:  # another press of the form was first, or else the code is taken
                if made := self.filter(form_key=form_key).first():
                    return made
            except OfferFull:
                is_over = True  # unless it was the other press that took the last place
        raise IntegrityError("No free code was found.")

    def _made_before(self, form_key: uuid.UUID) -> "Lead":
        """What this form has made. Raises OfferFull."""
        if lead := self.filter(form_key=form_key).first():
            return lead
        raise OfferFull

    def _with_all_that_belongs_to_it(
        self, lead: "Lead", consents: Sequence[Choice], by: "User | None"
    ) -> None:
        words = "Took the request on the phone." if by else "Asked for the offer on the site."
        lead.add_event(words, by=by, kind=LeadEvent.Kind.CLAIMED)
        source, page = (Source.PHONE, "") if by else (Source.FORM, lead.offer.get_absolute_url())
        wishes.take_choices(lead, consents, source=source, page=page, by=by)
        if not lead.doubts:
            Notice.objects.queue_for(lead)


def token_digest(token: str) -> str:
    """What a ticket's address is found by. The token is 256 random bits, so its hash needs no key."""
    return hashlib.sha256(token.encode()).hexdigest()


def _begin(typed: Iterable[str], words: Sequence[str]) -> bool:
    return all(any(word.startswith(start) for word in words) for start in typed)
