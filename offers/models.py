"""Everything the offers app stores."""

from .leads import Lead, LeadEvent
from .notices import Notice
from .offer import Offer, live_offer, load_offers

__all__ = ["Lead", "LeadEvent", "Notice", "Offer", "live_offer", "load_offers"]
