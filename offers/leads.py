"""A lead: somebody who asked for the offer. Its code, its stage, and what the front desk does with it."""

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any

import phonenumbers
from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property

from clinic_site import facts
from clinic_site.sealed import SealedTextField

from . import reminders, stages
from .codes import grouped, new_code
from .counts import DailyCount, Kind, clinic_day
from .events import LeadEvent
from .lead_queries import KNOWN, LISTED, OF_LISTED, LeadQuerySet, token_digest
from .notices import Notice
from .offer import Offer
from .permissions import Permission, may, permissions_of
from .stages import NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import User

UNDO_WITHIN = dt.timedelta(
    hours=24
)  # of a redemption: a slip is seen by the evening's count, not weeks later


class Lead(models.Model):
    Stage = stages.Stage
    LostReason = stages.LostReason

    class ContactBy(models.TextChoices):
        CALL = "call", "Call me"
        TEXT = "text", "Text me"
        EMAIL = "email", "E-mail me"

    class CameBy(models.TextChoices):
        FORM = "form", "Form on the site"
        PHONE = "phone", "Phone call"

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="leads")

    # What the person told, and what tells of them. The page they came from tells what hurts as plainly as they do.
    name = SealedTextField("full name")
    phone = SealedTextField(blank=True, default="", help_text="In E.164.")
    phone_extension = SealedTextField("extension", blank=True, default="")
    email = SealedTextField("e-mail", blank=True, default="")
    region = SealedTextField(
        "where it hurts", blank=True, default="", help_text="A region's slug. Empty: somewhere else."
    )
    note = SealedTextField("note", blank=True, default="")
    article = SealedTextField("came from", blank=True, default="", help_text="An article's slug.")
    first_article = SealedTextField("read first", blank=True, default="", help_text="An article's slug.")
    campaign = SealedTextField(blank=True, default="")
    contact_by = models.CharField("wants to hear by", max_length=5, choices=ContactBy)

    code = models.CharField(max_length=7, unique=True)
    token = SealedTextField(default=secrets.token_urlsafe)
    token_digest = models.CharField(max_length=64, unique=True)
    form_key = models.UUIDField(unique=True)
    came_by = models.CharField(max_length=5, choices=CameBy, default=CameBy.FORM)
    is_test = models.BooleanField(default=False, help_text="The form alarm's own.")
    doubts = models.JSONField(default=list, blank=True, help_text="Why it was set aside.")
    takes_place = models.BooleanField(default=True, help_text="Counts towards the offer's caps.")

    stage = models.CharField(max_length=9, choices=stages.Stage, default=stages.Stage.NEW, db_index=True)
    lost_reason = models.CharField(max_length=12, choices=stages.LostReason, blank=True, default="")
    next_contact_on = models.DateField("next contact", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    booked_at = models.DateTimeField(null=True, blank=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)
    redeemed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    used_code = models.CharField(
        max_length=7,
        blank=True,
        default="",
        help_text="Which of the person's codes was shown: its own, or a part's.",
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts", db_index=False
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("work_lead", "Can move, note and redeem leads"),
            ("export_lead", "Can export what leads tell"),
            ("erase_lead", "Can erase what leads tell"),
        ]
        indexes = [
            models.Index(fields=["offer", "takes_place", "created_at"], name="lead_places"),
            # What the inbox asks (inbox.py), answered without reading a row. SQLite wants the columns of the
            # condition in the index for that, and no other index on merged_into, which is empty nearly everywhere.
            models.Index(
                fields=["stage", "created_at", "id", *OF_LISTED], name="lead_stages", condition=KNOWN
            ),
            models.Index(
                fields=["stage", "next_contact_on", "id", *OF_LISTED], name="lead_due", condition=KNOWN
            ),
            models.Index(fields=["created_at", "id", *OF_LISTED[:2]], name="lead_newest", condition=LISTED),
            models.Index(
                fields=["merged_into"], name="lead_parts", condition=models.Q(merged_into__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage="redeemed", redeemed_at__isnull=False)
                | (~models.Q(stage="redeemed") & models.Q(redeemed_at=None)),
                name="redeemed_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(phone="") | ~models.Q(email="") | models.Q(erased_at__isnull=False),
                name="lead_can_be_reached",
            ),
        ]

    def __str__(self) -> str:
        """No personal data: this lands in logs and page titles."""
        return f"Request no. {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.token_digest = token_digest(self.token)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("claimed", args=[self.offer.slug, self.token])

    @property
    def code_text(self) -> str:
        return grouped(self.code)

    @property
    def phone_number(self) -> phonenumbers.PhoneNumber | None:
        return phonenumbers.parse(self.phone) if self.phone else None

    @property
    def phone_text(self) -> str:
        number = self.phone_number
        if number is None:
            return ""
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        return national + (f" ext. {self.phone_extension}" if self.phone_extension else "")

    @property
    def region_name(self) -> str:
        """As it is named now; the slug of a region that is no more."""
        known = {region.slug: region.name for region in facts.fact("regions") or []}
        return str(known.get(self.region, self.region))

    @cached_property
    def permissions(self) -> dict[str, Permission]:
        """In which ways the person may be reached, as of the first look."""
        return permissions_of([self])[self.pk]

    def may(self, way: str) -> bool:
        """Whether the person may be reached by "text", "call", "email" or "news", as of now."""
        return may(self, way)

    def is_unopened(self) -> bool:
        """Nobody of the staff has looked at it, or done anything about it."""
        waits = self.stage == stages.Stage.NEW and not (self.erased_at or self.merged_into_id)
        return waits and not self.views.exists()

    @property
    def moves(self) -> list[stages.Stage]:
        return [] if self.erased_at else list(stages.MOVES[stages.Stage(self.stage)])

    def add_event(self, text: str, *, by: "User | None" = None, kind: str = "note") -> LeadEvent:
        return LeadEvent.objects.create(lead=self, text=text, by=by, kind=kind)

    def count(self, kind: str, n: int = 1, at: dt.datetime | None = None) -> None:
        """`n` more in the totals of the article it came from, on the day of `at`, or today (see counts.py)."""
        if not self.is_test:
            DailyCount.objects.add(kind, self.article, n, clinic_day(at))

    def count_visit(self, n: int, at: dt.datetime) -> None:
        """A code was used, or with -1 was not after all: the visit, and the dollars given."""
        self.count(Kind.CENTS, n * int(self.offer.amount * 100), at)
        self.count(Kind.REDEEMED, n, at)

    def needs_a_place(self) -> bool:
        """Whether it counts towards its offer's caps: every request does but the doubtful ones, until staff merge two.

        A person who asks twice takes two. If the second took none, whoever types a stranger's number when one place
        is left would see by the form that closes, or does not, whether that number has asked.
        """
        return self.stage != stages.Stage.SET_ASIDE and not self.is_test

    def refuse_if_erased(self) -> None:
        """Nobody is left to work for."""
        if self.erased_at:
            raise NotAllowed("This request was erased. Nothing more can be done with it.")

    def move(self, stage: str, *, by: "User", reason: str = "") -> None:
        """To another stage, with a line in the timeline. `reason`: of LostReason, asked for with "lost".

        Raises NotAllowed.
        """
        with transaction.atomic():
            stored = Lead.objects.select_for_update().get(pk=self.pk)
            stored.refuse_if_erased()
            if stage not in stored.moves:
                was, wanted = stored.get_stage_display().lower(), stages.Stage(stage).label.lower()
                raise NotAllowed(f"This lead is {was} and cannot be called {wanted}.")
            if stage == stages.Stage.LOST and reason not in stages.LostReason.values:
                raise NotAllowed("Say why it is lost.")
            was = stored.get_stage_display()
            is_first_booking = stage == stages.Stage.BOOKED and stored.booked_at is None
            stored.stage, stored.lost_reason = stage, reason if stage == stages.Stage.LOST else ""
            if is_first_booking:
                stored.booked_at = timezone.now()
            if stage == stages.Stage.SET_ASIDE and stored.takes_place:
                stored.takes_place = False
                stored.offer.note_places()
            stored.save(update_fields=["stage", "lost_reason", "booked_at", "takes_place"])
            why = f": {stored.get_lost_reason_display()}" if stored.lost_reason else ""
            stored.add_event(f"{was} → {stored.get_stage_display()}{why}", by=by, kind=LeadEvent.Kind.MOVED)
            if is_first_booking:
                stored.count(Kind.BOOKED)
            if stage == stages.Stage.SET_ASIDE:
                stored.count(Kind.CLAIMED, -1, stored.created_at)
        self.refresh_from_db()

    def release(self, *, by: "User", tells: bool = True) -> None:
        """What was set aside is a request after all: it is new, and its notices go out if it `tells`.

        A ticket was shown for it, so it is kept to even where the offer is full by now. Raises NotAllowed.
        """
        with transaction.atomic():
            stored = Lead.objects.select_for_update().get(pk=self.pk)
            stored.refuse_if_erased()
            if stored.stage != stages.Stage.SET_ASIDE:
                raise NotAllowed(f"This lead is {stored.get_stage_display().lower()}, not set aside.")
            stored.doubts = []
            stored.stage = stages.Stage.NEW
            stored.takes_place = stored.needs_a_place()
            stored.offer.note_places()
            stored.save(update_fields=["stage", "takes_place"])
            stored.add_event("Released: a request like any other.", by=by, kind=LeadEvent.Kind.MOVED)
            if tells and not stored.notices.exists():
                Notice.objects.queue_for(stored)
                reminders.plan(stored)
            stored.count(Kind.CLAIMED, at=stored.created_at)
        self.refresh_from_db()

    def contact_next(self, day: dt.date | None, *, by: "User") -> None:
        """On which day somebody gets in touch again; None: on no day in particular. Raises NotAllowed."""
        with transaction.atomic():
            stored = Lead.objects.select_for_update().get(pk=self.pk)
            stored.refuse_if_erased()
            if stored.stage not in stages.OPEN:
                raise NotAllowed(
                    f"This lead is {stored.get_stage_display().lower()}: nobody is to be contacted."
                )
            if day == stored.next_contact_on:
                return  # the button was pressed twice
            stored.next_contact_on = day
            stored.save(update_fields=["next_contact_on"])
            words = f"Next contact: {date_format(day, 'l, F j, Y')}" if day else "No next contact"
            stored.add_event(words, by=by)
        self.refresh_from_db()

    @property
    def main(self) -> "Lead":
        """The lead that stands for it in all lists: itself, unless it was merged."""
        lead = self
        while lead.merged_into:
            lead = lead.merged_into
        return lead

    def codes(self) -> set[str]:
        """Its own, and those of its parts."""
        return {self.code}.union(*(part.codes() for part in self.parts.all()))

    def redeem(self, *, by: "User") -> None:
        """Use up the code, and with it the person's discount. Raises NotAllowed when that has been done.

        Where it was merged into another, that one is redeemed, since it is the one that staff see.
        The rows of the person are locked first, in one order, so of any number of desks that press at the
        same moment exactly one redeems. (SQLite takes its write lock at the start of the transaction.)
        """
        with transaction.atomic():
            same = Lead.objects.of_the_same_person(self)
            mine = list(same.select_for_update(of=("self",)).select_related("redeemed_by").order_by("pk"))
            for lead in mine:
                if lead.redeemed_at:
                    raise NotAllowed(lead.already_used())
            if next(lead for lead in mine if lead.pk == self.pk).voided_at:
                raise NotAllowed("This code was taken back.")
            if self.offer.is_past_grace():
                raise NotAllowed(f"The last day of this offer was {self.offer.last_day_for_staff}.")
            now, main = timezone.now(), Lead.objects.get(pk=self.pk).main
            if main.stage == stages.Stage.SET_ASIDE:  # whoever stands at the desk is somebody
                main.release(by=by, tells=False)
            used = {"redeemed_at": now, "redeemed_by": by, "used_code": self.code}
            Lead.objects.filter(pk=main.pk).update(stage=stages.Stage.REDEEMED, lost_reason="", **used)
            words = f"Redeemed: {self.offer.headline}" + (f" (code {self.code_text})" if main != self else "")
            main.add_event(words, by=by, kind=LeadEvent.Kind.REDEEMED)
            main.count_visit(1, now)
        self.refresh_from_db()

    def can_be_undone(self) -> bool:
        """An erased one stays counted where it was: nothing tells its article any more."""
        if self.redeemed_at is None or self.erased_at:
            return False
        return timezone.now() - self.redeemed_at <= UNDO_WITHIN

    def undo_redemption(self, *, by: "User", reason: str) -> None:
        """The wrong code, or no visit after all: it may be redeemed again. Raises NotAllowed after UNDO_WITHIN."""
        with transaction.atomic():
            stored = Lead.objects.select_for_update().get(pk=self.pk)
            stored.refuse_if_erased()
            if not stored.can_be_undone():
                hours = int(UNDO_WITHIN.total_seconds() // 3600)
                raise NotAllowed(f"Only what was redeemed in the last {hours} hours can be undone.")
            if not reason.strip():
                raise NotAllowed("Say why it is undone.")
            redeemed_at = stored.redeemed_at
            assert redeemed_at  # else it could not be undone
            stored.stage = stages.Stage.BOOKED if stored.booked_at else stages.Stage.CONTACTED
            stored.redeemed_at, stored.redeemed_by, stored.used_code = None, None, ""
            stored.save(update_fields=["stage", "redeemed_at", "redeemed_by", "used_code"])
            stored.add_event(f"Redemption undone: {reason.strip()}", by=by, kind=LeadEvent.Kind.UNDONE)
            stored.count_visit(-1, redeemed_at)
        self.refresh_from_db()

    def void(self, *, by: "User", reason: str) -> None:
        """The code is dead until it is issued anew. Raises NotAllowed."""
        self._change_code(by, reason, f"Code {self.code_text} taken back", voided_at=timezone.now())

    def reissue(self, *, by: "User", reason: str) -> None:
        """A new code in place of the old one, which is dead from now on. Raises NotAllowed."""
        words = f"New code in place of {self.code_text}"
        self._change_code(by, reason, words, code=new_code(), voided_at=None)

    def _change_code(self, by: "User", reason: str, words: str, **fields: Any) -> None:
        if not reason.strip():
            raise NotAllowed("Say why.")
        with transaction.atomic():
            stored = Lead.objects.select_for_update().get(pk=self.pk)
            stored.refuse_if_erased()
            if used := stored.used_by_same_person():
                raise NotAllowed(used.already_used())
            Lead.objects.filter(pk=self.pk).update(**fields)
            self.add_event(f"{words}: {reason.strip()}", by=by, kind=LeadEvent.Kind.CODE)
        self.refresh_from_db()

    def used_by_same_person(self) -> "Lead | None":
        """The lead, this one or another of the person, that has used up the discount."""
        used = Lead.objects.of_the_same_person(self).exclude(redeemed_at=None)
        return used.select_related("redeemed_by").order_by("pk").first()

    def already_used(self) -> str:
        assert self.redeemed_at
        when = timezone.localtime(self.redeemed_at)
        by = self.redeemed_by
        who = by.get_full_name() or by.username if by else "somebody"
        day, hour = date_format(when, "F j, Y"), date_format(when, "P")
        return f"Already used on {day} at {hour} by {who} (code {grouped(self.used_code or self.code)})."
