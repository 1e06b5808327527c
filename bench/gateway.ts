import { type Build, builds as buildsOf, nameOf } from "./builds.ts";
import { measureAdded } from "./gatewayCalls.ts";
import { measureChecks } from "./gatewayChecks.ts";
import { type ManyWorld, measureConnections, measureMemory, measureTargets, type Where } from "./gatewayMany.ts";
import { measurePings } from "./gatewayPings.ts";
import { measurePolicies, policiesTable } from "./gatewayPolicies.ts";
import { addedTable, connectionsTable, memoryTable, ratesTable, targetsTable } from "./gatewayTables.ts";
import { type Algorithm, type BenchIssuer, startBenchIssuer } from "./gatewayTokens.ts";
import { machineLine } from "./machine.ts";
import { options } from "./options.ts";
import { seededRandom } from "./random.ts";

/**
 * Measures the gateway: the check of a token and the requests it lets in, next to what people would use for it, in one
 * run and in turns. It judges nothing.
 */
const { rounds, before, seed, only } = options(process.argv.slice(2));
const parts = { checks, pings, added, policies, connections, memory, targets };
/** All, or one that is named. */
const chosen = Object.entries(parts).filter(([name]) => only === undefined || only === name);
if (chosen.length === 0) throw new Error(`--only takes one of ${Object.keys(parts).join(", ")}`);

const random = seededRandom(seed);
const say = (line: string) => console.error(line);
const algorithms: readonly Algorithm[] = ["RS256", "ES256"];
const places: readonly Where[] = ["in its process", "over HTTP"];
const builds = await buildsOf(before);
const issuers = new Map<Algorithm, BenchIssuer>();
for (const algorithm of algorithms) issuers.set(algorithm, await startBenchIssuer(algorithm));
const rsa = issuers.get("RS256") as BenchIssuer;
const many: ManyWorld = { bench: rsa, builds, rounds, random };
const ofEach = (what: string, title: string) =>
  builds.map((build: Build) => [nameOf(what, build), nameOf(title, build)] as const);

try {
  console.log(machineLine(rounds, seed));
  for (const [name, part] of chosen) {
    say(name);
    for (const table of await part()) console.log(`\n${table}`);
  }
} finally {
  for (const issuer of issuers.values()) issuer.stop();
}

async function checks(): Promise<string[]> {
  const measured = new Map<Algorithm, Awaited<ReturnType<typeof measureChecks>>>();
  for (const [algorithm, issuer] of issuers) {
    measured.set(algorithm, await measureChecks(issuer, { builds, rounds, random }));
  }
  const rows = [
    ["jose", "`jose.jwtVerify`"] as const,
    ["awsJwtVerify", "`aws-jwt-verify`"] as const,
    ...ofEach("new tokens", "our check, each token new"),
    ...ofEach("known tokens", "our check, tokens it knows"),
    ...ofEach("in the editor", "our check in the editor, with WebCrypto"),
  ];
  const title = "The check of a token alone, on one core";
  return [ratesTable(measured, { title, rows, peer: ["awsJwtVerify", "`aws-jwt-verify`"] })];
}

async function pings(): Promise<string[]> {
  const measured = new Map<Algorithm, Awaited<ReturnType<typeof measurePings>>>();
  for (const [algorithm, issuer] of issuers) {
    const checks = ["unchecked", "jose", "awsJwtVerify", "expressOauth2"] as const;
    measured.set(algorithm, await measurePings(issuer, checks, { builds, rounds, random, calls: true }));
  }
  const rows = [
    ["unchecked", "`node:http`, no check at all"] as const,
    ["jose", "Express with `jose.jwtVerify`"] as const,
    ["awsJwtVerify", "Express with `aws-jwt-verify`"] as const,
    ["expressOauth2", "Express with `express-oauth2-jwt-bearer`"] as const,
    ...ofEach("gateway", "the gateway, `ping`"),
    ...ofEach("gateway, calls", "the gateway, `tools/call` of a target in its process"),
  ];
  const title = "Authorised requests over HTTP, the server on one core, 10 connections";
  return [ratesTable(measured, { title, rows, peer: ["expressOauth2", "`express-oauth2-jwt-bearer`"] })];
}

async function added(): Promise<string[]> {
  return [addedTable(await measureAdded(rsa, { builds, rounds, random }), builds)];
}

async function policies(): Promise<string[]> {
  return [policiesTable(await measurePolicies(rsa, { builds, rounds, random }), builds)];
}

async function connections(): Promise<string[]> {
  return [connectionsTable(await measureConnections(many), builds)];
}

async function memory(): Promise<string[]> {
  const measured = new Map<Where, Awaited<ReturnType<typeof measureMemory>>>();
  for (const where of places) measured.set(where, await measureMemory(many, where));
  return [memoryTable(measured, builds)];
}

async function targets(): Promise<string[]> {
  const tables: string[] = [];
  for (const where of places) {
    const measured = new Map<number, Awaited<ReturnType<typeof measureTargets>>>();
    for (const count of [1, 10, 50]) measured.set(count, await measureTargets(many, where, count));
    tables.push(targetsTable(where, measured));
  }
  return tables;
}
