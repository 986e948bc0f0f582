// Keeps a page live by server-sent events. Without this script the page is whole, and stands still.
"use strict";

const RETRY_MILLISECONDS = 2000;
const LOG_CHARACTERS_MAX = 2_000_000;
const status = document.getElementById("live");

function tell(live) {
  if (!status) return;
  status.hidden = false;
  status.classList.toggle("off", !live);
  const text = live ? status.dataset.on : status.dataset.off;
  if (status.textContent !== text) status.textContent = text;
}

function localTimes(root) {
  for (const each of root.querySelectorAll("time[datetime]")) {
    const at = new Date(each.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    const language = document.documentElement.lang;
    each.textContent = at.toLocaleString(language, { dateStyle: "short", timeStyle: "medium" });
    each.title = each.dateTime;
  }
}

function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  localTimes(template.content);
  return template.content.firstElementChild;
}

// By element: what was put there last. What is the same again leaves alone what was opened or typed.
const putLast = new WeakMap();

// What somebody is about to use is not pulled away from under them.
function put(id, html) {
  const old = document.getElementById(id);
  if (!old || old.contains(document.activeElement) || putLast.get(old) === html) return Boolean(old);
  const fresh = made(html);
  if (old.outerHTML === fresh.outerHTML) {
    putLast.set(old, html);
  } else {
    old.replaceWith(fresh);
    putLast.set(fresh, html);
  }
  return true;
}

// A new row: at the end, or on top if it is newer than all that is there. Ids rise with time.
function add(body, id, html) {
  document.getElementById(`no-${body.id}`)?.remove();
  if (body.dataset.grows === "down") {
    body.append(made(html));
    return;
  }
  const first = body.firstElementChild?.id ?? "";
  if (born(id) > born(first)) body.prepend(made(html));
  else if (born(id) === born(first)) body.firstElementChild.after(made(html));
}

// Of "task-<id>-<index>", an array's task, that of the array.
function born(id) {
  return id.split("-").slice(0, 2).join("-");
}

function show(update) {
  for (const [list, rows] of Object.entries(update.rows)) {
    const body = document.getElementById(list);
    if (!body) continue;
    for (const [id, html] of Object.entries(rows)) {
      if (!put(id, html) && body.dataset.grows) add(body, id, html);
    }
  }
  for (const [id, html] of Object.entries(update.parts)) put(id, html);
}

// Opens again whenever it breaks off; `last` says whether that was the end.
function follow(url, handlers, last) {
  const events = new EventSource(url());
  let over = false;
  events.onopen = () => tell(true);
  for (const [name, handle] of Object.entries(handlers)) {
    events.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
  const again = () => {
    events.close();
    if (over) return;
    over = true;
    setTimeout(() => stillSignedIn().then((yes) => yes && follow(url, handlers, last)), RETRY_MILLISECONDS);
  };
  events.addEventListener("end", (event) => {
    const problem = JSON.parse(event.data);
    if (last(problem)) {
      over = true;
      events.close();
    } else {
      again();
    }
  });
  events.onerror = () => {
    tell(false);
    again();
  };
}

async function stillSignedIn() {
  try {
    const answer = await fetch("/api/v1/session");
    if (answer.status !== 401) return true;
    location.assign("/login?next=" + encodeURIComponent(location.pathname));
    return false;
  } catch {
    return true;
  }
}

function followPage(url) {
  const attempt = document.body.dataset.attempt;
  const parts = (update) => {
    show(update);
    const another = attempt !== undefined && update.attempt !== undefined && String(update.attempt) !== attempt;
    if (another && (attempt === "0" || !update.ended)) location.reload();
  };
  follow(() => url, { parts }, () => false);
}

const ESCAPES = /\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\r(?!\n)/g;

function followLog(log) {
  const address = new URL(log.dataset.url, location.href);
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  log.textContent = log.textContent.replace(ESCAPES, "");
  log.scrollTop = log.scrollHeight;
  const piece = (chunk) => {
    const bytes = Uint8Array.from(atob(chunk.data), (each) => each.charCodeAt(0));
    address.searchParams.set(`${chunk.stream}_offset`, chunk.offset + bytes.length);
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
    const text = decoders[chunk.stream].decode(bytes, { stream: true }).replace(ESCAPES, "");
    log.append(text);
    if (log.textContent.length > LOG_CHARACTERS_MAX) {
      log.textContent = log.textContent.slice(-LOG_CHARACTERS_MAX / 2);
    }
    if (atEnd) log.scrollTop = log.scrollHeight;
  };
  follow(() => address.href, { log: piece }, (problem) => problem.reason === undefined);
}

localTimes(document);
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}
for (const select of document.querySelectorAll("#preferences select")) {
  select.addEventListener("change", () => select.form.submit());
  // Chosen before this script was there.
  if (!select.selectedOptions[0].defaultSelected) select.form.submit();
}
if (document.body.dataset.live) followPage(document.body.dataset.live);
const log = document.getElementById("log");
if (log) followLog(log);
