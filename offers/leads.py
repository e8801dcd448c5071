"""A lead: somebody who asked for the offer. Its code, its stage, and its timeline, which is only added to."""

import secrets
import uuid
from typing import TYPE_CHECKING, Any, NoReturn

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from phonenumber_field.modelfields import PhoneNumberField

from blog.models import Region

from .codes import grouped, is_code, new_code, normalise
from .notices import Notice
from .offer import Offer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CODE_TRIES = 5  # with 47 million codes, a second try is already rare


class NotAllowed(Exception):
    """A move or a redemption that cannot be. The message is a sentence for the front desk."""


class LeadQuerySet(models.QuerySet["Lead"]):
    def newest_first(self) -> "LeadQuerySet":
        return self.order_by("-created_at", "-pk")

    def unanswered(self) -> "LeadQuerySet":
        return self.filter(stage=Lead.Stage.NEW)

    def by_code(self, typed: str) -> "LeadQuerySet":
        """The lead of a code in any case, with or without spaces and dashes; nothing when it has a slip."""
        code = normalise(typed)
        return self.filter(code=code) if is_code(code) else self.none()

    def with_undelivered(self) -> "LeadQuerySet":
        """Each with `is_undelivered`: whether one of its mails was given up."""
        given_up = Notice.objects.filter(lead=models.OuterRef("pk"), status=Notice.Status.GIVEN_UP)
        return self.annotate(is_undelivered=models.Exists(given_up))

    def of_the_same_person(self, lead: "Lead") -> "LeadQuerySet":
        """Every lead for the same offer that a shared phone or mail ties to this one, however many steps away.

        Two extensions of one number are two phones.
        """
        known: set[int] = set()
        found = {lead.pk}
        while found != known:
            known = found
            same = models.Q(pk__in=known)
            for phone, extension, email in self.filter(pk__in=known).values_list(
                "phone", "phone_extension", "email"
            ):
                if phone:
                    same |= models.Q(phone=phone, phone_extension=extension)
                if email:
                    same |= models.Q(email=email)
            found = set(self.filter(same, offer=lead.offer_id).values_list("pk", flat=True))
        return self.filter(pk__in=known)

    def claim(self, offer: Offer, form_key: uuid.UUID, **given: Any) -> "Lead":
        """Store a lead with its first event and its notices, all or nothing, and return it.

        The same form again, a second press or two at once, returns the lead that is there. A form that was
        mended before it was sent again is another one: what was mended must not be lost.
        """
        form_key = uuid.uuid5(form_key, repr(sorted(given.items(), key=lambda pair: pair[0])))
        for _ in range(CODE_TRIES):
            if lead := self.filter(form_key=form_key).first():
                return lead
            try:
                with transaction.atomic():
                    lead = self.create(offer=offer, form_key=form_key, code=new_code(), **given)
                    lead.add_event("Asked for the offer on the site.", kind=LeadEvent.Kind.CLAIMED)
                    Notice.objects.queue_for(lead)
                return lead
            except IntegrityError:
                continue  # the other press was first, or the code is taken
        raise IntegrityError("No free code was found.")


class Lead(models.Model):
    class Stage(models.TextChoices):
        NEW = "new", "New"
        CONTACTED = "contacted", "Contacted"
        BOOKED = "booked", "Booked"
        REDEEMED = "redeemed", "Redeemed"
        LOST = "lost", "Lost"

    # From each stage, where the front desk may move it. Redeeming has its own way: `redeem`.
    MOVES = {
        Stage.NEW: (Stage.CONTACTED, Stage.BOOKED, Stage.LOST),
        Stage.CONTACTED: (Stage.BOOKED, Stage.LOST),
        Stage.BOOKED: (Stage.CONTACTED, Stage.LOST),
        Stage.REDEEMED: (),
        Stage.LOST: (Stage.CONTACTED,),
    }

    class ContactBy(models.TextChoices):
        CALL = "call", "Call me"
        TEXT = "text", "Text me"
        EMAIL = "email", "E-mail me"

    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="leads")
    name = models.CharField("full name", max_length=100)
    phone = PhoneNumberField(blank=True, default="")
    phone_extension = models.CharField("extension", max_length=12, blank=True, default="")
    email = models.EmailField("e-mail", blank=True, default="")
    contact_by = models.CharField("wants to hear by", max_length=5, choices=ContactBy)
    region = models.ForeignKey(
        Region,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        verbose_name="where it hurts",
        help_text="Empty: somewhere else.",
    )
    note = models.TextField("note", blank=True, default="")
    code = models.CharField(max_length=7, unique=True)
    token = models.CharField(max_length=43, unique=True, default=secrets.token_urlsafe)
    form_key = models.UUIDField(unique=True)
    stage = models.CharField(max_length=9, choices=Stage, default=Stage.NEW, db_index=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    redeemed_at = models.DateTimeField(null=True, blank=True)
    redeemed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        permissions = [("work_lead", "Can move, note and redeem leads")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage="redeemed", redeemed_at__isnull=False)
                | (~models.Q(stage="redeemed") & models.Q(redeemed_at=None)),
                name="redeemed_says_when",
            ),
            models.CheckConstraint(
                condition=~models.Q(phone="") | ~models.Q(email=""), name="lead_can_be_reached"
            ),
        ]

    def __str__(self) -> str:
        """No personal data: this lands in logs and page titles."""
        return f"Request no. {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("claimed", args=[self.offer.slug, self.token])

    @property
    def code_text(self) -> str:
        return grouped(self.code)

    @property
    def phone_text(self) -> str:
        if not self.phone:
            return ""
        extension = f" ext. {self.phone_extension}" if self.phone_extension else ""
        return f"{self.phone.as_national}{extension}"

    @property
    def moves(self) -> list["Lead.Stage"]:
        return list(self.MOVES[Lead.Stage(self.stage)])

    def add_event(self, text: str, *, by: "User | None" = None, kind: str = "note") -> "LeadEvent":
        return LeadEvent.objects.create(lead=self, text=text, by=by, kind=kind)

    def move(self, stage: str, *, by: "User") -> None:
        """To another stage, with a line in the timeline. Raises NotAllowed."""
        with transaction.atomic():
            stored = Lead.objects.select_for_update().get(pk=self.pk)
            if stage not in stored.moves:
                was, wanted = stored.get_stage_display().lower(), Lead.Stage(stage).label.lower()
                raise NotAllowed(f"This lead is {was} and cannot be called {wanted}.")
            was = stored.get_stage_display()
            stored.stage = stage
            stored.save(update_fields=["stage"])
            stored.add_event(f"{was} → {stored.get_stage_display()}", by=by, kind=LeadEvent.Kind.MOVED)
        self.refresh_from_db(fields=["stage"])

    def redeem(self, *, by: "User") -> None:
        """Use up the code, and with it the person's discount. Raises NotAllowed when that has been done.

        The rows of the person are locked first, in one order, so of any number of desks that press at the
        same moment exactly one redeems. (SQLite takes its write lock at the start of the transaction.)
        """
        with transaction.atomic():
            mine = list(Lead.objects.of_the_same_person(self).select_for_update(of=("self",)).order_by("pk"))
            for used in mine:
                if used.redeemed_at:
                    raise NotAllowed(used.already_used())
            now = timezone.now()
            Lead.objects.filter(pk=self.pk).update(stage=Lead.Stage.REDEEMED, redeemed_at=now, redeemed_by=by)
            self.add_event(f"Redeemed: {self.offer.headline}", by=by, kind=LeadEvent.Kind.REDEEMED)
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
        return f"Already used on {day} at {hour} by {who} (code {self.code_text})."


class LeadEvent(models.Model):
    """One line of a lead's timeline. Lines are added, never changed."""

    class Kind(models.TextChoices):
        CLAIMED = "claimed", "Claimed"
        MOVED = "moved", "Stage"
        NOTE = "note", "Note"
        REDEEMED = "redeemed", "Redeemed"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M} UTC"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise NotAllowed("A line of the timeline is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotAllowed("A line of the timeline is never deleted.")
