"""What an archive says of itself: its first member, ``manifest.json``.

Names of members are of three closed forms, so none can lead out of the folder that it is unpacked into.
"""

import hashlib
import hmac
import json
import re
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from peernet.db import Refused

FORMAT = 1
NAME = "manifest.json"
SQLITE = "database/peernet.db"
# A million files need less.
MOST_BYTES = 256_000_000

_HEX = r"^[0-9a-f]{64}$"
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_ROWS = re.compile(r"database/([a-z][a-z0-9_]{0,62})\.jsonl")
_MEDIA = re.compile(r"media/([0-9a-f]{2})/(\1[0-9a-f]{30})/[a-z0-9]{1,20}\.[a-z0-9]{1,10}")

Count = Annotated[int, Field(ge=0, lt=1 << 63)]


class Unfit(Refused):
    """An archive that cannot be trusted or used; the message says why."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Member(_Part):
    """One file of the archive."""

    name: Annotated[str, Field(max_length=200)]
    size: Count
    sha256: Annotated[str, Field(pattern=_HEX)]

    @field_validator("name")
    @classmethod
    def _is_of_a_known_form(cls, value: str) -> str:
        if value != SQLITE and not _ROWS.fullmatch(value) and not _MEDIA.fullmatch(value):
            raise ValueError(f"{value!r} cannot be a part of a backup")
        return value


class Manifest(_Part):
    """The whole: when it was made of what, each member, the rows of each table, and the files whose bytes were not
    there (``missing``). ``key`` is the fingerprint of the secret key."""

    format: Literal[1]
    peernet: Annotated[str, Field(max_length=100)]
    made_at: AwareDatetime
    dialect: Literal["sqlite", "postgresql"]
    revision: Annotated[str, Field(pattern=r"^[0-9A-Za-z_]{1,32}$")]
    key: Annotated[str, Field(pattern=_HEX)]
    rows: dict[str, Count]
    members: list[Member]
    missing: list[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]]

    @model_validator(mode="after")
    def _fits_together(self) -> "Manifest":
        names = [member.name for member in self.members]
        if len(set(names)) != len(names):
            raise ValueError("a member is named twice")
        if not all(_TABLE.fullmatch(table) for table in self.rows):
            raise ValueError("a table has a name that it cannot have")
        wanted = {SQLITE} if self.dialect == "sqlite" else {rows_of(table) for table in self.rows}
        if {name for name in names if not name.startswith("media/")} != wanted:
            raise ValueError("its database is not whole")
        return self

    @property
    def size(self) -> int:
        """Bytes of all members, unpacked."""
        return sum(member.size for member in self.members)

    @property
    def media(self) -> set[str]:
        """Names of the files of people that it holds."""
        return {member.name.split("/")[2] for member in self.members if member.name.startswith("media/")}

    def to_bytes(self) -> bytes:
        """As it stands in the archive."""
        return json.dumps(self.model_dump(mode="json"), indent=1, ensure_ascii=False).encode() + b"\n"


def read(data: bytes) -> Manifest:
    """The manifest in these bytes. Raises Unfit."""
    try:
        form = _Form.model_validate_json(data)
    except ValidationError:
        raise Unfit("This is not a backup of peernet: its manifest cannot be read.") from None
    if form.format != FORMAT:
        made_by = f"peernet {form.peernet!r}" if form.peernet else "another peernet"
        raise Unfit(f"This backup was made by {made_by}, in a form ({form.format}) that this version does not know.")
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        raise Unfit(f"The manifest of this backup is wrong: {_in_words(error)}.") from None


def fingerprint(secret: str) -> str:
    """By which a secret key is recognised, and from which it cannot be worked out (HMAC-SHA256, RFC 2104)."""
    return hmac.digest(secret.encode(), b"peernet.backup.key", hashlib.sha256).hex()


def rows_of(table: str) -> str:
    """The member that holds the rows of a table."""
    return f"database/{table}.jsonl"


class _Form(BaseModel):
    """What stands in the manifest of every form."""

    format: int
    peernet: Any = None


def _in_words(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
