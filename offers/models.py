"""Everything the offers app stores."""

from .leads import Lead, LeadEvent
from .notices import Notice
from .offer import Offer, load_offers

__all__ = ["Lead", "LeadEvent", "Notice", "Offer", "load_offers"]
