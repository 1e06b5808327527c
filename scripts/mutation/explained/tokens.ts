import type { Explanations } from "../judged.ts";

const logged = "What a log says is for people; no program reads its words.";
const typed = "The type has it as optional; what is read here always has it.";

/** Of the sources that keep, renew, move, share and revoke tokens. */
export const ofTokens: Explanations = {
  "src/oauth/tokens/secretTokenStore.ts": [
    {
      mutator: "CallExpression",
      line: "this.#parsed.delete(key);",
      why: "What was read before is used for the very text that it was read from alone. That it is let go of is about memory, which the search for secrets in heap snapshots looks at.",
    },
    {
      mutator: "CallExpression",
      line: "this.#unkept.delete(key);",
      why: "The next look at the entry finds another text there than the renewal began with, and forgets them then.",
    },
  ],
  "src/oauth/tokens/tokenSet.ts": [
    {
      mutator: "BlockStatement",
      line: "} catch {",
      why: "A function that ends without a value gives undefined as well.",
    },
  ],
  "src/oauth/tokens/tokenManager.ts": [
    {
      mutator: "ConditionalExpression",
      line: "const usable = () => expiresAt !== undefined && this.#world.now() < expiresAt;",
      why: "No time is before undefined, so that the comparison alone says no.",
    },
    {
      mutator: "StringLiteral",
      line: 'this.#world.log.warn("token not renewed, the present one still serves", { reason: asFailure(failure).code });',
      why: logged,
    },
    {
      mutator: "ConditionalExpression",
      line: "return expiresAt === undefined || this.#world.now() < expiresAt ? tokens : undefined;",
      why: "An ID token in an answer has an end, or it is not believed (OpenID Connect Core, 3.1.3.7); one without an end is not renewed.",
    },
    {
      mutator: "StringLiteral",
      line: 'this.#world.log.info("access token renewed", { issuer: tokens.server.issuer, account: tokens.account.label });',
      why: logged,
    },
    {
      mutator: "StringLiteral",
      line: 'replace: (sessionId, refused) => this.replace(sessionId, refused, "id"),',
      why: "Whatever is not the access token is the ID token.",
    },
    {
      mutator: "StringLiteral",
      line: 'this.#world.log.warn("renewed tokens are held in memory only: the secret storage does not keep them", {',
      why: logged,
    },
    {
      mutator: "ObjectLiteral",
      line: "if (!isAlive(latest)) return { latest: undefined, isEnded: false };",
      why: "What is left out is undefined, which counts as no end and as no tokens.",
    },
    { mutator: "StringLiteral", line: 'this.#world.log.warn("session ended", { because });', why: logged },
    {
      mutator: "LogicalOperator",
      line: "...(tokens.enterprise &&",
      why: "Only tokens by way of a company are answered with the time of an exchange, and they always are.",
    },
    {
      mutator: "ConditionalExpression",
      line: "answer.exchangedAt !== undefined && { enterprise: { ...tokens.enterprise, exchangedAt: answer.exchangedAt } }),",
      why: "Only tokens by way of a company are answered with the time of an exchange, and they always are.",
    },
    {
      mutator: "StringLiteral",
      line: 'const { refreshToken = "", resource, askedScopes: scopes = tokens.scopes, namesScopes = false } = tokens;',
      why: "Without a refresh token nobody gets here but who asks in another way.",
    },
  ],
  "src/oauth/tokens/revocation.ts": [
    {
      mutator: "StringLiteral",
      line: 'sent: BearerToken = "access",',
      why: "Whatever is not the ID token is the access token.",
    },
    {
      mutator: "StringLiteral",
      line: 'let body = "";',
      why: "It is read only where an answer came, which has written it.",
    },
    {
      mutator: "StringLiteral",
      line: 'if (body.trimStart().startsWith("<")) throw new Error("a page answered in the provider\'s place");',
      change: '"a page answered in the provider\'s place" → ""',
      why: "The report says it in words of its own.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (error instanceof oauth.ResponseBodyError) {",
      why: "No other error has a member of that name with one of these values.",
    },
    {
      mutator: "StringLiteral",
      line: 'if (response.ok && body.trimStart().startsWith("<"))',
      why: "An answer that is a success fails for being a page alone.",
    },
  ],
  "src/oauth/tokens/moveSignIn.ts": [
    {
      mutator: "ConditionalExpression",
      line: "if (text === undefined || isMoved(text)) return false;",
      why: "Where there is no entry there is none that can be read either.",
    },
  ],
  "src/oauth/tokens/keychainTokens.ts": [
    {
      mutator: "StringLiteral",
      line: 'this.#world.log.warn("the keychain takes nothing, so that the editor keeps a sign-in itself again");',
      why: logged,
    },
    {
      mutator: "StringLiteral",
      line: '.catch(() => this.#world.log.warn("a move to or from the keychain is not finished yet"))',
      why: logged,
    },
  ],
  "src/connections/signIn/sharingConsent.ts": [
    {
      mutator: "ConditionalExpression",
      line: "const audiences = (text === undefined ? undefined : audiencesOf(text)) ?? [];",
      change: "text === undefined → false",
      why: "No token names no audience, as one that cannot be read.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (madeFor === undefined || !sharing) return false;",
      why: "What is compared next differs then: a consent names whose sign-in it is, and without one nothing was agreed to.",
    },
    {
      mutator: "LogicalOperator",
      line: "if (madeFor === undefined || !sharing) return false;",
      why: "What is compared next differs then: a consent names whose sign-in it is, and without one nothing was agreed to.",
    },
  ],
  "src/connections/signIn/signInSharing.ts": [
    {
      mutator: "StringLiteral",
      line: '#madeFor({ gatewayHost: host, connectionId = "" }: TokenSet): string | undefined {',
      why: "No connection has either name.",
    },
  ],
  "src/oauth/tokens/sharedSession.ts": [
    {
      mutator: "StringLiteral",
      line: 'const boundAudience = provider.boundAudience?.({ flow: "browser", audience, resource });',
      why: "At no provider does the audience depend on the flow.",
    },
  ],
  "src/node/secrets/sharedSecrets.ts": [
    {
      mutator: "ArrowFunction",
      line: "const settled = mine.catch(() => {}).finally(() => queues.get(name) === settled && queues.delete(name));",
      change: "() => queues.get(name) === settled && queues.delete(name) → () => undefined",
      why: "Whoever comes next waits for what is over, which takes no time. The names are few.",
    },
    {
      mutator: "ConditionalExpression",
      line: "const settled = mine.catch(() => {}).finally(() => queues.get(name) === settled && queues.delete(name));",
      change: "queues.get(name) === settled && queues.delete(name) → true",
      why: "Whoever comes next waits for what is over, which takes no time. The names are few.",
    },
    {
      mutator: "ConditionalExpression",
      line: "const settled = mine.catch(() => {}).finally(() => queues.get(name) === settled && queues.delete(name));",
      change: "queues.get(name) === settled && queues.delete(name) → false",
      why: "Whoever comes next waits for what is over, which takes no time. The names are few.",
    },
  ],
  "src/oauth/tokens/proofs.ts": [
    {
      mutator: "BooleanLiteral",
      line: 'const privateKey = await subtle.importKey("jwk", whole, parameters, false, ["sign"]);',
      why: "The library hands the key to nobody, so that nobody could ask it to be read out. It is one wall more.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (keyPair) return oauth.DPoP({}, keyPair);",
      why: "Of no pair the library makes nothing, and what it throws is caught below.",
    },
    {
      mutator: "MethodExpression",
      line: 'const nonce = headers.get("dpop-nonce")?.trim() ?? "";',
      why: "What goes back is what the library takes out of a header, which is trimmed again there.",
    },
    { mutator: "StringLiteral", line: 'const { authorization = "", dpop = "" } = init.headers;', why: typed },
  ],
};
