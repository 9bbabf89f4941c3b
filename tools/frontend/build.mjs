// Builds fugong/static/vendor/ from the npm packages in package-lock.json. Run by tools/setup.sh; Node is
// needed to build, never to run. Everything is lowered to Chromium 90, which government desktops still have.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "../..");
const packages = join(root, "node_modules");
const target = join(root, "fugong/static/vendor");
const common = { target: "chrome90", minify: true, legalComments: "none", charset: "utf8", logLevel: "warning" };
const polyfills = (await esbuild.transform(readFileSync(join(here, "polyfills.js"), "utf8"), common)).code;

/** One file of a package, lowered and with the polyfills in front; its exports and its own URL stay. */
async function lower(from, to) {
  const { code } = await esbuild.transform(polyfills + readFileSync(join(packages, from), "utf8"), {
    ...common,
    loader: "js",
    format: "esm",
  });
  writeFileSync(join(target, to), code);
}

async function style(from, to) {
  const { code } = await esbuild.transform(readFileSync(join(packages, from), "utf8"), { ...common, loader: "css" });
  writeFileSync(join(target, to), code);
}

async function bundle(entry, to, plugins = []) {
  await esbuild.build({
    ...common,
    entryPoints: [join(here, entry)],
    outfile: join(target, to),
    bundle: true,
    format: "esm",
    banner: { js: polyfills },
    define: {
      "process.env.NODE_ENV": '"production"',
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
    },
    // Vue without its template compiler: the compiler needs `unsafe-eval`, the components are compiled already.
    alias: { vue: join(packages, "vue/dist/vue.runtime.esm-bundler.js") },
    plugins,
  });
}

/** The icons that tools/frontend/icons.txt names, as symbols of one file. */
function icons() {
  const names = readFileSync(join(here, "icons.txt"), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  const symbols = names.map((name) => {
    const svg = readFileSync(join(packages, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const paths = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    const drawn = paths.replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none" ?\/>/, "").replace(/\s*\n\s*/g, "");
    return (
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
      `stroke-linecap="round" stroke-linejoin="round">${drawn}</symbol>`
    );
  });
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
  writeFileSync(join(target, "icons.svg"), sprite);
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/**
 * The form engine speaks English only and brings its style sheet and 1 MB of Latin fonts inside the script.
 * Its sentences are replaced by look-ups in web-forms-texts.json; the style sheet becomes a file, without the fonts.
 * A sentence that the engine no longer has stops the build: then the list must follow the new version.
 */
function formEngine() {
  const texts = Object.keys(JSON.parse(readFileSync(join(here, "web-forms-texts.json"), "utf8"))["zh-hans"]);
  const unused = new Set(texts);
  return {
    name: "form-engine",
    setup(build) {
      build.onLoad({ filter: /@getodk[\\/]web-forms[\\/]dist[\\/].*\.js$/ }, ({ path }) => {
        const source = readFileSync(path, "utf8");
        const contents = basename(path) === "index.js" ? withoutStyle(source) : translated(source, texts, unused);
        return { contents, loader: "js" };
      });
      // The map of the engine draws foreign tiles; a question of the kind `geopoint` without an appearance needs none.
      build.onResolve({ filter: /MapBlock/ }, ({ path }) => ({ path, namespace: "no-map" }));
      build.onLoad({ filter: /.*/, namespace: "no-map" }, () => ({ contents: 'throw new Error("no map");', loader: "js" }));
      build.onEnd(() => {
        if (unused.size) throw new Error(`web-forms-texts.json: not in the form engine: ${[...unused].join(" | ")}`);
      });
    },
  };
}

/** `"Send"` becomes `odkText("Send")`; `${n} questions with errors.` becomes `odkText("{0} questions with errors.", n)`. */
function translated(source, texts, unused) {
  let result = source;
  for (const text of texts) {
    const pattern = text.includes("{0}")
      ? new RegExp("`" + escaped(text).replace("\\{0\\}", "\\$\\{(\\w+)\\}") + "`", "g")
      : new RegExp(`"(\\s*)${escaped(text)}(\\s*)"`, "g");
    result = result.replace(pattern, (_found, first, last) => {
      unused.delete(text);
      const said = JSON.stringify(text);
      return text.includes("{0}") ? `globalThis.odkText(${said}, ${first})` : `("${first}" + globalThis.odkText(${said}) + "${last}")`;
    });
  }
  return result;
}

/** Takes the style sheet out of the script that injects it, and writes it to web-forms.css. */
function withoutStyle(source) {
  const end = source.indexOf("\nimport ");
  const head = source.slice(0, end);
  const open = head.indexOf("createTextNode(") + "createTextNode(".length;
  const literal = head.slice(open, head.lastIndexOf("'") + 1);
  if (end < 0 || !literal.startsWith("'")) throw new Error("web-forms: the injected style sheet was not found");
  const css = literal.slice(1, -1).replace(/\\([\s\S])/g, (_all, mark) => (mark === "n" ? "\n" : mark === "\\" ? "\\" : mark));
  const plain = css.replace(/@font-face\s*\{[^}]*\}/g, "");
  const own = readFileSync(join(here, "web-forms.css"), "utf8");
  const { code } = esbuild.transformSync(plain + own, { ...common, loader: "css", logLevel: "error" });
  writeFileSync(join(target, "web-forms.css"), code);
  return source.slice(end);
}

/** The licences of what is shipped, beside it. */
function licences() {
  const shipped = ["maplibre-gl/LICENSE.txt", "echarts/LICENSE", "@tabler/icons/LICENSE", "vue/LICENSE", "ol/LICENSE.md"];
  mkdirSync(join(target, "licences"), { recursive: true });
  for (const path of shipped) {
    copyFileSync(join(packages, path), join(target, "licences", `${dirname(path).replace(/[@/]/g, "-").replace(/^-/, "")}.txt`));
  }
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await Promise.all([
  lower("maplibre-gl/dist/maplibre-gl.mjs", "maplibre-gl.mjs"),
  lower("maplibre-gl/dist/maplibre-gl-worker.mjs", "maplibre-gl-worker.mjs"),
  style("maplibre-gl/dist/maplibre-gl.css", "maplibre-gl.css"),
  lower("@tabler/core/dist/js/tabler.esm.js", "tabler.mjs"),
  style("@tabler/core/dist/css/tabler.css", "tabler.css"),
  bundle("echarts-entry.js", "echarts.mjs"),
  bundle("web-forms-entry.js", "web-forms.js", [formEngine()]),
]);
icons();
licences();
