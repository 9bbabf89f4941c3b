"""Settings come from the environment only; a wrong value stops the start with a sentence.

Behaviour that differs by town is never a setting: it is pack data.
"""

from pathlib import Path

from environs import Env, EnvValidationError

# Wrong values are collected and said together at the end of this file.
env = Env(prefix="FUGONG_", eager=False)

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGE_DIR = Path(__file__).resolve().parent

# What this installation writes: database, keys, uploads, backups. Never inside the package.
DATA_DIR = Path(env.str("DATA", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
PACKS_DIR = Path(env.str("PACKS", str(BASE_DIR / "packs"))).resolve()
# Keys live outside the database and outside its backups.
KEYRING_DIR = Path(env.str("KEYRING", str(DATA_DIR / "keyring"))).resolve()
UPLOADS_DIR = DATA_DIR / "uploads"
# Days after which the file of an import goes (its outcomes stay), and what is kept of a command that was sent.
IMPORT_FILE_DAYS = env.int("IMPORT_FILE_DAYS", 30)
COMMAND_DAYS = env.int("COMMAND_DAYS", 30)
BACKUPS_DIR = Path(env.str("BACKUPS", str(DATA_DIR / "backups"))).resolve()

DEBUG = env.bool("DEBUG", False)
# The demo shows one-click log-ins; it refuses to start beside real data (see core.checks).
DEMO = env.bool("DEMO", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# Proxies in front that add the sender's address to X-Forwarded-For; with 0 nobody's word is taken for it.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("TRUSTED_ORIGINS", [])


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept beside the data (mode 600)."""
    given = env.str("SECRET_KEY", "")
    if given:
        return given
    import secrets

    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text().strip()


SECRET_KEY = _secret_key()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "djangoql",
    "django_tasks",
    "django_tasks_db",
    "fugong.core",
    "fugong.territory",
    "fugong.access",
    "fugong.campaigns",
    "fugong.enterprises",
    "fugong.teams",
    "fugong.issues",
    "fugong.outreach",
    "fugong.resumption",
    "fugong.visits",
    "fugong.insight",
    "fugong.desk",
    "fugong.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "fugong.core.middleware.content_security",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "fugong.access.middleware.signed_in_user",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fugong.campaigns.middleware.current_campaign",
    "fugong.core.middleware.refusals",
]

ROOT_URLCONF = "fugong.urls"
WSGI_APPLICATION = "fugong.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "fugong.desk.navigation.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "fugong.core.templatetags.ui",
            ],
        },
    },
]


def _database() -> dict[str, object]:
    """SQLite beside the data unless DATABASE_URL (postgres://user:password@host:port/name) says otherwise."""
    url = env.str("DATABASE_URL", "")
    if not url:
        return _sqlite(DATA_DIR / "fugong.sqlite3")
    from urllib.parse import parse_qs, unquote, urlsplit

    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(parts.path))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit("FUGONG_DATABASE_URL must begin with postgres:// or sqlite://.")
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Compiling a query (jit) takes a second, and each of ours runs far shorter.
        "OPTIONS": {
            "options": "-c synchronous_commit=on -c jit=off -c idle_in_transaction_session_timeout=60000"
        },
    }


def _sqlite(path: Path) -> dict[str, object]:
    """WAL, every commit on the disk, and writers that queue instead of failing (see fugong.core.sqlite)."""
    return {
        "ENGINE": "fugong.core.sqlite",
        "NAME": path,
        # The last connection to close writes the whole log back; kept open, a write costs a fifth.
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": ":memory:"},  # also under pytest-xdist, which gives other engines a file
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;",
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "access:login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = env.bool("HTTPS", False)
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale", PACKAGE_DIR / "cli" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [PACKAGE_DIR / "static"]
STATIC_ROOT = None  # served where they lie, by WhiteNoise; nothing is collected
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "slow"]}}

# Every module that has a part in a pack, in the order in which the parts are loaded.
PACK_PARTS = [
    "fugong.campaigns.pack",
    "fugong.enterprises.pack",
    "fugong.teams.pack",
    "fugong.issues.pack",
    "fugong.outreach.pack",
    "fugong.visits.pack",
    "fugong.insight.pack",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "fugong.core.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}

try:
    env.seal()
except EnvValidationError as error:
    raise SystemExit(f"The settings in the environment are wrong. {error}") from None
