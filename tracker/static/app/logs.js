// A fellow's weekly logs where scripts run: nothing typed is lost, and what is written without a signal is sent later,
// once. Everything works without any of it while there is a signal.
import { changeEntry, dropEntry, dropTyped, entriesOf, keepEntry, keepState, keepTyped, readState, readTyped } from "./kept.js";

const KEPT = "tracker-logs";
const SHELL = "/fellowships/phone";
const NO_SIGNAL = "/fellowships/no-signal";
const STATE = "/fellowships/phone/state.json";
const FIELDS = ["days", "summary", "blockers", "private_note"];
const form = document.querySelector("form[data-app-log]");
const place = document.querySelector("[data-app-phone]");
const isShell = document.documentElement.querySelector("[data-app-shell]") !== null;
const addressOf = ({ ref, week }) => `/fellowships/placements/${encodeURIComponent(ref)}/logs/${week}`;
const dayOf = (week) => new Date(`${week}T12:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function say(text) {
  if (place) place.replaceChildren(element("p", text, { class: "govuk-body govuk-inset-text" }));
}

// How the weeks stand, with the token that forms need; null without a signal, false where nobody is signed in.
async function freshState() {
  try {
    const answer = await fetch(STATE, { redirect: "manual", cache: "no-store", headers: { "X-Background": "1" } });
    if (!answer.ok) return answer.type === "opaqueredirect" || answer.status === 403 ? false : null;
    const state = await answer.json();
    await keepState(state);
    return state;
  } catch {
    return null;
  }
}

// One entry: sent (now or before), told why not, or no answer.
async function deliver(entry, token, here) {
  const body = new URLSearchParams([
    ["csrf_token", token], ["key", entry.key], ["seen", entry.seen], ["here", here ? "1" : ""],
    ...FIELDS.map((name) => [name, entry.said[name] || ""]),
    ...entry.said.skills.map((code) => ["skills", code]),
  ]);
  try {
    const answer = await fetch(`${addressOf(entry)}/sync`, { method: "POST", body, redirect: "manual" });
    if (answer.ok) return { outcome: "sent" };
    if (answer.status === 409 || answer.status === 422) return { outcome: "refused", message: (await answer.json()).message };
    if (answer.status === 404) return { outcome: "refused", message: "There is no such week in your placements any more" };
    return { outcome: "waiting" };
  } catch {
    return { outcome: "waiting" };
  }
}

// Everything that waits, the oldest first, by one page at a time. Gives what became of each, by its key.
function flush(here) {
  return navigator.locks.request(KEPT, async () => {
    const state = await freshState();
    const outcomes = new Map();
    if (!state) return { state, outcomes };
    for (const entry of await entriesOf(state.owner)) {
      if (entry.message) continue;
      const answer = await deliver(entry, state.token, entry.key === here);
      outcomes.set(entry.key, answer);
      if (answer.outcome === "sent") await dropEntry(entry.key);
      else if (answer.outcome === "refused") await changeEntry({ ...entry, message: answer.message });
      else break;
    }
    return { state, outcomes };
  });
}

async function tell(owner, state) {
  if (!place) return;
  const entries = await entriesOf(owner);
  if (!entries.length) {
    place.replaceChildren();
    return;
  }
  const list = element("ul", "", { class: "govuk-list" });
  for (const entry of entries) {
    const item = element("li", "");
    item.append(element("a", `Week ending ${dayOf(entry.week)}`, { class: "govuk-link", href: addressOf(entry) }));
    item.append(entry.message ? `: not sent. ${entry.message}` : ": waits to be sent");
    list.append(item);
  }
  const why = state === false ? "Sign in to send it." : "It is sent when there is a signal.";
  const count = entries.length === 1 ? "1 week is" : `${entries.length} weeks are`;
  place.replaceChildren(element("p", `${count} kept on this phone. ${why}`, { class: "govuk-body" }), list);
}

// What the form says, and saying it.
function read() {
  const said = new FormData(form);
  return { ...Object.fromEntries(FIELDS.map((name) => [name, said.get(name) || ""])), skills: said.getAll("skills") };
}

function write(said) {
  for (const box of form.querySelectorAll("[name=days]")) box.checked = box.value === said.days;
  for (const name of FIELDS.slice(1)) form.elements[name].value = said[name] || "";
  for (const box of form.querySelectorAll("[name=skills]")) box.checked = said.skills.includes(box.value);
}

async function whereabouts() {
  if (!isShell) return { owner: form.dataset.owner, ref: form.dataset.ref, week: form.dataset.week, seen: Number(form.elements.version.value) };
  const state = await readState();
  const [, ref, week] = window.location.pathname.match(/^\/fellowships\/placements\/(.+)\/logs\/(\d{4}-\d{2}-\d{2})$/) || [];
  if (!state || !week) return null;
  const known = state.weeks.find((one) => one.ref === decodeURIComponent(ref) && one.week === week);
  return { owner: state.owner, ref: decodeURIComponent(ref), week, seen: known ? known.seen : 0, known };
}

async function bringBack(where) {
  const waiting = (await entriesOf(where.owner)).filter((entry) => entry.ref === where.ref && entry.week === where.week);
  const typed = await readTyped(where);
  const refused = document.querySelector(".govuk-error-summary") !== null;
  // What the service has drawn with errors is what was typed last; it stays.
  if (refused || form.dataset.touched) return waiting;
  if (typed) {
    write(typed.said);
    say("What you had typed on this phone is here again.");
  } else if (waiting.length) {
    write(waiting.at(-1).said);
    say(waiting.at(-1).message ? `This was not sent. ${waiting.at(-1).message}` : "This waits on this phone to be sent.");
  }
  return waiting;
}

async function work(where) {
  // Whoever is quicker than the phone's memory has typed what counts.
  form.addEventListener("input", () => { form.dataset.touched = "yes"; });
  let replaced = (await bringBack(where)).map((entry) => entry.key);
  let pause;
  const keep = () => keepTyped({ ...where, known: undefined, said: read() });
  form.addEventListener("input", () => {
    window.clearTimeout(pause);
    pause = window.setTimeout(keep, 200);
  });
  form.addEventListener("submit", async (event) => {
    window.clearTimeout(pause);
    if (event.submitter && event.submitter.value === "draft") {
      dropTyped(where);
      return;
    }
    event.preventDefault();
    const entry = { key: crypto.randomUUID(), owner: where.owner, ref: where.ref, week: where.week, seen: where.seen, said: read(), at: Date.now() };
    await keepEntry(entry, replaced);
    replaced = [entry.key];
    const { outcomes } = await flush(entry.key);
    const answer = outcomes.get(entry.key) || { outcome: "waiting" };
    if (answer.outcome === "sent") {
      window.location.assign(addressOf(entry).replace(/\/[^/]+$/, ""));
    } else if (answer.outcome === "refused" && !isShell) {
      // The service says by its own page what is wrong, beside what was typed.
      await dropEntry(entry.key);
      form.submit();
    } else {
      say(answer.message || "Kept on this phone. It is sent when there is a signal.");
      place.scrollIntoView();
    }
  });
  form.hidden = false;
}

// Without a signal this page stands in for the page of a week, for the list of weeks, or for any other page.
async function shell() {
  const where = await whereabouts();
  const state = await readState();
  const heading = document.querySelector("h1");
  if (where) {
    heading.textContent = `Week ending ${dayOf(where.week)}`;
    document.title = `${heading.textContent} – Data skills tracker`;
    if (where.known) write(where.known.said);
    await work(where);
  } else if (state && state.weeks.length) {
    const box = document.querySelector("[data-app-weeks]");
    const list = box.querySelector("ul");
    for (const one of state.weeks) {
      const item = element("li", "");
      item.append(element("a", `Week ending ${dayOf(one.week)}`, { class: "govuk-link", href: addressOf(one) }), ` ${one.standing}`);
      list.append(item);
    }
    box.hidden = false;
  }
}

// The pages that stand in, and what they are drawn with, are kept while there is a signal.
async function keepShell() {
  if (!("serviceWorker" in navigator)) return;
  const address = "/fellowships/worker.js";
  const policy = window.trustedTypes?.createPolicy("tracker-worker", { createScriptURL: () => address });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : address, { scope: "/" });
  const kept = await caches.open(KEPT);
  for (const page of [SHELL, NO_SIGNAL]) {
    const answer = await fetch(page, { redirect: "manual" });
    if (!answer.ok) return;
    await kept.put(page, answer);
  }
  const drawn = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => new URL(name).pathname.startsWith("/static/"));
  for (const name of new Set(drawn)) if (!await kept.match(name)) await kept.add(name);
}

async function begin() {
  if (isShell) await shell();
  else if (form) await work(await whereabouts());
  const { state } = await flush();
  const owner = state ? state.owner : (await readState())?.owner;
  if (owner && !(form && place.textContent)) await tell(owner, state);
  if (state && !isShell) await keepShell();
  document.documentElement.dataset.appReady = "yes";
}

window.addEventListener("online", async () => {
  const { state } = await flush();
  if (state) await tell(state.owner, state);
});
begin();
