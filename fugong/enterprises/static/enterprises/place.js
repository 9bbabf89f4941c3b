/**
 * The placing queue: a click on the map sets the pin and fills the form; 1-5 take a suggestion, Enter places, S skips.
 * The map stays while htmx changes the card beside it.
 */

const shell = document.querySelector("[data-place-map]");
const element = shell?.querySelector("fugong-map");
let pin = null;

const card = () => document.querySelector("[data-place-card]");
const field = (name) => card()?.querySelector(`[data-${name}-field]`);

function pinElement() {
  const outer = document.createElement("div");
  const drop = document.createElement("div");
  drop.className = "en-pin";
  outer.append(drop);
  outer.setAttribute("aria-label", shell.dataset.pin ?? "");
  return outer;
}

function unpin() {
  pin?.remove();
  pin = null;
}

function pinAt(longitude, latitude, point) {
  unpin();
  if (element.map) {
    pin = new element.library.Marker({ element: pinElement(), anchor: "bottom" }).setLngLat([longitude, latitude]).addTo(element.map);
  } else if (point) {
    pin = pinElement();
    pin.classList.add("en-pin-flat");
    pin.style.left = `${point[0]}px`;
    pin.style.top = `${point[1]}px`;
    element.box.append(pin);
  }
}

function point(longitude, latitude, at) {
  const [x, y] = [field("longitude"), field("latitude")];
  if (!x || !y) return;
  x.value = longitude.toFixed(6);
  y.value = latitude.toFixed(6);
  pinAt(longitude, latitude, at);
  card().querySelector("[data-place-here]")?.focus({ preventScroll: true });
}

function listen() {
  if (element.map) {
    element.map.getCanvas().style.cursor = "crosshair";
    element.map.on("click", (event) => point(event.lngLat.lng, event.lngLat.lat));
  } else if (element.geo) {
    element.geo.getZr().on("click", (event) => {
      const found = element.geo.convertFromPixel("geo", [event.offsetX, event.offsetY]);
      if (found) point(found[0], found[1], [event.offsetX, event.offsetY]);
    });
  }
}

if (element) {
  element.addEventListener("pick", (event) => event.preventDefault());
  if (element.hasAttribute("data-ready")) listen();
  else {
    const watcher = new MutationObserver(() => {
      if (!element.hasAttribute("data-ready")) return;
      watcher.disconnect();
      listen();
    });
    watcher.observe(element, { attributes: true, attributeFilter: ["data-ready"] });
  }
}

/** A suggestion under the pointer or the keyboard's focus shows where it is. */
function preview(event) {
  const button = event.target.closest?.("[data-suggestion]");
  if (button && element?.map) pinAt(Number(button.dataset.longitude), Number(button.dataset.latitude));
}
document.addEventListener("mouseover", preview);
document.addEventListener("focusin", preview);

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "place-card" || event.detail?.target?.id === "place-card") unpin();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  const inside = card();
  if (/^[1-5]$/.test(event.key)) {
    inside?.querySelector(`[data-suggestion="${event.key}"]`)?.click();
  } else if (event.key === "s" || event.key === "S") {
    inside?.querySelector("[data-skip]")?.click();
  } else if (event.key === "Enter" && !event.target.closest("button, a, summary") && field("longitude")?.value) {
    inside?.querySelector("[data-place-here]")?.click();
  } else return;
  event.preventDefault();
});
