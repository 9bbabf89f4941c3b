// <fugong-chart>: a small specification drawn with ECharts; the table beside it has the same numbers.
// kind: line, columns, stacked, bars (a ranking, lying), donut. `option` hands ECharts options through as they are.

const ORDER = ["blue", "green", "amber", "red", "grey"];
const LIGHT = { blue: "#2f6fdb", green: "#3f9a2c", amber: "#d08a10", red: "#d2373f", grey: "#8b98ab" };
const DARK = { blue: "#6aa5ff", green: "#6ccb6f", amber: "#ffb84a", red: "#ff7471", grey: "#94a7c4" };
const FONT = '"PingFang SC","Microsoft YaHei","HarmonyOS Sans SC","Noto Sans CJK SC",sans-serif';

class FugongChart extends HTMLElement {
  async connectedCallback() {
    if (this.started) return;
    this.started = true;
    this.box = this.querySelector("[data-box]");
    this.spec = JSON.parse(document.getElementById(`${this.id}-spec`).textContent);
    try {
      const library = await import(this.spec.files.echarts);
      const locale = document.documentElement.lang.startsWith("zh") ? "ZH" : "EN";
      this.chart = library.init(this.box, null, { renderer: "svg", locale });
      this.chart.setOption(this.spec.option ?? this.option());
      this.chart.on("click", ({ dataIndex }) => {
        const url = this.spec.urls?.[dataIndex];
        if (url && new URL(url, location.href).origin === location.origin) location.assign(url);
      });
      this.watcher = new ResizeObserver(() => this.chart.resize());
      this.watcher.observe(this.box);
      matchMedia("print").addEventListener("change", () => this.chart.resize());
      this.setAttribute("data-ready", "true");
    } catch (error) {
      console.error(error);
      this.box.hidden = true;
      this.querySelector("details").open = true;
    }
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
    this.chart?.dispose();
  }

  option() {
    const css = getComputedStyle(this);
    const ink = (name) => css.getPropertyValue(name).trim();
    const palette = document.documentElement.dataset.theme === "wall" ? DARK : LIGHT;
    const colour = (series, at) => palette[series.colour] ?? palette[ORDER[at % ORDER.length]];
    const size = document.documentElement.dataset.theme === "wall" ? 14 : 12;
    const text = { color: ink("--ink-2"), fontFamily: FONT, fontSize: size };
    const common = {
      animation: false,
      aria: { enabled: true },
      textStyle: { fontFamily: FONT },
      tooltip: { trigger: this.spec.kind === "donut" ? "item" : "axis", renderMode: "richText", confine: true, axisPointer: { type: "shadow" }, valueFormatter: (value) => (value === null || value === undefined ? "—" : `${Number(value).toLocaleString("en")}${this.spec.unit ?? ""}`) },
    };
    const { series, labels, kind } = this.spec;
    const legend = series.length > 1 || kind === "donut" ? { show: true, top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, itemGap: 14, textStyle: text } : { show: false };
    if (kind === "donut") return { ...common, ...this.donut({ series, labels, text, palette, legend, ink }) };
    const names = { type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: ink("--line-2") } }, axisLabel: { ...text, hideOverlap: kind !== "bars", ...(kind === "bars" ? { width: 110, overflow: "truncate" } : {}) }, inverse: kind === "bars" };
    const values = { type: "value", max: this.spec.max ?? undefined, interval: this.spec.max ? this.spec.max / 4 : undefined, splitNumber: 4, axisLabel: { ...text, formatter: (value) => `${value.toLocaleString("en")}${this.spec.unit ?? ""}` }, splitLine: { lineStyle: { color: ink("--line") } } };
    const target = this.spec.target === undefined || this.spec.target === null ? undefined : {
      silent: true, symbol: "none", lineStyle: { color: ink("--ink-2"), type: "dashed", width: 1 }, label: { ...text, formatter: `${this.spec.target_label ?? ""} ${this.spec.target}${this.spec.unit ?? ""}`, position: "insideStartTop" }, data: [kind === "bars" ? { xAxis: this.spec.target } : { yAxis: this.spec.target }],
    };
    return {
      ...common,
      legend,
      grid: { left: 4, right: kind === "bars" ? 44 : 14, top: legend.show ? 36 : 18, bottom: 4, containLabel: true },
      xAxis: kind === "bars" ? { ...values, show: false } : names,
      yAxis: kind === "bars" ? { ...names, axisLine: { show: false } } : values,
      series: series.map((line, at) => ({
        name: line.name,
        type: kind === "line" ? "line" : "bar",
        data: line.values,
        stack: kind === "stacked" ? "all" : undefined,
        color: colour(line, at),
        barMaxWidth: kind === "bars" ? 16 : 32,
        itemStyle: kind === "line" ? undefined : { borderRadius: kind === "stacked" ? 0 : kind === "bars" ? [0, 3, 3, 0] : [3, 3, 0, 0] },
        label: kind === "bars" ? { show: true, position: "right", ...text, formatter: ({ value }) => `${Number(value).toLocaleString("en")}${this.spec.unit ?? ""}` } : undefined,
        symbol: ["circle", "rect", "triangle", "diamond"][at % 4],
        symbolSize: 6,
        showSymbol: labels.length <= 31,
        lineStyle: kind === "line" ? { width: 2.2, type: ["solid", "solid", "dashed", "dotted"][at % 4] } : undefined,
        areaStyle: kind === "line" && series.length === 1 ? { opacity: 0.08 } : undefined,
        cursor: this.spec.urls ? "pointer" : "default",
        markLine: at === 0 ? target : undefined,
      })),
    };
  }

  donut({ series, labels, text, palette, legend, ink }) {
    const { values, colours = [] } = series[0];
    return {
      legend: { ...legend, orient: "vertical", left: "56%", top: "middle", formatter: (name) => `${name}  ${Number(values[labels.indexOf(name)] ?? 0).toLocaleString("en")}` },
      series: [{
        type: "pie", radius: ["54%", "82%"], center: ["28%", "50%"], label: { show: false }, itemStyle: { borderColor: ink("--card"), borderWidth: 2 },
        data: labels.map((name, at) => ({ name, value: values[at], itemStyle: { color: palette[colours[at]] ?? palette[ORDER[at % ORDER.length]] } })),
      }],
    };
  }
}

if (!customElements.get("fugong-chart")) customElements.define("fugong-chart", FugongChart);
