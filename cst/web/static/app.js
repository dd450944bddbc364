// The page of `cst web`. It decides nothing: what a row says, and in which order rows stand, comes from the server. All
// text goes into nodes as text; there is no innerHTML in here, and the policy of the page forbids it.

import { markdown } from "/markdown.js";

const $ = (id) => document.getElementById(id);
const PAGES = ["conversation", "tools", "why", "changes", "screen"];
const QUIET_AFTER = 13_000; // ms without a word of the server, who says something every five seconds
const HIDDEN_AFTER = 10_000; // ms after which a page that nobody sees holds no connection, and asks now and then
const ASKS = 15_000;
const EVERY = { screen: 1500, limits: 60_000 }; // ms between two readings of an open page
const RESTS = 4000;
const MOST_TURNS = 3000; // of a conversation that the page holds

const rows = new Map(); // key -> what the server said of it
const nodes = new Map(); // key -> its row
let order = [];
let acts = false;
let base = kept("base") ?? "";
let events = null;
let heard = 0;
let open = { key: "", page: PAGES[0] };
let filter = "";
let shownPage = ""; // what the open page was made from
let talk = null; // the conversation that is shown: its key, its turns by id (oldest first), its list
let asked = 0;

// ------------------------------------------------------------------------------------------ small things

function kept(name, value) {
  try {
    if (value === undefined) return localStorage.getItem(`cst.${name}`);
    localStorage.setItem(`cst.${name}`, value);
  } catch { /* a browser that keeps nothing: the key has to be given again in each tab */ }
  return null;
}

export function h(tag, attributes = {}, ...inside) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...inside);
  return node;
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function mark(node, name, value) {
  if (value === false || value == null) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? "" : value);
}

// Runs of [SGR parameters, text] as spans. The classes of the sixteen colours stand in app.css.
function painted(runs) {
  return runs.map(([codes, text]) => {
    if (!codes) return document.createTextNode(text);
    const span = h("span");
    const given = codes.split(";").map(Number);
    while (given.length) {
      const code = given.shift();
      if (code !== 38 && code !== 48) span.classList.add(`g${code}`);
      else {
        const colour = given.shift() === 5 ? indexed(given.shift()) : `rgb(${given.splice(0, 3).join(" ")})`;
        if (colour.startsWith("g")) span.classList.add(`g${Number(colour.slice(1)) + (code === 48 ? 10 : 0)}`);
        else span.style[code === 38 ? "color" : "backgroundColor"] = colour;
      }
    }
    span.textContent = text;
    return span;
  });
}

// One of the 256 colours: the first sixteen are ours, then a cube of six levels, then greys.
function indexed(number) {
  if (number < 16) return `g${number < 8 ? 30 + number : 82 + number}`;
  if (number >= 232) return `rgb(${Array(3).fill(8 + 10 * (number - 232)).join(" ")})`;
  const level = (value) => (value ? 55 + 40 * value : 0);
  number -= 16;
  return `rgb(${level(Math.floor(number / 36))} ${level(Math.floor(number / 6) % 6)} ${level(number % 6)})`;
}

function lines(all) {
  return h("div", { class: "lines" }, ...all.map((runs) => h("div", {}, ...painted(runs))));
}

const classes = (codes) => codes.split(";").filter(Boolean).map((code) => `g${code}`).join(" ");

// ------------------------------------------------------------------------------------------ the server

async function ask(path, given) {
  const post = given !== undefined && {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given),
  };
  const answer = await fetch(path, { cache: "no-store", credentials: "same-origin", ...post });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(said.error || `the server said ${answer.status}`), { status: answer.status });
  return said;
}

async function begin() {
  const given = location.hash.slice(1);
  if (given && !given.startsWith("/")) {
    history.replaceState(null, "", "/"); // a key stays in no history and in no screenshot
    if (!(await enter(given))) return;
  } else if (!base) return shut("Open the address that cst web printed, with all that stands behind its #.");
  try {
    take(await ask(`${base}/list?ended=${Number($("ended").checked)}`));
  } catch (error) {
    return refused(error);
  }
  $("gate").hidden = true;
  $("app").hidden = false;
  listen();
  route();
}

async function enter(key) {
  try {
    const said = await ask("/login", { token: key });
    base = said.base;
    kept("base", base);
    return true;
  } catch (error) {
    shut(error.status ? error.message : "cst web does not answer; is it still running?");
    return false;
  }
}

function shut(why) {
  stop();
  $("app").hidden = true;
  $("gate").hidden = false;
  put($("gate-why"), why);
  document.title = "cst";
  $("gate-key").focus();
}

function refused(error) {
  if (error.status === 401 || error.status === 404) shut("This address is of an earlier start. Open the one that cst web prints now.");
  else if ($("app").hidden) shut(error.status ? error.message : "cst web does not answer; is it still running?");
  else linked("lost", "not connected");
}

function listen() {
  stop();
  events = new EventSource(`${base}/events?ended=${Number($("ended").checked)}`);
  events.onmessage = (message) => {
    heard = Date.now();
    take(JSON.parse(message.data));
  };
  events.onerror = () => {
    stop();
    linked("waits", "connecting again");
    again();
  };
}

// The browser's own way to connect again tells nobody why it does not: ask, then listen.
async function again() {
  try {
    take(await ask(`${base}/list?ended=${Number($("ended").checked)}`));
    if (!events) listen();
  } catch (error) {
    refused(error);
    if (!$("app").hidden) setTimeout(() => !events && again(), 3000);
  }
}

function stop() {
  events?.close();
  events = null;
}

function linked(is, words) {
  mark($("link"), "data-is", is);
  put($("link"), words);
  mark($("app"), "data-lost", is === "lost");
}

setInterval(() => {
  if ($("app").hidden) return;
  const quiet = Date.now() - heard;
  if (events && heard && quiet > QUIET_AFTER) linked("lost", `no news for ${Math.round(quiet / 1000)} s`);
  if (document.hidden) {
    if (events && Date.now() - hiddenAt > HIDDEN_AFTER) stop();
    if (!events && Date.now() - asked > ASKS) { // a title that counts is of use in a tab that nobody sees
      asked = Date.now();
      ask(`${base}/list?ended=${Number($("ended").checked)}`).then(take, refused);
    }
  } else if (Date.now() - asked > (EVERY[open.page] ?? RESTS)) read();
}, 500);

let hiddenAt = 0;
document.addEventListener("visibilitychange", () => {
  hiddenAt = Date.now();
  if (!document.hidden && !$("app").hidden && !events) again();
});

// ------------------------------------------------------------------------------------------ the list

function take(message) {
  if ("acts" in message) acts = message.acts;
  if (message.full) {
    for (const key of rows.keys()) if (!message.order.includes(key)) rows.delete(key);
  }
  for (const row of message.rows ?? []) rows.set(row.key, row);
  if (message.order) order = message.order;
  for (const key of rows.keys()) if (!order.includes(key)) rows.delete(key);
  if ("acts" in message && open.key && $("acts").hidden === acts) showActions();
  if (message.head) head(message.head);
  if (message.broken) linked("lost", `cst cannot look: ${message.broken}`);
  else if (!document.hidden || message.full) linked("live", "live");
  draw();
  if (message.rows?.some((row) => row.key === open.key)) {
    title();
    refresh();
    read(true);
  }
}

let needed = -1;
function head(given) {
  $("summary").replaceChildren(...painted(given.summary));
  document.title = given.needs ? `(${given.needs}) cst` : "cst";
  if (needed >= 0 && given.needs > needed) put($("say"), `${given.needs} ${given.needs === 1 ? "session needs" : "sessions need"} you`);
  needed = given.needs;
  $("problems").hidden = !given.problems.length;
  $("problems").replaceChildren(...given.problems.map((problem) => h("li", {}, problem)));
}

function fits(row) {
  if (filter === "rest" ? row.needs || row.group === "run" || row.group === "end" : filter && row.group !== filter) return false;
  const words = $("search").value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return true;
  const text = `${row.name} ${row.what} ${row.found}`.toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

function draw() {
  const shown = order.filter((key) => rows.has(key) && fits(rows.get(key)));
  const list = $("list");
  const focused = document.activeElement?.closest?.("#list a");
  for (const [key, node] of nodes) {
    if (!shown.includes(key)) {
      node.remove();
      nodes.delete(key);
    }
  }
  shown.forEach((key, at) => {
    const node = nodes.get(key) ?? blank(key);
    fill(node.firstChild, rows.get(key));
    if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null);
  });
  if (focused?.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  const count = rows.size === shown.length ? `${shown.length} sessions` : `${shown.length} of ${rows.size} sessions`;
  put($("count"), shown.length ? count : "");
  $("none").hidden = shown.length;
  const [sign, words, more] = nothing();
  put($("none-mark"), sign);
  put($("none-words"), words);
  put($("none-more"), more);
}

// What stands where no row does.
function nothing() {
  if (!rows.size) return ["❯", "No Claude Code session is live.", "Start claude in any terminal: it comes up here."];
  const others = rows.size === 1 ? "One other session is there." : `${rows.size} other sessions are there.`;
  if (filter === "you" && !$("search").value.trim()) return ["✓", "All clear: no session needs you.", others];
  return ["?", "No session matches.", others];
}

function blank(key) {
  const node = h("li", {}, h("a", { class: "row", href: `#/s/${encodeURIComponent(key)}`, "data-key": key },
    h("span", { class: "state" }), h("span", { class: "name" }), h("span", { class: "since" }), h("span", { class: "what" }),
    h("span", { class: "more" }, h("span", { class: "where" }, h("span", { class: "branch" }), h("span", { class: "tags" })),
      h("span", { class: "context" }), h("span", { class: "place" }))));
  nodes.set(key, node);
  return node;
}

function fill(node, row) {
  if (node.row === row) return;
  node.row = row;
  const part = (name) => node.querySelector(`.${name}`);
  mark(node, "class", "row");
  mark(node, "data-needs", row.needs);
  mark(node, "data-state", row.state);
  mark(node, "data-group", row.group);
  mark(node, "data-snoozed", row.snoozed);
  mark(node, "aria-current", row.key === open.key && "true");
  mark(part("state"), "class", `state ${classes(row.colour)}`);
  node.classList.toggle(`g${row.colour.split(";").pop()}`, row.needs); // the bar at its side has the colour of the state
  put(part("state"), row.shown);
  put(part("name"), row.name);
  part("name").title = row.name;
  put(part("since"), row.since);
  put(part("what"), row.what);
  part("what").title = row.what;
  put(part("branch"), row.branch);
  part("branch").title = row.branch;
  put(part("place"), row.place);
  part("place").title = row.place;
  part("tags").replaceChildren(...row.tags.map((tag) => h("span", { class: "tag" }, `#${tag}`)));
  const context = part("context");
  context.replaceChildren();
  if (row.context) {
    const fill = h("i");
    fill.style.width = `${Math.round(row.full * 100)}%`;
    mark(context, "data-full", row.full >= 0.85 ? "most" : row.full >= 0.6 ? "some" : null);
    context.append(h("span", { class: "meter", "aria-hidden": "true" }, fill), h("span", {}, row.context));
    context.title = row.full ? `context ${Math.round(row.full * 100)}% full` : "context";
  }
}

// ------------------------------------------------------------------------------------------ one session

function route() {
  const [, kind, key, page] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const before = open;
  open = kind === "s" && key ? { key, page: PAGES.includes(page) ? page : PAGES[0] } : { key: "", page: kind === "limits" ? "limits" : PAGES[0] };
  const anything = open.key || open.page === "limits";
  mark($("app"), "data-open", Boolean(anything));
  $("right").hidden = !anything;
  for (const node of document.querySelectorAll("#list .row")) mark(node, "aria-current", node.dataset.key === open.key && "true");
  if (before.key !== open.key) {
    $("head").replaceChildren();
    showActions();
  }
  if (!anything) {
    if (before.key) nodes.get(before.key)?.firstChild.focus({ preventScroll: true });
    return;
  }
  shownPage = "";
  $("page").replaceChildren();
  mark($("page"), "data-page", open.page);
  tabs();
  title();
  if (before.key !== open.key || before.page !== open.page && !open.key) $("title").focus({ preventScroll: true });
  read(true);
}

function title() {
  const row = rows.get(open.key);
  put($("title"), open.page === "limits" ? "Limits and cost" : row?.name ?? "This session is gone");
  mark($("badge"), "class", row ? classes(row.colour) : "dim");
  put($("badge"), row ? `${row.shown} ${row.since}`.trim() : "");
}

function tabs() {
  $("tabs").hidden = !open.key;
  mark($("page"), "role", open.key ? "tabpanel" : "region");
  mark($("page"), "aria-labelledby", open.key ? `tab-${open.page}` : "title");
  if (!open.key) return;
  const before = $("tabs").contains(document.activeElement);
  $("tabs").replaceChildren(...PAGES.map((name) => h("button", {
    type: "button", role: "tab", id: `tab-${name}`, "aria-selected": String(name === open.page), "aria-controls": "page",
    tabindex: name === open.page ? "0" : "-1", onclick: () => turn(name),
  }, name[0].toUpperCase() + name.slice(1))));
  if (before) $(`tab-${open.page}`).focus();
  $(`tab-${open.page}`).scrollIntoView({ block: "nearest", inline: "nearest" });
}

function turn(name) {
  history.replaceState(null, "", `#/s/${encodeURIComponent(open.key)}/${name}`);
  route();
}

$("tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step) turn(PAGES[(PAGES.indexOf(open.page) + step + PAGES.length) % PAGES.length]);
});

function columns() {
  const probe = h("span", {}, "0".repeat(100));
  const box = h("div", { class: "lines unseen" }, probe);
  $("page").append(box);
  const wide = probe.getBoundingClientRect().width / 100;
  box.remove();
  const style = getComputedStyle($("page"));
  return Math.floor(($("page").clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)) / (wide || 8));
}

let reading = false;
async function read(soon = false) {
  asked = Date.now();
  if ((!open.key && open.page !== "limits") || reading || $("right").hidden) {
    if (soon && reading) asked = 0;
    return;
  }
  reading = true;
  const { key, page } = open;
  try {
    const wide = page === "screen" ? 240 : Math.max(20, columns());
    const said = await ask(key ? `${base}/page/${page}?key=${encodeURIComponent(key)}&columns=${wide}` : `${base}/limits`);
    if (open.key === key && open.page === page) show(said);
  } catch (error) {
    if (error.status === 400 && open.key === key && open.page === page) show({ error: error.message });
    else if (error.status === 401 || error.status === 404) refused(error);
  } finally {
    reading = false;
    if (open.key !== key || open.page !== page) read();
  }
}

const scrolls = () => (matchMedia("(max-width: 600px)").matches ? $("right") : $("page")); // which of them does

function show(said) {
  const now = JSON.stringify(said);
  if (now === shownPage) return;
  const first = !shownPage;
  shownPage = now;
  const page = $("page");
  const downwards = said.turns || said.name === "screen"; // its newest line is its last
  const box = scrolls();
  const asks = box !== page && $("dialog")?.childElementCount; // what is to be answered stays in sight
  const atEnd = !asks && (first || box.scrollHeight - box.scrollTop - box.clientHeight < 40);
  if (said.head) $("head").replaceChildren(...said.head.slice(1).map((runs) => h("div", {}, ...painted(runs))));
  if (said.error) page.replaceChildren(h("p", { class: "dim", role: "alert" }, said.error));
  else if (said.turns) talked(said, page);
  else if (said.parts) page.replaceChildren(h("div", { class: "parts" }, ...said.parts.map(part)));
  else page.replaceChildren(lines(said.lines));
  if (downwards && atEnd) box.scrollTop = box.scrollHeight;
}

// A part of the page of limits and cost: gauges, each with what it is of, a bar, a figure, and more about it.
function part({ title, gauges, notes, wrong }) {
  return h("section", { "aria-label": title }, h("h3", {}, title),
    h("ul", { class: "gauges", "aria-label": title }, ...gauges.map(({ label, figure, full, colour, about }) => {
      const fill = h("i");
      fill.style.width = `${full * 100}%`;
      const name = h("span", { class: "label" }, label);
      name.title = label;
      return h("li", { class: classes(colour) }, name, h("span", { class: full === null ? "bar" : "bar meter", "aria-hidden": "true" }, fill),
        h("b", {}, figure), h("span", { class: "about" }, about));
    })), ...notes.map((note) => h("p", { class: "dim" }, note)), ...wrong.map((why) => h("p", { class: "g33" }, why)));
}

// The newest turns, put below those that are there. Lines of a transcript never change, so neither do turns that are shown;
// where the newest ones do not continue what is shown, they are shown alone.
function talked(said, page) {
  const known = said.turns.map((turn) => Boolean(talk?.turns.has(named(turn))));
  const goesOn = talk?.key === said.key && talk.list.isConnected && known[0] !== undefined && known.lastIndexOf(true) >= 0
    && !known.slice(0, known.lastIndexOf(true)).includes(false);
  if (!goesOn) {
    const button = h("button", { type: "button", id: "earlier", onclick: () => earlier() }, "Earlier");
    talk = { key: said.key, turns: new Map(), list: h("ol", { class: "talk", "aria-label": "What was said" }), button, note: h("p", { class: "dim", role: "status" }) };
    button.hidden = !said.more || !said.turns[0].id;
    page.replaceChildren(h("div", { class: "before" }, button, talk.note), talk.list);
  }
  for (const turn of said.turns) {
    if (talk.turns.has(named(turn))) continue;
    const node = spoken(turn);
    talk.turns.set(named(turn), node);
    talk.list.append(node);
  }
  for (const [id, node] of talk.turns) {
    if (talk.turns.size <= MOST_TURNS) break;
    node.remove();
    talk.turns.delete(id);
    talk.button.hidden = false;
  }
  for (const node of talk.list.querySelectorAll("[data-at]")) put(node, ` ${age(said.now - Number(node.dataset.at))} ago`);
}

const named = (turn) => turn.id || `${turn.at} ${turn.who} ${turn.text}`;

// What was said before the oldest turn that is shown; what is read stays where it is.
async function earlier() {
  const { key, turns, list, button, note } = talk;
  button.disabled = true;
  put(note, "");
  try {
    const said = await ask(`${base}/page/conversation?key=${encodeURIComponent(key)}&before=${encodeURIComponent(turns.keys().next().value)}`);
    if (!list.isConnected) return;
    const box = scrolls();
    const below = box.scrollHeight - box.scrollTop;
    const added = said.turns.filter((turn) => !turns.has(named(turn)));
    const made = added.map(spoken);
    list.prepend(...made);
    for (const node of list.querySelectorAll("[data-at]")) put(node, ` ${age(said.now - Number(node.dataset.at))} ago`);
    const after = [...turns];
    turns.clear();
    added.forEach((turn, at) => turns.set(named(turn), made[at]));
    for (const [id, node] of after) turns.set(id, node);
    const full = turns.size >= MOST_TURNS - said.turns.length;
    button.hidden = !said.more || full;
    put(note, said.more && full ? `${turns.size} turns are shown, and no more fit; the transcript has the rest` : button.hidden ? "the beginning" : "");
    box.scrollTop = box.scrollHeight - below;
  } catch (error) {
    put(note, error.message);
  } finally {
    button.disabled = false;
  }
}

// How long ago, in the one unit that matters, as text.age has it.
function age(seconds) {
  for (const [unit, size] of [["d", 86400], ["h", 3600], ["m", 60]]) {
    if (seconds >= size) return `${Math.floor(seconds / size)}${unit}`;
  }
  return `${Math.max(0, Math.floor(seconds))}s`;
}

function spoken({ who, at, text }) {
  const head = (name) => h("p", { class: "who" }, h("b", {}, name), at ? when(at) : "");
  if (who === "claude") return h("li", { class: "turn claude" }, head("Claude"), markdown(text));
  if (who === "you") return h("li", { class: "turn you" }, head("You"), h("p", { class: "text" }, text));
  const line = text.replace(/\s+/g, " ");
  const about = h("span", {}, line);
  about.title = line;
  return h("li", { class: "turn tool" }, h("b", {}, who), about);
}

function when(at) {
  const node = h("span", { "data-at": at });
  node.title = new Date(at * 1000).toLocaleString();
  return node;
}

// ------------------------------------------------------------------------------------------ actions, with --act

const ASKS_YOU = ["permission", "question", "plan", "dialog"];
let told = null; // the line that says what came of the last action
let dialogOf = ""; // what the open session's dialog was read for
let busy = false;

function showActions() {
  dialogOf = "";
  const box = $("acts");
  box.hidden = !acts || !open.key;
  if (box.hidden) return;
  told = h("p", { class: "told", role: "status" });
  const text = h("textarea", { rows: "1", "aria-label": "A prompt for this session", placeholder: "Send a prompt" });
  const queue = h("input", { type: "checkbox" });
  const send = h("button", { class: "primary" }, "Send");
  const form = h("form", { class: "send", "data-live": true, onsubmit: async (event) => {
    event.preventDefault();
    if (text.value.trim() && (await act({ act: "send", text: text.value, queue: queue.checked }))) text.value = "";
  } }, text, send, h("label", { class: "check" }, queue, " queue it if the session works"));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  const tag = h("input", { type: "text", placeholder: "tag", "aria-label": "A tag to add", maxlength: "30" });
  const snooze = h("select", { "aria-label": "Snooze", onchange: () => {
    const value = snooze.value;
    snooze.value = "";
    if (value) act({ act: "snooze", seconds: value === "changes" ? null : Number(value) });
  } }, ...[["", "Snooze…"], ["1800", "for 30 minutes"], ["7200", "for 2 hours"], ["28800", "for 8 hours"],
    ["changes", "until it changes"], ["0", "wake it"]].map(([value, words]) => h("option", { value }, words)));
  box.replaceChildren(
    h("div", { id: "dialog" }),
    h("div", { class: "tools", role: "toolbar", "aria-label": "Actions" },
      h("button", { type: "button", "data-live": true, onclick: () => act({ act: "jump" }) }, "Jump"),
      h("button", { type: "button", onclick: () => act({ act: "seen" }) }, "Seen"),
      h("button", { type: "button", id: "pin", onclick: () => act({ act: "pin", on: !rows.get(open.key)?.pinned }) }, "Pin"),
      snooze,
      h("form", { class: "tools", onsubmit: async (event) => {
        event.preventDefault();
        if (tag.value && (await act({ act: "tag", add: tag.value }))) tag.value = "";
      } }, tag, h("button", {}, "Tag")),
      h("span", { id: "tags", class: "tools" })),
    form, told);
  refresh();
}

// What of the actions depends on the session as it is now.
function refresh() {
  const row = rows.get(open.key);
  if (!acts || !row || $("acts").hidden) return;
  put($("pin"), row.pinned ? "Unpin" : "Pin");
  for (const node of document.querySelectorAll("#acts [data-live]")) node.hidden = row.state === "ended";
  const key = JSON.stringify(row.tags);
  if ($("tags").dataset.of !== key) {
    $("tags").dataset.of = key;
    $("tags").replaceChildren(...row.tags.map((tag) => h("button", {
      type: "button", "aria-label": `Remove the tag ${tag}`, onclick: () => act({ act: "tag", remove: tag }),
    }, `#${tag} ×`)));
  }
  const asks = ASKS_YOU.includes(row.state) ? `${row.key} ${row.state} ${row.what}` : "";
  if (asks !== dialogOf) {
    dialogOf = asks;
    if (asks) dialog(asks);
    else $("dialog").replaceChildren();
  }
}

// The dialog as it stands on the session's screen. An answer is to this one: the server looks again before it presses a key.
async function dialog(asks) {
  const again = h("button", { type: "button", onclick: () => dialog(dialogOf) }, "Look at its dialog again");
  try {
    const wide = Math.max(20, columns() - 4);
    const said = await ask(`${base}/dialog?columns=${wide}`, { key: open.key });
    if (asks !== dialogOf) return;
    const text = h("input", { type: "text", placeholder: "text", "aria-label": "The text for an option that takes one" });
    text.hidden = !said.options.some((option) => option.text);
    $("dialog").replaceChildren(h("div", { class: "dialog", role: "group", "aria-label": "Its dialog" }, lines(said.lines),
      h("div", { class: "options" }, ...said.options.map((option) => h("button", {
        type: "button", class: option.means === "yes" && "primary", "data-reply": option.reply,
        onclick: async () => {
          if (option.text && !text.value) return text.focus();
          const given = { act: "answer", dialog: said.dialog, reply: option.reply, text: option.text ? text.value : "" };
          if (!(await act(given)) && asks === dialogOf) dialog(asks);
        },
      }, /^\d+$/.test(option.reply) ? `${option.reply}. ${option.label}` : option.label)), text)));
  } catch (error) {
    if (asks === dialogOf) $("dialog").replaceChildren(h("p", { class: "told" }, error.message), again);
  }
}

async function act(given) {
  if (busy) return false;
  busy = true;
  const { key } = open;
  mark($("acts"), "aria-busy", "true");
  mark(told, "data-wrong", false);
  put(told, "…");
  try {
    put(told, (await ask(`${base}/act`, { key, ...given })).said);
    return true;
  } catch (error) {
    mark(told, "data-wrong", true);
    put(told, error.message);
    return false;
  } finally {
    busy = false;
    mark($("acts"), "aria-busy", false);
    read(true);
  }
}

// ------------------------------------------------------------------------------------------ the keyboard

function move(step, wanted = () => true) {
  const all = [...document.querySelectorAll("#list .row")].filter(wanted);
  if (!all.length) return;
  const here = document.activeElement?.closest?.("#list .row") ?? document.querySelector("#list .row[aria-current]");
  const at = all.indexOf(here);
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
  n: () => move(1, (node) => node.dataset.needs !== undefined),
  "/": () => $("search").focus(),
  e: () => $("ended").click(),
  l: () => { location.hash = "#/limits"; },
  "?": () => $("help").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("help").open || $("app").hidden) return;
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape") {
    if (typing) {
      if (typing.value && typing === $("search")) typing.value = "";
      else typing.blur();
      draw();
    } else if (open.key || open.page === "limits") location.hash = "#/";
    return;
  }
  if (typing === $("search") && (event.key === "Enter" || event.key === "ArrowDown")) {
    event.preventDefault();
    document.querySelector("#list .row")?.focus();
    return;
  }
  if (typing) return;
  const inPage = event.target.closest?.("#page") && event.key.startsWith("Arrow"); // which scrolls it
  const page = open.key && PAGES[Number(event.key) - 1];
  const done = page ? () => turn(page) : !inPage && KEYS[event.key];
  if (!done) return;
  event.preventDefault();
  done();
});

// ------------------------------------------------------------------------------------------ what is pressed

for (const button of document.querySelectorAll("[data-filter]")) {
  button.addEventListener("click", () => {
    filter = button.dataset.filter;
    for (const other of document.querySelectorAll("[data-filter]")) mark(other, "aria-pressed", String(other === button));
    draw();
  });
}
$("search").addEventListener("input", draw);
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("ended").addEventListener("change", () => listen());
$("to-help").addEventListener("click", () => $("help").showModal());
$("gate-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const key = $("gate-key").value.trim().replace(/^.*#/, "");
  $("gate-key").value = "";
  if (await enter(key)) begin();
});
addEventListener("hashchange", () => {
  if (location.hash.length > 1 && !location.hash.startsWith("#/")) begin();
  else if (!$("app").hidden) route();
});
begin();
