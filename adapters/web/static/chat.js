// One conversation as the customer sees it: started or resumed, messages sent in order and never lost, news shown.

import { Conversation, Problem, Unreachable, startConversation } from "./api.js";
import { lasting, session } from "./storage.js";

const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const GONE = new Set([401, 403, 404, 410]); // the conversation is no longer this browser's

export class Chat {
  #log;
  #texts;
  #locale;
  #pageUrl = "";
  #onNews;
  #conversation = null;
  #connecting = null;
  #queue = [];
  #busy = false;
  #stale = false; // news came while an answer was under way
  #lastSeq = 0;
  #own = []; // messages of this tab that the server has not yet listed
  #listening = null;

  constructor(log, texts, locale, onNews) {
    this.#log = log;
    this.#texts = texts;
    this.#locale = locale;
    this.#onNews = onNews;
  }

  connect(pageUrl = this.#pageUrl) {
    this.#pageUrl = pageUrl;
    if (!this.#conversation) this.#connecting ??= this.#join().finally(() => (this.#connecting = null));
  }

  submit(text) {
    const entry = { id: uuid(), text, view: this.#log.customer(text) };
    this.#enqueue(entry);
    this.#keep((outbox) => [...outbox, { id: entry.id, text }]);
    this.#drain();
  }

  /** Follows the conversation while the page is visible; each event means: fetch what is new. */
  async listen() {
    if (this.#listening || !this.#conversation || document.hidden) return;
    const abort = (this.#listening = new AbortController());
    let lastId = "";
    for (let pause = 1000; !abort.signal.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        for await (const event of this.#conversation.events(lastId, abort.signal)) {
          if (event.type !== "open") pause = 1000;
          lastId = event.id || lastId;
          await this.#sync();
        }
      } catch (error) {
        if (!error.temporary) break;
      }
      await sleep(pause);
    }
    if (this.#listening === abort) this.#listening = null;
  }

  rest() {
    this.#listening?.abort();
    this.#listening = null;
  }

  async #join() {
    try {
      const views = await persistently(() => this.#resume());
      if (!views) this.#log.reply(await persistently(() => this.#start()));
      this.#queue.forEach(({ view }) => this.#log.toLast(view)); // written before there was a conversation
      this.#recover(views ?? []);
    } catch (error) {
      this.#log.notice(error.detail || this.#texts.no_connection, this.#texts.try_again, () => this.connect());
      return;
    }
    this.#log.clearNotice();
    this.listen();
    this.#drain();
  }

  /** The kept conversation's messages with what shows them; null when there is none to go on with. */
  async #resume() {
    const kept = lasting.get("conversation");
    if (!kept) return null;
    const conversation = new Conversation(kept);
    let messages;
    try {
      messages = await conversation.messages(0);
    } catch (error) {
      if (GONE.has(error.status)) return null;
      throw error;
    }
    const spoken = messages.some(({ author }) => author.kind === "customer");
    if (!spoken && kept.locale !== this.#locale) return null; // greeted in another language, nothing said yet
    if (messages[0]?.author.kind !== "bot" && kept.greeting) this.#log.reply(kept.greeting);
    this.#conversation = conversation;
    return messages.map((message) => [message, this.#show(message)]);
  }

  /** Sends again what this tab sent before it was reloaded and has no answer to. */
  #recover(views) {
    for (const { id, text } of session.get("outbox") ?? []) {
      if (this.#queue.some((entry) => entry.id === id)) continue;
      const known = views.findLast(([message]) => message.author.kind === "customer" && message.text === text)?.[1];
      this.#enqueue({ id, text, view: known ?? this.#log.customer(text), listed: Boolean(known) });
    }
  }

  /** A new conversation's greeting. */
  async #start() {
    const { id, token, greeting } = await startConversation(this.#locale, this.#pageUrl);
    lasting.set("conversation", { id, token, greeting, locale: this.#locale });
    this.#conversation = new Conversation({ id, token });
    this.#lastSeq = 0;
    return greeting;
  }

  #show({ seq, author, text, created_at: createdAt, reply }) {
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    const time = new Date(createdAt ?? Date.now());
    if (author.kind === "customer") return this.#log.customer(text, time);
    return this.#log.reply(reply ?? { id: `seq-${seq}`, text, author, ai_generated: author.kind === "bot" }, time);
  }

  #enqueue(entry) {
    this.#queue.push(entry);
    if (this.#busy) entry.view.state("queued");
  }

  async #drain() {
    if (this.#busy || this.#queue.length === 0) return;
    if (!this.#conversation) {
      this.connect();
      return;
    }
    this.#busy = true;
    const entry = this.#queue.shift();
    const pending = this.#log.pending(entry.view);
    try {
      entry.view.state("");
      const reply = await this.#deliver(entry, pending);
      pending.remove();
      this.#forget(entry);
      if (this.#log.reply(reply, new Date(), entry.view)) this.#onNews();
    } catch (error) {
      pending.remove();
      if (error instanceof Problem && !error.temporary) this.#forget(entry);
      const detail = error instanceof Unreachable ? "" : error.detail || this.#texts.failed;
      entry.view.failed(detail, () => {
        this.#enqueue(entry);
        this.#drain();
      });
    }
    this.#busy = false;
    if (this.#stale && this.#queue.length === 0) await this.#sync().catch(() => (this.#stale = true));
    this.#drain();
  }

  /** The reply to a message, tried again with the same id, so that it is answered once however often it arrives. */
  async #deliver(entry, pending) {
    if (!entry.listed && !this.#own.includes(entry)) this.#own.push(entry);
    const send = () => this.#conversation.send(entry.id, entry.text, pending.add);
    const again = () => {
      pending.clear();
      entry.view.state("trying");
    };
    try {
      return await persistently(send, again);
    } catch (error) {
      if (!GONE.has(error.status)) throw error;
      await this.#restart();
      return persistently(send, again);
    }
  }

  async #restart() {
    this.rest();
    this.#log.skip(await this.#start());
    this.listen();
  }

  /** Shows what the server lists after the last known message, leaving out what this tab itself said and showed. */
  async #sync() {
    this.#stale = this.#busy;
    if (this.#busy) return;
    const messages = await this.#conversation.messages(this.#lastSeq);
    for (const message of messages) {
      const own = message.author.kind === "customer" ? this.#own.findIndex(({ text }) => text === message.text) : -1;
      if (own >= 0) {
        this.#own.splice(own, 1)[0].view.state("");
        this.#lastSeq = Math.max(this.#lastSeq, message.seq);
      } else if (message.seq > this.#lastSeq && this.#show(message) === true) {
        this.#onNews();
      }
    }
  }

  #forget(entry) {
    entry.view.state("");
    this.#keep((outbox) => outbox.filter(({ id }) => id !== entry.id));
  }

  #keep(change) {
    session.set("outbox", change(session.get("outbox") ?? []));
  }
}

/** The call's result, after up to TRIES tries with growing pauses while what fails is temporary. */
async function persistently(call, again = () => {}) {
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

function sleep(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

// crypto.randomUUID exists on https and localhost only; a server on plain http needs an id as well.
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
