"""Settings that every environment shares. Values come from the environment; see OPERATING.md for the list."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

DATA_DIR = Path(env("DATA_DIR", default=str(PROJECT_DIR / "var"))).resolve()
BASE_URL = env("BASE_URL", default="http://localhost:8000").rstrip("/")
DEBUG = False
# What only the demo settings change: they alone know a password that everybody knows.
DEMO = False
DEMO_PASSWORD = ""
HOST, PORT = "127.0.0.1", 8000
MAILBOX_DIR: Path = DATA_DIR / "mail"
ALLOWED_HOSTS: list[str] = []

INSTALLED_APPS = [
    "courses",
    "curriculum",
    "academy",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "academy.apps.AcademyUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "academy.web.middleware.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "academy.web.middleware.ParkingMiddleware",
    "academy.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "academy.web.middleware.ContentSecurityPolicyMiddleware",
    "academy.web.middleware.PrivateResponseMiddleware",
    "academy.web.middleware.TimeZoneMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "academy.web.middleware.CmsDoorMiddleware",
]

ROOT_URLCONF = "academy.urls"
WSGI_APPLICATION = "academy.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "academy.web.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "academy.templatetags.academy"],
        },
    }
]

# -- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "academy.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "academy.kernel.passwords.RefusedPasswordValidator"},
]
REFUSED_PASSWORDS: list[str] = []  # open no account at all, whoever has set them
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "after_sign_in"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "academy.web.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "academy.people.queries.display_name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # mail takes its time; three tries at 20^8 codes need no shorter one
ACCOUNT_FORMS = {
    "login": "academy.web.forms.SignInForm",
    "signup": "academy.web.forms.SignUpForm",
    "request_login_code": "academy.web.forms.RequestCodeForm",
    "confirm_login_code": "academy.web.forms.ConfirmSignInCodeForm",
    "confirm_email_verification_code": "academy.web.forms.ConfirmAddressCodeForm",
    "add_email": "academy.web.forms.ChangeAddressForm",
    "reset_password": "academy.web.forms.ForgottenPasswordForm",
    "reset_password_from_key": "academy.web.forms.NewPasswordForm",
    "change_password": "academy.web.forms.ChangePasswordForm",
    "set_password": "academy.web.forms.SetPasswordForm",
    "reauthenticate": "academy.web.forms.ReauthenticateForm",
}
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or address is told to its owner
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# By address generous, because a whole town hall signs in from one; by account strict (STACK.md, pitfall 13).
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/300s/key",
    "signup": "100/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    "request_login_code": "60/m/ip,3/m/key",
    "reset_password_from_key": "60/m/ip",
    "feedback": "10/h/ip",
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "academy.web.failures.csrf_failure"
USERSESSIONS_TRACK_ACTIVITY = False

# -- languages and time -----------------------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_TIME_ZONE = "Europe/Brussels"
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", _("English")),
    ("nl", _("Dutch")),
    ("de", _("German")),
    ("fr", _("French")),
]
LOCALE_PATHS = [PROJECT_DIR / "locale"]
# Django has no Maltese: a certificate may be asked for in it all the same (STACK.md, pitfall 11).
LANG_INFO.setdefault("mt", {"bidi": False, "code": "mt", "name": "Maltese", "name_local": "Malti"})

# -- Wagtail ----------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Circular Procurement Academy"
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = True
WAGTAILUSERS_PASSWORD_REQUIRED = False  # who has none signs in by mailed code
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILIMAGES_IMAGE_MODEL = "academy.AcademyImage"
WAGTAILDOCS_DOCUMENT_MODEL = "academy.AcademyDocument"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# A password that many share protects nothing: a file is for everyone, for people with an account, or for groups.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# Decision 4: a page is translated only when its words are; English never goes live as Dutch.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAIL_CONTENT_LANGUAGES_SOURCE = "en"

# -- storage and static -----------------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
PRIVATE_ROOT = DATA_DIR / "private"
MEDIA_ACCEL_PREFIX = env("MEDIA_ACCEL_PREFIX", default="")  # nginx's internal location; empty: Django sends files
FONTS_DIR = PROJECT_DIR / "node_modules"
# The key that signs badges: one line of text here, or else a file that is made on first need (OPERATING.md).
ISSUER_KEY = env.str("ISSUER_KEY", default="")
KEYS_DIR = DATA_DIR / "keys"
STATICFILES_DIRS = [
    (prefix, folder)
    for prefix, folder in [
        ("vendor/htmx", PROJECT_DIR / "node_modules" / "htmx.org" / "dist"),
        ("vendor/h5p", PROJECT_DIR / "node_modules" / "h5p-standalone" / "dist"),
        ("vendor/fonts", PROJECT_DIR / "build" / "fonts"),
    ]
    if folder.is_dir()
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(PRIVATE_ROOT), "base_url": None},
    },
    "staticfiles": {"BACKEND": "academy.kernel.static.StaticStorage"},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's editor posts many

# -- database, cache, queue -------------------------------------------------------------------------------------------
SQLITE_OPTIONS = {
    "timeout": 20,
    # Deferred transactions that read first and write later fail at once under WAL (STACK.md, pitfall 3).
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY"
    ),
}
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'academy.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = dict(SQLITE_OPTIONS)
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": env("CACHE_PREFIX", default="cpa"),
        }
    }
    CELERY_BROKER_URL = REDIS_URL
else:
    # Several processes must agree (rate limits, routes): files, not one process's memory.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    }
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "queue" / "messages"),
        "data_folder_out": str(DATA_DIR / "queue" / "messages"),
        "control_folder": str(DATA_DIR / "queue" / "control"),
        "store_processed": False,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = env("CELERY_QUEUE", default="academy")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "queue" / "beat")
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    # The rows are the truth, the queue only wakes the work: a lost message costs a minute (rule 5).
    "outbox": {"task": "academy.mail.tasks.deliver_due", "schedule": 30.0},
    "notices": {"task": "academy.mail.tasks.post_notices", "schedule": 900.0},
    "jobs": {"task": "academy.jobs.tasks.run_due", "schedule": 30.0},
    "heartbeat": {"task": "academy.jobs.tasks.heartbeat", "schedule": 30.0},
    "publish": {"task": "academy.website.tasks.publish_scheduled", "schedule": 60.0},
    "clean": {"task": "academy.people.tasks.clean_up", "schedule": 24 * 3600.0},
    "forget": {"task": "academy.website.tasks.forget_messages", "schedule": 24 * 3600.0},
    "close_attempts": {"task": "courses.flows.tasks.close_attempts", "schedule": 30.0},
    "keep_dates": {"task": "courses.flows.tasks.keep_dates", "schedule": 30.0},
    "remind": {"task": "courses.flows.tasks.remind", "schedule": 600.0},
    "follow_rules": {"task": "courses.flows.tasks.follow_rules", "schedule": 3600.0},
    "remind_of_duties": {"task": "courses.flows.tasks.remind_of_duties", "schedule": 3600.0},
    "take_figures": {"task": "courses.flows.tasks.take_figures", "schedule": 3600.0},
    "team_digests": {"task": "courses.flows.tasks.send_team_digests", "schedule": 3600.0},
    "remind_certificates": {"task": "courses.flows.tasks.remind_certificates", "schedule": 24 * 3600.0},
    "send_saved_filters": {"task": "courses.flows.tasks.send_saved_filters", "schedule": 3600.0},
    "forget_sign_up": {"task": "courses.flows.tasks.forget_sign_up", "schedule": 24 * 3600.0},
    "forget_bundles": {"task": "courses.flows.tasks.forget_bundles", "schedule": 6 * 3600.0},
    "forget_answers": {"task": "courses.flows.tasks.forget_answers", "schedule": 24 * 3600.0},
    "sweep_packages": {"task": "curriculum.h5p.tasks.sweep_packages", "schedule": 24 * 3600.0},
}

# -- workshops --------------------------------------------------------------------------------------------------------
# Two things at the same time: "warn" says so and asks (trainers give a reason), "block" refuses.
BOOKING_OVERLAPS = env.str("BOOKING_OVERLAPS", default="warn")
if BOOKING_OVERLAPS not in ("warn", "block"):
    raise ImproperlyConfigured('BOOKING_OVERLAPS is "warn" or "block".')

# -- activities (H5P) -------------------------------------------------------------------------------------------------
# Overrides of curriculum.h5p.limits.Limits, such as {"upload": 256 * 1024 * 1024} (bytes).
H5P_LIMITS: dict[str, int] = env.json("H5P_LIMITS", default={})

# -- mail -------------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
# So long a mail is one worker's before it has to say that it is still sending. Together with beat's 30 s it is how late
# a mail comes whose worker was killed: less than a minute (tests/proofs).
MAIL_LEASE = timedelta(seconds=20)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Circular Procurement Academy <academy@demo.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CONTACT_EMAIL = env("CONTACT_EMAIL", default="contact@demo.example")

# -- security ---------------------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview frames pages of its own origin
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
# Wagtail's admin still needs inline styles and scripts; it is for staff and never shows learners' input unescaped.
CMS_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'; frame-src 'self'; worker-src 'self' blob:"
)

# -- logs: JSON lines, without personal data --------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "academy.kernel.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "fontTools": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},  # two lines for each save in the CMS
    },
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"
