// Loaded before a program of ours: remembers what it sends that is secret, and when told to by SIGPWR fails as libraries do,
// with all of it in the message, the cause and the properties of an error that nobody foresaw.
const { subscribe } = require("node:diagnostics_channel");

const sent = [];
const keep = (text) => {
  if (sent.length < 40 && /bearer|dpop|basic|token|secret|code/i.test(text)) sent.push(text);
};
subscribe("undici:request:create", ({ request }) => {
  keep(typeof request.headers === "string" ? request.headers : request.headers.join("\n"));
  if (typeof request.body === "string") keep(request.body);
});
subscribe("http.server.request.start", ({ request }) => keep(JSON.stringify(request.headers)));
subscribe("http.client.request.start", ({ request }) => keep(JSON.stringify(request.getHeaders())));

process.on("SIGPWR", () => {
  const all = sent.join("\n");
  process._rawDebug(`crashing with ${sent.length} things that were sent`);
  const bearer = /authorization["':\s]+([^"\n]+)/i.exec(all)?.[1] ?? all;
  const error = new TypeError(`Headers.append: "${bearer}" is an invalid header value.`, { cause: new Error(all) });
  Object.assign(error, { config: { headers: { authorization: bearer }, data: all } });
  if (process.env.CRASH_AS === "rejection") Promise.reject(error);
  else
    setImmediate(() => {
      throw error;
    });
});
