"""What is wrong with a payment, beside its field."""

import pytest

from ui.models.payment import Payment, payment_faults


@pytest.mark.parametrize(
    ("payment", "field"),
    [
        (Payment("", "1", ""), "to"),
        (Payment("Alice", "1", ""), "to"),
        (Payment("bob", "", ""), "amount"),
        (Payment("bob", "1.2345", ""), "amount"),
        (Payment("bob", "-1", ""), "amount"),
        (Payment("bob", "0", ""), "amount"),
        (Payment("bob", "10.001", ""), "amount"),
        (Payment("bob", "1", "x" * 201), "memo"),
        (Payment("bob", "1", "a\tb"), "memo"),
        (Payment("bob", "1", "", grant=True), "memo"),
    ],
)
def test_the_field_at_fault_is_named(payment, field):
    assert set(payment_faults(payment, "alice", 10_000)) == {field}


def test_all_that_one_has_may_be_paid():
    assert payment_faults(Payment("bob", "10 CPT", "lunch"), "alice", 10_000) == {}


def test_a_grant_is_not_bound_by_ones_own_balance_and_may_be_to_oneself():
    grant = Payment("alice", "1000", "a welcome", grant=True)
    assert payment_faults(grant, "alice", 0) == {}


def test_an_amount_that_cannot_be_read_counts_as_nothing():
    assert Payment("bob", "x", "").amount_mcpt == 0
    assert Payment("bob", "1.5", "").amount_mcpt == 1500
