"""Everything the offers app stores."""

from .counts import DailyCount
from .events import LeadEvent
from .export_log import ExportLog
from .lead_keys import LeadKey
from .leads import Lead
from .notices import Notice
from .offer import Offer, OfferFull, live_offer, load_offers

__all__ = [
    "DailyCount",
    "ExportLog",
    "Lead",
    "LeadEvent",
    "LeadKey",
    "Notice",
    "Offer",
    "OfferFull",
    "live_offer",
    "load_offers",
]
