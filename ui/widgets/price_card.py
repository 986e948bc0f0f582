"""What a task would cost, what is left then, and who could run it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from proto import nodepool_pb2 as pb
from ui import formats
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.tone_label import ToneLabel


class PriceCard(QFrame):
    """Shows a quote beside the balance; says so while it is being asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(24)
        self._price = QLabel("–")
        font = self._price.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self._price.setFont(font)
        self._after, self._nodes = ToneLabel(), ToneLabel()
        heads = (self.tr("Price"), self.tr("Balance after"), self.tr("Could run it"))
        for column, (head, value) in enumerate(
            zip(heads, (self._price, self._after, self._nodes), strict=True)
        ):
            grid.addWidget(ToneLabel(head, Tone.QUIET), 0, column)
            grid.addWidget(value, 1, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, 1)
            value.setAccessibleName(head)
        self._note, self._formula = ToneLabel("", Tone.QUIET), ToneLabel("", Tone.QUIET)
        self._formula.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # A formula takes two lines: the card does not grow and shrink while one types.
        self._formula.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._formula.setAlignment(Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._note, 2, 0, 1, 3)
        grid.addWidget(self._formula, 3, 0, 1, 3)

    def show_nothing(self, sentence: str, tone: Tone = Tone.QUIET) -> None:
        """There is no price: `sentence` says why."""
        self._price.setText("–")
        self._after.say("–")
        self._nodes.say("–")
        self._note.say(sentence, tone)
        self._formula.say("", Tone.QUIET)

    def show_asking(self) -> None:
        """A price is being asked for; the last one stays until it is there."""
        self._note.say(self.tr("Asking for the price…"), Tone.QUIET)

    def show_quote(self, quote: pb.QuoteResponse, balance: pb.GetBalanceResponse | None) -> None:
        """Show the price, and what `balance` would be then."""
        self._price.setText(formats.cpt(quote.price_mcpt))
        self._show_balance(quote, balance)
        if quote.feasible_nodes:
            self._nodes.say(self.tr("✓ %n node(s), when free", "", quote.feasible_nodes), Tone.GOOD)
        else:
            self._nodes.say(self.tr("⚠ No node known now: it would wait"), Tone.WARNING)
        each = ""
        if quote.price_each_mcpt != quote.price_mcpt:
            each = self.tr("{price} for each task.").format(
                price=formats.cpt(quote.price_each_mcpt)
            )
        held = self.tr("Held until it has ended, given back if it fails.")
        self._note.say(" ".join(part for part in (each, held) if part), Tone.QUIET)
        self._formula.say(shown(quote.formula), Tone.QUIET)

    def _show_balance(self, quote: pb.QuoteResponse, balance: pb.GetBalanceResponse | None) -> None:
        if balance is None:
            self._after.say("–")
            return
        left = balance.available_mcpt - quote.price_mcpt
        if left < 0:
            self._after.say(
                self.tr("⚠ {missing} too little").format(missing=formats.cpt(-left)), Tone.BAD
            )
        else:
            self._after.say(
                self.tr("{left} of {available}").format(
                    left=formats.cpt(left), available=formats.cpt(balance.available_mcpt)
                )
            )
