import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { connectWorld } from "../support/connectWorld.ts";
import { startSilentAboutSignIn } from "../support/oddGateways.ts";
import { withSandbox } from "../support/withSandbox.ts";

/** The sandbox's gateway at another address, where it says nothing about where to sign in. */
async function withoutMetadata(sandbox: Sandbox, act: (url: string) => Promise<void>): Promise<void> {
  const server = await startSilentAboutSignIn(sandbox.gatewayUrl);
  try {
    await act(server.url);
  } finally {
    await server.stop();
  }
}

test("a gateway that does not say where to sign in: the issuer is asked for, and what is answered is used", () =>
  withSandbox({}, (sandbox) =>
    withoutMetadata(sandbox, async (url) => {
      // It does not say either for what tokens are, and which scopes they need.
      const more = { resource: sandbox.gatewayUrl, scopes: ["gateway.read"] };
      const settings: Record<string, unknown> = { [url]: more };
      const world = connectWorld({ settings });
      const asked: string[] = [];
      try {
        const outcome = await world.connect(url, {
          issuer: async (at, failure) => {
            asked.push(`${at}: ${failure.code}`);
            settings[at] = { ...more, issuer: sandbox.issuer };
            return sandbox.issuer;
          },
        });
        assert.deepEqual(
          { kind: outcome.kind, asked },
          { kind: "connected", asked: [`${url}: resource_metadata_missing`] },
        );
      } finally {
        await world.stop();
      }
    }),
  ));

test("who is asked for the issuer and gives none has changed nothing", () =>
  withSandbox({}, (sandbox) =>
    withoutMetadata(sandbox, async (url) => {
      const world = connectWorld();
      try {
        const outcome = await world.connect(url, { issuer: async () => undefined });
        assert.deepEqual(
          { kind: outcome.kind, book: world.gateways.book.all, registrations: sandbox.observe().registrations },
          { kind: "cancelled", book: [], registrations: 0 },
        );
      } finally {
        await world.stop();
      }
    }),
  ));

test("nobody is asked for an issuer or a client ID while the server is down that would say it, and the next try needs neither", () =>
  withSandbox({}, async (sandbox) => {
    const world = connectWorld();
    const asked: string[] = [];
    const ask = {
      issuer: async () => void asked.push("issuer"),
      clientId: async () => void asked.push("client ID"),
    } as const;
    const connect = () =>
      world.connect(sandbox.gatewayUrl, ask as never).then(
        ({ kind }) => kind,
        ({ code }: { code: string }) => code,
      );
    try {
      const endings: string[] = [];
      for (const step of ["resource-metadata", "server-metadata", "registration"]) {
        for (const way of ["500", "503"]) {
          await sandbox.setFaults({ steps: [`${step}-${way}`] });
          endings.push(await connect());
        }
      }
      await sandbox.setFaults({});
      assert.deepEqual(
        { endings, after: await connect(), asked },
        {
          endings: [
            ...["gateway_error", "gateway_error"],
            ...Array.from({ length: 4 }, () => "authorization_server_down"),
          ],
          after: "connected",
          asked: [],
        },
      );
    } finally {
      await world.stop();
    }
  }));
