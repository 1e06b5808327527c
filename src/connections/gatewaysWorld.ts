import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import type { Log } from "../lib/log.ts";
import type { TextFile } from "../lib/textFile.ts";
import type { TokenStore } from "../oauth/tokens/tokenStore.ts";
import type { GatewayAccess, SignInEnding } from "../relay/gatewayAccess.ts";
import type { KeptAttention } from "./attention/keptAttention.ts";
import type { LoadAws } from "./aws/awsPart.ts";
import type { Connection } from "./connection.ts";
import type { SignInPrompt } from "./connectionAccess.ts";
import type { OutgoingFetch } from "./fetchToGateway.ts";
import type { GatewayRelay } from "./gatewayRelays.ts";
import type { AskClientElsewhere } from "./signIn/clientElsewhere.ts";
import type { SignInToConnectionWorld } from "./signIn/signInToConnection.ts";
import type { SignInContext, SigningInParts } from "./signIn/signingIn.ts";

/** What the gateways of a window are used with. */
export interface GatewaysWorld extends OutgoingFetch, Omit<SignInToConnectionWorld, keyof SignInContext> {
  readonly now: () => number;
  readonly log: Log;
  readonly lock: CrossProcessLock;
  /** Opens the keychain, where the sign-ins are that moved there from the store of this program. */
  readonly elsewhere?: () => Promise<TokenStore>;
  /** A sign-in that another program of the person keeps in the keychain, where it serves a connection that has none. */
  readonly sharedElsewhere?: Exclude<SigningInParts["world"]["sharedElsewhere"], undefined>;
  /** Where the list of connections is kept. */
  readonly file: TextFile;
  /** Loads what signs with AWS credentials. */
  readonly loadAws: LoadAws;
  readonly createRelay: (connection: Connection, access: GatewayAccess) => Promise<GatewayRelay>;
  readonly prompt: (prompt: SignInPrompt) => Promise<SignInEnding>;
  /** Asks which client a connection is at another issuer; absent where nobody could be asked. */
  readonly clientElsewhere?: AskClientElsewhere;
  /** What gateways refused, in other windows and before this one too; absent where nothing is kept. */
  readonly attention?: KeptAttention;
  /** Called when what a person sees may have changed. */
  readonly onChanged: () => void;
}
