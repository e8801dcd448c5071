from pathlib import Path

from clinic_site.starter import add, read_all

from .models import ConsentText, Offer

FOLDER = Path(__file__).resolve().parent / "starter"


def load() -> None:
    """The first offer is switched on without a regular fee, so that the site works out of the box.

    In admin it could not be: Offer.clean() demands the fee, and the staff home page asks for it first.
    """
    for row in read_all(FOLDER):
        add(Offer, row, is_on=True)
    load_wordings()


def load_wordings() -> None:
    """Of the boxes for texts and news; they name whichever clinic it is."""
    for row in read_all(FOLDER / "consents"):
        add(ConsentText, row, key="kind")
