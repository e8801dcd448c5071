"""Everything the offers app stores."""

from .chores import Chore, Heartbeat
from .consent_texts import ConsentText, load_consent_texts
from .consents import Consent, DoNotContact
from .counts import DailyCount
from .events import LeadEvent
from .export_log import ExportLog
from .form_checks import FormCheck
from .lead_keys import LeadKey
from .lead_views import LeadView
from .leads import Lead
from .month_mail import MonthMail
from .notices import Notice
from .offer import Offer, OfferFull, live_offer, load_offers
from .recipients import Recipient
from .two_people import TwoPeople

__all__ = [
    "Chore",
    "Consent",
    "ConsentText",
    "DailyCount",
    "DoNotContact",
    "ExportLog",
    "FormCheck",
    "Heartbeat",
    "Lead",
    "LeadEvent",
    "LeadKey",
    "LeadView",
    "MonthMail",
    "Notice",
    "Offer",
    "OfferFull",
    "Recipient",
    "TwoPeople",
    "live_offer",
    "load_consent_texts",
    "load_offers",
]
