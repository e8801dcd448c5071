"""Settings of the site. Everything that differs between machines comes from the environment (see docs/deploy.md).

Each variable has a safe default or stops the start with its name and what it wants.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from django.utils.csp import CSP

from . import env
from .stylesheet import style_hashes

django_stubs_ext.monkeypatch()  # lets ModelAdmin[Article] and the like be written where the type checker wants it

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = env.boolean("DEBUG", default=False)
HOST = env.listening("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, lowest=1, highest=65_535)
SITE_ORIGIN = env.origin("SITE_ORIGIN", f"http://{HOST}:{PORT}")
SITE_HOST = urlsplit(SITE_ORIGIN).hostname or ""
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS") or [SITE_HOST]
IS_PUBLIC = not {SITE_HOST, HOST, *ALLOWED_HOSTS} <= env.LOCAL_HOSTS
IS_SECURE = SITE_ORIGIN.startswith("https://")
if IS_PUBLIC and not IS_SECURE:
    raise env.refuse("SITE_ORIGIN", "an https:// address on a public host, or HOST to stay on this machine")
if IS_PUBLIC and DEBUG:
    raise env.refuse("DEBUG", "false on a public host")

SECRET_KEY = env.secret_key("SECRET_KEY", public=IS_PUBLIC, kept_in=VAR_DIR / "secret_key")
FIELD_KEYS = env.field_keys("FIELD_KEYS", public=IS_PUBLIC, kept_in=VAR_DIR / "field_key")
ALLOWED_HOSTS += sorted(env.LOCAL_HOSTS)  # whoever watches the site from this machine
BUILD_ID = env.text("BUILD_ID")  # which version of the code runs here; empty: told by a hash of its files
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
STAFF_PATH = env.staff_path("STAFF_PATH")
STAFF_NETWORKS = env.networks("STAFF_NETWORKS")
# Above these, claims are set aside for staff to look at (offers/suspicion.py): of all senders, and of one address.
CLAIMS_AN_HOUR = env.number("CLAIMS_AN_HOUR", 120, lowest=1)
CLAIMS_AN_HOUR_EACH = env.number("CLAIMS_AN_HOUR_EACH", 8, lowest=1)  # a family, not a machine

INSTALLED_APPS = [
    "clinic_site.apps.ClinicSiteConfig",
    "blog.apps.BlogConfig",
    "offers.apps.OffersConfig",
    "clinic_site.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.forms",
    "crispy_forms",
    "django_otp",
    "django_prose_editor",
    "phonenumber_field",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "clinic_site.front_door.FrontDoorMiddleware",
    "clinic_site.policy.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic_site.media.GZipMiddleware",
    "offers.readers.ReadCountMiddleware",
    "clinic_site.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "clinic_site.staff_door.SlashMiddleware",
    "clinic_site.old_addresses.OldAddressMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "blog.late_forms.LateFormMiddleware",
    "clinic_site.staff_door.StaffDoorMiddleware",
]

ROOT_URLCONF = "clinic_site.urls"
WSGI_APPLICATION = "clinic_site.wsgi.application"
CSRF_FAILURE_VIEW = "offers.views.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic_site.context.site",
                "blog.context.regions",
                "offers.context.offer",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["clinic"]
CRISPY_TEMPLATE_PACK = "clinic"
CRISPY_FAIL_SILENTLY = False

# What nearly every page prints, kept in memory until it changes (clinic_site/facts.py): name -> loader.
SITE_FACTS = {
    "clinic": "clinic_site.models.load_clinic",
    "opening_hours": "clinic_site.models.load_opening_hours",
    "closures": "clinic_site.models.load_closures",
    "regions": "blog.models.load_regions",
    "advice": "blog.advice_editions.load_advice",
    "muscles": "blog.muscle_links.load_names",
    "articles": "blog.index.load_index",
    "near_names": "blog.near_names.load_rows",
    "records": "blog.record_links.load_records",
    "offers": "offers.models.load_offers",
    "consent_texts": "offers.models.load_consent_texts",
    "synonyms": "clinic_site.synonyms.load_synonyms",
    "has_testimonials": "clinic_site.testimonials.load_is_any_live",
}
# What becomes of addresses of our own in a text that staff write, when it is saved.
RICH_TEXT_LINKS = "blog.record_links.to_records"
# What a clinic may not claim, found in a text: yields what has the `words` and a `reason`.
CLAIMS = "blog.claim_words.claims_in"
# What patients call things, for the search: each yields pairs of what they say and what it means.
SEARCH_SYNONYMS = ["clinic_site.synonyms.kept_by_staff", "blog.topics.patients_words"]
# What waits for somebody of the staff today, most pressing first: each yields clinic_site.errands.Errand.
STAFF_ERRANDS = [
    "offers.errands.alarms",
    "offers.errands.leads",
    "offers.errands.mails",
    "clinic_site.errands.licenses",
    "clinic_site.errands.testimonials",
    "blog.errands.errands",
    "clinic_site.errands.reports",
]
# What fills an empty site, in this order.
STARTER_CONTENT = ["clinic_site.starter.load", "blog.load_starter.load", "offers.load_starter.load"]
# What another clinic begins with (manage.py new_clinic): of the above, what is of no one clinic.
NEW_CLINIC_CONTENT = [
    "clinic_site.starter.load_for_another",
    "blog.load_starter.load_library",
    "offers.load_starter.load_wordings",
]
# Who draws the card of a page, by the first part of the card's address.
CARDS = {
    "blog": "blog.card_art.of_article",
    "muscles": "blog.card_art.of_muscle",
    "site": "blog.card_art.of_site",
    "pages": "clinic_site.cards.of_page",
    "team": "clinic_site.cards.of_person",
}
# What the staff home page asks for, most pressing first: each yields clinic_site.checklist.Task.
STAFF_CHECKLISTS = [
    "offers.checklist.tasks",
    "blog.checklist.tasks",
    "clinic_site.checklist.tasks",
]
# What the notice worker has done from time to time (offers/chores.py): function -> how often. What is done once a day
# or more seldom is done in the clinic's morning. Each may be run twice, and be killed and run again.
CHORES = {
    "blog.review_reminders.remind": timedelta(days=1),
    "blog.form_drafts.forget_old": timedelta(days=1),
    "blog.archive.keep": timedelta(minutes=10),
    "blog.text_counts.count_stale": timedelta(minutes=10),
    "offers.alarm.check_silence": timedelta(hours=1),
    "offers.alarm.daily_test": timedelta(days=1),
    "offers.chores.clean_up": timedelta(days=1),
    "offers.digest.send": timedelta(days=1),
    "offers.escalation.tell_next": timedelta(minutes=5),
    "offers.month_mail.send": timedelta(days=1),
    "offers.retention.run": timedelta(days=1),
    "offers.retention_mail.mail_preview": timedelta(days=7),
}
# What shows pictures, and so keeps their files: each yields clinic_site.pictures.Use.
PICTURE_USES = ["clinic_site.models.portraits", "blog.picture_uses.uses"]

# Pages kept as they were shown, besides the articles (blog/archive.py): each yields addresses.
ARCHIVED_PAGES = [
    "blog.archive.addresses",
    "offers.offer.addresses",
    "clinic_site.testimonials.addresses",
]
ADVERTISED = "offers.offer.advertised"  # on articles: with another offer they are kept anew
ARCHIVE_DAYS = env.number("ARCHIVE_DAYS", 1096, lowest=366)  # after a page was last shown; New York: a year

# After how many days which record is forgotten; offers/retention.py says from when on they count.
RETENTION_DAYS = env.days(
    "RETENTION_DAYS",
    {
        "unbooked": 180,  # half a year: who has not come by then asks anew
        "booked": 30,  # handed over to the practice's own records; a month to put a slip right
        "redeemed": 30,  # the same
        "set_aside": 30,  # time enough to see that it was a person after all
        "consent": 1830,  # five years: claims under the TCPA run for four (28 USC 1658)
        "access_log": 14,  # who opened which request: as long as somebody may ask
        "staff_log": 2192,  # six years, as 45 CFR 164.316(b)(2) keeps such records
    },
)

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BACKUP_DIR = env.text(
    "BACKUP_DIR"
)  # where backups are put, to show the age of the newest; empty: not known here

MAIL_FROM = env.mail_address("MAIL_FROM", f"website@{SITE_HOST if IS_PUBLIC else 'example.com'}")
ALARM_MAIL = env.mail_address("ALARM_MAIL", "")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
MAILERS = {"default": env.mailer("MAIL_URL", public=IS_PUBLIC, files=VAR_DIR / "mail")}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "clinic_site.passwords.NotOfThePractice"},
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = "America/New_York"  # until the clinic's own row says otherwise, see clinic_site/front_door.py
PHONENUMBER_DEFAULT_REGION = "US"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "clinic_site.static_storage.StaticFilesStorage"},
}
WHITENOISE_MAX_AGE = (
    7 * 24 * 60 * 60
)  # seconds, for the few files that are asked for by a plain name: the fonts
# The editor's source maps are 2.4 MB that no visitor asks for; compressing them doubles the time of a start.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    *("jpg", "jpeg", "png", "gif", "webp", "avif", "zip", "gz", "br", "woff", "woff2", "ico"),
    "map",
)

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; an article's editing page posts about 100 kB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_000

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE, *style_hashes()],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_NAME = "__Host-session" if IS_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_SECURE else "csrf"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a working day; clinic_site/staff_session.py ends it earlier
SECURE_SSL_REDIRECT = IS_SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_SECONDS = HSTS_SECONDS if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SILENCED_SYSTEM_CHECKS = [
    "security.W021",  # preloading binds the clinic's whole domain for years: the owner's decision, not ours
]

DEFAULT_EXCEPTION_REPORTER = "clinic_site.error_reports.WithoutSecrets"
DEFAULT_EXCEPTION_REPORTER_FILTER = "clinic_site.error_reports.NothingTyped"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {
        "without_context": {"()": "clinic_site.logs.WithoutContext"},
        "without_secrets": {"()": "clinic_site.logs.WithoutSecrets"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["without_secrets"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"filters": ["without_secrets"]},  # for whatever else listens to it one day
        "django.template": {"filters": ["without_context"]},
        "offers": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
