// The planner's board: cards of stops, dragging on the time lines and from the map, the route of the officer one points at.
// Everything here sends the same forms as the cards, so that it works without this script too.
import { uuid4 } from "../js/offline/drafts.js";

const STEP = 5; // minutes
const NEAR = 5; // pixels that are a click and not yet a drag
const HOLD = 350; // milliseconds before a finger drags
const SAME_PLACE = 14; // pixels: dropped in another lane without being moved sideways, the planner finds the time
const REST = 160; // milliseconds that a pointer rests on a lane before the map shows its officer alone
const EDGE = 70; // pixels from the edge of the window where it scrolls by itself

const board = document.querySelector("[data-board]");
const slot = document.getElementById("stop-card");
const isOpen = board?.classList.contains("is-open");
const word = (name) => board.dataset[`word${name}`];
const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// The card of a stop

let picked = null;

function pick(pk) {
  document.querySelectorAll(".fg-stop.is-picked").forEach((bar) => bar.classList.remove("is-picked"));
  document.querySelectorAll(`.fg-stop[data-stop="${pk}"]`).forEach((bar) => bar.classList.add("is-picked"));
  picked = pk;
}

function open(pk) {
  pick(pk);
  window.htmx.ajax("GET", `${board.dataset.stops}${pk}/`, { target: "#stop-card", swap: "innerHTML", source: slot });
}

function close() {
  const bar = document.querySelector(`.fg-stop.is-picked`);
  slot.replaceChildren();
  pick(0);
  bar?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const bar = event.target.closest?.(".fg-stop");
  if (bar && board.contains(bar) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (!bar.dataset.dragged) open(bar.dataset.stop);
    delete bar.dataset.dragged;
  }
  if (event.target.closest?.("[data-close-card]")) close();
});
document.addEventListener("keydown", (event) => event.key === "Escape" && slot?.childElementCount && close());
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== slot) return;
  const card = slot.querySelector("[data-stop-card]");
  if (card) pick(card.dataset.stopCard);
});

// Arrows go along the lane and from lane to lane

board?.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.(".fg-stop");
  if (!bar || event.altKey || event.ctrlKey || event.metaKey) return;
  const lane = bar.closest("[data-officer]");
  const inLane = [...lane.querySelectorAll(".fg-stop")];
  const at = inLane.indexOf(bar);
  const sibling = { ArrowUp: lane.previousElementSibling, ArrowDown: lane.nextElementSibling }[event.key];
  const next = { ArrowLeft: inLane[at - 1], ArrowRight: inLane[at + 1] }[event.key] ?? nearest(sibling, bar);
  if (!next) return;
  event.preventDefault();
  next.focus();
});

function nearest(lane, bar) {
  const left = parseFloat(bar.style.left);
  return lane && [...lane.querySelectorAll(".fg-stop")].sort((a, b) => Math.abs(parseFloat(a.style.left) - left) - Math.abs(parseFloat(b.style.left) - left))[0];
}

// Dragging: from a bar or from a stop on the map, to a lane, to a time in it, or onto another bar

let drag = null;

/** What a drop here would mean: {lane, minute, other} or null. */
function aim(x, y) {
  const under = document.elementFromPoint(x, y);
  const lane = under?.closest?.("#lanes [data-officer]");
  if (!lane) return null;
  const other = under.closest(".fg-stop:not(.fg-stop-wish)");
  if (other && other.dataset.stop !== drag.stop && lane.dataset.officer !== drag.officer) return { lane, ...onBar(other, x) };
  const isSame = lane.dataset.officer === drag.officer;
  if (drag.fromMap || (!isSame && Math.abs(x - drag.x) < SAME_PLACE)) return isSame ? null : { lane, minute: null };
  const box = lane.querySelector(".fg-lane-day").getBoundingClientRect();
  if (x < box.left || x > box.right) return isSame ? null : { lane, minute: null };
  const [start, end] = [Number(board.dataset.start), Number(board.dataset.end)];
  const minute = start + ((x - drag.grip - box.left) / box.width) * (end - start);
  const snapped = Math.round(minute / STEP) * STEP;
  return { lane, minute: Math.min(end - STEP, Math.max(start, snapped)) };
}

/** On the middle of a bar the two change places; at its edge the visit goes before or after it. */
function onBar(other, x) {
  const box = other.getBoundingClientRect();
  const share = (x - box.left) / box.width;
  if (share > 0.25 && share < 0.75) return { other, mark: "is-swap" };
  const [begins, ends] = other.title.match(/\d\d:\d\d/g);
  const [hour, minute] = (share <= 0.25 ? begins : ends).split(":").map(Number);
  return { beside: other, mark: share <= 0.25 ? "is-before" : "is-after", minute: Math.min(Number(board.dataset.end) - STEP, hour * 60 + minute) };
}

const marked = (found) => found?.other ?? found?.beside;

function mark(found, on) {
  marked(found)?.classList.toggle(found.mark, on);
}

function say(found) {
  const [title, text] = drag.ghost.children;
  title.textContent = drag.name;
  if (!found) text.textContent = word("Stay");
  else if (found.other) text.textContent = `${word("Swap")}${found.other.title.split(" · ")[0]}`;
  else text.textContent = `${word("To")} ${found.lane.dataset.name} · ${found.minute === null ? word("Any") : clock(found.minute)}`;
}

function begin(state) {
  drag = state;
  drag.ghost = document.createElement("div");
  drag.ghost.className = "fg-drag-ghost";
  drag.ghost.append(document.createElement("strong"), document.createElement("span"));
  document.body.append(drag.ghost);
  // Captured, the pointer looks like the bar everywhere, without a new style for every element of the page.
  if (drag.bar) {
    drag.bar.setAttribute("data-dragged", "1");
    drag.bar.classList.add("is-carried");
    if (drag.pointer !== undefined) drag.bar.setPointerCapture(drag.pointer);
  }
}

function follow(x, y) {
  const found = aim(x, y);
  if (drag.found?.lane !== found?.lane) {
    drag.found?.lane.classList.remove("is-target");
    found?.lane.classList.add("is-target");
  }
  if (marked(drag.found) !== marked(found) || drag.found?.mark !== found?.mark) {
    mark(drag.found, false);
    mark(found, true);
  }
  drag.found = found;
  say(found);
  // The reading of the width comes last, so that the page is laid out once a move.
  const left = Math.min(x, innerWidth - drag.ghost.offsetWidth - 24);
  drag.ghost.style.transform = `translate(${left + 12}px, ${y + 12}px)`;
  drag.scroll = y < EDGE + 56 ? -1 : y > innerHeight - EDGE ? 1 : 0;
  if (drag.scroll && !drag.scrolling) scrollOn(x, y);
  [drag.lastX, drag.lastY] = [x, y];
}

function scrollOn() {
  if (!drag?.scroll) {
    if (drag) drag.scrolling = false;
    return;
  }
  drag.scrolling = true;
  window.scrollBy(0, drag.scroll * 12);
  requestAnimationFrame(() => {
    scrollOn();
    if (drag) follow(drag.lastX, drag.lastY);
  });
}

function end(drop) {
  const { found, stop, ghost } = drag;
  ghost.remove();
  drag.bar?.classList.remove("is-carried");
  found?.lane.classList.remove("is-target");
  mark(found, false);
  const bar = drag.bar;
  drag = null;
  setTimeout(() => bar?.removeAttribute("data-dragged"));
  if (drop && found) send(stop, found);
}

function send(stop, { lane, minute, other }) {
  const values = { command: uuid4() };
  if (other) values.other = other.dataset.stop;
  else {
    values.officer = lane.dataset.officer;
    if (minute !== null) values.begins = clock(minute);
  }
  pick(stop);
  window.htmx.ajax("POST", `${board.dataset.stops}${stop}/${other ? "swap" : "move"}/`, { target: "#stop-card", swap: "innerHTML", source: slot, values });
}

if (board && isOpen) {
  let pressed = null;
  board.addEventListener("dragstart", (event) => event.target.closest(".fg-stop") && event.preventDefault());
  board.addEventListener("pointerdown", (event) => {
    const bar = event.target.closest(".fg-stop");
    if (!bar || event.button !== 0) return;
    pressed = { bar, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch", id: event.pointerId };
    if (pressed.touch) pressed.timer = setTimeout(() => pressed && take(pressed), HOLD);
  });
  const take = ({ bar, x, y, touch, id }) => {
    const lane = bar.closest("[data-officer]");
    begin({ bar, pointer: touch ? undefined : id, stop: bar.dataset.stop, officer: lane.dataset.officer, name: bar.title.split(" · ")[0].replace(/^\S+ /, ""), x, grip: x - bar.getBoundingClientRect().left });
    follow(x, y);
    if (!still) navigator.vibrate?.(15);
  };
  document.addEventListener("pointermove", (event) => {
    if (drag) return follow(event.clientX, event.clientY);
    if (!pressed) return;
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > NEAR;
    if (far && pressed.touch) drop();
    else if (far) take(pressed);
  });
  const drop = () => {
    clearTimeout(pressed?.timer);
    pressed = null;
  };
  document.addEventListener("pointerup", () => {
    drop();
    if (drag && !drag.fromMap) end(true);
  });
  document.addEventListener("pointercancel", () => {
    drop();
    if (drag) end(false);
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && drag && end(false));
  // While a finger carries a visit the page stays where it is.
  document.addEventListener("touchmove", (event) => drag && event.preventDefault(), { passive: false });
}

// The map

const map = document.getElementById("routes");

map?.addEventListener("pick", (event) => {
  if (!event.detail.pk) return;
  event.preventDefault();
  open(event.detail.pk);
});

function whenReady(act) {
  if (map.hasAttribute("data-ready")) return act();
  const watcher = new MutationObserver(() => map.hasAttribute("data-ready") && (watcher.disconnect(), act()));
  watcher.observe(map, { attributes: true, attributeFilter: ["data-ready"] });
}

const SHOWN = [["routes", "line-opacity"], ["routes-case", "line-opacity"], ["points", "circle-opacity"], ["stops", "circle-opacity"]];
const FAINT = 0.12;

/** The layers that show one officer over the faint others; made when first needed. */
function ownLayers(engine) {
  for (const [id, source, type, names] of [["own-routes", "routes", "line", ["line-color"]], ["own-points", "points", "circle", ["circle-color", "circle-radius", "circle-stroke-color"]], ["own-stops", "stops", "circle", ["circle-color", "circle-radius", "circle-stroke-color"]]]) {
    if (engine.getLayer(id) || !engine.getLayer(source)) continue;
    const paint = Object.fromEntries(names.map((name) => [name, engine.getPaintProperty(source, name)]).filter(([, value]) => value !== undefined));
    engine.addLayer({ id, type, source: engine.getLayer(source).source, filter: ["boolean", false], paint: type === "line" ? { ...paint, "line-width": 4 } : { ...paint, "circle-stroke-width": 1.5 } }, engine.getLayer("names") ? "names" : undefined);
  }
}

/** The route of one officer strong, the others faint; without a number all as before.
 *
 * The faintness is one number for a layer: the map is painted again, not made again. */
function point(officer) {
  const engine = map.map;
  if (!engine?.getLayer("routes")) return;
  ownLayers(engine);
  const own = officer ? ["==", ["to-string", ["get", "officer_id"]], String(officer)] : ["boolean", false];
  for (const id of ["own-routes", "own-points", "own-stops"]) if (engine.getLayer(id)) engine.setFilter(id, own);
  for (const [id, name] of SHOWN) {
    if (!engine.getLayer(id)) continue;
    engine.setPaintProperty(id, name, officer ? FAINT : 1);
    if (name === "circle-opacity") engine.setPaintProperty(id, "circle-stroke-opacity", officer ? FAINT : 1);
  }
}

if (map && board) {
  let timer;
  board.querySelector("#lanes")?.addEventListener("pointerover", (event) => {
    if (drag || event.pointerType === "touch") return;
    const lane = event.target.closest("[data-officer]");
    clearTimeout(timer);
    timer = setTimeout(() => point(lane?.dataset.officer), REST);
  });
  board.querySelector("#lanes")?.addEventListener("pointerleave", () => {
    clearTimeout(timer);
    point(null);
  });
  if (isOpen) whenReady(() => map.map && dragsFromMap(map.map));
}

/** A stop of the map is carried to an officer's lane like a bar. */
function dragsFromMap(engine) {
  for (const layer of ["stops", "points"]) {
    engine.on("mousedown", layer, (event) => {
      const shown = event.features[0]?.properties;
      if (!shown?.pk || event.originalEvent.button !== 0) return;
      event.preventDefault(); // the map itself stays where it is
      const from = event.originalEvent;
      const moved = (at) => {
        if (!drag && Math.hypot(at.clientX - from.clientX, at.clientY - from.clientY) > NEAR) {
          begin({ stop: String(shown.pk), officer: String(shown.officer_id), name: shown.name, x: from.clientX, grip: 0, fromMap: true });
        }
        if (drag) follow(at.clientX, at.clientY);
      };
      const done = () => {
        document.removeEventListener("mousemove", moved);
        if (drag) end(true);
      };
      document.addEventListener("mousemove", moved);
      document.addEventListener("mouseup", done, { once: true });
    });
  }
}

// A choice in the filter shows at once.
document.querySelector("[data-board-filter]")?.addEventListener("change", (event) => event.currentTarget.requestSubmit());
document.querySelector("[data-filter-show]")?.setAttribute("hidden", "");
if (location.hash.startsWith("#lane-")) document.querySelector(location.hash)?.scrollIntoView({ block: "center" });
