// The customers' phones: everything shown comes from /control/v1, and every
// change is loaded again from there, so the page never knows better than the twin.
"use strict";

const shownAtMost = 300;
const people = new Map();
let chosen = null; // id of the person whose phone is open
let context = null; // {kind: "reply" | "edit", id, text} for the next message
const $ = (id) => document.getElementById(id);

const attachments = [
  ["Photo", { kind: "image" }],
  ["Voice message", { kind: "voice" }],
  ["Video", { kind: "video" }],
  ["Document", { kind: "document" }],
  ["Sticker", { kind: "sticker" }],
  ["Location", { kind: "location", name: "Largo da Ordem", address: "Curitiba" }],
  ["Contact", { kind: "contacts" }],
  ["Order from the catalogue", { kind: "order" }],
  ["Answer to an ad", { text: "I saw your ad. Is it still on?", referral: true }],
  ["Poll (not supported)", { kind: "unsupported", unsupported_type: "poll" }],
];

async function call(method, path, body) {
  const answer = await fetch("/control/v1/" + path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 204) return null;
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.detail || answer.statusText);
  return value;
}

function tell(text, bad) {
  $("notice").textContent = text;
  $("notice").classList.toggle("bad", Boolean(bad));
}

// attempt runs a user's act and says why when it did not work.
async function attempt(act) {
  try {
    await act();
    tell("");
  } catch (e) {
    tell(e.message, true);
  }
}

function el(tag, props, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (name.startsWith("data-") || name.startsWith("aria-")) e.setAttribute(name, value);
    else if (name === "onclick") e.addEventListener("click", value);
    else e[name] = value;
  }
  e.append(...children);
  return e;
}

const clockTime = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const initials = (name) => [...name.trim()].slice(0, 1).join("").toUpperCase();

// People ---------------------------------------------------------------------

async function loadPeople() {
  const list = await call("GET", "people");
  people.clear();
  for (const p of list.items) people.set(p.id, p);
  drawPeople();
}

function drawPeople() {
  const wanted = $("find").value.trim().toLowerCase();
  const list = [...people.values()]
    .filter((p) => !wanted || p.name.toLowerCase().includes(wanted) || p.address.toLowerCase().includes(wanted))
    .sort((a, b) => (b.last_at || "").localeCompare(a.last_at || "") || a.name.localeCompare(b.name));
  const focused = document.activeElement && document.activeElement.dataset.person;
  $("people").replaceChildren(...list.slice(0, shownAtMost).map(personRow));
  if (focused) document.querySelector(`[data-person="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  $("more").hidden = list.length <= shownAtMost;
  $("more").textContent = `${list.length - shownAtMost} more. Find them by name or number.`;
}

function personRow(p) {
  const button = el("button", {
    type: "button", className: p.unread ? "person unread" : "person", "data-testid": "person-" + p.id, "data-person": p.id,
    "aria-current": String(p.id === chosen), onclick: () => choose(p.id),
  },
  el("span", { className: "initials", "aria-hidden": "true" }, initials(p.name)),
  el("span", { className: "name", dir: "auto" }, p.name),
  el("time", {}, p.last_at ? clockTime(p.last_at) : ""),
  el("span", { className: "last", dir: "auto" }, p.last_text || p.address));
  return el("li", {}, button);
}

async function choose(id) {
  chosen = id;
  setContext(null);
  $("thread").replaceChildren();
  $("desk").classList.toggle("chosen", Boolean(id));
  $("phone").hidden = !id;
  $("nobody").hidden = Boolean(id);
  history.replaceState(null, "", id ? "#" + id : location.pathname);
  drawPeople();
  if (!id) return;
  await attempt(() => loadPhone(id));
  if (matchMedia("(min-width: 721px)").matches) $("input").focus();
}

// The phone ------------------------------------------------------------------

async function loadPhone(id) {
  const [p, list] = await Promise.all([call("GET", "people/" + id), call("GET", `people/${id}/messages?limit=200`)]);
  people.set(id, p);
  if (id !== chosen) return;
  $("who-name").textContent = p.name;
  $("who-about").textContent = p.address;
  $("online").checked = p.online;
  $("blocked").checked = p.blocked;
  $("typing").hidden = !p.typing_until;
  if (p.typing_until) setTimeout(() => chosen === id && ($("typing").hidden = true), 25000);
  drawThread(list.items.reverse());
  if (document.visibilityState === "visible" && p.unread) await call("POST", `people/${id}/open`);
}

function drawThread(list) {
  const box = $("scroll");
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const byID = new Map(list.map((m) => [m.id, m]));
  const old = new Map([...$("thread").children].map((e) => [e.dataset.id, e]));
  const rows = [];
  for (const m of list) {
    if (m.from === "business" && m.status === "sent") continue; // not on this phone yet
    const key = JSON.stringify(m);
    const known = old.get(m.id);
    if (known && known.drawnFrom === key) {
      rows.push(known);
    } else {
      const row = bubble(m, byID);
      row.drawnFrom = key;
      rows.push(row);
    }
  }
  const same = rows.length === $("thread").children.length && rows.every((r, i) => r === $("thread").children[i]);
  if (!same) $("thread").replaceChildren(...rows);
  if (atEnd || !old.size) box.scrollTop = box.scrollHeight;
}

function bubble(m, byID) {
  const row = el("li", { className: "bubble", "data-testid": "phone-message", "data-from": m.from, "data-id": m.id, "data-status": m.status, "data-kind": m.kind });
  const quoted = m.reply_to && byID.get(m.reply_to);
  if (quoted) row.append(el("div", { className: "quote", dir: "auto" }, quoted.text || quoted.kind));
  if (m.deleted) {
    row.append(el("div", { className: "gone" }, "Deleted for everyone"));
  } else {
    for (const file of m.media) row.append(media(file));
    const text = m.text || (m.media.length || m.kind === "text" ? "" : m.kind.replaceAll("_", " "));
    if (text) row.append(el("div", { className: "body", dir: "auto" }, m.kind === "reaction" && !m.text ? "took the reaction back" : text));
    if (m.from === "business" && m.choices.length) row.append(choices(m));
  }
  row.append(foot(m));
  return row;
}

function media(file) {
  if (file.mime.startsWith("image/")) return el("img", { src: file.url, alt: file.name || "Picture" });
  if (file.mime.startsWith("audio/")) return el("audio", { src: file.url, controls: true, preload: "none" });
  return el("a", { href: file.url, download: file.name || "" }, `${file.name || file.mime} · ${Math.ceil(file.bytes / 1024)} KB`);
}

function choices(m) {
  return el("div", { className: "choices" }, ...m.choices.map((c) => c.type === "url"
    ? el("a", { href: /^https?:/.test(c.url) ? c.url : "#", target: "_blank", rel: "noopener noreferrer" }, c.title)
    : el("button", { type: "button", "data-testid": "phone-choice", onclick: () => write({ kind: c.type === "button" ? "button" : "interactive", choice: c.id, to: m.id }) }, c.title)));
}

function foot(m) {
  const line = el("div", { className: "foot" });
  if (!m.deleted && m.kind !== "reaction") {
    line.append(el("button", { type: "button", "aria-label": "What to do with this message", "aria-expanded": "false", "data-testid": "phone-acts", onclick: (e) => toggleActs(e.currentTarget, m) }, "⋯"));
  }
  line.append(el("span", {}, (m.edited ? "edited · " : "") + clockTime(m.at)));
  if (m.from === "person" && m.kind !== "reaction") {
    const words = { sent: "Sent", delivered: "Delivered", read: "Read" };
    line.append(el("span", { className: "ticks", role: "img", "data-status": m.status, "aria-label": words[m.status] || m.status }, m.status === "sent" ? "✓" : "✓✓"));
  }
  return line;
}

function toggleActs(button, m) {
  const row = button.closest(".bubble");
  const open = row.querySelector(".acts");
  button.setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const act = (label, run) => el("button", { type: "button", onclick: () => { toggleActs(button, m); run(); } }, label);
  const acts = el("div", { className: "acts" },
    act("Reply", () => setContext({ kind: "reply", id: m.id, text: m.text || m.kind })),
    act("👍", () => write({ reaction: "👍", to: m.id })),
    act("❤️", () => write({ reaction: "❤️", to: m.id })));
  if (m.from === "person") {
    if (m.kind === "text") acts.append(act("Edit", () => { setContext({ kind: "edit", id: m.id, text: m.text }); $("input").value = m.text; }));
    acts.append(act("Delete for everyone", () => write({ delete: m.id })));
  }
  row.append(acts);
}

function setContext(next) {
  context = next;
  $("context").hidden = !next;
  $("context-text").textContent = next ? (next.kind === "edit" ? "Edit: " : "Reply to: ") + next.text : "";
  if (next) $("input").focus();
}

function write(message) {
  const id = chosen;
  return attempt(async () => {
    await call("POST", `people/${id}/messages`, message);
    await loadPhone(id);
    $("scroll").scrollTop = $("scroll").scrollHeight;
  });
}

// Events ---------------------------------------------------------------------

$("composer").addEventListener("submit", async (e) => {
  e.preventDefault();
  const text = $("input").value.trim();
  if (!text || !chosen) return;
  $("input").value = "";
  fit();
  const message = context && context.kind === "edit" ? { edit: text, to: context.id } : { text };
  if (context && context.kind === "reply") message.reply_to = context.id;
  setContext(null);
  await write(message);
});

$("input").addEventListener("keydown", (e) => {
  if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
    e.preventDefault();
    $("composer").requestSubmit();
  }
});

function fit() {
  $("input").style.height = "auto";
  $("input").style.height = $("input").scrollHeight + 2 + "px";
}
$("input").addEventListener("input", fit);

$("attach-menu").append(...attachments.map(([label, message]) => el("button", {
  type: "button", "data-testid": "attach-" + (message.kind || "referral"),
  onclick: () => { $("attach").open = false; write(message); },
}, label)));

$("newcomer").addEventListener("submit", (e) => {
  e.preventDefault();
  const name = $("newcomer-name").value.trim();
  if (!name) return;
  attempt(async () => {
    const p = await call("POST", "people", { platform: "whatsapp", name });
    $("newcomer-name").value = "";
    people.set(p.id, p);
    await choose(p.id);
  });
});

for (const name of ["online", "blocked"]) {
  $(name).addEventListener("change", () => attempt(() => call("PATCH", "people/" + chosen, { [name]: $(name).checked })));
}
$("find").addEventListener("input", drawPeople);
$("context-drop").addEventListener("click", () => { setContext(null); $("input").value = ""; });
$("back").addEventListener("click", () => choose(null));
document.addEventListener("visibilitychange", () => {
  if (chosen && document.visibilityState === "visible") attempt(() => loadPhone(chosen));
});

// Changes come as hints; several for one person within a moment are one load.
const changed = new Set();
let loading = false;
async function loadChanged() {
  if (loading) return;
  loading = true;
  try {
    while (changed.size) {
      await new Promise((done) => setTimeout(done, 60));
      const ids = [...changed];
      changed.clear();
      if (ids.includes("*") || ids.length > 20) {
        await loadPeople();
        if (chosen && people.has(chosen)) await loadPhone(chosen);
        continue;
      }
      for (const id of ids) {
        if (id === chosen) await loadPhone(id);
        else people.set(id, await call("GET", "people/" + id));
      }
      drawPeople();
    }
  } catch (e) {
    tell("The simulator does not answer. Trying again.", true);
  } finally {
    loading = false;
  }
}

const stream = new EventSource("/control/v1/stream");
stream.addEventListener("person", (e) => { changed.add(e.data); loadChanged(); });
stream.addEventListener("all", () => { tell(""); changed.add("*"); loadChanged(); });
stream.addEventListener("error", () => tell("The simulator does not answer. Trying again.", true));

attempt(async () => {
  await loadPeople();
  const wanted = location.hash.slice(1);
  if (people.has(wanted)) await choose(wanted);
});
