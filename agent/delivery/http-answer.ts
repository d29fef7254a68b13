import type { Web, WebAnswer, WebRequest } from "../../core/delivery-ports.ts";
import { messageOf } from "../../core/errors.ts";
import { inert } from "../views/inert.ts";
import type { DeliveryResult } from "./types.ts";

/** Answers below 500 after which asking again may help: request timeout, too early, too many requests. */
const PASSING: readonly number[] = [408, 425, 429];
const LONGEST_DETAIL = 300;

/** What people need to know of the commonest refusals. */
const MEANING: Readonly<Record<number, string>> = {
  400: "it does not understand the message",
  401: "it does not accept our token or signature",
  403: "it does not permit us to do this",
  404: "there is nothing at this URL",
  405: "this URL takes no such requests",
  410: "it is gone for good",
  413: "the message is too large for it",
  415: "it does not understand this kind of message",
};

/** One exchange as one attempt: never rejects. `now`: milliseconds since 1970, for answers that name a date. */
export async function exchange(
  web: Web,
  request: WebRequest,
  signal: AbortSignal,
  now: () => number,
): Promise<{ readonly result: DeliveryResult; readonly status?: number }> {
  try {
    const answer = await web.send(request, signal);
    return { result: judged(answer, now()), status: answer.status };
  } catch (error) {
    return { result: { outcome: "retry", detail: shortDetail(messageOf(error)) } };
  }
}

/** What an HTTP answer says of the delivery. The answer's body is not quoted: it may hold what was sent. */
export function judged({ status, headers }: WebAnswer, now: number): DeliveryResult {
  const said = `it answered ${status}`;
  if (status >= 200 && status < 300) return { outcome: "delivered", detail: said };
  if (status >= 500 || PASSING.includes(status)) {
    const after = retryAfter(headers["retry-after"], now);
    return { outcome: "retry", detail: said, ...(after === undefined ? {} : { after }) };
  }
  if (status >= 300 && status < 400) {
    return { outcome: "refused", detail: `${said}: redirections are not followed; write the final URL` };
  }
  const meaning = MEANING[status];
  return { outcome: "refused", detail: meaning === undefined ? said : `${said}: ${meaning}` };
}

/** One line without control characters, short enough for a log. */
export function shortDetail(text: string): string {
  const line = inert(text);
  return line.length <= LONGEST_DETAIL ? line : `${line.slice(0, LONGEST_DETAIL - 1)}…`;
}

/** RFC 9110, 10.2.3: seconds, or a date. Milliseconds from now; undefined for nonsense and for the past. */
function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const after = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return after > 0 ? after : undefined;
}
