"""What somebody does who has nothing but a browser: come in, look after oneself, let others in."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from app.client.api import HiveMind
from app.client.vpn import HubWish
from app.common.errors import Category, HiveMindError
from app.common.money import parse_cpt
from app.master.master import Master
from app.wireguard.backends.export import ExportBackend
from bench.pool import ask_to_join
from proto import nodepool_pb2 as pb
from tests.chromium import cookies, no_fault, sign_in, visit
from tests.e2e.conftest import ADMIN, PASSWORD, serving, settings_in, signed_in
from tests.e2e.test_http_api import PHRASE
from tests.ports import free_ports

pytestmark = pytest.mark.timeout(240)

NEW_PHRASE = " another unlikely phrase "


@pytest.fixture
async def plain(browser: Browser, master: Master) -> AsyncIterator[Page]:
    """A page without scripts on which the admin is signed in."""
    async with visit(browser, master.web_address, java_script_enabled=False) as page:
        await sign_in(page, ADMIN, PASSWORD)
        yield page


async def fill(page: Page, form: str, **values: str) -> None:
    """Fill in and send the form whose action is `form`."""
    found = page.locator(f"form[action='{form}']")
    for name, value in values.items():
        await found.locator(f"[name={name}]").fill(value)
    await found.locator("button").last.click()


async def test_the_setup_code_makes_the_first_admin_and_others_become_users(
    browser: Browser, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path / "data", registration_open=True)
    async with serving(settings, new=False) as master:
        code = master.setup_code
        assert code is not None
        async with visit(browser, master.web_address) as page:
            await page.goto("/")
            await page.get_by_role("link", name="Make the administrator").click()
            twice = {"new_password": PASSWORD, "repeated_password": PASSWORD}
            await fill(page, "/register", setup_code="wrong", username=ADMIN, **twice)
            await expect(page.get_by_role("alert")).to_be_visible()
            await expect(page.locator("[name=username]")).to_have_value(ADMIN)
            await no_fault(page)
            await fill(page, "/register", setup_code=code, **twice)
            await expect(page.get_by_role("status")).to_contain_text("Welcome")
            await page.goto("/register")
            await expect(page.locator("[name=setup_code]")).to_have_count(0)
            await fill(page, "/register", username="bob", new_password=PHRASE,
                       repeated_password="something else")  # fmt: skip
            await expect(page.get_by_role("alert")).to_contain_text("passwords differ")
            await fill(page, "/register", new_password=PHRASE, repeated_password=PHRASE)
            await page.wait_for_url(re.compile("/login"))
            await no_fault(page)
        async with signed_in(master) as admin, signed_in(master, "bob", PHRASE) as bob:
            assert [(await each.whoami()).role for each in (admin, bob)] == ["admin", "user"]


async def test_where_nobody_registers_the_page_says_so(browser: Browser, tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "data", registration_open=False)
    async with serving(settings) as master, visit(browser, master.web_address) as page:
        await page.goto("/login")
        await expect(page.get_by_role("link", name="Become a user")).to_have_count(0)
        await page.goto("/register")
        await expect(page.get_by_role("main")).to_contain_text("ask an administrator")
        await expect(page.locator("main form")).to_have_count(0)
        await no_fault(page)


async def test_a_forgotten_password_is_set_anew_by_a_code(
    browser: Browser, master: Master, admin: HiveMind, ann: HiveMind
) -> None:
    code = (await admin.users.reset_code("ann")).reset_code
    async with visit(browser, master.web_address) as page:
        await page.goto("/login")
        await page.get_by_role("link", name="Forgotten password").click()
        twice = {"new_password": NEW_PHRASE, "repeated_password": NEW_PHRASE}
        await fill(page, "/reset-password", username="ann", reset_code="no-code", **twice)
        await expect(page.get_by_role("alert")).to_be_visible()
        await no_fault(page)
        await fill(page, "/reset-password", reset_code=f" {code} ", **twice)
        await expect(page.get_by_role("status")).to_contain_text("new password is set")
        # The spaces around it are a part of it.
        await sign_in(page, "ann", NEW_PHRASE)
    with pytest.raises(HiveMindError):
        await ann.whoami()


async def test_one_sees_and_ends_ones_sessions_and_changes_the_password(
    browser: Browser, master: Master, admin: HiveMind, ann: HiveMind
) -> None:
    async with (
        visit(browser, master.web_address) as page,
        visit(browser, master.web_address) as other,
        signed_in(master, "ann", PHRASE) as script,
    ):
        await sign_in(page, "ann", PHRASE)
        await sign_in(other, "ann", PHRASE)
        await page.get_by_role("link", name="ann", exact=True).click()
        rows = page.locator("tbody tr")
        await expect(rows).to_have_count(4)
        await expect(page.get_by_text("This one")).to_have_count(1)
        await no_fault(page)
        mine = next(each for each in await script.sessions() if each.current)
        await page.locator(f"form:has([value='{mine.session_id}']) button").click()
        await expect(rows).to_have_count(3)
        with pytest.raises(HiveMindError) as caught:
            await script.whoami()
        assert caught.value.reason.category is Category.UNAUTHENTICATED
        await fill(page, "/account/password", current_password="wrong",
                   new_password=NEW_PHRASE, repeated_password=NEW_PHRASE)  # fmt: skip
        await expect(page.get_by_role("alert")).to_be_visible()
        await expect(rows).to_have_count(3)
        await fill(page, "/account/password", current_password=PHRASE,
                   new_password=NEW_PHRASE, repeated_password=NEW_PHRASE)  # fmt: skip
        # Whoever changed it stays signed in; other browsers do not.
        await expect(page.get_by_role("status").first).to_contain_text("Other sessions have ended")
        await expect(rows).to_have_count(1)
        await other.wait_for_url(re.compile("/login"))
        await other.fill("[name=username]", "ann")
        await other.fill("[name=password]", NEW_PHRASE)
        await other.click("main button")
        await other.wait_for_url("**/")
        await page.reload()
        await expect(rows).to_have_count(2)
        await page.get_by_role("button", name="End all others").click()
        await expect(rows).to_have_count(1)
        await other.wait_for_url(re.compile("/login"))


async def test_a_machine_that_asks_is_let_in_or_refused(
    browser: Browser, master: Master, admin: HiveMind, ann: HiveMind
) -> None:
    async with visit(browser, master.web_address) as page:
        await sign_in(page, ADMIN, PASSWORD)
        await expect(page.locator("#live")).to_have_text("Live")
        node_id = await ask_to_join(admin, master.grpc_address, "asking")
        # The first page says it as it happens.
        await page.locator("#waiting-nodes").get_by_role("link", name="asking").click()
        node = await admin.nodes.get(node_id)
        await expect(page.locator("#node-actions code")).to_have_text(node.key_fingerprint)
        await no_fault(page)
        await page.fill("[name=owner]", "nobody")
        await page.check("[name=compared]")
        await page.get_by_role("button", name="Approve").click()
        await expect(page.get_by_role("alert")).to_contain_text("no user of that name")
        await page.fill("[name=owner]", "ann")
        await page.check("[name=compared]")
        await page.get_by_role("button", name="Approve").click()
        await expect(page.locator("#node-head .badge")).to_have_text("Offline")
        node = await admin.nodes.get(node_id)
        assert (node.state, node.owner) == (pb.NODE_STATE_ACTIVE, "ann")
        await page.locator("summary", has_text="Revoke").click()
        await no_fault(page)
        await page.get_by_role("button", name="Revoke").click()
        await expect(page.locator("#node-head .badge")).to_have_text("Revoked")
        await expect(page.locator("#node-actions form")).to_have_count(0)
        refused_id = await ask_to_join(admin, master.grpc_address, "another")
        await page.goto(f"/nodes/{refused_id}")
        await page.get_by_role("button", name="Refuse").click()
        await expect(page.locator("#node-head .badge")).to_have_text("Revoked")
        await page.goto("/")
        await expect(page.locator("#waiting-nodes a")).to_have_count(0)
    async with visit(browser, master.web_address, java_script_enabled=False) as anns:
        await sign_in(anns, "ann", PHRASE)
        await anns.goto(f"/nodes/{node_id}")
        await expect(anns.locator("#node-actions form")).to_have_count(0)


async def test_without_scripts_users_and_money_are_looked_after(
    plain: Page, master: Master, admin: HiveMind, ann: HiveMind
) -> None:
    await plain.get_by_role("link", name="Users").click()
    await fill(plain, "/users", username="bob", password=NEW_PHRASE)
    row = plain.locator("#user-bob")
    await expect(row).to_contain_text("May sign in")
    async with signed_in(master, "bob", NEW_PHRASE) as bob:
        await row.locator("summary").click()
        await row.get_by_role("button", name="End their sessions").click()
        await expect(plain.get_by_role("status")).to_have_text("Done.")
        with pytest.raises(HiveMindError) as caught:
            await bob.whoami()
        assert caught.value.reason.category is Category.UNAUTHENTICATED
    await row.locator("summary").click()
    await row.get_by_role("button", name="Disable").click()
    await expect(row).to_contain_text("Disabled")
    await row.locator("summary").click()
    await row.get_by_role("button", name="Reset code").click()
    assert re.fullmatch(r"[\w-]{10,}", await plain.locator("#code").inner_text())
    await plain.get_by_role("link", name="Ledger").click()
    await fill(plain, "/ledger/grants", to="nobody", amount="12.5", reason="for the weekend")
    # What was typed stays.
    await expect(plain.get_by_role("alert")).to_contain_text("no user of that name")
    grant = plain.locator("form[action='/ledger/grants']")
    await expect(grant.locator("[name=reason]")).to_have_value("for the weekend")
    await fill(plain, "/ledger/grants", to="ann")
    await expect(plain.get_by_role("status")).to_have_text("Granted.")
    await fill(plain, "/ledger", to="ann", amount="1", memo="thanks")
    await expect(plain.get_by_role("status")).to_have_text("Paid.")
    assert (await ann.ledger.balance()).available_mcpt == parse_cpt("113.5")
    await plain.get_by_role("link", name="Audit").click()
    await plain.select_option("[name=action]", "LedgerService/Grant")
    await plain.get_by_role("button", name="Show").click()
    await expect(plain.locator("tbody tr")).to_have_count(2)
    await plain.get_by_role("link", name=ADMIN, exact=True).click()
    await expect(plain.locator("tbody tr")).to_have_count(2)
    await plain.get_by_role("button", name="End all others").click()
    await expect(plain.locator("tbody tr")).to_have_count(1)


async def test_without_scripts_machines_and_peers_come_and_go(
    plain: Page, master: Master, admin: HiveMind, monkeypatch: pytest.MonkeyPatch
) -> None:
    await plain.get_by_role("link", name="Join tokens").click()
    await fill(plain, "/join-tokens", note="room 204")
    assert "HM1-" in await plain.locator("#line-LINUX").inner_text()
    await plain.get_by_text("To the join tokens").click()
    row = plain.locator("tbody tr")
    await expect(row).to_contain_text("room 204")
    await row.get_by_role("button", name="Revoke").click()
    await expect(row).to_contain_text("Revoked")
    node_id = await ask_to_join(admin, master.grpc_address, "asking")
    await plain.goto("/")
    await plain.locator("#waiting-nodes a").click()
    await plain.check("[name=compared]")
    await plain.get_by_role("button", name="Approve").click()
    await expect(plain.locator("#node-head .badge")).to_have_text("Offline")
    assert (await admin.nodes.get(node_id)).owner == ADMIN
    # This network's tunnel is nobody's business: it is only written down.
    monkeypatch.setattr("app.wireguard.choice.all_backends", lambda _: (ExportBackend(),))
    await admin.vpn.set_up_hub(HubWish(endpoint_host="192.0.2.1", port=free_ports(1)[0]))
    await admin.vpn.add_device("phone")
    await plain.get_by_role("link", name="Encrypted network").click()
    peer = plain.locator("#peers tbody tr")
    await peer.locator("summary").click()
    await peer.locator("[name=name]").fill("desk")
    await peer.get_by_role("button", name="Rename").click()
    await expect(peer).to_contain_text("desk")
    await peer.locator("summary").click()
    await peer.get_by_role("button", name="Revoke").click()
    await expect(plain.get_by_text("No peers yet.")).to_be_visible()


async def test_what_another_site_or_an_old_page_sends_changes_nothing(
    plain: Page, master: Master, admin: HiveMind, ann: HiveMind
) -> None:
    """And a form that is sent twice does what it does once."""
    kept = {name: cookie["value"] for name, cookie in (await cookies(plain.context)).items()}
    await plain.goto("/ledger")
    pay = plain.locator("form[action='/ledger']")
    form = {
        name: await pay.locator(f"[name={name}]").input_value() for name in ("csrf", "request_id")
    } | {"to": "ann", "amount": "1"}
    node_id = await ask_to_join(admin, master.grpc_address, "asking")
    node = await admin.nodes.get(node_id)
    forged = {
        "/ledger/grants": {"to": "ann", "amount": "1", "reason": "x"},
        "/account/password": dict.fromkeys(
            ("current_password", "new_password", "repeated_password"), PASSWORD
        ),
        "/account/sessions": {"action": "end-others"},
        f"/nodes/{node_id}": {
            "action": "approve",
            "compared": "1",
            "key_fingerprint": node.key_fingerprint,
        },
    }
    here, elsewhere = {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "cross-site"}
    async with httpx.AsyncClient(base_url=master.web_address, cookies=kept, timeout=30) as http:
        for path, values in forged.items():
            for headers, csrf in ((here, "0" * 64), (here, ""), (elsewhere, form["csrf"])):
                answer = await http.post(path, data=values | {"csrf": csrf}, headers=headers)
                assert answer.json()["reason"] == "CROSS_SITE", path
        for path in ("/register", "/reset-password"):
            answer = await http.post(path, data={"username": "eve"}, headers=elsewhere)
            assert answer.json()["reason"] == "CROSS_SITE", path
        assert (await admin.nodes.get(node_id)).state == pb.NODE_STATE_PENDING
        assert (await ann.ledger.balance()).available_mcpt == parse_cpt("100")
        # Without the tick nobody compared anything.
        unticked = forged[f"/nodes/{node_id}"] | {"csrf": form["csrf"], "compared": ""}
        answer = await http.post(f"/nodes/{node_id}", data=unticked, headers=here)
        assert (answer.status_code, "fingerprint" in answer.text) == (400, True)
        # A session without a name is not all of them.
        unnamed = {"csrf": form["csrf"], "action": "end"}
        answer = await http.post("/account/sessions", data=unnamed, headers=here)
        assert answer.json()["reason"] == "INVALID_FIELD"
        assert len(await admin.sessions()) == 2
        for _ in range(2):
            answer = await http.post("/ledger", data=form, headers=here)
            assert answer.status_code == 303
    assert (await ann.ledger.balance()).available_mcpt == parse_cpt("101")
