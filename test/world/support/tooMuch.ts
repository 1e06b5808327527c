import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { MAX_DOCUMENT_BYTES } from "../../../src/lib/limits.ts";
import { program } from "../../support/programs.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";
import { startTokenIssuer } from "../../support/tokenIssuer.ts";
import { startWebServer } from "../../support/webServer.ts";
import { type LargeAnswer, largeAnswers } from "./largeAnswers.ts";
import { type ProgramWorld, programWorld } from "./program.ts";
import { eachPair, type WorldTests } from "./rows.ts";

type Respond = () => Response;

const AUTHORIZATION_SERVER = ".well-known/oauth-authorization-server";

/** Where a sign-in reads an answer, and how that one is replaced. */
const readers: Readonly<Record<string, (world: ProgramWorld, respond: Respond) => void>> = {
  "the answer to the first request": ({ gateway }, respond) => {
    gateway.instead = ({ method }) => (method === "POST" ? respond() : undefined);
  },
  "metadata of the gateway": ({ gateway }, respond) => {
    gateway.instead = ({ path }) => (path.startsWith("/.well-known/") ? respond() : undefined);
  },
  "metadata of the identity provider": ({ provider }, respond) => {
    provider.answer[AUTHORIZATION_SERVER] = respond;
  },
  "a registration": ({ provider }, respond) => {
    provider.answer.register = respond;
  },
  "a token answer": ({ provider }, respond) => {
    provider.answer.token = respond;
  },
};

/** What a gateway reads of an issuer, and how that one is replaced. */
const issuerReaders = ["a discovery document", "a set of keys", "an answer to introspection"] as const;

const forms = Object.keys(largeAnswers);

/** Answers without end, in every place where one is read whole, and what is kept of long ones. */
export const tooMuch: WorldTests = {
  ...eachPair(Object.keys(readers), forms, (reader, form) => [
    `${reader} ${form} ends the sign-in, which says so`,
    (t) => endsSignIn(t, reader, form),
  ]),
  ...eachPair(issuerReaders, forms, (reader, form) => [
    `${reader} ${form} leaves the token undecided at the gateway`,
    (t) => leavesUndecided(t, reader, form),
  ]),
  ...eachPair(["an answer of a live gateway"], forms, (reader, form) => [
    `${reader} ${form} is not compared`,
    (t) => isNotCompared(t, form),
  ]),
  "metadata with much besides what is used is not kept, and a long name is cut where it is told": keepsLittle,
};

/** Large answers of one form, as many as are asked for. */
function largeOnes(form: string) {
  const given: LargeAnswer[] = [];
  return {
    respond: (): Response => {
      const one = largeAnswers[form]?.() as LargeAnswer;
      given.push(one);
      return one.response;
    },
    /** Somebody asked for one, and nobody took much more than the limit: sockets hold a few MiB. */
    assertLeft: () =>
      assert.deepEqual(
        { asked: given.length > 0, most: Math.max(0, ...given.map(({ sent }) => sent())) < 16 * MAX_DOCUMENT_BYTES },
        { asked: true, most: true },
      ),
  };
}

async function endsSignIn(t: TestContext, reader: string, form: string): Promise<void> {
  const world = await programWorld(t);
  const large = largeOnes(form);
  readers[reader]?.(world, large.respond);
  const said = await world.start().then(
    async (standalone) => {
      const call = standalone.call("echo").catch(() => {});
      await standalone.says(/\(answer_too_large\)/);
      await call;
      return standalone.said();
    },
    (error: Error) => error.message,
  );
  assert.match(said, /The answer of a server is far too large\.\n.* sent more than 1 MiB, and the rest was not read\./);
  assert.match(said, /\(answer_too_large\)/);
  assert.deepEqual(
    Object.keys(world.computer.keyring()).filter((name) => name.includes("session:")),
    [],
  );
  large.assertLeft();
}

async function leavesUndecided(t: TestContext, reader: (typeof issuerReaders)[number], form: string): Promise<void> {
  const issuer = await startTokenIssuer();
  t.after(() => issuer.stop());
  const large = largeOnes(form);
  const web = await startWebServer(({ url }) => {
    const { origin, pathname } = new URL(url);
    if (pathname !== "/.well-known/openid-configuration" || reader === "a discovery document") return large.respond();
    return Response.json({ issuer: issuer.issuer, jwks_uri: `${origin}/keys` });
  });
  t.after(() => web.stop());
  const introspection = { endpoint: `${web.origin}/introspect`, clientId: "gateway", clientSecret: "${env:SECRET}" };
  const ofWeb = `${web.origin}/.well-known/openid-configuration`;
  const isIntrospected = reader === "an answer to introspection";
  const customJWTAuthorizer = { discoveryUrl: isIntrospected ? issuer.discoveryUrl : ofWeb, allowedAudience: ["api"] };
  const { code, out } = await gatewaySays(
    t,
    {
      authorizerConfiguration: { customJWTAuthorizer },
      ...(isIntrospected && { beyondAgentCore: { introspection } }),
    },
    { first: ["explain"], input: await issuer.token({ aud: "api" }) },
  );
  assert.deepEqual({ code, undecided: /undecided/i.test(out) }, { code: 1, undecided: true }, out);
  if (!isIntrospected) assert.match(out, /larger than 1 MiB/);
  large.assertLeft();
}

async function isNotCompared(t: TestContext, form: string): Promise<void> {
  const large = largeOnes(form);
  const web = await startWebServer(large.respond);
  t.after(() => web.stop());
  const { code, error } = await gatewaySays(
    t,
    { authorizerType: "NONE" },
    { first: ["compare"], last: [`${web.origin}/mcp`] },
  );
  assert.deepEqual(
    { code, told: /could not be asked: the answer is larger than 1 MiB/.test(error) },
    { code: 1, told: true },
    error,
  );
  large.assertLeft();
}

interface GatewayCommand {
  readonly first: readonly string[];
  readonly last?: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command of the gateway's program with a configuration. */
export async function gatewaySays(
  t: TestContext,
  configuration: object,
  { first, last = [], input = "", env = {} }: GatewayCommand,
) {
  const folder = temporaryFolder(t, "gateway");
  const file = join(folder, "a.gateway.json");
  writeFileSync(file, JSON.stringify(configuration));
  const child = spawn(process.execPath, [...program("gateway"), ...first, "--config", file, ...last], {
    env: { ...process.env, SECRET: "marked-secret", ...env },
  });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, error };
}

async function keepsLittle(t: TestContext): Promise<void> {
  const { start, provider, computer } = await programWorld(t);
  const long = "x".repeat(300_000);
  const lists = { scopes_supported: ["read", ...Array.from({ length: 20_000 }, (_, at) => `scope-${at}`)] };
  provider.answer[AUTHORIZATION_SERVER] = () =>
    Response.json({ ...provider.server, ...lists, service_documentation: long });
  const standalone = await start("--verbose");
  const answer = await standalone.call("echo");
  const kept = Object.values(computer.keyring()).map((value) => value.length);
  const told = standalone.said().length;
  provider.answer[AUTHORIZATION_SERVER] = () => Response.json({ ...provider.server, issuer: long });
  const refused = await start("--scopes", "other").then(
    (other) => other.says(/\(issuer_mismatch\)/).then(() => other.said()),
    (error: Error) => error.message,
  );
  assert.match(refused, /\(issuer_mismatch\)/);
  assert.deepEqual(
    {
      answer,
      kept: kept.length > 0 && Math.max(...kept) < 64_000,
      told: told < 32_000,
      refused: refused.length < 16_000,
    },
    { answer: "{}", kept: true, told: true, refused: true },
    JSON.stringify({ kept, told, refused: refused.length }),
  );
}
