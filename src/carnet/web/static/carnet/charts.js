// The comfort of a chart: a line through the nearest point with its words beside it, arrow keys, and a window that moves.
// It reads the points from the SVG itself and asks only this site for another window. Without it nothing is missing but comfort.

const MARKS = "svg.chart [data-t]";
const STEP = 0.5; // half of the window is what one press moves or leaves out
const STOPS = 31; // of more links than that, none stops the Tab key: the arrow keys reach them
const pointers = new Map();
let pinch = 0;

const shown = (svg) => svg.getClientRects().length > 0;
const middle = (mark) => {
  const box = mark.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
};

function nearest(svg, x, y) {
  let best = null;
  let least = Infinity;
  for (const mark of svg.querySelectorAll("[data-t]")) {
    const [mx, my] = middle(mark);
    const far = Math.abs(mx - x) + Math.abs(my - y) / 1000; // the level decides, the height only between equals
    if (far < least) [best, least] = [mark, far];
  }
  return best;
}

function said(figure) {
  let place = figure.querySelector(".chart-said");
  if (!place) {
    place = document.createElement("output");
    place.className = "chart-said";
    figure.append(place);
  }
  return place;
}

function point(mark) {
  const svg = mark.ownerSVGElement;
  const figure = svg.closest("figure");
  let cross = svg.querySelector(".c-cross");
  if (!cross) {
    cross = document.createElementNS(svg.namespaceURI, "path");
    cross.setAttribute("class", "c-cross");
    svg.append(cross);
  }
  const spot = new DOMPoint(...middle(mark)).matrixTransform(svg.getScreenCTM().inverse());
  cross.setAttribute("d", `M${spot.x.toFixed(1)} 0V${svg.viewBox.baseVal.height}`);
  svg.querySelector("[data-read]")?.removeAttribute("data-read");
  mark.setAttribute("data-read", "");
  const words = mark.dataset.label ?? "";
  if (figure && said(figure).textContent !== words) said(figure).textContent = words;
}

function leave(svg) {
  svg.querySelector(".c-cross")?.remove();
  svg.querySelector("[data-read]")?.removeAttribute("data-read");
}

function walk(svg, by) {
  const marks = [...svg.querySelectorAll("[data-t]")].sort((a, b) => a.dataset.t - b.dataset.t);
  if (!marks.length) return;
  const here = marks.findIndex((mark) => mark === document.activeElement || mark.hasAttribute("data-read"));
  const next = here < 0 ? (by > 0 ? 0 : marks.length - 1) : Math.max(0, Math.min(marks.length - 1, here + by));
  if (marks[next].matches("a")) marks[next].focus({ preventScroll: true });
  point(marks[next]);
}

function limits(figure) {
  const stated = [figure.dataset.first, figure.dataset.last];
  if (stated.every((text) => text && Number.isFinite(Number(text)))) return stated.map(Number);
  const times = [...figure.querySelectorAll(MARKS)].map((mark) => Number(mark.dataset.t));
  return [Math.min(...times), Math.max(...times)];
}

async function turn(figure, way, factor = way === "in" ? STEP : 1 / STEP, at = 0.5) {
  const [first, last] = limits(figure);
  const wide = last - first;
  if (!(wide > 0) || figure.getAttribute("aria-busy") === "true") return;
  const moved = way === "left" ? -STEP * wide : way === "right" ? STEP * wide : (1 - factor) * wide * at;
  const end = way === "left" || way === "right" ? last + moved : first + moved + wide * factor;
  const bounds = { first: Math.round(first + moved), last: Math.round(end) };
  if (bounds.first >= bounds.last) return;
  const address = figure.dataset.windowUrl.replace(/\{(first|last)\}|%7B(first|last)%7D/gi, (_, a, b) => bounds[(a ?? b).toLowerCase()]);
  await fetched(figure, new URL(address, location.href), bounds);
}

async function fetched(figure, url, bounds) {
  if (url.origin !== location.origin) return;
  figure.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { credentials: "same-origin", redirect: "error", headers: { "HX-Request": "true" } });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("figure");
    if (fresh) settle(figure, document.adoptNode(fresh), bounds);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no network: the chart that stands there stays
  } finally {
    figure.removeAttribute("aria-busy");
  }
}

function settle(figure, fresh, bounds) {
  const button = document.activeElement?.closest?.("[data-zoom]")?.dataset.zoom;
  const within = figure.contains(document.activeElement);
  fresh.dataset.windowUrl ??= figure.dataset.windowUrl;
  fresh.dataset.first ??= bounds.first;
  fresh.dataset.last ??= bounds.last;
  figure.replaceWith(fresh);
  globalThis.htmx?.process(fresh);
  ready(fresh);
  if (button) fresh.querySelector(`[data-zoom="${button}"]`)?.focus();
  else if (within) [...fresh.querySelectorAll("svg.chart")].find(shown)?.focus({ preventScroll: true });
}

function ready(root) {
  for (const svg of root.querySelectorAll("svg.chart")) {
    const marks = svg.querySelectorAll("[data-t]");
    if (!marks.length || !svg.closest("figure")) continue;
    svg.setAttribute("tabindex", "0");
    if (marks.length > STOPS) for (const mark of marks) if (mark.matches("a")) mark.setAttribute("tabindex", "-1");
  }
}

const chart = (event) => event.target.closest?.("svg.chart");
const moving = (event) => event.target.closest?.("figure[data-window-url]");

document.addEventListener("pointermove", (event) => {
  if (pointers.has(event.pointerId)) pointers.set(event.pointerId, [event.clientX, event.clientY]);
  const svg = chart(event);
  const mark = svg && pointers.size < 2 && (event.target.closest("[data-t]") ?? nearest(svg, event.clientX, event.clientY));
  if (mark) point(mark);
});
document.addEventListener("pointerout", (event) => {
  const svg = chart(event);
  if (svg && event.pointerType === "mouse" && !svg.contains(event.relatedTarget)) leave(svg);
});
document.addEventListener("focusin", (event) => {
  const mark = event.target.closest?.(MARKS);
  if (mark) point(mark);
});

const apart = () => {
  const [a, b] = [...pointers.values()];
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
};
document.addEventListener("pointerdown", (event) => {
  if (event.pointerType !== "touch" || !chart(event)) return;
  const mark = nearest(chart(event), event.clientX, event.clientY);
  if (mark) point(mark);
  pointers.set(event.pointerId, [event.clientX, event.clientY]);
  if (pointers.size === 2) pinch = apart();
});
for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, (event) => {
    const ratio = pointers.size === 2 && pointers.has(event.pointerId) && pinch ? pinch / apart() : 1;
    pointers.delete(event.pointerId);
    const figure = moving(event);
    if (figure && Number.isFinite(ratio) && Math.abs(Math.log(ratio)) > 0.2) turn(figure, "pinch", ratio);
  });
}

document.addEventListener("keydown", (event) => {
  const svg = chart(event);
  if (!svg || event.ctrlKey || event.metaKey || event.altKey) return;
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const way = moving(event) && { "+": "in", "=": "in", "-": "out" }[event.key];
  if (by) walk(svg, by);
  else if (way) turn(moving(event), way);
  else return;
  event.preventDefault();
});
document.addEventListener("wheel", (event) => {
  const svg = event.ctrlKey && chart(event);
  if (!svg || !moving(event) || !event.deltaY) return;
  event.preventDefault();
  const box = svg.getBoundingClientRect();
  turn(moving(event), event.deltaY < 0 ? "in" : "out", undefined, (event.clientX - box.left) / box.width);
}, { passive: false });
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-zoom]");
  if (button && moving(event)) turn(moving(event), button.dataset.zoom);
});

ready(document);
document.addEventListener("htmx:afterSwap", (event) => ready(event.target));
