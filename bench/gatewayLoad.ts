import autocannon from "autocannon";

export interface LoadSample {
  readonly perSecond: number;
  readonly p99Ms: number;
}

export const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

export const toolsList = { jsonrpc: "2.0", id: 1, method: "tools/list" };

export const toolsCall = (name: string) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name, arguments: {} },
});

export const headersFor = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
});

/**
 * Sends so many requests, each connection the next one when it has its answer.
 *
 * @throws Error when one of them is refused or fails
 */
export async function load(
  { url, token, message }: { readonly url: string; readonly token: string; readonly message: object },
  { amount, connections = 10 }: { readonly amount: number; readonly connections?: number },
): Promise<LoadSample> {
  const options: autocannon.Options = {
    url,
    method: "POST",
    headers: headersFor(token),
    body: JSON.stringify(message),
    connections,
    amount,
    timeout: 30,
    // How soon the end is noticed.
    sampleInt: 20,
  };
  const start = performance.now();
  let end = start;
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const running = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    running.on("response", () => {
      end = performance.now();
    });
  });
  const { non2xx, errors, timeouts, latency } = result;
  if (non2xx > 0 || errors > 0) throw new Error(`${url}: ${non2xx} refused, ${errors} failed, ${timeouts} timed out`);
  return { perSecond: amount / ((end - start) / 1000), p99Ms: latency.p99 };
}
