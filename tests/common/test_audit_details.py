"""Fields and values of the audit log as people say them."""

import pytest

from app.common.audit_details import detail_words
from app.common.money import format_cpt
from app.common.sentences import catalogue
from app.master.rpc.audited import AUDITED

FIELDS = sorted({path.rpartition(".")[2] for rule in AUDITED.values() for path in rule.details})


@pytest.mark.parametrize(
    ("name", "value", "english", "chinese"),
    [
        ("amount_mcpt", "-1500", ("amount", "-1.5 CPT"), ("金额", "-1.5 CPT")),
        ("amount_mcpt", "many", ("amount", "many"), ("金额", "many")),
        ("password", "(set)", ("password", "was set"), ("密码", "已设置")),
        ("disabled", "true", ("disabled", "yes"), ("停用", "是")),
        ("state", "NODE_STATE_PAUSED", ("state", "paused"), ("状态", "已暂停")),
        ("role", "VPN_ROLE_HUB", ("role", "hub"), ("角色", "枢纽")),
        ("priority", "PRIORITY_HIGH", ("priority", "high"), ("优先级", "高")),
        (
            "continent",
            "CONTINENT_NORTH_AMERICA",
            ("continent", "North America"),
            ("大洲", "北美洲"),
        ),
        # What people wrote stays as they wrote it.
        ("reason", "state", ("reason", "state"), ("原因", "state")),
        ("name", "NAME_ME", ("name", "NAME_ME"), ("名称", "NAME_ME")),
        ("of_a_later_version", "1", ("of a later version", "1"), ("of a later version", "1")),
    ],
)
def test_a_detail_in_words(
    name: str, value: str, english: tuple[str, str], chinese: tuple[str, str]
) -> None:
    assert detail_words(name, value, "", format_cpt) == english
    assert detail_words(name, value, "zh_CN", format_cpt) == chinese


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_the_log_has_a_word(name: str) -> None:
    known = catalogue("zh_CN")
    assert known is not None
    english, _ = detail_words(name, "", "", format_cpt)
    assert known.label(english) != english
