import type { AttachedModem } from "./model/attached-modem.ts";
import type { SecretRef } from "./secret.ts";

/*
 * What the engine may ask of a machine. `host/` implements these for a real machine and for a
 * folder that will become one (`--root`); tests implement them in memory. None of them decides anything.
 */

export type FileEntry = {
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Last change of the content, milliseconds since 1970. */
  readonly modifiedAt: number;
} & (
  | { readonly kind: "file"; readonly content: string; readonly encoding?: Encoding }
  | { readonly kind: "directory" }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "other" }
);

/** `latin1` marks content that is not UTF-8 and is carried byte by byte, so that putting it back loses nothing. */
export type Encoding = "utf8" | "latin1";

export interface FileSpec {
  readonly content: string;
  readonly encoding?: Encoding;
  /** Permission bits, e.g. 0o640. */
  readonly mode: number;
  /** Names; resolved in the target's own user database. */
  readonly owner: string;
  readonly group: string;
}

export type DirectorySpec = Omit<FileSpec, "content" | "encoding">;

export interface Files {
  /** What is at `path` itself (a link is not followed); undefined if nothing is. Content is UTF-8 where it is valid, else latin1. */
  read(path: string): Promise<FileEntry | undefined>;
  /** Names in a folder, sorted; empty if it does not exist. */
  list(path: string): Promise<readonly string[]>;
  /** Sibling file with its final mode and owner, fsync, rename, fsync of the folder. Replaces a link rather than writing through it. Makes missing parent folders (0755 root). */
  write(path: string, spec: FileSpec): Promise<void>;
  makeDirectory(path: string, spec: DirectorySpec): Promise<void>;
  setAttributes(path: string, spec: DirectorySpec): Promise<void>;
  /** Makes or atomically replaces the symbolic link `path` → `target`. */
  link(path: string, target: string): Promise<void>;
  /** Removes a file, a link or an empty folder; nothing there is fine. */
  remove(path: string): Promise<void>;
}

export interface Packages {
  /** Installed version, or undefined. */
  installed(name: string): Promise<string | undefined>;
  /** Version that could be installed now, or undefined. Reads the package lists as they are. */
  candidate(name: string): Promise<string | undefined>;
  /**
   * Installs without asking anything. Where systemd runs, a package's service is started unless its unit is masked.
   * @throws ModemkeeperError precondition-missing if there is no such package to be had
   */
  install(names: readonly string[], progress: (line: string) => void): Promise<void>;
  /** Removes packages; `purge` also removes their configuration and data. Absent ones are fine. */
  remove(names: readonly string[], options: { readonly purge: boolean }): Promise<void>;
}

export interface UserEntry {
  readonly name: string;
  readonly group: string;
  readonly groups: readonly string[];
}

export interface Accounts {
  user(name: string): Promise<UserEntry | undefined>;
  groupExists(name: string): Promise<boolean>;
  addGroup(name: string): Promise<void>;
  /** A system user without a login. */
  addUser(user: { readonly name: string; readonly group: string; readonly home: string }): Promise<void>;
  addToGroup(user: string, group: string): Promise<void>;
  removeFromGroup(user: string, group: string): Promise<void>;
  /** Removes a user, and its group of the same name; nothing there is fine. Files stay. */
  removeUser(name: string): Promise<void>;
}

export interface UnitState {
  /** systemd's LoadState: loaded, not-found, masked, … */
  readonly load: string;
  /** systemd's ActiveState; `inactive` where systemd is not running. */
  readonly active: string;
  /** True while systemd starts it; not while it waits to be tried again after a failure (`auto-restart`). */
  readonly starting: boolean;
  readonly enabled: boolean;
  /** The unit file in force. */
  readonly fragment: string;
  readonly mainPid: number;
  /** True when the unit file on disk is newer than what systemd has loaded. */
  readonly needsReload: boolean;
}

export interface Services {
  /** False in a container, a chroot or an image build: then units are only enabled, for the next boot. */
  running(): Promise<boolean>;
  state(unit: string): Promise<UnitState>;
  reload(): Promise<void>;
  setEnabled(unit: string, enabled: boolean): Promise<void>;
  /** Starts, stops or restarts; returns when systemd says it is done. */
  control(verb: "start" | "stop" | "restart", unit: string): Promise<void>;
  /** SIGKILL to every process of the unit, for one that does not stop; a unit without processes is fine. */
  kill(unit: string): Promise<void>;
  /** The unit's last journal lines, for an error message; empty where there is no journal. */
  journal(unit: string, lines: number): Promise<string>;
}

export interface Udev {
  /** False where no udevd listens. */
  running(): Promise<boolean>;
  reloadRules(): Promise<void>;
  /** Replays `change` for the given sysfs devices and their ttys, and waits until udev is done. */
  trigger(sysNames: readonly string[]): Promise<void>;
  /** Loads a kernel module; one that is loaded or built in is fine. */
  loadModule(name: string): Promise<void>;
  /** Carries out the `w` lines and folders of one tmpfiles.d file. */
  applyTmpfiles(path: string): Promise<void>;
}

export interface UsbBus {
  /** Devices on the bus that have vendor-specific or communication interfaces, with their ttys. */
  attached(): Promise<readonly AttachedModem[]>;
}

export interface SmsdProcessEntry {
  readonly pid: number;
  /** The service that owns it; empty if none does. */
  readonly unit: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** By the name that each of smsd's processes gives itself; absent where its command line has no such name. */
  readonly role?: "main" | "notifier" | "modem";
}

export interface Smsd {
  /** Every smsd process, whoever started it. */
  processes(): Promise<readonly SmsdProcessEntry[]>;
  /** Stops processes that no unit owns: TERM, wait, KILL. */
  stopStrays(pids: readonly number[]): Promise<void>;
  /** Last bytes of smsd's log, lossy UTF-8; empty if there is none. */
  logTail(path: string, bytes: number): Promise<string>;
}

export interface SecretStore {
  /**
   * The value, without its final newline.
   * @throws ModemkeeperError precondition-missing if it is absent, readable by others, or empty
   */
  read(ref: SecretRef): Promise<string>;
}

export interface Lock {
  release(): Promise<void>;
}

export interface Locks {
  /**
   * Takes an exclusive flock on `path` for as long as this process lives or until released; free at once if the process dies.
   * Returns undefined if another process holds it.
   */
  tryLock(path: string): Promise<Lock | undefined>;
  /** The same, waiting for it; undefined if another process still holds it after `wait` milliseconds. */
  lock(path: string, wait: number): Promise<Lock | undefined>;
}

/** The program's own data: templates and the modem catalogue. */
export interface ProgramFiles {
  /** Text of a file named relative to the program's root, e.g. `templates/etc/smsd.conf.hbs`. */
  read(path: string): Promise<string>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<readonly string[]>;
  /** The program's version. */
  readonly version: string;
}

export interface Clock {
  now(): Date;
  /** Returns early, without an error, when `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The person, or the program, at the other end. */
export interface Terminal {
  /** Data, to standard output. */
  out(text: string): void;
  /** Everything else, to standard error. */
  err(text: string): void;
  /** True when standard error may be coloured: a terminal, and NO_COLOR unset. */
  readonly colour: boolean;
  /** True when questions can be asked. */
  readonly interactive: boolean;
  /** Asks one question and returns the line typed, without its newline. */
  ask(question: string): Promise<string>;
  /**
   * All of standard input, which must be UTF-8.
   * @throws ModemkeeperError usage if it is not, or is longer than `limit` octets
   */
  readInput(limit: number): Promise<string>;
}

/** One machine. */
export interface Host {
  /** `/`, or the folder of an image build. */
  readonly root: string;
  readonly files: Files;
  readonly packages: Packages;
  readonly accounts: Accounts;
  readonly services: Services;
  readonly udev: Udev;
  readonly usb: UsbBus;
  readonly smsd: Smsd;
  readonly secrets: SecretStore;
  readonly locks: Locks;
  readonly clock: Clock;
  readonly program: ProgramFiles;
  /** Identifies the machine; keys secret masks. Empty where there is none yet. */
  readonly machineId: string;
  /** Effective user id of this process. */
  readonly uid: number;
}
