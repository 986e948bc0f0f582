// Takes a device into the encrypted network. Its private key is made here and goes nowhere else.
const order = document.getElementById("device");
const refusal = document.getElementById("device-error");
const SVG = "http://www.w3.org/2000/svg";
const QUIET_MODULES = 4;

// Of a key in a JSON Web Key, as WireGuard writes it.
function base64(text) {
  return text.replaceAll("-", "+").replaceAll("_", "/") + "=";
}

async function newKeys() {
  const pair = await crypto.subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
  const { d, x } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  return { privateKey: base64(d), publicKey: base64(x) };
}

// The file for wg-quick and for the apps, as app/wireguard/configuration.py writes it.
function configuration(privateKey, peer) {
  const lines = ["[Interface]", `PrivateKey = ${privateKey}`];
  for (const address of peer.addresses) lines.push(`Address = ${address}`);
  if (peer.mtu) lines.push(`MTU = ${peer.mtu}`);
  lines.push("", "[Peer]", `PublicKey = ${peer.hub_public_key}`, `Endpoint = ${peer.hub_endpoint}`);
  lines.push(`AllowedIPs = ${peer.allowed.join(", ")}`);
  if (peer.keepalive_seconds) lines.push(`PersistentKeepalive = ${peer.keepalive_seconds}`);
  return lines.join("\n") + "\n";
}

function drawCode(text) {
  const code = qrcode(0, "L");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  let path = "";
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (code.isDark(row, column)) path += `M${column + QUIET_MODULES} ${row + QUIET_MODULES}h1v1h-1z`;
    }
  }
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("d", path);
  const svg = document.getElementById("device-code");
  const side = count + 2 * QUIET_MODULES;
  svg.setAttribute("viewBox", `0 0 ${side} ${side}`);
  svg.replaceChildren(drawn);
}

function show(text) {
  document.getElementById("device-text").textContent = text;
  drawCode(text);
  document.getElementById("device-file").href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  order.hidden = true;
  document.getElementById("device-made").hidden = false;
}

async function add(name) {
  const keys = await newKeys().catch(() => null);
  if (!keys) return refusal.dataset.old;
  const answer = await fetch("/api/v1/vpn/peers", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf },
    body: JSON.stringify({ name, public_key: keys.publicKey }),
  }).catch(() => null);
  // Cut short it is none.
  const said = await answer?.json().catch(() => null);
  if (!said) return refusal.dataset.lost;
  if (!answer.ok) return said.detail;
  show(configuration(keys.privateKey, said));
  return "";
}

order.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = order.querySelector("button");
  button.disabled = true;
  refusal.textContent = await add(order.elements.name.value.trim());
  refusal.hidden = !refusal.textContent;
  button.disabled = false;
});
