// A reply that is still being written.

import { attributes, element } from "./element.js";
import { streamed } from "./reply.js";

/** Dots, then the sentences as they come with the dots below; a screen reader hears the reply once it is whole. */
export class Pending {
  #texts;
  #change;
  #dots = element("span", { className: "dots" }, element("i"), element("i"), element("i"));
  #bubble = element("div", { className: "bubble" }, this.#dots);
  #text = "";
  element = attributes(element("article", { className: "message bot pending" }, this.#bubble), {
    "aria-busy": "true", "aria-live": "off",
  });

  /** `change` is called with each change of what is shown, and makes it. */
  constructor(texts, change) {
    this.#texts = texts;
    this.#change = change;
  }

  /** Whether the customer has read some of it. */
  get isShown() {
    return this.#dots.parentElement !== this.#bubble;
  }

  add(sentence) {
    this.#text += sentence;
    this.#change(() => {
      if (!this.isShown) this.element.append(element("p", { className: "meta" }, this.#dots));
      this.#bubble.replaceChildren(...streamed(this.#text, this.#texts));
    });
  }

  /** It is told from its beginning once more; what is shown stays until then. */
  again() {
    this.#text = "";
  }
}
