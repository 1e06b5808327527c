import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { loadCedar } from "../../src/gateway/policies/loadCedar.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { gatewayArn, rulesOf, shopPolicies, shopTarget, shopTools } from "../support/policies/shopPolicies.ts";
import { program } from "../support/programs.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { startTokenIssuer } from "../support/tokenIssuer.ts";
import { patienceMs, until } from "../support/until.ts";
import { startProcess } from "../support/vscode/startProcess.ts";

const gatewayProgram = program("gateway");

interface World {
  readonly folder: string;
  /** Writes a gateway's file with the shop as its target. */
  configure(more: object): string;
  /** Writes a file of policies. */
  policies(name: string, ...statements: readonly string[]): void;
}

async function withFolder(act: (world: World) => Promise<void>): Promise<void> {
  const folder = makeTemporaryFolder("policies");
  const script = join(folder, "shop.mjs");
  writeFileSync(
    script,
    `import { createInterface } from "node:readline";
    const say = (id, result) => console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
    createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method, params } = JSON.parse(line);
      if (method === "initialize")
        say(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } });
      else if (method === "tools/list") say(id, { tools: ${JSON.stringify(shopTools)} });
      else if (method === "tools/call") say(id, { content: [{ type: "text", text: "did " + params.name }] });
    });`,
  );
  mkdirSync(join(folder, "policies"));
  try {
    await act({
      folder,
      configure(more) {
        const path = join(folder, "a.gateway.json");
        const targets = [{ name: "shop", stdio: { command: process.execPath, args: [script] } }];
        const engine = { policyEngineConfiguration: { mode: "ENFORCE" }, gatewayArn };
        writeFileSync(path, JSON.stringify({ authorizerType: "NONE", ...engine, targets, ...more }, undefined, 2));
        return path;
      },
      policies: (name, ...statements) => writeFileSync(join(folder, "policies", name), statements.join("\n\n")),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the program to its end. What it says has the folder's name taken out. */
async function ended(folder: string, args: readonly string[]) {
  const child = spawn(process.execPath, [...gatewayProgram, ...args], { timeout: patienceMs });
  child.stdin.end();
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  const lines = (said: string) => said.replaceAll(join(folder, "/"), "").replaceAll("\\", "/").trim().split("\n");
  return { code, out: lines(out), err: lines(err), printed: out };
}

test("--check says of every policy that cannot be used why, with file, line and column, all at once", () =>
  withFolder(async ({ folder, configure, policies }) => {
    const inline = {
      name: "inline",
      definition: { cedar: { statement: `${shopPolicies.P2.replace("500", "'500'")}` } },
    };
    const file = configure({ policies: [{ file: "policies" }, inline, { file: "missing" }] });
    policies("broken.cedar", shopPolicies.P1, shopPolicies.P2.replace("&&", "and"));
    policies("other.cedar", shopPolicies.P1.replace("shop-abc", "other-abc"));
    policies(
      "temporal.cedar",
      `// When it was refunded before.\n${shopPolicies.P1.replace(";", " when temporal { once };")}`,
    );
    policies("wide.cedar", `permit(principal is AgentCore::OAuthUser, action, resource);`);
    const { code, err } = await ended(folder, ["--check", "--config", file]);
    const column = (readFileSync(file, "utf8").split("\n")[25] ?? "").indexOf("'500'") + 1;
    assert.equal(code, 3);
    assert.deepEqual(
      err.map((line) => line.replace(/found AgentCore.*$/, "found …").replace(/ \(expected `!=`.*/, "")),
      [
        "a.gateway.json:31:15: policies[2].file: there is no such file or folder",
        "policies/broken.cedar:12:28: unexpected token `and`",
        `policies/other.cedar:4:3: expected resource == AgentCore::Gateway::"${gatewayArn}", as gatewayArn says, found …`,
        "policies/temporal.cedar:6:3: this is Dogwood and not Cedar: a temporal condition needs the calls of a session, which AgentCore alone keeps",
        `policies/wide.cedar:1:51: expected resource is AgentCore::Gateway or resource == AgentCore::Gateway::"${gatewayArn}": AgentCore refuses a policy for every resource`,
        `a.gateway.json:26:${column}: policies[1].definition.cedar.statement: invalid token; strings must use double quotes, not single quotes`,
      ],
    );
  }));

test("--check asks the targets for their tools, and says which policies do not fit them", () =>
  withFolder(async ({ folder, configure, policies }) => {
    policies("shop.cedar", shopPolicies.P1, shopPolicies.P2);
    const file = configure({ policies: [{ file: "policies/shop.cedar" }] });
    const good = await ended(folder, ["--check", "--config", file]);
    policies(
      "shop.cedar",
      shopPolicies.P1.replace("lookup", "look"),
      shopPolicies.P2.replace('principal.hasTag("role") && ', "").replace("amount", "amout"),
      shopPolicies.P3.replace("has note", "has nota"),
    );
    const bad = await ended(folder, ["--check", "--config", file]);
    assert.deepEqual([good.code, good.out, bad.code], [0, ["a.gateway.json: good"], 3]);
    const found = (what: RegExp) => bad.err.filter((line) => what.test(line)).length;
    assert.deepEqual(
      [
        found(/^policies\/shop\.cedar:3:13: unrecognized action `AgentCore::Action::"shop___look"`; did you mean/),
        found(/^policies\/shop\.cedar:12:3: .*tag `"role"`/),
        found(/^policies\/shop\.cedar:12:42: .*`input\.amout`/),
        found(/^policies\/shop\.cedar:15:1: policy is impossible.*IGNORE_ALL_FINDINGS/),
      ],
      [1, 1, 1, 1],
      bad.err.join("\n"),
    );
  }));

test("policies without an engine, or without the gateway's ARN, are a fault of the file", () =>
  withFolder(async ({ folder, configure, policies }) => {
    policies("shop.cedar", shopPolicies.P1);
    const more = { policies: [{ file: "policies" }], gatewayArn: undefined, policyEngineConfiguration: undefined };
    const { code, err } = await ended(folder, ["--check", "--config", configure(more)]);
    assert.equal(code, 3);
    assert.deepEqual(
      err.map((line) =>
        line
          .split(": ")
          .slice(0, 3)
          .join(": ")
          .replace(/;.*|,.*/, ""),
      ),
      [
        "a.gateway.json:14:3: policies: needs policyEngineConfiguration with a mode",
        "a.gateway.json:14:3: policies: needs gatewayArn",
      ],
    );
  }));

test("a policy file that changes is read again, and one with faults changes nothing", () =>
  withFolder(async ({ folder, configure, policies }) => {
    policies("a.cedar", shopPolicies.P1);
    const file = configure({ policies: [{ file: "policies" }] });
    const started = startProcess(process.execPath, [...gatewayProgram, "--config", file], { stdin: true });
    try {
      const ready = await started.line(
        (line) => (line.startsWith("{") ? (JSON.parse(line) as { gateways: { url: string }[] }) : undefined),
        "the gateway did not start",
      );
      const url = ready.gateways[0]?.url ?? "";
      const seen = async () => {
        const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
        const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });
        const answer = await (await fetch(url, { method: "POST", headers, body })).json();
        return (answer as { result: { tools: { name: string }[] } }).result.tools.map(({ name }) => name);
      };
      const reloaded = () => started.logs.filter((line) => line.includes('"reloaded"'));
      const before = await seen();
      policies("b.cedar", shopPolicies.P2.replace(/ when[\s\S]*/, ";"));
      await until(() => reloaded().length === 1, "the first reading");
      const after = await seen();
      policies("b.cedar", "permit(principal");
      await until(() => reloaded().length === 2, "the second reading");
      policies("b.cedar", shopPolicies.P2.replace("amount", "amout"));
      await until(() => reloaded().length === 3, "the third reading");
      const faults = reloaded().map((line) => (JSON.parse(line) as { faults: string[] }).faults.length);
      assert.deepEqual(
        { before, after, kept: await seen(), faults },
        {
          before: ["shop___lookup"],
          after: ["shop___lookup", "shop___refund"],
          kept: ["shop___lookup", "shop___refund"],
          faults: [0, 1, 1],
        },
        folder,
      );
    } finally {
      await started.stop();
    }
  }));

test("explain --tool says which policy decides, what the token gives, and which conditions are left", () =>
  withFolder(async ({ folder, configure, policies }) => {
    policies("shop.cedar", shopPolicies.P1, shopPolicies.P2, shopPolicies.P3);
    const issuer = await startTokenIssuer();
    try {
      const customJWTAuthorizer = { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"] };
      const authorizer = { authorizerType: "CUSTOM_JWT", authorizerConfiguration: { customJWTAuthorizer } };
      const file = configure({ ...authorizer, policies: [{ file: "policies" }] });
      const token = join(folder, "token");
      writeFileSync(token, await issuer.token({ role: "clerk" }));
      const explain = async (...more: readonly string[]) => {
        const args = ["explain", "--config", file, "--token", `@${token}`, "--tool", "shop___refund", ...more];
        const { code, out, err } = await ended(folder, args);
        return { code, said: out.slice(out.findIndex((line) => line.startsWith("policies:"))), err };
      };
      const input = (more: object) => ["--arguments", JSON.stringify({ orderId: "1", ...more })];
      const [allowed, forbidden, before] = [
        await explain(...input({ amount: 450 })),
        await explain(...input({ amount: 1, note: "a vip" })),
        await explain(),
      ];
      const vip = 'when { (context.input has note) && (context.input.note like "*vip*") }';
      const left = [
        "  tools/list shows the tool",
        "  left of shop_2 (permit, policies/shop.cedar:7:1): when { context.input.amount < 500 }",
        `  left of shop_3 (forbid, policies/shop.cedar:15:1): ${vip}`,
      ];
      const tags = allowed.said.filter((line) => line.startsWith("  tag "));
      assert.deepEqual(
        {
          codes: [allowed.code, forbidden.code, before.code],
          allowed: allowed.said.filter((line) => !tags.includes(line)),
          role: tags.filter((line) => line.includes("role")),
          forbidden: forbidden.said.slice(0, 2),
          before: before.said[0],
        },
        {
          codes: [0, 4, 0],
          allowed: [
            "policies: allowed",
            "  decided by shop_2 (permit, policies/shop.cedar:7:1)",
            '  caller: AgentCore::OAuthUser::"ada"',
            ...left,
          ],
          role: ["  tag role: clerk"],
          forbidden: ["policies: denied by a forbid", "  decided by shop_3 (forbid, policies/shop.cedar:15:1)"],
          before: "policies: it depends on the arguments or the time",
        },
      );
      const json = await ended(folder, [
        ...["explain", "--config", file, "--token", `@${token}`, "--json", "--tool", "shop___lookup"],
        ...["--arguments", "{}"],
      ]);
      const { kind, policies: said } = JSON.parse(json.out.join("\n")) as {
        kind: string;
        policies: { problem: string };
      };
      assert.deepEqual([json.code, kind, said.problem], [4, "allowed", "orderId is missing"]);
      const wrong = await Promise.all([
        ended(folder, ["explain", "--config", file, "--token", `@${token}`, "--tool", "sho___refund"]),
        explain("--arguments", "{"),
        explain("--arguments", "[]"),
      ]);
      assert.deepEqual(
        wrong.map(({ code, err }) => [code, err[0]?.replace(/JSON: .*/, "JSON")]),
        [
          [1, "--tool: expected target___tool with a target of the file, found sho___refund"],
          [1, "--arguments: this is not JSON"],
          [1, "--arguments: expected an object of JSON"],
        ],
      );
    } finally {
      await issuer.stop();
    }
  }));

test("schema prints the Cedar schema of the tools, which Cedar reads", () =>
  withFolder(async ({ folder, configure }) => {
    const { code, out } = await ended(folder, ["schema", "--config", configure({})]);
    const text = out.join("\n");
    assert.equal(code, 0);
    assert.deepEqual(loadCedar().checkParseSchema(text), { type: "success" });
    assert.match(text, /action "shop___refund" in \[Action::"shop"\] appliesTo/);
    assert.match(text, /note\?: __cedar::String/);
  }));

test("compare finds live policies that show other tools than those of the file", () =>
  withFolder(async ({ folder, configure, policies }) => {
    policies("shop.cedar", shopPolicies.P1);
    const issuer = await startTokenIssuer();
    const authorizer = { customJWTAuthorizer: { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"] } };
    const options = { authorizer, targets: [shopTarget()] };
    const live = await startGateway({ ...options, policies: rulesOf(shopPolicies) });
    try {
      const guarded = { authorizerType: "CUSTOM_JWT", authorizerConfiguration: authorizer };
      const file = configure({ ...guarded, policies: [{ file: "policies" }] });
      const token = join(folder, "token");
      const compare = async (claims: object) => {
        writeFileSync(token, await issuer.token({ ...claims }));
        const { code, out } = await ended(folder, ["compare", "--config", file, live.url, "--token", `@${token}`]);
        return [code, out.filter((line) => line.startsWith("DIFFERS"))];
      };
      assert.deepEqual(
        [await compare({}), await compare({ role: "clerk" })],
        [
          [0, []],
          [4, ["DIFFERS  the tools that the policies show"]],
        ],
      );
    } finally {
      await live.stop();
      await issuer.stop();
    }
  }));

test("compare asks a gateway that lets everyone in for its tools without a token, and says so where it needs one", () =>
  withFolder(async ({ folder, configure, policies }) => {
    policies("shop.cedar", shopPolicies.P1);
    const live = await startGateway({ targets: [shopTarget()], policies: rulesOf({}) });
    const authorizerConfiguration = {
      customJWTAuthorizer: {
        discoveryUrl: "http://127.0.0.1:1/.well-known/openid-configuration",
        allowedAudience: ["api"],
      },
    };
    try {
      const compare = async (more: object) => {
        const file = configure({ ...more, policies: [{ file: "policies" }] });
        const { out, err } = await ended(folder, ["compare", "--config", file, live.url]);
        return [out.filter((line) => line.includes("the tools that")), err.join("\n")] as const;
      };
      const [differing, said] = await compare({ authorizerType: "NONE" });
      assert.deepEqual(differing, ["DIFFERS  the tools that the policies show"]);
      assert.match(said, /the tools that they show were compared/);
      assert.doesNotMatch(said, /Without --token/);
      const [unasked, needed] = await compare({ authorizerType: "CUSTOM_JWT", authorizerConfiguration });
      assert.deepEqual(unasked, []);
      assert.match(needed, /Without --token/);
      assert.match(needed, /The policies were not compared/);
    } finally {
      await live.stop();
    }
  }));

test("export prints the configuration in the language that is asked for, and says what that cannot say", () =>
  withFolder(async ({ folder, configure, policies }) => {
    policies("shop.cedar", shopPolicies.P1, shopPolicies.P2);
    const file = configure({ name: "shop", policies: [{ file: "policies" }], local: { port: 0 } });
    const exported = async (...more: readonly string[]) => await ended(folder, ["export", "--config", file, ...more]);
    const [template, cdk, terraform, none] = await Promise.all([
      exported("--format", "cloudformation"),
      exported("--format", "cdk"),
      exported("--format", "terraform"),
      exported("--format", "pulumi"),
    ]);
    const { Resources } = JSON.parse(template.printed) as { Resources: Record<string, { Type: string }> };
    assert.deepEqual(
      {
        codes: [template, cdk, terraform, none].map(({ code }) => code),
        resources: Object.keys(Resources),
        notSaid: template.err,
        cdk: cdk.out.some((line) => line.includes('new agentcore.CfnPolicy(this, "Policy2"')),
        terraform: terraform.out.includes('resource "awscc_bedrockagentcore_policy" "policy2" {'),
        none: none.err[0],
      },
      {
        codes: [0, 0, 0, 2],
        resources: ["PolicyEngine", "Gateway", "TargetShop", "Policy1", "Policy2"],
        notSaid: [
          "a.gateway.json: not exported: local",
          "a.gateway.json: not exported: targets[0].stdio, for which TargetShopEndpoint stands",
        ],
        cdk: true,
        terraform: true,
        none: "--format is one of cloudformation, cdk, terraform.",
      },
    );
  }));
