// Files on their way in: dropped anywhere or chosen, one bar each, one after the other, cancelled while they travel. Without it the form still works.

const form = document.querySelector("form[data-upload]");
const list = document.getElementById("uploads");
const imports = document.getElementById("imports");
const status = (text) => { document.getElementById("status").textContent = text; };
const waiting = [];
let travelling = null;

const element = (name, props = {}, ...inside) => {
  const made = Object.assign(document.createElement(name), props);
  made.append(...inside);
  return made;
};

function row(file) {
  const bar = element("progress", { max: 1, value: 0 });
  bar.setAttribute("aria-label", file.name);
  const words = element("span", { className: "faint small num", textContent: form.dataset.queued });
  const cancel = element("button", { type: "button", className: "quiet small", textContent: form.dataset.cancel });
  cancel.append(element("span", { className: "spoken", textContent: ` (${file.name})` }));
  const node = element("li", { className: "card sending-one" }, element("strong", { textContent: file.name }), cancel, bar, words);
  const item = { file, bar, words, cancel, node, gone: false, request: null };
  cancel.addEventListener("click", () => { item.gone = true; if (item.request) item.request.abort(); else end(item, form.dataset.cancelled); });
  list.append(node);
  list.hidden = false;
  return item;
}

function end(item, text) {
  item.words.textContent = text;
  item.bar.remove();
  item.cancel.remove();
  status(`${item.file.name}: ${text}`);
}

function arrived(item, request) {
  const there = new URL(request.responseURL || "/import", location.href);
  if (there.pathname !== "/import") { location.assign(there.href); return; } // locked, or no vault yet
  if (request.status !== 200) { end(item, form.dataset.failed); return; }
  const template = document.createElement("template");
  template.innerHTML = request.responseText;
  imports.replaceChildren(template.content);
  window.htmx?.process(imports);
  item.node.remove();
  list.hidden = !list.children.length;
  status(`${item.file.name}: ${form.dataset.arrived}`);
}

function send(item) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("files", item.file, item.file.name);
  body.append("end", form.elements.end.value); // last: the server takes nothing that was cut before it
  const request = new XMLHttpRequest();
  const over = (then) => () => { travelling = null; then(); next(); };
  item.request = request;
  request.open("POST", "/import");
  request.setRequestHeader("X-Carnet", "fetch");
  request.setRequestHeader("X-CSRFToken", form.elements.csrfmiddlewaretoken.value);
  request.upload.addEventListener("progress", (e) => {
    if (!e.lengthComputable) return;
    item.bar.value = e.loaded / e.total;
    item.words.textContent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(e.loaded / e.total);
  });
  request.addEventListener("load", over(() => arrived(item, request)));
  request.addEventListener("error", over(() => end(item, form.dataset.failed)));
  request.addEventListener("abort", over(() => end(item, form.dataset.cancelled)));
  request.send(body);
}

function next() {
  if (travelling) return;
  travelling = waiting.shift() || null;
  if (!travelling) return;
  if (travelling.gone) { travelling = null; next(); return; }
  send(travelling);
}

function take(files) {
  for (const file of files) waiting.push(row(file));
  next();
}

if (form) {
  const input = form.elements.files;
  form.classList.add("js");
  input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
  if (input.files.length) { take([...input.files]); input.value = ""; } // chosen before this script was there
  form.addEventListener("submit", (e) => { e.preventDefault(); take([...input.files]); input.value = ""; });
  const carries = (e) => [...(e.dataTransfer?.types || [])].includes("Files");
  document.addEventListener("dragover", (e) => { if (carries(e)) { e.preventDefault(); document.body.classList.add("dropping"); } });
  document.addEventListener("dragleave", (e) => { if (!e.relatedTarget) document.body.classList.remove("dropping"); });
  document.addEventListener("drop", (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    document.body.classList.remove("dropping");
    take([...e.dataTransfer.files].filter((f) => f.size));
  });
  window.addEventListener("beforeunload", (e) => { if (travelling) e.preventDefault(); });
  document.body.addEventListener("htmx:afterSwap", () => {
    for (const card of imports.querySelectorAll("[data-ended]:not([data-said])")) { card.dataset.said = "1"; status(card.dataset.ended); }
  });
}
