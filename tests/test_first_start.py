"""A first start that is interrupted leaves nothing half done; the next one begins anew."""

import pytest
from django.core.management import call_command

from blog.models import Edition
from clinic_site.models import Clinic
from offers.models import Offer


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_load_is_as_if_it_had_not_been(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("blog.load_starter.load", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("load_starter")
    assert not Clinic.objects.exists()

    call_command("load_starter")
    assert (Clinic.objects.count(), Edition.objects.live().count(), Offer.objects.count()) == (1, 10, 1)
