"""The tree of settings. Each field's description is what ``config.example.toml`` and the documentation say of it."""

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator

_HEX = r"#[0-9a-fA-F]{6}"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MenuEntry(_Part):
    """An entry of the menu. Of peernet's own pages it can be the address alone."""

    label: str | dict[str, str] = ""
    address: str

    @field_validator("label")
    @classmethod
    def _is_short(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        for text in [value] if isinstance(value, str) else value.values():
            if len(text) > 60 or not text.isprintable():
                raise ValueError(f'"{text[:60]}" cannot stand in a menu; at most 60 letters can')
        return value

    @field_validator("address")
    @classmethod
    def _leads_somewhere(cls, value: str) -> str:
        plain = value.isprintable() and " " not in value and "\\" not in value
        inside = value.startswith("/") and not value.startswith("//")
        if not plain or not (inside or re.match(r"https?://[^/]|mailto:.+@", value)):
            raise ValueError(f'"{value}" must be a path of this site like /library, or begin with https:// or mailto:')
        return value


class Network(_Part):
    """Who the installation is."""

    name: str = Field("Peer learning network", description="The network's name, on every page and mail.")
    tagline: str = Field("Organisations that learn from each other", description="One line under the name.")
    about: str = Field("", description="A short text in Markdown for the home page.")
    hosts: tuple[str, ...] = Field((), description="Names of the hosting organisations, for the foot of the page.")
    contact: str = Field("", description="Address that readers may write to; empty shows none.")
    security_contact: str = Field(
        "", description="Address or page to tell of weaknesses, for /.well-known/security.txt; empty: there is none."
    )
    accent: str = Field(
        "#0b6e6e",
        description="The first colour, of links and buttons, as #rrggbb; shown in its nearest shade that can be read.",
    )
    second_colour: str = Field(
        "", description="The second colour, of lines, marks and small headings, as #rrggbb; empty takes the first."
    )
    ground: str = Field(
        "", description="The paper's tint, as #rrggbb; the dark pages take its hue. Empty is peernet's own warm white."
    )
    logo: str = Field("", description="File of the logo: PNG, WebP or JPEG, best without a ground of its own.")
    logo_dark: str = Field("", description="File of the logo on dark pages; empty takes the same one.")
    logo_has_name: bool = Field(
        False, description="Whether the logo says the name, which then is not written beside it."
    )
    icon: str = Field("", description="File of a square picture for tabs and home screens; empty takes the logo.")
    menu: tuple[MenuEntry, ...] = Field(
        (),
        description="More entries of the menu, in their order, each a table with address and label; the label may be a "
        "table with a text for each language.",
    )
    menu_replaces: bool = Field(
        False,
        description="Whether they stand in place of peernet's own: /questions, /library, /cohorts, /organisations.",
    )
    pages: str = Field(
        "",
        description="Folder of the network's own pages, like imprint.md and imprint.fr.md; empty: own-pages in data.",
    )
    language: str = Field("en", description="Language of pages and mail where a person chose none.")
    languages: tuple[str, ...] = Field(
        ("en", "fr", "es", "pt", "ar"), description="Languages that readers can choose from."
    )
    zone: str = Field("Europe/London", description="Zone used where a person or cohort has none.")

    @field_validator("accent", "second_colour", "ground")
    @classmethod
    def _is_a_colour(cls, value: str, info: ValidationInfo) -> str:
        may_be_empty = info.field_name != "accent"
        if not re.fullmatch(_HEX, value) and not (may_be_empty and not value):
            raise ValueError(f'"{value}" is not a colour; write it as six digits after a #, like #0b6e6e')
        return value


class Server(_Part):
    """The web server."""

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(8000, description="Port to listen on.")
    processes: Annotated[int, Field(ge=1, le=64)] = Field(1, description="Web processes; more than one needs Redis.")
    threads: Annotated[int, Field(ge=2, le=2000)] = Field(
        512, description="Most threads for requests in each web process; half of them may wait for their turn."
    )
    streams: Annotated[int, Field(ge=-1, le=4000)] = Field(
        -1,
        description="Most live pages that a web process keeps a line open to, each with a thread more; others ask now "
        "and then. -1 takes what the machine's memory bears.",
    )
    at_once: Annotated[int, Field(ge=1, le=200)] = Field(4, description="Requests that reach Flask at the same time.")
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = Field(
        0, description="Reverse proxies in front whose X-Forwarded-* headers are believed."
    )
    nginx: Literal["auto", "on", "off"] = Field(
        "auto", description="Let an nginx of its own read ready-made pages; auto: where one is installed."
    )
    worker: bool = Field(True, description="Run the worker inside `peernet serve`.")


class Mail(_Part):
    """How mail leaves."""

    host: str = Field("", description="SMTP server; empty writes .eml files into the data folder instead.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="SMTP port.")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection is protected.")
    user: str = Field("", description="User at the SMTP server; empty signs in to none.")
    password: SecretStr = Field(SecretStr(""), description="Password there; better in mail.password_file.")
    sender: str = Field("peernet@localhost", description="Address that mail comes from.")
    bounces: str = Field("", description="Address that mail which was not delivered comes back to; empty: the sender.")
    timeout: Annotated[int, Field(ge=1, le=120)] = Field(15, description="Seconds to wait for the SMTP server.")


class Inbound(_Part):
    """How mail comes in: answers of calendars and of people, and reports of mail that was not delivered."""

    address: str = Field(
        "", description="Where answers go, as replies+{token}@example.org; empty: mail says that none are read."
    )
    host: str = Field("", description="IMAP server of that mailbox; empty: it is piped into `peernet mail receive`.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(993, description="IMAP port.")
    security: Literal["tls", "starttls", "none"] = Field("tls", description="How the connection is protected.")
    user: str = Field("", description="User at the IMAP server.")
    password: SecretStr = Field(SecretStr(""), description="Password there; better in inbound.password_file.")
    folder: str = Field("INBOX", description="Folder that is read.")
    done_folder: str = Field("", description="Folder that read messages are moved to; empty deletes them.")
    minutes: Annotated[int, Field(ge=1, le=60)] = Field(1, description="Minutes between two looks at the mailbox.")
    timeout: Annotated[int, Field(ge=1, le=120)] = Field(15, description="Seconds to wait for the IMAP server.")
    max_bytes: Annotated[int, Field(ge=10_000, le=20_000_000)] = Field(
        2_000_000, description="As much of a message is read; a longer one is a reply that says so."
    )
    days: Annotated[int, Field(ge=1, le=90)] = Field(
        7, description="Days until a message that could not be handled is removed; others are at once."
    )

    @field_validator("address")
    @classmethod
    def _has_a_place(cls, value: str) -> str:
        local, at, domain = value.partition("@")
        fits = local.count("{token}") == 1 and len(local.replace("{token}", "")) <= 20
        plain = local.replace("{token}", "").isascii() and not any(letter in value for letter in ' \t\r\n<>,;:"()[]\\')
        if value and not (at and domain and "@" not in domain and fits and plain and "{" not in domain):
            raise ValueError("must be like replies+{token}@example.org, with at most 20 letters beside {token}")
        return value


class Jobs(_Part):
    """Deferred work."""

    storage: Literal["sqlite", "postgresql", "redis"] = Field(
        "sqlite", description="Where the wake-up calls of the worker are kept; the work itself is rows."
    )
    threads: Annotated[int, Field(ge=1, le=16)] = Field(2, description="Jobs done at the same time.")


class Live(_Part):
    """Pages that change while they are looked at."""

    bus: Literal["process", "postgresql", "redis"] = Field(
        "process",
        description="How several web processes wake each other; process: not at all, each looks once a second.",
    )


class Redis(_Part):
    """Redis, needed only where several processes share rate limits."""

    url: str = Field("", description="redis://host:port/number; empty uses none.")


class Media(_Part):
    """Files that people bring."""

    max_bytes: Annotated[int, Field(ge=1024)] = Field(10_000_000, description="Largest image, in bytes.")
    max_film_bytes: Annotated[int, Field(ge=1024, le=2_000_000_000)] = Field(
        500_000_000, description="Largest film or sound file, in bytes."
    )
    max_document_bytes: Annotated[int, Field(ge=1024, le=2_000_000_000)] = Field(
        50_000_000, description="Largest PDF, in bytes."
    )
    max_pixels: Annotated[int, Field(ge=10_000)] = Field(40_000_000, description="Largest image, in pixels.")
    quota_bytes: Annotated[int, Field(ge=1024)] = Field(
        2_000_000_000, description="What one person may keep, in bytes."
    )
    cohort_quota_bytes: Annotated[int, Field(ge=1024)] = Field(
        10_000_000_000, description="What the materials of one cohort may keep, in bytes."
    )
    network_quota_bytes: Annotated[int, Field(ge=1024)] = Field(
        50_000_000_000, description="What all files may take together, in bytes."
    )


class S3(_Part):
    """A bucket for the files of people, in a store that speaks S3; the data folder where none is named."""

    bucket: str = Field("", description="Name of the bucket; empty keeps files in the data folder.")
    endpoint: str = Field("", description="Address of the store, like https://s3.example.org; empty means Amazon's.")
    region: str = Field("us-east-1", description="Region of the bucket.")
    prefix: str = Field("", description="What every key in the bucket begins with.")
    key_id: str = Field("", description="Id of the access key; empty takes what the machine itself is given.")
    secret: SecretStr = Field(SecretStr(""), description="The access key's secret; better in s3.secret_file.")
    names_bucket_in_host: bool = Field(False, description="Whether the bucket stands before the host's name.")


class Limits(_Part):
    """How often a stranger may try."""

    sign_in: str = Field("10 per minute; 60 per hour", description="Sign-in tries of one network address.")
    account: str = Field("5 per minute; 30 per hour", description="Sign-in tries on one account.")
    mail: str = Field("5 per hour", description="Sign-in links asked for by one network address or account.")
    calendar: str = Field("30 per minute; 240 per hour", description="Fetches of one calendar that is subscribed to.")
    paste: str = Field("30 per minute; 300 per hour", description="Rich texts that one person pastes.")
    sign_up: str = Field(
        "10 per hour; 30 per day",
        description="Sign-ups for public roundtables from one network address, or of one mail address.",
    )
    enabled: bool = Field(True, description="Switch limits off only for load tests on a machine of your own.")


class Sessions(_Part):
    """How long people stay signed in."""

    days: Annotated[int, Field(ge=1, le=365)] = Field(30, description="Days until a person signs in again.")
    link_minutes: Annotated[int, Field(ge=5, le=1440)] = Field(30, description="Minutes a sign-in link works.")
    invitation_days: Annotated[int, Field(ge=1, le=90)] = Field(21, description="Days an invitation works.")


class Roundtables(_Part):
    """How roundtables are run."""

    hold_hours: Annotated[int, Field(ge=1, le=168)] = Field(
        24, description="Hours for which a free place is held for the next in line; at most half of the time left."
    )
    most_unconfirmed: Annotated[int, Field(ge=1, le=100_000)] = Field(
        500, description="Sign-ups for one public roundtable that may wait to be confirmed; no more are taken then."
    )


class Backup(_Part):
    """Backups that the worker makes by itself."""

    folder: str = Field("", description="Folder that they go to, best on another disk; empty makes none.")
    every: Literal["hour", "day", "week"] = Field("day", description="How often; weekly ones are made on Sundays.")
    hour: Annotated[int, Field(ge=0, le=23)] = Field(2, description="Hour (UTC) of daily and weekly ones.")
    keep: Annotated[int, Field(ge=1, le=10_000)] = Field(
        14, description="Backups that stay in the folder; older ones go once a new one was found whole."
    )


class Privacy(_Part):
    """How people take along what is held on them, and how they are forgotten."""

    erasure_days: Annotated[int, Field(ge=0, le=30)] = Field(
        7, description="Days in which somebody who wants to be forgotten can change their mind."
    )
    archive_days: Annotated[int, Field(ge=1, le=30)] = Field(
        7, description="Days in which somebody can fetch the archive of everything held on them."
    )
    log: str = Field(
        "", description="File that says who is not to come back with an old backup; empty: in the data folder."
    )


class Retention(_Part):
    """How long things are kept. What cohorts keep counts from their closing; their organisers may set it otherwise."""

    answers_months: Annotated[int, Field(ge=0, le=600)] = Field(
        36, description="Months that a closed cohort keeps answers to prompts; 0 keeps them for good."
    )
    drafts_months: Annotated[int, Field(ge=0, le=600)] = Field(
        6, description="Months that it keeps drafts of answers that were never given; 0: for good."
    )
    notes_months: Annotated[int, Field(ge=0, le=600)] = Field(
        36,
        description="Months that it keeps notes of its roundtables and those people made for themselves; 0: for good.",
    )
    hours_months: Annotated[int, Field(ge=0, le=600)] = Field(
        6, description="Months that it keeps weekly hours of people who are in no other cohort; 0: for good."
    )
    invitations_months: Annotated[int, Field(ge=0, le=600)] = Field(
        6, description="Months that it keeps invitations with their addresses; 0: for good."
    )
    sign_ups_days: Annotated[int, Field(ge=1, le=400)] = Field(
        30, description="Days after a public roundtable that those who signed up for it are kept."
    )
    announce_days: Annotated[int, Field(ge=1, le=365)] = Field(
        30, description="Days before something of theirs is removed that people are told by mail."
    )
    sessions_days: Annotated[int, Field(ge=1, le=400)] = Field(
        30, description="Days that a session which is over is kept."
    )
    mail_days: Annotated[int, Field(ge=7, le=400)] = Field(
        90, description="Days that mails which left, or were given up, are kept."
    )
    events_months: Annotated[int, Field(ge=0, le=600)] = Field(
        0, description="Months that the ledger keeps what happened, and what was handed out; 0: for good."
    )


class Log(_Part):
    """What is written about the running."""

    format: Literal["plain", "json"] = Field("plain", description="Plain lines for people, JSON for machines.")
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="The least that is written.")


class Settings(_Part):
    """The whole tree. ``data``, ``backup.folder`` and the files of ``network`` are made absolute against the
    folder of its file."""

    public_url: str = Field("http://127.0.0.1:8000", description="Address under which people reach the site.")
    data: Path = Field(Path("peernet-data"), description="Folder of database, files, ready-made pages and mail.")
    database: str = Field("", description="sqlite:///… or postgresql://…; empty is SQLite in the data folder.")
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signs links and cookies; empty makes one in the data folder at first start."
    )
    demonstration: bool = Field(False, description="Allow the demonstration accounts (on this machine only).")
    development: bool = Field(False, description="Show /styleguide and reload templates.")
    network: Network = Network()
    server: Server = Server()
    mail: Mail = Mail()
    inbound: Inbound = Inbound()
    jobs: Jobs = Jobs()
    live: Live = Live()
    redis: Redis = Redis()
    media: Media = Media()
    s3: S3 = S3()
    limits: Limits = Limits()
    sessions: Sessions = Sessions()
    roundtables: Roundtables = Roundtables()
    backup: Backup = Backup()
    privacy: Privacy = Privacy()
    retention: Retention = Retention()
    log: Log = Log()

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("must be http(s)://host[:port] without a path")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if self.server.processes > 1 and not self.redis.url:
            raise ValueError("server.processes above 1 needs redis.url, where rate limits are shared")
        if self.inbound.host and not self.inbound.address:
            raise ValueError("inbound.host needs inbound.address, which answers go to")
        if self.jobs.storage == "redis" and not self.redis.url:
            raise ValueError("jobs.storage = redis needs redis.url")
        if self.jobs.storage == "postgresql" and not self.database.startswith("postgresql"):
            raise ValueError("jobs.storage = postgresql needs a PostgreSQL database")
        if self.live.bus == "redis" and not self.redis.url:
            raise ValueError("live.bus = redis needs redis.url")
        if self.live.bus == "postgresql" and not self.database.startswith("postgresql"):
            raise ValueError("live.bus = postgresql needs a PostgreSQL database")
        if self.network.language not in self.network.languages:
            raise ValueError("network.language must be one of network.languages")
        return self

    @property
    def database_url(self) -> str:
        """The database's URL, with SQLite in the data folder as the default."""
        return self.database or f"sqlite:///{self.data / 'peernet.db'}"

    @property
    def is_https(self) -> bool:
        """Whether people reach the site through TLS."""
        return self.public_url.startswith("https://")

    @property
    def is_local(self) -> bool:
        """Whether the site is meant for this machine alone."""
        return urlsplit(self.public_url).hostname in ("127.0.0.1", "localhost", "::1")

    @property
    def hosts_allowed(self) -> tuple[str, ...]:
        """Host names that a request may carry."""
        name = urlsplit(self.public_url).hostname or ""
        return (name, "127.0.0.1", "localhost") if self.is_local else (name,)
