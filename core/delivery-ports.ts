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

/** Files of lines for other programs, which lose nothing that was said to be written. */
export interface LineFiles {
  /**
   * Appends one line and settles when it would survive a power cut; one sync serves all that wait for the same file. Makes
   * the file (0640) and its folder (0750) as needed. The half of a line that a crash left is ended first; of a line that
   * does not fit on the disk nothing stays. Before the file would exceed `rotateAt` octets it becomes `path.1`, that one
   * `path.2`, and so on; `keep` of them are kept.
   * @throws ModemkeeperError io if it cannot be written, or if a link or anything but a regular file is in its place
   */
  append(path: string, line: string, rotation: { readonly rotateAt: number; readonly keep: number }): Promise<void>;
}

export interface FolderWatch {
  /**
   * Calls `listener` after something in the folder was made, written, renamed or removed, with its name where it is known.
   * Events may be lost, and a folder that is replaced is watched no longer: callers look again slowly, too.
   * Undefined where the folder cannot be watched.
   */
  watch(path: string, listener: (name: string | undefined) => void): (() => void) | undefined;
}

/**
 * Names in a folder that others write to, one character for each octet (latin1): so every name that a folder can hold can
 * be given back to the kernel. Such a name is only ever the last part of a path.
 */
export type RawName = string;

export interface Place {
  readonly folder: string;
  readonly name: RawName;
}

export interface SpoolLook {
  readonly kind: "file" | "folder" | "other";
  /** Nanoseconds since 1970. */
  readonly modifiedAt: bigint;
  readonly size: number;
}

export type SpoolFile =
  | {
      readonly kind: "file";
      /** Good until the next call: the memory is used again. */
      readonly content: Uint8Array;
      /** Milliseconds since 1970. */
      readonly modifiedAt: number;
    }
  | { readonly kind: "too-big" | "folder" | "other"; readonly modifiedAt: number; readonly size: number };

/** smsd's spool and the folders beside it, where anybody of smsd's group may have put anything. Errors are ModemkeeperError io. */
export interface SpoolFiles {
  /** Names in a folder, in groups and in no order. @throws if it cannot be read, or is not there */
  names(folder: string): AsyncIterable<readonly RawName[]>;
  /** What is at a place, a link not followed; undefined if nothing is. Does not wait: it is asked for each of many thousands. */
  look(place: Place): SpoolLook | undefined;
  /** Content of a regular file of at most `limit` octets, a link not followed; undefined if nothing is there. Does not wait. */
  read(place: Place, limit: number): SpoolFile | undefined;
  /** Renames, replacing what is there; a regular file also to another filesystem. Good after a power cut only after `durable`. */
  move(from: Place, to: Place): Promise<void>;
  /** Settles when all that was done in a folder before the call survives a power cut. Calls at the same time share the work. */
  durable(folder: string): Promise<void>;
  /** Makes what is in a regular file survive a power cut. */
  sync(place: Place): Promise<void>;
  /** Makes or replaces a file of ours (0600); settles when it survives a power cut. */
  write(place: Place, content: string): Promise<void>;
  /** Removes a file or a link; nothing there is fine. */
  remove(place: Place): Promise<void>;
  /** Makes a folder (0700) and those above it where they are missing. */
  makeFolder(folder: string): Promise<void>;
}

/** What received messages and notices ask of a machine beyond `AgentHost`. */
export interface DeliveryHost {
  /** This machine's name. */
  readonly hostName: string;
  readonly web: Web;
  readonly brokers: Brokers;
  readonly handlers: Handlers;
  readonly lineFiles: LineFiles;
  readonly watch: FolderWatch;
  readonly spoolFiles: SpoolFiles;
}
