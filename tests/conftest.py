"""What every test stands on: plain static files, and nothing remembered from the last test."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils.module_loading import import_string
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker, Settings

from clinic_site import facts, page_cache
from clinic_site.groups import ensure_groups
from offers import suspicion, tally

from . import factories as make
from . import signing_in


def pytest_configure() -> None:
    """Before Django looks: no collectstatic is needed."""
    django_settings.STORAGES = django_settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    django_settings.MIDDLEWARE = [name for name in django_settings.MIDDLEWARE if "whitenoise" not in name]
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    options: Any = django_settings.DATABASES["default"]["OPTIONS"]
    if "init_command" in options:  # nothing here outlives the tests, so nothing has to reach the disk
        options["init_command"] += " PRAGMA synchronous=OFF;"
    # How long an example takes tells of the machine, and of what else it does meanwhile.
    hypothesis_settings.register_profile("gate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis_settings.load_profile("gate")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for rubbish, again and again, took 4 % of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, only what asks a database: the rest has run on SQLite and cannot answer otherwise."""
    if connection.vendor == "sqlite":
        return
    asking = {"db", "transactional_db", "django_db_setup", "starter_site"}
    apart = [
        item
        for item in items
        if not item.get_closest_marker("django_db") and not asking & set(getattr(item, "fixturenames", ()))
    ]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in set(apart)]


class _WhenAsked(dict[str, Any]):
    """Facts that are each read when somebody asks for them: a test changes rows often, and asks for few facts."""

    def __bool__(self) -> bool:
        return True

    def get(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self[name] = import_string(django_settings.SITE_FACTS[name])()
        return self[name]


read_at_once = facts._read


@pytest.fixture
def facts_at_once(nothing_remembered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in life: for tests that count queries, or go on without the database."""
    monkeypatch.setattr(facts, "_read", read_at_once)


@contextmanager
def own_memory(checked_every: float = 0.0) -> Iterator[None]:
    """Facts and pages live in memory and outlive a test's rows: start with none, and leave none.

    Changes show at once, not after a second, and facts are read one by one (`facts_at_once`: not so). Pages are
    compressed quickly, and reads are written when a test says so.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facts, "CHECKED_EVERY", checked_every)
        patch.setattr(facts, "_read", lambda changes: facts.Facts(changes, _WhenAsked()))
        patch.setattr(suspicion, "LOOKED_EVERY", checked_every)
        patch.setattr(page_cache, "BROTLI_QUALITY", 1)
        _forget()
        yield
        _forget()


def _forget() -> None:
    facts.forget()
    page_cache.forget()
    tally.forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The five groups are there from the start, as in life: making them takes longer than most tests."""
    with django_db_blocker.unblock():
        ensure_groups()


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    with own_memory():
        yield


@pytest.fixture(autouse=True)
def both_factors_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is signed in by force has shown both, unless a test says otherwise (signing_in.py)."""
    monkeypatch.setattr(Client, "force_login", signing_in.both_factors)


@pytest.fixture(autouse=True)
def own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(scope="module")
def module_rows(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """For a module's fixture that makes rows once for all its tests.

    Each test's own transaction is a savepoint inside this one, so what a test changes is gone after it.
    """
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("module-media"))
    with django_db_blocker.unblock(), transaction.atomic():
        with media, own_memory():
            yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def shelves(module_rows: None) -> None:
    """What every article of factories.py leans on, for modules that make many."""
    make.make_condition()
    make.make_advice()
    make.make_practitioner()
    make.make_source()
    make.make_muscle()


@pytest.fixture(scope="module")
def starter_site(module_rows: None) -> None:
    make.load_starter()
