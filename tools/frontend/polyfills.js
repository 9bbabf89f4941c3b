// What Chromium 90 lacks and the vendored libraries call; stands in front of every file, workers too.
// `randomUUID` is missing on newer browsers as well where the page comes without TLS.
{
  const add = (place, name, value) => {
    if (!place[name]) Object.defineProperty(place, name, { value, configurable: true, writable: true });
  };
  const lists = [Array.prototype, Object.getPrototypeOf(Int8Array).prototype];
  add(Object, "hasOwn", (object, key) => Object.prototype.hasOwnProperty.call(object, key));
  for (const list of [...lists, String.prototype]) {
    add(list, "at", function (index) {
      const whole = Math.trunc(index) || 0;
      return this[whole < 0 ? whole + this.length : whole];
    });
  }
  for (const list of lists) {
    add(list, "findLastIndex", function (matches, self) {
      for (let index = this.length - 1; index >= 0; index -= 1) if (matches.call(self, this[index], index, this)) return index;
      return -1;
    });
    add(list, "findLast", function (matches, self) {
      return this[this.findLastIndex(matches, self)];
    });
  }
  if (globalThis.crypto) {
    add(globalThis.crypto, "randomUUID", () => {
      const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    });
  }
}
