// The page of a visit: position of the phone, count of answers, the form engine where the page carries one.
import { alsoKeep, drafted } from "./offline/drafts.js";
import { shrink } from "./offline/photos.js";
import { hand } from "./offline/sending.js";

const form = document.getElementById("visit");

function fill(name, value) {
  const input = form?.elements.namedItem(name);
  if (input) input.value = value;
}

// Where the phone is: asked once, never required.
function locate() {
  const place = document.querySelector("[data-position]");
  if (!form || !place) return;
  const say = (text) => (place.querySelector("span").textContent = text);
  if (!navigator.geolocation) return say(place.dataset.none);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      fill("longitude", coords.longitude.toFixed(6));
      fill("latitude", coords.latitude.toFixed(6));
      fill("accuracy", Math.round(coords.accuracy));
      say(place.dataset.found);
    },
    () => say(place.dataset.none),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

// A page that was kept in the morning is opened at noon: the visit begins when it is opened.
drafted(form)?.then((kept) => kept || fill("started_at", new Date().toISOString()));

// How many articles are answered, and to the first one that is not when the form is sent too early.
function count() {
  const shown = document.querySelector("[data-count]");
  const articles = Array.from(document.querySelectorAll("[data-article]"));
  const open = () => articles.filter((article) => !article.querySelector("input[type=radio]:checked"));
  const show = () => shown && (shown.textContent = `${articles.length - open().length}/${articles.length}`);
  form?.addEventListener("change", (event) => {
    event.target.closest("[data-wrong]")?.removeAttribute("data-wrong");
    show();
  });
  form?.addEventListener("draft:restored", show);
  show();
  document.querySelector("[data-wrong]")?.scrollIntoView({ block: "center" });
  form?.addEventListener(
    "submit",
    (event) => {
      fill("device_at", new Date().toISOString());
      const [first] = open();
      if (!first) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      open().forEach((article) => article.setAttribute("data-wrong", ""));
      first.scrollIntoView({ block: "center", behavior: "smooth" });
      first.querySelector("input")?.focus({ preventScroll: true });
    },
    true,
  );
}

// The form engine: its answers are kept as a draft with the rest of the page, and go with it to the same address.
async function engine() {
  const data = document.getElementById("engine");
  const element = document.getElementById("form");
  if (!data || !element) return;
  const { xform, locale, attachments } = JSON.parse(data.textContent);
  const report = (text) => {
    const problem = document.getElementById("problem");
    problem.textContent = text;
    problem.hidden = false;
    problem.scrollIntoView({ block: "center" });
  };
  try {
    const [{ mountForm }, edit] = await Promise.all([import(element.dataset.script), keptAnswers()]);
    element.replaceChildren();
    const shown = mountForm({ element, formXml: xform, attachments, locale, edit, onSubmit: send, onError: (error) => report(error.message) });
    keepAnswers(element, shown);
    element.setAttribute("data-ready", "");
  } catch (error) {
    console.error(error);
    report(element.dataset.failed);
  }
}

/** The engine's part of the draft: what to open again; undefined for an empty form. */
async function keptAnswers() {
  const kept = (await drafted(form)) ?? [];
  const instance = kept.find(([name]) => name === "instance");
  if (!instance) return undefined;
  const files = kept.filter(([name]) => name === "photos").map(([, file]) => file);
  alsoKeep(form, async () => kept.filter(([name]) => name === "instance" || name === "photos"));
  return { instanceXml: instance[1], files };
}

const parts = async ({ instanceXml, files }) => [["instance", instanceXml], ...(await Promise.all(files.map(shrink))).map((file) => ["photos", file])];

function keepAnswers(element, shown) {
  let timer;
  const keep = alsoKeep(form, async () => parts(await shown.answers()));
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 200); // the engine takes an answer a moment after the touch
  };
  ["input", "change", "click"].forEach((name) => element.addEventListener(name, soon));
}

async function send(answers) {
  fill("device_at", new Date().toISOString());
  const more = await parts(answers);
  // The procedure may hold it back, as it does the submit of the simple form.
  const asked = new CustomEvent("visit:send", { cancelable: true, detail: { photos: more.some(([name]) => name === "photos") } });
  if (form.dispatchEvent(asked)) await hand(form, more);
}

// A request: the fields of the kind that was chosen are asked and sent, no others.
function kinds(asked) {
  const show = () => {
    const chosen = asked.querySelector("input[name=kind]:checked")?.value;
    asked.querySelectorAll("[data-kind]").forEach((part) => (part.disabled = part.dataset.kind !== chosen));
  };
  asked.noValidate = false;
  asked.addEventListener("change", show);
  asked.addEventListener("draft:restored", () => (show(), (asked.closest("details") ?? asked).setAttribute("open", "")));
  show();
}

document.querySelectorAll("[data-kinds]").forEach(kinds);
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
locate();
count();
engine();
