// Whether a reply was helpful: two quiet buttons, of which one may be pressed.

import { attributes, element, icon } from "./element.js";
import { session } from "./storage.js";

const THUMB_UP = "M7 11v9H4v-9zM7 11l4-8c1.5 0 2.5 1 2.5 2.5V9H19c1.2 0 2 1 1.8 2.2l-1.2 7c-.2 1-1 1.8-2 1.8H7";
const THUMB_DOWN = "M17 13V4h3v9zM17 13l-4 8c-1.5 0-2.5-1-2.5-2.5V15H5c-1.2 0-2-1-1.8-2.2l1.2-7c.2-1 1-1.8 2-1.8H17";
const RATED = new Set(["answered", "declined", "clarify"]);

/** Only what the bot said to a question of the customer can be rated. */
export function isRated({ author, outcome, in_reply_to: question, text }) {
  return author?.kind === "bot" && Boolean(question && text) && RATED.has(outcome);
}

/** The buttons below a reply; `rate(id, helpful)` keeps the rating, and when it fails the button is let go. */
export function feedback({ id }, texts, rate) {
  const group = attributes(element("span", { className: "feedback" }), { role: "group", "aria-label": texts.was_helpful });
  const buttons = new Map([
    [true, thumb(THUMB_UP, texts.helpful)],
    [false, thumb(THUMB_DOWN, texts.not_helpful)],
  ]);
  const show = (chosen) => buttons.forEach((button, helpful) =>
    button.setAttribute("aria-pressed", String(helpful === chosen)));
  let kept = session.get("ratings")?.[id];
  let latest = kept;

  async function choose(helpful) {
    if (helpful === latest) return;
    show((latest = helpful));
    try {
      await rate(id, helpful);
    } catch {
      if (latest === helpful) show((latest = kept));
      return;
    }
    kept = helpful;
    session.set("ratings", { ...session.get("ratings"), [id]: helpful });
  }

  buttons.forEach((button, helpful) => button.addEventListener("click", () => choose(helpful)));
  show(kept);
  group.append(...buttons.values());
  return group;
}

function thumb(path, label) {
  const button = element("button", { type: "button", title: label }, icon(path, 16));
  return attributes(button, { "aria-label": label });
}
