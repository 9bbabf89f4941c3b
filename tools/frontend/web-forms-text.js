// The sentences of the form engine in the language of the page (build.mjs puts `odkText` in their place).
import texts from "./web-forms-texts.json";

let language = document.documentElement.lang;

/** The language of the form's own buttons and messages from now on, such as "zh-hans" or "en". */
export function speak(locale) {
  language = locale || language;
}

globalThis.odkText = (text, value) => {
  const said = /^zh/i.test(language) ? (texts["zh-hans"][text] ?? text) : text;
  return said.replace("{0}", value);
};

/** The words of the calendar, in the given language. */
export function calendarWords(locale) {
  const names = (options, dates) => dates.map((date) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(date));
  const days = Array.from({ length: 7 }, (_none, day) => new Date(Date.UTC(2020, 1, 2 + day)));
  const months = Array.from({ length: 12 }, (_none, month) => new Date(Date.UTC(2020, month, 1)));
  return {
    dayNames: names({ weekday: "long" }, days),
    dayNamesShort: names({ weekday: "short" }, days),
    dayNamesMin: names({ weekday: "narrow" }, days),
    monthNames: names({ month: "long" }, months),
    monthNamesShort: names({ month: "short" }, months),
    firstDayOfWeek: 1,
    showMonthAfterYear: /^zh/i.test(locale),
    dateFormat: "yy-mm-dd",
  };
}
