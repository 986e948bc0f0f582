// Sends a file's bytes by the API, and goes on where the connection broke off.

const RETRY_MILLISECONDS = [1000, 2000, 4000, 8000, 15000];
const STALL_MILLISECONDS = 30000;
// What another try may answer otherwise: too much at once, a master that starts, a stale offset.
const PASSING = new Set([409, 429, 502, 503, 504]);

export class Refused extends Error {}

// The answer as {status, body}; null where there was none.
function ask(method, path, headers, body, progress = () => {}) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    let stalled = 0;
    const alive = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALL_MILLISECONDS);
    };
    const end = (answer) => {
      clearTimeout(stalled);
      resolve(answer);
    };
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded }) => {
      alive();
      progress(loaded);
    };
    request.onload = () => end({ status: request.status, body: request.response });
    request.onerror = request.onabort = () => end(null);
    alive();
    request.send(body);
  });
}

// As `ask`, again and again until there is an answer that counts. Throws Refused.
export async function persist(attempt, lost) {
  for (let tries = 0; ; tries++) {
    const answer = await attempt();
    if (answer && answer.status < 300) return answer.body;
    if (answer && !PASSING.has(answer.status)) {
      throw new Refused(answer.body?.detail ?? `HTTP ${answer.status}`);
    }
    lost();
    await pause(RETRY_MILLISECONDS[Math.min(tries, RETRY_MILLISECONDS.length - 1)]);
  }
}

// A while, or until the browser says that there is a network again.
function pause(milliseconds) {
  return new Promise((resolve) => {
    const end = () => {
      removeEventListener("online", end);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
  });
}

export function post(path, headers, body) {
  return ask("POST", path, { Accept: "application/json", ...headers }, body);
}

// Until all of `file` is there. `tell` is told how many bytes are; `lost` that it was interrupted.
export async function upload(file, digest, csrf, tell, lost) {
  const headers = { "X-CSRF-Token": csrf };
  const announced = JSON.stringify({ digest, size_bytes: file.size });
  const json = { ...headers, "Content-Type": "application/json" };
  await persist(async () => {
    const begun = await post("/api/v1/uploads", json, announced);
    if (!begun || begun.status >= 300 || begun.body.complete) return begun;
    const { offset } = begun.body;
    tell(offset);
    const sent = await ask(
      "PATCH",
      `/api/v1/uploads/${digest}`,
      { ...headers, "Upload-Offset": String(offset) },
      file.slice(offset),
      (loaded) => tell(offset + loaded),
    );
    // Cut short it is an answer all the same, that says so.
    return sent && sent.status < 300 && !sent.body.complete ? null : sent;
  }, lost);
}
