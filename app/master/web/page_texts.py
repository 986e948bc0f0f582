"""What pages say, in the reader's language: their own texts, the master's sentences, quantities.

The English texts are the keys; `resources/web/texts_<locale>.toml` has the translations.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from app.common.audit_details import detail_words
from app.common.errors import Reason
from app.common.memos import memo_words
from app.common.money import format_cpt
from app.common.sentences import translated
from app.master.web.page_words import ACCOUNTS, CONTINENTS
from proto import nodepool_pb2 as pb

FOLDER: Final = Path(__file__).resolve().parents[3] / "resources" / "web"
#: Languages by the tag that HTML and browsers use, with the name of their catalogue.
LANGUAGES: Final = {"en": ("English", ""), "zh-CN": ("简体中文", "zh_CN")}

_KIB = 1024


@cache
def texts(locale: str) -> Mapping[str, str]:
    """The translations of the pages' own texts into `locale`."""
    if not locale:
        return {}
    found: dict[str, str] = tomllib.loads((FOLDER / f"texts_{locale}.toml").read_text("utf-8"))
    return found


def chosen_language(cookie: str, accepted: str) -> str:
    """The language of a page: what was chosen, else the first accepted that there is."""
    if cookie in LANGUAGES:
        return cookie
    for part in accepted.split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return "en"


@dataclass(frozen=True, slots=True)
class Speech:
    """What a page's template calls, for one language."""

    language: str

    @property
    def locale(self) -> str:
        return LANGUAGES[self.language][1]

    def text(self, english: str, *values: Any) -> str:
        """One of the pages' own texts; "{}" in it stand for `values`."""
        found = texts(self.locale).get(english, english)
        return found.format(*values) if values else found

    def sentence(self, english: str) -> str:
        """A sentence of the master."""
        return translated(english, self.locale) if self.locale else english

    def word(self, table: Mapping[Any, Any], key: Any) -> str:
        """The word for a choice; its tone, where the table has one, is `tone`'s business."""
        found = table.get(key, "")
        return self.text(found if isinstance(found, str) else found[0]) if found else "–"

    def outcome(self, code: str) -> str:
        """What came of an act: "OK" or the reason of a refusal, which in English is words."""
        if code == "OK":
            return self.text("Done")
        words = code.lower().replace("_", " ")
        reason = Reason.__members__.get(code)
        return self.sentence(reason.meaning) if self.locale and reason is not None else words

    def detail(self, name: str, value: str) -> str:
        """One thing that is known of an act besides."""
        return " ".join(detail_words(name, value, self.locale, format_cpt))

    def account(self, name: str) -> str:
        """A user's name, or what people call one of the pool's own accounts."""
        return self.word(ACCOUNTS, name) if name in ACCOUNTS else name or "–"

    def memo(self, row: pb.TransferInfo) -> str:
        """Why money moved."""
        return memo_words(row.kind, row.memo, self.locale)

    def place(self, location: pb.Location) -> str:
        """A location, from the near to the far."""
        parts = (location.site, location.country, self.word(CONTINENTS, location.continent))
        return ", ".join(part for part in parts if part and part != "–") or "–"


def cpt(amount_mcpt: int) -> str:
    """An amount of money."""
    return format_cpt(amount_mcpt)


def size(count: int) -> str:
    """Bytes as people read them."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < _KIB or unit == "GiB":
            break
        value /= _KIB
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


def mib(count: int) -> str:
    """Mebibytes as people read them."""
    return size(count * _KIB * _KIB)


def cores(millicores: int) -> str:
    """CPU cores, without digits that say nothing."""
    return f"{millicores / 1000:.1f}".removesuffix(".0")


def percent(part: int, whole: int) -> int:
    """How much of `whole` is `part`; 0 of nothing."""
    return min(100, round(100 * part / whole)) if whole else 0


def moment(at: Any) -> datetime | None:
    """A time of the wire; None where it is not set."""
    return at.ToDatetime(UTC) if at.seconds else None


def lasted(start: Any, end: Any, now: datetime) -> str:
    """Between two times of the wire, the second of which may not have come yet."""
    began, ended = moment(start), moment(end) or now
    if began is None:
        return "–"
    seconds = max(0, int((ended - began).total_seconds()))
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"
