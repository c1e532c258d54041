// The page's own behaviour: questions that stream, the evidence panel, a drop that is also a button. Without it every form still works.

const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
const status = (text) => { document.getElementById("status").textContent = text; };
const send = (url, body, kind = "fetch") =>
  fetch(url, { method: body ? "POST" : "GET", body, headers: { "X-Carnet": kind, "X-CSRFToken": token() }, credentials: "same-origin" });

// --- a question ---

const atBottom = () => window.innerHeight + window.scrollY > document.documentElement.scrollHeight - 160;
const band = (turn) => turn.querySelector(".urgent");
const follow = (turn, wanted) => { // an answer is read from its beginning, and what cannot wait is in sight whatever the reader did
  if (band(turn)) band(turn).scrollIntoView({ block: "start" });
  else if (wanted) turn.scrollIntoView({ block: turn.offsetHeight > window.innerHeight * 0.7 ? "start" : "nearest" });
};

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function listen(slot) {
  if (slot.dataset.listening) return;
  slot.dataset.listening = "1";
  const source = new EventSource(slot.dataset.stream);
  const end = (html) => {
    source.close();
    const wanted = atBottom();
    const turn = slot.closest(".turn");
    slot.setAttribute("aria-busy", "false");
    turn.querySelectorAll(":scope > .urgent").forEach((band) => band.remove()); // the finished answer carries its own
    slot.replaceChildren(fragment(html));
    window.htmx?.process(slot);
    status(slot.dataset.done);
    follow(turn, wanted);
  };
  const lost = () => { slot.setAttribute("aria-busy", "false"); slot.textContent = slot.dataset.lost; status(slot.dataset.lost); };
  source.addEventListener("banner", (e) => { // the page that asked has it already
    if (!band(slot.closest(".turn"))) slot.before(fragment(JSON.parse(e.data).html));
    follow(slot.closest(".turn"), false);
  });
  source.addEventListener("step", (e) => { const step = slot.querySelector("[data-step]"); if (step) step.textContent = JSON.parse(e.data).text; });
  for (const name of ["final", "problem", "stopped"]) source.addEventListener(name, (e) => end(JSON.parse(e.data).html));
  source.onerror = () => { // what is gone from the stream is in the conversation; a page that was loaded for that already says so
    if (source.readyState !== EventSource.CLOSED) return;
    if (sessionStorage.getItem("again") === slot.dataset.stream) { lost(); return; }
    sessionStorage.setItem("again", slot.dataset.stream);
    location.reload();
  };
}

function unsent(form) {
  document.querySelectorAll(".unsent").forEach((node) => node.remove());
  const words = document.querySelector(".composer")?.dataset.unsent || "";
  form.before(Object.assign(document.createElement("p"), { className: "wrong unsent", role: "alert", textContent: words }));
}

async function ask(form, button) {
  const body = new FormData(form, button);
  const question = String(body.get("question") || "").trim();
  if (!question) return;
  const thread = document.getElementById("thread");
  const box = document.getElementById("question");
  const typed = form.classList.contains("composer");
  if (typed) box.value = ""; // at once: what is typed while the question travels is the next one
  const answer = await send("/ask", body).catch(() => null);
  if (!answer) { if (typed && !box.value) box.value = question; unsent(form); return; }
  document.querySelectorAll(".unsent").forEach((node) => node.remove());
  if (!answer.ok || answer.redirected) { location.assign(answer.redirected ? answer.url : "/ask"); return; }
  const conversation = body.get("conversation");
  if (!thread) { location.assign(`/ask/${encodeURIComponent(conversation)}`); return; }
  thread.append(fragment(await answer.text()));
  const turn = thread.lastElementChild;
  document.querySelectorAll("[data-start]").forEach((node) => node.remove());
  history.replaceState(null, "", `/ask/${encodeURIComponent(conversation)}`);
  window.htmx?.process(turn);
  turn.querySelectorAll("[data-stream]").forEach(listen);
  turn.scrollIntoView({ block: "start" });
  follow(turn, false);
  box?.focus({ preventScroll: true });
}

// --- the panel beside the page ---

let opener = null;

async function openPanel(link) {
  const panel = document.getElementById("panel");
  const answer = await send(link.href, null, "panel");
  if (!answer.ok || answer.redirected) { location.assign(link.href); return; }
  panel.replaceChildren(fragment(await answer.text()));
  panel.hidden = false;
  opener = link;
  window.htmx?.process(panel);
  document.dispatchEvent(new CustomEvent("carnet:loaded", { detail: panel }));
  panel.querySelector("[data-close]")?.focus();
}

function closePanel() {
  const panel = document.getElementById("panel");
  if (panel.hidden) return false;
  panel.hidden = true;
  panel.replaceChildren();
  opener?.focus();
  return true;
}

// --- events ---

document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.matches("[data-ask]")) { e.preventDefault(); ask(form, e.submitter); }
  if (form.matches("form[action='/language']")) form.elements.next.value = location.pathname + location.search; // where the page is by now
  if (form.matches("[data-stop]")) { e.preventDefault(); send(form.action, new FormData(form)); }
});

document.addEventListener("click", (e) => {
  const link = e.target.closest("a[data-panel]");
  if (link && window.matchMedia("(min-width: 60rem)").matches && !e.ctrlKey && !e.metaKey && !e.shiftKey) { e.preventDefault(); openPanel(link); }
  if (e.target.closest("[data-close]")) { e.preventDefault(); closePanel(); }
  const focus = e.target.closest("[data-focus]");
  if (focus) document.getElementById(focus.dataset.focus)?.focus();
  if (e.target.closest("[data-print]")) window.print();
});

document.addEventListener("keydown", (e) => {
  if (e.target.id === "question" && e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); e.target.form.requestSubmit(); }
  if (e.key === "Escape" && !closePanel()) [...document.querySelectorAll("[data-stop]")].at(-1)?.requestSubmit();
  if (e.key === "k" && (e.ctrlKey || e.metaKey)) {
    e.preventDefault();
    const box = document.getElementById("question");
    if (box) box.focus(); else location.assign("/ask#question"); // the box is the target: it has the focus when the page is there
  }
});

document.querySelectorAll("[data-stream]").forEach(listen);
