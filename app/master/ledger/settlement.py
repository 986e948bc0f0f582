"""Resolving holds: who is paid what, each hold exactly once. Pure.

A hold is resolved in one unit by the parts 0..n-1, whose amounts add up to the
amount held. Part 0 releases the reservation; then

    SETTLE  payer -> the account of each contributor, in proportion to the work
    FEE     payer -> fees: the pool's share, and what nodes without an owner earned
    REFUND  escrow -> payer: what was not charged; it posts nothing, because a hold
            did not either

A payer whose own node did the work is not charged for that share: it is refunded,
and no fee is taken from it.
"""

from collections.abc import Iterable, Mapping, Sequence

from app.common.errors import HiveMindError, Reason
from app.common.invariant import invariant
from app.common.money import format_cpt
from app.common.vocabulary import TransferKind
from app.master.ledger.book import Book, Entries
from app.master.ledger.requests import Refund, Resolution, Settlement, Share
from app.master.ledger.shares import split
from app.master.ledger.transfers import check_memo, check_total, find_account
from app.master.store.ledger_rows import FEES, AccountRow, HoldRow, account_user, user_account

PERMILLE = 1000

_SETTLE = TransferKind.SETTLE.value
_FEE = TransferKind.FEE.value


def decide_resolutions(
    settlements: Sequence[Settlement],
    refunds: Sequence[Refund],
    holds: Mapping[int, HoldRow],
    accounts: Iterable[AccountRow],
    fee_permille: int,
) -> tuple[Entries, list[Resolution]]:
    """Settle and refund; the resolutions in the order asked, settlements first.

    `accounts`: escrow, fees, and those of all payers and contributors, as far as
    they exist. Raises HiveMindError, by the first rule broken: HOLD_NOT_FOUND,
    HOLD_RESOLVED, AMOUNT_NOT_POSITIVE, AMOUNT_EXCEEDS_HOLD, ACCOUNT_NOT_FOUND,
    AMOUNT_TOO_LARGE, and INVALID_FIELD for a memo.
    """
    invariant(0 <= fee_permille <= PERMILLE, "the fee is a part of the charge")
    book = Book(accounts)
    seen: set[int] = set()
    #: The most that each contributor may get, by user id.
    due: dict[str | None, int] = {}
    for settlement in settlements:
        hold = _check_hold(settlement.hold_sequence, holds, seen)
        _check_charge(settlement, hold)
        for share in settlement.shares:
            due[share.user_id] = due.get(share.user_id, 0) + hold.amount_mcpt
    for user_id, most_mcpt in due.items():
        check_total(find_account(book, payee_account(user_id)), most_mcpt)
    for refund in refunds:
        _check_hold(refund.hold_sequence, holds, seen)
        check_memo(refund.memo)
    # Nothing fails from here.
    resolutions = [
        _settle(book, holds[settlement.hold_sequence], settlement, fee_permille)
        for settlement in settlements
    ]
    resolutions += [_refund(book, holds[refund.hold_sequence], refund.memo) for refund in refunds]
    return book.close(), resolutions


def _check_hold(sequence: int, holds: Mapping[int, HoldRow], seen: set[int]) -> HoldRow:
    hold = holds.get(sequence)
    if hold is None or hold.kind != TransferKind.HOLD:
        raise HiveMindError(
            Reason.HOLD_NOT_FOUND, f"There is no hold {sequence}.", hold=str(sequence)
        )
    if hold.resolved_by is not None or sequence in seen:
        raise HiveMindError(
            Reason.HOLD_RESOLVED,
            f"The hold {sequence} was already settled or refunded.",
            hold=str(sequence),
        )
    seen.add(sequence)
    return hold


def _check_charge(settlement: Settlement, hold: HoldRow) -> None:
    invariant(bool(settlement.shares), "a settlement names who did the work")
    if settlement.charge_mcpt is None:
        return
    if settlement.charge_mcpt <= 0:
        raise HiveMindError(
            Reason.AMOUNT_NOT_POSITIVE, "A charge must be above zero: refund the hold instead."
        )
    if settlement.charge_mcpt > hold.amount_mcpt:
        raise HiveMindError(
            Reason.AMOUNT_EXCEEDS_HOLD,
            f"{format_cpt(settlement.charge_mcpt)} is more than the"
            f" {format_cpt(hold.amount_mcpt)} held.",
        )


def payee_account(user_id: str | None) -> str:
    """The account that the nodes of `user_id` earn for; None: nodes without an owner."""
    return FEES if user_id is None else user_account(user_id)


def _settle(book: Book, hold: HoldRow, settlement: Settlement, fee_permille: int) -> Resolution:
    charge_mcpt = settlement.charge_mcpt or hold.amount_mcpt
    earned = _divide(charge_mcpt, settlement.shares)
    charged_mcpt = charge_mcpt - earned.pop(hold.payer_name, 0)
    fee_mcpt = charged_mcpt * fee_permille // PERMILLE
    if fee_mcpt:
        net = split(charged_mcpt - fee_mcpt, list(earned.values()))
        earned = dict(zip(earned, net, strict=True))
    fee_mcpt += earned.pop(FEES, 0)
    return _post_parts(book, hold, earned, fee_mcpt)


def _divide(amount_mcpt: int, shares: tuple[Share, ...]) -> dict[str, int]:
    """What each account gets of `amount_mcpt`, by its name."""
    if len(shares) == 1:
        return {payee_account(shares[0].user_id): amount_mcpt}
    weights: dict[str, int] = {}
    for share in shares:
        payee = payee_account(share.user_id)
        weights[payee] = weights.get(payee, 0) + share.weight
    return dict(zip(weights, split(amount_mcpt, list(weights.values())), strict=True))


def _refund(book: Book, hold: HoldRow, memo: str) -> Resolution:
    return _post_parts(book, hold, {}, 0, memo)


def _post_parts(
    book: Book, hold: HoldRow, earned: Mapping[str, int], fee_mcpt: int, memo: str = ""
) -> Resolution:
    sequence, task_id = hold.sequence, hold.task_id
    payer = book.release(hold)
    earnings = []
    part = 0
    for payee, amount_mcpt in earned.items():
        if not amount_mcpt:
            continue
        id_ = _part_id("settle", hold, part)
        book.pay(_SETTLE, id_, payer, book.get(payee), amount_mcpt, sequence, part, task_id)
        earnings.append((account_user(payee) or payee, amount_mcpt))
        part += 1
    if fee_mcpt:
        id_ = _part_id("fee", hold, part)
        book.pay(_FEE, id_, payer, book.get(FEES), fee_mcpt, sequence, part, task_id)
        part += 1
    charged_mcpt = fee_mcpt + sum([amount_mcpt for _, amount_mcpt in earnings])
    refunded_mcpt = hold.amount_mcpt - charged_mcpt
    invariant(refunded_mcpt >= 0, "no more is charged than was held")
    if refunded_mcpt:
        book.refund(_part_id("refund", hold, part), hold, payer, refunded_mcpt, part, memo)
    return Resolution(sequence, charged_mcpt, refunded_mcpt, fee_mcpt, tuple(earnings))


def _part_id(kind: str, hold: HoldRow, part: int) -> str:
    id_ = kind + hold.id.removeprefix("hold")
    return f"{id_}:{part}" if part else id_
