// Where there is no signal: the page of a week is answered from what is kept on this phone, and any other page by one
// that says so. Sending is not done here, but by the page (logs.js), which knows who is signed in. A form that was sent
// is left to the browser, which offers to send it again.
const KEPT = "tracker-logs";
const SHELL = "/fellowships/phone";
const NO_SIGNAL = "/fellowships/no-signal";
const LOGS = /^\/fellowships\/placements\/.+\/logs(\/\d{4}-\d{2}-\d{2})?$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function pageOrShell(request) {
  const shell = () => caches.match(SHELL);
  try {
    const answer = await fetch(request);
    // The service itself is away, behind whatever stands before it.
    return (answer.status >= 502 && answer.status <= 504 && await shell()) || answer;
  } catch (fault) {
    const kept = await shell();
    if (kept) return kept;
    throw fault;
  }
}

async function pageOrWord(request) {
  try {
    return await fetch(request);
  } catch (fault) {
    const kept = await caches.match(NO_SIGNAL);
    if (kept) return kept;
    throw fault;
  }
}

// What is named with its content never changes; what is not is asked for anew while there is a signal.
async function keptOrFetched(request, isForEver) {
  const kept = await caches.match(request);
  if (kept && isForEver) return kept;
  try {
    return await fetch(request);
  } catch (fault) {
    if (kept) return kept;
    throw fault;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(LOGS.test(pathname) ? pageOrShell(request) : pageOrWord(request));
  else if (pathname.startsWith("/static/")) event.respondWith(keptOrFetched(request, searchParams.has("v")));
});
