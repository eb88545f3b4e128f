// From the file of a camera to what may leave the phone: upright, at most 2048 pixels a side,
// encoded anew from bare pixels, so that nothing the camera wrote beside them is left.

export const LONGEST_SIDE = 2048;
const QUALITY = 0.85;

// Returns a canvas; the file is not kept. Fails where the browser cannot read the picture.
export async function drawn(file) {
  const picture = await decoded(file);
  const [width, height] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
  if (!width || !height) throw new Error("No picture");
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext("2d", { colorSpace: "srgb" });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close?.();
  return canvas;
}

// Both ways turn the picture upright by what the camera noted.
async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    // Some phones read their own format only this way.
    const address = URL.createObjectURL(file);
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image;
    } finally {
      URL.revokeObjectURL(address);
    }
  }
}

export async function encoded(canvas) {
  const blob = await new Promise((resolve, reject) => {
    canvas.toBlob((made) => (made ? resolve(made) : reject(new Error("Not encoded"))), "image/jpeg", QUALITY);
  });
  return new Blob(bare(new Uint8Array(await blob.arrayBuffer())), { type: "image/jpeg" });
}

// A JPEG without what a browser adds to it (profile, comments): pixels and how to read them.
function bare(bytes) {
  const kept = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const end = at + 2 + bytes[at + 2] * 256 + bytes[at + 3];
    const isBeside = (bytes[at + 1] > 0xe0 && bytes[at + 1] <= 0xef) || bytes[at + 1] === 0xfe;
    if (!isBeside) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return [...kept, bytes.subarray(at)];
}

// A kept photo as a canvas; small ones for looking at, so that forty of them fit in a phone.
export async function canvasOf(blob, longest = LONGEST_SIDE) {
  const canvas = document.createElement("canvas");
  const picture = await createImageBitmap(blob);
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

// A name that is used once in a form: what was sent under a name never changes.
export function newName(item) {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(4)), (x) => x.toString(16).padStart(2, "0"));
  return `${item.slice(0, 60)}-${random.join("")}.jpg`;
}
