// Shows the price while the form is filled in, and sends the archive so that it survives a lost connection.
import { digestOf } from "./sha256.js";
import { persist, post, upload } from "./resumed_upload.js";

const form = document.getElementById("upload");
const quote = document.getElementById("quote");
const error = document.getElementById("upload-error");
const QUOTE_MILLISECONDS = 250;

function amount(name, times) {
  const value = Number(form.elements[name].value);
  return Number.isFinite(value) && value > 0 ? Math.round(value * times) : 0;
}

function spec() {
  return {
    priority: form.elements.priority.value,
    count: amount("count", 1),
    image: form.elements.image.value,
    archive_digest: "sha256:" + "0".repeat(64),
    requirements: {
      cpu_millicores: amount("cpu_cores", 1000),
      memory_mib: amount("memory_gb", 1024),
      disk_mib: amount("disk_gb", 1024),
      cpu_score: amount("cpu_score", 1),
      gpu_score: amount("gpu_score", 1),
      gpu_memory_mib: amount("gpu_memory_gb", 1024),
      gpu_name: form.elements.gpu_name.value,
    },
  };
}

async function price() {
  const quoted = await fetch("/api/v1/quotes", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": document.body.dataset.csrf },
    body: JSON.stringify({ spec: spec() }),
  })
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);
  quote.hidden = !quoted;
  if (!quoted) return;
  const { price_mcpt: mcpt, feasible_nodes: nodes } = quoted;
  quote.textContent = quote.dataset.text.replace("{0}", `${mcpt / 1000} CPT`).replace("{1}", nodes);
}

function fail(text) {
  error.hidden = false;
  error.textContent = text;
  document.getElementById("send").disabled = false;
  document.getElementById("sending").hidden = true;
  error.scrollIntoView({ block: "center" });
}

function show(text, done, total) {
  const percent = Math.floor((100 * done) / Math.max(1, total));
  document.getElementById("sent").value = percent;
  document.getElementById("sent-text").textContent = `${text} ${percent} %`;
}

async function submit() {
  const { dataset } = document.getElementById("sending");
  const file = form.elements.archive.files[0];
  const digest = await digestOf(file, (done) => show(dataset.reading, done, file.size));
  const csrf = document.body.dataset.csrf;
  const lost = () => (document.getElementById("sent-text").textContent = dataset.lost);
  await upload(file, digest, csrf, (done) => show(dataset.sending, done, file.size), lost);
  const order = new FormData(form);
  order.delete("archive");
  order.set("archive_digest", digest);
  order.set("file_name", file.name);
  // The form's request_id goes along again: sent twice, it is done once.
  const made = await persist(() => post(form.action, {}, order), lost);
  location.assign(`/tasks/${encodeURIComponent(made.task_id)}`);
}

async function send(event) {
  event.preventDefault();
  error.hidden = true;
  document.getElementById("send").disabled = true;
  document.getElementById("sending").hidden = false;
  try {
    await submit();
  } catch (problem) {
    fail(problem.message);
  }
}

let timer = 0;
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(price, QUOTE_MILLISECONDS);
});
form.addEventListener("submit", send);
price();
