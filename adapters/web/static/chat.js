// One conversation as the customer sees it: started or resumed, what is sent and what is new.

import { Conversation, Problem, startConversation } from "./api.js";
import { Events } from "./events.js";
import { Outbox } from "./outbox.js";
import { problemText } from "./problems.js";
import { persistently } from "./retry.js";
import { lasting } from "./storage.js";

const GONE = new Set([401, 403, 404, 410]); // the conversation is no longer this browser's
const NO_EVENT = "0"; // before the first event of a conversation

export class Chat {
  #log;
  #texts;
  #locale;
  #pageUrl = "";
  #onNews;
  #conversation = null;
  #connecting = null;
  #outbox;
  #events = new Events((event) => this.#hear(event));
  #stale = false; // news came while an answer was under way
  #lastSeq = 0;
  #staffSince = null; // the first message of staff since a line last told who is there

  constructor(log, texts, locale, onNews) {
    this.#log = log;
    this.#texts = texts;
    this.#locale = locale;
    this.#onNews = onNews;
    this.#outbox = new Outbox(log, texts, {
      ready: () => this.#ready(),
      surely: (call, again) => this.#surely(call, again),
      answered: (reply, pending) => this.#log.reply(reply, new Date(), { pending }) && this.#onNews(),
      stored: () => this.#fetch().catch(() => (this.#stale = true)),
      idle: () => this.#idle(),
    });
  }

  connect(pageUrl = this.#pageUrl) {
    this.#pageUrl = pageUrl;
    if (!this.#conversation) this.#connecting ??= this.#join().finally(() => (this.#connecting = null));
  }

  submit(text) {
    this.#outbox.say(text);
  }

  /** Sends documents, one after the other and in order with the messages. */
  attach(files) {
    for (const file of files) this.#outbox.attach(file);
  }

  /** The application as a form, in a language. */
  application(language) {
    return this.#surely((conversation) => conversation.application(language));
  }

  /** Sends the form in, and shows what the conversation says of it. */
  async apply(application) {
    await this.#surely((conversation) => conversation.apply(application));
    await persistently(() => this.#sync()).catch(() => (this.#stale = true));
  }

  rate(replyId, helpful) {
    return persistently(() => this.#conversation.rate(replyId, helpful));
  }

  listen() {
    this.#events.listen();
  }

  rest() {
    this.#events.rest();
  }

  #ready() {
    if (!this.#conversation) this.connect();
    return this.#conversation !== null;
  }

  async #join() {
    let views;
    try {
      views = await persistently(() => this.#resume());
      if (!views) this.#log.reply(await persistently(() => this.#start()));
    } catch (error) {
      const text = error instanceof Problem ? problemText(error, this.#texts) : this.#texts.no_connection;
      this.#log.notice(text, this.#texts.try_again, () => this.connect());
      return;
    }
    this.#log.clearNotice();
    this.#events.follow(this.#conversation, views ? "" : NO_EVENT);
    this.#outbox.recover(views ?? []);
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

  /** A new conversation's greeting. */
  async #start() {
    const { id, token, greeting } = await startConversation(this.#locale, this.#pageUrl);
    lasting.set("conversation", { id, token, greeting, locale: this.#locale });
    this.#conversation = new Conversation({ id, token });
    this.#lastSeq = 0;
    return greeting;
  }

  /** The call's result, in a new conversation when the present one is gone. */
  async #surely(call, again) {
    const attempt = () => call(this.#conversation);
    try {
      return await persistently(attempt, again);
    } catch (error) {
      if (!GONE.has(error.status)) throw error;
      this.rest();
      this.#log.skip(await this.#start());
      this.#events.follow(this.#conversation, NO_EVENT);
      return persistently(attempt, again);
    }
  }

  /** Says who is there now, before what they have written since, and shows what is new. */
  async #hear({ type, data }) {
    const text = this.#texts.events[type];
    if (text) {
      const before = type === "takeover" ? this.#staffSince : null;
      this.#log.event(text.replace("{name}", nameIn(data) || this.#texts.person), before);
      this.#staffSince = null;
    }
    await this.#sync();
  }

  async #idle() {
    if (this.#stale) await this.#sync().catch(() => (this.#stale = true));
  }

  async #sync() {
    this.#stale = this.#outbox.isBusy;
    if (!this.#stale) await this.#fetch();
  }

  /** Shows what the server lists after the last known message, leaving out what this tab itself said and showed. */
  async #fetch() {
    const views = new Map(); // of own messages, by the ids that replies to them name
    for (const message of await this.#conversation.messages(this.#lastSeq)) {
      if (message.seq <= this.#lastSeq) continue;
      const customer = message.author.kind === "customer";
      const own = customer ? this.#outbox.claim(message.text) : null;
      if (own) {
        own.state("");
        views.set(message.id, own);
        this.#lastSeq = message.seq;
        continue;
      }
      const shown = this.#show(message, views.get(message.reply?.in_reply_to));
      if (!customer && shown) this.#onNews();
      if (message.author.kind === "person") this.#staffSince ??= shown;
    }
  }

  #show({ seq, author, text, created_at: createdAt, reply }, after = null) {
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    const time = new Date(createdAt ?? Date.now());
    if (author.kind === "customer") return this.#log.customer(text, time);
    return this.#log.reply(reply ?? { id: `seq-${seq}`, text, author, ai_generated: author.kind === "bot" }, time, { after });
  }
}

function nameIn(data) {
  try {
    return JSON.parse(data).name;
  } catch {
    return "";
  }
}
