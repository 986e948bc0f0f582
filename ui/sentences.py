"""The master's sentences in the language of the console."""

from functools import lru_cache

from app.common import sentences
from ui.languages import language

#: Tables ask again for what they show.
KEPT_MAX = 4096


def shown(text: str) -> str:
    """`text`, as the master, the client library or a worker said it, for people to read.

    It is English where it is made, and for some of it there is no translation. What is copied
    for a report, sorted or compared is the text itself.
    """
    return _shown(text, language())


@lru_cache(maxsize=KEPT_MAX)
def _shown(text: str, locale: str) -> str:
    return sentences.translated(text, locale)
