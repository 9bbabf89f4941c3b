// The condition box: <input data-completion-url="..."> asks the server, as one types, what may come next.
// GET url?text=<whole text>&at=<caret> answers {"from": 4, "to": 9, "error": "", "choices": [{"text", "label", "kind"}]}:
// a chosen `text` replaces the characters from..to.

const WAIT = 140;

class Completion {
  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.className = "fg-complete-list";
    this.list.id = `${input.id || input.name || "q"}-choices`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    input.after(this.list);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off" };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    this.choices = [];
    this.at = -1;
    input.addEventListener("input", () => this.soon());
    input.addEventListener("focus", () => this.soon());
    input.addEventListener("click", () => this.soon());
    input.addEventListener("blur", () => setTimeout(() => this.hide(), 150));
    input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => {
      const item = event.target.closest("li");
      if (!item) return;
      event.preventDefault();
      this.take(Number(item.dataset.at));
    });
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    this.asked?.abort();
    this.asked = new AbortController();
    const address = new URL(this.input.dataset.completionUrl, location.href);
    address.searchParams.set("text", this.input.value);
    address.searchParams.set("at", String(this.input.selectionStart ?? this.input.value.length));
    try {
      const response = await fetch(address, { signal: this.asked.signal, headers: { Accept: "application/json" } });
      if (response.ok && document.activeElement === this.input) this.show(await response.json());
    } catch {
      this.hide(); // typed over, or no network: the box stays an ordinary box
    }
  }

  show(answer) {
    this.answer = answer;
    this.choices = answer.choices ?? [];
    this.at = -1;
    this.list.replaceChildren(...this.choices.map((choice, at) => this.item(choice, at)));
    this.list.hidden = this.choices.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.setAttribute("aria-invalid", String(Boolean(answer.error)));
    this.input.title = answer.error ?? "";
  }

  item(choice, at) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `${this.list.id}-${at}`;
    item.dataset.at = String(at);
    const name = document.createElement("span");
    name.textContent = choice.label || choice.text;
    if (choice.label && choice.label !== choice.text) {
      const code = document.createElement("small");
      code.textContent = ` ${choice.text}`;
      name.append(code);
    }
    const kind = document.createElement("small");
    kind.textContent = choice.kind ?? "";
    item.append(name, kind);
    return item;
  }

  move(by) {
    this.at = (this.at + by + this.choices.length) % this.choices.length;
    Array.from(this.list.children).forEach((item, at) => item.setAttribute("aria-selected", String(at === this.at)));
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", this.list.children[this.at].id);
  }

  key(event) {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if ((event.key === "Enter" || event.key === "Tab") && this.at >= 0) {
      event.preventDefault();
      this.take(this.at);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.hide();
    }
  }

  take(at) {
    const { from, to } = this.answer;
    const text = `${this.choices[at].text} `;
    this.input.setRangeText(text, from, to, "end");
    this.input.focus();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  hide() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

function prepare() {
  document.querySelectorAll("input[data-completion-url]:not([role=combobox])").forEach((input) => new Completion(input));
}
prepare();
document.addEventListener("htmx:load", prepare);
