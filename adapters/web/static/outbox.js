// What this tab sends: messages and documents, in order, one at a time, and none of them lost.

import { Problem, Unreachable } from "./api.js";
import { refusal } from "./documents.js";
import { problemText } from "./problems.js";
import { uuid } from "./retry.js";
import { lasting } from "./storage.js";

const KEPT = "outbox"; // messages without an answer, for after a reload, or in the next tab where this one was closed
const KEPT_MS = 24 * 60 * 60 * 1000; // later nobody expects an answer any more
const REFUSED = new Set([400, 413, 415]); // the document itself is not taken

export class Outbox {
  #log;
  #texts;
  #chat;
  #queue = [];
  #own = []; // what the server may have and has not yet listed
  #busy = false;

  /**
   * `chat` has the conversation: ready() is false and opens one where there is none yet, surely(call, again) calls with it
   * and does not give up at once, answered(reply, pending) shows a reply, stored() shows what the server has made of a
   * document, and idle() is called when nothing is on its way.
   */
  constructor(log, texts, chat) {
    this.#log = log;
    this.#texts = texts;
    this.#chat = chat;
  }

  get isBusy() {
    return this.#busy;
  }

  say(text) {
    const entry = { id: uuid(), text, view: this.#log.customer(text) };
    this.#keep((kept) => [...kept, { id: entry.id, text, at: Date.now() }]);
    this.#enqueue(entry);
  }

  attach(file) {
    const text = documentText(file.name);
    const view = this.#log.customer(text);
    const code = refusal(file, this.#texts.largest_file);
    if (code) view.failed(problemText({ code }, this.#texts), { remove: view.remove });
    else this.#enqueue({ id: uuid(), text, file, view, abort: new AbortController() });
  }

  /** Goes on once there is a conversation, also with what is kept; `views` has [message, view] pairs. */
  recover(views) {
    this.#queue.forEach(({ view }) => this.#log.toLast(view)); // written before there was a conversation
    this.#keep((kept) => kept.filter(({ at }) => Date.now() - at < KEPT_MS));
    for (const { id, text } of lasting.get(KEPT) ?? []) {
      if (this.#queue.some((entry) => entry.id === id)) continue;
      const known = views.findLast(([message]) => message.author.kind === "customer" && message.text === text)?.[1];
      this.#queue.push({ id, text, view: known ?? this.#log.customer(text), listed: Boolean(known) });
    }
    this.#drain();
  }

  /** The view of what this tab itself has sent with this text, told once; null when it was another. */
  claim(text) {
    const at = this.#own.findIndex((own) => own.text === text);
    return at < 0 ? null : this.#own.splice(at, 1)[0].view;
  }

  #enqueue(entry) {
    this.#queue.push(entry);
    if (this.#busy) entry.view.state("queued", this.#stoppable(entry));
    this.#drain();
  }

  async #drain() {
    if (this.#busy || this.#queue.length === 0 || !this.#chat.ready()) return;
    this.#busy = true;
    const entry = this.#queue.shift();
    try {
      await (entry.file ? this.#upload(entry) : this.#send(entry));
    } catch (error) {
      this.#fail(entry, error);
    }
    this.#busy = false;
    if (this.#queue.length === 0) await this.#chat.idle();
    this.#drain();
  }

  async #send(entry) {
    const { id, text, view } = entry;
    const pending = this.#log.pending(view);
    const again = () => {
      pending.again();
      view.state("trying");
    };
    const hear = (sentence) => pending.add(sentence);
    try {
      view.state("");
      const reply = await this.#deliver(entry, (conversation) => conversation.send(id, text, hear), again);
      this.#forget(entry);
      this.#chat.answered(reply, pending);
    } catch (error) {
      this.#log.drop(pending);
      throw error;
    }
  }

  async #upload(entry) {
    const { id, file, view, abort } = entry;
    const stoppable = this.#stoppable(entry);
    view.state("uploading", stoppable);
    const stored = await this.#deliver(entry, (conversation) => conversation.upload(id, file, abort.signal),
      () => view.state("trying", stoppable));
    entry.text = documentText(stored.name);
    view.state("");
    await this.#chat.stored();
  }

  /** Tried again with the same id, so that it counts once however often it arrives. */
  #deliver(entry, call, again) {
    if (!entry.listed && !this.#own.includes(entry)) this.#own.push(entry);
    return this.#chat.surely(call, again);
  }

  #fail(entry, error) {
    if (!error.temporary) { // else it may have arrived, and only its answer was lost
      this.#own = this.#own.filter((own) => own !== entry);
      this.#forget(entry);
    }
    if (entry.abort?.signal.aborted) return;
    const actions = {};
    if (!entry.file || !REFUSED.has(error.status)) actions.try_again = () => this.#enqueue(entry);
    if (entry.file) actions.remove = entry.view.remove;
    entry.view.failed(error instanceof Unreachable ? "" : problemText(error, this.#texts), actions);
    if (!(error instanceof Problem || error instanceof Unreachable)) reportError(error);
  }

  /** What the customer may do about something on its way: a document takes long, so that it can be cancelled. */
  #stoppable(entry) {
    if (!entry.file) return {};
    const cancel = () => {
      entry.abort.abort();
      this.#queue = this.#queue.filter((queued) => queued !== entry);
      entry.view.remove();
    };
    return { cancel };
  }

  #forget(entry) {
    entry.view.state("");
    this.#keep((kept) => kept.filter(({ id }) => id !== entry.id));
  }

  #keep(change) {
    lasting.set(KEPT, change(lasting.get(KEPT) ?? []));
  }
}

/** How the server writes down a document that was sent. */
function documentText(name) {
  return `📎 ${name}`;
}
