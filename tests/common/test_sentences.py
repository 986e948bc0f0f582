"""Finished sentences are recognised, and shown in another language."""

import re
from itertools import product

import pytest

from app.common.errors import HiveMindError, Reason
from app.common.sentences import CHARACTERS_MAX, Catalogue, catalogue, translated
from app.common.vocabulary import AttemptOutcome, Continent, IsolationClass, Priority, TrustLevel
from app.master.ledger.pricing import quote
from app.master.pool.trust import NodeHistory, judge
from app.master.scheduling.explain import explain_requirements
from app.master.tasks.requirements import Location, Requirements
from app.master.tasks.spec import TaskSpec, check_spec
from app.master.tasks.state import decide_end
from tests.scheduling_world import World, facts

#: What people who read Chinese read in Latin letters.
LATIN = re.compile(r"[A-Za-z]+")
LATIN_KNOWN = {"MiB", "GiB", "GB", "CPU", "GPU", "CPT", "DE", "x"}


def in_chinese(text: str) -> str:
    return translated(text, "zh_CN")


def english_left(text: str) -> set[str]:
    return set(LATIN.findall(in_chinese(text))) - LATIN_KNOWN


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The program ended with status 3.", "程序以状态 3 结束。"),
        (
            "The program ended with status 3. It is tried again (1 of 2).",
            "程序以状态 3 结束。将再次尝试（1/2）。",
        ),
        (
            "10 nodes lost it; the last: The node fell silent.",
            "已在 10 个节点上中断；最后一次：节点失去响应。",
        ),
        ("dropped 3 of 10 attempts", "10 次尝试中断了 3 次"),
        (
            "The archive's entry 'my file is it.txt' is encrypted: pack without a password.",
            "压缩包条目 'my file is it.txt' 已加密：请不设密码打包。",
        ),
        (
            'No node of the pool can run it: it needs a GPU named "a" with 2 GiB of memory, '  # noqa: ISC004
            "needs a container engine, for its image.",
            "池中没有节点能运行它：它需要名为“a”的 GPU（显存 2 GiB）、需要容器引擎来运行其镜像。",
        ),
        ("is in room 204, DE, Europe, not in DE, Asia", "位于 room 204、DE、欧洲，而不是 DE、亚洲"),
        (
            "No node of the pool can run it: it needs a GPU with 2 GiB of memory, "  # noqa: ISC004
            "needs 64 GiB of memory.",
            "池中没有节点能运行它：它需要 GPU（显存 2 GiB）、需要 64 GiB 内存。",
        ),
        (
            "There is no such role. The roles are admin, user, worker.",
            "没有这个角色。角色有：管理员、用户、出借者。",
        ),
        ("is paused (a new disk)", "已暂停（a new disk）"),
        ("is draining (asked for at the machine itself)", "排空中（由机器本身提出）"),
        (
            "The role auditor may not do this. It needs the permission: see the users.",
            "角色“审计员”不能执行此操作。需要权限：查看用户。",
        ),
        (
            "high is the last admin: make another user an admin first.",
            "high 是最后一位管理员：请先将另一用户设为管理员。",
        ),
        (
            "bubblewrap is not installed. The node went away. No such account.",
            "没有安装 bubblewrap。节点已离开。没有这个账户。",
        ),
        (
            "Something new. The node fell silent. It is new.",
            "Something new. 节点失去响应。It is new.",
        ),
    ],
)
def test_a_sentence_in_chinese(text: str, shown: str) -> None:
    assert in_chinese(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "high",
        "Europe",
        "my own reason, sugar free",
        "{0}",
        "\0",
        "…\n\n",
        "The node",
        "A. B.",
    ],
)
def test_what_is_not_known_stays(text: str) -> None:
    assert in_chinese(text) == text


def test_a_language_without_a_catalogue_keeps_the_sentence() -> None:
    for locale in ("en", "", "de_DE", "../sentences_zh_CN", "zh_CN.toml"):
        assert translated("The node fell silent.", locale) == "The node fell silent."


def test_placeholders_may_change_places() -> None:
    made = Catalogue({"{0:n} of {1:p}": "{1}: {0}", "the tea": "der Tee"}, {"tea": "Tee"})
    assert made.translated("3 of tea") == "Tee: 3"
    assert made.translated("3 of the tea") == "der Tee: 3"
    assert made.translated("3 of coffee") == "3 of coffee"
    assert made.translated("three of tea") == "three of tea"


def test_the_template_that_says_more_counts() -> None:
    made = Catalogue({"needs {0}": "A {0}", "needs {0}, free": "B {0}"}, {})
    assert made.translated("needs this, free") == "B this"
    assert made.translated("needs this") == "A this"


@pytest.mark.parametrize(
    "piece",
    [
        "The archive's entry '",
        "is in a, not in ",
        "has 1 core, ",
        " It is tried again (1 of 2).",
        "needs a GPU with ",
        "The field a ",
        ". ",
        ", ",
        " and ",
        "'\\",
        "1,1.",
        "10 nodes lost it; the last: ",
        "a",
    ],
)
@pytest.mark.parametrize("size", [CHARACTERS_MAX, 64 * 1024])
@pytest.mark.timeout(20)
def test_a_hostile_text_is_read_in_time(piece: str, size: int) -> None:
    """The limit is far above what it takes: what backtracks takes hours."""
    text = piece * (size // len(piece))
    for whole in (text, f"The field {text}", f"has {text} needed", f"{text} nodes"):
        assert in_chinese(whole)
    if size > CHARACTERS_MAX:
        assert in_chinese(text) == text


def test_the_ends_of_tasks_are_known() -> None:
    for outcome, retries in product(AttemptOutcome, (0, 3)):
        end = decide_end(outcome, failures=1, losses=20, retry_max=retries, exit_code=1)
        assert not english_left(end.detail), end.detail


def test_why_a_task_waits_is_known() -> None:
    world = World(
        {
            "low": facts(trust=TrustLevel.LOW, location=Location()),
            "full": facts(location=Location(Continent.ASIA, "DE")),
            "small": facts(cores=1, memory_mib=100),
        }
    )
    world.table.hold("full", Requirements(cpu_millicores=7500), ())
    asked = [
        Requirements(),
        Requirements(memory_mib=10**8, disk_mib=10**8, cpu_millicores=2500),
        Requirements(gpu_name="x", gpu_memory_mib=1536, gpu_score=5, cpu_score=7),
        Requirements(gpu_memory_mib=1, trust_min=TrustLevel.HIGH),
        Requirements(isolation_min=IsolationClass.CONTAINER, needs_engine=True, gpu_score=3),
        Requirements(
            location=Location(Continent.EUROPE, "DE"), location_required=True, memory_mib=512
        ),
        Requirements(cpu_millicores=8000),
    ]
    for one in asked:
        why = explain_requirements(one, world.table, ahead=3)
        said = [why.summary, *(rule.sentence for rule in why.rules)]
        for text in [*said, *(lack for miss in why.nearest for lack in miss.failed)]:
            assert not english_left(text), text


def test_trust_and_prices_are_known() -> None:
    for isolation, streak, drops in product(IsolationClass, (0, 10, 50), (0, 9)):
        for wrong in (0, 1, 2):
            _, reason = judge(NodeHistory(isolation, streak, streak, drops, wrong_results=wrong))
            assert not english_left(reason), reason
    for priority in Priority:
        formula = quote(Requirements(memory_mib=1000, cpu_score=5), priority).formula
        assert not english_left(formula), formula


def test_a_refusal_is_known() -> None:
    with pytest.raises(HiveMindError) as caught:
        check_spec(TaskSpec("sha256:0", run_seconds_max=0))
    assert caught.value.reason is Reason.INVALID_FIELD
    assert in_chinese(caught.value.message) == (
        "字段 run_seconds_max 必须在 1 与 2,592,000 之间，不能是 0。"
    )


def test_the_catalogue_is_read_once() -> None:
    assert catalogue("zh_CN") is catalogue("zh_CN")


def test_a_label_is_known_where_it_stands_alone_only():
    made = Catalogue({"no {0:t}": "kein {0}"}, {"tea": "Tee"}, {"name": "Name"})
    assert (made.label("name"), made.label("tea"), made.label("cup")) == ("Name", "Tee", "cup")
    assert made.translated("no tea") == "kein Tee"
    assert made.translated("no name") == "kein name"
