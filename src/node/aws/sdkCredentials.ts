import { defaultProvider } from "@aws-sdk/credential-provider-node";
import type { AwsCredentials } from "../../aws/awsCredentials.ts";

/**
 * Credentials by AWS's own library, which reads the same files as its program. It is a bundle of its own, `awsSdk.cjs`: few
 * need it, and it is larger than all else that signs.
 *
 * @throws as the library does
 */
export async function sdkCredentials(profile: string | undefined): Promise<AwsCredentials> {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = await defaultProvider({
    ...(profile !== undefined && { profile }),
    // The library logs nothing then, and asks for nothing at a prompt.
    logger: undefined as never,
  })();
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration && { expiresAt: expiration.getTime() }),
  };
}
