// Puts a P-256 key into a token that nobody should trust: extractable, not sensitive, or made outside. Prints its id.
const { createECDH, randomBytes } = require('node:crypto');
const { readFileSync } = require('node:fs');
const p = require('pkcs11js');

const { modulePath, pin, how } = JSON.parse(readFileSync(0, 'utf8'));
const token = new p.PKCS11();
token.load(modulePath);
token.C_Initialize();
const slot = token
  .C_GetSlotList(true)
  .find((candidate) => token.C_GetTokenInfo(candidate).label.trimEnd() === 'mintmark');
const session = token.C_OpenSession(slot, p.CKF_SERIAL_SESSION | p.CKF_RW_SESSION);
token.C_Login(session, p.CKU_USER, pin);

const id = randomBytes(16);
const P256 = Buffer.from('06082a8648ce3d030107', 'hex');
const named = [
  { type: p.CKA_KEY_TYPE, value: p.CKK_EC },
  { type: p.CKA_TOKEN, value: true },
  { type: p.CKA_ID, value: id },
  { type: p.CKA_LABEL, value: 'mintmark:planted0:ES256:planted' },
  { type: p.CKA_EC_PARAMS, value: P256 },
];
const secret = [
  { type: p.CKA_CLASS, value: p.CKO_PRIVATE_KEY },
  { type: p.CKA_PRIVATE, value: true },
  { type: p.CKA_SENSITIVE, value: how.sensitive ?? true },
  { type: p.CKA_EXTRACTABLE, value: how.extractable ?? false },
  { type: p.CKA_SIGN, value: true },
  { type: p.CKA_DECRYPT, value: false },
  { type: p.CKA_UNWRAP, value: false },
];
const visible = [
  { type: p.CKA_CLASS, value: p.CKO_PUBLIC_KEY },
  { type: p.CKA_VERIFY, value: true },
];
if (how.imported) {
  const pair = createECDH('prime256v1');
  const point = pair.generateKeys();
  token.C_CreateObject(session, [...secret, ...named, { type: p.CKA_VALUE, value: pair.getPrivateKey() }]);
  const wrapped = Buffer.concat([Buffer.from([4, point.length]), point]);
  token.C_CreateObject(session, [...visible, ...named, { type: p.CKA_EC_POINT, value: wrapped }]);
} else {
  const unnamed = named.slice(0, -1);
  token.C_GenerateKeyPair(
    session,
    { mechanism: p.CKM_EC_KEY_PAIR_GEN },
    [...visible, ...named],
    [...secret, ...unnamed],
  );
}
process.stdout.write(id.toString('hex'));
