// Photos are made smaller on the phone, before they are kept or sent: the long side 1,600 pixels, JPEG.

const LONGEST = 1600;
const QUALITY = 0.82;

/** The photo, smaller; the file as it is where it is no picture (the server says so) or small already. */
export async function shrink(file) {
  if (!file.type.startsWith("image/")) return file;
  const address = URL.createObjectURL(file);
  try {
    const image = await decoded(address);
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    // The name stays: the filled form names the file by it.
    return small && small.size < file.size ? new File([small], file.name, { type: small.type }) : file;
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(address);
  }
}

function decoded(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = address;
  });
}

/** Puts a file into a file input, as if it had been chosen there. */
export function choose(input, file) {
  const chosen = new DataTransfer();
  chosen.items.add(file);
  input.files = chosen.files;
  show(input);
}

/** The chosen photo as a small picture under its input. */
function show(input) {
  const picture = input.parentElement.querySelector("img.fg-chosen") ?? input.insertAdjacentElement("afterend", new Image());
  picture.className = "fg-chosen";
  picture.alt = "";
  picture.onload = () => URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(input.files[0]);
}
