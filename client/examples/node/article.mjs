// SPDX-License-Identifier: Apache-2.0
//
// What signing and verifying share: a document's canonical form, the four algorithms, the four envelopes
// (docs/canonical-form.md, docs/secured-field.md). YAML is read by `yaml`, RFC 8785 written by `canonicalize`, and
// all else is node:crypto.
import { constants, createCipheriv, createDecipheriv, createHash, randomBytes, sign, verify } from 'node:crypto';
import canonicalize from 'canonicalize';
import YAML from 'yaml';

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

// Cuts a document into its front matter and its body: all that comes after the second line of dashes.
export function readDocument(text) {
  const match = /^(\uFEFF?---[ \t]*\r?\n)([^]*?\n|)(---[ \t]*(?:\r?\n|$))([^]*)$/.exec(text);
  if (!match) throw new Error('it has no front matter between two lines of ---');
  const [, head, frontMatter, dashes, body] = match;
  const article = YAML.parse(frontMatter);
  const secured = article.secured ?? '';
  delete article.secured;
  if (/[^ \t\r\n]/.test(body)) article.body = body;
  return { head, frontMatter, dashes, body, article, secured: String(secured) };
}

export const canonicalForm = (article) => Buffer.from(canonicalize(article));

export const signingInput = (article) => Buffer.concat([Buffer.from('chirograph.article.v1\n'), canonicalForm(article)]);

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
const pkcs1 = { padding: constants.RSA_PKCS1_PADDING };
const rsaSizes = (key) => [key.asymmetricKeyDetails.modulusLength / 8];
const algorithms = {
  'rsa-pss-sha256': { digest: 'sha256', options: pss, sizes: rsaSizes },
  'rsa-pkcs1-sha256': { digest: 'sha256', options: pkcs1, sizes: rsaSizes },
  ed25519: { digest: null, options: {}, sizes: () => [64] },
  'ecdsa-p256-sha256': { digest: 'sha256', options: { dsaEncoding: 'der' }, sizes: () => [...Array(73).keys()].slice(8) },
};

export function makeSignature(algorithm, privateKey, input) {
  const { digest, options } = algorithms[algorithm];
  return sign(digest, input, { key: privateKey, ...options });
}

export function checkSignature(algorithm, publicKey, input, signature) {
  const { digest, options } = algorithms[algorithm];
  return verify(digest, input, { key: publicKey, ...options }, signature);
}

const ivBytes = (envelope) => (envelope === 'aes-256-gcm' ? 12 : 16);

// Makes the secured field of a signature.
export function seal(envelope, envelopeKey, signature) {
  if (envelope === 'none') return signature.toString('base64');
  const iv = randomBytes(ivBytes(envelope));
  const cipher = createCipheriv(envelope, envelopeKey, iv);
  const parts = [cipher.update(signature), cipher.final()];
  if (envelope === 'aes-256-gcm') parts.push(cipher.getAuthTag());
  return `${Buffer.concat(parts).toString('base64')};${iv.toString('base64')}`;
}

// The parts of a secured field as bytes; null where it is not of the grammar.
export function fieldParts(secured) {
  const parts = secured.split(';').map((text) => Buffer.from(text, 'base64'));
  const exact = parts.length <= 2 && parts.every((bytes) => bytes.length > 0) &&
    parts.map((bytes) => bytes.toString('base64')).join(';') === secured && secured.length <= 16384;
  return exact ? parts : null;
}

// Whether a field's lengths are those that such a key makes.
export function fits(algorithm, envelope, publicKey, [sealed, iv]) {
  return algorithms[algorithm].sizes(publicKey).some((size) => {
    if (envelope === 'none') return iv === undefined && sealed.length === size;
    const sealedSize = envelope === 'aes-256-gcm' ? size + 16 : size - (size % 16) + 16;
    return iv?.length === ivBytes(envelope) && sealed.length === sealedSize;
  });
}

// Takes the signature out of its envelope; null where the envelope key does not open it.
export function open(envelope, envelopeKey, [sealed, iv]) {
  if (envelope === 'none') return sealed;
  try {
    const decipher = createDecipheriv(envelope, envelopeKey, iv);
    const body = envelope === 'aes-256-gcm' ? sealed.subarray(0, -16) : sealed;
    if (envelope === 'aes-256-gcm') decipher.setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    return null;
  }
}
