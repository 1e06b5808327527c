import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "@modelcontextprotocol/server";
import { JwtVerifier } from "aws-jwt-verify";
import express, { type RequestHandler } from "express";
import { auth } from "express-oauth2-jwt-bearer";
import { createRemoteJWKSet, jwtVerify } from "jose";
import type { Target } from "../src/gateway/router/target.ts";
import { startGateway } from "../src/gateway/startGateway.ts";
import { answerParent } from "./childProcess.ts";
import { startBytePipe, startSdkEnds } from "./gatewayBaselines.ts";
import { startHttpTargets } from "./httpTargets.ts";

export type ServerKind =
  | "unchecked"
  | "jose"
  | "awsJwtVerify"
  | "expressOauth2"
  | "gateway"
  /** Ways to `targetUrl` that a gateway cannot be faster than. */
  | "bytePipe"
  | "sdkEnds";

export type ServerQuestion =
  | {
      readonly what: "start";
      readonly kind: ServerKind;
      readonly issuer: string;
      /** How many targets in this process the gateway has. */
      readonly targets?: number;
      /** A target over HTTP, in place of those. */
      readonly targetUrl?: string;
      /** Several of them. */
      readonly targetUrls?: readonly string[];
    }
  | { readonly what: "httpTargets"; readonly count: number }
  | { readonly what: "memory" };

/** What every server of the comparison answers. */
const answer = JSON.stringify({ jsonrpc: "2.0", id: 1, result: {} });

answerParent<ServerQuestion>(async (question) => {
  if (question.what === "memory") {
    for (let turn = 0; turn < 3; turn++) globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapUsed, rss };
  }
  if (question.what === "httpTargets") return { urls: await startHttpTargets(question.count) };
  const { kind, issuer, targets = 1, targetUrl, targetUrls = targetUrl === undefined ? [] : [targetUrl] } = question;
  if (kind === "gateway") {
    const gateway = await startGateway({
      authorizer: {
        customJWTAuthorizer: { discoveryUrl: `${issuer}/.well-known/openid-configuration`, allowedAudience: ["api"] },
      },
      targets:
        targetUrls.length === 0
          ? Array.from({ length: targets }, (_, at) => targetInProcess(`t${at}`))
          : targetUrls.map((url, at) => ({ kind: "http", name: `t${at}`, url })),
    });
    return { url: gateway.url };
  }
  if (kind === "bytePipe") return { url: await startBytePipe(targetUrl ?? "") };
  if (kind === "sdkEnds") return { url: await startSdkEnds(targetUrl ?? "") };
  if (kind === "unchecked") {
    const server = createServer((request, response) => {
      request.resume().once("end", () => response.setHeader("content-type", "application/json").end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` };
  }
  const app = express();
  app.use(check(kind, issuer), express.json(), (_request, response) => {
    response.type("application/json").send(answer);
  });
  const server = await new Promise<ReturnType<typeof app.listen>>((resolve) => {
    const listening = app.listen(0, "127.0.0.1", () => resolve(listening));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` };
});

function check(kind: "jose" | "awsJwtVerify" | "expressOauth2", issuer: string): RequestHandler {
  const jwksUri = `${issuer}/keys`;
  if (kind === "expressOauth2") return auth({ issuer, audience: "api", jwksUri });
  const bearer = (header: string | undefined) => header?.replace(/^Bearer /, "") ?? "";
  const verify = kind === "jose" ? withJose(issuer, jwksUri) : withAws(issuer, jwksUri);
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

function targetInProcess(name: string): Target {
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
