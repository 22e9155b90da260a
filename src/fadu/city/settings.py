"""All settings, one file, read top to bottom. Every knob comes from the environment and is named FADU_…"""

from __future__ import annotations

import os
import secrets
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def _flag(name: str) -> bool:
    value = os.environ.get(name, "")
    if value not in ("", "0", "1"):
        raise ImproperlyConfigured(f"{name} 只能是 0 或 1，现为 {value!r}。")
    return value == "1"


# Where this installation keeps what it writes: database, keys, files, logs.
FADU_VAR = Path(os.environ.get("FADU_VAR", "var")).resolve()
# A demonstration city: its clock can be moved forward from the page, personas can be switched.
FADU_DEMO = _flag("FADU_DEMO")
# The statute book, and the folder of the city's own overlays beside it.
FADU_LAW = Path(str(files("fadu"))) / "law"
FADU_LAW_LOCAL = Path(os.environ["FADU_LAW_LOCAL"]) if os.environ.get("FADU_LAW_LOCAL") else None
# The name under which the log signs its checkpoints; in a demonstration it ends in /demo.
FADU_LOG_ORIGIN = os.environ.get("FADU_LOG_ORIGIN", "fadu.local/log") + ("/demo" if FADU_DEMO else "")
# "sha256-ed25519" (international) or "sm3-sm2" (commercial cryptography of the People's Republic).
FADU_LOG_SUITE = os.environ.get("FADU_LOG_SUITE", "sha256-ed25519")
# A promise says "in the log before T seconds".
FADU_PROMISE_SECONDS = int(os.environ.get("FADU_PROMISE_SECONDS", "60"))
# Without a published proof for so many hours, performed acts stop (trace.md).
FADU_PROOF_STOP_HOURS = int(os.environ.get("FADU_PROOF_STOP_HOURS", "4"))
# The witness of the supervising organ, and its public key file; empty in an installation without one.
FADU_WITNESS_URL = os.environ.get("FADU_WITNESS_URL", "")
# The time-stamping authority (RFC 3161, 国家授时) of the city, the file with its root certificates (PEM), and how often
# the newest checkpoint is stamped. Empty: checkpoints carry no time-stamp, and the page says so.
FADU_TSA_URL = os.environ.get("FADU_TSA_URL", "")
FADU_TSA_ANCHOR = Path(os.environ["FADU_TSA_ANCHOR"]) if os.environ.get("FADU_TSA_ANCHOR") else None
FADU_TSA_SECONDS = int(os.environ.get("FADU_TSA_SECONDS", "3600"))
if FADU_TSA_URL and not (FADU_TSA_ANCHOR and FADU_TSA_ANCHOR.is_file()):
    raise ImproperlyConfigured("设了 FADU_TSA_URL 就须以 FADU_TSA_ANCHOR 指明时间戳机构的根证书文件（PEM）。")
# The city's text message gateway; empty: a demonstration writes messages to FADU_VAR/sms, a real system sends none.
FADU_SMS_URL = os.environ.get("FADU_SMS_URL", "")
FADU_SMS_TOKEN = os.environ.get("FADU_SMS_TOKEN", "")
# One-time codes by which an applicant reads his matter without logging in: six digits at least and ten minutes at most
# (NIST SP 800-63B-4 section 3.1.3; OWASP ASVS 5.0, 6.5.5), tries and sendings limited (ASVS 6.6.3). How many of either, how
# long a pause between two and how long one then reads is this installation's choice; no norm of the state says it.
FADU_CODE_SECONDS = int(os.environ.get("FADU_CODE_SECONDS", "300"))
if not 60 <= FADU_CODE_SECONDS <= 600:
    raise ImproperlyConfigured(f"FADU_CODE_SECONDS 须在 60 至 600 之间，现为 {FADU_CODE_SECONDS}。")
FADU_CODE_DIGITS = 6
FADU_CODE_TRIES = 5
FADU_CODES_A_DAY = 5
FADU_CODE_PAUSE_SECONDS = 60
FADU_CODE_READING_SECONDS = 15 * 60
# OpenID Connect: issuer, client and secret of the city's identity provider; empty switches it off.
FADU_OIDC_ISSUER = os.environ.get("FADU_OIDC_ISSUER", "")
FADU_OIDC_CLIENT = os.environ.get("FADU_OIDC_CLIENT", "")
FADU_OIDC_SECRET = os.environ.get("FADU_OIDC_SECRET", "")
# Which claim says how well the provider knows the person, and which real-name level (0-3) each of its values is worth
# here: "value=level,value=level". What is not listed is worth nothing.
FADU_OIDC_LEVEL_CLAIM = os.environ.get("FADU_OIDC_LEVEL_CLAIM", "acr")


def _levels(text: str) -> dict[str, int]:
    pairs = [pair.rpartition("=") for pair in text.split(",") if pair]
    if any(not value or level not in ("0", "1", "2", "3") for value, _, level in pairs):
        raise ImproperlyConfigured(
            f"FADU_OIDC_LEVELS 须写作“值=等级,值=等级”，等级为 0 至 3，现为 {text!r}。"
        )
    return {value: int(level) for value, _, level in pairs}


FADU_OIDC_LEVELS = _levels(os.environ.get("FADU_OIDC_LEVELS", ""))


def _secret(name: str) -> str:
    """A secret of this installation: from the environment, else made once and kept under FADU_VAR/keys (0600)."""
    if value := os.environ.get(f"FADU_{name.upper()}"):
        return value
    path = FADU_VAR / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(descriptor, "w") as made:
            made.write(secrets.token_hex(32))
    return path.read_text()


SECRET_KEY = _secret("secret_key")
# Wraps the key of each case; losing it loses every personal value, so it belongs into the backup of keys.
FADU_KEK = bytes.fromhex(_secret("kek"))

DEBUG = _flag("FADU_DEBUG")
ALLOWED_HOSTS = os.environ.get("FADU_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("FADU_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "fadu.city.accounts",
    "fadu.city.ledger",
    "fadu.city.authority",
    "fadu.city.registries",
    "fadu.city.cases",
    "fadu.city.participation",
    "fadu.city.planning",
    "fadu.city.supervision",
    "fadu.city.archives",
    "fadu.city.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "fadu.city.web.middleware.security_headers",
    "fadu.city.web.incoming.readable",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "fadu.city.authority.middleware.session_rules",
    "fadu.city.authority.bearer.bearer_rules",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fadu.city.web.middleware.answer_errors",
    "fadu.city.authority.noting.note_refused",
]

ROOT_URLCONF = "fadu.city.urls"
WSGI_APPLICATION = "fadu.city.wsgi.application"
# Only the door opens a transaction (architecture.md, rule 2).
ATOMIC_REQUESTS = False


def _database(url: str) -> dict[str, object]:
    """Read ``sqlite:///path`` or ``postgres://user:password@host:port/name``; anything else stops with a sentence."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = Path(parts.path) if parts.path.startswith("/") else FADU_VAR / parts.path
        path.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "fadu.city.sqlite",
            "NAME": path,
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                # FULL: an acknowledged act survives a power cut (measured in reference/trust.md 6.2).
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA secure_delete=ON; PRAGMA recursive_triggers=ON;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "fadu.city.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            # Only statements sent through ``kept_cursor`` can be kept.
            # Their plans do not depend on the values either. A page's statement is short: starting a helper process
            # for it takes longer than it does, and helpers that many pages share come late.
            "OPTIONS": {
                "prepare_threshold": 3,
                "options": "-c plan_cache_mode=force_generic_plan -c max_parallel_workers_per_gather=0",
            },
        }
    raise ImproperlyConfigured(f"FADU_DATABASE_URL 须以 sqlite: 或 postgres: 开头，现为 {parts.scheme!r}。")


DATABASES = {
    "default": _database(os.environ.get("FADU_DATABASE_URL", f"sqlite://{FADU_VAR / 'fadu.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).parent / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "fadu.city.web.jinja.environment",
            "context_processors": [
                "fadu.city.web.jinja.page",
                "fadu.city.authority.views.demo_bar",
                "fadu.city.navigation.pages",
            ],
        },
    },
]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"

# Session rules (GB/T 22239-2019, level 3; ASVS 7.3): idle and absolute limits, and how fresh a proof of identity
# must be before approving, signing or deciding.
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("FADU_HTTPS")
FADU_SESSION_IDLE_SECONDS = 30 * 60
FADU_PROOF_FRESH_SECONDS = 5 * 60
FADU_LOCKOUT_TRIES = 5
FADU_LOCKOUT_SECONDS = 15 * 60
CSRF_FAILURE_VIEW = "fadu.city.web.views.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = FADU_VAR / "static"
STATICFILES_DIRS = [Path(__file__).parent / "web" / "static"]
WHITENOISE_USE_FINDERS = True

# A file may have 50 MB, a form 5 MB beside its files; larger is refused before it is read.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FADU_FILE_MAX_BYTES = 50 * 1024 * 1024

# A file uploaded by the API that no act has taken is removed after so many days: no longer than its purpose needs
# (个人信息保护法第十九条). How long a client may take to send its act no norm says; a week covers a holiday.
FADU_UPLOAD_DAYS = int(os.environ.get("FADU_UPLOAD_DAYS", "7"))
if FADU_UPLOAD_DAYS < 1:
    raise ImproperlyConfigured(f"FADU_UPLOAD_DAYS 至少为 1，现为 {FADU_UPLOAD_DAYS}。")

EMAIL_BACKEND = os.environ.get("FADU_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = FADU_VAR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("FADU_EMAIL_FROM", "fadu@localhost")

# The technical log goes to stdout and is not the ledger (architecture.md, rule 11).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}},
    "root": {"handlers": ["stdout"], "level": os.environ.get("FADU_LOG_LEVEL", "WARNING")},
}
