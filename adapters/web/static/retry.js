// Calls that are made again when the connection is lost, and the ids that make a second call harmless.

const TRIES = 4;
const FIRST_PAUSE_MS = 500;

/** The call's result, after up to TRIES tries with growing pauses while what fails is temporary. */
export async function persistently(call, again = () => {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (!error.temporary || attempt === TRIES) throw error;
      again();
      await sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

export function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// crypto.randomUUID exists on https and localhost only; a server on plain http needs an id as well.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
