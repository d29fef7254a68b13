import { readFile } from "node:fs/promises";
import type { SecureContext } from "node:tls";
import type { TlsOptions } from "../core/delivery-ports.ts";
import { hasErrno, ModemkeeperError, messageOf } from "../core/errors.ts";
import { naming } from "./io-errors.ts";

/** Debian's ca-certificates: what the machine trusts. Node brings a list of its own, which knows nothing of a company's authority. */
const SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * What TLS connections need, made once for all of them: to parse the certificates of all authorities takes long.
 * @throws ModemkeeperError io naming the file that cannot be read or used
 */
export async function secureContext({ ca, certificate, key }: TlsOptions = {}): Promise<SecureContext> {
  const [{ createSecureContext }, authorities, ours, secret] = await Promise.all([
    import("node:tls"),
    ca === undefined ? systemCertificates() : read(ca),
    certificate === undefined ? undefined : read(certificate),
    key === undefined ? undefined : read(key),
  ]);
  try {
    return createSecureContext({ ca: authorities, cert: ours, key: secret });
  } catch (cause) {
    const names = [ca, certificate, key].filter((path) => path !== undefined).join(", ");
    throw new ModemkeeperError("io", `no TLS with the certificates in ${names}: ${messageOf(cause)}`, { cause });
  }
}

function read(path: string): Promise<Buffer> {
  return naming("read", path, () => readFile(path));
}

async function systemCertificates(): Promise<Buffer | undefined> {
  try {
    return await readFile(SYSTEM_CERTIFICATES);
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
