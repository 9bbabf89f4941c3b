// <fugong-draw>: draws an outline by clicking its corners over the areas around it, and writes it as GeoJSON into the
// form's field [data-outline]. Plain SVG: it works where the map's WebGL does not. The field can be typed into as well.

const NS = "http://www.w3.org/2000/svg";
const WIDTH = 480;
const CLOSE = 12; // pixels around the first corner that close the outline

const positions = (part) => (typeof part[0] === "number" ? [part] : part.flatMap(positions));
const polygons = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);

function make(name, attributes, parent) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

class FugongDraw extends HTMLElement {
  connectedCallback() {
    if (this.svg) return;
    this.shapes = JSON.parse(document.getElementById(this.dataset.shapes).textContent).features;
    this.field = this.closest("form").querySelector("[data-outline]");
    this.corners = [];
    this.closed = false;
    this.frame();
    this.svg = make("svg", { viewBox: `0 0 ${WIDTH} ${this.height}`, width: "100%", class: "fg-draw", role: "img", "aria-label": this.querySelector("[data-hint]").textContent });
    this.ground();
    this.drawn = make("g", {}, this.svg);
    this.querySelector("[data-box]").replaceChildren(this.svg);
    this.svg.addEventListener("click", (event) => this.clicked(event));
    this.querySelector("[data-undo]").addEventListener("click", () => this.undo());
    this.querySelector("[data-clear]").addEventListener("click", () => this.clear());
    this.setAttribute("data-ready", "");
  }

  /** The part of the world that is shown: all shapes, or four kilometres around the centre. */
  frame() {
    const all = this.shapes.flatMap((shape) => positions(shape.geometry.coordinates));
    const [x, y] = this.dataset.centre.split(",").map(Number);
    const around = all.length ? all : [[x - 0.02, y - 0.02], [x + 0.02, y + 0.02]];
    const xs = around.map((at) => at[0]);
    const ys = around.map((at) => at[1]);
    const edge = (Math.max(...xs) - Math.min(...xs)) * 0.03;
    [this.west, this.east] = [Math.min(...xs) - edge, Math.max(...xs) + edge];
    [this.south, this.north] = [Math.min(...ys) - edge, Math.max(...ys) + edge];
    this.squeeze = Math.cos((((this.south + this.north) / 2) * Math.PI) / 180);
    this.scale = WIDTH / ((this.east - this.west) * this.squeeze || 1);
    this.height = Math.max(160, Math.round((this.north - this.south) * this.scale));
  }

  toPixels([x, y]) {
    return [(x - this.west) * this.squeeze * this.scale, (this.north - y) * this.scale];
  }

  toDegrees([x, y]) {
    const rounded = (value) => Math.round(value * 1e6) / 1e6;
    return [rounded(x / this.scale / this.squeeze + this.west), rounded(this.north - y / this.scale)];
  }

  ground() {
    make("rect", { width: WIDTH, height: this.height, fill: "#eef2f6" }, this.svg);
    for (const { geometry, properties } of this.shapes) {
      for (const polygon of polygons(geometry)) {
        const points = polygon[0].map((at) => this.toPixels(at).map((value) => value.toFixed(1)).join(",")).join(" ");
        const shape = make("polygon", { points, fill: properties.level === "own" ? "#fff" : "#bfd6f8", stroke: "#8290a5" }, this.svg);
        make("title", {}, shape).textContent = properties.name;
      }
    }
  }

  clicked(event) {
    if (this.closed) return;
    const box = this.svg.getBoundingClientRect();
    const at = [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * this.height];
    const first = this.corners[0];
    if (this.corners.length >= 3 && Math.hypot(at[0] - first[0], at[1] - first[1]) < CLOSE) this.closed = true;
    else this.corners.push(at);
    this.draw();
  }

  undo() {
    if (this.closed) this.closed = false;
    else this.corners.pop();
    this.draw();
  }

  clear() {
    this.corners = [];
    this.closed = false;
    this.draw();
  }

  /** Shows the corners; the field holds an outline as soon as there are three of them. */
  draw() {
    this.drawn.replaceChildren();
    const points = this.corners.map((at) => at.map((value) => value.toFixed(1)).join(",")).join(" ");
    make(this.closed ? "polygon" : "polyline", { points, fill: this.closed ? "rgba(9,88,217,.2)" : "none", stroke: "#0958d9", "stroke-width": 2 }, this.drawn);
    this.corners.forEach(([cx, cy], at) => make("circle", { cx, cy, r: at === 0 ? 7 : 4, fill: at === 0 ? "#fff" : "#0958d9", stroke: "#0958d9", "stroke-width": 2 }, this.drawn));
    const ring = this.corners.map((at) => this.toDegrees(at));
    this.field.value = ring.length >= 3 ? JSON.stringify({ type: "Polygon", coordinates: [[...ring, ring[0]]] }) : "";
  }
}

customElements.define("fugong-draw", FugongDraw);
