// <fugong-map>: own shapes on a plain ground, no tile server, no glyph server. MapLibre where the browser has WebGL2,
// else the same data on an ECharts geo. Everything a person typed reaches the page as text, never as HTML.

const FONTS = ["PingFang SC", "Microsoft YaHei", "HarmonyOS Sans SC", "Noto Sans CJK SC", "sans-serif"];
const LIGHT = {
  red: "#e58a84", amber: "#f3d27f", green: "#9ccf90", blue: "#93b8ef", grey: "#ccd4df",
  s1: "#e3edfc", s2: "#bfd6f8", s3: "#8fb6f0", s4: "#5b8fe2", s5: "#2d66c4",
  ground: "#eef2f6", line: "#ffffff", ink: "#17212f", halo: "rgba(255,255,255,.85)", route: "#0958d9", stop: "#0958d9",
};
const DARK = {
  red: "#b23a3f", amber: "#a87a1e", green: "#2c7d40", blue: "#2a5fae", grey: "#2e4364",
  s1: "#16325f", s2: "#1d4684", s3: "#2860b4", s4: "#4a86de", s5: "#8ab8ff",
  ground: "#0a1730", line: "#0a1730", ink: "#f2f7ff", halo: "rgba(8,20,40,.8)", route: "#6aa5ff", stop: "#1d5fd0",
};
const DOTS = { red: "#cf1322", amber: "#b86e00", green: "#2f8f0d", blue: "#0958d9", grey: "#66748a" };
const DARK_DOTS = { red: "#ff5d5d", amber: "#ffb02e", green: "#5fd067", blue: "#6aa5ff", grey: "#94a7c4" };
const MARKS = { red: "◆ ", amber: "▲ ", green: "● " };
const CLUSTER_FROM = 400;

const collection = (features) => ({ type: "FeatureCollection", features });
const json = (id) => JSON.parse(document.getElementById(id).textContent);
const words = () => document.querySelector("[data-words]")?.dataset ?? {};
const kind = (feature) => (feature.geometry ? feature.geometry.type.replace("Multi", "") : "");
const positions = (part) => (typeof part[0] === "number" ? [part] : part.flatMap(positions));

function boundsOf(features) {
  const all = features.flatMap((feature) => positions(feature.geometry.coordinates));
  if (!all.length) return null;
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [x, y] of all) {
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < south) south = y;
    if (y > north) north = y;
  }
  const pad = Math.max(east - west, north - south) < 0.002 ? 0.01 : 0;
  return [[west - pad, south - pad], [east + pad, north + pad]];
}

function hasWebGL2() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

class FugongMap extends HTMLElement {
  async connectedCallback() {
    if (this.started) return;
    this.started = true;
    this.box = this.querySelector("[data-box]");
    this.options = json(`${this.id}-options`);
    this.colours = this.options.theme === "dark" ? DARK : LIGHT;
    this.dots = this.options.theme === "dark" ? DARK_DOTS : DOTS;
    this.modes = this.options.modes ?? [{ key: "level", property: "level", legend: this.options.legend ?? [] }];
    this.mode = this.modes[0];
    this.hiddenLayers = new Set(this.options.hidden ?? []);
    try {
      await this.load();
      await this.draw();
    } catch (error) {
      this.fail(error);
    }
  }

  disconnectedCallback() {
    this.map?.remove();
    this.geo?.dispose();
    this.watcher?.disconnect();
  }

  async load() {
    const parts = json(`${this.id}-data`);
    const loaded = await Promise.all(
      Object.values(parts).map(async (part) => {
        if (typeof part !== "string") return part;
        const response = await fetch(part, { headers: { Accept: "application/geo+json, application/json" } });
        if (!response.ok) throw new Error(`${response.status} ${part}`);
        return response.json();
      }),
    );
    const features = loaded.flatMap((part) => part.features ?? []).filter((feature) => feature.geometry);
    features.forEach((feature, at) => (feature.id = at));
    this.all = features;
    this.areas = features.filter((feature) => kind(feature) === "Polygon");
    this.routes = features.filter((feature) => kind(feature) === "LineString");
    const points = features.filter((feature) => kind(feature) === "Point");
    this.stops = points.filter((feature) => feature.properties.order !== undefined);
    this.points = points.filter((feature) => feature.properties.order === undefined);
    const asked = this.options.focus ? features.filter((feature) => kind(feature) !== "Polygon") : [];
    this.bounds = boundsOf(asked.length ? asked : this.areas.length ? this.areas : features);
    // Over shapes that carry the numbers, bubbles with other numbers would hide them: small dots instead.
    this.cluster = this.options.cluster ?? (this.points.length > CLUSTER_FROM && !this.areas.length);
    this.dense = this.options.dense ?? (!this.cluster && this.points.length > CLUSTER_FROM);
    this.paint();
  }

  /** Writes colour and two-line label of every feature for the present mode; both engines draw from these. */
  paint() {
    const entryIn = (mode, shown) => mode.legend.find((entry) => String(entry.level) === String(shown[mode.property] ?? ""));
    for (const feature of this.all) {
      const shown = feature.properties;
      // A feature without this mode's property (a dot while the shapes show something else) keeps its first colour.
      const mode = shown[this.mode.property] === undefined ? this.modes[0] : this.mode;
      const entry = entryIn(mode, shown);
      const colour = entry?.colour ?? "grey";
      shown._colour = this.colours[colour] ?? this.colours.grey;
      shown._dot = this.dots[colour] ?? this.dots.grey;
      shown._red = colour === "red" ? 1 : 0;
      // A route and its stops may bring a colour of their own, so that several routes can be told apart.
      shown._line = shown.colour ?? this.colours.route;
      shown._stop = shown.done === true ? DOTS.green : (shown.colour ?? this.colours.stop);
      if (shown.colour && kind(feature) === "Point") shown._dot = shown.colour;
      shown._word = entry?.word ?? "";
      shown._term = mode.label ?? this.options.label_word ?? "";
      const label = mode.label_property ? shown[mode.label_property] : shown.label;
      shown._value = label ?? "";
      shown._label = `${MARKS[colour] ?? ""}${shown.name ?? ""}${label ? `\n${label}` : ""}`;
    }
  }

  async draw() {
    this.box.replaceChildren();
    if (hasWebGL2() && !this.options.flat) {
      try {
        await this.drawMapLibre();
      } catch (error) {
        console.info("fugong-map: MapLibre does not run here, drawing with ECharts.", error);
        this.map = null;
        this.box.replaceChildren();
        await this.drawGeo();
      }
    } else {
      await this.drawGeo();
    }
    this.tools();
    this.legend();
  }

  fail(error) {
    console.error(error);
    const message = document.createElement("div");
    message.className = "fg-map-message";
    message.textContent = words().noMap ?? "";
    this.box.replaceChildren(message);
  }

  // MapLibre

  async drawMapLibre() {
    const { files } = this.options;
    if (!document.querySelector(`link[href="${files.css}"]`)) {
      const link = document.createElement("link");
      Object.assign(link, { rel: "stylesheet", href: files.css });
      document.head.append(link);
    }
    const library = await import(files.maplibre);
    library.setWorkerUrl(new URL(files.worker, location.href).href);
    this.library = library;
    const say = words();
    this.map = new library.Map({
      container: this.box,
      style: this.style(),
      bounds: this.bounds ?? [[73, 18], [135, 53]],
      fitBoundsOptions: { padding: 28 },
      attributionControl: false,
      fadeDuration: 0,
      dragRotate: false,
      pitchWithRotate: false,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      localIdeographFontFamily: FONTS.map((name) => (name === "sans-serif" ? name : `"${name}"`)).join(","),
      locale: {
        "Map.Title": this.getAttribute("aria-label") ?? "",
        "NavigationControl.ZoomIn": say.zoomIn,
        "NavigationControl.ZoomOut": say.zoomOut,
        "CooperativeGesturesHandler.WindowsHelpText": say.ctrlZoom,
        "CooperativeGesturesHandler.MacHelpText": say.ctrlZoom,
        "CooperativeGesturesHandler.MobileHelpText": say.twoFingers,
        "Popup.Close": say.close,
      },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new library.ScaleControl({ maxWidth: 90 }), "bottom-right");
    this.map.on("click", (event) => this.clicked(event));
    const layers = ["stops", "points", "clusters", "areas"];
    layers.forEach((layer) => {
      this.map.on("mouseenter", layer, () => (this.map.getCanvas().style.cursor = "pointer"));
      this.map.on("mouseleave", layer, () => (this.map.getCanvas().style.cursor = ""));
    });
    await new Promise((resolve, reject) => {
      this.map.once("load", resolve);
      this.map.once("error", (event) => reject(event.error));
    });
    this.map.once("idle", () => this.setAttribute("data-ready", "maplibre"));
    // A small map is idle in the very frame in which it has loaded: one more frame, so that it is heard.
    this.map.triggerRepaint();
    this.map.on("error", (event) => console.warn("fugong-map", event.error));
  }

  sources() {
    return { areas: collection(this.areas), routes: collection(this.routes), points: collection(this.points), stops: collection(this.stops) };
  }

  style() {
    const { colours } = this;
    const data = this.sources();
    const text = { "text-font": FONTS, "text-size": 13, "text-line-height": 1.25, "text-padding": 3 };
    const halo = { "text-color": colours.ink, "text-halo-color": colours.halo, "text-halo-width": 1.8 };
    const visible = (group) => ({ visibility: this.hiddenLayers.has(group) ? "none" : "visible" });
    return {
      version: 8,
      sources: {
        areas: { type: "geojson", data: data.areas },
        routes: { type: "geojson", data: data.routes },
        stops: { type: "geojson", data: data.stops },
        points: {
          type: "geojson", data: data.points, cluster: this.cluster, clusterRadius: 44, clusterMaxZoom: 14,
          ...(this.cluster ? { clusterProperties: { red: ["+", ["get", "_red"]] } } : {}),
        },
        labels: { type: "geojson", data: this.labelPoints() },
      },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": colours.ground } },
        { id: "areas", type: "fill", source: "areas", paint: { "fill-color": ["get", "_colour"], "fill-opacity": 0.82 } },
        { id: "edges", type: "line", source: "areas", paint: { "line-color": colours.line, "line-width": 1.4 } },
        { id: "picked", type: "line", source: "areas", filter: ["==", ["id"], -1], paint: { "line-color": colours.ink, "line-width": 2.4 } },
        { id: "routes-case", type: "line", source: "routes", layout: { "line-cap": "round", "line-join": "round", ...visible("routes") }, paint: { "line-color": colours.halo, "line-width": 6 } },
        { id: "routes", type: "line", source: "routes", layout: { "line-cap": "round", "line-join": "round", ...visible("routes") }, paint: { "line-color": ["get", "_line"], "line-width": 3 } },
        { id: "points", type: "circle", source: "points", filter: ["!", ["has", "point_count"]], layout: visible("points"),
          paint: this.dotsPaint() },
        { id: "clusters", type: "circle", source: "points", filter: ["has", "point_count"], layout: visible("points"),
          paint: { "circle-color": "rgba(23, 50, 95, .88)", "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 13, 100, 18, 1000, 26],
            "circle-stroke-width": 2.5, "circle-stroke-color": this.cluster ? ["case", [">", ["get", "red"], 0], this.dots.red, "#fff"] : "#fff" } },
        { id: "cluster-counts", type: "symbol", source: "points", filter: ["has", "point_count"],
          layout: { ...text, ...visible("points"), "text-size": 12, "text-allow-overlap": true, "text-field": ["case", [">", ["coalesce", ["get", "red"], 0], 0], ["concat", ["to-string", ["get", "point_count"]], "\n◆", ["to-string", ["get", "red"]]], ["to-string", ["get", "point_count"]]] },
          paint: { "text-color": "#fff" } },
        { id: "names", type: "symbol", source: "labels", layout: { ...text, ...visible("labels"), "text-field": ["get", "_label"] }, paint: halo },
        { id: "stops", type: "circle", source: "stops", layout: visible("routes"), paint: { "circle-color": ["get", "_stop"], "circle-radius": 13, "circle-stroke-color": "#fff", "circle-stroke-width": 2.5 } },
        { id: "stop-numbers", type: "symbol", source: "stops", layout: { ...text, ...visible("routes"), "text-size": 14, "text-allow-overlap": true, "text-field": ["to-string", ["get", "order"]] }, paint: { "text-color": "#fff" } },
        { id: "stop-names", type: "symbol", source: "stops", layout: { ...text, ...visible("routes"), "text-field": ["get", "name"], "text-offset": [0, 1.25], "text-anchor": "top" }, paint: halo },
      ],
    };
  }

  /** Many dots are small and half clear until one comes near; the red ones stay strong. */
  dotsPaint() {
    const edge = this.options.theme === "dark" ? "#081428" : "#fff";
    const red = ["==", ["get", "_red"], 1];
    const far = this.dense ? ["case", red, 3, 1.5] : 4;
    return {
      "circle-color": ["get", "_dot"],
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, this.dense ? ["case", red, 1.6, 0.8] : 3, 11, far, 13.5, this.dense ? ["case", red, 5, 3.5] : 6, 16, 8],
      "circle-opacity": this.dense ? ["interpolate", ["linear"], ["zoom"], 11, ["case", red, 1, 0.55], 14, 1] : 1,
      "circle-stroke-color": edge,
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, this.dense ? ["case", red, 0.8, 0] : 1.2, 14, 1.2],
    };
  }

  /** One label per shape, in the middle of its largest ring (a label inside every part would repeat itself). */
  labelPoints() {
    return collection(
      this.areas.map((feature) => {
        const rings = feature.geometry.type === "Polygon" ? [feature.geometry.coordinates[0]] : feature.geometry.coordinates.map((part) => part[0]);
        const largest = rings.map(centre).sort((a, b) => b.area - a.area)[0];
        return { type: "Feature", properties: feature.properties, geometry: { type: "Point", coordinates: feature.properties.centre ?? largest.at } };
      }),
    );
  }

  clicked(event) {
    const at = event.point;
    const found = this.map.queryRenderedFeatures([[at.x - 4, at.y - 4], [at.x + 4, at.y + 4]], { layers: ["stops", "points", "clusters", "areas"] });
    const hit = ["stops", "points", "clusters", "areas"].map((layer) => found.find((feature) => feature.layer.id === layer)).find(Boolean);
    if (!hit) return;
    if (hit.layer.id === "clusters") {
      this.map.easeTo({ center: hit.geometry.coordinates, zoom: this.map.getZoom() + 2 });
      return;
    }
    const feature = this.all[hit.id];
    this.map.setFilter("picked", ["==", ["id"], hit.layer.id === "areas" ? hit.id : -1]);
    if (!this.pick(feature)) return;
    this.popup?.remove();
    this.popup = new this.library.Popup({ maxWidth: "280px" }).setLngLat(event.lngLat).setDOMContent(this.card(feature)).addTo(this.map);
  }

  // ECharts: the same map where there is no WebGL2

  async drawGeo() {
    const library = await import(this.options.files.echarts);
    const inner = document.createElement("div");
    inner.style.height = "100%";
    this.box.append(inner);
    library.registerMap(this.id, this.areas.length ? collection(this.areas) : this.frame());
    this.geo = library.init(inner, null, { locale: document.documentElement.lang.startsWith("zh") ? "ZH" : "EN" });
    this.geo.setOption(this.geoOption());
    this.geo.on("click", (event) => {
      const feature = this.all[event.data?.feature ?? this.areas.find((area) => area.properties.name === event.name)?.id];
      if (feature && this.pick(feature)) this.showCard(feature);
    });
    this.watcher = new ResizeObserver(() => this.geo.resize());
    this.watcher.observe(this.box);
    this.setAttribute("data-ready", "echarts");
  }

  /** Without shapes, an empty rectangle carries the points. */
  frame() {
    const [[west, south], [east, north]] = this.bounds ?? [[73, 18], [135, 53]];
    const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
    return collection([{ type: "Feature", properties: { name: "" }, geometry: { type: "Polygon", coordinates: [ring] } }]);
  }

  geoOption() {
    const { colours } = this;
    const small = this.box.clientWidth < 600;
    const at = (feature) => feature.geometry.coordinates;
    const shown = (group) => !this.hiddenLayers.has(group);
    const label = { show: shown("labels") && !small, color: colours.ink, fontFamily: FONTS.join(","), fontSize: 12, textBorderColor: colours.halo, textBorderWidth: 2 };
    return {
      animation: false,
      aria: { enabled: true },
      backgroundColor: colours.ground,
      geo: {
        map: this.id, roam: true, scaleLimit: { min: 0.8, max: 30 }, left: 16, right: 16, top: 16, bottom: 16, aspectScale: Math.cos(((this.bounds?.[0][1] ?? 30) * Math.PI) / 180),
        label: { show: false },
        itemStyle: { areaColor: colours.ground, borderColor: colours.line, borderWidth: 1.4 },
        emphasis: { label: { show: false }, itemStyle: { borderColor: colours.ink, borderWidth: 2 } },
        select: { disabled: true },
        regions: this.areas.map(({ properties }) => ({ name: properties.name, itemStyle: { areaColor: properties._colour, opacity: 0.9 }, emphasis: { itemStyle: { areaColor: properties._colour } } })),
      },
      series: [
        { type: "lines", coordinateSystem: "geo", polyline: true, silent: true, lineStyle: { color: colours.route, width: 3 }, data: shown("routes") ? this.routes.map((route) => ({ coords: positions(at(route)), lineStyle: { color: route.properties._line } })) : [] },
        { type: "scatter", coordinateSystem: "geo", symbolSize: this.dense ? (_value, { data }) => (this.all[data.feature].properties._red ? 6 : 3) : 8, large: false, data: shown("points") ? this.points.map((point) => ({ value: at(point), feature: point.id, itemStyle: { color: point.properties._dot, opacity: this.dense && !point.properties._red ? 0.6 : 1 } })) : [] },
        { type: "scatter", coordinateSystem: "geo", symbolSize: 26, itemStyle: { color: colours.stop, borderColor: "#fff", borderWidth: 2 }, data: shown("routes") ? this.stops.map((stop) => ({ value: at(stop), feature: stop.id, itemStyle: { color: stop.properties._stop }, label: { show: true, formatter: String(stop.properties.order), color: "#fff" } })) : [] },
        // Names above the dots; the shapes' own labels would lie below them.
        { type: "scatter", coordinateSystem: "geo", silent: true, symbolSize: 1, z: 6, itemStyle: { opacity: 0 }, data: this.labelPoints().features.map((point) => ({ value: at(point), label: { ...label, position: "inside", formatter: point.properties._label } })) },
      ],
    };
  }

  // Common to both

  /** Tells the page; a listener may take over with preventDefault(). With `go` a click opens the page at once. */
  pick(feature) {
    const event = new CustomEvent("pick", { bubbles: true, cancelable: true, detail: { ...feature.properties } });
    if (!this.dispatchEvent(event)) return false;
    if (this.options.go && feature.properties.url) {
      location.assign(feature.properties.url);
      return false;
    }
    return true;
  }

  card({ properties }) {
    const card = document.createElement("div");
    card.className = "fg-popup";
    const title = document.createElement("strong");
    title.textContent = properties.name ?? "";
    card.append(title);
    const list = document.createElement("dl");
    const lines = [[properties._term, [properties._word, properties._value].filter(Boolean).join(" · ")], ...(properties.lines ?? [])];
    for (const [term, text] of lines) {
      if (!text) continue;
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.textContent = term;
      dd.textContent = text;
      list.append(dt, dd);
    }
    card.append(list);
    if (properties.url) {
      const link = document.createElement("a");
      link.href = new URL(properties.url, location.origin).origin === location.origin ? properties.url : "#";
      link.textContent = words().open ?? "";
      card.append(link);
    }
    return card;
  }

  showCard(feature) {
    this.box.querySelector(".fg-popup-card")?.remove();
    const card = this.card(feature);
    card.classList.add("fg-popup-card");
    this.box.append(card);
  }

  tools() {
    const bar = document.createElement("div");
    bar.className = "fg-map-tools";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", words().layers ?? "");
    const button = (text, pressed, act) => {
      const element = document.createElement("button");
      element.type = "button";
      element.textContent = text;
      if (pressed !== null) element.setAttribute("aria-pressed", String(pressed));
      element.addEventListener("click", () => act(element));
      bar.append(element);
      return element;
    };
    if (this.modes.length > 1) {
      const choices = this.modes.map((mode) =>
        button(mode.label, mode === this.mode, (pressed) => {
          choices.forEach((choice) => choice.setAttribute("aria-pressed", String(choice === pressed)));
          this.mode = mode;
          this.repaint();
        }),
      );
    }
    const layers = [["points", this.options.points_word ?? words().points, this.points], ["routes", words().routes, this.stops], ["labels", words().labels, this.areas]];
    if (this.options.layers !== false) {
      for (const [group, text, features] of layers) {
        if (features.length) button(text, !this.hiddenLayers.has(group), (element) => this.toggle(group, element));
      }
    }
    this.querySelector(".fg-map-tools")?.remove();
    if (bar.children.length) this.box.before(bar);
  }

  toggle(group, element) {
    const hide = !this.hiddenLayers.has(group);
    if (hide) this.hiddenLayers.add(group);
    else this.hiddenLayers.delete(group);
    element.setAttribute("aria-pressed", String(!hide));
    const layers = { points: ["points", "clusters", "cluster-counts"], routes: ["routes", "routes-case", "stops", "stop-numbers", "stop-names"], labels: ["names"] };
    layers[group].forEach((layer) => this.map?.setLayoutProperty(layer, "visibility", hide ? "none" : "visible"));
    this.geo?.setOption(this.geoOption());
  }

  repaint() {
    this.paint();
    for (const [name, data] of Object.entries({ ...this.sources(), labels: this.labelPoints() })) this.map?.getSource(name)?.setData(data);
    this.geo?.setOption(this.geoOption());
    this.popup?.remove();
    this.legend();
  }

  /** How many of the features have each level of the present mode. */
  counted(features) {
    const counts = new Map();
    for (const { properties } of features) {
      const level = String(properties[this.mode.property] ?? "");
      counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    return counts;
  }

  legend() {
    const list = this.querySelector("[data-legend]");
    // Shapes and dots may each have levels of their own, as on the map of coverage: shares of villages, marks of firms.
    const [areas, points] = [this.areas, this.points].map((features) => this.counted(features));
    list.replaceChildren(
      ...this.mode.legend.map((entry) => {
        const [item, level] = [document.createElement("li"), String(entry.level)];
        const dots = !areas.has(level) && (points.has(level) || !this.areas.length);
        const fill = (dots ? this.dots : this.colours)[entry.colour];
        const count = (dots ? points : areas).get(level) ?? 0;
        item.append(swatch(fill ?? this.colours.grey), `${MARKS[entry.colour] ?? ""}${entry.word} ${count}`);
        return item;
      }),
    );
  }
}

function swatch(fill) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 14 14");
  const box = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of Object.entries({ width: 14, height: 14, rx: 3, fill })) box.setAttribute(name, value);
  svg.append(box);
  return svg;
}

/** Area and centroid of a ring; a ring without area answers with its first point. */
function centre(ring) {
  let [area, x, y] = [0, 0, 0];
  for (let i = 0; i < ring.length - 1; i += 1) {
    const cross = ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
    area += cross;
    x += (ring[i][0] + ring[i + 1][0]) * cross;
    y += (ring[i][1] + ring[i + 1][1]) * cross;
  }
  return { area: Math.abs(area), at: area ? [x / (3 * area), y / (3 * area)] : ring[0] };
}

if (!customElements.get("fugong-map")) customElements.define("fugong-map", FugongMap);
