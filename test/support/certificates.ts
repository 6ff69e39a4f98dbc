// Throw-away certificates for TLS tests, made from scratch: no openssl, no keys in the repository.
import { createSign, generateKeyPairSync, type KeyPairKeyObjectResult, randomBytes } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A key pair and its certificate, as PEM texts and as files. */
interface Identity {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly certFile: string;
}

/** An authority, a server for `localhost`, `phoenix.test`, `127.0.0.1` and `::1`, and a client, both signed by it. */
export interface Certificates {
  readonly authority: Identity;
  readonly server: Identity;
  readonly client: Identity;
}

let made: Certificates | undefined;

/** The certificates of this process, made at the first call and valid for a day. */
export function certificates(): Certificates {
  made ??= makeCertificates();
  return made;
}

function makeCertificates(): Certificates {
  const folder = mkdtempSync(path.join(tmpdir(), "phoenix-otel-tls-"));
  const authorityKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issue = (name: string, keys: Keys, extensions: Buffer[]): Identity => {
    const certificate = sign(
      toBeSigned(name, "Test authority", keys, extensions),
      authorityKeys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    );
    const base = path.join(folder, name.replaceAll(" ", "-").toLowerCase());
    const identity = {
      key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      cert: pem(certificate),
      keyFile: `${base}.key.pem`,
      certFile: `${base}.cert.pem`,
    };
    writeFileSync(identity.keyFile, identity.key, { mode: 0o600 });
    writeFileSync(identity.certFile, identity.cert);
    return identity;
  };
  return {
    authority: issue("Test authority", authorityKeys, [AUTHORITY]),
    server: issue("Test server", generateKeyPairSync("ec", { namedCurve: "P-256" }), [SERVER_NAMES]),
    client: issue("Test client", generateKeyPairSync("ec", { namedCurve: "P-256" }), []),
  };
}

type Keys = KeyPairKeyObjectResult;

// X.509 in DER, RFC 5280: each value is a tag, a length and its content.
function der(tag: number, ...parts: (Buffer | number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length =
    content.length < 128
      ? [content.length]
      : content.length < 256
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const set = (...parts: Buffer[]): Buffer => der(0x31, ...parts);
const octets = (content: Buffer): Buffer => der(0x04, content);
const bits = (content: Buffer): Buffer => der(0x03, [0], content);
const oid = (...bytes: number[]): Buffer => der(0x06, bytes);
const time = (date: Date): Buffer =>
  der(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, "").slice(0, 14)}Z`));
const commonName = (name: string): Buffer =>
  sequence(set(sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(name)))));

const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const AUTHORITY = sequence(oid(0x55, 0x1d, 0x13), der(0x01, [0xff]), octets(sequence(der(0x01, [0xff]))));
const SERVER_NAMES = sequence(
  oid(0x55, 0x1d, 0x11),
  octets(
    sequence(
      der(0x82, Buffer.from("localhost")),
      der(0x82, Buffer.from("phoenix.test")),
      der(0x87, [127, 0, 0, 1]),
      der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.from([1])])),
    ),
  ),
);

function toBeSigned(name: string, issuer: string, keys: Keys, extensions: Buffer[]): Buffer {
  const day = 86_400_000;
  return sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, [1], randomBytes(8)),
    ECDSA_WITH_SHA256,
    commonName(issuer),
    sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + day))),
    commonName(name),
    keys.publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length > 0 ? [der(0xa3, sequence(...extensions))] : []),
  );
}

function sign(content: Buffer, authorityKey: string): Buffer {
  const signature = createSign("sha256").update(content).sign(authorityKey);
  return sequence(content, ECDSA_WITH_SHA256, bits(signature));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
