// What makes the pages better where scripts run. Everything works without any of it.
import { initAll } from "../govuk/govuk-frontend-6.3.0.min.js";

// A form that was sent is not sent again by an impatient second press. Coming back by the browser's own button frees it.
function sendOnce() {
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    form.setAttribute("aria-busy", "true");
    window.addEventListener("pageshow", () => {
      sent.delete(form);
      form.removeAttribute("aria-busy");
    }, { once: true });
  });
}

// Letters as they are compared: without case, accents or apostrophes.
function folded(text) {
  return text.normalize("NFKD").replace(/[\u0300-\u036f'’]/g, "").toLowerCase();
}

// A long select gets a box above it; what is typed there shortens the list. The choice already made always stays.
function narrow(select) {
  const options = [...select.options].map((option) => ({ option, text: folded(option.text) }));
  const named = options.filter(({ option }) => option.value);
  const label = document.createElement("label");
  const box = document.createElement("input");
  const status = document.createElement("p");
  box.type = "text";
  box.id = `${select.id}-narrow`;
  box.className = "govuk-input app-narrow__box";
  box.autocomplete = "off";
  box.setAttribute("aria-controls", select.id);
  label.htmlFor = box.id;
  label.className = "govuk-hint app-narrow__label";
  label.textContent = "Type part of a name to shorten the list";
  status.className = "govuk-body-s app-narrow__status";
  status.setAttribute("role", "status");
  select.before(label, box, status);
  box.addEventListener("input", () => {
    const chosen = select.value;
    const words = folded(box.value).split(/\s+/).filter(Boolean);
    const fits = named.filter(({ text }) => words.every((word) => text.includes(word)));
    const kept = options.filter((entry) => !entry.option.value || entry.option.value === chosen || fits.includes(entry));
    select.replaceChildren(...kept.map(({ option }) => option));
    select.value = chosen;
    status.textContent = words.length ? `${fits.length} of ${named.length} in the list` : "";
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    select.focus();
  });
}

// Filters are folded away for a small screen; a large one has them open, to be folded by who wants that.
function unfoldFilters(filters) {
  filters.open ||= !window.matchMedia("(max-width: 48.05em)").matches;
  filters.removeAttribute("data-app-filters");
}

// Long work: read the page again and swap the part that tells how far it is; when that part is gone, show the new page.
function watch(waiting) {
  const pause = Number(waiting.dataset.appWaiting) * 1000;
  const again = () => window.setTimeout(look, pause);
  function look() {
    const request = new XMLHttpRequest();
    request.open("GET", window.location.href);
    // The browser parses the answer into a document without running anything in it.
    request.responseType = "document";
    request.setRequestHeader("X-Background", "1");
    request.addEventListener("load", () => {
      const fresh = request.response && request.response.querySelector("[data-app-waiting]");
      if (request.status === 200 && !fresh) window.location.reload();
      else if (fresh) waiting.replaceChildren(...fresh.childNodes);
      if (request.status !== 200 || fresh) again();
    });
    request.addEventListener("error", again);
    request.send();
  }
  again();
}

// On a shared phone nobody sees how the weeks stood of whoever signed out. What was written and not sent stays, for its
// writer alone. A memory that cannot be reached keeps nobody signed in.
async function forgetWeeks() {
  const { dropState } = await import("./kept.js");
  await dropState();
}

function leaveNothingBehind(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    forgetWeeks().catch(() => {}).then(() => form.submit());
  });
}

initAll();
sendOnce();
document.querySelectorAll("form[data-app-leaving]").forEach(leaveNothingBehind);
document.querySelectorAll("select[data-app-narrow]").forEach(narrow);
document.querySelectorAll("details[data-app-filters]").forEach(unfoldFilters);
document.querySelectorAll("[data-app-waiting]").forEach(watch);
