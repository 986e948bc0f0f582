"""The pages in a real browser: what somebody sees and does who has nothing else."""

import asyncio
import hashlib
import re
import ssl
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, Route, expect

from app.client.api import HiveMind
from app.common.vocabulary import Role
from app.master.master import Master
from tests.chromium import cookies, cut_short, sign_in, violations, visit
from tests.client.cutting_proxy import CuttingProxy
from tests.e2e.conftest import ADMIN, PASSWORD, serving, settings_in
from tests.e2e.hand_node import Ending, hand_node
from tests.e2e.pool import running_pool
from tests.e2e.test_http_api import PHRASE, archive, digest_of

pytestmark = pytest.mark.timeout(240)

#: It tells how far it is, goes on when it is told to, and leaves a result.
STEPS = """\
echo "step one"
echo "::progress 40"
until [ -e "$HIVEMIND_OUTPUT_DIR/go" ]; do sleep 0.1; done
echo "step <b>two</b>"
echo answer > "$HIVEMIND_OUTPUT_DIR/answer.txt"
"""


@pytest.fixture
async def anns(browser: Browser, master: Master, ann: HiveMind) -> AsyncIterator[Page]:
    """A page on which ann is signed in."""
    async with visit(browser, master.web_address) as page:
        await sign_in(page, "ann", PHRASE)
        yield page


async def submit(page: Page, data: bytes, name: str = "job.zip") -> str:
    """By the form; the task's id."""
    await page.goto("/upload")
    file = {"name": name, "mimeType": "application/zip", "buffer": data}
    await page.set_input_files("[name=archive]", file)
    await page.click("#send")
    await page.wait_for_url(re.compile("/tasks/"))
    return page.url.rpartition("/")[2]


async def test_from_signing_in_to_the_result(browser: Browser, tmp_path: Path) -> None:
    """With a real worker: the progress and the log come as they are made."""
    async with running_pool(tmp_path) as pool, pool.master.sign_in() as admin:
        await admin.users.create("owner", PHRASE)
        worker = await pool.add_worker(admin, "first", "owner")
        async with visit(browser, pool.master.ready["web_address"]) as page:
            await page.goto("/ledger")
            assert page.url.endswith("/login?next=/ledger")
            await page.fill("[name=username]", "bench")
            await page.fill("[name=password]", "wrong")
            await page.click("main button")
            await expect(page.get_by_role("alert")).to_contain_text("password is wrong")
            await page.fill("[name=password]", PASSWORD)
            await page.click("main button")
            await page.wait_for_url("**/ledger")
            await page.goto("/")
            await expect(page.locator("#nodes")).to_contain_text("first")
            await page.goto("/upload")
            await expect(page.locator("#quote")).to_have_text(
                "Price: 1 CPT. Nodes that could run it: 1."
            )
            task_id = await submit(page, archive(STEPS))
            await expect(page.locator("#task-head progress")).to_have_attribute("value", "40")
            await expect(page.locator("#log")).to_have_text("step one\n::progress 40\n")
            worker.let_go_on()
            await expect(page.locator("#task-head .badge")).to_have_text("Succeeded")
            # What a task prints is text, whatever it looks like.
            await expect(page.locator("#log")).to_contain_text("step <b>two</b>")
            async with page.expect_download() as fetching:
                await page.get_by_text("Download the result").click()
            path = await (await fetching.value).path()
            with zipfile.ZipFile(path) as file:
                assert file.read("answer.txt") == b"answer\n"
            await page.goto("/ledger")
            await expect(page.get_by_role("main")).to_contain_text("Settled")
            await page.get_by_text("Sign out").click()
            await page.wait_for_url("**/login")
            await page.goto(f"/tasks/{task_id}")
            assert "/login" in page.url


async def test_a_list_grows_and_changes_without_a_hand(
    anns: Page, master: Master, admin: HiveMind, ann: HiveMind, job: Path, tmp_path: Path
) -> None:
    await expect(anns.locator("#live")).to_have_text("Live")
    first = await ann.tasks.submit(job, name="first")
    second = await ann.tasks.submit(job, name="second")
    rows = anns.locator("#tasks tr")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(0)).to_contain_text("second")
    await expect(anns.locator("#no-tasks")).to_have_count(0)
    async with hand_node(master, admin, tmp_path, lambda _: Ending()):
        for submitted in (first, second):
            badge = anns.locator(f"#task-{submitted.task_id} .badge")
            await expect(badge).to_have_text("Succeeded")
    # A row that is there already changes where it stands.
    await expect(rows.nth(1)).to_contain_text("first")
    await expect(rows).to_have_count(2)


async def test_money_is_seen_as_it_comes_and_goes(
    anns: Page, admin: HiveMind, ann: HiveMind
) -> None:
    line = anns.locator("#balance")
    await expect(line).to_contain_text("Your balance: 100 CPT")
    await admin.ledger.grant("ann", 5000, "well done")
    await expect(line).to_contain_text("Your balance: 105 CPT")
    await anns.goto("/ledger")
    await expect(anns.locator("#live")).to_have_text("Live")
    await anns.fill("[name=memo]", "half written")
    await admin.ledger.grant("ann", 2500, "and again")
    await expect(anns.locator("#balance")).to_contain_text("107.5 CPT")
    newest = anns.locator("#transfers tbody tr").first
    await expect(newest).to_contain_text("and again")
    await expect(anns.locator("[name=memo]")).to_have_value("half written")
    # The older ones stand still.
    for number in range(60):
        await ann.ledger.transfer("admin", 1, f"number {number}")
    await expect(newest).to_contain_text("number 59")
    await anns.get_by_text("Older transfers").click()
    await expect(anns.locator("#transfers tbody tr")).to_have_count(13)
    await expect(anns.locator("#live")).to_be_hidden()


async def test_a_task_is_cancelled_and_run_again(anns: Page) -> None:
    await submit(anns, archive())
    await anns.get_by_role("button", name="Cancel").click()
    await expect(anns.locator("#task-head .badge")).to_have_text("Cancelled")
    before = anns.url
    await anns.get_by_role("button", name="Run it again").click()
    await anns.wait_for_url(lambda url: url != before)
    await anns.select_option("#task-actions select", "urgent")
    await anns.get_by_role("button", name="Change").click()
    await expect(anns.locator("#task-facts")).to_contain_text("Urgent")


async def check_hash(page: Page) -> None:
    """The page's own SHA-256, around the ends of blocks, and in pieces that end anywhere."""
    for length in (0, 1, 55, 56, 63, 64, 119, 120, 200_001):
        data = bytes(number * 7 % 256 for number in range(length))
        found = await page.evaluate(
            """async (numbers) => {
                const { Sha256 } = await import("/static/sha256.js");
                const hash = new Sha256();
                const bytes = new Uint8Array(numbers);
                for (let at = 0; at < bytes.length; at += 77) {
                    hash.update(bytes.subarray(at, at + 77));
                }
                return hash.end();
            }""",
            list(data),
        )
        assert found == hashlib.sha256(data).hexdigest(), length


async def test_an_upload_goes_on_after_the_connection_broke(
    browser: Browser, master: Master, ann: HiveMind
) -> None:
    """Cut twice in the middle: what had arrived is not sent again, and the whole is right."""
    data = archive(padding=6_000_000)
    port = int(master.http_address.rpartition(":")[2])
    async with (
        CuttingProxy(port) as proxy,
        visit(browser, f"http://127.0.0.1:{proxy.port}") as page,
    ):
        await sign_in(page, "ann", PHRASE)
        await check_hash(page)
        starts: list[int] = []
        page.on(
            "request",
            lambda request: (
                starts.append(int(request.headers["upload-offset"]))
                if request.method == "PATCH"
                else None
            ),
        )
        proxy.cut_after_bytes, proxy.cuts_left = 2_000_000, 2
        task_id = await submit(page, data)
        assert proxy.cuts == 2
        # Chromium itself repeats one whose connection it had used before.
        assert len(starts) > 1
        assert starts == sorted(set(starts))
        assert (starts[0], starts[-1] > 1_000_000) == (0, True)
    task = await ann.tasks.get(task_id)
    assert (task.name, task.spec.archive_digest) == ("job", digest_of(data))


async def test_a_price_that_is_cut_short_is_none(anns: Page) -> None:
    await anns.route("**/api/v1/quotes", cut_short)
    async with anns.expect_response("**/api/v1/quotes"):
        await anns.goto("/upload")
    await expect(anns.locator("#quote")).to_be_hidden()


async def test_what_is_no_archive_is_told_on_the_form(anns: Page) -> None:
    await anns.goto("/upload")
    file = {"name": "job.zip", "mimeType": "application/zip", "buffer": b"no archive"}
    await anns.set_input_files("[name=archive]", file)
    await anns.click("#send")
    await expect(anns.locator("#upload-error")).to_contain_text("ZIP")
    assert anns.url.endswith("/upload")


async def test_another_role_sees_and_may_what_its_role_says(
    browser: Browser, master: Master, admin: HiveMind, ann: HiveMind, job: Path
) -> None:
    submitted = await ann.tasks.submit(job, name="anns task")
    await admin.users.create("audrey", PHRASE, Role.AUDITOR)
    async with visit(browser, master.web_address) as page:
        await sign_in(page, "audrey", PHRASE)
        await expect(page.locator("#tasks")).to_contain_text("anns task")
        await expect(page.get_by_text("Submit a task")).to_have_count(0)
        answer = await page.goto("/upload")
        assert answer is not None
        assert answer.status == 403
        await expect(page.get_by_role("alert")).to_contain_text("The role auditor may not")
        await page.goto(f"/tasks/{submitted.task_id}")
        await expect(page.locator("#task-head")).to_contain_text("anns task")
        await expect(page.locator("#task-actions button")).to_have_count(0)
        await page.goto("/ledger?all=1&verify=1")
        await expect(page.locator(".notice")).to_contain_text("rows are as they were written")
        await admin.ledger.grant("ann", 5000, "for all to see")
        await expect(page.locator("#transfers")).to_contain_text("for all to see")


async def test_a_session_that_ends_leads_to_signing_in(anns: Page, ann: HiveMind) -> None:
    await expect(anns.locator("#live")).to_have_text("Live")
    await ann.end_sessions()
    await anns.wait_for_url(re.compile("/login"))


async def test_a_lost_connection_is_told_and_made_up_for(
    browser: Browser, master: Master, ann: HiveMind, job: Path
) -> None:
    async with (
        CuttingProxy(int(master.http_address.rpartition(":")[2])) as proxy,
        visit(browser, f"http://127.0.0.1:{proxy.port}") as page,
    ):
        await sign_in(page, "ann", PHRASE)
        live = page.locator("#live")
        await expect(live).to_have_text("Live")
        proxy.down = True
        proxy.cut()
        await expect(live).to_have_text("Connection lost: trying again…")
        await ann.tasks.submit(job, name="meanwhile")
        proxy.down = False
        await expect(live).to_have_text("Live")
        await expect(page.locator("#tasks")).to_contain_text("meanwhile")


async def test_without_scripts_one_signs_in_lists_and_uploads(
    browser: Browser, master: Master, ann: HiveMind, tmp_path: Path
) -> None:
    async with visit(browser, master.web_address, java_script_enabled=False) as page:
        await sign_in(page, "ann", PHRASE)
        await page.get_by_role("link", name="Submit a task").first.click()
        path = tmp_path / "plain.zip"
        path.write_bytes(archive())
        await page.set_input_files("[name=archive]", path)
        await page.click("#send")
        await page.wait_for_url(re.compile("/tasks/"))
        await page.goto("/")
        await expect(page.locator("#tasks")).to_contain_text("plain")
        await page.get_by_role("button", name="Sign out").click()
        await page.wait_for_url("**/login")


async def test_the_choice_of_language_and_theme_is_kept(anns: Page) -> None:
    await anns.select_option("[name=language]", "zh-CN")
    await expect(anns.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(anns.locator("nav")).to_contain_text("账本")
    await anns.select_option("[name=theme]", "dark")
    await expect(anns.locator("html")).to_have_attribute("data-theme", "dark")
    await anns.goto("/tasks/none")
    await expect(anns.get_by_role("alert")).to_contain_text("不是任务")
    background = await anns.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(32, 33, 36)"


async def test_a_theme_chosen_before_the_script_is_there_is_kept(anns: Page) -> None:
    chosen = asyncio.Event()

    async def late(route: Route) -> None:
        await chosen.wait()
        await route.continue_()

    await anns.route("**/live.js", late)
    await anns.goto("/ledger", wait_until="commit")
    await anns.select_option("[name=theme]", "dark")
    chosen.set()
    await expect(anns.locator("html")).to_have_attribute("data-theme", "dark")


async def test_no_page_shuts_anybody_out(
    browser: Browser, master: Master, admin: HiveMind, job: Path, tmp_path: Path
) -> None:
    """axe-core finds nothing serious, on a phone's width as on a desk's, in light and dark."""
    async with hand_node(master, admin, tmp_path, lambda _: Ending()) as node:
        submitted = await admin.tasks.submit(job)
        await admin.tasks.wait(submitted.task_id)
        waiting = await admin.tasks.submit(job, disk_mib=2**29)
        paths = ["/", "/upload", "/ledger", f"/tasks/{submitted.task_id}"]
        paths += [f"/tasks/{waiting.task_id}", f"/nodes/{node.identity.node_id}", "/tasks/none"]
        paths += ["/users", "/audit?verify=1", "/join-tokens", "/vpn?check=1"]
        found = []
        async with visit(browser, master.web_address) as page:
            await page.goto("/login")
            found += await violations(page, "/login")
            await sign_in(page, ADMIN, PASSWORD)
            for path in paths:
                await page.goto(path)
                for scheme in ("light", "dark"):
                    await page.emulate_media(color_scheme=scheme)
                    await page.set_viewport_size({"width": 1280, "height": 900})
                    found += await violations(page, f"{path} {scheme}")
                    await page.set_viewport_size({"width": 360, "height": 740})
                    found += await violations(page, f"{path} {scheme} on a phone")
                    width = await page.evaluate("document.documentElement.scrollWidth")
                    assert width <= 360, f"{path} is {width} pixels wide on a phone"
    assert found == []


async def test_beyond_the_machine_it_is_https_with_cookies_for_it_alone(
    browser: Browser, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path / "data", ui_host="0.0.0.0")
    async with serving(settings) as master:
        port = master.http_address.rpartition(":")[2]
        address = f"https://localhost:{port}"
        async with visit(browser, address, ignore_https_errors=True) as page:
            await sign_in(page, ADMIN, PASSWORD)
            kept = await cookies(page.context)
            assert set(kept) == {"__Host-hm_session", "__Host-hm_refresh"}
            for cookie in kept.values():
                assert (cookie["secure"], cookie["httpOnly"]) == (True, True)
                assert (cookie["sameSite"], cookie["path"]) == ("Strict", "/")
            await expect(page.locator("#live")).to_have_text("Live")
        # By the pool's own authority a script trusts it, and nothing is said in the clear.
        ca = tmp_path / "ca.pem"
        ca.write_bytes(master._identity.authority.ca_certificate_pem)
        trusted = ssl.create_default_context(cafile=str(ca))
        async with httpx.AsyncClient(base_url=address, verify=trusted) as http:
            answer = await http.get("/healthz")
            assert answer.headers["strict-transport-security"].startswith("max-age=")
        async with httpx.AsyncClient(base_url=f"http://localhost:{port}") as plain:
            with pytest.raises(httpx.TransportError):
                await plain.get("/healthz")


async def test_an_access_token_that_ran_out_is_renewed_without_a_word(
    anns: Page, master: Master
) -> None:
    """A quarter of an hour later the page still opens, and the browser has new cookies."""
    before = (await cookies(anns.context))["hm_session"]["value"]
    clock = master._identity.access_tokens._clock
    master._identity.access_tokens._clock = Later(clock, 16 * 60 * 1_000_000)
    answer = await anns.goto("/ledger")
    assert answer is not None
    assert answer.status == 200
    after = (await cookies(anns.context))["hm_session"]["value"]
    assert after != before


class Later:
    """A clock that is ahead of another."""

    def __init__(self, clock: object, ahead_us: int) -> None:
        self._clock = clock
        self._ahead_us = ahead_us

    def now_us(self) -> int:
        return self._clock.now_us() + self._ahead_us
