"""Where a lead stands, and from where the front desk may move it to where."""

from django.db import models


class NotAllowed(Exception):
    """A move or a redemption that cannot be. The message is a sentence for the front desk."""


class Stage(models.TextChoices):
    NEW = "new", "New"
    CONTACTED = "contacted", "Contacted"
    BOOKED = "booked", "Booked"
    REDEEMED = "redeemed", "Redeemed"
    LOST = "lost", "Lost"
    SET_ASIDE = "set_aside", "Set aside"


OPEN = (Stage.NEW, Stage.CONTACTED, Stage.BOOKED)  # somebody may have to get in touch


class LostReason(models.TextChoices):
    NO_ANSWER = "no_answer", "Could not be reached"
    CHANGED_MIND = "changed_mind", "Changed their mind"
    COST = "cost", "The cost"
    TIMES = "times", "No time that suits"
    ELSEWHERE = "elsewhere", "Went elsewhere"
    NOT_FOR_US = "not_for_us", "Needs other care"
    NOT_NEW = "not_new", "The offer is not for them"
    OTHER = "other", "Another reason"


# Redeeming has its own way (`Lead.redeem`), and so has what was set aside at the door (`Lead.release`).
MOVES = {
    Stage.NEW: (Stage.CONTACTED, Stage.BOOKED, Stage.LOST, Stage.SET_ASIDE),
    Stage.CONTACTED: (Stage.BOOKED, Stage.LOST, Stage.SET_ASIDE),
    Stage.BOOKED: (Stage.CONTACTED, Stage.LOST),
    Stage.REDEEMED: (),
    Stage.LOST: (Stage.CONTACTED,),
    Stage.SET_ASIDE: (),
}
