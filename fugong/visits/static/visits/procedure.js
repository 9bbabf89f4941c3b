// The procedure of a visit: when each step was ticked, how many are, and a sending button that stands grey until
// the required ones are. The server asks the same again (rules.why_not_steps); without this script it alone does.

const box = document.querySelector("[data-procedure]");
const form = document.getElementById("visit");

function steps() {
  const way = form?.elements.namedItem("by_phone")?.checked ? "phone" : "visit";
  box.querySelectorAll("[data-way]").forEach((list) => (list.hidden = list.dataset.way !== way));
  return Array.from(box.querySelectorAll(`[data-way="${way}"] .fg-step`));
}

const isTicked = (step) => step.querySelector("input[type=checkbox]").checked;

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
  // Pressed too early, the page goes to the first step that is missing instead of sending.
  form.addEventListener(
    "submit",
    (event) => {
      const first = steps().find((step) => step.hasAttribute("data-required") && !isTicked(step));
      if (!first) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      box.open = true;
      box.querySelectorAll(".fg-step").forEach((step) => step.removeAttribute("data-wrong"));
      first.setAttribute("data-wrong", "");
      first.scrollIntoView({ block: "center", behavior: "smooth" });
      first.querySelector("input").focus({ preventScroll: true });
    },
    true,
  );
  show();
}
