import type { HttpReply } from "../../core/http-ports.ts";
import type { Values } from "./router.ts";
import type { OperationId } from "./routes.ts";

/** A request that may be answered: who asks for what. */
export interface Call {
  readonly id: OperationId;
  /** Of path, query and body, checked. */
  readonly values: Values;
  /** `socket`, or an address. */
  readonly by: string;
  readonly lastEventId?: string;
  /** Aborted when the client has gone or the server stops. */
  readonly gone: AbortSignal;
}

/** @throws Problem where it cannot be answered as asked */
export type Answer = (call: Call) => Promise<HttpReply>;

/** A text among the values, where one was given. */
export function textOf({ values }: Pick<Call, "values">, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}
