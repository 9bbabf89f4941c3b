// The procedure of a visit: when each step was ticked, how many are, and a sending button that stands grey until
// the required ones are. The server asks the same again (rules.why_not_steps); without this script it alone does. What
// waits in the outbox is not refused hours later for a tick or a name that was forgotten on the spot.

const box = document.querySelector("[data-procedure]");
const form = document.getElementById("visit");

function steps() {
  const way = form?.elements.namedItem("by_phone")?.checked ? "phone" : "visit";
  box.querySelectorAll("[data-way]").forEach((list) => (list.hidden = list.dataset.way !== way));
  return Array.from(box.querySelectorAll(`[data-way="${way}"] .fg-step`));
}

const isTicked = (step) => step.querySelector("input[type=checkbox]").checked;

const WORST_ACCURACY_METRES = 200; // as the server has it (forms.WORST_ACCURACY_METRES)
const valueOf = (name) => form.elements.namedItem(name)?.value ?? "";
const hasPlace = () => valueOf("longitude") !== "" && Number(valueOf("accuracy")) <= WORST_ACCURACY_METRES;
const hasPhoto = () => Array.from(form.querySelectorAll("input[type=file]")).some(({ files }) => files.length);

/** What is still to be done at this step: its tick or its evidence; undefined when nothing is. */
function lacks(step, photos = false) {
  const tick = step.querySelector("input[type=checkbox]");
  if (!tick.checked) return step.hasAttribute("data-required") ? tick : undefined;
  const name = step.querySelector("input[type=text]");
  if (name) return name.value.trim() ? undefined : name;
  const photo = step.querySelector("input[type=file]");
  if (photo) return photos || hasPhoto() ? undefined : photo;
  return step.dataset.evidence === "position" && !hasPlace() ? tick : undefined;
}

// The moments are kept in one hidden field, so that a kept draft brings them back.
function note(target) {
  const field = form.elements.namedItem("steps_at");
  const step = target.closest(".fg-step");
  if (!field || !step || target.type !== "checkbox") return;
  let moments = {};
  try {
    moments = JSON.parse(field.value || "{}");
  } catch {
    moments = {};
  }
  if (target.checked) moments[step.dataset.key] = new Date().toISOString();
  else delete moments[step.dataset.key];
  field.value = JSON.stringify(moments);
}

function show() {
  const all = steps();
  const missing = all.filter((step) => step.hasAttribute("data-required") && !isTicked(step));
  box.querySelector("[data-ticked]").textContent = `${all.filter(isTicked).length}/${all.length}`;
  const names = missing.map((step) => step.dataset.text).join("; ");
  const sentence = missing.length ? box.dataset.missing.replace("%(steps)s", names) : "";
  document.querySelectorAll('button[form="visit"]').forEach((button) => {
    button.toggleAttribute("data-waits", Boolean(missing.length));
    button.title = sentence;
  });
}

if (box && form) {
  form.addEventListener("change", (event) => {
    note(event.target);
    show();
  });
  form.addEventListener("draft:restored", show);
  // Pressed too early, the page goes to the first step that is missing instead of sending; the form engine asks first.
  const holdBack = (event) => {
    const first = steps().find((step) => lacks(step, event.detail?.photos));
    box.querySelectorAll(".fg-step").forEach((step) => step.toggleAttribute("data-wrong", step === first));
    if (!first) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    box.open = true;
    first.scrollIntoView({ block: "center", behavior: "smooth" });
    lacks(first, event.detail?.photos).focus({ preventScroll: true });
  };
  form.addEventListener("submit", holdBack, true);
  form.addEventListener("visit:send", holdBack);
  show();
}
