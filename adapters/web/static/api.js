// The bot's HTTP API. A call that may simply be made again throws an error whose `temporary` is true.

const SILENCE_MS = 60_000; // a stream without a single byte for so long is a lost connection
const OVERLOADED = new Set([502, 503, 504]);

export class Unreachable extends Error {
  temporary = true;
  detail = "";
}

/** An answer of the server that is not the one asked for (application/problem+json, or an `error` event). */
export class Problem extends Error {
  constructor(status, { code = "", detail = "", message = "" } = {}) {
    super(code || `status ${status}`);
    this.status = status;
    this.detail = detail || message;
    this.temporary = OVERLOADED.has(status);
  }
}

/** → {id, token, greeting} */
export async function startConversation(locale, pageUrl) {
  return json(await request("/api/conversations", post({ locale, page_url: pageUrl })));
}

export class Conversation {
  constructor({ id, token }) {
    this.id = id;
    this.path = `/api/conversations/${encodeURIComponent(id)}`;
    this.authorization = { Authorization: `Bearer ${token}` };
  }

  /** The messages after a sequence number, oldest first. */
  async messages(after) {
    const response = await request(`${this.path}/messages?after=${after}`, { headers: this.authorization });
    return (await json(response)).messages;
  }

  /** Sends a message and returns its Reply; `onSentence` gets the reply's sentences as they arrive. */
  async send(clientMessageId, text, onSentence) {
    const { signal, alive, stop } = watchdog();
    try {
      const call = post({ client_message_id: clientMessageId, text });
      Object.assign(call.headers, this.authorization, { Accept: "text/event-stream" });
      const response = await request(`${this.path}/messages`, { ...call, signal });
      if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) return await json(response);
      for await (const { type, data } of events(response.body, alive)) {
        const content = parse(data);
        if (type === "sentence") onSentence(content.text);
        else if (type === "reply") return content;
        else if (type === "error") throw new Problem(200, content);
      }
      throw new Unreachable("the stream ended before the reply");
    } finally {
      stop();
    }
  }

  /** What happens in the conversation (staff replies, takeover, case changes) as {type, data, id}. */
  async *events(lastId, signal) {
    const headers = { ...this.authorization, Accept: "text/event-stream" };
    if (lastId) headers["Last-Event-ID"] = lastId;
    const response = await request(`${this.path}/events`, { headers, signal });
    yield { type: "open", data: "", id: lastId };
    yield* events(response.body);
  }
}

function post(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options });
  } catch (error) {
    throw new Unreachable(error.message);
  }
  if (response.ok) return response;
  throw new Problem(response.status, await response.json().catch(() => ({})));
}

async function json(response) {
  try {
    return await response.json();
  } catch (error) {
    throw new Unreachable(error.message);
  }
}

function parse(data) {
  try {
    return JSON.parse(data);
  } catch (error) {
    throw new Unreachable(error.message);
  }
}

function watchdog() {
  const abort = new AbortController();
  let timer = 0;
  const stop = () => clearTimeout(timer);
  const alive = () => {
    stop();
    timer = setTimeout(() => abort.abort(), SILENCE_MS);
  };
  alive();
  return { signal: abort.signal, alive, stop };
}

/** Server-sent events of a response body; lines end in \n, \r\n or \r, wherever the chunks are cut. */
async function* events(body, alive = () => {}) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = { type: "message", data: [], id: "" };
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => { throw new Unreachable(error.message); });
      if (done) return;
      alive();
      const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line) take(line, event);
        else {
          if (event.data.length) yield { ...event, data: event.data.join("\n") };
          event = { type: "message", data: [], id: event.id };
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function take(line, event) {
  const colon = line.indexOf(":");
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
  if (field === "event") event.type = value;
  else if (field === "data") event.data.push(value);
  else if (field === "id") event.id = value;
}
