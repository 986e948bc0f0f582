"""What the ledger allows: ladders of refusals, then postings that cannot fail. Pure.

Each decision checks its rules in a fixed order and raises HiveMindError with the
reason of the first one broken; below the line "nothing fails from here" it only
posts. A batch is refused as a whole.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from app.common.errors import HiveMindError, Reason
from app.common.invariant import invariant
from app.common.money import AMOUNT_MCPT_MAX, format_cpt
from app.common.vocabulary import TransferKind
from app.master.ledger.book import TOTAL_MCPT_MAX, Book, Entries, Standing
from app.master.ledger.requests import HoldRequest, Payment
from app.master.store.ledger_rows import AccountRow, TransferRow, account_user, user_account

MEMO_CHARACTERS_MAX = 200


def decide_payment(kind: TransferKind, payment: Payment, accounts: Iterable[AccountRow]) -> Entries:
    """A payment or grant at once. `accounts`: both of its accounts, as far as they exist.

    Raises HiveMindError, by the first rule broken: AMOUNT_NOT_POSITIVE,
    AMOUNT_TOO_LARGE, INVALID_FIELD (memo), TRANSFER_TO_SELF, ACCOUNT_NOT_FOUND,
    INSUFFICIENT_BALANCE.
    """
    invariant(kind in (TransferKind.PAYMENT, TransferKind.GRANT), "kinds that post at once")
    book = Book(accounts)
    check_amount(payment.amount_mcpt)
    check_memo(payment.memo)
    if payment.from_account == payment.to_account:
        raise HiveMindError(
            Reason.TRANSFER_TO_SELF, "You cannot send CPT to yourself: name another user."
        )
    payer = find_account(book, payment.from_account)
    payee = find_account(book, payment.to_account)
    check_total(payee, payment.amount_mcpt)
    check_available(payer, payment.amount_mcpt)
    # Nothing fails from here.
    book.pay(kind.value, payment.id, payer, payee, payment.amount_mcpt, memo=payment.memo)
    return book.close()


def decide_holds(requests: Sequence[HoldRequest], accounts: Iterable[AccountRow]) -> Entries:
    """A hold for each of `requests`. `accounts`: the escrow and those of the owners.

    Raises HiveMindError, by the first rule broken: AMOUNT_NOT_POSITIVE,
    AMOUNT_TOO_LARGE, ACCOUNT_NOT_FOUND, INSUFFICIENT_BALANCE (of an owner, for all
    the holds asked for in his name).
    """
    book = Book(accounts)
    needed: dict[str, int] = {}
    for request in requests:
        check_amount(request.amount_mcpt)
        needed[request.owner_id] = needed.get(request.owner_id, 0) + request.amount_mcpt
    payers = {}
    for owner_id, total_mcpt in needed.items():
        payers[owner_id] = find_account(book, user_account(owner_id))
        check_available(payers[owner_id], total_mcpt)
    # Nothing fails from here.
    for request in requests:
        book.hold(
            request.transfer_id, payers[request.owner_id], request.amount_mcpt, request.task_id
        )
    return book.close()


def check_repeat(
    existing: TransferRow, names: Mapping[int, str], payment: Payment | HoldRequest
) -> None:
    """Raise HiveMindError(TRANSFER_EXISTS) unless `existing` is what `payment` asks for.

    `names` are the names of the existing row's accounts.
    """
    asked: dict[str, object]
    found: dict[str, object] = {
        "payer": names[existing.debit_account],
        "amount_mcpt": existing.amount_mcpt,
    }
    if isinstance(payment, HoldRequest):
        asked = {"payer": user_account(payment.owner_id), "amount_mcpt": payment.amount_mcpt}
    else:
        found |= {"payee": names[existing.credit_account], "memo": existing.memo}
        asked = {
            "payer": payment.from_account,
            "amount_mcpt": payment.amount_mcpt,
            "payee": payment.to_account,
            "memo": payment.memo,
        }
    for field, value in asked.items():
        if found[field] != value:
            raise HiveMindError(
                Reason.TRANSFER_EXISTS,
                f"The transfer {existing.id} exists with another {field}.",
                field=field,
            )


def check_amount(amount_mcpt: int) -> None:
    """Raise AMOUNT_NOT_POSITIVE or AMOUNT_TOO_LARGE unless the amount can be moved."""
    if amount_mcpt <= 0:
        raise HiveMindError(Reason.AMOUNT_NOT_POSITIVE, "The amount must be above zero.")
    if amount_mcpt > AMOUNT_MCPT_MAX:
        raise HiveMindError(
            Reason.AMOUNT_TOO_LARGE, f"The amount may be {format_cpt(AMOUNT_MCPT_MAX)} at most."
        )


def check_memo(memo: str) -> None:
    """Raise INVALID_FIELD unless `memo` is one short line of text."""
    if len(memo) > MEMO_CHARACTERS_MAX:
        raise HiveMindError(
            Reason.INVALID_FIELD,
            f"The memo may have {MEMO_CHARACTERS_MAX} characters at most.",
            field="memo",
        )
    if any(unicodedata.category(character) == "Cc" for character in memo):
        raise HiveMindError(
            Reason.INVALID_FIELD, "The memo may hold no control characters.", field="memo"
        )


def check_total(payee: Standing, amount_mcpt: int) -> None:
    """Raise AMOUNT_TOO_LARGE if the account's total would leave the range it is kept in."""
    if payee.credits_posted + amount_mcpt > TOTAL_MCPT_MAX:
        raise HiveMindError(
            Reason.AMOUNT_TOO_LARGE, "The account of the payee cannot hold that much."
        )


def check_available(payer: Standing, amount_mcpt: int) -> None:
    """Raise INSUFFICIENT_BALANCE, naming what is there, unless the payer has `amount_mcpt`."""
    available_mcpt = payer.available_mcpt
    if payer.row.unlimited or available_mcpt >= amount_mcpt:
        return
    raise HiveMindError(
        Reason.INSUFFICIENT_BALANCE,
        f"This needs {format_cpt(amount_mcpt)} and {format_cpt(available_mcpt)} is available.",
        available_mcpt=str(available_mcpt),
        needed_mcpt=str(amount_mcpt),
    )


def find_account(book: Book, name: str) -> Standing:
    """The account `name`; raises ACCOUNT_NOT_FOUND."""
    standing = book.find(name)
    if standing is None:
        raise HiveMindError(
            Reason.ACCOUNT_NOT_FOUND,
            "There is no account for that user." if account_user(name) else "No such account.",
            account=name,
        )
    return standing
