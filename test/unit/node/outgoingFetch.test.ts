import assert from "node:assert/strict";
import { test } from "node:test";
import { fetchToGateway } from "../../../src/connections/fetchToGateway.ts";
import { GatewayReach } from "../../../src/connections/reachability/gatewayReach.ts";
import { TrafficTap } from "../../../src/connections/traffic/trafficTap.ts";
import type { HttpFetch } from "../../../src/lib/httpPort.ts";
import { outgoingFetch } from "../../../src/node/outgoingFetch.ts";
import { failureOf } from "../../support/fakePorts.ts";

const [gateway, provider] = ["https://gw.example.com/mcp", "https://login.example.com/token"];

/** A program whose own `fetch` notes what leaves by it. */
function program(headers: Readonly<Record<string, unknown>>, watched?: (fetch: HttpFetch) => HttpFetch) {
  const left: (readonly [url: string, team: string | undefined])[] = [];
  const outgoing = outgoingFetch({
    fetch: (async (url, { headers: sent } = {}) => {
      left.push([String(url), sent?.["x-team"]]);
      return Response.json({}, { status: 503 });
    }) as HttpFetch,
    settings: () => ({ gateways: { [gateway]: { headers } } }),
    places: () => ({ environment: () => undefined }) as never,
    now: Date.now,
    ...(watched && { watched }),
  });
  return { outgoing, left };
}

test("whatever goes to a gateway leaves by one fetch, with what is set for it, and is seen by whoever looks at gateways", async () => {
  const reach = new GatewayReach({ now: Date.now, gateways: () => ({ book: { all: [] } }) as never, onChanged() {} });
  const traffic = new TrafficTap();
  const looked: string[] = [];
  traffic.watch("g", (url, request, send) => {
    looked.push(String(url));
    return send(url, request);
  });
  const { outgoing, left } = program({ "X-Team": "blue" }, (way) => traffic.watched(reach.watched(way)));
  await fetchToGateway(outgoing, gateway)(gateway, {});
  await outgoing.fetch(provider, {});
  const down = [gateway, provider].map((url) => reach.of({ url }) !== undefined);
  reach.close();
  assert.deepEqual(
    { left, looked, down },
    {
      left: [
        [gateway, "blue"],
        [provider, undefined],
      ],
      looked: [gateway],
      down: [true, false],
    },
  );
});

test("where nobody looks gateways are reached as all others are, and a header that cannot be sent is told by its setting", async () => {
  const { outgoing, left } = program({ "X-Team": "blue" });
  assert.equal(outgoing.gatewayFetch, undefined);
  await fetchToGateway(outgoing, gateway)(gateway, {});
  const wrong = program({ "X-Team": 7 });
  const failure = await failureOf(() => fetchToGateway(wrong.outgoing, gateway)(gateway, {}));
  assert.match(
    JSON.stringify(failure),
    /gatewayConnect\.gateways › https:\/\/gw\.example\.com\/mcp › headers › X-Team/,
  );
  assert.deepEqual([left, wrong.left], [[[gateway, "blue"]], []]);
});
