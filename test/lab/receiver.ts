import { Webhook } from "standardwebhooks";
import { expect } from "vitest";
import type { Guest } from "./guest.ts";

/*
 * A web server in the guest that takes messages and notices, and remembers each request. What it remembers lies in memory,
 * not on the disk: scenarios fill that up.
 */

const FOLDER = "/run/lab-receiver";
const PORT = 8400;
const KEY_FILE = "lab-webhook.key";
/** 32 octets, base64, as `openssl rand` gives them. */
const KEY = `whsec_${Buffer.alloc(32, "lab").toString("base64")}`;

const SERVER = `import http.server, json, time

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open("${FOLDER}/status") as status:
            code = int(status.read())
        headers = {name.lower(): value for name, value in self.headers.items()}
        with open("${FOLDER}/requests.jsonl", "a") as requests:
            requests.write(json.dumps({"at": time.time(), "path": self.path, "status": code, "headers": headers, "body": body}) + "\\n")
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *what):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", ${PORT}), Handler).serve_forever()
`;

/** One request, as it came. */
export interface Request {
  /** Seconds since 1970, by the guest's clock. */
  readonly at: number;
  readonly path: string;
  /** What was answered. */
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a webhook gets: a CloudEvent. */
export interface Event<T> {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly subject?: string;
  readonly data: T;
}

/** The receiver of one guest; it answers 200 unless it was told otherwise. */
export class Receiver {
  readonly #guest: Guest;

  private constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** Starts it, and puts the key of its signatures where an inventory finds it. */
  static async install(guest: Guest): Promise<Receiver> {
    await guest.write("/root/receiver.py", SERVER);
    await guest.write(`/etc/modemkeeper/secrets/${KEY_FILE}`, `${KEY}\n`, "600");
    const receiver = new Receiver(guest);
    await receiver.answer(200);
    await receiver.start();
    return receiver;
  }

  /** Options of a webhook in an inventory, in YAML's flow style: the receiver under this path. */
  static webhook(path: string): string {
    return `type: webhook, url: "http://127.0.0.1:${PORT}${path}", secret: { file: ${KEY_FILE} }`;
  }

  async start(): Promise<void> {
    await this.#guest.ok("systemd-run --quiet --unit=lab-receiver python3 /root/receiver.py");
    await this.#guest.waitFor(`grep -q ':${PORT.toString(16).toUpperCase()} ' /proc/net/tcp`);
  }

  /** From now on connections to it are refused. */
  async stop(): Promise<void> {
    await this.#guest.ok("systemctl stop lab-receiver");
  }

  /** What it answers from now on. */
  async answer(status: number): Promise<void> {
    await this.#guest.ok(`mkdir -p ${FOLDER} && echo ${status} >${FOLDER}/new && mv ${FOLDER}/new ${FOLDER}/status`);
  }

  /** All requests to a path, oldest first; each must be signed and carry its id. */
  async requests(path: string): Promise<readonly Request[]> {
    const text = (await this.#guest.readFrom(`${FOLDER}/requests.jsonl`, 0, 0))?.toString("utf8") ?? "";
    const all = text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Request]));
    const requests = all.filter((request) => request.path === path);
    for (const request of requests) checkIdentity(request);
    return requests;
  }

  /** The events that it took under this path, oldest first; one that came again comes again. */
  async events<T>(path: string): Promise<readonly Event<T>[]> {
    const taken = (await this.requests(path)).filter(({ status }) => status < 300);
    return taken.map(({ body }) => JSON.parse(body) as Event<T>);
  }
}

/** The guest's clock may be another day's, so the signature is made anew, not verified with its time. */
function checkIdentity({ headers, body }: Request): void {
  const id = (JSON.parse(body) as Event<unknown>).id;
  expect(headers).toMatchObject({ "webhook-id": id, "idempotency-key": id });
  const signedAt = new Date(Number(headers["webhook-timestamp"]) * 1000);
  expect(headers["webhook-signature"]).toBe(new Webhook(KEY).sign(id, signedAt, body));
  expect(headers["content-type"]).toContain("application/cloudevents+json");
}
