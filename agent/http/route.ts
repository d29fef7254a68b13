import type { ProblemCode } from "./problem.ts";
import type { ObjectSchema, ValueSchema } from "./schema.ts";

/** `anyone`: it tells nothing. `read`: everybody on this machine, elsewhere whoever has a token. `change`: whoever has a token. */
export type Access = "anyone" | "read" | "change";

export interface Answer {
  readonly status: 200 | 202;
  readonly description: string;
  /** Media type. */
  readonly type: string;
  /** Name under `components.schemas` of the document; absent for what is no JSON. */
  readonly schema?: string;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** `{name}` stands for one segment. */
  readonly path: string;
  readonly may: Access;
  /** Files are read for it, many or big: not as often as all else. */
  readonly costly?: true;
  readonly summary: string;
  readonly params?: Readonly<Record<string, ValueSchema>>;
  readonly query?: Readonly<Record<string, ValueSchema>>;
  readonly body?: ObjectSchema;
  readonly answer: Answer;
  /** Refusals beside those that every route of its kind has. */
  readonly problems?: readonly ProblemCode[];
}
