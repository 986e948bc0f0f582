"""The pages of those who look after a pool, in a real browser: users, audit, joining, network."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from app.client.api import HiveMind
from app.client.join_link import JoinLink
from app.client.vpn import HubWish
from app.common.vocabulary import Role
from app.master.master import Master
from app.wireguard.backends.export import ExportBackend
from app.wireguard.configuration import parse
from app.wireguard.keys import public_key_of
from tests.chromium import cut_short, no_fault, sign_in, visit
from tests.e2e.conftest import ADMIN, PASSWORD, signed_in
from tests.e2e.test_http_api import PHRASE
from tests.ports import free_ports

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def page(browser: Browser, master: Master) -> AsyncIterator[Page]:
    """A page on which the admin is signed in."""
    async with visit(browser, master.web_address) as shown:
        await sign_in(shown, ADMIN, PASSWORD)
        yield shown


async def links(page: Page) -> list[str]:
    return await page.locator("nav a").all_inner_texts()


async def downloaded(page: Page, text: str) -> str:
    """What the link with `text` leads to."""
    async with page.expect_download() as fetching:
        await page.get_by_text(text).click()
    path = await (await fetching.value).path()
    return await asyncio.to_thread(Path(path).read_text, "utf-8")


async def test_users_come_change_and_get_codes(page: Page, master: Master) -> None:
    await page.get_by_role("link", name="Users").click()
    create = page.locator("form[action='/users']")
    await create.locator("[name=username]").fill("bob")
    await create.locator("[name=password]").fill("short")
    await create.get_by_role("button", name="Create").click()
    # What was typed stays, but for the password.
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(create.locator("[name=username]")).to_have_value("bob")
    await create.locator("[name=password]").fill(PHRASE)
    await create.locator("[name=role]").select_option("worker")
    await create.get_by_role("button", name="Create").click()
    row = page.locator("#user-bob")
    await expect(row).to_contain_text("Worker")
    await row.locator("summary").click()
    await no_fault(page)
    await row.locator("[name=role]").select_option("auditor")
    await row.get_by_role("button", name="Give the role").click()
    await expect(row).to_contain_text("Auditor")
    async with signed_in(master, "bob", PHRASE) as bob:
        assert (await bob.whoami()).role == "auditor"
    await row.locator("summary").click()
    await row.get_by_role("button", name="Disable").click()
    await expect(row).to_contain_text("Disabled")
    await row.locator("summary").click()
    await row.get_by_role("button", name="Let in again").click()
    await expect(row).to_contain_text("May sign in")
    await row.locator("summary").click()
    await row.get_by_role("button", name="Reset code").click()
    code = await page.locator("#code").inner_text()
    await no_fault(page)
    # Asked for again by a reload, it is the same: the first is not made worthless.
    await page.reload()
    await expect(page.locator("#code")).to_have_text(code)
    async with signed_in(master) as admin:
        made = await admin.users.reset_code("bob")
        assert made.reset_code != code
    # The admin's own last role stays.
    await page.goto("/users")
    row = page.locator(f"#user-{ADMIN}")
    await row.locator("summary").click()
    await row.get_by_role("button", name="Disable").click()
    await expect(page.get_by_role("alert")).to_be_visible()


async def test_the_audit_log_is_filtered_verified_and_taken_along(
    page: Page, admin: HiveMind, browser: Browser, master: Master
) -> None:
    for name in ("user000", "user001"):
        await admin.users.create(name, PHRASE)
    for number in range(100):
        await admin.ledger.grant("user000", 1000 + number, "for nothing")
    await admin.users.create("audrey", PHRASE, Role.AUDITOR)
    async with visit(browser, master.web_address) as audreys:
        await sign_in(audreys, "audrey", PHRASE)
        assert await links(audreys) == ["Pool", "Ledger", "Encrypted network", "Users", "Audit"]
        await audreys.goto("/users")
        await expect(audreys.locator("main form")).to_have_count(0)
        await audreys.get_by_role("link", name="Audit").click()
        rows = audreys.locator("tbody tr")
        await expect(rows).to_have_count(100)
        await expect(rows.first).to_contain_text("sign in")
        await audreys.get_by_text("Older acts").click()
        await expect(rows.last).to_contain_text("make the first admin")
        await audreys.goto("/audit")
        await audreys.select_option("[name=action]", "AdminService/CreateUser")
        await audreys.fill("[name=target]", "user001")
        await audreys.get_by_role("button", name="Show").click()
        await expect(rows).to_have_count(1)
        await expect(rows.first).to_contain_text("user001")
        await no_fault(audreys)
        text = await downloaded(audreys, "Export as CSV")
        (row,) = csv.DictReader(io.StringIO(text))
        assert (row["action"], row["target"], row["result"]) == (
            "AdminService/CreateUser",
            "user001",
            "OK",
        )
        await audreys.goto("/audit")
        every = json.loads(await downloaded(audreys, "Export as JSON"))
        assert len(every) > 105
        assert every[-1]["action"] == "Master/CreateFirstAdmin"
        await audreys.get_by_text("Verify the chain").click()
        await expect(audreys.get_by_role("status").first).to_contain_text("rows are as they were")
        await audreys.goto("/audit?since=never")
        await expect(audreys.get_by_role("alert")).to_contain_text("must be a date")
        await audreys.goto("/audit?until=2020-01-01")
        await expect(rows).to_have_count(0)


async def test_a_machine_joins_by_the_line_of_a_page(
    page: Page, browser: Browser, master: Master, ann: HiveMind
) -> None:
    await page.get_by_role("link", name="Join tokens").click()
    await page.fill("[name=uses_max]", "3")
    await page.fill("[name=note]", "room 204")
    await page.fill("[name=address]", "no address")
    await page.get_by_role("button", name="Make the line").click()
    await expect(page.get_by_role("alert")).to_contain_text("master.example:50051")
    await page.fill("[name=address]", master.grpc_address)
    await page.get_by_role("button", name="Make the line").click()
    link = JoinLink.parse(await page.locator("#link").inner_text())
    assert (str(link.address), link.token.pin) == (master.grpc_address, master.ca_pin)
    line = await page.locator("#line-LINUX").inner_text()
    assert f"join {master.grpc_address} --token {link.token}" in line
    await expect(page.locator("svg.qr path")).to_have_count(1)
    await no_fault(page)
    await page.get_by_text("To the join tokens").click()
    row = page.locator("tbody tr")
    await expect(row).to_contain_text("room 204")
    # What is secret of it is seen no more.
    assert link.token.secret not in await page.content()
    await no_fault(page)
    await row.get_by_role("button", name="Revoke").click()
    await expect(row).to_contain_text("Revoked")
    async with visit(browser, master.web_address) as anns:
        await sign_in(anns, "ann", PHRASE)
        assert await links(anns) == ["Pool", "Submit a task", "Ledger"]
        for path in ("/users", "/audit", "/join-tokens", "/vpn", "/audit/export"):
            answer = await anns.goto(path)
            assert answer is not None
            assert answer.status == 403


async def test_a_device_gets_a_key_that_the_master_never_has(
    page: Page, admin: HiveMind, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This network's tunnel is nobody's business: it is only written down.
    monkeypatch.setattr("app.wireguard.choice.all_backends", lambda _: (ExportBackend(),))
    await page.get_by_role("link", name="Encrypted network").click()
    await expect(page.locator("#vpn-head")).to_contain_text("No encrypted network is set up")
    await no_fault(page)
    await admin.vpn.set_up_hub(HubWish(endpoint_host="192.0.2.1", port=free_ports(1)[0]))
    await page.reload()
    await expect(page.locator("#vpn-head")).to_contain_text("This master is the hub")
    await page.route("**/api/v1/vpn/peers", cut_short)
    await page.fill("#device [name=name]", "Ann's phone")
    await page.get_by_role("button", name="Add").click()
    await expect(page.locator("#device-error")).to_contain_text("Connection lost")
    await page.unroute("**/api/v1/vpn/peers")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    await page.get_by_role("button", name="Add").click()
    await expect(page.locator("#device-made")).to_be_visible()
    text = await page.locator("#device-text").inner_text()
    made = parse(text + "\n")
    public_key = public_key_of(made.private_key)
    (peer,) = (await admin.vpn.get()).peers
    assert (peer.name, peer.public_key) == ("Ann's phone", public_key)
    assert [str(each.ip) for each in made.addresses] == list(peer.addresses)
    assert any(public_key in body for body in sent)
    assert not any(made.private_key in body for body in sent)
    await expect(page.locator("#device-code path")).to_have_count(1)
    saved = await downloaded(page, "Save as a file")
    assert parse(saved) == made
    # The list follows without a reload.
    row = page.locator("#peers tbody tr")
    await expect(row).to_contain_text("Ann's phone")
    await no_fault(page)
    await row.locator("summary").click()
    await row.locator("[name=name]").fill("desk")
    await row.get_by_role("button", name="Rename").click()
    await expect(row).to_contain_text("desk")
    await page.goto("/vpn?check=1")
    await expect(page.get_by_role("main")).to_contain_text("is whole")
    await row.locator("summary").click()
    await row.get_by_role("button", name="Revoke").click()
    await expect(page.get_by_text("No peers yet.")).to_be_visible()
