import { expect } from "vitest";
import type { Job } from "../../agent/http/job.ts";
import type { LiveEvents } from "../../agent/http/live.ts";
import { API_SOCKET } from "../../agent/paths.ts";
import { GrowingFile } from "./growing-file.ts";
import type { Guest } from "./guest.ts";

/*
 * The words in which scenarios speak of the agent's HTTP API: asked by curl, as a script of an operator would.
 */

const ADDRESS = "http://127.0.0.1:8070";
const TOKEN_FILE = "lab-api.token";
const TOKEN = "a-token-of-the-lab";
const STREAM = "/run/lab-stream";

/** A section of an inventory: changes are permitted with the token that `installToken` brings. */
export const HTTP_SECTION = `http:\n  token: { file: ${TOKEN_FILE} }\n`;

/** How one comes in: over the socket, or over TCP with a token, a wrong one, or none. */
export type Way = "socket" | "token" | "wrong token" | "no token";

const WAYS: Readonly<Record<Way, string>> = {
  socket: `--unix-socket ${API_SOCKET}`,
  token: `--header 'Authorization: Bearer ${TOKEN}'`,
  "wrong token": "--header 'Authorization: Bearer another-one'",
  "no token": "",
};

export interface Reply {
  readonly status: number;
  readonly location: string;
  readonly body: string;
}

export async function installToken(guest: Guest): Promise<void> {
  await guest.write(`/etc/modemkeeper/secrets/${TOKEN_FILE}`, `${TOKEN}\n`, "600");
}

/** Asks for a path; with `body` it is a POST. */
export async function ask(guest: Guest, way: Way, path: string, body?: object): Promise<Reply> {
  const data = body === undefined ? "" : "--header 'Content-Type: application/json' --data @-";
  const told = await guest.ok(
    `curl --silent --show-error --max-time 60 ${WAYS[way]} ${data} --write-out '\\n%{http_code} %header{location}' ${ADDRESS}${path}`,
    { input: JSON.stringify(body ?? {}), seconds: 90 },
  );
  const end = told.lastIndexOf("\n");
  const [status, location = ""] = told.slice(end + 1).split(" ");
  return { status: Number(status), location, body: told.slice(0, end) };
}

/** Asks for what must be there. */
export async function get(guest: Guest, path: string, way: Way = "no token"): Promise<string> {
  const { status, body } = await ask(guest, way, path);
  expect(status, body).toBe(200);
  return body;
}

/** One event of the stream, with its name. */
export type Told = {
  readonly [K in keyof LiveEvents]: { readonly event: K; readonly data: LiveEvents[K] };
}[keyof LiveEvents];

/** What `curl -N` gets of the stream of events, from its beginning. */
export class Stream {
  readonly #file: GrowingFile;
  readonly seen: Told[] = [];
  #event = "";

  private constructor(file: GrowingFile) {
    this.#file = file;
  }

  static async open(guest: Guest): Promise<Stream> {
    const curl = `exec curl --silent --no-buffer ${ADDRESS}/monitor/events >${STREAM}`;
    await guest.ok(`systemd-run --quiet --unit=lab-stream sh -c '${curl}'`);
    const stream = new Stream(GrowingFile.fromStart(guest, STREAM));
    await stream.wait("its first event", 60, () => true);
    return stream;
  }

  /** Waits for the first event that is wanted; `what` names it where none comes. */
  async wait(what: string, seconds: number, wanted: (told: Told) => boolean): Promise<Told> {
    const found = await this.#file.until(seconds, (lines) => {
      for (const line of lines) this.#take(line);
      return this.seen.find(wanted);
    });
    if (found !== undefined) return found;
    throw new Error(`the stream did not tell ${what} within ${seconds} s, but:\n${JSON.stringify(this.seen, null, 1)}`);
  }

  #take(line: string): void {
    if (line.startsWith("event: ")) this.#event = line.slice("event: ".length);
    if (!line.startsWith("data: ")) return;
    this.seen.push({ event: this.#event, data: JSON.parse(line.slice("data: ".length)) } as Told);
  }
}

/** Orders something that takes its time, and waits until the stream tells that it has succeeded. */
export async function order(guest: Guest, stream: Stream, way: Way, path: string, body: object = {}): Promise<Job> {
  const begun = await ask(guest, way, path, body);
  expect(begun.status, begun.body).toBe(202);
  const { id } = (JSON.parse(begun.body) as { readonly job: Job }).job;
  await stream.wait(`the end of job ${id}`, 120, (told) => {
    return told.event === "job" && told.data.id === id && told.data.state !== "running";
  });
  const job = JSON.parse(await get(guest, begun.location, way)) as Job;
  expect(job, job.lines.join("\n")).toMatchObject({ id, state: "succeeded", exitCode: 0 });
  return job;
}
