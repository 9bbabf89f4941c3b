// The form engine of the checklists: shows an XForm, hands over the filled instance.
import { calendarWords, speak } from "./web-forms-text.js";
import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from "@getodk/web-forms";
import { createApp, h } from "vue";

const INSTANCE = "xml_submission_file";

/**
 * Show a form in `element`.
 *
 * element      where to draw; what stands in it is replaced
 * formXml      the XForm as text (pyxform's output)
 * attachments  {"photo.png": "/url/on/this/site"}: the files that the form names with jr:// addresses; others are 404
 * onSubmit     async ({instanceXml, files, instanceFile}) => {...}, called when the person presses Send and nothing is
 *              wrong. instanceXml: text; files: File[] (photos), their names stand in the instance. When it resolves
 *              to "again" the form is emptied for the next one; when it throws, the form stays as it is.
 * locale       "zh-hans" or "en"; the language of the page unless given
 * edit         {instanceXml, files: File[]}: open a filled instance again
 * onError      (error) => {...} when onSubmit throws
 *
 * Returns {unmount(), answers()}; answers() promises {instanceXml, files} as far as the form is filled in, wrong or not. The page needs `script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline';
 * img-src 'self' data: blob:; worker-src 'self' blob:` and web-forms.css.
 */
export function mountForm({ element, formXml, attachments = {}, onSubmit, locale, edit, onError }) {
  const language = locale || document.documentElement.lang || "zh-hans";
  speak(language);
  const handOver = async (payload, done) => {
    try {
      const answer = await onSubmit(await filled(payload));
      done(answer === "again" ? { next: POST_SUBMIT__NEW_INSTANCE } : undefined);
    } catch (error) {
      if (!onError) throw error;
      onError(error);
    }
  };
  const properties = {
    formXml,
    fetchFormAttachment: (address) => fetchNamed(attachments, address),
    missingResourceBehavior: "BLANK",
    onSubmit: handOver,
    ...(edit ? { editInstance: editing(edit) } : {}),
  };
  const app = createApp({ render: () => h(OdkWebForm, properties) });
  app.use(webFormsPlugin);
  const prime = app.config.globalProperties.$primevue;
  if (prime) Object.assign(prime.config.locale, calendarWords(language.replace(/^zh-hans$/i, "zh-Hans")));
  app.mount(element);
  return { unmount: () => app.unmount(), answers: async () => filled(await rootOf(element._vnode).prepareInstancePayload({ payloadType: "monolithic" })) };
}

/** The engine hands its state out only when Send is pressed; the head of the form has it as a property before. */
function rootOf(node) {
  const held = node?.component?.props?.form;
  if (held?.prepareInstancePayload) return held;
  const inner = node?.component ? [node.component.subTree] : Array.isArray(node?.children) ? node.children : [];
  for (const one of inner) {
    const found = one && typeof one === "object" ? rootOf(one) : undefined;
    if (found) return found;
  }
  return undefined;
}

/** What the engine hands over, as a text and files. */
async function filled(payload) {
  const [data] = payload.data;
  const instanceFile = data.get(INSTANCE);
  const files = [...data.entries()].filter(([name]) => name !== INSTANCE).map(([, file]) => file);
  return { instanceXml: await instanceFile.text(), instanceFile, files };
}

async function fetchNamed(attachments, address) {
  const name = decodeURIComponent(String(address).split("/").pop());
  const place = attachments[name];
  return place ? fetch(place) : new Response("", { status: 404 });
}

function editing({ instanceXml, files = [] }) {
  return {
    resolveInstance: () => instanceXml,
    attachmentFileNames: files.map(({ name }) => name),
    resolveAttachment: async (name) => new Response(files.find((file) => file.name === name)),
  };
}
