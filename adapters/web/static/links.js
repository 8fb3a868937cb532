// Web addresses in a text, as links.

import { attributes, element, webAddress } from "./element.js";

// Up to a blank, a quotation mark or anything that is not Latin: Chinese goes on without a blank after an address.
const ADDRESS = /(https?:\/\/[^\s<>"'`\u2010-\u206f\u2e80-\uffef]+)/i;
const CLOSES = { ")": "(", "]": "[", "}": "{" };

/** The text as nodes; only what begins with http:// or https:// becomes a link. */
export function linked(text, texts) {
  return text.split(ADDRESS).flatMap((part, at) => {
    if (at % 2 === 0) return part ? [part] : [];
    const address = part.slice(0, end(part));
    const href = webAddress(address);
    if (!href) return [part];
    const link = element("a", { href, target: "_blank", rel: "noopener noreferrer", textContent: address });
    attributes(link, { "aria-label": `${address} (${texts.opens_new})` });
    const rest = part.slice(address.length);
    return rest ? [link, rest] : [link];
  });
}

/** Where the address ends: before punctuation of the sentence, and a bracket that was opened before it. */
function end(part) {
  let length = part.length;
  for (; length > 0; length -= 1) {
    const last = part[length - 1];
    const opening = CLOSES[last];
    const kept = part.slice(0, length);
    const unopened = opening && kept.split(last).length > kept.split(opening).length;
    if (!unopened && !".,;:!?*".includes(last)) break;
  }
  return length;
}
