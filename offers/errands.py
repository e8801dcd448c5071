from collections.abc import Iterator

from django.urls import reverse

from clinic_site.errands import Errand

from .inbox import Inbox, Tab
from .models import Lead, Notice
from .signs import bad_signs
from .stages import Stage

IN_VAIN = {
    Notice.Status.GIVEN_UP: "could not be delivered: call instead",
    Notice.Status.BOUNCED: "came back, the address takes no mail: call instead",
}


def alarms() -> Iterator[Errand]:
    well = reverse("admin:offers_lead_well")
    yield Errand(len(bad_signs()), "thing is not well", "things are not well", well, is_late=True)


def leads() -> Iterator[Errand]:
    inbox = Inbox()

    def tab(name: Tab) -> str:
        return f"{inbox.address}?tab={name}"

    unanswered = tab(Tab.UNANSWERED)
    overdue = inbox.overdue().count()
    yield Errand(
        overdue, "lead is overdue for an answer", "leads are overdue for an answer", unanswered, True
    )
    fresh = inbox.fresh().count()
    yield Errand(fresh, "new lead waits for an answer", "new leads wait for an answer", unanswered)
    due = inbox.due().exclude(stage=Stage.NEW).count()
    yield Errand(due, "lead is to be contacted again", "leads are to be contacted again", tab(Tab.DUE))
    doubted = Lead.objects.known().filter(stage=Stage.SET_ASIDE).count()
    words = "set aside: look whether it is a person", "set aside: look whether they are people"
    yield Errand(doubted, f"lead was {words[0]}", f"leads were {words[1]}", tab(Tab.SET_ASIDE))


def mails() -> Iterator[Errand]:
    """What did not arrive, at patients' or at the clinic's, and still matters: no more once they book or are lost."""
    notices = reverse("admin:offers_notice_changelist")
    on_the_way = Lead.objects.known().filter(stage__in=[Stage.NEW, Stage.CONTACTED])
    for status, what in IN_VAIN.items():
        count = Notice.objects.filter(status=status, lead__in=on_the_way).count()
        yield Errand(count, f"mail {what}", f"mails {what}", f"{notices}?status__exact={status}", True)
    unheard = Lead.objects.unanswered().filter(pk__in=Notice.objects.unheard().values("lead")).count()
    yield Errand(
        unheard,
        "new lead of which no mail has told the clinic",
        "new leads of which no mail has told the clinic",
        f"{reverse('admin:offers_lead_changelist')}?tab={Tab.UNANSWERED}",
        is_late=True,
    )
