import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "@modelcontextprotocol/server";
import { JwtVerifier } from "aws-jwt-verify";
import express, { type RequestHandler } from "express";
import { auth } from "express-oauth2-jwt-bearer";
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { Ours } from "./builds.ts";
import { answerParent } from "./childProcess.ts";
import { startBytePipe, startSdkEnds } from "./gatewayBaselines.ts";
import { startHttpTargets } from "./httpTargets.ts";
import { memoryInUse } from "./memoryInUse.ts";

/** Servers that answer a ping to whoever has a token, each with another check. */
export type PingServer = "unchecked" | "jose" | "awsJwtVerify" | "expressOauth2";

export type ServerQuestion =
  | { readonly what: "pings"; readonly check: PingServer; readonly issuer: string }
  /** A gateway with so many targets in its process: a build's own, without its program. */
  | { readonly what: "inProcess"; readonly oursUrl: string; readonly issuer: string; readonly targets: number }
  /** A way to `targetUrl` that a gateway cannot be much faster than. */
  | { readonly what: "bytePipe" | "sdkEnds"; readonly targetUrl: string }
  | { readonly what: "httpTargets"; readonly count: number }
  | { readonly what: "memory" };

/** What every server of the comparison answers. */
const answer = JSON.stringify({ jsonrpc: "2.0", id: 1, result: {} });

answerParent<ServerQuestion>(async (question) => {
  switch (question.what) {
    case "memory":
      return await memoryInUse();
    case "httpTargets":
      return { urls: await startHttpTargets(question.count) };
    case "bytePipe":
      return { url: await startBytePipe(question.targetUrl) };
    case "sdkEnds":
      return { url: await startSdkEnds(question.targetUrl) };
    case "inProcess":
      return { url: await startInProcess(question) };
    case "pings":
      return { url: await startPings(question.check, question.issuer) };
  }
});

async function startInProcess({ oursUrl, issuer, targets }: Extract<ServerQuestion, { what: "inProcess" }>) {
  const { startGateway } = (await import(oursUrl)) as Ours;
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  const gateway = await startGateway({
    authorizer: { customJWTAuthorizer: { discoveryUrl, allowedAudience: ["api"] } },
    targets: Array.from({ length: targets }, (_, at) => targetInProcess(`t${at}`)),
  });
  return gateway.url;
}

async function startPings(check: PingServer, issuer: string): Promise<string> {
  const server = createServer(check === "unchecked" ? answerUnchecked : expressWith(checkOf(check, issuer)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

const answerUnchecked: Parameters<typeof createServer>[1] = (request, response) => {
  request.resume().once("end", () => response.setHeader("content-type", "application/json").end(answer));
};

function expressWith(check: RequestHandler) {
  const app = express();
  app.use(check, express.json(), (_request, response) => {
    response.type("application/json").send(answer);
  });
  return app;
}

function checkOf(check: Exclude<PingServer, "unchecked">, issuer: string): RequestHandler {
  const jwksUri = `${issuer}/keys`;
  if (check === "expressOauth2") return auth({ issuer, audience: "api", jwksUri });
  const bearer = (header: string | undefined) => header?.replace(/^Bearer /, "") ?? "";
  const verify = check === "jose" ? withJose(issuer, jwksUri) : withAws(issuer, jwksUri);
  return (request, response, next) => {
    verify(bearer(request.headers.authorization)).then(
      () => next(),
      () => response.status(401).end(),
    );
  };
}

function withJose(issuer: string, jwksUri: string) {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  return (token: string): Promise<unknown> => jwtVerify(token, keys, { issuer, audience: "api" });
}

function withAws(issuer: string, jwksUri: string) {
  const verifier = JwtVerifier.create({ issuer, audience: "api", jwksUri });
  // It fetches keys over https only; an issuer of this machine has to hand them over.
  const ready = fetch(jwksUri).then(async (response) => verifier.cacheJwks(await response.json()));
  return async (token: string): Promise<unknown> => {
    await ready;
    return await verifier.verify(token);
  };
}

function targetInProcess(name: string): Parameters<Ours["startGateway"]>[0]["targets"][number] {
  return {
    kind: "inProcess",
    name,
    create() {
      const server = new Server({ name, version: "1.0.0" }, { capabilities: { tools: {} } });
      const inputSchema = { type: "object" as const };
      server.setRequestHandler("tools/list", () => ({
        tools: Array.from({ length: 5 }, (_, at) => ({ name: `tool${at}`, inputSchema })),
      }));
      server.setRequestHandler("tools/call", () => ({ content: [{ type: "text" as const, text: "done" }] }));
      return server;
    },
  };
}
