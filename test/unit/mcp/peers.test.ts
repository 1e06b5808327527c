import assert from "node:assert/strict";
import { test } from "node:test";
import { nobody } from "../../../src/mcp/peer.ts";
import { Peers } from "../../../src/mcp/peers.ts";
import { recordingPeer } from "../../support/mcpKernel.ts";

const question = { jsonrpc: "2.0" as const, id: 7, method: "roots/list" };
const said = (method: string) => ({ jsonrpc: "2.0" as const, method, params: { data: method } });

test("a question belongs to the request that was sent last, and to the owner when none is open", () => {
  const [owner, first, second] = [recordingPeer().peer, recordingPeer().peer, recordingPeer().peer];
  const peers = new Peers(owner);
  peers.enter(first);
  peers.enter(second);
  const newest = peers.of(1) === second;
  peers.leave(second);
  const left = peers.of(2) === first;
  peers.leave(first);
  assert.deepEqual([newest, left, peers.of(3) === owner], [true, true, true]);
});

test("a request of which nobody can be asked takes no question from the call beside it", () => {
  const asker = recordingPeer().peer;
  const peers = new Peers(recordingPeer().peer);
  peers.enter(asker);
  peers.enter({ ...nobody, notify: () => {} });
  assert.equal(peers.asked, asker);
});

test("a question that came in the stream of a request is its own, once", () => {
  const [first, second] = [recordingPeer().peer, recordingPeer().peer];
  const peers = new Peers(recordingPeer().peer);
  peers.enter(first);
  peers.enter(second);
  const forTheSdk = peers.route(question, first);
  assert.deepEqual([forTheSdk, peers.of(7) === first, peers.of(7) === second], [true, true, true]);
});

test("changes are told to the owner, whatever stream they came in, and the log to whose stream it was", () => {
  const [owner, first, second] = [recordingPeer(), recordingPeer(), recordingPeer()];
  const peers = new Peers(owner.peer);
  peers.enter(first.peer);
  peers.enter(second.peer);
  const forTheSdk = ["notifications/tools/list_changed", "notifications/message"].map((method) =>
    peers.route(said(method), first.peer),
  );
  assert.deepEqual(
    { forTheSdk, owner: owner.told.length, first: first.told.length, second: second.told },
    { forTheSdk: [false, false], owner: 1, first: 1, second: [] },
  );
});

test("what the SDK keeps account of goes to the SDK", () => {
  const { peer, told } = recordingPeer();
  const peers = new Peers(peer);
  const routed = ["notifications/cancelled", "notifications/progress"].map((method) => peers.route(said(method), peer));
  const answer = peers.route({ jsonrpc: "2.0", id: 1, result: {} }, peer);
  assert.deepEqual({ routed, answer, told }, { routed: [true, true], answer: false, told: [] });
});
