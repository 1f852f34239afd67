"""The one settings file. What differs between installations comes from the environment (`docs/running.md`)."""

from pathlib import Path

import django_stubs_ext
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config import environment

# Lets annotations say `ModelAdmin[Pledge]`: Django's own classes learn to take the brackets.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = environment.switch("GENSEKI_DEMO", False)
TESTING = environment.switch("GENSEKI_TEST", False)
DEBUG = environment.switch("DEBUG", False)
SECRET_KEY = environment.text("DJANGO_SECRET_KEY")
SECRET_KEY_FALLBACKS = environment.words("DJANGO_SECRET_KEY_FALLBACKS")

# Links in mails and return addresses come from SITE_URL, never from a request's Host header.
SITE_URL = environment.text("SITE_URL").rstrip("/")
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if DEMO or TESTING else "")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", SITE_URL)
# While the database moves or a release needs quiet: every page says so and answers 503.
MAINTENANCE = environment.switch("MAINTENANCE", False)

INSTALLED_APPS = [
    "campaigns",
    "lineage",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # A thousand pages that are open ask for nothing but numbers that everybody may see: they are told at the door.
    *([] if MAINTENANCE else ["campaigns.views.live.for_all_who_watch"]),
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.maintenance.Maintenance",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "campaigns.views.shell.shell",
            ],
        },
    },
]

# The database: PostgreSQL, and only PostgreSQL

DATABASES = {
    "default": {
        **environment.database(),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "options": " ".join(
                (
                    f"-c statement_timeout={environment.number('DB_STATEMENT_TIMEOUT_MS', 15_000)}",
                    f"-c lock_timeout={environment.number('DB_LOCK_TIMEOUT_MS', 5_000)}",
                    "-c idle_in_transaction_session_timeout=60000",
                    "-c jit=off",
                )
            ),
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sessions and allauth's limits live in the database: signing in and giving must work while Redis is away.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Tries are counted here; with Django's 300 entries a crowd would push its own counters out.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # Pictures for links are large, and any machine can draw them again: they stay out of the database.
    "pictures": {
        "BACKEND": f"django.core.cache.backends.{'locmem.LocMemCache' if TESTING else 'filebased.FileBasedCache'}",
        "LOCATION": "pictures" if TESTING else BASE_DIR / "var" / "pictures",
        "TIMEOUT": 7 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# The queue: a hint, never the truth

REDIS_URL = environment.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_throttle": 1,
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "max_retries": 1,
}

# Stripe

STRIPE_SECRET_KEY = environment.text("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRETS = environment.words("STRIPE_WEBHOOK_SECRETS")
STRIPE_API_BASE = environment.text("STRIPE_API_BASE", "")
STRIPE_LIVEMODE = "_live_" in STRIPE_SECRET_KEY
# Accounts of trainers are told of by another kind of event, at an endpoint with a secret of its own.
STRIPE_ACCOUNT_WEBHOOK_SECRETS = environment.words("STRIPE_ACCOUNT_WEBHOOK_SECRETS")
# Calls a second, of all processes together. Stripe allows 25 at one endpoint unless it is raised.
STRIPE_PACE = environment.number("STRIPE_PACE", 500 if TESTING else 20, least=1, most=1000)
PLATFORM_COUNTRY = environment.text("PLATFORM_COUNTRY", "US").upper()
# A sandbox serves its hosted pages itself; a form may lead there as it may lead to Stripe's.
STRIPE_PAGES = environment.words(
    "STRIPE_PAGES", STRIPE_API_BASE or "https://checkout.stripe.com,https://connect.stripe.com"
)

# The rules of this installation

ADMIN_PATH = environment.text("ADMIN_PATH", "admin/").strip("/") + "/"
STAFF_APPROVE_CAMPAIGNS = environment.switch("STAFF_APPROVE_CAMPAIGNS", True)
TRUSTED_PROXY_COUNT = environment.number("TRUSTED_PROXY_COUNT", 0, most=10)
_MANY = 1_000_000 if DEMO or TESTING else 0
PLEDGES_PER_NETWORK = environment.number("PLEDGES_PER_NETWORK", 1000 if DEMO or TESTING else 20)
PLEDGES_PER_WIDER_NETWORK = environment.number("PLEDGES_PER_WIDER_NETWORK", _MANY or 100)
PLEDGES_PER_ADDRESS = environment.number("PLEDGES_PER_ADDRESS", _MANY or 50)
# Of these two only what was not paid counts: a rush of honest people does not stop itself.
PLEDGES_PER_CAMPAIGN = environment.number("PLEDGES_PER_CAMPAIGN", _MANY or 300)
PLEDGES_PER_SITE = environment.number("PLEDGES_PER_SITE", _MANY or 1000)
# Refused cards of one network in ten minutes, beyond those that worked; then it waits.
FAILED_CARDS_PER_NETWORK = environment.number("FAILED_CARDS_PER_NETWORK", _MANY or 10, least=1)
FAILED_CARDS_ALARM_PERCENT = environment.number("FAILED_CARDS_ALARM_PERCENT", 60, most=101)
FAILED_CARDS_ALARM_LEAST = environment.number("FAILED_CARDS_ALARM_LEAST", 20, least=1)
FAILED_CARDS_PAUSE_PERCENT = environment.number("FAILED_CARDS_PAUSE_PERCENT", 90, most=101)
FAILED_CARDS_PAUSE_LEAST = environment.number("FAILED_CARDS_PAUSE_LEAST", 50, least=1)
_HOSTS = environment.words("IMPORT_HOSTS", "huggingface.co,civitai.com,raw.githubusercontent.com")
IMPORT_HOSTS = [host for host in _HOSTS if host != "none"]
# For how many thousandths of a second everybody who watches a campaign is shown the same numbers; a test sees its own.
LIVE_SHARED_MS = environment.number("LIVE_SHARED_MS", 0 if TESTING else 200, most=2000)
# Where browsers reach the process that keeps their streams open; without it pages ask again and again.
LIVE_STREAM_URL = environment.origin("LIVE_STREAM_URL", secure=SECURE)
CLOSE_SWEEP_SECONDS = environment.number("CLOSE_SWEEP_SECONDS", 5, least=1, most=60)

# A test may name a file that says where a process shall die (campaigns/failpoints.py); nobody else can.
FAILPOINT_FILE = environment.text("FAILPOINT_FILE", "") if TESTING else ""

# People

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    # A slow hash is the point of a password hash, and of no use to a test.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_campaigns"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "campaigns.views.account_mails.AccountMails"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Whoever changes a password, an address or a second factor is told by mail: perhaps it was somebody else.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Genseki] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or TESTING
MFA_TOTP_ISSUER = "Genseki"

# Words and times

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
LOCALE_PATHS = [BASE_DIR / "campaigns" / "locale", BASE_DIR / "lineage" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.text("TIME_ZONE", "Asia/Tokyo")

# Mail

MAILERS = {"default": environment.mailer()}
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "Genseki <genseki@localhost>")
# Where answers go, and who ends mails for people whose mail program writes instead of posting; nobody if empty.
CONTACT_EMAIL = environment.text("CONTACT_EMAIL", "")
UNSUBSCRIBE_EMAIL = environment.text("UNSUBSCRIBE_EMAIL", "")
MAIL_FOLDER = Path(str(MAILERS["default"].get("OPTIONS", {}).get("file_path", BASE_DIR / "var" / "mail")))  # type: ignore[attr-defined]

# Who runs this installation, as terms, privacy, refunds and commercial disclosure say it. A page says openly what is
# left empty, and that it is a draft until the operator has had it checked.

OPERATOR_NAME = environment.text("OPERATOR_NAME", "")
OPERATOR_REPRESENTATIVE = environment.text("OPERATOR_REPRESENTATIVE", "")
OPERATOR_ADDRESS = environment.text("OPERATOR_ADDRESS", "")
OPERATOR_PHONE = environment.text("OPERATOR_PHONE", "")
OPERATOR_LAW = environment.text("OPERATOR_LAW", "")
OPERATOR_KEEPS_DATA = environment.text("OPERATOR_KEEPS_DATA", "")
RULES_CHECKED_ON = environment.day("RULES_CHECKED_ON")

# Files

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The tests serve straight from static/, so that they need no collecting step; the demo collects when it starts.
WHITENOISE_USE_FINDERS = TESTING or DEBUG
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# Safety

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF, *([LIVE_STREAM_URL] if LIVE_STREAM_URL else [])],
    "manifest-src": [CSP.SELF],
    # The form posts to us, and the answer sends the browser on to Stripe: both must be named.
    "form-action": [CSP.SELF, *STRIPE_PAGES],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS", 31_536_000) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "campaigns.views.shell.form_expired"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "config.discreet.Discreet",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # Stripe's package tells of every call, with addresses that lead to pledges; and
    # Celery's worker tells of every tick: a hundred megabytes a day that nobody reads.
    "loggers": {
        "stripe": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
}
