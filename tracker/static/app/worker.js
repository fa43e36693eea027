// Where there is no signal: the page of a week is answered from what is kept on this phone. Sending is not done here,
// but by the page (logs.js), which knows who is signed in.
const KEPT = "tracker-logs";
const SHELL = "/fellowships/phone";
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

async function keptOrFetched(request) {
  return (await caches.match(request)) || fetch(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && LOGS.test(pathname)) event.respondWith(pageOrShell(request));
  else if (pathname.startsWith("/static/")) event.respondWith(keptOrFetched(request));
});
