import type { All } from "../../agentcore/controlPlane/allPages.ts";
import type { ApiWorld } from "../../agentcore/controlPlane/askApi.ts";
import { getGateway, listTargets } from "../../agentcore/controlPlane/gatewayList.ts";
import type { GatewayDetail, ListedGateway, ListedTarget } from "../../agentcore/controlPlane/gatewayRecords.ts";
import { type AnyFailure, isFailure } from "../../failures/failure.ts";

/** A gateway as far as somebody may look at it. */
export interface LookedAt {
  readonly detail: GatewayDetail;
  readonly targets: All<ListedTarget>;
  /** What they may not see of it: it can be connected all the same. */
  readonly hidden: readonly AnyFailure[];
}

/** What may not be looked at is left out; a gateway is known by its id then. */
export async function lookAt(listed: ListedGateway, world: ApiWorld): Promise<LookedAt> {
  const hidden: AnyFailure[] = [];
  const orHidden =
    <T>(instead: T) =>
    (error: unknown): T => {
      if (!isFailure(error, "aws_listing_denied")) throw error;
      hidden.push(error as AnyFailure);
      return instead;
    };
  const [detail, targets] = await Promise.all([
    getGateway(listed.id, world).catch(
      orHidden<GatewayDetail>({ ...listed, statusReasons: [], configuration: undefined }),
    ),
    listTargets(listed.id, world).catch(orHidden<All<ListedTarget>>({ all: [], isCut: false })),
  ]);
  return { detail, targets, hidden };
}
