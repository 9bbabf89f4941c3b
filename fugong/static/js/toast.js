// Toasts: messages that came with the page, that a fragment brings along, that htmx triggers, and refusals (409).

const words = () => document.querySelector("[data-words]")?.dataset ?? {};
const STAY = 7000;
const STAY_TO_UNDO = 20000;

function close(toast) {
  toast.remove();
}

/** A toast leaves by itself unless it is an error or the pointer or the focus rests on it. */
function watch(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "1";
  toast.querySelector(".fg-toast-close")?.addEventListener("click", () => close(toast));
  if (toast.classList.contains("fg-toast-error")) return;
  const leave = () => {
    if (toast.matches(":hover") || toast.contains(document.activeElement)) setTimeout(leave, 2000);
    else close(toast);
  };
  setTimeout(leave, toast.querySelector("form") ? STAY_TO_UNDO : STAY);
}

/** Shows a sentence; `colour` is success, error, warning or info. */
export function toast(text, colour = "info") {
  const box = document.getElementById("toasts");
  if (!box || !text) return;
  const shape = { success: "green", error: "red", warning: "amber" }[colour] ?? "blue";
  const element = document.createElement("div");
  element.className = `fg-toast${colour === "error" ? " fg-toast-error" : ""}`;
  if (colour === "error") element.setAttribute("role", "alert");
  const mark = document.createElement("span");
  mark.className = `fg-mark fg-mark-${shape}`;
  const sentence = document.createElement("div");
  sentence.className = "fg-toast-text";
  sentence.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fg-toast-close";
  button.textContent = "×";
  button.setAttribute("aria-label", words().close ?? "×");
  element.append(mark, sentence, button);
  box.append(element);
  watch(element);
}

/** The sentence of a refused answer, whether a fragment, JSON or plain text. */
function sentenceOf(xhr) {
  const type = xhr.getResponseHeader("Content-Type") ?? "";
  if (type.includes("json")) {
    try {
      const answer = JSON.parse(xhr.responseText);
      return answer.detail ?? answer.sentence ?? "";
    } catch {
      return "";
    }
  }
  if (!type.includes("html")) return xhr.responseText.slice(0, 300);
  return new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-refusal]")?.textContent.trim() ?? "";
}

const watchAll = () => document.querySelectorAll("#toasts > .fg-toast").forEach(watch);
watchAll();
document.addEventListener("htmx:load", watchAll);
document.addEventListener("htmx:oobAfterSwap", watchAll);
document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.colour));
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  const known = { 403: words().forbidden, 404: words().gone };
  toast(sentenceOf(xhr) || known[xhr.status] || words().failed, "error");
});
document.addEventListener("htmx:sendError", () => toast(words().offline, "error"));
document.addEventListener("htmx:timeout", () => toast(words().offline, "error"));
