"""The settings: environment variables `PST_…`, or lines of a file. A test compares them with the table in README.md.

The file is the one that PST_ENV_FILE names, else `.env` beside the data folder. The environment goes before it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import OperatorError
from bot.settings_file import read_lines

_PREFIX = "PST_"
#: variables that are no settings: where the file is, and what the files in deploy/ use besides
NO_SETTINGS = {"PST_ENV_FILE", "PST_HOST", "PST_UPSTREAM"}
#: a bucket as S3 allows it, and where in it
_S3_URL = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[\w-][\w.-]*)*/?", re.ASCII)
LogFormat = Literal["text", "json"]
#: names of this machine
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", env_ignore_empty=True)

    data_dir: Annotated[Path, Field(description="Folder of the database, the files, the mails and the key")] = Path(
        "var"
    )
    database_url: Annotated[str, Field(description="SQLAlchemy address; empty: SQLite in the data folder")] = ""
    database_pool: Annotated[
        int,
        Field(description="Connections for writing to PostgreSQL; each handles one message at once", ge=1, le=100),
    ] = 8
    files_url: Annotated[
        str, Field(description="Object store of the files, e.g. s3://bucket/prefix; empty: the data folder")
    ] = ""
    files_endpoint: Annotated[
        str, Field(description="Address of that object store, e.g. https://s3.example.go.id; empty: AWS")
    ] = ""
    files_region: Annotated[str, Field(description="Its region")] = "us-east-1"
    files_access_key: Annotated[str, Field(description="Identifier of the key for it", repr=False)] = ""
    files_secret_key: Annotated[str, Field(description="The key itself", repr=False)] = ""
    listen: Annotated[str, Field(description="Address and port of the web chat")] = "127.0.0.1:8080"
    public_url: Annotated[
        str, Field(description="Address under which people reach the web chat, e.g. https://pst.example.go.id")
    ] = ""
    health_listen: Annotated[
        str,
        Field(description="Address and port of `/health/live`, `/health/ready` and `/metrics`, e.g. 127.0.0.1:9090"),
    ] = ""
    client_ip_header: Annotated[
        str, Field(description="Header in which your proxy names the visitor, e.g. X-Real-IP; empty: no proxy does")
    ] = ""
    office: Annotated[Path | None, Field(description="Office profile (TOML); empty: BPS Kabupaten Jeneponto")] = None
    undo_seconds: Annotated[
        int, Field(ge=0, le=300, description="How long a request, verdict, return, issue can be undone; 0: not at all")
    ] = 30
    smtp_url: Annotated[
        str, Field(description="smtp://user:password@host:587 or smtps://…; empty: mails are dropped as files")
    ] = ""
    mail_from: Annotated[str, Field(description="Sender of the mails")] = "Layanan Rekomendasi <no-reply@localhost>"
    telegram_token: Annotated[str, Field(description="Token from @BotFather; empty: no Telegram", repr=False)] = ""
    telegram_api_base: Annotated[str, Field(description="Bot API server; another one when the office runs its own")] = (
        "https://api.telegram.org"
    )
    telegram_mode: Annotated[
        Literal["polling", "webhook"], Field(description="polling, or webhook (needs PST_PUBLIC_URL)")
    ] = "polling"
    telegram_webhook_secret: Annotated[
        str, Field(description="16 to 256 letters, digits, _ and -; Telegram shows it with each update", repr=False)
    ] = ""
    whatsapp_token: Annotated[
        str, Field(description="Access token of the Cloud API; empty: no WhatsApp", repr=False)
    ] = ""
    whatsapp_phone_number_id: Annotated[str, Field(description="Identifier of the office's WhatsApp number")] = ""
    whatsapp_app_secret: Annotated[
        str, Field(description="The app's secret; signs what WhatsApp sends", repr=False)
    ] = ""
    whatsapp_verify_token: Annotated[
        str, Field(description="A word of your choice, entered with the webhook's address `/whatsapp`", repr=False)
    ] = ""
    whatsapp_api_base: Annotated[str, Field(description="Graph API with its version")] = (
        "https://graph.facebook.com/v23.0"
    )
    whatsapp_templates: Annotated[
        str, Field(description="First word of the names of the approved templates, and their languages")
    ] = "pst:id,en"
    signing_p12: Annotated[
        Path | None,
        Field(description="PKCS#12 file with the certificate that signs letters, where the profile says so"),
    ] = None
    signing_password: Annotated[str, Field(description="Password of that file", repr=False)] = ""
    bsre_url: Annotated[
        str, Field(description="BSrE's Esign Client Service, where the profile says that it signs (untested with it)")
    ] = ""
    bsre_ca: Annotated[
        Path | None,
        Field(description="PEM file with the authority that certifies that service; empty: those of the system"),
    ] = None
    bsre_user: Annotated[str, Field(description="User of that service")] = ""
    bsre_password: Annotated[str, Field(description="Password of that user", repr=False)] = ""
    bsre_seal: Annotated[
        str, Field(description="Identifier of the office's seal there, for letters before they are signed; empty: none")
    ] = ""
    secret_key: Annotated[
        str, Field(description="At least 32 characters; empty: `secret.key` in the data folder", repr=False)
    ] = ""
    backup_passphrase: Annotated[
        str, Field(description="At least 12 characters; seals backups. Empty: the command asks for it", repr=False)
    ] = ""
    log: Annotated[str, Field(description="debug, info, warning or error")] = "info"
    log_format: Annotated[
        LogFormat, Field(description="text, or json: an object a line, for a program that collects logs")
    ] = "text"

    @field_validator("listen", "health_listen")
    @classmethod
    def _listen(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "health_listen":
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 <= int(port) < 65536:
            raise ValueError("write it as address:port, e.g. 127.0.0.1:8080")
        return value

    @field_validator("files_url")
    @classmethod
    def _files_url(cls, value: str) -> str:
        if value and not _S3_URL.fullmatch(value):
            raise ValueError("write it as s3://bucket/prefix, with small letters, digits, . and - in the bucket")
        return value.rstrip("/")

    @field_validator("files_endpoint")
    @classmethod
    def _files_endpoint(cls, value: str) -> str:
        url = urlsplit(value)
        if value and (url.scheme not in {"http", "https"} or not url.hostname or url.path.strip("/") or url.query):
            raise ValueError("write the address without the bucket, e.g. https://s3.example.go.id")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("begin it with https://")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url(cls, value: str) -> str:
        if value and not value.startswith(("smtp://", "smtps://")):
            raise ValueError("begin it with smtp:// or smtps://")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _telegram_token(cls, value: str) -> str:
        bot_id, _, key = value.partition(":")
        if value and not (bot_id.isascii() and bot_id.isdigit() and len(key) >= 30):
            raise ValueError("copy the whole token from @BotFather; it looks like 123456789:AA…")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _telegram_webhook_secret(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value):
            raise ValueError("use 16 to 256 letters, digits, _ and -")
        return value

    @field_validator("bsre_url")
    @classmethod
    def _bsre_url(cls, value: str) -> str:
        """A passphrase is sent there: unencrypted it does not leave this machine."""
        url = urlsplit(value)
        if value and url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
            raise ValueError("begin it with https://")
        return value.rstrip("/")

    @field_validator("telegram_api_base", "whatsapp_api_base")
    @classmethod
    def _api_base(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("begin it with https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _check_channels(self) -> Self:
        """A channel needs all its settings."""
        self._refuse_halves()
        if self.telegram_token and self.telegram_mode == "webhook":
            _require(self, "telegram_webhook_secret", "public_url")
        if self.whatsapp_token:
            _require(self, "whatsapp_phone_number_id", "whatsapp_app_secret", "whatsapp_verify_token")
        if self.files_url:
            _require(self, "files_access_key", "files_secret_key")
        return self

    def _refuse_halves(self) -> None:
        """What belongs to a channel says nothing without that which switches it on."""
        for switch, others in _BELONGS_TO.items():
            given = [f"PST_{name.upper()}" for name in others if getattr(self, name)]
            if given and not getattr(self, switch):
                raise ValueError(f"{given[0]} has no effect without PST_{switch.upper()}; set that too, or neither")

    @field_validator("log")
    @classmethod
    def _log(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("choose debug, info, warning or error")
        return value.lower()

    @property
    def secrets(self) -> list[str]:
        """The values that must not appear in a log."""
        names = (
            *("telegram_token", "telegram_webhook_secret", "whatsapp_token", "whatsapp_app_secret"),
            *("signing_password", "bsre_password", "secret_key", "backup_passphrase", "files_secret_key"),
        )
        passwords = [urlsplit(url).password for url in (self.smtp_url, self.database_url)]
        return [value for value in (*(getattr(self, name) for name in names), *passwords) if value]

    @property
    def address(self) -> tuple[str, int]:
        return host_and_port(self.listen)

    @property
    def web_address(self) -> str:
        """Of the pages, as people write it."""
        return self.public_url or f"http://{self.listen}"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'pst.db'}"


_FIELDS = Settings.model_fields.keys()
#: what switches something on → what else belongs to it and has no default
_BELONGS_TO: Mapping[str, tuple[str, ...]] = {
    "telegram_token": ("telegram_webhook_secret",),
    "whatsapp_token": ("whatsapp_phone_number_id", "whatsapp_app_secret", "whatsapp_verify_token"),
    "signing_p12": ("signing_password",),
    "files_url": ("files_endpoint", "files_access_key", "files_secret_key"),
    "bsre_url": ("bsre_ca", "bsre_user", "bsre_password", "bsre_seal"),
}


def host_and_port(address: str) -> tuple[str, int]:
    """Of a setting such as PST_LISTEN."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _require(settings: Settings, *names: str) -> None:
    missing = [f"PST_{name.upper()}" for name in names if not getattr(settings, name)]
    if missing:
        raise ValueError(f"set {' and '.join(missing)} too; the README says what belongs there")


def read() -> Settings:
    """Reads the settings of the environment and of the file. Raises `OperatorError`, which names the wrong variable."""
    environment = {name.upper(): value for name, value in os.environ.items()}
    _refuse_unknown(name for name in environment if name.startswith(_PREFIX))
    file = _settings_file(environment)
    lines = read_lines(file) if file is not None else {}
    _refuse_unknown(lines, f"{file}: ")
    given = {name.removeprefix(_PREFIX).lower(): value for name, value in lines.items() if not environment.get(name)}
    try:
        return Settings.model_validate({name: value for name, value in given.items() if value and name in _FIELDS})
    except ValidationError as error:
        first = error.errors()[0]
        message = first["msg"].removeprefix("Value error, ")
        name = _PREFIX + "_".join(str(part) for part in first["loc"]).upper() + ": " if first["loc"] else ""
        raise OperatorError(f"{name}{message}.") from None


def _refuse_unknown(names: Iterable[str], where: str = "") -> None:
    for name in names:
        if name.removeprefix(_PREFIX).lower() not in _FIELDS and name not in NO_SETTINGS:
            raise OperatorError(f"{where}{name}: there is no such setting; the README has the list.")


def _settings_file(environment: Mapping[str, str]) -> Path | None:
    """`None` when there is none and none is named."""
    if named := environment.get("PST_ENV_FILE"):
        return Path(named)
    beside = Path(environment.get("PST_DATA_DIR") or Settings.model_fields["data_dir"].default).parent / ".env"
    return beside if beside.exists() else None
