import { discoverConnection } from "../connections/discovery/discoverConnection.ts";
import { announcedExtensions } from "../connections/enterprise/announcedExtensions.ts";
import { Gateways } from "../connections/gateways.ts";
import { isSharingAllowed } from "../connections/managed/isSharingAllowed.ts";
import { usableSetting } from "../connections/settings/readGatewaySettings.ts";
import { ToolsOfAgents } from "../connections/toolRules/toolsOfAgents.ts";
import { type AnyFailure, asFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";
import { once } from "../lib/once.ts";
import { deferred } from "../lib/waiting.ts";
import { outgoingFetch } from "../node/outgoingFetch.ts";
import { landingPages } from "../node/redirect/landingPage.ts";
import { loopbackRedirect } from "../node/redirect/loopbackRedirect.ts";
import { credentialPlaces } from "../node/secrets/credentialPlaces.ts";
import { headerPlaces } from "../node/secrets/headerPlaces.ts";
import { connectionRecord } from "../node/secrets/machineStorage.ts";
import type { MayAskPrivate } from "../oauth/discovery/namedPlace.ts";
import { deviceCodeGrant } from "../oauth/signIn/deviceCode.ts";
import { isMachineFlow } from "../oauth/signIn/signInFlow.ts";
import { credentialReader } from "../oauth/tokens/clientCredential.ts";
import type { AskAwsForToken } from "../oauth/workload/platformToken.ts";
import { type CatalogueStore, hasListed } from "../relay/catalogue.ts";
import { Relay } from "../relay/relay.ts";
import { environmentFetch } from "../system/environmentFetch.ts";
import type { StandaloneOptions } from "./arguments.ts";
import { askInTerminal } from "./askInTerminal.ts";
import type { Inputs } from "./inputs.ts";
import { movedSignIn } from "./movedSignIn.ts";
import { headerPlace } from "./options/headerOptions.ts";
import { toolLayers } from "./options/optionLayers.ts";
import { say } from "./output.ts";
import { patientAccess } from "./patientAccess.ts";
import { standalonePolicy } from "./policy/standalonePolicy.ts";
import { SharedSignIn } from "./sharedSignIn.ts";
import { type ConnectionKeys, type Keychain, openStorage } from "./storage.ts";
import { standaloneFailureText, terminalWords } from "./terminalWords.ts";

export interface WiringWorld {
  readonly inputs: Inputs;
  readonly keychain: Keychain;
  readonly keys: ConnectionKeys;
  /** What the gateway said when it was last reached. */
  readonly catalogue: CatalogueStore;
  readonly log: Log;
  readonly version: string;
  /** Asks whether a gateway may lead into a private network; absent where nobody is there to ask. */
  readonly mayAskPrivate?: MayAskPrivate;
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
}

/** The parts of the program, wired together. Nothing has been asked or sent yet. */
export interface Standalone {
  readonly gateways: Gateways;
  /** Whether a sign-in is in this process's memory only. */
  endsWithProcess(session: string): boolean;
  /** Opens the relay to the gateway, which is discovered first where it is not known from an earlier run. */
  open(): Promise<Relay | undefined>;
  /** Signs in at start-up, unless it is known what there is to use: then the first use asks for the sign-in. */
  firstSignIn(): Promise<void>;
}

const pages = landingPages({ program: "the program that asked", failureWords: terminalWords });

export async function wire(options: StandaloneOptions, world: WiringWorld): Promise<Standalone> {
  const { inputs, log, version, signal } = world;
  const now = () => Date.now();
  const { secrets, lock, endsWithProcess } = openStorage(world.keychain, now);
  const { record } = world.keys;
  /** That of an editor's, where its sign-in is used here too. */
  let { id } = world.keys;
  const { catalogue } = world;
  const current = () => {
    const handed = options.handed?.();
    return {
      // As the editor has them, for each address that may be the gateway's.
      gateways: Object.fromEntries(inputs.candidates.map(({ href }) => [href, handed?.own ?? options.settings])),
      shared: handed?.settings.shared ?? {},
      enterprise: options.enterprise ?? handed?.enterprise,
      policy: standalonePolicy(),
    };
  };
  const askAws: AskAwsForToken = async (wanted) => await (await loadAws()).webIdentityToken(wanted);
  const shared = {
    ...outgoingFetch({
      ...{ fetch: environmentFetch, settings: current, now },
      places: headerPlaces(process.env, inputs.childEnvironment),
      // The headers of `--header` are named as there, those that an editor hands over as in its settings. A token that
      // somebody else keeps may stand in the environment.
      ...(!options.handed && { place: (_: string, name: string) => headerPlace(name), mayAuthorize: true }),
    }),
    secrets,
    settings: current,
    redirect: loopbackRedirect({ pages: async () => pages }),
    moreGrants: [deviceCodeGrant],
    ...(inputs.clientSecret !== undefined && { clientSecret: inputs.clientSecret }),
    readCredential: credentialReader(secrets, {
      ...credentialPlaces(inputs.childEnvironment),
      environment: (name) => process.env[name],
    }),
    webIdentityToken: askAws,
  };

  const loadAws = once(async () => {
    const { openAws } = await import("../node/aws/openAws.ts");
    const { env, platform } = process;
    // The host starts us in the folder of its person's work.
    const cwd = process.cwd();
    return openAws({ env, platform, foreignFolders: [], cwd, fetch: shared.fetch, now, log });
  });

  const first = deferred<AnyFailure | undefined>();
  const asClient = options.flow !== "aws" && isMachineFlow(options.flow);
  let relay: Relay | undefined;
  const canAct = () => {
    const known = relay?.catalogue();
    return known !== undefined && hasListed(known);
  };
  const gateways: Gateways = new Gateways({
    ...shared,
    now,
    log,
    lock,
    file: connectionRecord(secrets, record),
    loadAws,
    // Not called: `obtainTokens` opens the browser itself.
    openBrowser: async () => false,
    obtainTokens: askInTerminal(
      options,
      inputs.childEnvironment,
      inputs.candidates.every(({ href }) => isSharingAllowed(href, current())),
    ),
    createRelay: async (connection, access) => {
      const { name, url } = connection;
      relay = new Relay(
        { id, name, url, version },
        {
          access: patientAccess(access, {
            canAct,
            firstSignIn: first.promise,
            ...(asClient && { signInAsClient: () => signIn.ask([]) }),
            signIn: () => access.signIn("sign_in_needed", signal, true),
            signal,
          }),
          catalogue,
          log,
          now,
          failureWords: terminalWords,
          agentTools: new ToolsOfAgents(name, () => toolLayers(options, url, current())),
          extensions: () => announcedExtensions(gateways.readable(connection)),
          policySession: () => usableSetting("policySession", current(), url) === true,
          onPolicySessionEnded: () =>
            say(
              "The policies of the gateway changed. A new policy session has begun: earlier calls do not count in it.",
            ),
          consentPortal: () => usableSetting("consentPortal", current(), url),
          maxResultMiB: () => usableSetting("maxResultMiB", current(), url),
          protocolVersion: () => usableSetting("protocolVersion", current(), url),
        },
      );
      return relay;
    },
    prompt: async ({ scopes }) => {
      try {
        return await signIn.ask(scopes);
      } catch (failure) {
        if (!signal.aborted) say(standaloneFailureText(asFailure(failure)));
        throw failure;
      }
    },
    onChanged() {},
  });
  const signIn = new SharedSignIn(() => id, { gateways, lock, signal });

  return {
    gateways,
    endsWithProcess,
    async open() {
      await gateways.book.load();
      // The tokens are not tried out here: the program that started us waits for an answer.
      if (!(await signIn.isRecorded())) id = (await movedSignIn(options, gateways))?.id ?? id;
      if (!(await signIn.isRecorded())) {
        const { mayAskPrivate } = world;
        const asking = mayAskPrivate && { mayAskPrivate };
        const found = await discoverConnection(id, inputs.candidates, { ...shared, ...asking, signal });
        await gateways.book.add(found);
      }
      await gateways.relay(id);
      return relay;
    },
    async firstSignIn() {
      try {
        if (await signIn.isUsable([]).catch(() => true)) return;
        if (options.flow === "browser" && canAct()) return;
        await signIn.ask([]);
      } catch (error) {
        first.resolve(asFailure(error));
        throw error;
      } finally {
        first.resolve(undefined);
      }
    },
  };
}
