import assert from "node:assert/strict";
import { test } from "node:test";
import { SandboxClient } from "../support/sandboxClient.ts";
import { CookieJar, signInByHttp, text } from "../support/signInByHttp.ts";
import { withSandbox } from "../support/withSandbox.ts";

test("a browser that comes by another name is sent to the issuer's own before anything else", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { port } = new URL(sandbox.issuer);
    const byName = client.authorizationUrl().replace(sandbox.issuer, `http://localhost:${port}`);
    const response = await fetch(byName, { redirect: "manual" });
    const metadata = await fetch(`http://localhost:${port}/.well-known/openid-configuration`);
    const { token_endpoint } = (await metadata.json()) as { token_endpoint: string };
    assert.deepEqual(
      { location: response.headers.get("location"), cookies: response.headers.getSetCookie(), token_endpoint },
      { location: client.authorizationUrl(), cookies: [], token_endpoint: `${sandbox.issuer}/token` },
    );
  }));

test("the pages load nothing, cannot be framed, and say which app asks for what", () =>
  withSandbox({}, async (sandbox) => {
    const { answers } = await signInByHttp(new SandboxClient(sandbox).authorizationUrl());
    const observed = answers.map(({ html, headers }) => ({
      policy: headers.get("content-security-policy")?.replace(/'sha256-[^']+'/, "<hash>"),
      stored: headers.get("cache-control"),
      outside: /(src|href|url)\s*[=(]/i.test(html),
      saysSignedIn: /signed in/i.test(html),
      names: ["Gateway Connect", "Ada Lovelace", sandbox.gatewayUrl, "localhost:3334"].filter((name) =>
        text(html).includes(name),
      ),
    }));
    const page = {
      policy: `default-src 'none'; style-src <hash>; form-action ${sandbox.issuer} http://localhost:3334; base-uri 'none'; frame-ancestors 'none'`,
      stored: "no-store",
      outside: false,
      saysSignedIn: false,
    };
    assert.deepEqual(observed, [
      { ...page, names: ["Gateway Connect", "Ada Lovelace"] },
      { ...page, names: ["Gateway Connect", "Ada Lovelace", sandbox.gatewayUrl, "localhost:3334"] },
    ]);
  }));

test("a page that was answered, belongs to another browser, or gets an answer it did not offer goes no further", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const jar = new CookieJar();
    const { answers } = await client.authorize({}, { jar });
    const used = answers[0]?.url ?? "";
    const open = await fetch(client.authorizationUrl(), { redirect: "manual" });
    const fresh = new CookieJar();
    fresh.keep(open);
    const page = new URL(open.headers.get("location") ?? "");
    const post = async (url: string, answer: string, cookies?: CookieJar) => {
      const response = await fetch(url, {
        method: "POST",
        redirect: "manual",
        body: new URLSearchParams({ answer }),
        headers: { cookie: cookies?.header(new URL(url)) ?? "" },
      });
      return [response.status, response.headers.get("location"), /<title>([^<]*)/.exec(await response.text())?.[1]];
    };
    const expired = [400, null, "This page has expired"];
    const nothing = [400, null, "Nothing was chosen"];
    assert.deepEqual(
      [
        await post(used, "person:ada", jar),
        await post(page.href, "person:ada"),
        await post(page.href, "allow", fresh),
        await post(page.href, "person:nobody", fresh),
      ],
      [expired, expired, nothing, nothing],
    );
  }));
