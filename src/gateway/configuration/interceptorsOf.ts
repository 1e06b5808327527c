import type { SchemaFault } from "../../lib/json/checkSchema.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";
import type { Environment } from "../../system/environment.ts";
import type { InterceptionPoint, Interceptor } from "../interceptors/interceptor.ts";
import { filledIn } from "./environment.ts";

/** An interceptor of a file, as AWS prints it. */
export interface InterceptorInFile {
  readonly interceptor: { readonly lambda: { readonly arn: string } };
  readonly interceptionPoints: readonly InterceptionPoint[];
  readonly inputConfiguration?: {
    readonly passRequestHeaders: boolean;
    readonly payloadFilter?: { readonly exclude: readonly { readonly field: string }[] };
  };
}

/** The program that stands in for a function. */
export interface InterceptorProgram {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutSeconds?: number;
  readonly failureMode?: "FAIL_CLOSE" | "FAIL_OPEN";
}

/** How long a program may take where the file does not say, in seconds. */
const TIMEOUT_SECONDS = 10;

/** The interceptors that run here: those whose function has a program in its place. */
export function interceptorsOf(
  configured: readonly InterceptorInFile[],
  programs: Readonly<Record<string, InterceptorProgram>>,
  environment: Environment,
): readonly Interceptor[] {
  return configured.flatMap(({ interceptor, interceptionPoints, inputConfiguration }) => {
    const { arn } = interceptor.lambda;
    const program = Object.hasOwn(programs, arn) ? programs[arn] : undefined;
    if (program === undefined) return [];
    const { timeoutSeconds = TIMEOUT_SECONDS, failureMode = "FAIL_CLOSE", env = {}, ...started } = program;
    return [
      {
        ...{ arn, points: interceptionPoints, ...started, failureMode, timeoutMs: timeoutSeconds * 1000 },
        env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filledIn(value, environment)])),
        passRequestHeaders: inputConfiguration?.passRequestHeaders ?? false,
        withoutResponseBody: (inputConfiguration?.payloadFilter?.exclude ?? []).length > 0,
      },
    ];
  });
}

/** What `gatewaySchema` cannot express of interceptors. */
export function interceptorFaults(parts: ValidParts): readonly SchemaFault[] {
  const taken = new Set<string>();
  const arns = new Set<string>();
  const twice = parts.below("interceptorConfigurations").flatMap(({ path }) => {
    const arn = parts.text(`${path}.interceptor.lambda.arn`);
    if (arn !== undefined) arns.add(arn);
    const points = parts.below(`${path}.interceptionPoints`).map((one) => parts.text(one.path));
    const again = points.filter((point) => point !== undefined && taken.has(point));
    for (const point of points) if (point !== undefined) taken.add(point);
    return again.map((point) =>
      parts.fault(`${path}.interceptionPoints`, `a gateway has one interceptor for ${point} at most`),
    );
  });
  if (!parts.isValid("interceptorConfigurations")) return twice;
  const unknown = parts.below("local.interceptors").filter(({ name }) => !arns.has(name));
  return [
    ...twice,
    ...unknown.map(({ path }) => parts.nameFault(path, "expected the ARN of a function in interceptorConfigurations")),
  ];
}

/** The paths of interceptors that do not run here. */
export const interceptorsWithoutEffect = (
  configured: readonly InterceptorInFile[],
  programs: Readonly<Record<string, InterceptorProgram>>,
): readonly string[] =>
  configured.flatMap(({ interceptor }, at) =>
    Object.hasOwn(programs, interceptor.lambda.arn) ? [] : [`interceptorConfigurations[${at}]`],
  );
