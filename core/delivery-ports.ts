/*
 * What delivering messages and notices asks of a machine: the network, programs, smsd's spool. `host/` implements these for a
 * real machine; tests implement them in memory. None of them decides anything.
 */

export interface TlsOptions {
  /** Paths of PEM files. */
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface WebRequest {
  readonly method: "POST" | "PUT" | "GET";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds for the whole exchange, from the look-up of the name to the last octet of the answer. */
  readonly timeout: number;
  readonly tls?: TlsOptions;
}

export interface WebAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 4 KiB of the answer; the rest is read and forgotten. */
  readonly body: string;
}

export interface Web {
  /**
   * One exchange; certificates are verified and redirections are not followed. Connections are kept and used again.
   * @throws ModemkeeperError io if there was no whole answer: no such host, refused, cut off, certificate not trusted, too late
   */
  send(request: WebRequest, signal: AbortSignal): Promise<WebAnswer>;
  /** Closes the connections that are kept. */
  close(): Promise<void>;
}

export interface BrokerOptions {
  readonly url: string;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsOptions;
  /** Milliseconds until a connection must stand. */
  readonly timeout: number;
}

/** A connection to an MQTT broker, made anew as needed. */
export interface Broker {
  /**
   * Settles when the broker has acknowledged it (QoS 1: PUBACK, 2: PUBCOMP; 0: when it is written).
   * @throws ModemkeeperError io if there is no connection or no acknowledgement within `timeout` milliseconds
   */
  publish(
    message: {
      readonly topic: string;
      readonly payload: string;
      readonly qos: 0 | 1 | 2;
      readonly retain: boolean;
      readonly timeout: number;
    },
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

export interface Brokers {
  /** Does not wait for a connection. */
  connect(options: BrokerOptions): Promise<Broker>;
}

export interface ProgramCall {
  /** Program and arguments; no shell. */
  readonly argv: readonly string[];
  /** What it gets on standard input. */
  readonly input: string;
  /** Beyond PATH, LANG and HOME. */
  readonly environment: Readonly<Record<string, string>>;
  /** Account to run it as; our own if absent. */
  readonly user?: string;
  /** Milliseconds; then TERM, and KILL two seconds later, to it and its children. */
  readonly timeout: number;
}

export interface Handlers {
  /**
   * Runs a program that handles one message, in a process group of its own.
   * @returns its exit code (128 and the signal that ended it, as shells do), whether it was ended for being late, and the first KiB of its standard error
   * @throws ModemkeeperError precondition-missing if there is no such program or account
   */
  run(
    call: ProgramCall,
    signal: AbortSignal,
  ): Promise<{ readonly code: number; readonly late: boolean; readonly said: string }>;
}

export interface FolderWatch {
  /**
   * Calls `listener` after something in the folder was made, written, renamed or removed, with its name where it is known.
   * Events may be lost, and a folder that is replaced is watched no longer: callers look again slowly, too.
   * Undefined where the folder cannot be watched.
   */
  watch(path: string, listener: (name: string | undefined) => void): (() => void) | undefined;
}
