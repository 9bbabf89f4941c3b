// Tables: rows chosen for one action on many, with shift and from the keyboard; a row opens with Enter.

const boxes = (table) => Array.from(table.querySelectorAll("tbody input[type=checkbox][name=ids]"));

function show(table) {
  const all = boxes(table);
  const chosen = all.filter((box) => box.checked);
  all.forEach((box) => box.closest("tr").setAttribute("aria-selected", String(box.checked)));
  const head = table.querySelector("[data-select-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  const bar = (table.closest("form") ?? table.closest(".card") ?? document).querySelector("[data-batch]");
  if (!bar) return;
  bar.classList.toggle("is-on", chosen.length > 0);
  const count = bar.querySelector("[data-batch-count]");
  const text = chosen.length === 1 ? count.dataset.one : count.dataset.many;
  count.textContent = text.replace("{n}", String(chosen.length));
}

let last = null;

document.addEventListener("click", (event) => {
  const at = event.target instanceof Element ? event.target : document.body;
  if (at.closest("[data-batch-clear]")) {
    const area = at.closest("form") ?? at.closest(".card") ?? document;
    area.querySelectorAll("table[data-selectable]").forEach((table) => {
      boxes(table).forEach((box) => (box.checked = false));
      show(table);
    });
    return;
  }
  const table = at.closest("table[data-selectable]");
  if (!table) return;
  if (at.matches("[data-select-all]")) boxes(table).forEach((box) => (box.checked = at.checked));
  else if (at.matches("input[name=ids]")) {
    const all = boxes(table);
    if (event.shiftKey && last && all.includes(last)) {
      const [from, to] = [all.indexOf(last), all.indexOf(at)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((box) => (box.checked = at.checked));
    }
    last = at;
  } else return;
  show(table);
});

function rowOf(element) {
  return element instanceof Element ? element.closest(".fg-table tbody tr") : null;
}

document.addEventListener("keydown", (event) => {
  const row = rowOf(event.target);
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    if (!next) return;
    event.preventDefault();
    next.tabIndex = -1;
    next.focus();
  } else if (event.key === "Enter" && event.target === row && row.dataset.url) {
    location.assign(row.dataset.url);
  } else if (event.key === " " && event.target === row) {
    const box = row.querySelector("input[name=ids]");
    if (!box) return;
    event.preventDefault();
    box.click();
  }
});

const prepare = () =>
  document.querySelectorAll(".fg-table tbody tr[data-url]:first-child, table[data-selectable] tbody tr:first-child").forEach((row) => (row.tabIndex = 0));
const refresh = () => (prepare(), document.querySelectorAll("table[data-selectable]").forEach(show));
refresh();
document.addEventListener("htmx:load", refresh);
window.addEventListener("pageshow", refresh);
