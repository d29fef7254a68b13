import type { MqttClient } from "mqtt";
import type { Broker, BrokerOptions, Brokers } from "../core/delivery-ports.ts";
import { ModemkeeperError } from "../core/errors.ts";
import { onAbort } from "./aborting.ts";
import { connectionError, interrupted, tooLate } from "./connection-errors.ts";
import { readTlsFiles } from "./tls-files.ts";

/** Seconds after which a silent connection is asked whether it is alive. */
const KEEPALIVE = 30;

/** CONNACK's return codes (MQTT 3.1.1, 3.2.2.3). */
const REFUSAL: Readonly<Record<number, string>> = {
  1: "it does not speak MQTT 3.1.1",
  2: "it does not accept our client id",
  3: "it is not available now",
  4: "user name or password is wrong",
  5: "we are not authorised",
};

type Message = Parameters<Broker["publish"]>[0];

/** A connection that stands, or stood. */
interface Session {
  readonly client: MqttClient;
  /** Fires, with the reason, when it is over. */
  readonly over: AbortSignal;
}

/** MQTT by the library of that name, which is loaded with the first connection. */
export const realBrokers: Brokers = {
  connect: async (options) => new RealBroker(options),
};

class RealBroker implements Broker {
  readonly #options: BrokerOptions;
  /** Host and port, for sentences. */
  readonly #to: string;
  readonly #closed = new AbortController();
  #session: Promise<Session> | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    const { hostname, port, protocol } = new URL(options.url);
    this.#to = `${hostname}:${port || (protocol === "mqtts:" ? 8883 : 1883)}`;
  }

  async publish(message: Message, signal: AbortSignal): Promise<void> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(tooLate(this.#to, message.timeout)), message.timeout);
    const stops = [signal, this.#closed.signal].map((stop) => onAbort(stop, () => limit.abort(interrupted(this.#to))));
    if (signal.aborted || this.#closed.signal.aborted) limit.abort(interrupted(this.#to));
    try {
      const session = await orAborted(limit.signal, this.#connected());
      await acknowledged(session, this.#to, message, limit.signal);
    } catch (error) {
      throw connectionError(error, this.#to);
    } finally {
      clearTimeout(timer);
      for (const stop of stops) stop();
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    const session = await this.#session?.catch(() => undefined);
    await session?.client.endAsync(true);
  }

  #connected(): Promise<Session> {
    if (this.#session) return this.#session;
    const session = connected(this.#options, this.#to, this.#closed.signal);
    this.#session = session;
    const forget = () => {
      if (this.#session === session) this.#session = undefined;
    };
    session.then(({ over }) => onAbort(over, forget), forget);
    return session;
  }
}

/** A new connection. The library's own reconnecting is off: whoever publishes is told what is wrong. */
async function connected(options: BrokerOptions, to: string, closed: AbortSignal): Promise<Session> {
  const { url, clientId, username, password, timeout, tls } = options;
  const [{ connect }, files] = await Promise.all([
    import("mqtt"),
    url.startsWith("mqtts:") ? readTlsFiles(tls) : undefined,
  ]);
  const client = connect(url, {
    ...{ clientId, clean: true, keepalive: KEEPALIVE, reconnectPeriod: 0, connectTimeout: timeout, protocolVersion: 4 },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...files,
  });
  const over = new AbortController();
  client.on("error", (error) => over.abort(refusalOf(error, to)));
  client.on("close", () => over.abort(cutOff(to)));
  onAbort(over.signal, () => client.end(true));
  onAbort(closed, () => over.abort(interrupted(to)));
  await orAborted(over.signal, new Promise<void>((resolve) => client.once("connect", () => resolve())));
  return { client, over: over.signal };
}

function acknowledged({ client, over }: Session, to: string, message: Message, limit: AbortSignal): Promise<void> {
  const { topic, payload, qos, retain } = message;
  const acknowledgement = new Promise<void>((resolve, reject) => {
    client.publish(topic, payload, { qos, retain }, (error) => {
      // The library tells this before it tells that the connection is over, which is the better reason.
      if (error) setImmediate(() => reject(connectionError(error, to)));
      else resolve();
    });
  });
  return orAborted(limit, orAborted(over, acknowledgement));
}

/** What `work` comes to, unless `signal` fires before. */
async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  if (signal.aborted) {
    work.catch(() => {});
    throw signal.reason;
  }
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = onAbort(signal, () => reject(signal.reason));
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stop();
  }
}

function cutOff(to: string): ModemkeeperError {
  return new ModemkeeperError("io", `the connection was cut off by ${to}`);
}

function refusalOf(error: Error & { readonly code?: unknown }, to: string): ModemkeeperError {
  const { code } = error;
  if (typeof code !== "number") return connectionError(error, to);
  const why = REFUSAL[code] ?? `reason ${code}`;
  return new ModemkeeperError("io", `the broker ${to} refuses us: ${why}`, { cause: error });
}
