// The shell of the desk and the wall: menus, the side menu on a phone, dialogs, larger text, the search key, the clock.

const side = document.getElementById("side");

function openSide(open) {
  side?.classList.toggle("is-open", open);
  document.querySelector("[data-nav-close]")?.classList.toggle("is-open", open);
  const button = document.querySelector("[data-nav-open]");
  button?.setAttribute("aria-expanded", String(open));
  if (open) side.querySelector("a")?.focus();
  else if (document.activeElement && side?.contains(document.activeElement)) button?.focus();
}

/** Storage may be forbidden; then the choice lasts for this page. */
function remembered(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(name);
    localStorage.setItem(name, value);
  } catch {
    return null;
  }
}

function largeText(on) {
  document.documentElement.dataset.text = on ? "large" : "";
  document.querySelectorAll("[data-large-text]").forEach((button) => button.setAttribute("aria-pressed", String(on)));
}
largeText(remembered("fugong-text") === "large");

document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : document.body;
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => menu.contains(at) || (menu.open = false));
  if (at.closest("[data-nav-open]")) openSide(true);
  if (at.closest("[data-nav-close]")) openSide(false);
  if (at.closest("[data-large-text]")) {
    const on = document.documentElement.dataset.text !== "large";
    remembered("fugong-text", on ? "large" : "");
    largeText(on);
  }
  if (at.closest("[data-print]")) window.print();
  const dialog = at.closest("dialog");
  if (dialog && (at.closest("[data-close]") || at === dialog)) dialog.close();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    openSide(false);
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => (menu.open = false));
  }
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    const box = document.querySelector("[data-completion-url], [data-search]");
    if (box) event.preventDefault(), box.focus();
  }
});

// A fragment that arrives in #dialog opens by itself; closing empties the slot.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "dialog") return;
  const dialog = event.detail.target.querySelector("dialog");
  if (!dialog) return;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
});
document.addEventListener("closeDialog", () => document.querySelectorAll("#dialog dialog[open]").forEach((dialog) => dialog.close()));

const clock = document.querySelector("[data-clock]");
if (clock) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: clock.dataset.clock || "Asia/Shanghai",
  });
  const tick = () => (clock.textContent = format.format(new Date()));
  tick();
  setInterval(tick, 10000);
}
