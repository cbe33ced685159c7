// The control address of the stand-in (docs/simulator.md), as functions.

async function call(method, path, body) {
  const form = body instanceof FormData;
  const answer = await fetch(`/simulator/${path}`, {
    method,
    headers: body === undefined || form ? {} : { "Content-Type": "application/json" },
    body: body === undefined || form ? body : JSON.stringify(body),
  });
  const content = await answer.json().catch(() => ({}));
  if (answer.ok) return content;
  throw Object.assign(new Error(content.error ?? answer.statusText), { status: answer.status });
}

export const bot = (language) => call("GET", `bot?language_code=${encodeURIComponent(language ?? "")}`);
export const people = () => call("GET", "people");
export const addPerson = (person) => call("POST", "people", person);
export const changePerson = (id, change) => call("PATCH", `people/${id}`, change);
export const chats = (id) => call("GET", `people/${id}/chats`);

/** A chat's path is `people/…` for the one with the bot, `people/…/chats/…` for any other. */
export const chat = (path) => call("GET", `${path}/chat`);
export const act = (path, what, body) => call("POST", `${path}/${what}`, body);
export const fileUrl = (fileId) => `/simulator/files/${encodeURIComponent(fileId)}`;

/** Send a file as photo, voice, document, sticker or video. */
export function sendFile(path, kind, file, caption) {
  const form = new FormData();
  form.append("file", file, file.name ?? kind);
  if (caption) form.append("caption", caption);
  return act(path, kind, form);
}

const EVENTS = ["message", "edited", "deleted", "cleared", "answer", "chat_action", "reply_keyboard", "chat_list", "person"];

/**
 * Listen to a phone. Before each connection `begin()` fetches the chat and returns the number of its last event, so that a
 * restarted stand-in is met as it is. `onState(connected)` tells how it goes. Returns a function that ends it.
 */
export function listen(id, { begin, onEvent, onState }) {
  let source = null;
  let timer = 0;
  let ended = false;
  let failures = 0;
  const again = () => {
    source?.close();
    if (ended) return;
    onState(false);
    failures += 1;
    clearTimeout(timer);
    timer = setTimeout(connect, Math.min(5000, 400 * failures));
  };
  const connect = async () => {
    let after;
    try {
      after = await begin();
    } catch {
      again();
      return;
    }
    if (ended) return;
    source = new EventSource(`/simulator/people/${id}/events?after=${after}`);
    source.onopen = () => { failures = 0; onState(true); };
    source.onerror = again;
    for (const name of EVENTS) source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data), Number(event.lastEventId)));
  };
  connect();
  return () => { ended = true; clearTimeout(timer); source?.close(); };
}
