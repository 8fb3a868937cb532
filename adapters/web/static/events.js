// What happens in a conversation, followed while the page is visible and as long as there is the conversation.

import { Problem, Unreachable } from "./api.js";
import { sleep } from "./retry.js";

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const OVER = new Set([401, 403, 404, 410]); // there is nothing to follow any more

export class Events {
  #onEvent;
  #conversation = null;
  #lastId = "";
  #abort = null;

  /** `onEvent` gets {type, data}; each connection begins with one of type `open`. */
  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  /** Follows this conversation from now on: all of it after event `lastId`, or what is new where that is empty. */
  follow(conversation, lastId) {
    this.rest();
    this.#conversation = conversation;
    this.#lastId = lastId;
    this.listen();
  }

  async listen() {
    if (this.#abort || !this.#conversation || document.hidden) return;
    const { signal } = (this.#abort = new AbortController());
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        for await (const event of this.#conversation.events(this.#lastId, signal)) {
          if (signal.aborted) return;
          if (event.type !== "open") pause = FIRST_PAUSE_MS;
          this.#lastId = event.id || this.#lastId;
          await this.#onEvent(event);
        }
      } catch (error) {
        if (OVER.has(error.status)) return;
        if (!(error instanceof Problem || error instanceof Unreachable)) throw error;
      }
      await sleep(pause);
    }
  }

  rest() {
    this.#abort?.abort();
    this.#abort = null;
  }
}
