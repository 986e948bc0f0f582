"""The language of the console: English in the source, others from resources/translations."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ui.resources import resource


@dataclass(frozen=True, slots=True)
class Language:
    """A locale and what its speakers call it."""

    locale: str
    name: str


#: Of the application: the locale in use.
_PROPERTY = "language"

LANGUAGES = (Language("en", "English"), Language("zh_CN", "简体中文"))


def resolve(choice: str) -> str:
    """The locale to use for `choice`; empty: the system's, where it is offered, else English."""
    known = {language.locale for language in LANGUAGES}
    if choice in known:
        return choice
    # Script and territory vary ("zh_CN", "zh-Hans-CN"): the language decides.
    system = QLocale.system().language()
    return "zh_CN" if system == QLocale.Language.Chinese else "en"


def language() -> str:
    """The locale that the console speaks now."""
    app = QCoreApplication.instance()
    spoken = app.property(_PROPERTY) if app is not None else None
    return spoken if isinstance(spoken, str) else "en"


class Translations:
    """What translates the texts of this process now."""

    def __init__(self) -> None:
        self._installed: list[QTranslator] = []

    def use(self, choice: str) -> str:
        """Speak the language of `choice` from now on; returns its locale.

        Widgets that exist keep their texts: whoever shows some makes them anew.
        """
        self.drop()
        locale = resolve(choice)
        QLocale.setDefault(QLocale(locale))
        if (app := QCoreApplication.instance()) is not None:
            app.setProperty(_PROPERTY, locale)
        # English has a file too: for the plurals.
        for path in (
            resource(f"translations/hivemind_{locale}.qm"),
            Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
            / f"qtbase_{locale}.qm",
        ):
            translator = QTranslator(QCoreApplication.instance())
            if translator.load(str(path)):
                QCoreApplication.installTranslator(translator)
                self._installed.append(translator)
        return locale

    def drop(self) -> None:
        """Translate nothing any more."""
        while self._installed:
            QCoreApplication.removeTranslator(self._installed.pop())
        if (app := QCoreApplication.instance()) is not None:
            app.setProperty(_PROPERTY, None)
