// The page of a visit: position of the phone, count of answers, the form engine where the page carries one.

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

// The form engine hands over the filled instance; it goes with the rest of the page to the same address.
async function engine() {
  const data = document.getElementById("engine");
  const element = document.getElementById("form");
  if (!data || !element) return;
  const { xform, locale } = JSON.parse(data.textContent);
  const problem = document.getElementById("problem");
  const report = (text) => {
    problem.textContent = text;
    problem.hidden = false;
    problem.scrollIntoView({ block: "center" });
  };
  try {
    const { mountForm } = await import(element.dataset.script);
    element.replaceChildren();
    mountForm({ element, formXml: xform, locale, onSubmit: send, onError: (error) => report(error.message) });
    element.setAttribute("data-ready", "");
  } catch (error) {
    console.error(error);
    report(element.dataset.failed);
  }
}

const words = () => document.querySelector("[data-words]")?.dataset ?? {};

async function send({ instanceXml, files }) {
  fill("device_at", new Date().toISOString());
  const body = new FormData(form);
  body.set("instance", instanceXml);
  files.forEach((file) => body.append("photos", file, file.name));
  let response;
  try {
    response = await fetch(location.href, { method: "POST", body, headers: { Accept: "text/html" } });
  } catch {
    throw new Error(words().offline);
  }
  if (response.ok && response.redirected) {
    location.href = response.url;
    return;
  }
  throw new Error(sentenceOf(await response.text()) || words().failed);
}

/** The sentence of an answer that is not a success: errors of the form, else a refusal. */
function sentenceOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = Array.from(page.querySelectorAll(".fg-error, .fg-note.fg-red, [data-refusal]"), (one) => one.textContent.trim());
  return said.filter(Boolean).join(" ");
}

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
locate();
count();
engine();
