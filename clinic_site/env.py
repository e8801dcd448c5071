"""Strict readers for the environment: a wrong value stops the start and says what is wanted."""

import ipaddress
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
MOST_DAYS = 36_500  # a hundred years
SHORTEST_SECRET = 50  # characters, as `manage.py check --deploy` asks


def refuse(name: str, wanted: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is not usable: it wants {wanted}.")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def boolean(name: str, default: bool) -> bool:
    value = text(name).lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if not value:
        return default
    raise refuse(name, "one of: true, false")


def number(name: str, default: int, lowest: int = 0, highest: int = 2**31) -> int:
    value = text(name)
    if not value:
        return default
    if not (value.isascii() and value.isdecimal()) or not lowest <= int(value) <= highest:
        raise refuse(name, f"a whole number from {lowest} to {highest}")
    return int(value)


def days(name: str, usual: dict[str, int]) -> dict[str, int]:
    """Numbers of days by name, such as unbooked=90,booked=14: what is not named keeps its usual number."""
    found = dict(usual)
    wanted = f"pairs such as {next(iter(usual))}=90, separated by commas; known are {', '.join(usual)}"
    for word in filter(None, (part.strip() for part in text(name).split(","))):
        key, _, value = word.partition("=")
        if key not in usual or not (value.isascii() and value.isdecimal()) or int(value) > MOST_DAYS:
            raise refuse(name, wanted)
        found[key] = int(value)
    return found


def staff_path(name: str, default: str = "admin") -> str:
    """The first part of every staff address. No public page begins with "staff-", so none is hidden by it."""
    value = text(name, default)
    if value != default and not re.fullmatch(r"staff-[a-z0-9]{4,40}", value):
        raise refuse(name, "staff- and 4 to 40 small letters and digits, such as staff-7f3kq")
    return value


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    try:
        return [ipaddress.ip_network(part.strip()) for part in text(name).split(",") if part.strip()]
    except ValueError:
        raise refuse(name, "internet networks such as 203.0.113.0/24, separated by commas") from None


def origin(name: str, default: str) -> str:
    """The site's own address: scheme and host, no path. Every absolute address is built from it."""
    value = text(name, default).rstrip("/")
    parts = address(name, value, "an address such as https://www.example.com, without a path")
    rest = parts.path or parts.query or parts.fragment or parts.username or "#" in value
    if parts.scheme not in {"http", "https"} or rest:
        raise refuse(name, "an address such as https://www.example.com, without a path")
    return value


def address(name: str, value: str, wanted: str) -> SplitResult:
    """`value` in its parts, with a host and, if there is a port, a port that is a number."""
    try:
        parts = urlsplit(value)
        has_host, _ = bool(parts.hostname), parts.port
    except ValueError:
        raise refuse(name, f"{wanted}, with a port that is a number") from None
    if not has_host:
        raise refuse(name, wanted)
    return parts


def hosts(name: str) -> list[str]:
    """Names of hosts, separated by commas; a leading dot stands for every name below."""
    found = [word.strip().lower() for word in text(name).split(",") if word.strip()]
    for host in found:
        if not re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", host):
            raise refuse(name, "host names such as www.example.com, separated by commas; * would be any host")
    return found


def listening(name: str, default: str) -> str:
    """Where the web server listens: a name or an address of this machine."""
    value = text(name, default)
    if not re.fullmatch(r"[A-Za-z0-9.-]+|\[?[0-9a-fA-F:]+\]?", value):
        raise refuse(name, "an address of this machine, such as 127.0.0.1 or 0.0.0.0")
    return value


def mail_address(name: str, default: str) -> str:
    """One address; nothing only where that is the default."""
    value = text(name, default)
    try:
        if value:
            validate_email(value)
    except ValidationError:
        raise refuse(name, "one address such as website@example.com") from None
    return value


def secret_key(name: str, *, public: bool, kept_in: Path) -> str:
    """The signing key. On a public site it must be given; on this machine alone one is made and kept."""
    value = text(name)
    if value:
        if len(value) < SHORTEST_SECRET or len(set(value)) < 5 or value.startswith("django-insecure"):
            raise refuse(name, f"at least {SHORTEST_SECRET} random characters")
        return value
    if public:
        raise refuse(name, f"to be set on a public site, to at least {SHORTEST_SECRET} random characters")
    return _kept(kept_in, lambda: secrets.token_urlsafe(64))


def field_keys(name: str, *, public: bool, kept_in: Path) -> list[str]:
    """The keys that seal personal data, the newest first. On this machine alone one is made and kept."""
    wanted = "keys as `manage.py new_field_key` prints them, the newest first, separated by commas"
    keys = [word.strip() for word in text(name).split(",") if word.strip()]
    if not keys and public:
        raise refuse(name, f"to be set on a public site, to {wanted}")
    keys = keys or [_kept(kept_in, lambda: Fernet.generate_key().decode())]
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise refuse(name, wanted) from None
    return keys


def _kept(path: Path, make: Callable[[], str]) -> str:
    """What a file holds; made, for this account alone to read, when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        with suppress(FileExistsError):
            os.link(draft, path)  # whole, and never over another's
        draft.unlink()
    return path.read_text()


def database(name: str, default: str) -> dict[str, object]:
    """Django's database settings from an address: SQLite with the pragmas a web site needs, or PostgreSQL."""
    import dj_database_url

    value = text(name, default)
    try:
        settings: dict[str, object] = dict(dj_database_url.parse(value))
    except (ValueError, KeyError) as error:
        raise refuse(name, "sqlite:////absolute/path or postgresql://user:password@host:5432/name") from error
    engine = settings["ENGINE"]
    if engine == "django.db.backends.sqlite3" and settings["NAME"] in {"", ":memory:"}:
        raise refuse(name, "sqlite:////absolute/path: each process would have a memory of its own")
    if engine == "django.db.backends.sqlite3":
        # IMMEDIATE: a transaction that reads and then writes waits its turn at the start, instead of
        # failing with "database is locked" in the middle.
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
        settings["CONN_MAX_AGE"] = 60  # opening one and setting it up takes as long as a dozen small queries
        settings["TEST"] = {
            "NAME": f"{settings['NAME']}.test"
        }  # a file: threads lock it as they would the real one
    elif engine == "django.db.backends.postgresql":
        settings["CONN_MAX_AGE"] = 60
        settings["CONN_HEALTH_CHECKS"] = True
        given = settings.get("OPTIONS")
        settings["OPTIONS"] = {"connect_timeout": 3} | (dict(given) if isinstance(given, dict) else {})
    else:
        raise refuse(name, "SQLite or PostgreSQL")
    return settings


def mailer(name: str, *, public: bool, files: Path) -> dict[str, object]:
    """Django's mail settings: smtp[s]://user:password@host:port, or files in a folder on this machine alone."""
    from urllib.parse import unquote

    value = text(name)
    if not value and public:
        raise refuse(name, "to be set on a public site, to smtp://user:password@host:587 or smtps://…:465")
    if not value:
        return {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": files},
        }
    wanted = "smtp://user:password@host:587 or smtps://user:password@host:465"
    parts = address(name, value, wanted)
    ports = {"smtp": 587, "smtps": 465}
    if parts.scheme not in ports:
        raise refuse(name, wanted)
    is_local = parts.hostname in LOCAL_HOSTS
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or ports[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": parts.scheme == "smtps",
            "use_tls": parts.scheme == "smtp" and not is_local,
            "timeout": 10,
        },
    }
