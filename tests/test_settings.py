"""An unsafe configuration does not start. Invariant 9. Each test starts a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAFE = {
    "SITE_ORIGIN": "https://www.example.com",
    "SECRET_KEY": "unguessable-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
    "FIELD_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "MAIL_URL": "smtps://clinic:password@mail.example.com",
}


def start(tmp_path: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = known | {"VAR_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)} | variables
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *(command or ("check",))],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )


def test_the_default_starts_on_this_machine_alone(tmp_path: Path) -> None:
    started = start(tmp_path)
    assert started.returncode == 0, started.stderr
    key = tmp_path / "secret_key"
    assert key.stat().st_mode & 0o077 == 0
    assert len(key.read_text()) >= 50
    assert (tmp_path / "field_key").stat().st_mode & 0o077 == 0


def test_the_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    started = start(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **SAFE)
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("variables", "name", "wanted"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY", "to be set on a public site"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY", "at least 50"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 60}, "SECRET_KEY", "at least 50"),
        ({"FIELD_KEYS": ""}, "FIELD_KEYS", "to be set on a public site"),
        ({"FIELD_KEYS": SAFE["FIELD_KEYS"] + ",short"}, "FIELD_KEYS", "new_field_key"),
        ({"SITE_ORIGIN": "http://www.example.com"}, "SITE_ORIGIN", "https://"),
        ({"SITE_ORIGIN": "www.example.com"}, "SITE_ORIGIN", "an address such as"),
        ({"SITE_ORIGIN": "https://www.example.com/path"}, "SITE_ORIGIN", "without a path"),
        ({"SITE_ORIGIN": "https://www.example.com:port"}, "SITE_ORIGIN", "port that is a number"),
        ({"SITE_ORIGIN": "https://["}, "SITE_ORIGIN", "an address such as"),
        ({"SITE_ORIGIN": "https://www.example.com#x"}, "SITE_ORIGIN", "without a path"),
        ({"DEBUG": "true"}, "DEBUG", "false on a public host"),
        ({"DEBUG": "treu"}, "DEBUG", "true, false"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS", "host names"),
        ({"ALLOWED_HOSTS": "https://www.example.com"}, "ALLOWED_HOSTS", "host names"),
        ({"MAIL_FROM": "nonsense"}, "MAIL_FROM", "one address"),
        ({"PORT": "99999"}, "PORT", "from 1 to 65535"),
        ({"HSTS_SECONDS": "soon"}, "HSTS_SECONDS", "a whole number"),
        ({"RETENTION_DAYS": "unbooked=soon"}, "RETENTION_DAYS", "pairs such as"),
        ({"RETENTION_DAYS": "lead=3"}, "RETENTION_DAYS", "known are unbooked, booked"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL", "/absolute/path"),
        ({"MAIL_URL": "smtp://user:password@host:abc"}, "MAIL_URL", "port that is a number"),
        ({"PORT": "eighty"}, "PORT", "a whole number"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES", "a whole number"),
        ({"STAFF_PATH": "blog"}, "STAFF_PATH", "staff- and 4 to 40"),
        ({"STAFF_NETWORKS": "203.0.113.7/24"}, "STAFF_NETWORKS", "internet networks"),
        ({"DATABASE_URL": "mysql://a:b@127.0.0.1/c"}, "DATABASE_URL", "SQLite or PostgreSQL"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL", "postgresql://"),
        ({"MAIL_URL": ""}, "MAIL_URL", "to be set on a public site"),
        ({"MAIL_URL": "http://mail.example.com"}, "MAIL_URL", "smtp://"),
    ],
)
def test_it_refuses_with_the_name_and_what_it_wants(
    tmp_path: Path, variables: dict[str, str], name: str, wanted: str
) -> None:
    refused = start(tmp_path, **SAFE | variables)
    assert refused.returncode != 0
    last = refused.stderr.strip().splitlines()[-1]
    assert name in last
    assert wanted in last


def test_answering_for_a_public_name_needs_a_public_configuration(tmp_path: Path) -> None:
    refused = start(tmp_path, DEBUG="true", ALLOWED_HOSTS="www.example.com")
    assert refused.returncode != 0
    assert "SITE_ORIGIN" in refused.stderr


def test_listening_to_the_network_needs_a_public_configuration(tmp_path: Path) -> None:
    refused = start(tmp_path, HOST="0.0.0.0")  # noqa: S104 (that is the point)
    assert refused.returncode != 0
    assert "SITE_ORIGIN" in refused.stderr
