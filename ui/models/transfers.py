"""The ledger as rows: how a transfer reads from the side of one account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QColor

from app.common.memos import memo_words
from app.common.vocabulary import TransferKind
from proto import nodepool_pb2 as pb
from ui import formats
from ui.languages import language
from ui.models.paged import PagedModel
from ui.models.rows import Column
from ui.theme import Tone

translate = QCoreApplication.translate

#: Beside the word, so that kinds can be told apart at a glance.
MARKS = {
    TransferKind.GRANT: "★",
    TransferKind.PAYMENT: "⇄",
    TransferKind.HOLD: "◔",
    TransferKind.SETTLE: "✓",
    TransferKind.REFUND: "↺",
    TransferKind.FEE: "%",
}
#: They reserve and free money, and move none.
UNMOVED = frozenset({TransferKind.HOLD, TransferKind.REFUND})


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which transfers are asked for. `username` empty: one's own account."""

    username: str = ""
    all_users: bool = False
    task_id: str = ""
    kind: TransferKind | None = None
    since: datetime | None = None
    until: datetime | None = None

    def arguments(self) -> dict[str, Any]:
        """As the client's ledger calls take them."""
        return {
            "username": self.username,
            "all_users": self.all_users,
            "task_id": self.task_id,
            "kinds": () if self.kind is None else (self.kind,),
            "since": self.since,
            "until": self.until,
        }


def memo(row: pb.TransferInfo) -> str:
    """Why money moved."""
    return memo_words(row.kind, row.memo, language())


class Step(Enum):
    """How much time one point of a chart stands for."""

    MINUTE = auto()
    HOUR = auto()
    DAY = auto()


@dataclass(frozen=True, slots=True)
class Flow:
    """What a step of time brought an account and took, and how it ended. In mCPT."""

    begin: datetime
    step: Step
    income_mcpt: int
    spent_mcpt: int
    balance_mcpt: int


def payer_of(transfer: pb.TransferInfo) -> str:
    """Whom it comes from; the field's name is a word of Python's own."""
    name: str = getattr(transfer, "from")
    return name


def moved_mcpt(transfer: pb.TransferInfo, account: str) -> int:
    """By how much it changed the balance of `account`; zero for what only reserves or frees."""
    if TransferKind(transfer.kind) in UNMOVED:
        return 0
    return transfer.amount_mcpt * ((transfer.to == account) - (payer_of(transfer) == account))


def account_word(name: str) -> str:
    """A user's name, or what people call one of the pool's own accounts or all users'."""
    own = {
        "treasury": translate("Transfers", "the treasury"),
        "fees": translate("Transfers", "the pool's fees"),
        "escrow": translate("Transfers", "held"),
        "users": translate("Transfers", "all users"),
    }
    return own.get(name, name)


def kind_word(kind: TransferKind) -> str:
    """What people call a kind of transfer."""
    return {
        TransferKind.GRANT: translate("Transfers", "grant"),
        TransferKind.PAYMENT: translate("Transfers", "payment"),
        TransferKind.HOLD: translate("Transfers", "hold"),
        TransferKind.SETTLE: translate("Transfers", "settlement"),
        TransferKind.REFUND: translate("Transfers", "refund"),
        TransferKind.FEE: translate("Transfers", "fee"),
    }[kind]


def kind_meaning(kind: TransferKind) -> str:
    """One sentence on what a kind of transfer is."""
    return {
        TransferKind.GRANT: translate("Transfers", "The pool gave it from its treasury."),
        TransferKind.PAYMENT: translate("Transfers", "One user paid another."),
        TransferKind.HOLD: translate(
            "Transfers", "Reserved for a task when it was submitted. Nothing has moved yet."
        ),
        TransferKind.SETTLE: translate(
            "Transfers", "Paid to the owner of the node that did the work."
        ),
        TransferKind.REFUND: translate(
            "Transfers", "Free again: the task failed, was cancelled, or cost less than was held."
        ),
        TransferKind.FEE: translate("Transfers", "The pool's share of a settlement."),
    }[kind]


def amount_text(transfer: pb.TransferInfo, account: str) -> str:
    """The amount with its sign for `account`; holds and refunds say what they do instead."""
    amount = formats.cpt(transfer.amount_mcpt)
    kind = TransferKind(transfer.kind)
    if kind is TransferKind.HOLD:
        return translate("Transfers", "{amount} held").format(amount=amount)
    if kind is TransferKind.REFUND:
        return translate("Transfers", "{amount} freed").format(amount=amount)
    moved = moved_mcpt(transfer, account)
    return f"+{amount}" if moved > 0 else formats.cpt(moved) if moved else amount


def amount_tone(transfer: pb.TransferInfo, account: str) -> Tone | None:
    """What colour goes with the amount's sign."""
    kind = TransferKind(transfer.kind)
    if kind in UNMOVED:
        return Tone.WAITING if kind is TransferKind.HOLD else Tone.QUIET
    moved = moved_mcpt(transfer, account)
    return Tone.GOOD if moved > 0 else Tone.BAD if moved else None


def counterparty(transfer: pb.TransferInfo, account: str) -> str:
    """The other side; both where neither is `account`."""
    payer, payee = payer_of(transfer), transfer.to
    if account == payer:
        return account_word(payee)
    if account == payee:
        return account_word(payer)
    return f"{account_word(payer)} → {account_word(payee)}"


def flows_of(transfers: Iterable[pb.TransferInfo], account: str) -> list[Flow]:
    """Flow and balance by the day, hour or minute of this machine's zone, oldest first.

    By what the time that they span asks for: a pool's first hour is more than one point.
    """
    dated = [
        (datetime.fromtimestamp(formats.seconds_of(transfer.at)).astimezone(), transfer)
        for transfer in transfers
    ]
    if not dated:
        return []
    moments = [moment for moment, _ in dated]
    step = _step_of(max(moments) - min(moments))
    sums: dict[datetime, list[int]] = {}
    ends: dict[datetime, tuple[int, int]] = {}
    for moment, transfer in dated:
        begin = _begin_of(moment, step)
        moved = moved_mcpt(transfer, account)
        flows = sums.setdefault(begin, [0, 0])
        flows[0 if moved > 0 else 1] += abs(moved)
        end = ends.get(begin)
        if end is None or transfer.sequence > end[0]:
            ends[begin] = (transfer.sequence, transfer.balance_after_mcpt)
    return [
        Flow(begin, step, income, spent, ends[begin][1])
        for begin, (income, spent) in sorted(sums.items())
    ]


def _step_of(span: timedelta) -> Step:
    if span <= timedelta(hours=2):
        return Step.MINUTE
    return Step.HOUR if span <= timedelta(days=3) else Step.DAY


def _begin_of(moment: datetime, step: Step) -> datetime:
    minute = moment.replace(second=0, microsecond=0)
    if step is Step.MINUTE:
        return minute
    hour = minute.replace(minute=0)
    return hour if step is Step.HOUR else hour.replace(hour=0)


def _color(tone: Tone | None) -> QColor | None:
    return tone.color() if tone is not None else None


class TransfersModel(PagedModel[pb.TransferInfo]):
    """Transfers of one account, or of all."""

    def __init__(self, parent: QObject | None = None) -> None:
        #: Whose side amounts are seen from; empty for everybody's.
        self.account = ""
        super().__init__(self._columns(), lambda transfer: str(transfer.sequence), parent)

    def by_id(self, transfer_id: str) -> pb.TransferInfo | None:
        """The loaded transfer of this id."""
        found = (one for one in self._loaded.values() if one.transfer_id == transfer_id)
        return next(found, None)

    def show(self, transfers: Iterable[pb.TransferInfo], account: str, *, more: bool) -> None:
        """Show these instead, from the side of `account`; `more`: these are not all."""
        self.account = account
        self.replace(transfers, more=more)

    def _columns(self) -> list[Column[pb.TransferInfo]]:
        return [
            Column(
                "at",
                translate("Transfers", "When"),
                lambda row: formats.moment(row.at),
                key=lambda row: row.sequence,
                width=150,
            ),
            Column(
                "kind",
                translate("Transfers", "Kind"),
                lambda row: f"{MARKS[TransferKind(row.kind)]} {kind_word(TransferKind(row.kind))}",
                tooltip=lambda row: kind_meaning(TransferKind(row.kind)),
                width=105,
            ),
            Column(
                "counterparty",
                translate("Transfers", "From or to"),
                lambda row: counterparty(row, self.account),
                width=130,
            ),
            Column(
                "amount",
                translate("Transfers", "Amount"),
                lambda row: amount_text(row, self.account),
                key=lambda row: moved_mcpt(row, self.account) or row.amount_mcpt,
                color=lambda row: _color(amount_tone(row, self.account)),
                right=True,
                width=120,
            ),
            Column(
                "balance",
                translate("Transfers", "Balance after"),
                lambda row: formats.cpt(row.balance_after_mcpt) if self.account else "",
                key=lambda row: row.balance_after_mcpt,
                right=True,
                width=115,
            ),
            Column(
                "task",
                translate("Transfers", "Task"),
                lambda row: row.task_id,
                tooltip=lambda row: row.task_id,
                width=215,
            ),
            Column(
                "memo",
                translate("Transfers", "Memo"),
                memo,
                tooltip=memo,
                width=160,
            ),
            Column(
                "sequence",
                translate("Transfers", "Row"),
                lambda row: formats.count(row.sequence),
                key=lambda row: row.sequence,
                right=True,
                width=70,
                hidden=True,
            ),
        ]
